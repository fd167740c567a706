// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes packages work that were unpacked into a folder instead of installed:
 * what they say of each other by absolute paths is made relative, so that the
 * folder may also be moved.
 *
 * One owner, may block on disk, runs depmod, not signal-safe.
 */
#include "image/target_internal.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/strbuf.h"

#define SRC_DIR "/usr/src/"

/* Replaces @path by a link to @target of the same root, which lies at as many
 * levels up as @path has below the root. */
static int make_relative(const char *path, const char *below,
			 const char *target)
{
	struct strbuf text = STRBUF_INIT;
	int ret = 0;

	for (const char *p = below; (p = strchr(p, '/')); p++)
		strbuf_puts(&text, "../");
	strbuf_puts(&text, target + 1);
	if (unlink(path) || symlink(text.text, path))
		ret = -errno;
	strbuf_free(&text);
	return ret;
}

static int fix_link(const char *path, const char *root)
{
	char target[PATH_MAX];
	ssize_t len = readlink(path, target, sizeof(target) - 1);
	struct stat st;
	char *inside;
	int ret = 0;

	if (len < 0)
		return -errno;
	target[len] = '\0';
	if (target[0] != '/')
		return 0;
	inside = str_printf("%s%s", root, target);
	/* One that is not in the packages stays as it is: headers that are
	 * installed on this system need not be fetched. */
	if (!lstat(inside, &st))
		ret = make_relative(path, path + strlen(root) + 1, target);
	free(inside);
	return ret;
}

static int fix_links(const char *path, const char *name, void *arg)
{
	struct stat st;

	(void)name;
	if (lstat(path, &st))
		return -errno;
	if (S_ISLNK(st.st_mode))
		return fix_link(path, arg);
	if (S_ISDIR(st.st_mode))
		return target_each_entry(path, fix_links, arg);
	return 0;
}

/* "include /usr/src/X" is the form in which Debian's headers of one flavour
 * refer to the ones that all flavours share. */
static void fix_line(const char *line, size_t len, struct strbuf *out)
{
	static const char include[] = "include " SRC_DIR;
	size_t skip = sizeof(include) - 1;

	if (len > skip && !strncmp(line, include, skip)) {
		strbuf_puts(out, "include "
				 "$(dir $(lastword $(MAKEFILE_LIST)))../");
		line += skip;
		len -= skip;
	}
	strbuf_add(out, line, len);
}

static int fix_makefile(const char *path)
{
	struct strbuf out = STRBUF_INIT;
	char *text, *end;
	void *data;
	size_t size;
	int ret = file_read(path, &data, &size);

	if (ret)
		return ret == -ENOENT ? 0 : ret;
	text = data;
	end = text + size;
	while (text < end) {
		char *next = memchr(text, '\n', (size_t)(end - text));

		next = next ? next + 1 : end;
		fix_line(text, (size_t)(next - text), &out);
		text = next;
	}
	if (out.len && (out.len != size || memcmp(out.text, data, size)))
		ret = file_replace(path, out.text, out.len, 0644);
	strbuf_free(&out);
	free(data);
	return ret;
}

static int fix_headers(const char *path, const char *name, void *arg)
{
	char *makefile;
	int ret;

	(void)arg;
	if (strncmp(name, "linux-headers-", 14))
		return 0;
	makefile = str_printf("%s/Makefile", path);
	ret = fix_makefile(makefile);
	free(makefile);
	return ret;
}

/* Packages made for a merged /usr have their modules in usr/lib alone, while
 * tools look in lib. */
static int merge_lib(const char *root)
{
	char *lib = str_printf("%s/lib", root);
	char *usr = str_printf("%s/usr/lib/modules", root);
	int ret = 0;

	if (!file_exists(lib) && file_exists(usr) && symlink("usr/lib", lib))
		ret = -errno;
	free(usr);
	free(lib);
	return ret;
}

static int run_depmod(const char *root, const char *release,
		      const struct target_report *report)
{
	char *depmod = target_find_program("depmod");
	char *argv[] = {depmod, (char *)"-b", (char *)root, (char *)release,
			NULL};
	int ret;

	if (!depmod)
		return target_fail(report, -ENOENT,
				   "There is no depmod on this system: install "
				   "the package kmod.");
	ret = target_run(report, "Indexing the modules", argv, NULL);
	free(depmod);
	return ret;
}

int target_fix_root(const char *root, const char *release,
		    const struct target_report *report)
{
	char *src = str_printf("%s" SRC_DIR, root);
	int ret = merge_lib(root);

	src[strlen(src) - 1] = '\0';
	if (!ret)
		ret = target_each_entry(root, fix_links, (void *)root);
	if (!ret)
		ret = target_each_entry(src, fix_headers, NULL);
	if (ret == -ENOENT && !file_exists(src))
		ret = 0;
	free(src);
	if (ret)
		return target_fail(report, ret,
				   "Cannot adapt the packages in %s: %s.", root,
				   strerror(-ret));
	return run_depmod(root, release, report);
}
