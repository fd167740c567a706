/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the page holds, for the module and for programs.
 */
#ifndef SHARED_PAGE_H
#define SHARED_PAGE_H

#include <linux/types.h>

struct shared_page {
	__u32 kicks;
	char text[60];
};

#endif
