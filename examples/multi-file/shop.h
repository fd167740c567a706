/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the shop's files know of each other.
 *
 * Contract: called from init and exit only, so nothing is locked.
 */
#ifndef SHOP_H
#define SHOP_H

/* stock.c */
int stock_fill(unsigned int pieces);
int stock_take(unsigned int pieces);
void stock_clear(void);

/* till.c */
void till_add(unsigned int pieces, unsigned int price);
unsigned int till_total(void);

#endif
