// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file in /proc that one user may read and write: a note.
 *
 * The mode and the owner are those of any file, and checked when it is opened;
 * root may always. What is written replaces the note.
 */
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/uaccess.h>
#include <linux/uidgid.h>

#define NOTE_MAX 128

static unsigned int uid;
module_param(uid, uint, 0444);
MODULE_PARM_DESC(uid, "of the user that the note belongs to");

static char note[NOTE_MAX] = "nothing noted\n";
static size_t note_len = 14;
static DEFINE_MUTEX(note_lock);

static ssize_t note_read(struct file *file, char __user *buf, size_t count,
			 loff_t *pos)
{
	ssize_t ret;

	if (mutex_lock_interruptible(&note_lock))
		return -ERESTARTSYS;
	ret = simple_read_from_buffer(buf, count, pos, note, note_len);
	mutex_unlock(&note_lock);
	return ret;
}

static ssize_t note_write(struct file *file, const char __user *buf,
			  size_t count, loff_t *pos)
{
	char text[NOTE_MAX];

	if (count > sizeof(text))
		return -EMSGSIZE;
	/* Copied before the lock is taken: the copy may sleep for long. */
	if (copy_from_user(text, buf, count))
		return -EFAULT;
	if (mutex_lock_interruptible(&note_lock))
		return -ERESTARTSYS;
	memcpy(note, text, count);
	note_len = count;
	mutex_unlock(&note_lock);
	pr_info("proc-note: %zu bytes from uid %u\n", count,
		from_kuid(&init_user_ns, current_uid()));
	return count;
}

static const struct proc_ops note_ops = {
	.proc_read = note_read,
	.proc_write = note_write,
	.proc_lseek = default_llseek,
};

static int __init note_start(void)
{
	kuid_t owner = make_kuid(&init_user_ns, uid);
	struct proc_dir_entry *entry;

	if (!uid_valid(owner))
		return -EINVAL;
	entry = proc_create("note", 0600, NULL, &note_ops);
	if (!entry)
		return -ENOMEM;
	proc_set_user(entry, owner, GLOBAL_ROOT_GID);
	return 0;
}

static void __exit note_end(void)
{
	remove_proc_entry("note", NULL);
}

module_init(note_start);
module_exit(note_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A note in /proc that belongs to one user");
