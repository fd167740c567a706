// SPDX-License-Identifier: GPL-2.0-only
/* What updates of a struct srcu_struct need lies behind a pointer. */
#include <linux/srcu.h>

unsigned long probe(struct srcu_struct *srcu);
unsigned long probe(struct srcu_struct *srcu)
{
	return srcu->srcu_sup->srcu_gp_seq_needed;
}
