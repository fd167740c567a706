// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parameters: parsed by the loader, shown and stored through sysfs.
 *
 * Contract: load with given=1 and the arguments in given_values() to have the
 * loader's parsing checked; without, the defaults are. All from init; the
 * parameters' files are there by then.
 */
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "check.h"

#define FILES "/sys/module/selftest_param/parameters/"

static bool given;
module_param(given, bool, 0444);
MODULE_PARM_DESC(given, "check values of the command line");

static bool flag;
module_param(flag, bool, 0644);
static bool straight = true;
module_param_named(inverted, straight, invbool, 0644);
static unsigned char octet = 7;
module_param(octet, byte, 0644);
static short small = -2;
module_param(small, short, 0644);
static unsigned short usmall = 2;
module_param(usmall, ushort, 0644);
static int number = -3;
module_param(number, int, 0644);
static unsigned int unumber = 3;
module_param(unumber, uint, 0644);
static long big = -4;
module_param(big, long, 0644);
static unsigned long ubig = 4;
module_param(ubig, ulong, 0644);
static unsigned long long huge = 5;
module_param(huge, ullong, 0644);
static unsigned int hex = 0x10;
module_param(hex, hexint, 0644);
static char *text = "default";
module_param(text, charp, 0644);
static char fixed[8] = "fix";
module_param_string(fixed, fixed, sizeof(fixed), 0644);
static int list[4] = {1, 2};
static unsigned int list_len = 2;
module_param_array(list, int, &list_len, 0644);
static char *words[3];
static int words_len;
module_param_array(words, charp, &words_len, 0444);
static int hidden = 1;
module_param(hidden, int, 0);
static int dashed = 1;
module_param_named(with_dash, dashed, int, 0444);

static int set_calls, get_calls, called_value;

static int set_called(const char *val, const struct kernel_param *kp)
{
	set_calls++;
	return val ? param_set_int(val, kp) : -EINVAL;
}

static int get_called(char *buf, const struct kernel_param *kp)
{
	get_calls++;
	return sprintf(buf, "<%d>\n", called_value);
}

static const struct kernel_param_ops called_ops = {
	.set = set_called,
	.get = get_called,
};
module_param_cb(called, &called_ops, &called_value, 0644);

static void default_values(void)
{
	CHECK(!flag && straight);
	CHECK_EQ(octet, 7);
	CHECK_EQ(small, -2);
	CHECK_EQ(usmall, 2);
	CHECK_EQ(number, -3);
	CHECK_EQ(unumber, 3);
	CHECK_EQ(big, -4);
	CHECK_EQ(ubig, 4);
	CHECK_EQ(huge, 5);
	CHECK_EQ(hex, 0x10);
	CHECK(!strcmp(text, "default"));
	CHECK(!strcmp(fixed, "fix"));
	CHECK_EQ(list_len, 2);
	CHECK_EQ(words_len, 0);
	CHECK_EQ(hidden, 1);
	CHECK_EQ(dashed, 1);
	CHECK_EQ(set_calls, 0);
}

/*
 * given=1 flag inverted=y octet=255 small=-32768 usmall=65535
 * number=-2147483648 unumber=0xffffffff big=-9223372036854775808
 * ubig=0xffffffffffffffff huge=0777 hex=0xff0 text="two words" fixed=seven77
 * list=4,0x5,-6 words=a,bc hidden=2 with-dash=3 called=11
 */
static void given_values(void)
{
	CHECK(flag && !straight);
	CHECK_EQ(octet, 255);
	CHECK_EQ(small, -32768);
	CHECK_EQ(usmall, 65535);
	CHECK_EQ(number, -2147483647 - 1);
	CHECK_EQ(unumber, 0xffffffffU);
	CHECK_EQ(big, -9223372036854775807L - 1);
	CHECK(ubig == ~0UL);
	CHECK_EQ(huge, 0777);
	CHECK_EQ(hex, 0xff0);
	CHECK(!strcmp(text, "two words"));
	CHECK(!strcmp(fixed, "seven77"));
	CHECK_EQ(list_len, 3);
	CHECK(list[0] == 4 && list[1] == 5 && list[2] == -6);
	CHECK_EQ(words_len, 2);
	CHECK(words[0] && !strcmp(words[0], "a"));
	CHECK(words[1] && !strcmp(words[1], "bc"));
	CHECK_EQ(hidden, 2);
	CHECK_EQ(dashed, 3);
	CHECK_EQ(set_calls, 1);
	CHECK_EQ(called_value, 11);
}

static ssize_t file_io(const char *path, char *data, size_t len, bool store)
{
	struct file *file = filp_open(path, store ? O_WRONLY : O_RDONLY, 0);
	loff_t pos = 0;
	ssize_t ret;

	if (IS_ERR(file))
		return PTR_ERR(file);
	if (store)
		ret = kernel_write(file, data, len, &pos);
	else
		ret = kernel_read(file, data, len, &pos);
	filp_close(file, NULL);
	return ret;
}

static ssize_t store(const char *path, const char *data)
{
	return file_io(path, (char *)data, strlen(data), true);
}

static bool shows(const char *path, const char *expected)
{
	static char got[256];
	ssize_t len;

	memset(got, 0, sizeof(got));
	len = file_io(path, got, sizeof(got) - 1, false);
	if (len == strlen(expected) && !strcmp(got, expected))
		return true;
	pr_err("selftest: %s: %zd, \"%s\" for \"%s\"\n", path, len, got,
	       expected);
	return false;
}

static void test_stores(void)
{
	CHECK_EQ(store(FILES "number", "77\n"), 3);
	CHECK_EQ(number, 77);
	CHECK(shows(FILES "number", "77\n"));
	CHECK_EQ(store(FILES "number", "2147483648"), -ERANGE);
	CHECK_EQ(store(FILES "number", "seven"), -EINVAL);
	CHECK_EQ(store(FILES "number", ""), 0);
	CHECK_EQ(number, 77);
	CHECK_EQ(store(FILES "octet", "256"), -ERANGE);
	CHECK_EQ(store(FILES "unumber", "-1"), -EINVAL);
	CHECK_EQ(store(FILES "flag", "off"), 3);
	CHECK(shows(FILES "flag", "N\n"));
	CHECK_EQ(store(FILES "flag", "on"), 2);
	CHECK(shows(FILES "flag", "Y\n"));
	CHECK_EQ(store(FILES "flag", "maybe"), -EINVAL);
	CHECK_EQ(store(FILES "inverted", "n"), 1);
	CHECK(straight);
	CHECK(shows(FILES "inverted", "N\n"));
	CHECK_EQ(store(FILES "hex", "0xbeef"), 6);
	CHECK(shows(FILES "hex", "0x00beef\n"));
	CHECK_EQ(store(FILES "text", "new text"), 8);
	CHECK(shows(FILES "text", "new text\n"));
	CHECK_EQ(store(FILES "fixed", "eight888"), -ENOSPC);
	CHECK_EQ(store(FILES "fixed", "1234567"), 7);
	CHECK(shows(FILES "fixed", "1234567\n"));
	CHECK_EQ(store(FILES "list", "9,8,7,6"), 7);
	CHECK_EQ(list_len, 4);
	CHECK(shows(FILES "list", "9,8,7,6\n"));
	CHECK_EQ(store(FILES "list", "1,2,3,4,5"), -EINVAL);
	CHECK_EQ(store(FILES "called", "23"), 2);
	CHECK_EQ(called_value, 23);
	CHECK(shows(FILES "called", "<23>\n"));
	CHECK_EQ(get_calls, 1);
}

static void test_files(void)
{
	char none[1];

	if (file_io(FILES "number", none, 1, false) == -ENOENT) {
		pr_info("selftest param: no sysfs, left out\n");
		return;
	}
	CHECK_EQ(file_io(FILES "hidden", none, 1, false), -ENOENT);
	CHECK(shows(FILES "given", given ? "Y\n" : "N\n"));
	CHECK(shows(FILES "with_dash", given ? "3\n" : "1\n"));
	test_stores();
}

static void test_setters(void)
{
	unsigned char byte = 1;
	bool yes = false;
	struct kernel_param kp = {.name = "made-up", .arg = &byte};

	CHECK_EQ(param_set_byte("0x10", &kp), 0);
	CHECK_EQ(byte, 16);
	CHECK_EQ(param_set_byte("-1", &kp), -EINVAL);
	CHECK_EQ(param_set_byte("300", &kp), -ERANGE);
	CHECK_EQ(byte, 16);
	kp.arg = &yes;
	CHECK_EQ(param_set_bool(NULL, &kp), 0);
	CHECK(yes);
	CHECK_EQ(param_set_bool("0", &kp), 0);
	CHECK(!yes);
}

static int __init selftest_start(void)
{
	if (given)
		given_values();
	else
		default_values();
	test_files();
	test_setters();
	return check_report("param");
}

static void __exit selftest_end(void)
{
}

module_init(selftest_start);
module_exit(selftest_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Checks module parameters");
