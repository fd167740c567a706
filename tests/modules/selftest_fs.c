// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files: on a memory file system, in /proc, /sys, /dev and debugfs.
 *
 * Contract: all in one thread that init waits for; what it makes it removes.
 * A thread of the kernel may close a file at once, whereas insmod would do it
 * on its way back to user space, when a failed module's text is gone. A file
 * system that is not mounted is left out, and said to be.
 */
#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kobject.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/stat.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/uio.h>

#include "check.h"

static char *dir = "/tmp";
module_param(dir, charp, 0444);
MODULE_PARM_DESC(dir, "where to write a file");

#define LARGE (300 * 1024 + 17)

static char text[256];

static bool mounted(const char *path)
{
	struct file *file = filp_open(path, O_RDONLY, 0);

	if (!IS_ERR(file)) {
		__fput_sync(file);
		return true;
	}
	pr_info("selftest fs: no %s, left out\n", path);
	return false;
}

/* The length read, or an error; the text is in "text". */
static ssize_t slurp(const char *path)
{
	struct file *file = filp_open(path, O_RDONLY, 0);
	ssize_t len;
	loff_t pos = 0;

	memset(text, 0, sizeof(text));
	if (IS_ERR(file))
		return PTR_ERR(file);
	len = kernel_read(file, text, sizeof(text) - 1, &pos);
	__fput_sync(file);
	return len;
}

static ssize_t spill(const char *path, const char *data)
{
	struct file *file = filp_open(path, O_WRONLY, 0);
	ssize_t len;
	loff_t pos = 0;

	if (IS_ERR(file))
		return PTR_ERR(file);
	len = kernel_write(file, data, strlen(data), &pos);
	__fput_sync(file);
	return len;
}

static void check_large(struct file *file)
{
	u8 *data = kvmalloc(LARGE, GFP_KERNEL);
	loff_t pos = 0;
	int i, wrong = 0;

	if (!CHECK(data))
		return;
	for (i = 0; i < LARGE; i++)
		data[i] = i * 13 + i / 251;
	CHECK_EQ(kernel_write(file, data, LARGE, &pos), LARGE);
	CHECK_EQ(pos, LARGE);
	CHECK_EQ(i_size_read(file_inode(file)), LARGE);
	memset(data, 0, LARGE);
	pos = 0;
	CHECK_EQ(kernel_read(file, data, LARGE, &pos), LARGE);
	for (i = 0; i < LARGE; i++)
		wrong += data[i] != (u8)(i * 13 + i / 251);
	CHECK_EQ(wrong, 0);
	CHECK_EQ(kernel_read(file, data, 10, &pos), 0);
	pos = LARGE - 5;
	CHECK_EQ(kernel_read(file, data, 100, &pos), 5);
	kvfree(data);
}

static void test_file(void)
{
	char *path = kasprintf(GFP_KERNEL, "%s/selftest_fs", dir);
	struct file *file;
	loff_t pos = 5000;
	struct kstat stat;

	if (!CHECK(path) || !mounted(dir))
		goto free;
	file = filp_open(path, O_RDWR | O_CREAT | O_TRUNC, 0640);
	if (!CHECK(!IS_ERR(file)))
		goto free;
	/* A hole in front reads as zeros. */
	CHECK_EQ(kernel_write(file, "end", 3, &pos), 3);
	pos = 4990;
	CHECK_EQ(kernel_read(file, text, 20, &pos), 13);
	CHECK(!memchr_inv(text, 0, 10) && !memcmp(text + 10, "end", 3));
	check_large(file);
	CHECK_EQ(vfs_getattr(&file->f_path, &stat, STATX_BASIC_STATS, 0), 0);
	CHECK_EQ(stat.size, LARGE);
	CHECK_EQ(stat.mode & ~(S_IFMT | 022), 0640 & ~022);
	CHECK(S_ISREG(stat.mode));
	__fput_sync(file);
	file = filp_open(path, O_WRONLY | O_TRUNC, 0);
	if (CHECK(!IS_ERR(file))) {
		CHECK_EQ(i_size_read(file_inode(file)), 0);
		__fput_sync(file);
	}
	CHECK_EQ(slurp(path), 0);
	CHECK_EQ(spill(path, "short"), 5);
	CHECK_EQ(slurp(path), 5);
	CHECK(!strcmp(text, "short"));
	CHECK_EQ(PTR_ERR_OR_ZERO(filp_open(path, O_CREAT | O_EXCL, 0)),
		 -EEXIST);
	CHECK_EQ(slurp("/no/such/file"), -ENOENT);
free:
	kfree(path);
}

static int shown;

static int show_proc(struct seq_file *m, void *v)
{
	seq_printf(m, "shown %d times\n", ++shown);
	return 0;
}

static ssize_t write_proc(struct file *file, const char __user *data,
			  size_t len, loff_t *pos)
{
	return -EROFS;
}

static int open_proc(struct inode *inode, struct file *file)
{
	return single_open(file, show_proc, NULL);
}

static const struct proc_ops proc_ops = {
	.proc_open = open_proc,
	.proc_read_iter = seq_read_iter,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
	.proc_write = write_proc,
};

static void *seq_start_at(struct seq_file *m, loff_t *pos)
{
	return *pos < 3000 ? pos : NULL;
}

static void *seq_next_at(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return seq_start_at(m, pos);
}

static void seq_stop_at(struct seq_file *m, void *v)
{
}

static int seq_show_at(struct seq_file *m, void *v)
{
	seq_printf(m, "%06lld\n", *(loff_t *)v);
	return 0;
}

static const struct seq_operations seq_ops = {
	.start = seq_start_at,
	.next = seq_next_at,
	.stop = seq_stop_at,
	.show = seq_show_at,
};

/* More than a page, read in pieces that do not fit the lines. */
static void check_seq(const char *path)
{
	struct file *file = filp_open(path, O_RDONLY, 0);
	loff_t pos = 0;
	ssize_t len;
	int total = 0, number, wrong = 0;

	if (!CHECK(!IS_ERR(file)))
		return;
	while ((len = kernel_read(file, text, 70, &pos)) > 0) {
		if (sscanf(text, "%06d", &number) == 1)
			wrong += number != total / 7;
		total += len;
	}
	CHECK_EQ(len, 0);
	CHECK_EQ(total, 3000 * 7);
	CHECK_EQ(wrong, 0);
	__fput_sync(file);
}

static void test_proc(void)
{
	struct proc_dir_entry *parent;

	parent = proc_mkdir("selftest_fs", NULL);
	if (!CHECK(parent))
		return;
	CHECK(proc_create("shown", 0444, parent, &proc_ops));
	CHECK(proc_create_seq("seq", 0444, parent, &seq_ops));
	CHECK(proc_symlink("link", parent, "shown"));
	if (mounted("/proc/self")) {
		CHECK_EQ(slurp("/proc/selftest_fs/shown"), 14);
		CHECK(!strcmp(text, "shown 1 times\n"));
		CHECK_EQ(slurp("/proc/selftest_fs/link"), 14);
		CHECK(!strcmp(text, "shown 2 times\n"));
		CHECK_EQ(slurp("/proc/selftest_fs/none"), -ENOENT);
		check_seq("/proc/selftest_fs/seq");
	}
	CHECK_EQ(remove_proc_subtree("selftest_fs", NULL), 0);
	if (mounted("/proc/self"))
		CHECK_EQ(slurp("/proc/selftest_fs/shown"), -ENOENT);
}

static int stored = 7;

static ssize_t value_show(struct kobject *kobj, struct kobj_attribute *attr,
			  char *buf)
{
	return sysfs_emit(buf, "%d\n", stored);
}

static ssize_t value_store(struct kobject *kobj, struct kobj_attribute *attr,
			   const char *buf, size_t count)
{
	int ret = kstrtoint(buf, 0, &stored);

	return ret ? ret : count;
}

static struct kobj_attribute value_attr = __ATTR_RW(value);

static void test_sysfs(void)
{
	struct kobject *kobj;

	kobj = kobject_create_and_add("selftest_fs", kernel_kobj);
	if (!CHECK(kobj))
		return;
	CHECK_EQ(sysfs_create_file(kobj, &value_attr.attr), 0);
	if (mounted("/sys/kernel")) {
		CHECK_EQ(slurp("/sys/kernel/selftest_fs/value"), 2);
		CHECK(!strcmp(text, "7\n"));
		CHECK_EQ(spill("/sys/kernel/selftest_fs/value", "0x30\n"), 5);
		CHECK_EQ(stored, 0x30);
		CHECK_EQ(spill("/sys/kernel/selftest_fs/value", "no"), -EINVAL);
		CHECK_EQ(slurp("/sys/kernel/selftest_fs/value"), 3);
		CHECK(!strcmp(text, "48\n"));
		sysfs_remove_file(kobj, &value_attr.attr);
		CHECK_EQ(slurp("/sys/kernel/selftest_fs/value"), -ENOENT);
		CHECK(slurp("/sys/module/selftest_fs/initstate") > 0);
		CHECK(!strcmp(text, "coming\n"));
	}
	kobject_put(kobj);
}

static u32 debug_value = 0xabc;

static void test_debugfs(void)
{
	struct dentry *parent = debugfs_create_dir("selftest_fs", NULL);

	if (IS_ERR(parent)) {
		pr_info("selftest fs: no debugfs, left out\n");
		return;
	}
	debugfs_create_x32("value", 0600, parent, &debug_value);
	/* What is there cannot be read from within the kernel, only found. */
	if (mounted("/sys/kernel/debug/tracing")) {
		CHECK(mounted("/sys/kernel/debug/selftest_fs/value"));
		debugfs_remove(parent);
		CHECK_EQ(slurp("/sys/kernel/debug/selftest_fs/value"), -ENOENT);
		return;
	}
	debugfs_remove(parent);
}

static ssize_t read_device(struct kiocb *iocb, struct iov_iter *to)
{
	static const char data[] = "from the device";
	size_t left = sizeof(data) - 1;

	if (iocb->ki_pos >= left)
		return 0;
	left = copy_to_iter(data + iocb->ki_pos, left - iocb->ki_pos, to);
	iocb->ki_pos += left;
	return left;
}

static const struct file_operations device_ops = {
	.owner = THIS_MODULE,
	.read_iter = read_device,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "selftest_fs",
	.fops = &device_ops,
};

static void test_device(void)
{
	if (!CHECK_EQ(misc_register(&device), 0))
		return;
	CHECK(device.minor != MISC_DYNAMIC_MINOR);
	if (mounted("/dev/selftest_fs")) {
		CHECK_EQ(slurp("/dev/selftest_fs"), 15);
		CHECK(!strcmp(text, "from the device"));
	}
	misc_deregister(&device);
}

static DECLARE_COMPLETION(done);

static int test_all(void *unused)
{
	test_file();
	test_proc();
	test_sysfs();
	test_debugfs();
	test_device();
	kthread_complete_and_exit(&done, 0);
}

static int __init selftest_start(void)
{
	if (CHECK(!IS_ERR(kthread_run(test_all, NULL, "selftest_fs"))))
		wait_for_completion(&done);
	return check_report("fs");
}

static void __exit selftest_end(void)
{
}

module_init(selftest_start);
module_exit(selftest_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Checks files of all kinds");
