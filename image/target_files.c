// SPDX-License-Identifier: GPL-2.0-only
/*
 * What adding and building targets have in common: reports, programs, locks
 * and folders that appear all at once.
 *
 * One owner, may block on disk, on a lock and on programs, not signal-safe.
 */
#include "image/target_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/spawn.h"
#include "lib/strbuf.h"

#define TEMP_PREFIX ".tmp-"

static char *format_text(const char *format, va_list ap)
{
	char *text;

	if (vasprintf(&text, format, ap) < 0)
		abort();
	return text;
}

void target_progress(const struct target_report *report, const char *format,
		     ...)
{
	va_list ap;
	char *text;

	if (!report->progress)
		return;
	va_start(ap, format);
	text = format_text(format, ap);
	va_end(ap);
	report->progress(report->arg, text);
	free(text);
}

int target_fail(const struct target_report *report, int result,
		const char *format, ...)
{
	va_list ap;
	char *text;

	va_start(ap, format);
	text = format_text(format, ap);
	va_end(ap);
	if (report->error->len)
		strbuf_puts(report->error, "\n");
	strbuf_puts(report->error, text);
	free(text);
	return result;
}

/* The end of what a program printed: its beginning seldom says why it
 * failed, and an error is to be read by a person. */
static const char *last_lines(const struct strbuf *output)
{
	const char *text = output->text ? output->text : "";
	const char *start = text + output->len;
	int lines = 40;

	while (start > text && lines) {
		start--;
		if (*start == '\n' && start + 1 < text + output->len)
			lines--;
	}
	return lines ? start : start + 1;
}

int target_run(const struct target_report *report, const char *what,
	       char *const argv[], struct strbuf *output)
{
	struct strbuf own = STRBUF_INIT;
	int status = 0;
	int ret;

	if (!output)
		output = &own;
	ret = spawn_wait(argv, output, &status);
	if (ret)
		target_fail(report, ret, "%s: cannot run %s: %s.", what,
			    argv[0], strerror(-ret));
	else if (status)
		ret = target_fail(report, -EIO,
				  "%s failed (%s, exit status %d):\n%s", what,
				  argv[0], status, last_lines(output));
	strbuf_free(&own);
	return ret;
}

char *target_find_program(const char *name)
{
	const char *env = getenv("PATH");
	char *all = str_printf("%s:/usr/sbin:/sbin", env ? env : "/usr/bin");
	char *found = NULL;
	char *save;

	for (char *dir = strtok_r(all, ":", &save); dir && !found;
	     dir = strtok_r(NULL, ":", &save)) {
		found = str_printf("%s/%s", dir, name);
		if (access(found, X_OK)) {
			free(found);
			found = NULL;
		}
	}
	free(all);
	return found;
}

int target_lock(const char *path, const struct target_report *report)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	int ret;

	if (fd < 0)
		return -errno;
	if (!flock(fd, LOCK_EX | LOCK_NB))
		return fd;
	if (errno == EWOULDBLOCK)
		target_progress(report, "waiting for another ring3");
	while (flock(fd, LOCK_EX)) {
		if (errno == EINTR)
			continue;
		ret = -errno;
		close(fd);
		return ret;
	}
	return fd;
}

int target_write_file(const char *path, const void *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	int ret;

	if (fd < 0)
		return -errno;
	ret = file_write_all(fd, data, size);
	if (close(fd) && !ret)
		ret = -errno;
	return ret;
}

int target_temp_dir(const char *parent, char **result)
{
	char *path = str_printf("%s/" TEMP_PREFIX "XXXXXX", parent);
	int ret;

	if (mkdtemp(path) && !chmod(path, 0755)) {
		*result = path;
		return 0;
	}
	ret = -errno;
	free(path);
	return ret;
}

void target_remove_stale(const char *parent)
{
	DIR *dir = opendir(parent);
	struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		char *path;

		if (strncmp(entry->d_name, TEMP_PREFIX, strlen(TEMP_PREFIX)))
			continue;
		path = str_printf("%s/%s", parent, entry->d_name);
		file_remove_tree(path);
		free(path);
	}
	closedir(dir);
}

int target_discard(const char *path)
{
	char *parent = strdup(path);
	char *away = NULL;
	char *inside;
	int ret;

	if (!parent)
		return -ENOMEM;
	*strrchr(parent, '/') = '\0';
	ret = target_temp_dir(parent, &away);
	free(parent);
	if (ret)
		return ret;
	inside = str_printf("%s/old", away);
	if (rename(path, inside) && errno != ENOENT)
		ret = -errno;
	free(inside);
	if (!ret)
		ret = file_remove_tree(away);
	free(away);
	return ret;
}

static int not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int target_each_entry(const char *dir,
		      int (*fn)(const char *path, const char *name, void *arg),
		      void *arg)
{
	struct dirent **names;
	int n = scandir(dir, &names, not_hidden, alphasort);
	int ret = 0;

	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++) {
		if (!ret) {
			char *path = str_printf("%s/%s", dir, names[i]->d_name);

			ret = fn(path, names[i]->d_name, arg);
			free(path);
		}
		free(names[i]);
	}
	free(names);
	return ret;
}
