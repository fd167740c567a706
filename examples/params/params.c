// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every kind of parameter that a module can have.
 *
 * The last argument is the mode of /sys/module/params/parameters/NAME; 0 means
 * no such file. A write there changes the variable at any moment, under the
 * module's parameter lock and without a word to the module, unless the
 * parameter has operations of its own as "level" has.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>

static bool verbose;
module_param(verbose, bool, 0644);
MODULE_PARM_DESC(verbose, "say more (0, 1, y, n, on, off; bare: yes)");

/* Given as "quiet", stored upside down. */
static bool noisy = true;
module_param_named(quiet, noisy, invbool, 0444);
MODULE_PARM_DESC(quiet, "say less");

static unsigned char octet = 7;
module_param(octet, byte, 0644);
MODULE_PARM_DESC(octet, "0 to 255");

static short offset = -1;
module_param(offset, short, 0644);
MODULE_PARM_DESC(offset, "a short");

static unsigned short port = 80;
module_param(port, ushort, 0644);
MODULE_PARM_DESC(port, "an unsigned short");

static int answer = 42;
module_param(answer, int, 0644);
MODULE_PARM_DESC(answer, "an int; 0x and 0 prefixes work");

static unsigned int limit = 10;
module_param(limit, uint, 0444);
MODULE_PARM_DESC(limit, "an unsigned int, to be read only");

static long depth = -1000000L;
module_param(depth, long, 0644);
MODULE_PARM_DESC(depth, "a long");

static unsigned long mask = 0xff00ff00UL;
module_param(mask, ulong, 0600);
MODULE_PARM_DESC(mask, "an unsigned long, for root alone");

static unsigned long long bytes = 1ULL << 40;
module_param(bytes, ullong, 0644);
MODULE_PARM_DESC(bytes, "an unsigned long long");

/* The kernel keeps a copy of the text and frees it itself. */
static char *greeting = "good morning";
module_param(greeting, charp, 0444);
MODULE_PARM_DESC(greeting, "text of any length");

static char label[16] = "none";
module_param_string(label, label, sizeof(label), 0644);
MODULE_PARM_DESC(label, "text of at most 15 characters");

static int list[4] = {1, 2, 3};
static int list_len = 3;
module_param_array(list, int, &list_len, 0644);
MODULE_PARM_DESC(list, "up to four numbers, with commas between");

/* Not to be seen or changed once the module is loaded. */
static int secret;
module_param(secret, int, 0);
MODULE_PARM_DESC(secret, "a number without a file");

static int level = 1;

static int set_level(const char *val, const struct kernel_param *kp)
{
	int wanted, ret;

	ret = kstrtoint(val, 0, &wanted);
	if (ret)
		return ret;
	if (wanted < 0 || wanted > 9)
		return -ERANGE;
	pr_info("params: level %d -> %d\n", *(int *)kp->arg, wanted);
	*(int *)kp->arg = wanted;
	return 0;
}

static int get_level(char *buf, const struct kernel_param *kp)
{
	return sprintf(buf, "level %d of 9\n", *(int *)kp->arg);
}

static const struct kernel_param_ops level_ops = {
	.set = set_level,
	.get = get_level,
};
module_param_cb(level, &level_ops, &level, 0644);
MODULE_PARM_DESC(level, "0 to 9, checked by a callback");

static int __init params_start(void)
{
	int i;

	pr_info("params: verbose=%d noisy=%d octet=%u\n", verbose, noisy,
		octet);
	pr_info("params: offset=%d port=%u answer=%d limit=%u\n", offset, port,
		answer, limit);
	pr_info("params: depth=%ld mask=%#lx bytes=%llu\n", depth, mask, bytes);
	pr_info("params: greeting=\"%s\" label=\"%s\"\n", greeting, label);
	for (i = 0; i < list_len; i++)
		pr_info("params: list[%d]=%d\n", i, list[i]);
	pr_info("params: secret=%d level=%d\n", secret, level);
	return 0;
}

static void __exit params_end(void)
{
	pr_info("params: in the end answer=%d label=\"%s\" level=%d\n", answer,
		label, level);
}

module_init(params_start);
module_exit(params_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("One parameter of every kind");
