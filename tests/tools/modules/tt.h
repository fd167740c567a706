/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the modules here export to each other.
 */
#ifndef TT_H
#define TT_H

int tt_base_sum(int a, int b);
int tt_base_product(int a, int b);
extern int tt_base_value;
int tt_middle_twice(int a);
int tt_dash_square(int a);
int tt_space_room(void);

#endif
