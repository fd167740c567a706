/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the checks of a module's tables share (tables.c, tables_code.c,
 * tables_trace.c): where a pointer may lead to, and how to refuse.
 *
 * Process context, after relocation; nothing of the module runs yet.
 */
#ifndef KERNEL_MODULE_TABLES_H
#define KERNEL_MODULE_TABLES_H

#include "module/internal.h"

struct table_claim;

/* Who claims a place: what is mentioned several times first. */
enum table_claim_kind {
	CLAIM_TEXT, /* several may share it in part */
	CLAIM_KEY, /* ... or as a whole, from here on */
	CLAIM_CALL,
	CLAIM_CLASS,
	CLAIM_FUNCTIONS,
	CLAIM_LAST_SHARED = CLAIM_FUNCTIONS,
	CLAIM_EVENT,
	CLAIM_TRACEPOINT,
	CLAIM_SRCU,
};

struct table_check {
	struct module *mod;
	struct load_info *info;
	const char *section; /* being checked */
	/* What nobody may point a structure of his own into. */
	struct table_range {
		const void *low, *high;
	} reserved[16];
	unsigned int nr_reserved;
	/* What the kernel will write to. */
	struct table_claim *claims;
	unsigned int nr_claims, claims_room;
};

/* -ENOEXEC, with the reason logged: entry @at of the section is wrong. */
int table_refuse(const struct table_check *c, const char *what,
		 unsigned long at);

/* In the module: anywhere, where it is code, where it can be written to and
 * neither a table nor struct module lies. */
bool table_own(const struct table_check *c, const void *p, size_t n);
bool table_code(const struct table_check *c, const void *p, size_t n);
bool table_writable(const struct table_check *c, const void *p, size_t n);

/* In the kernel's image. */
bool table_in_kernel(const void *p);

/* In the module, the kernel, or another module, whose exported variable it may
 * be. */
bool table_any_data(const struct table_check *c, const void *p, size_t n);

/* Code of the module, the kernel or another module, or NULL. */
bool table_function(const struct table_check *c, const void *p);

/* A string of the module's, of any length. */
bool table_string(const struct table_check *c, const char *s);

/* The section of that name, which is an array of @size each; *n: how many.  An
 * error if it is not whole. */
int table_array(struct table_check *c, const char *name, size_t size,
		void **table, unsigned int *n);

/* tables_claim.c: notes a structure of the module; 0 or -ENOMEM. */
int table_claim(struct table_check *c, const void *p, size_t n,
		enum table_claim_kind kind);
/* Whether none of them overlap. */
int check_claims(struct table_check *c);
void table_claims_free(struct table_check *c);

/* tables_code.c: tables that say where code is to be patched, before and
 * behind module_finalize(). */
int check_patch_tables(struct table_check *c);
int check_late_tables(struct table_check *c);

/* tables_trace.c: tracepoints, events, dynamic debug. */
int check_trace_tables(struct table_check *c);

#endif
