// SPDX-License-Identifier: GPL-2.0-only
/*
 * The console: what printk() shows goes to the host, byte for byte.
 *
 * The write callback runs with the console lock held, in any context.
 */
#include <linux/console.h>
#include "internal.h"

static void console_write(struct console *con, const char *text, unsigned int n)
{
	host_console_write(text, n);
}

static struct console host_console = {
	.name = "ring3",
	.write = console_write,
	.flags = CON_PRINTBUFFER | CON_ENABLED | CON_ANYTIME,
	.index = -1,
};

void console_set_up(void)
{
	register_console(&host_console);
}
