/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of the checks know of each other.
 *
 * Records are made and taken back in any context but NMI, under one lock that
 * is innermost: nothing is called under it.
 */
#ifndef KERNEL_CHECK_LEAKS_H
#define KERNEL_CHECK_LEAKS_H

#include <linux/kallsyms.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/types.h>
#include "check/undo.h"
#include "hook.h"
#include "internal.h"
#include "module/import.h"

static inline bool check_leaks(void)
{
	return ring3_kernel.options & RING3_OPTION_LEAKS;
}

/* Which of the six arguments in registers, or what else, is meant. */
enum check_value {
	VALUE_NONE,
	VALUE_ARG0,
	VALUE_ARG1,
	VALUE_ARG2,
	VALUE_ARG3,
	VALUE_ARG4,
	VALUE_ARG5,
	VALUE_RESULT,
	VALUE_ARG0_OR_RESULT, /* argument 0, or if that is 0, the result */
	VALUE_PAGE_OF_RESULT, /* the struct page of that address */
	VALUE_AT_ARG0, /* the 32-bit number that it points to */
	VALUE_POINTER_AT_ARG4, /* the pointer that it points to */
	VALUE_PATH_AT_ARG0, /* the dentry of the struct path there */
	VALUE_PATH_AT_ARG2,
	VALUE_PATH_AT_ARG4,
	VALUE_FD, /* the file of the struct fd, if it has a reference */
	VALUE_OWNER_OF_RESULT, /* the module in which that address is */
	VALUE_DEBUGFS, /* the entry called argument 0 in argument 2 */
	VALUE_PRODUCT, /* of arguments 0 and 1 */
	VALUE_ORDER0, /* pages: 2 to the power of argument 0 */
	VALUE_ORDER1,
	VALUE_PAGE, /* one page */
	VALUE_OBJECT, /* an object of the cache that is argument 0 */
	VALUE_SLAB, /* what the allocator says of the result */
	VALUE_STRING, /* the result's length and its NUL */
};

/* When a call succeeded. */
enum check_success {
	SUCCESS_POINTER, /* neither NULL nor an error */
	SUCCESS_ZERO,
	SUCCESS_NOT_NEGATIVE,
	SUCCESS_TRUE,
	SUCCESS_ALWAYS,
	SUCCESS_BULK, /* that many objects are in the array at argument 3 */
};

/*
 * struct check_import - a function that modules import and that makes
 * something to be freed or taken back.
 */
struct check_import {
	void *native; /* NULL: this kernel has none */
	const char *what; /* for memory: the function; else the thing; NULL:
			   * the call itself is of no interest */
	bool is_memory;
	bool gives_back; /* what the module has, in an own space */
	enum check_space space;
	enum check_success success;
	enum check_value key, size, name;
};

/* Redirects the import called @sym; what follows are members' values. */
#define CHECK_IMPORT(sym, space_, what_, ...)                                  \
	extern char check_native_##sym[] __asm__(#sym) __weak;                 \
	static const struct check_import check_import_##sym = {                \
		.native = check_native_##sym,                                  \
		.space = space_,                                               \
		.what = what_,                                                 \
		__VA_ARGS__};                                                  \
	MODULE_IMPORT(sym, &check_import_##sym, RING3_OPTION_LEAKS)

/* An import that is not redirected, but tells that @space is needed. */
#define CHECK_TRIGGER(sym, space_)                                             \
	static const struct check_import check_import_##sym = {                \
		.space = space_,                                               \
	};                                                                     \
	MODULE_IMPORT(sym, &check_import_##sym, RING3_OPTION_LEAKS)

/* The same for one module: what check_call() is given in r11. */
struct check_slot {
	void *native; /* known to call.S */
	const struct check_import *import;
	struct module *mod;
};

/* So many lines of one kind for one module. */
#define LINES_MAX 20

/* A place in a module that made things. */
struct check_site {
	struct hlist_node node;
	unsigned long ip; /* a return address */
	struct module *mod;
	unsigned int things; /* while a report is made */
	unsigned long bytes;
	char text[96]; /* empty: the symbol is still there to be asked for */
};

/* One thing that was made and is not yet taken back. */
struct check_record {
	struct hlist_node node;
	unsigned long key;
	unsigned long size; /* of memory; of what waits: its function */
	const struct check_import *import; /* NULL: timer or work */
	struct check_site *site; /* the same */
	struct module *mod;
	enum check_space space;
	char name[28];
};

/* record.c */
/* Once before anything else of it; 0 or -ENOMEM. */
int record_set_up(void);
/* Makes sure that records can be added where nothing can be allocated. */
void record_refill(void);
/* Adds a record of @model's content in place of an older one of the same key;
 * those of counted spaces stay beside each other. */
void record_add(const struct check_record *model);
void record_remove(enum check_space space, unsigned long key);
/* The place of code at @ip in @mod, or NULL without memory. */
struct check_site *record_site(struct module *mod, unsigned long ip);
const char *record_site_text(struct check_site *site, char *buf);
/* Calls @fn for each record of @mod in @space until it returns true, in no
 * order, with the lock held. */
typedef bool record_fn(struct check_record *record, void *arg);
void record_each(const struct module *mod, record_fn *fn, void *arg);
/* Takes those of @mod in @space away for which @fn says so; as record_each(). */
void record_remove_if(const struct module *mod, enum check_space space,
		      bool (*fn)(const struct check_record *record));
bool record_any_memory(const struct module *mod);
void record_forget(const struct module *mod);
unsigned long record_lost(void);

/* rcu.c */
/* Whether @function, of which call_rcu() was told, is @mod's own. */
bool rcu_is_of_interest(const struct module *mod, unsigned long function);
/* Tells of functions that RCU is still to call, and waits for it. */
unsigned int rcu_report(const struct module *mod);

/* imports.c: called by call.S behind the native function */
void check_called(const struct check_slot *slot, const unsigned long *args,
		  unsigned long result, const unsigned long *frame);
/* The module whose code lies at @ip, or NULL. */
struct module *check_module_at(unsigned long ip);

/* redirect.c */
void redirect_forget(const struct module *mod);

/* watch.c: frees by the kernel, timers and work */
/* A module comes that makes things in @space. */
void watch_need(enum check_space space);
/* Begins to listen to all that is needed; 0 or -errno.  One caller a time. */
int watch_update(void);
bool watch_is_alive(void);
/* From the next watch_update() on, memory that anybody frees is told; in any
 * context but NMI, before it is free.  The first returns whether the function
 * that frees it, at whose entry @regs are, is not to do so. */
typedef bool watch_free_fn(unsigned long start, struct kmem_cache *cache,
			   const struct pt_regs *regs);
typedef void watch_free_pages_fn(unsigned long start, unsigned long n);
/* Per-CPU memory: as the first. */
typedef bool watch_free_percpu_fn(unsigned long offset,
				  const struct pt_regs *regs);
void watch_memory(watch_free_fn *freed, watch_free_pages_fn *freed_pages,
		  watch_free_percpu_fn *freed_percpu);

/* objects.c, sysfs.c: report what of @mod is still in use; its number */
unsigned int objects_report(struct module *mod);
unsigned int sysfs_report(struct module *mod);
static inline bool check_is_inside(const struct module *mod, const void *p)
{
	return within_module((unsigned long)p, mod);
}
/* One line of a report: "ring3: module: text". */
void check_say(const struct module *mod, const char *format, ...)
	__printf(2, 3);

/* coverage.c */
void coverage_section(struct module *mod, const char *name, const void *address,
		      unsigned long size);
void coverage_coming(struct module *mod);
void coverage_gone(struct module *mod);
void coverage_forget(const struct module *mod);
void coverage_end(void);

#endif
