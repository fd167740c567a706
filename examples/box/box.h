/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The requests of /dev/box, for the module and for programs.
 *
 * A request's number tells which way its argument goes and how large it is:
 * _IO without one, _IOR for what the program reads, _IOW for what it writes.
 */
#ifndef BOX_H
#define BOX_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define BOX_LABEL_MAX 32

struct box_state {
	__u32 weight;
	__u32 changes;
};

#define BOX_MAGIC 'B'

#define BOX_EMPTY _IO(BOX_MAGIC, 0)
/* The argument is the number itself, not a pointer to it. */
#define BOX_SET_WEIGHT _IO(BOX_MAGIC, 1)
#define BOX_GET_STATE  _IOR(BOX_MAGIC, 2, struct box_state)
/* A string, with its NUL within BOX_LABEL_MAX bytes. */
#define BOX_SET_LABEL _IOW(BOX_MAGIC, 3, char[BOX_LABEL_MAX])
#define BOX_GET_LABEL _IOR(BOX_MAGIC, 4, char[BOX_LABEL_MAX])

#endif
