// SPDX-License-Identifier: GPL-2.0-only
/*
 * Modules compiled with sanitizers: which they are, what they import, and
 * their constructors.
 *
 * Process context; the mutex protects the list.
 */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "../internal.h"
#include "sanitize/fence.h"
#include "sanitize/internal.h"
#include "sanitize/runtime.h"
#include "sanitize/sanitize.h"

extern const struct runtime_symbol ring3_runtime[], ring3_runtime_end[];

/* A module and its functions that are to run before its init. */
struct sanitized {
	struct list_head list;
	struct module *mod;
	unsigned int kinds;
	void (**constructors)(void);
	unsigned int n;
};

static LIST_HEAD(all);
static DEFINE_MUTEX(mutex);

unsigned int sanitize_kind(const char *symbol)
{
	static const struct {
		const char *prefix;
		unsigned int kind;
	} prefixes[] = {
		{"__asan_", RUNTIME_ADDRESS},
		{"__hwasan_", RUNTIME_ADDRESS},
		{"__ubsan_", RUNTIME_UNDEFINED},
		{"__gcov_", RUNTIME_GCOV},
		{"__sanitizer_cov_", RUNTIME_TRACE},
		{"__tsan_", RUNTIME_THREAD},
		{"__ring3_lock_", RUNTIME_LOCKS},
	};
	unsigned int i;

	if (symbol[0] != '_' || symbol[1] != '_')
		return 0;
	for (i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (strstarts(symbol, prefixes[i].prefix))
			return prefixes[i].kind;
	return 0;
}

unsigned int sanitize_complete(unsigned int kinds)
{
	if (ring3_kernel.options & RING3_OPTION_MEMORY &&
	    !(kinds & RUNTIME_ADDRESS))
		kinds |= RUNTIME_FENCES;
	return kinds;
}

unsigned long sanitize_find(const char *symbol, unsigned int kinds)
{
	const struct runtime_symbol *s;

	for (s = ring3_runtime; kinds && s < ring3_runtime_end; s++)
		if (s->kinds & kinds && !strcmp(s->symbol, symbol))
			return s->address;
	return 0;
}

int sanitize_coming(struct module *mod, unsigned int kinds,
		    void (**constructors)(void), unsigned int n)
{
	struct sanitized *s;
	int err = kinds & (RUNTIME_ADDRESS | RUNTIME_FENCES) ? address_set_up()
							     : 0;

	if (!err && kinds & RUNTIME_ADDRESS)
		err = heap_set_up();
	if (err)
		return err;
	s = kmalloc(sizeof(*s), GFP_KERNEL);
	if (!s)
		return -ENOMEM;
	*s = (struct sanitized){
		.mod = mod,
		.kinds = kinds,
		.constructors = constructors,
		.n = n,
	};
	mutex_lock(&mutex);
	list_add(&s->list, &all);
	mutex_unlock(&mutex);
	fence_count(kinds, 1);
	return 0;
}

static struct sanitized *find(const struct module *mod)
{
	struct sanitized *s, *found = NULL;

	mutex_lock(&mutex);
	list_for_each_entry(s, &all, list)
		if (s->mod == mod)
			found = s;
	mutex_unlock(&mutex);
	return found;
}

/* Any context; the CPU is the caller's. */
bool sanitize_is_checked(unsigned long ip)
{
	const struct sanitized *s;

	list_for_each_entry(s, &all, list)
		if (s->kinds & RUNTIME_ADDRESS && within_module(ip, s->mod))
			return true;
	return false;
}

void sanitize_construct(struct module *mod)
{
	struct sanitized *s = find(mod);
	unsigned int i;

	for (i = 0; s && i < s->n; i++)
		s->constructors[i]();
}

void sanitize_gone(struct module *mod)
{
	struct sanitized *s = find(mod);

	if (!s)
		return;
	if (s->kinds & RUNTIME_FENCES)
		fence_gone(mod);
	if (s->kinds & (RUNTIME_ADDRESS | RUNTIME_FENCES))
		address_gone(mod);
	fence_count(s->kinds, -1);
	if (s->kinds & RUNTIME_GCOV)
		gcov_gone(mod);
	mutex_lock(&mutex);
	list_del(&s->list);
	mutex_unlock(&mutex);
	kfree(s);
}
