// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel frees and takes back, whoever asked for it, and which timers
 * and work are pending: by ftrace and tracepoints, so that nothing of the
 * kernel is changed while nobody looks for leaks.
 *
 * The callbacks run wherever the kernel frees: any context but NMI.  They only
 * look into the table of records.
 */
#include <linux/ftrace.h>
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/tracepoint.h>
#include <linux/workqueue.h>
#include "check/calls.h"
#include "check/leaks.h"

struct pool_workqueue;

extern struct tracepoint __tracepoint_mm_page_free;
extern struct tracepoint __tracepoint_timer_start, __tracepoint_timer_cancel;
extern struct tracepoint __tracepoint_workqueue_queue_work;
extern struct tracepoint __tracepoint_workqueue_execute_start;
extern struct tracepoint __tracepoint_workqueue_execute_end;
int ftrace_is_dead(void);

/* A function that takes something back. */
struct undo {
	void *function; /* NULL: not in this kernel */
	enum check_space space;
	unsigned int argument;
	bool bulk; /* the argument is an array */
	unsigned long ip; /* of its ftrace site; 0: none */
	struct undo *next; /* of the same hash */
};

#define DECLARE_FREE(sym, space, argument)                                     \
	extern char undo_##sym[] __asm__(#sym) __weak;
#define DECLARE_UNDO(sym, argument) DECLARE_FREE(sym, , argument)
CHECK_FREES(DECLARE_FREE)
CHECK_UNDOS(DECLARE_UNDO)
CHECK_BULK_FREES(DECLARE_FREE)

#define FREE_ENTRY(sym, space_, argument_)                                     \
	{.function = undo_##sym, .space = space_, .argument = argument_},
#define UNDO_ENTRY(sym, argument_) FREE_ENTRY(sym, SPACE_##sym, argument_)

#define BULK_ENTRY(sym, space_, argument_)                                     \
	{.function = undo_##sym,                                               \
	 .space = space_,                                                      \
	 .argument = argument_,                                                \
	 .bulk = true},

static struct undo undos[] = {CHECK_UNDOS(UNDO_ENTRY) CHECK_FREES(FREE_ENTRY)
				      CHECK_BULK_FREES(BULK_ENTRY)};

/* What modules that came so far make. */
static bool needed[NR_SPACES], any_needed;
/* Not all could be set up, so that nothing that is found would be true. */
static bool broken;

/* Who else is told of memory that is freed; NULL: nobody. */
static watch_free_fn *tell_freed;
static watch_free_pages_fn *tell_freed_pages;
static watch_free_percpu_fn *tell_freed_percpu;

void watch_memory(watch_free_fn *freed, watch_free_pages_fn *freed_pages,
		  watch_free_percpu_fn *freed_percpu)
{
	tell_freed = freed;
	tell_freed_pages = freed_pages;
	tell_freed_percpu = freed_percpu;
	watch_need(SPACE_MEMORY);
	watch_need(SPACE_PAGE);
	watch_need(SPACE_PERCPU);
}

/* Of what the slab allocator gave; of others, as many as matter. */
static size_t slab_size(unsigned long key)
{
	struct folio *folio;

	if (key < machine_boot_info.ram_low ||
	    key >= machine_boot_info.ram_high)
		return 1;
	folio = virt_to_folio((void *)key);
	return folio_test_slab(folio) ? ksize((void *)key) : 1;
}

/* Whether that is all there is to do. */
static bool freed(enum check_space space, unsigned long key,
		  struct kmem_cache *cache, const struct pt_regs *regs)
{
	record_remove(space, key);
	if (space == SPACE_MEMORY)
		locks_forget(key, slab_size(key));
	if (space == SPACE_PERCPU)
		return tell_freed_percpu && tell_freed_percpu(key, regs);
	return tell_freed && space == SPACE_MEMORY &&
	       tell_freed(key, cache, regs);
}

/* Where functions go that have nothing left to do. */
static void nothing(void)
{
}

#define IP_BITS 8
static struct undo *by_ip[1 << IP_BITS];

static unsigned long argument(const struct pt_regs *regs, unsigned int n)
{
	return n == 0 ? regs->di : n == 1 ? regs->si : regs->dx;
}

/* What is taken over is taken out of the array.  Whether nothing is left. */
static bool undone_all(const struct undo *undo, struct pt_regs *regs)
{
	unsigned long *keys = (unsigned long *)argument(regs, undo->argument);
	unsigned long i, left = 0;

	for (i = 0; i < regs->si; i++)
		if (!freed(undo->space, keys[i], NULL, regs))
			keys[left++] = keys[i];
	if (left == regs->si)
		return false;
	regs->si = left;
	return !left;
}

/* Whether that is all there is to do. */
static bool undone(const struct undo *undo, struct pt_regs *regs)
{
	if (undo->bulk)
		return undone_all(undo, regs);
	return freed(undo->space, argument(regs, undo->argument),
		     undo->argument ? (void *)regs->di : NULL, regs);
}

static void called(unsigned long ip, unsigned long parent,
		   struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct pt_regs *regs = ftrace_get_regs(fregs);
	const struct undo *undo;

	for (undo = by_ip[hash_64(ip, IP_BITS)]; undo; undo = undo->next)
		if (undo->ip == ip && undone(undo, regs))
			regs->ip = (unsigned long)nothing;
}

static struct ftrace_ops ops = {
	.func = called,
	.flags = FTRACE_OPS_FL_SAVE_REGS | FTRACE_OPS_FL_RECURSION |
		 FTRACE_OPS_FL_PERMANENT | FTRACE_OPS_FL_IPMODIFY,
};

/* Sets the site of @undo; one that has none is not watched. */
static bool find_site(struct undo *undo)
{
	struct undo **slot;

	if (!undo->function)
		return false;
	undo->ip = ftrace_location((unsigned long)undo->function);
	if (!undo->ip)
		return false;
	slot = &by_ip[hash_64(undo->ip, IP_BITS)];
	undo->next = *slot;
	*slot = undo;
	return true;
}

/* Changes all sites at once, which is what takes long. */
static int add_sites(unsigned long *ips, unsigned int n)
{
	static bool registered;
	int err;

	if (!n)
		return 0;
	err = ftrace_set_filter_ips(&ops, ips, n, 0, 0);
	if (!err && !registered)
		err = register_ftrace_function(&ops);
	registered = !err;
	return err;
}

static int watch_functions(void)
{
	static unsigned long ips[ARRAY_SIZE(undos)];
	unsigned int i, n = 0;

	for (i = 0; i < ARRAY_SIZE(undos); i++) {
		struct undo *undo = &undos[i];

		if (!needed[undo->space] || undo->ip)
			continue;
		if (find_site(undo))
			ips[n++] = undo->ip;
		else if (undo->function && undo->space < SPACE_FIRST_THING)
			return -ENOENT; /* all memory would seem to be left */
	}
	return add_sites(ips, n);
}

bool watch_is_watched(enum check_space space)
{
	return !broken && (space < SPACE_FIRST_THING ||
			   undos[space - SPACE_FIRST_THING].ip);
}

bool watch_is_alive(void)
{
	return !ftrace_is_dead();
}

/* ---- tracepoints: the first argument is what was registered with them ---- */

static void page_freed(void *unused, struct page *page, unsigned int order)
{
	record_remove(SPACE_PAGE, (unsigned long)page);
	locks_forget((unsigned long)page_address(page), PAGE_SIZE << order);
	if (tell_freed_pages)
		tell_freed_pages((unsigned long)page_address(page),
				 PAGE_SIZE << order);
}

static void note_pending(enum check_space space, const void *key,
			 void *function)
{
	struct check_record record = {
		.space = space,
		.key = (unsigned long)key,
		.size = (unsigned long)function,
		.mod = check_module_at((unsigned long)function),
	};

	if (record.mod)
		record_add(&record);
}

static void timer_started(void *unused, struct timer_list *timer)
{
	void *function = timer->function;

	if (timer->function == delayed_work_timer_fn)
		function = container_of(timer, struct delayed_work, timer)
				   ->work.func;
	note_pending(SPACE_TIMER, timer, function);
}

static void timer_ended(void *unused, struct timer_list *timer)
{
	record_remove(SPACE_TIMER, (unsigned long)timer);
}

static void work_queued(void *unused, int cpu, struct pool_workqueue *pwq,
			struct work_struct *work)
{
	note_pending(SPACE_WORK, work, work->func);
}

static void work_started(void *unused, struct work_struct *work)
{
	record_remove(SPACE_WORK, (unsigned long)work);
	note_pending(SPACE_RUNNING, work, work->func);
}

static void work_ended(void *unused, struct work_struct *work)
{
	record_remove(SPACE_RUNNING, (unsigned long)work);
}

struct probe {
	enum check_space space; /* for which it is needed */
	struct tracepoint *point;
	void *function;
	bool registered;
};

static struct probe probes[] = {
	{SPACE_PAGE, &__tracepoint_mm_page_free, page_freed},
	{SPACE_TIMER, &__tracepoint_timer_start, timer_started},
	{SPACE_TIMER, &__tracepoint_timer_cancel, timer_ended},
	{SPACE_WORK, &__tracepoint_workqueue_queue_work, work_queued},
	{SPACE_WORK, &__tracepoint_workqueue_execute_start, work_started},
	{SPACE_WORK, &__tracepoint_workqueue_execute_end, work_ended},
};

static int watch_tracepoints(void)
{
	struct probe *probe;
	int err;

	for (probe = probes; probe < probes + ARRAY_SIZE(probes); probe++) {
		if (!needed[probe->space] || probe->registered)
			continue;
		err = tracepoint_probe_register(probe->point, probe->function,
						NULL);
		if (err)
			return err;
		probe->registered = true;
	}
	return 0;
}

void watch_need(enum check_space space)
{
	needed[space] = true;
	any_needed = true;
	/* Delayed work waits in a timer. */
	if (space == SPACE_WORK)
		needed[SPACE_TIMER] = true;
}

int watch_update(void)
{
	int err;

	if (!any_needed || broken)
		return 0;
	err = record_set_up();
	if (!err)
		err = watch_functions();
	if (!err)
		err = watch_tracepoints();
	broken = err;
	return err;
}
