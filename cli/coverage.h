/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which functions of modules ran: what the kernel half counts (struct
 * ring3_host, coverage), as a table and as a file for lcov.
 *
 * The functions are those of the module's file that the compiler made to call
 * __fentry__; what was inlined everywhere, or is marked notrace, is none of
 * them.
 *
 * One owner at a time, no locks, allocates, may block on disk, not signal-safe;
 * running out of memory ends the program.
 */
#ifndef CLI_COVERAGE_H
#define CLI_COVERAGE_H

#include <stdint.h>
#include <stdio.h>

struct coverage;

struct coverage *coverage_open(void);
void coverage_close(struct coverage *coverage); /* NULL is fine */

/* Tells that module @name came from the file @path, which is read when the
 * results are asked for. */
void coverage_set_file(struct coverage *coverage, const char *name,
		       const char *path);

/* Adds @hits entries of the function around @offset in @section. */
void coverage_add(struct coverage *coverage, const char *name,
		  const char *section, uint64_t offset, uint64_t hits);

/* Prints for each module with a file which functions ran, how often, and which
 * did not. */
void coverage_print(struct coverage *coverage, FILE *out);

/*
 * Writes them to @path in the format of lcov's geninfo(1), for genhtml and the
 * like.  Functions without debug information are left out: *left_out counts
 * them.  0 or -errno.
 */
int coverage_write_lcov(struct coverage *coverage, const char *path,
			unsigned int *left_out);

#endif
