// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the running kernel says of its modules, in /proc/modules and
 * /sys/module, and the call that unloads one.
 *
 * Any thread, no locks, may block, not signal-safe.
 */
#include "tools/kernel.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/instance_call.h"
#include "lib/file.h"

/* The content of /sys/module/NAME/FILE, without its newline. */
static int read_attribute(const char *name, const char *file, char *text,
			  size_t size)
{
	char path[PATH_MAX];
	ssize_t n;
	int fd;

	if (snprintf(path, sizeof(path), "/sys/module/%s/%s", name, file) >=
	    (int)sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, text, size - 1);
	if (n < 0)
		n = -errno;
	close(fd);
	if (n < 0)
		return (int)n;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return 0;
}

enum module_state kernel_state(const char *name)
{
	char text[32], path[PATH_MAX];

	if (!read_attribute(name, "initstate", text, sizeof(text))) {
		if (!strcmp(text, "live"))
			return MODULE_LIVE;
		return strcmp(text, "going") ? MODULE_COMING : MODULE_GOING;
	}
	/* it has no files yet */
	snprintf(path, sizeof(path), "/sys/module/%.3000s", name);
	return *name && !access(path, F_OK) ? MODULE_COMING : MODULE_ABSENT;
}

int kernel_users(const char *name, int *users)
{
	char text[32], *end;
	long n;
	int err = read_attribute(name, "refcnt", text, sizeof(text));

	if (err)
		return err;
	n = strtol(text, &end, 10);
	if (end == text || *end)
		return -EINVAL;
	*users = (int)n;
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void kernel_free_names(char **names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

static int add_name(char ***names, size_t *n, const char *name)
{
	char **more = reallocarray(*names, *n + 1, sizeof(*more));

	if (!more)
		return -ENOMEM;
	*names = more;
	more[*n] = strdup(name);
	if (!more[*n])
		return -ENOMEM;
	(*n)++;
	return 0;
}

int kernel_holders(const char *name, char ***holders, size_t *n)
{
	char path[PATH_MAX], **names = NULL;
	struct dirent *entry;
	size_t found = 0;
	int err = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/sys/module/%.3000s/holders", name);
	dir = opendir(path);
	if (!dir)
		return -errno;
	while (!err && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			err = add_name(&names, &found, entry->d_name);
	closedir(dir);
	if (err) {
		kernel_free_names(names, found);
		return err;
	}
	if (found)
		qsort(names, found, sizeof(*names), compare_names);
	*holders = names;
	*n = found;
	return 0;
}

int kernel_remove(const char *name, bool force)
{
	unsigned int flags = O_NONBLOCK | (force ? O_TRUNC : 0);

	return instance_call(SYS_delete_module, (unsigned long)name, flags, 0)
		       ? -errno
		       : 0;
}

/* ---- /proc/modules ------------------------------------------------------- */

/* Cuts the next word off *@line; "" at its end. */
static char *take_word(char **line)
{
	char *word = *line + strspn(*line, " ");
	size_t len = strcspn(word, " ");

	*line = word + len;
	if (**line)
		*(*line)++ = '\0';
	return word;
}

/* "name size users holders state address (taints)"; holders end with a comma,
 * "-" stands for none, and for what the kernel does not count. */
static void parse_module(char *line, struct kernel_module *module)
{
	char *users, *holders, *taints;
	size_t len;

	module->name = take_word(&line);
	module->size = strtoul(take_word(&line), NULL, 10);
	users = take_word(&line);
	module->users = *users >= '0' && *users <= '9' ? atoi(users) : -ENOENT;
	holders = take_word(&line);
	len = strlen(holders);
	if (len && (holders[len - 1] == ',' || !strcmp(holders, "-")))
		holders[len - 1] = '\0';
	module->holders = holders;
	module->state = take_word(&line);
	take_word(&line);
	taints = take_word(&line);
	len = strlen(taints);
	if (len > 1 && taints[0] == '(' && taints[len - 1] == ')') {
		taints[len - 1] = '\0';
		taints++;
	}
	module->taints = taints;
}

static size_t count_lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

int kernel_read_modules(struct kernel_modules *modules)
{
	char *line, *next;
	void *text;
	size_t size;
	int err = file_read("/proc/modules", &text, &size);

	if (err)
		return err;
	modules->text = text;
	modules->n = 0;
	modules->module =
		calloc(count_lines(text) + 1, sizeof(*modules->module));
	if (!modules->module) {
		free(text);
		return -ENOMEM;
	}
	for (line = text; *line; line = next) {
		size_t len = strcspn(line, "\n");

		next = line + len + (line[len] == '\n');
		line[len] = '\0';
		parse_module(line, &modules->module[modules->n]);
		if (*modules->module[modules->n].name)
			modules->n++;
	}
	return 0;
}

void kernel_free_modules(struct kernel_modules *modules)
{
	free(modules->module);
	free(modules->text);
}
