// SPDX-License-Identifier: GPL-2.0-only
/*
 * A string that grows.
 *
 * One owner at a time, no locks, allocates (and ends the program when that
 * fails), not signal-safe.
 */
#include "lib/strbuf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Not abort(): being out of memory is no bug of ours, so no core file. */
static void __attribute__((noreturn)) out_of_memory(void)
{
	fputs("ring3: out of memory\n", stderr);
	exit(EXIT_FAILURE);
}

/* Makes room for @len more bytes and the NUL. */
static void reserve(struct strbuf *sb, size_t len)
{
	size_t cap = sb->cap ? sb->cap : 64;

	if (len >= SIZE_MAX / 4 || sb->len >= SIZE_MAX / 4)
		out_of_memory();
	if (sb->len + len + 1 <= sb->cap)
		return;
	while (cap < sb->len + len + 1)
		cap *= 2;
	sb->text = realloc(sb->text, cap);
	if (!sb->text)
		out_of_memory();
	sb->cap = cap;
}

void strbuf_add(struct strbuf *sb, const void *data, size_t len)
{
	reserve(sb, len);
	if (len)
		memcpy(sb->text + sb->len, data, len);
	sb->len += len;
	sb->text[sb->len] = '\0';
}

void strbuf_puts(struct strbuf *sb, const char *text)
{
	strbuf_add(sb, text, strlen(text));
}

static void __attribute__((format(printf, 2, 0)))
add_vprintf(struct strbuf *sb, const char *format, va_list args)
{
	va_list again;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len < 0)
		out_of_memory();
	reserve(sb, len);
	vsnprintf(sb->text + sb->len, (size_t)len + 1, format, args);
	sb->len += len;
}

void strbuf_printf(struct strbuf *sb, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_vprintf(sb, format, args);
	va_end(args);
}

void strbuf_reset(struct strbuf *sb)
{
	sb->len = 0;
	if (sb->text)
		sb->text[0] = '\0';
}

void strbuf_free(struct strbuf *sb)
{
	free(sb->text);
	*sb = (struct strbuf)STRBUF_INIT;
}

char *str_printf(const char *format, ...)
{
	struct strbuf sb = STRBUF_INIT;
	va_list args;

	va_start(args, format);
	add_vprintf(&sb, format, args);
	va_end(args);
	return sb.text;
}
