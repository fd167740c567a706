// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which lines of a module ran: what code built with -fprofile-arcs counted is
 * given to the host as the files that gcov(1) reads.
 *
 * Process context; constructors and sanitize_gone() do not run at once.
 */
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include "../internal.h"
#include "sanitize/internal.h"
#include "sanitize/runtime.h"

void __gcov_init(void *info);
void __gcov_exit(void);
void __gcov_merge_add(void *counters, unsigned int n);
void __gcov_merge_topn(void *counters, unsigned int n);
void __gcov_merge_ior(void *counters, unsigned int n);
void __gcov_merge_time_profile(void *counters, unsigned int n);

RING3_GCOV(RUNTIME_DECLARE)
RING3_GCOV(RUNTIME_GCOV_SYMBOL)

/* As GCC 12 and later lay it out. */
struct gcov_counters {
	u32 n;
	const s64 *value;
};

struct gcov_function {
	const void *key; /* the struct gcov_info that it is of */
	u32 ident, lines_checksum, flow_checksum;
	struct gcov_counters counters[];
};

struct gcov_info {
	u32 version; /* "B23*": of the format */
	struct gcov_info *next;
	u32 stamp, checksum;
	const char *filename;
	/* One a kind of counters, NULL for those that are not used; behind
	 * them, how many functions, and those. */
	const void *merge[];
};

struct gcov_functions {
	u32 n;
	const struct gcov_function *const *function;
};

#define MAGIC	     0x67636461u /* "gcda" */
#define TAG_FUNCTION 0x01000000u
#define TAG_COUNTERS 0x01a10000u
#define KIND_SHIFT   17

static struct gcov_info *all;

/* "B2..." is 12, "B4..." 14: the letter counts the tens. */
static unsigned int major_of(const struct gcov_info *info)
{
	unsigned int tens = (info->version >> 24) - 'A';
	unsigned int ones = (info->version >> 16 & 0xff) - '0';

	return tens * 10 + ones;
}

static unsigned int nr_kinds(const struct gcov_info *info)
{
	return major_of(info) >= 14 ? 9 : 8;
}

void __gcov_init(void *data)
{
	struct gcov_info *info = data;

	if (major_of(info) < 12 || major_of(info) > 14) {
		pr_err("ring3: coverage of lines is of an unknown format: %08x\n",
		       info->version);
		return;
	}
	info->next = all;
	all = info;
}

/* Destructors and merges are for programs, which write their files at exit and
 * add to those of earlier runs; a module that came here would be lost. */
#define NOT_IN_A_KERNEL(name, ...)                                             \
	void name(__VA_ARGS__)                                                 \
	{                                                                      \
		panic("ring3: a module called %s()", #name);                   \
	}

NOT_IN_A_KERNEL(__gcov_exit, void)
NOT_IN_A_KERNEL(__gcov_merge_add, void *counters, unsigned int n)
NOT_IN_A_KERNEL(__gcov_merge_topn, void *counters, unsigned int n)
NOT_IN_A_KERNEL(__gcov_merge_ior, void *counters, unsigned int n)
NOT_IN_A_KERNEL(__gcov_merge_time_profile, void *counters, unsigned int n)

/* What of a file is not yet told. */
struct out {
	const char *filename;
	unsigned int n;
	u32 word[1000]; /* all in a page: it must not fail */
};

static void flush(struct out *out)
{
	if (out->n)
		host_coverage_file(out->filename, out->word,
				   out->n * sizeof(*out->word));
	out->n = 0;
}

static void put(struct out *out, u32 word)
{
	if (out->n == ARRAY_SIZE(out->word))
		flush(out);
	out->word[out->n++] = word;
}

static void put_counters(struct out *out, unsigned int kind,
			 const struct gcov_counters *counters)
{
	u32 i;

	put(out, TAG_COUNTERS + (kind << KIND_SHIFT));
	put(out, counters->n * sizeof(s64));
	for (i = 0; i < counters->n; i++) {
		put(out, counters->value[i]);
		put(out, counters->value[i] >> 32);
	}
}

static void put_function(struct out *out, const struct gcov_info *info,
			 const struct gcov_function *function)
{
	const struct gcov_counters *counters = function->counters;
	unsigned int kind;

	/* One that the linker took from another file. */
	if (function->key != info)
		return;
	put(out, TAG_FUNCTION);
	put(out, 3 * sizeof(u32));
	put(out, function->ident);
	put(out, function->lines_checksum);
	put(out, function->flow_checksum);
	for (kind = 0; kind < nr_kinds(info); kind++)
		if (info->merge[kind])
			put_counters(out, kind, counters++);
}

static void put_file(struct out *out, const struct gcov_info *info)
{
	const struct gcov_functions *functions =
		(const void *)&info->merge[nr_kinds(info)];
	u32 i;

	out->filename = info->filename;
	put(out, MAGIC);
	put(out, info->version);
	put(out, info->stamp);
	put(out, info->checksum);
	for (i = 0; i < functions->n; i++)
		if (functions->function[i])
			put_function(out, info, functions->function[i]);
	flush(out);
}

void gcov_gone(struct module *mod)
{
	struct out *out = kzalloc(sizeof(*out), GFP_KERNEL | __GFP_NOFAIL);
	struct gcov_info **at = &all, *info;

	while ((info = *at)) {
		if (!within_module((unsigned long)info, mod)) {
			at = &info->next;
			continue;
		}
		put_file(out, info);
		*at = info->next;
	}
	kfree(out);
}
