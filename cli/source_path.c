// SPDX-License-Identifier: GPL-2.0-only
/*
 * Paths of source files, made short enough for the end of a line.
 *
 * One owner at a time, no locks, allocates, may block on disk, not
 * signal-safe.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/source_internal.h"
#include "lib/strbuf.h"

char *source_path_dir(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name = slash ? strndup(path, slash + 1 - path) : strdup(".");
	char *dir = name ? realpath(name, NULL) : NULL;

	free(name);
	return dir;
}

/* The end of @path without its last component. */
static size_t without_last(const char *path, size_t len)
{
	while (len && path[len - 1] != '/')
		len--;
	return len ? len - 1 : 0;
}

/* Resolves ".", ".." and "//" of an absolute path in place, as text: the
 * directories it went through need not be there any more. */
static void clean(char *path)
{
	const char *from = path;
	size_t len = 0;

	while (*from) {
		size_t n = strcspn(from, "/");

		if (n == 2 && !memcmp(from, "..", 2)) {
			len = without_last(path, len);
		} else if (n && !(n == 1 && *from == '.')) {
			path[len++] = '/';
			memmove(path + len, from, n);
			len += n;
		}
		from += n + (from[n] == '/');
	}
	path[len] = '\0';
}

/* What of @path is below @dir, or NULL. */
static const char *below(const char *dir, const char *path)
{
	size_t len = strlen(dir);

	while (len && dir[len - 1] == '/')
		len--;
	if (strncmp(dir, path, len) || path[len] != '/')
		return NULL;
	return path + len + 1;
}

static const char *last_two(const char *path)
{
	size_t len = without_last(path, without_last(path, strlen(path)));

	/* Both ends of a path with one component come out as 0. */
	return path[len] == '/' ? path + len + 1 : path + len;
}

/* The path comes from the file and goes to a terminal. */
static void add_printable(struct strbuf *out, const char *text)
{
	for (; *text; text++) {
		unsigned char c = *text;

		strbuf_add(out, c < ' ' || c == 0x7f ? "?" : text, 1);
	}
}

/* @path, or its end.  What was built through a link is found below @dir by its
 * real name only. */
static void add_short(struct strbuf *out, const char *dir, const char *path)
{
	const char *rest = dir ? below(dir, path) : NULL;
	char *real = dir && !rest ? realpath(path, NULL) : NULL;

	if (real)
		rest = below(dir, real);
	add_printable(out, rest ? rest : last_two(path));
	free(real);
}

void source_path_add(struct strbuf *out, const char *dir, const char *base,
		     const char *path)
{
	bool is_relative = *path != '/' && base && *base == '/';
	char *full = is_relative ? str_printf("%s/%s", base, path)
				 : str_printf("%s", path);

	if (*full == '/') {
		/* clean() writes a slash before it reads one only if there is
		 * one in front. */
		clean(full);
		add_short(out, dir, full);
	} else {
		add_printable(out, last_two(full));
	}
	free(full);
}
