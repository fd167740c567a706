// SPDX-License-Identifier: GPL-2.0-only
/*
 * Directory trees of the instance, described for the host: RING3_JOB_LIST.
 *
 * Process context, in PID 1; sleeps.  Each entry is a line of text:
 *
 *	d 755 /path
 *	l 777 /path -> target
 *	f 644 /path SIZE = content, escaped
 *
 * other kinds (p s b c) as d.  A file that nobody may read has no content; one
 * that cannot be read has "! -errno" in its place.
 */
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/string_helpers.h>
#include "internal.h"

#define CONTENT_MAX 4096 /* of one file, in bytes */

/* Directories still to be walked; the paths are theirs. */
struct directory {
	struct list_head list;
	char *path;
};

struct walk {
	struct dir_context ctx; /* of the directory being read */
	struct list_head names; /* found in it */
	struct list_head todo; /* directories */
	char *content, *escaped;
	long err;
};

static int keep(struct list_head *list, char *path)
{
	struct directory *dir = kmalloc(sizeof(*dir), GFP_KERNEL);

	if (!path || !dir) {
		kfree(path);
		kfree(dir);
		return -ENOMEM;
	}
	dir->path = path;
	list_add_tail(&dir->list, list);
	return 0;
}

static char *take(struct list_head *list)
{
	struct directory *dir;
	char *path;

	dir = list_first_entry_or_null(list, struct directory, list);
	if (!dir)
		return NULL;
	path = dir->path;
	list_del(&dir->list);
	kfree(dir);
	return path;
}

static void forget(struct list_head *list)
{
	char *path;

	while ((path = take(list)))
		kfree(path);
}

static bool note_name(struct dir_context *ctx, const char *name, int n,
		      loff_t offset, u64 ino, unsigned int type)
{
	struct walk *walk = container_of(ctx, struct walk, ctx);

	if ((n == 1 && name[0] == '.') || (n == 2 && !strncmp(name, "..", 2)))
		return true;
	walk->err = keep(&walk->names, kstrndup(name, n, GFP_KERNEL));
	return !walk->err;
}

static void tell(const char *format, ...) __printf(1, 2);
static void tell(const char *format, ...)
{
	va_list args;
	char *line;

	va_start(args, format);
	line = kvasprintf(GFP_KERNEL, format, args);
	va_end(args);
	if (line)
		host_file_content(line, strlen(line));
	kfree(line);
}

static ssize_t read_some(const char *path, char *to, size_t n)
{
	struct file *file = filp_open(path, O_RDONLY | O_NONBLOCK, 0);
	loff_t at = 0;
	ssize_t done;

	if (IS_ERR(file))
		return PTR_ERR(file);
	usercopy_trust_files(true);
	done = vfs_read(file, (__force char __user *)to, n, &at);
	usercopy_trust_files(false);
	filp_close(file, NULL);
	return done;
}

static void tell_file(struct walk *walk, const char *path, struct inode *inode)
{
	unsigned int mode = inode->i_mode & 07777;
	ssize_t n;
	int m;

	if (!(mode & 0444)) {
		tell("f %o %s %lld\n", mode, path, i_size_read(inode));
		return;
	}
	n = read_some(path, walk->content, CONTENT_MAX);
	if (n < 0) {
		tell("f %o %s %lld ! %zd\n", mode, path, i_size_read(inode), n);
		return;
	}
	m = string_escape_mem(walk->content, n, walk->escaped, 4 * CONTENT_MAX,
			      ESCAPE_SPACE | ESCAPE_SPECIAL | ESCAPE_NULL |
				      ESCAPE_HEX | ESCAPE_NAP,
			      NULL);
	tell("f %o %s %lld = %.*s\n", mode, path, i_size_read(inode), m,
	     walk->escaped);
}

static void tell_link(const char *path, struct path *where)
{
	unsigned int mode = d_inode(where->dentry)->i_mode & 07777;
	DEFINE_DELAYED_CALL(done);
	const char *target = vfs_get_link(where->dentry, &done);

	if (IS_ERR(target))
		tell("l %o %s ! %ld\n", mode, path, PTR_ERR(target));
	else
		tell("l %o %s -> %s\n", mode, path, target);
	do_delayed_call(&done);
}

static char letter(umode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return 'd';
	case S_IFIFO:
		return 'p';
	case S_IFSOCK:
		return 's';
	case S_IFBLK:
		return 'b';
	case S_IFCHR:
		return 'c';
	}
	return '?';
}

/* Tells of @path, and keeps it for later if it is a directory. */
static long tell_entry(struct walk *walk, const char *path)
{
	struct inode *inode;
	struct path where;
	long err = kern_path(path, 0, &where);

	if (err)
		return err;
	inode = d_inode(where.dentry);
	if (S_ISREG(inode->i_mode)) {
		tell_file(walk, path, inode);
	} else if (S_ISLNK(inode->i_mode)) {
		tell_link(path, &where);
	} else {
		tell("%c %o %s\n", letter(inode->i_mode), inode->i_mode & 07777,
		     path);
		if (S_ISDIR(inode->i_mode))
			err = keep(&walk->todo, kstrdup(path, GFP_KERNEL));
	}
	path_put(&where);
	return err;
}

static long read_names(struct walk *walk, const char *path)
{
	struct file *file = filp_open(path, O_RDONLY | O_DIRECTORY, 0);
	long err;

	if (IS_ERR(file))
		return PTR_ERR(file);
	walk->ctx = (struct dir_context){.actor = note_name};
	err = iterate_dir(file, &walk->ctx);
	filp_close(file, NULL);
	return err ? err : walk->err;
}

/* What goes away while it is looked at is none of ours. */
static long tell_directory(struct walk *walk, const char *path)
{
	long err = read_names(walk, path);
	char *name, *full;

	while ((name = take(&walk->names))) {
		full = kasprintf(GFP_KERNEL, "%s/%s", path, name);
		if (!err && !full)
			err = -ENOMEM;
		if (!err)
			err = tell_entry(walk, full);
		if (err == -ENOENT)
			err = 0;
		kfree(full);
		kfree(name);
	}
	return err;
}

static long walk_tree(struct walk *walk, const char *root)
{
	long err = tell_entry(walk, root);
	char *path;

	while (!err && (path = take(&walk->todo))) {
		err = tell_directory(walk, path);
		kfree(path);
	}
	forget(&walk->todo);
	return err;
}

long tree_list(const char *root)
{
	struct walk walk = {
		.names = LIST_HEAD_INIT(walk.names),
		.todo = LIST_HEAD_INIT(walk.todo),
		.content = kmalloc(CONTENT_MAX, GFP_KERNEL),
		.escaped = kmalloc(4 * CONTENT_MAX, GFP_KERNEL),
	};
	long err = -ENOMEM;

	if (walk.content && walk.escaped)
		err = walk_tree(&walk, root);
	kfree(walk.content);
	kfree(walk.escaped);
	return err;
}
