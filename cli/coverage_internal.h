/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files behind cli/coverage.h share: the functions of a module's file.
 *
 * The contract is that of cli/coverage.h.
 */
#ifndef CLI_COVERAGE_INTERNAL_H
#define CLI_COVERAGE_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

struct coverage_function {
	char *name;
	unsigned int section; /* index */
	char *section_name;
	uint64_t offset, size;
	uint64_t hits;
	char *path; /* of its source, or NULL */
	char *shown; /* "hello.c:12", or "" */
	int line;
};

struct coverage_functions {
	struct coverage_function *function; /* by section and offset */
	size_t n;
};

/* coverage_file.c */

/* Lists the functions of the .ko at @path that can be counted.  0; -ENOEXEC: it
 * is no module; or another -errno. */
int coverage_functions_read(const char *path,
			    struct coverage_functions *functions);
void coverage_functions_free(struct coverage_functions *functions);

#endif
