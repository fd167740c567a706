// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that modprobe finds by other names and loads with others.
 *
 * It needs greeting.ko, whose symbol it uses: that is a dependency, and
 * nothing works without. It wants polite.ko first: a softdep, which insmod
 * knows nothing of. An alias is another name, by which the kernel asks for a
 * module when it meets a device, a file system or a protocol.
 */
#include <linux/init.h>
#include <linux/module.h>

#include "greeting.h"

static int __init greeter_start(void)
{
	pr_info("greeter: %s\n", greeting_words());
	return 0;
}

static void __exit greeter_end(void)
{
	pr_info("greeter: good night\n");
}

module_init(greeter_start);
module_exit(greeter_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Greets, in good company");
MODULE_ALIAS("greet-me");
MODULE_SOFTDEP("pre: polite");
