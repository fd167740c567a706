// SPDX-License-Identifier: GPL-2.0-only
/*
 * How often each function of a module was entered: its __fentry__ is
 * check_count() of call.S, which counts by address.
 *
 * Process context but for the counting; coverage_mutex protects the list.
 */
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include "check/leaks.h"

#define CALL_SIZE 5

/* Counters of one page of code: one for every COUNTED bytes. */
#define COUNTED	      4
#define COUNTER_PAGES (PAGE_SIZE / COUNTED * sizeof(u64))

void check_count(void);

MODULE_IMPORT(__fentry__, check_count, RING3_OPTION_COVERAGE);

/* By the number of a page in memory, from that of address 0 on. */
u64 **coverage_pages;

struct section {
	struct list_head list;
	char *name;
	unsigned long low, size;
};

/* What is known of a module that was told of. */
struct covered {
	struct list_head list;
	struct module *mod;
	struct list_head sections;
	unsigned long *sites; /* of the calls */
	unsigned int nr_sites;
};

static LIST_HEAD(all);
static DEFINE_MUTEX(coverage_mutex);

static struct covered *find(const struct module *mod)
{
	struct covered *c;

	list_for_each_entry(c, &all, list)
		if (c->mod == mod)
			return c;
	return NULL;
}

static struct covered *find_or_make(struct module *mod)
{
	struct covered *c = find(mod);

	if (c)
		return c;
	c = kzalloc(sizeof(*c), GFP_KERNEL | __GFP_NOFAIL);
	c->mod = mod;
	INIT_LIST_HEAD(&c->sections);
	list_add_tail(&c->list, &all);
	return c;
}

static void make_table(void)
{
	unsigned long low = machine_boot_info.module_low >> PAGE_SHIFT;
	unsigned long high = machine_boot_info.module_high >> PAGE_SHIFT;
	u64 **table = vzalloc((high - low) * sizeof(*table));

	if (!table)
		panic("ring3: no memory for counters");
	coverage_pages = table - low;
}

/* Pages of code may be shared by sections, and by modules one after another. */
static void make_counters(unsigned long low, unsigned long size)
{
	unsigned long page;

	for (page = low >> PAGE_SHIFT; page <= (low + size - 1) >> PAGE_SHIFT;
	     page++)
		if (!coverage_pages[page])
			coverage_pages[page] = kzalloc(
				COUNTER_PAGES, GFP_KERNEL | __GFP_NOFAIL);
}

void coverage_section(struct module *mod, const char *name, const void *address,
		      unsigned long size)
{
	struct section *section;

	if (!size)
		return;
	mutex_lock(&coverage_mutex);
	if (!coverage_pages)
		make_table();
	section = kzalloc(sizeof(*section), GFP_KERNEL | __GFP_NOFAIL);
	section->name = kstrdup(name, GFP_KERNEL | __GFP_NOFAIL);
	section->low = (unsigned long)address;
	section->size = size;
	list_add_tail(&section->list, &find_or_make(mod)->sections);
	make_counters(section->low, size);
	mutex_unlock(&coverage_mutex);
}

static u64 *counter_of(unsigned long site)
{
	unsigned long ip = site + CALL_SIZE;

	return &coverage_pages[ip >> PAGE_SHIFT][offset_in_page(ip) / COUNTED];
}

/* ftrace would take the calls for its own, and find a counter where it
 * expects __fentry__. */
void coverage_coming(struct module *mod)
{
	struct covered *c;
	unsigned int i;

	mutex_lock(&coverage_mutex);
	c = find(mod);
	if (c && mod->num_ftrace_callsites) {
		c->nr_sites = mod->num_ftrace_callsites;
		c->sites = kmemdup(mod->ftrace_callsites,
				   c->nr_sites * sizeof(*c->sites),
				   GFP_KERNEL | __GFP_NOFAIL);
		for (i = 0; i < c->nr_sites; i++)
			*counter_of(c->sites[i]) = 0;
	}
	mod->num_ftrace_callsites = 0;
	mutex_unlock(&coverage_mutex);
}

static const struct section *section_of(const struct covered *c,
					unsigned long address)
{
	const struct section *section;

	list_for_each_entry(section, &c->sections, list)
		if (address - section->low < section->size)
			return section;
	return NULL;
}

static void report(const struct covered *c)
{
	const struct section *section;
	unsigned int i;

	for (i = 0; i < c->nr_sites; i++) {
		section = section_of(c, c->sites[i]);
		if (section)
			host_coverage(c->mod->name, section->name,
				      c->sites[i] - section->low,
				      *counter_of(c->sites[i]));
	}
}

static void forget(struct covered *c)
{
	struct section *section, *next;

	list_for_each_entry_safe(section, next, &c->sections, list) {
		kfree(section->name);
		kfree(section);
	}
	list_del(&c->list);
	kfree(c->sites);
	kfree(c);
}

void coverage_gone(struct module *mod)
{
	struct covered *c;

	mutex_lock(&coverage_mutex);
	c = find(mod);
	if (c) {
		report(c);
		forget(c);
	}
	mutex_unlock(&coverage_mutex);
}

void coverage_forget(const struct module *mod)
{
	struct covered *c;

	mutex_lock(&coverage_mutex);
	c = find(mod);
	if (c)
		forget(c);
	mutex_unlock(&coverage_mutex);
}

void coverage_end(void)
{
	struct covered *c, *next;

	mutex_lock(&coverage_mutex);
	list_for_each_entry_safe(c, next, &all, list) {
		report(c);
		forget(c);
	}
	mutex_unlock(&coverage_mutex);
}
