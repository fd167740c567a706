// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints to the terminal of whoever loads the module, not to the log.
 *
 * A process has a terminal, or none, as one that a service started. The tty
 * driver's write() takes the text; terminals want a carriage return before
 * each line feed, which the line discipline would add for a program.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/tty.h>

static void print(const char *text)
{
	struct tty_struct *tty = get_current_tty();

	if (!tty) {
		pr_info("print-tty: no terminal for: %s\n", text);
		return;
	}
	tty->ops->write(tty, text, strlen(text));
	tty->ops->write(tty, "\r\n", 2);
	tty_kref_put(tty);
}

static int __init start(void)
{
	print("good morning, dear terminal");
	return 0;
}

static void __exit end(void)
{
	print("good night, dear terminal");
}

module_init(start);
module_exit(end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Prints to its loader's terminal");
