// SPDX-License-Identifier: GPL-2.0-only
/*
 * The words that greeter says: a dependency, found by depmod from the symbol.
 */
#include <linux/init.h>
#include <linux/module.h>

#include "greeting.h"

const char *greeting_words(void)
{
	return "good morning";
}
EXPORT_SYMBOL_GPL(greeting_words);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Words for a greeting");
