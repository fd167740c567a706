// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mounts a block device, reads a file from it, writes others to it, and
 * unmounts it: device=PATH type=ext4 read=NAME files=COUNT bytes=OFEACH.
 *
 * Contract: all happens in init, which blocks.  Files and mount are given up
 * there, and gone when the program that loads the module has returned from the
 * system call, in which the kernel puts such work off.
 */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mount.h>
#include <linux/slab.h>

static char *device = "/dev/ram0";
module_param(device, charp, 0444);
MODULE_PARM_DESC(device, "the block device");

static char *type = "ext4";
module_param(type, charp, 0444);
MODULE_PARM_DESC(type, "of the file system");

static char *read = "";
module_param(read, charp, 0444);
MODULE_PARM_DESC(read, "a file whose first line is printed");

static unsigned int files = 1;
module_param(files, uint, 0444);
MODULE_PARM_DESC(files, "how many to write, called file-0 and so on");

static unsigned int bytes = 64;
module_param(bytes, uint, 0444);
MODULE_PARM_DESC(bytes, "in each of them");

static struct vfsmount *mount_device(void)
{
	struct file_system_type *fs = get_fs_type(type);
	struct vfsmount *mnt = ERR_PTR(-ENODEV);
	struct fs_context *fc;
	int err;

	if (!fs)
		return mnt;
	fc = fs_context_for_mount(fs, 0);
	module_put(fs->owner);
	if (IS_ERR(fc))
		return ERR_CAST(fc);
	err = vfs_parse_fs_string(fc, "source", device, strlen(device));
	if (!err)
		err = vfs_get_tree(fc);
	if (err) {
		mnt = ERR_PTR(err);
	} else {
		up_write(&fc->root->d_sb->s_umount);
		mnt = vfs_create_mount(fc);
	}
	put_fs_context(fc);
	return mnt;
}

static struct file *open_in(struct vfsmount *mnt, const char *name, int flags)
{
	struct path root = {.mnt = mnt, .dentry = mnt->mnt_root};

	return file_open_root(&root, name, flags, 0644);
}

static int print_file(struct vfsmount *mnt)
{
	struct file *file = open_in(mnt, read, O_RDONLY);
	char line[80] = "";
	loff_t at = 0;
	ssize_t n;

	if (IS_ERR(file))
		return PTR_ERR(file);
	n = kernel_read(file, line, sizeof(line) - 1, &at);
	fput(file);
	if (n < 0)
		return n;
	line[strcspn(line, "\n")] = 0;
	pr_info("ext4_write: %s: %s\n", read, line);
	return 0;
}

/* Line after line, each with its number. */
static int fill(struct file *file)
{
	unsigned int done = 0;
	char line[32];
	loff_t at = 0;
	ssize_t n = 0;

	while (n >= 0 && done < bytes) {
		n = snprintf(line, sizeof(line), "line at %u\n", done);
		n = kernel_write(file, line, min_t(size_t, n, bytes - done),
				 &at);
		done += max_t(ssize_t, n, 0);
	}
	return n < 0 ? n : vfs_fsync(file, 0);
}

static int write_file(struct vfsmount *mnt, unsigned int nr)
{
	struct file *file;
	char name[16];
	int err;

	snprintf(name, sizeof(name), "file-%u", nr);
	file = open_in(mnt, name, O_CREAT | O_EXCL | O_WRONLY);
	if (IS_ERR(file))
		return PTR_ERR(file);
	err = fill(file);
	fput(file);
	return err;
}

static int __init ext4_write_start(void)
{
	struct vfsmount *mnt = mount_device();
	unsigned int i;
	int err = 0;

	if (IS_ERR(mnt)) {
		pr_err("ext4_write: cannot mount %s\n", device);
		return PTR_ERR(mnt);
	}
	if (*read)
		err = print_file(mnt);
	for (i = 0; !err && i < files; i++)
		err = write_file(mnt, i);
	mntput(mnt);
	pr_info("ext4_write: %d\n", err);
	return err;
}

static void __exit ext4_write_end(void)
{
}

module_init(ext4_write_start);
module_exit(ext4_write_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Writes files to a block device");
