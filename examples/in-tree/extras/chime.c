// SPDX-License-Identifier: GPL-2.0-only
/*
 * Strikes the hour that the clockwork tells.
 */
#include <linux/init.h>
#include <linux/module.h>

#include "clockwork.h"

static int __init chime_start(void)
{
	pr_info("chime: %u o'clock\n", clockwork_hour());
	return 0;
}

static void __exit chime_end(void)
{
	pr_info("chime: silent\n");
}

module_init(chime_start);
module_exit(chime_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Strikes the hour");
