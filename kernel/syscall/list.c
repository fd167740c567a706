// SPDX-License-Identifier: GPL-2.0-only
/*
 * Directories for clients.  The client's own descriptor is of a directory
 * outside, which keeps the position; each call opens the one in the instance,
 * goes there, and reads on.
 *
 * In the task that stands for the client's thread; sleeps.
 */
#include <linux/types.h>
#include <linux/dirent.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include "syscall/clients.h"

#define MOST 65536ul

struct listing {
	struct dir_context ctx;
	u8 *buffer;
	unsigned long size, used;
	struct linux_dirent64 *last;
	int err;
};

/* As getdents64(2): each entry carries the position of the one behind it. */
static bool add_entry(struct dir_context *ctx, const char *name, int n,
		      loff_t offset, u64 ino, unsigned int type)
{
	struct listing *l = container_of(ctx, struct listing, ctx);
	unsigned long size =
		ALIGN(offsetof(struct linux_dirent64, d_name) + n + 1, 8);
	struct linux_dirent64 *entry = (void *)(l->buffer + l->used);

	if (l->last)
		l->last->d_off = offset;
	if (l->used + size > l->size) {
		if (!l->used)
			l->err = -EINVAL;
		return false;
	}
	memset(entry, 0, size);
	entry->d_ino = ino;
	entry->d_reclen = size;
	entry->d_type = type;
	memcpy(entry->d_name, name, n);
	l->last = entry;
	l->used += size;
	return true;
}

static long read_entries(struct file *file, struct ring3_call *call,
			 struct listing *l)
{
	loff_t at = call->args[3];
	long err = 0;

	if (at)
		at = vfs_llseek(file, at, SEEK_SET);
	if (at < 0)
		return at;
	err = iterate_dir(file, &l->ctx);
	if (!err && !l->used)
		err = l->err;
	if (err)
		return err;
	call->args[3] = l->ctx.pos;
	if (l->last)
		l->last->d_off = l->ctx.pos;
	if (copy_to_user((void __user *)call->args[1], l->buffer, l->used))
		return -EFAULT;
	return l->used;
}

/* The position is the file's; a listing of one that was taken away ends. */
long list_directory(struct ring3_call *call)
{
	struct listing l = {
		.ctx.actor = add_entry,
		.size = min(call->args[2], MOST),
	};
	struct file *file = filp_open((const char *)call->args[0],
				      O_RDONLY | O_DIRECTORY, 0);
	long result;

	if (IS_ERR(file))
		return PTR_ERR(file);
	l.buffer = kvmalloc(l.size, GFP_KERNEL);
	result = l.buffer ? read_entries(file, call, &l) : -ENOMEM;
	kvfree(l.buffer);
	filp_close(file, NULL);
	return result;
}
