/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files behind cli/explain.h share.
 *
 * The contract is that of cli/explain.h.
 */
#ifndef CLI_EXPLAIN_INTERNAL_H
#define CLI_EXPLAIN_INTERNAL_H

#include "cli/explain.h"

struct explain_line {
	char *key, *value;
};

/* One load of one module. */
struct explain_account {
	char *module;
	struct explain_line *line; /* in the order of telling */
	size_t n;
};

/* explain_print.c */

/* The index of the first line of that key from @from on, or n. */
size_t explain_find(const struct explain_account *account, const char *key,
		    size_t from);

/* Prints the lines of one key. */
void explain_print_key(const struct explain_account *account, const char *key,
		       FILE *out);

/* explain_refusal.c */

/* Prints why the load failed; @path, of the file, and @kernel may be NULL. */
void explain_print_refusal(const struct explain_account *account,
			   const char *path, const struct modabi_kernel *kernel,
			   FILE *out);

#endif
