// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a module left behind, told in the kernel's log when none of its code is
 * to run any more.
 *
 * Process context; sleeps.
 */
#include <linux/dcache.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/shrinker.h>
#include <linux/stdarg.h>
#include <linux/workqueue.h>
#include "check/calls.h"
#include "check/check.h"
#include "check/leaks.h"
#include "check/report.h"
#include "sanitize/sanitize.h"

/* What has not come to rest by then does not. */
#define REST_MS 250
/* Where kfree_rcu() cannot be hurried: it collects for so long, and some. */
#define REST_MS_COLLECTED 6500

unsigned long kfree_rcu_shrink_scan(struct shrinker *shrinker,
				    struct shrink_control *control) __weak;

static DEFINE_MUTEX(watch_mutex);
static unsigned int things_found;

void check_say(const struct module *mod, const char *format, ...)
{
	struct va_format text;
	va_list args;

	va_start(args, format);
	text.fmt = format;
	text.va = &args;
	pr_err("ring3: %s: %pV\n", mod->name, &text);
	va_end(args);
}

/* Only what is needed, and once it is: boot is the same for all instances, and
 * most modules make few kinds of things. */
static void start_watching(void)
{
	int err;

	mutex_lock(&watch_mutex);
	err = watch_update();
	if (err)
		pr_err("ring3: cannot look for leaks: error %d\n", err);
	mutex_unlock(&watch_mutex);
}

/* ---- memory and things ---- */

/* An entry that is removed stays as long as its name is remembered. */
static void forget_names_in_proc(void)
{
	struct path proc;

	if (kern_path("/proc", 0, &proc))
		return;
	shrink_dcache_parent(proc.dentry);
	path_put(&proc);
}

/* As for want of memory: what is collected waits for its grace period only. */
static void hurry_kfree_rcu(void)
{
	struct shrink_control control = {.nr_to_scan = LONG_MAX};

	if (kfree_rcu_shrink_scan)
		kfree_rcu_shrink_scan(NULL, &control);
}

/*
 * What the kernel was told to free may still wait for a grace period, or in
 * kfree_rcu()'s batches, or be another object's whose last user is some work.
 */
static void come_to_rest(const struct module *mod)
{
	unsigned int most = kfree_rcu_shrink_scan ? REST_MS : REST_MS_COLLECTED;
	unsigned long end = jiffies + msecs_to_jiffies(most);
	unsigned int ms = 1;

	while (record_any_memory(mod) && time_before(jiffies, end)) {
		forget_names_in_proc();
		hurry_kfree_rcu();
		rcu_barrier();
		msleep(ms);
		ms = min(2 * ms, 500u);
	}
}

/* What of one module is told next: the record of a place that was not yet. */
struct next {
	struct check_record record;
	struct check_site *done[LINES_MAX];
	unsigned int nr_done;
	unsigned int things;
	unsigned long bytes;
	bool found;
};

static bool is_done(const struct next *next, const struct check_site *site)
{
	unsigned int i;

	for (i = 0; i < next->nr_done; i++)
		if (next->done[i] == site)
			return true;
	return false;
}

static bool gather(struct check_record *record, void *arg)
{
	struct next *next = arg;

	if (!record->import)
		return false;
	if (!next->found) {
		if (is_done(next, record->site))
			return false;
		next->found = true;
		next->record = *record;
	}
	if (record->site != next->record.site)
		return false;
	if (record->key < next->record.key)
		next->record = *record;
	next->things++;
	next->bytes += record->size;
	return false;
}

static unsigned long address_of(const struct check_record *record)
{
	return record->space == SPACE_PAGE
		       ? (unsigned long)page_to_virt((struct page *)record->key)
		       : record->key;
}

static void tell_memory(const struct module *mod, const struct next *next,
			const char *where)
{
	const struct check_record *record = &next->record;

	if (next->things == 1)
		check_say(mod,
			  "leaked %lu bytes at 0x%lx (%s), allocated by %s",
			  record->size, address_of(record),
			  record->import->what, where);
	else
		check_say(
			mod,
			"leaked %u times, %lu bytes together, the first at 0x%lx (%s), allocated by %s",
			next->things, next->bytes, address_of(record),
			record->import->what, where);
}

static void tell_thing(const struct module *mod, const struct next *next,
		       const char *where)
{
	const struct check_record *record = &next->record;
	const char *name = record->name;

	if (next->things == 1)
		check_say(mod, "left behind: %s%s%s at 0x%lx, made by %s",
			  record->import->what, *name ? " " : "", name,
			  record->key, where);
	else
		check_say(mod, "left behind: %u of %s%s%s, made by %s",
			  next->things, record->import->what,
			  *name ? " such as " : "", name, where);
}

static void tell(const struct module *mod, const struct next *next)
{
	char buf[KSYM_SYMBOL_LEN];
	const char *where = record_site_text(next->record.site, buf);

	if (next->record.import->is_memory)
		tell_memory(mod, next, where);
	else
		tell_thing(mod, next, where);
}

static unsigned int report_records(const struct module *mod)
{
	struct next next = {.nr_done = 0};
	unsigned int total = 0;

	for (;;) {
		next.found = false;
		next.things = 0;
		next.bytes = 0;
		record_each(mod, gather, &next);
		if (!next.found)
			return total;
		total += next.things;
		if (next.nr_done == LINES_MAX) {
			check_say(mod, "and more, from other places");
			return total;
		}
		tell(mod, &next);
		next.done[next.nr_done++] = next.record.site;
	}
}

/* ---- for the loader ---- */

void check_module_section(struct module *mod, const char *name,
			  const void *address, unsigned long size)
{
	if (ring3_kernel.options & RING3_OPTION_COVERAGE)
		coverage_section(mod, name, address, size);
}

void check_module_coming(struct module *mod)
{
	if (ring3_kernel.options & RING3_OPTION_COVERAGE)
		coverage_coming(mod);
	/* Its calls of __fentry__ are places of ours. */
	if (ring3_kernel.options &
	    (RING3_OPTION_SCHEDULES | RING3_OPTION_EDGES))
		mod->num_ftrace_callsites = 0;
	start_watching();
}

static unsigned int report_leaks(struct module *mod)
{
	unsigned int things = objects_report(mod) + sysfs_report(mod);

	come_to_rest(mod);
	if (!watch_is_alive())
		check_say(mod, "ftrace has failed: leaks cannot be told");
	else
		things += report_records(mod);
	if (record_lost())
		check_say(mod, "%lu allocations could not be recorded",
			  record_lost());
	record_forget(mod);
	redirect_forget(mod);
	things_found += things;
	return things;
}

void check_module_refused(struct module *mod)
{
	locks_module_gone(mod);
	sanitize_gone(mod);
	if (ring3_kernel.options & RING3_OPTION_COVERAGE)
		coverage_forget(mod);
	if (check_leaks())
		redirect_forget(mod);
}

void check_module_abandoned(struct module *mod)
{
	if (ring3_kernel.options & RING3_OPTION_COVERAGE)
		coverage_gone(mod);
}

unsigned int check_take_things(void)
{
	unsigned int things = things_found;

	things_found = 0;
	return things;
}

unsigned int check_module_gone(struct module *mod)
{
	unsigned int things = 0;

	locks_module_gone(mod);
	sanitize_gone(mod);
	report_forget(mod);
	if (ring3_kernel.options & RING3_OPTION_COVERAGE)
		coverage_gone(mod);
	if (check_leaks())
		things = report_leaks(mod);
	return things;
}

void check_end(void)
{
	if (ring3_kernel.options & RING3_OPTION_COVERAGE)
		coverage_end();
}
