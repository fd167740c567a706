/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What greeting.ko offers; any context.
 */
#ifndef GREETING_H
#define GREETING_H

const char *greeting_words(void);

#endif
