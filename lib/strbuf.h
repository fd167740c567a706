/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A string that grows.
 *
 * One owner at a time, no locks, allocates, not signal-safe.  Running out of
 * memory ends the program: nobody recovers from a failed strdup of a path.
 */
#ifndef LIB_STRBUF_H
#define LIB_STRBUF_H

#include <stddef.h>

struct strbuf {
	char *text; /* NUL-terminated once anything was added, else NULL */
	size_t len;
	size_t cap;
};

#define STRBUF_INIT                                                            \
	{                                                                      \
		NULL, 0, 0                                                     \
	}

void strbuf_add(struct strbuf *sb, const void *data, size_t len);
void strbuf_puts(struct strbuf *sb, const char *text);
void strbuf_printf(struct strbuf *sb, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void strbuf_reset(struct strbuf *sb);
void strbuf_free(struct strbuf *sb);

/* printf into a new string, which the caller frees. */
char *str_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
