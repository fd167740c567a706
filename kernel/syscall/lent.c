// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of the host that a client lends to the instance: regular files of a
 * small file system of ours, whose data the host reads and writes.
 *
 * The loop driver is who wants them: it keeps the file, and reads and writes
 * from its workers.  Process context; sleeps, and the instance stands still
 * while the host does the transfer.
 */
#include <linux/atomic.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/mutex.h>
#include <linux/pseudo_fs.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uio.h>
#include "syscall/clients.h"

#define LENT_MAGIC  0x72336c66
#define BUFFER_SIZE 65536ul

struct lent {
	int fd; /* the host's */
	struct mutex lock; /* of the buffer */
	void *buffer; /* BUFFER_SIZE */
	char path[]; /* the host's */
};

static struct vfsmount *mount;
static DEFINE_MUTEX(mount_lock);
static atomic_t nr_lent = ATOMIC_INIT(0);

unsigned int lent_count(void)
{
	return atomic_read(&nr_lent);
}

static struct lent *lent_of(const struct file *file)
{
	return file->private_data;
}

static ssize_t lent_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct lent *l = lent_of(iocb->ki_filp);
	ssize_t done = 0, n = 0;

	mutex_lock(&l->lock);
	while (iov_iter_count(to)) {
		n = host_lent_read(l->fd, l->buffer,
				   min(iov_iter_count(to), BUFFER_SIZE),
				   iocb->ki_pos);
		if (n <= 0)
			break;
		if (copy_to_iter(l->buffer, n, to) != n) {
			n = -EFAULT;
			break;
		}
		iocb->ki_pos += n;
		done += n;
	}
	mutex_unlock(&l->lock);
	return done ? done : n;
}

static ssize_t lent_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	struct inode *inode = file_inode(iocb->ki_filp);
	struct lent *l = lent_of(iocb->ki_filp);
	ssize_t done = 0, n = 0;
	size_t size;

	mutex_lock(&l->lock);
	while (iov_iter_count(from)) {
		size = min(iov_iter_count(from), BUFFER_SIZE);
		if (copy_from_iter(l->buffer, size, from) != size) {
			n = -EFAULT;
			break;
		}
		n = host_lent_write(l->fd, l->buffer, size, iocb->ki_pos);
		if (n <= 0)
			break;
		iocb->ki_pos += n;
		done += n;
		if (n < size)
			break;
	}
	if (iocb->ki_pos > i_size_read(inode))
		i_size_write(inode, iocb->ki_pos);
	mutex_unlock(&l->lock);
	return done ? done : n;
}

static int lent_fsync(struct file *file, loff_t start, loff_t end, int datasync)
{
	return host_lent_sync(lent_of(file)->fd);
}

static void lent_free(struct lent *l)
{
	host_lent_close(l->fd);
	kfree(l->buffer);
	kfree(l);
}

static int lent_release(struct inode *inode, struct file *file)
{
	lent_free(lent_of(file));
	atomic_dec(&nr_lent);
	return 0;
}

static const struct file_operations lent_operations = {
	.llseek = generic_file_llseek,
	.read_iter = lent_read_iter,
	.write_iter = lent_write_iter,
	.fsync = lent_fsync,
	.release = lent_release,
};

static const struct address_space_operations lent_aops = {};

/* What /sys/block/loop0/loop/backing_file shows. */
static char *lent_dname(struct dentry *dentry, char *buffer, int size)
{
	const char *path = dentry->d_fsdata;
	int n = path ? strlen(path) + 1 : 1;

	if (n > size)
		return ERR_PTR(-ENAMETOOLONG);
	return memcpy(buffer + size - n, path ? path : "", n);
}

static void lent_forget_name(struct dentry *dentry)
{
	kfree(dentry->d_fsdata);
}

static const struct dentry_operations lent_dentry_operations = {
	.d_dname = lent_dname,
	.d_release = lent_forget_name,
};

static int lent_init_context(struct fs_context *context)
{
	struct pseudo_fs_context *pseudo = init_pseudo(context, LENT_MAGIC);

	if (!pseudo)
		return -ENOMEM;
	pseudo->dops = &lent_dentry_operations;
	return 0;
}

static struct file_system_type lent_type = {
	.name = "ring3-lent",
	.init_fs_context = lent_init_context,
	.kill_sb = kill_anon_super,
};

static int make_mount(void)
{
	struct vfsmount *made;
	int err = 0;

	mutex_lock(&mount_lock);
	if (!mount) {
		made = kern_mount(&lent_type);
		if (IS_ERR(made))
			err = PTR_ERR(made);
		else
			mount = made;
	}
	mutex_unlock(&mount_lock);
	return err;
}

static struct inode *make_inode(const struct ring3_lent *from)
{
	struct inode *inode = new_inode(mount->mnt_sb);

	if (!inode)
		return NULL;
	inode->i_ino = get_next_ino();
	inode->i_mode = S_IFREG | 0600;
	inode->i_uid = current_fsuid();
	inode->i_gid = current_fsgid();
	inode->i_mapping->a_ops = &lent_aops;
	i_size_write(inode, from->size);
	return inode;
}

static struct lent *make_lent(const struct ring3_lent *from)
{
	struct lent *l = kzalloc(struct_size(l, path, strlen(from->path) + 1),
				 GFP_KERNEL);

	if (!l)
		return NULL;
	l->buffer = kmalloc(BUFFER_SIZE, GFP_KERNEL);
	if (!l->buffer) {
		kfree(l);
		return NULL;
	}
	l->fd = from->fd;
	mutex_init(&l->lock);
	strcpy(l->path, from->path);
	return l;
}

static struct file *open_lent(const struct ring3_lent *from)
{
	struct inode *inode;
	struct file *file;
	struct lent *l;
	int err = make_mount();

	if (err)
		return ERR_PTR(err);
	l = make_lent(from);
	if (!l)
		return ERR_PTR(-ENOMEM);
	inode = make_inode(from);
	file = ERR_PTR(-ENOMEM);
	if (!inode)
		goto free;
	file = alloc_file_pseudo(inode, mount, "", from->flags,
				 &lent_operations);
	if (IS_ERR(file))
		goto put;
	file->private_data = l;
	atomic_inc(&nr_lent);
	file->f_path.dentry->d_fsdata = kstrdup(from->path, GFP_KERNEL);
	return file;

put:
	iput(inode);
free:
	kfree(l->buffer);
	kfree(l);
	return file;
}

/* The file that @from stands for; the descriptor goes with it unless this is an
 * error. */
struct file *lent_file(const struct ring3_lent *from)
{
	return from->file ? get_file(files_file(from->file)) : open_lent(from);
}
