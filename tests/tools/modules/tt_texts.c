// SPDX-License-Identifier: GPL-2.0-only
/*
 * Texts that are awkward to print: long keys, empty values, line breaks,
 * bytes that are not ASCII, an "=" in the value, several authors.
 *
 * Only read by the module tools' tests; never loaded.
 */
#include <linux/module.h>

MODULE_AUTHOR("First <first@example.org>");
MODULE_AUTHOR("Second Änderung <second@example.org>");
MODULE_DESCRIPTION("One line\nand another = with \"quotes\", a \\, a\ttab");
MODULE_LICENSE("GPL and additional rights");
MODULE_FIRMWARE("tt/one.bin");
MODULE_FIRMWARE("tt/two-*.fw");
MODULE_INFO(fifteen_letters, "fifteen");
MODULE_INFO(sixteen_letters_, "sixteen");
MODULE_INFO(a_key_that_is_a_lot_longer_than_that, "long");
MODULE_INFO(empty, "");
MODULE_INFO(x, "a key of one letter");
MODULE_INFO(filename, "not a file's name");
MODULE_INFO(signer, "Nobody");
MODULE_INFO(parmtype, "no colon");
MODULE_INFO(parm, "no colon either");
