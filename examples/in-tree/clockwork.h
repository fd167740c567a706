/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the clockwork offers to other modules; any context.
 */
#ifndef CLOCKWORK_H
#define CLOCKWORK_H

/* The hour, 1 to 12. */
unsigned int clockwork_hour(void);

#endif
