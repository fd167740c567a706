/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which lines of modules ran, of modules built with --sanitize=coverage: the
 * files that the kernel half makes (struct ring3_host, coverage_file), read by
 * gcov(1).
 *
 * One owner at a time, no locks; blocks on disk and on gcov.
 */
#ifndef CLI_COVERAGE_LINES_H
#define CLI_COVERAGE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct coverage_lines;

struct coverage_lines *coverage_lines_open(void);
void coverage_lines_close(struct coverage_lines *lines); /* NULL is fine */

/* Adds bytes to the file that the compiler called @path.  Nothing is written
 * there; beside it, the compiler's notes are read. */
void coverage_lines_add(struct coverage_lines *lines, const char *path,
			const void *data, size_t n);

/* Adds the lines to @out in the format of lcov's geninfo(1); 0 or -errno, which
 * is told. */
int coverage_lines_write(struct coverage_lines *lines, FILE *out);

#endif
