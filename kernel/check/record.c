// SPDX-License-Identifier: GPL-2.0-only
/*
 * The side table of what modules made: by key, so that whoever frees it, the
 * module or the kernel, need not know of it.
 *
 * Any context but NMI.  One lock, innermost; no memory is asked for under it.
 */
#include <linux/gfp.h>
#include <linux/hash.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include "check/leaks.h"

#define BUCKET_BITS 14
#define SITE_BITS   10
#define QUIETLY	    (GFP_ATOMIC | __GFP_NOWARN)
/* So many are kept for where no memory can be asked for. */
#define RESERVE 128

static DEFINE_RAW_SPINLOCK(lock);
static struct hlist_head *buckets;
static struct hlist_head sites[1 << SITE_BITS];
static HLIST_HEAD(unused);
static unsigned int nr_unused;
static unsigned long lost;

int record_set_up(void)
{
	record_refill();
	if (!buckets)
		buckets = kzalloc(sizeof(*buckets) << BUCKET_BITS, GFP_KERNEL);
	return buckets ? 0 : -ENOMEM;
}

void record_refill(void)
{
	unsigned long flags;
	struct check_record *page;
	unsigned int i;

	while (READ_ONCE(nr_unused) < RESERVE) {
		page = (void *)__get_free_page(QUIETLY);
		if (!page)
			return;
		raw_spin_lock_irqsave(&lock, flags);
		for (i = 0; i < PAGE_SIZE / sizeof(*page); i++) {
			hlist_add_head(&page[i].node, &unused);
			nr_unused++;
		}
		raw_spin_unlock_irqrestore(&lock, flags);
	}
}

static struct hlist_head *bucket_of(enum check_space space, unsigned long key)
{
	return &buckets[hash_64(key ^ (unsigned long)space << 56, BUCKET_BITS)];
}

static struct check_record *find(enum check_space space, unsigned long key)
{
	struct check_record *record;

	hlist_for_each_entry(record, bucket_of(space, key), node)
		if (record->key == key && record->space == space)
			return record;
	return NULL;
}

static void put(struct check_record *record)
{
	hlist_del(&record->node);
	hlist_add_head(&record->node, &unused);
	nr_unused++;
}

static struct check_record *get(void)
{
	struct check_record *record;

	if (!unused.first) {
		lost++;
		return NULL;
	}
	record = hlist_entry(unused.first, struct check_record, node);
	hlist_del(&record->node);
	nr_unused--;
	return record;
}

void record_add(const struct check_record *model)
{
	struct check_record *record, *old = NULL;
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	if (!SPACE_IS_COUNTED(model->space))
		old = find(model->space, model->key);
	if (old)
		put(old);
	record = get();
	if (record) {
		*record = *model;
		hlist_add_head(&record->node,
			       bucket_of(record->space, record->key));
	}
	raw_spin_unlock_irqrestore(&lock, flags);
}

void record_remove(enum check_space space, unsigned long key)
{
	struct check_record *record;
	unsigned long flags;

	/* Most of what the kernel frees is not ours: no lock for that.  Who
	 * frees cannot race with who made it. */
	if (!READ_ONCE(bucket_of(space, key)->first))
		return;
	raw_spin_lock_irqsave(&lock, flags);
	record = find(space, key);
	if (record)
		put(record);
	raw_spin_unlock_irqrestore(&lock, flags);
}

/* ---- places ---- */

static struct check_site *find_site(struct module *mod, unsigned long ip)
{
	struct check_site *site;

	hlist_for_each_entry(site, &sites[hash_64(ip, SITE_BITS)], node)
		if (site->ip == ip && site->mod == mod)
			return site;
	return NULL;
}

struct check_site *record_site(struct module *mod, unsigned long ip)
{
	struct check_site *site, *made;
	char text[KSYM_SYMBOL_LEN] = "";
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	site = find_site(mod, ip);
	raw_spin_unlock_irqrestore(&lock, flags);
	if (site)
		return site;
	made = kzalloc(sizeof(*made), QUIETLY);
	if (!made)
		return NULL;
	/* The symbols of init go with it. */
	if (!within_module(ip, mod)) {
		sprint_backtrace(text, ip);
		snprintf(made->text, sizeof(made->text),
			 "a function that %s called", text);
	} else if (within_module_init(ip, mod)) {
		sprint_backtrace(text, ip);
		strscpy(made->text, text, sizeof(made->text));
	}
	made->ip = ip;
	made->mod = mod;
	raw_spin_lock_irqsave(&lock, flags);
	site = find_site(mod, ip);
	if (!site) {
		site = made;
		made = NULL;
		hlist_add_head(&site->node, &sites[hash_64(ip, SITE_BITS)]);
	}
	raw_spin_unlock_irqrestore(&lock, flags);
	kfree(made);
	return site;
}

/* @buf: of KSYM_SYMBOL_LEN bytes. */
const char *record_site_text(struct check_site *site, char *buf)
{
	if (site->text[0])
		return site->text;
	sprint_backtrace(buf, site->ip);
	return buf;
}

/* ---- of one module ---- */

void record_each(const struct module *mod, record_fn *fn, void *arg)
{
	struct check_record *record;
	struct hlist_node *next;
	unsigned long flags;
	unsigned int i;
	bool end = !buckets;

	raw_spin_lock_irqsave(&lock, flags);
	for (i = 0; i < 1 << BUCKET_BITS && !end; i++)
		hlist_for_each_entry_safe(record, next, &buckets[i],
					  node) if (record->mod == mod &&
						    fn(record, arg))
		{
			end = true;
			break;
		}
	raw_spin_unlock_irqrestore(&lock, flags);
}

struct condition {
	enum check_space space;
	bool (*fn)(const struct check_record *record);
};

static bool remove_if(struct check_record *record, void *arg)
{
	const struct condition *condition = arg;

	if (record->space == condition->space && condition->fn(record))
		put(record);
	return false;
}

void record_remove_if(const struct module *mod, enum check_space space,
		      bool (*fn)(const struct check_record *record))
{
	struct condition condition = {.space = space, .fn = fn};

	record_each(mod, remove_if, &condition);
}

static bool note_memory(struct check_record *record, void *arg)
{
	bool *any = arg;

	*any = record->import;
	return *any;
}

bool record_any_memory(const struct module *mod)
{
	bool any = false;

	record_each(mod, note_memory, &any);
	return any;
}

static bool forget_one(struct check_record *record, void *unused_arg)
{
	put(record);
	return false;
}

/* Its addresses may be another module's soon. */
void record_forget(const struct module *mod)
{
	struct check_site *site;
	struct hlist_node *next;
	HLIST_HEAD(old);
	unsigned long flags;
	unsigned int i;

	record_each(mod, forget_one, NULL);
	raw_spin_lock_irqsave(&lock, flags);
	for (i = 0; i < ARRAY_SIZE(sites); i++)
		hlist_for_each_entry_safe(site, next, &sites[i],
					  node) if (site->mod == mod)
		{
			hlist_del(&site->node);
			hlist_add_head(&site->node, &old);
		}
	raw_spin_unlock_irqrestore(&lock, flags);
	hlist_for_each_entry_safe(site, next, &old, node) kfree(site);
}

unsigned long record_lost(void)
{
	return lost;
}
