/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A string of the current program, copied without ever sleeping.
 */
#ifndef USER_STRING_H
#define USER_STRING_H

#include <linux/errno.h>
#include <linux/types.h>
#include <linux/uaccess.h>

/*
 * Byte by byte: the string may end just before a page that is not there. Cuts
 * what is longer than @size; -EFAULT if a byte cannot be read.
 */
static inline int user_string(const char __user *from, char *to, size_t size)
{
	size_t i;

	for (i = 0; i < size - 1; i++) {
		if (copy_from_user_nofault(&to[i], from + i, 1))
			return -EFAULT;
		if (!to[i])
			return 0;
	}
	to[i] = '\0';
	return 0;
}

#endif
