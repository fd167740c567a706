/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What lender.ko offers to other modules.
 *
 * Contract: any context, never sleeps.
 */
#ifndef LENDER_H
#define LENDER_H

/* Number of tickets that are out, this one included; -EBUSY if none is left. */
int lender_get(void);
void lender_put(void);

#endif
