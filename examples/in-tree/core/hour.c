// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hour, for those who strike it.
 */
#include <linux/export.h>
#include <linux/ktime.h>

#include "clockwork.h"

unsigned int clockwork_hour(void)
{
	time64_t hours = ktime_get_seconds() / 3600;

	return hours % 12 + 1;
}
EXPORT_SYMBOL_GPL(clockwork_hour);
