// SPDX-License-Identifier: GPL-2.0-only
/*
 * The modules' part of /proc/kallsyms, sent to the host.  The kernel's own part
 * is the same in every instance, and would take a thousand times as long.
 *
 * Process context, in PID 1; sleeps.  Asks the iterator of the file, which can
 * begin anywhere.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include "internal.h"

#define NEVER_SO_MANY (1 << 21)

static struct file *open_symbols(struct seq_file **m)
{
	struct file *file = filp_open("/proc/kallsyms", O_RDONLY, 0);
	char byte;
	loff_t at = 0;
	ssize_t n;

	if (IS_ERR(file))
		return file;
	/* The first read allocates the buffer. */
	usercopy_trust_files(true);
	n = vfs_read(file, (__force char __user *)&byte, 1, &at);
	usercopy_trust_files(false);
	*m = file->private_data;
	if (n == 1 && (*m)->buf)
		return file;
	filp_close(file, NULL);
	return ERR_PTR(n < 0 ? n : -EIO);
}

/* The symbol at @at as a line in m->buf; false behind the last. */
static bool show_symbol(struct seq_file *m, loff_t at)
{
	void *symbol = m->op->start(m, &at);

	m->count = 0;
	if (symbol)
		m->op->show(m, symbol);
	m->op->stop(m, symbol);
	m->buf[min(m->count, m->size - 1)] = 0;
	return symbol;
}

static bool is_kernels_own(struct seq_file *m, loff_t at)
{
	return show_symbol(m, at) && !strchr(m->buf, '[');
}

/* The kernel's own symbols come first. */
static loff_t find_first(struct seq_file *m)
{
	loff_t low = 0, high = NEVER_SO_MANY;

	while (low < high) {
		loff_t middle = (low + high) / 2;

		if (is_kernels_own(m, middle))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

long symbols_list(void)
{
	struct seq_file *m;
	struct file *file = open_symbols(&m);
	loff_t at;

	if (IS_ERR(file))
		return PTR_ERR(file);
	at = find_first(m);
	filp_close(file, NULL);
	/* An iterator that was asked beyond the end is wrong ever after. */
	file = open_symbols(&m);
	if (IS_ERR(file))
		return PTR_ERR(file);
	for (; show_symbol(m, at); at++)
		host_file_content(m->buf, m->count);
	filp_close(file, NULL);
	return 0;
}
