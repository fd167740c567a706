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
#include <linux/timer.h>
#include <linux/tracepoint.h>
#include <linux/workqueue.h>
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
	unsigned long ip; /* of its ftrace site; 0: none */
	struct undo *next; /* of the same hash */
};

#define DECLARE_FREE(sym, space, argument)                                     \
	extern char undo_##sym[] __asm__(#sym) __weak;
#define DECLARE_UNDO(sym, argument) DECLARE_FREE(sym, , argument)
CHECK_FREES(DECLARE_FREE)
CHECK_UNDOS(DECLARE_UNDO)
extern char undo_kmem_cache_free_bulk[] __asm__("kmem_cache_free_bulk");

#define FREE_ENTRY(sym, space_, argument_)                                     \
	{.function = undo_##sym, .space = space_, .argument = argument_},
#define UNDO_ENTRY(sym, argument_) FREE_ENTRY(sym, SPACE_##sym, argument_)

static struct undo undos[] = {CHECK_UNDOS(UNDO_ENTRY) CHECK_FREES(FREE_ENTRY)};

static struct undo free_bulk = {
	.function = undo_kmem_cache_free_bulk,
	.space = SPACE_MEMORY,
};

#define IP_BITS 8
static struct undo *by_ip[1 << IP_BITS];

static unsigned long argument(const struct pt_regs *regs, unsigned int n)
{
	return n == 0 ? regs->di : n == 1 ? regs->si : regs->dx;
}

static void freed_bulk(const struct pt_regs *regs)
{
	void **objects = (void **)regs->dx;
	unsigned long i;

	for (i = 0; i < regs->si; i++)
		record_remove(SPACE_MEMORY, (unsigned long)objects[i]);
}

static void called(unsigned long ip, unsigned long parent,
		   struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	const struct pt_regs *regs = ftrace_get_regs(fregs);
	const struct undo *undo;

	if (ip == free_bulk.ip)
		return freed_bulk(regs);
	for (undo = by_ip[hash_64(ip, IP_BITS)]; undo; undo = undo->next)
		if (undo->ip == ip)
			record_remove(undo->space,
				      argument(regs, undo->argument));
}

static struct ftrace_ops ops = {
	.func = called,
	.flags = FTRACE_OPS_FL_SAVE_REGS | FTRACE_OPS_FL_RECURSION |
		 FTRACE_OPS_FL_PERMANENT,
};

/* Sets the site of @undo; one that has none is not watched. */
static int watch(struct undo *undo)
{
	struct undo **slot;
	int err;

	if (!undo->function)
		return 0;
	undo->ip = ftrace_location((unsigned long)undo->function);
	if (!undo->ip)
		return -ENOENT;
	err = ftrace_set_filter_ip(&ops, undo->ip, 0, 0);
	if (err) {
		undo->ip = 0;
		return err;
	}
	slot = &by_ip[hash_64(undo->ip, IP_BITS)];
	undo->next = *slot;
	*slot = undo;
	return 0;
}

static int watch_functions(void)
{
	unsigned int i;
	int err = watch(&free_bulk);
	unsigned long t0 = host_clock_real();

	for (i = 0; i < ARRAY_SIZE(undos) && !err; i++) {
		int unseen = watch(&undos[i]);

		/* Without frees, all memory would seem to be left. */
		if (undos[i].space < SPACE_FIRST_THING)
			err = unseen;
	}
	pr_info("A3 filters %lu\n", host_clock_real() - t0);
	return err ? err : register_ftrace_function(&ops);
}

bool watch_is_watched(enum check_space space)
{
	return space < SPACE_FIRST_THING || undos[space - SPACE_FIRST_THING].ip;
}

bool watch_is_alive(void)
{
	return !ftrace_is_dead();
}

/* ---- tracepoints: the first argument is what was registered with them ---- */

static void page_freed(void *unused, struct page *page, unsigned int order)
{
	record_remove(SPACE_PAGE, (unsigned long)page);
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

static int watch_tracepoints(void)
{
	const struct {
		struct tracepoint *point;
		void *probe;
	} probes[] = {
		{&__tracepoint_mm_page_free, page_freed},
		{&__tracepoint_timer_start, timer_started},
		{&__tracepoint_timer_cancel, timer_ended},
		{&__tracepoint_workqueue_queue_work, work_queued},
		{&__tracepoint_workqueue_execute_start, work_started},
		{&__tracepoint_workqueue_execute_end, work_ended},
	};
	unsigned int i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(probes) && !err; i++)
		err = tracepoint_probe_register(probes[i].point,
						probes[i].probe, NULL);
	return err;
}

int watch_set_up(void)
{
	unsigned long t0 = host_clock_real();
	int err = watch_functions();
	pr_info("A3 functions %lu\n", host_clock_real() - t0);

	return err ? err : watch_tracepoints();
}
