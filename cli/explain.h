/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The account of loads that `ring3 test --explain` prints: what the kernel half
 * tells line by line (struct ring3_host, explain), laid out.
 *
 * These keys have a form of their own; any other is a word and its value, or a
 * list if told several times:
 *
 *   section      NAME SIZE ADDRESS PART
 *   symbol       NAME from OWNER[, GPL-only][, redirected]
 *   relocations  SECTION TYPE COUNT
 *   parameter    NAME = VALUE
 *   refused      what is wrong
 *   error        the negative errno that the load ended with
 *
 * One owner at a time, no locks, allocates, may block on disk, not signal-safe;
 * running out of memory ends the program.
 */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct modabi_kernel;
struct explain;

struct explain *explain_open(void);
void explain_close(struct explain *explain); /* NULL is fine */

/* Takes up what comes of the instance, in any pieces. */
void explain_add(struct explain *explain, const char *text, size_t n);

/* Tells that module @name came from the file @path, so that a refusal can be
 * looked into. */
void explain_set_file(struct explain *explain, const char *name,
		      const char *path);

/* Around each load: @name as above; @error: what the load returned, 0 or
 * -errno. */
void explain_begin(struct explain *explain, const char *name);
void explain_end(struct explain *explain, int error);

/*
 * Prints all accounts in the order of loading.  With @kernel (target_abi(); may
 * be NULL), a refusal is completed by all else that the kernel would have
 * refused the file for, and what would make it load.
 */
void explain_print(const struct explain *explain,
		   const struct modabi_kernel *kernel, FILE *out);

/* For target_abi() is costly the first time: whether explain_print() would use
 * it. */
bool explain_has_refusal(const struct explain *explain);

#endif
