// SPDX-License-Identifier: GPL-2.0-only
/*
 * The till: what has been taken in.
 *
 * Contract: as shop.h says; never sleeps.
 */
#include "shop.h"

static unsigned int total;

void till_add(unsigned int pieces, unsigned int price)
{
	total += pieces * price;
}

unsigned int till_total(void)
{
	return total;
}
