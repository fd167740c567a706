// SPDX-License-Identifier: GPL-2.0-only
/*
 * What modules do with locks, as the kernel's own lockdep looks at it, of each
 * lock by itself: what a module holds, and whether it may take or give back
 * another.
 *
 * A lock's own state is the truth; a task's list of what it holds may be behind,
 * as the kernel takes and gives back some of modules' locks.  An acquisition
 * that would wait for ever, and a release of what is not held, are left out, so
 * that the test goes on.
 *
 * Any context but NMI; interrupts are off while lists are changed.
 */
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/task_stack.h>
#include <linux/tracepoint.h>
#include "check/locks.h"
#include "internal.h"

#define HELD_MAX     24
#define CONTEXTS_MAX 128

/* struct held - a lock that a task, or an interrupt on top of it, holds. */
struct held {
	struct lock *lock;
	struct lock *node; /* in the graph: the same, or its class */
	enum lock_mode mode;
	unsigned long ip;
};

struct holder {
	const struct task_struct *task; /* NULL: free */
	unsigned int level; /* 0, of softirqs 1, of hardirqs 2 */
	unsigned int n;
	struct held held[HELD_MAX];
};

extern struct tracepoint __tracepoint_sched_process_exit;

static struct holder holders[CONTEXTS_MAX];

static struct holder *find_holder(unsigned int at, bool make)
{
	struct holder *holder, *free = NULL;

	for (holder = holders; holder < holders + CONTEXTS_MAX; holder++) {
		if (holder->task == current && holder->level == at)
			return holder;
		if (!holder->n && !free)
			free = holder;
	}
	if (!make || !free)
		return NULL;
	free->task = current;
	free->level = at;
	return free;
}

/* Entries of what somebody else gave back are dropped. */
static void drop_stale(struct holder *holder)
{
	unsigned int i, kept = 0;

	for (i = 0; i < holder->n; i++) {
		const struct held *h = &holder->held[i];

		if (!lock_is_taken(h->lock, h->mode != MODE_WRITE))
			continue;
		if (lock_has_owner(h->lock) &&
		    lock_owner(h->lock) != holder->task)
			continue;
		holder->held[kept++] = *h;
	}
	holder->n = kept;
}

static struct held *find_held(struct holder *holder, const struct lock *lock)
{
	unsigned int i;

	for (i = holder ? holder->n : 0; i; i--)
		if (holder->held[i - 1].lock == lock)
			return &holder->held[i - 1];
	return NULL;
}

/* ---- reports ---- */

static void print_held(const struct holder *holder)
{
	unsigned int i;

	if (!holder || !holder->n) {
		pr_err("no locks held by %s/%d.\n", current->comm,
		       current->pid);
		return;
	}
	pr_err("%u lock%s held by %s/%d:\n", holder->n,
	       holder->n == 1 ? "" : "s", current->comm, current->pid);
	for (i = 0; i < holder->n; i++)
		lock_print(" ", holder->held[i].lock, holder->held[i].ip);
}

static void tell(const char *title, const char *what, const struct lock *lock,
		 const struct report_place *place)
{
	if (!report_begin(title, place->ip))
		return;
	pr_err("WARNING: %s\n", title);
	pr_err("%s/%d %s:\n", current->comm, current->pid, what);
	lock_print("", lock, place->ip);
	pr_err("other info that might help us debug this:\n");
	print_held(find_holder(lock_level(), false));
	report_stack(place);
	report_end();
}

/* ---- what is held ---- */

/* How many of a semaphore's readers are known to be others. */
long lock_other_readers(const struct lock *lock)
{
	const struct holder *holder;
	long n = 0;

	for (holder = holders; holder < holders + CONTEXTS_MAX; holder++) {
		const struct held *held;

		for (held = holder->held; held < holder->held + holder->n;
		     held++)
			n += held->lock->address == lock->address &&
			     holder->task != current;
	}
	return n;
}

bool lock_any_mine(void)
{
	struct holder *holder;
	unsigned long flags;
	bool any;

	local_irq_save(flags);
	holder = find_holder(lock_level(), false);
	if (holder)
		drop_stale(holder);
	any = holder && holder->n;
	local_irq_restore(flags);
	return any;
}

/* ---- taking ---- */

static enum lock_mode mode_of(const struct lock_call *call)
{
	if (!call->reads)
		return MODE_WRITE;
	if (call->type != TYPE_RW)
		return MODE_READ;
	return ring3_kernel.options & RING3_OPTION_READERS && !in_interrupt()
		       ? MODE_READ
		       : MODE_RECURSIVE;
}

static bool is_recursive(const struct lock_call *call, const struct lock *lock,
			 struct holder *holder)
{
	const struct held *held = find_held(holder, lock);

	if (lock_never_ends(lock, call->reads) ||
	    (call->type == TYPE_WW && lock_owner(lock) == current &&
	     !call->argument[1]))
		return true;
	if (call->type == TYPE_RECLAIM)
		return held;
	return (call->type == TYPE_RWSEM || mode_of(call) == MODE_READ) &&
	       held && lock_is_taken(lock, held->mode != MODE_WRITE);
}

/* Two who read only wait for each other when a third would write. */
static bool is_certain(const struct lock_call *call, const struct lock *lock,
		       const struct held *held)
{
	if (call->type == TYPE_RW)
		return lock_never_ends(lock, call->reads);
	if (call->type == TYPE_RECLAIM)
		return false;
	return call->type != TYPE_RWSEM || !call->reads ||
	       (held && held->mode == MODE_WRITE);
}

static bool leave_out(const struct lock_call *call, struct lock *lock,
		      struct holder *holder)
{
	const struct held *held = find_held(holder, lock);
	bool certain = is_certain(call, lock, held);

	if (lock_level() && !held)
		tell("inconsistent lock state",
		     "waits, in an interrupt, for what it interrupted", lock,
		     &call->place);
	else
		tell("possible recursive locking detected",
		     "is trying to acquire what it holds", lock, &call->place);
	lock->left_out += certain;
	return certain;
}

static bool is_on_stack(const void *address)
{
	return object_is_on_stack(address);
}

/* The node of @lock for who calls. */
static struct lock *node_of(const struct lock_call *call, struct lock *lock)
{
	const struct nesting *nesting = nesting_find(lock->address);

	if (!call->annotated)
		return lock;
	return class_node(lock, nesting ? nesting->subclass : 0);
}

static bool is_ordered(const struct lock *lock)
{
	return lock->type != TYPE_RCU && lock->type != TYPE_WW &&
	       !is_on_stack(lock->address) &&
	       !class_is_novalidate(lock->address);
}

static void note_order(const struct lock_call *call, const struct lock *lock,
		       struct lock *node, struct holder *holder)
{
	bool new = false, told = false;
	unsigned int i;

	if (!is_ordered(lock))
		return;
	for (i = 0; i < holder->n; i++) {
		struct held *held = &holder->held[i];

		if (held->node == node || !is_ordered(held->lock))
			continue;
		if (!graph_add(held->node, held->mode, held->ip, node,
			       mode_of(call), call->place.ip))
			continue;
		new = true;
		if (!told)
			told = graph_find_circle(held->node, node,
						 &call->place);
	}
	if (new && !told)
		graph_find_inversion(&call->place);
}

/*
 * Whether the caller holds another lock of the class: which is in order if both
 * only read, or all who nest them hold one and the same lock.
 */
static bool is_nested(const struct lock_call *call, const struct lock *node,
		      const struct holder *holder)
{
	const struct nesting *nesting = nesting_find(call->lock);
	bool in_order = nesting && nesting->nest;
	const struct held *held;

	if (!node->is_class)
		return false;
	for (held = holder->held; held < holder->held + holder->n; held++) {
		if (held->node != node)
			continue;
		if (in_order || (held->mode != MODE_WRITE &&
				 mode_of(call) == MODE_RECURSIVE))
			return true;
		tell("possible recursive locking detected",
		     "is trying to acquire a lock of a class that it holds",
		     node, &call->place);
		return true;
	}
	return false;
}

static void check_nest(const struct lock_call *call, const struct lock *node)
{
	const struct nesting *nesting = nesting_find(call->lock);

	if (nesting && nesting->nest &&
	    !lock_is_mine((void *)nesting->nest, nesting->nest_type, HELD_ANY))
		tell("Nested lock was not taken",
		     "does not hold what it says to hold, when it takes", node,
		     &call->place);
}

/* Nothing of them is left out: the kernel says no by itself. */
static void before_ww(const struct lock_call *call, const struct holder *holder)
{
	void *held[HELD_MAX];
	unsigned int i, n = 0;

	for (i = 0; holder && i < holder->n; i++)
		if (holder->held[i].lock->type == TYPE_WW)
			held[n++] = holder->held[i].lock->address;
	ww_before(call, held, n);
}

static bool before_take(const struct lock_call *call)
{
	struct lock *lock = lock_find(call->lock, call->type, true), *node;
	struct holder *holder = find_holder(lock_level(), false);

	if (!lock)
		return false;
	if (holder)
		drop_stale(holder);
	if (call->type == TYPE_WW)
		before_ww(call, holder);
	node = node_of(call, lock);
	check_nest(call, node);
	if (is_recursive(call, lock, holder))
		return leave_out(call, lock, holder);
	if (holder && call->type != TYPE_RCU && !is_nested(call, node, holder))
		note_order(call, lock, node, holder);
	return false;
}

static unsigned int usage_now(enum lock_mode mode)
{
	unsigned int usage = 0;

	if (in_hardirq())
		usage |= IN_HARDIRQ;
	else if (in_serving_softirq())
		usage |= IN_SOFTIRQ;
	if (!in_hardirq() && !irqs_disabled())
		usage |= WITH_HARDIRQ;
	if (!in_hardirq() && !irqs_disabled() && !softirq_count())
		usage |= WITH_SOFTIRQ;
	return mode == MODE_WRITE ? usage : usage << READING;
}

static void note_usage(struct lock *lock, enum lock_mode mode,
		       unsigned int usage, const struct report_place *place)
{
	bool was = lock_is_inconsistent(lock->usage);

	if ((lock->usage | usage) == lock->usage ||
	    (lock->type != TYPE_SPIN && lock->type != TYPE_RW))
		return;
	lock->usage |= usage;
	if (!was && lock_is_inconsistent(lock->usage))
		tell("inconsistent lock state",
		     "takes, where an interrupt can come, a lock of interrupts",
		     lock, place);
	else
		graph_find_inversion(place);
}

static void after_take(const struct lock_call *call, unsigned int usage)
{
	struct holder *holder = find_holder(lock_level(), true);
	struct lock *lock = lock_find(call->lock, call->type, true), *node;

	if (!lock || call->type == TYPE_RCU)
		return;
	node = node_of(call, lock);
	if (!class_is_novalidate(call->lock))
		note_usage(node, mode_of(call), usage, &call->place);
	if (!holder || holder->n == HELD_MAX)
		return;
	holder->held[holder->n++] =
		(struct held){lock, node, mode_of(call), call->place.ip};
}

/* ---- giving back ---- */

static void remove_held(const struct lock *lock)
{
	struct holder *holder = find_holder(lock_level(), false);
	struct held *held = find_held(holder, lock);

	if (!held)
		return;
	holder->n--;
	memmove(held, held + 1,
		(holder->held + holder->n - held) * sizeof(*held));
}

static bool may_give(const struct lock_call *call, const struct lock *lock)
{
	if (call->type == TYPE_RCU)
		return rcu_preempt_depth() > 0;
	if (call->type == TYPE_RECLAIM)
		return find_held(find_holder(lock_level(), false), lock);
	if (lock_has_owner(lock))
		return lock_owner(lock) == current;
	return lock_is_taken(lock, call->reads);
}

static bool before_give(const struct lock_call *call, unsigned int usage)
{
	struct lock *lock = lock_find(call->lock, call->type, true);

	if (!lock)
		return false;
	if (lock->left_out) {
		lock->left_out--;
		return true;
	}
	if (may_give(call, lock)) {
		const struct held *held =
			find_held(find_holder(lock_level(), false), lock);

		if (call->type == TYPE_WW)
			ww_give(call);
		/* Interrupts may have been let in since it was taken. */
		if (held && !class_is_novalidate(call->lock))
			note_usage(held->node, mode_of(call), usage,
				   &call->place);
		remove_held(lock);
		return false;
	}
	tell("bad unlock balance detected!",
	     "is trying to release what it does not hold", lock, &call->place);
	return true;
}

static void before_downgrade(const struct lock_call *call)
{
	struct lock *lock = lock_find(call->lock, call->type, true);
	struct held *held = find_held(find_holder(lock_level(), false), lock);

	if (held)
		held->mode = MODE_READ;
}

static bool is_anybodys(const struct lock *lock)
{
	struct holder *holder;

	for (holder = holders; holder < holders + CONTEXTS_MAX; holder++) {
		drop_stale(holder);
		if (find_held(holder, lock))
			return true;
	}
	return false;
}

static bool is_within(const struct lock *lock, unsigned long start,
		      unsigned long end, const struct module *mod)
{
	unsigned long address = (unsigned long)lock->address;

	return (address >= start && address < end) ||
	       (mod && within_module(address, mod));
}

static void drop_everywhere(unsigned long start, unsigned long end,
			    const struct module *mod)
{
	struct holder *holder;

	for (holder = holders; holder < holders + CONTEXTS_MAX; holder++) {
		unsigned int i, kept = 0;

		for (i = 0; i < holder->n; i++) {
			const struct held *held = &holder->held[i];

			if (!is_within(held->lock, start, end, mod) &&
			    !is_within(held->node, start, end, mod))
				holder->held[kept++] = *held;
		}
		holder->n = kept;
	}
}

void locks_module_gone(const struct module *mod)
{
	unsigned long flags;

	if (!(ring3_kernel.options & RING3_OPTION_LOCKS))
		return;
	local_irq_save(flags);
	drop_everywhere(0, 0, mod);
	graph_forget_module(mod);
	class_forget_module(mod);
	local_irq_restore(flags);
}

static void before_init(const struct lock_call *call)
{
	unsigned long start = (unsigned long)call->lock;
	struct lock *lock = lock_find(call->lock, call->type, false);

	if (call->type == TYPE_MUTEX && call->argument)
		ww_init(call);
	class_forget(start, start + 1);
	if (!lock)
		return;
	if (is_anybodys(lock))
		tell("held lock freed!", "initialises a lock that is held",
		     lock, &call->place);
	drop_everywhere(start, start + 1, NULL);
	graph_forget(start, start + 1);
}

bool lock_before(const struct lock_call *call)
{
	unsigned int usage = usage_now(mode_of(call));
	unsigned long flags;
	bool skip = false;

	local_irq_save(flags);
	switch (call->action) {
	case LOCK_TAKE:
	case LOCK_TAKE_ZERO:
	case LOCK_MEET:
		skip = before_take(call);
		if (skip)
			nesting_forget(call->lock);
		break;
	case LOCK_GIVE:
		skip = before_give(call, usage);
		break;
	case LOCK_DOWNGRADE:
		before_downgrade(call);
		break;
	case LOCK_INIT:
		before_init(call);
		break;
	case LOCK_TRY:
	case LOCK_NONE:
		break;
	}
	local_irq_restore(flags);
	return skip;
}

void lock_after(const struct lock_call *call, unsigned long result)
{
	unsigned int usage = usage_now(mode_of(call));
	unsigned long flags;
	bool taken = false;

	switch (call->action) {
	case LOCK_TAKE:
		taken = true;
		break;
	case LOCK_TAKE_ZERO:
		taken = !(int)result;
		break;
	case LOCK_TRY:
	case LOCK_MEET:
		taken = (int)result;
		break;
	default:
		break;
	}
	local_irq_save(flags);
	if (call->type == TYPE_WW && call->action == LOCK_TAKE_ZERO)
		ww_after(call, (int)result);
	if (taken)
		after_take(call, usage);
	nesting_forget(call->lock);
	local_irq_restore(flags);
}

void lock_might(const struct lock_call *call)
{
	unsigned long flags;

	local_irq_save(flags);
	/* Nothing is left out of what is not done. */
	if (before_take(call))
		lock_find(call->lock, call->type, true)->left_out--;
	nesting_forget(call->lock);
	local_irq_restore(flags);
}

/* Whether an allocation with @flags would have to wait for reclaim. */
static bool needs_reclaim(gfp_t flags)
{
	flags = current_gfp_context(flags);
	return flags & __GFP_DIRECT_RECLAIM && flags & __GFP_FS &&
	       !(current->flags & PF_MEMALLOC);
}

void lock_reclaim(gfp_t flags, int begins, const struct report_place *place)
{
	static char reclaim;
	struct lock_call call = {
		.lock = &reclaim,
		.action = begins ? LOCK_TAKE : LOCK_GIVE,
		.type = TYPE_RECLAIM,
		.annotated = true,
		.place = *place,
	};

	if (!needs_reclaim(flags))
		return;
	class_set(&reclaim, &reclaim, "fs_reclaim", 0, 0);
	if (begins < 0) {
		lock_might(&call);
	} else {
		lock_before(&call);
		if (begins)
			lock_after(&call, 0);
	}
}

/* ---- ends ---- */

static void task_exits(void *unused, struct task_struct *task)
{
	locks_return("exiting task still has locks held!");
}

int locks_watch_tasks(void)
{
	static bool done;
	int err = 0;

	if (!done)
		err = tracepoint_probe_register(
			&__tracepoint_sched_process_exit, task_exits, NULL);
	done = !err;
	return err;
}

void locks_return(const char *what)
{
	struct report_place place = REPORT_PLACE_HERE();
	struct holder *holder;
	unsigned long flags;

	if (!(ring3_kernel.options & RING3_OPTION_LOCKS))
		return;
	local_irq_save(flags);
	holder = find_holder(0, false);
	if (holder)
		drop_stale(holder);
	if (holder && holder->n && report_begin("return", holder->held[0].ip)) {
		pr_err("WARNING: %s\n", what);
		print_held(holder);
		report_stack(&place);
		report_end();
	}
	if (holder)
		holder->n = 0;
	local_irq_restore(flags);
}

void locks_forget(unsigned long start, size_t n)
{
	struct report_place place = REPORT_PLACE_HERE();
	struct holder *holder;
	unsigned long flags;
	unsigned int i;

	if (!(ring3_kernel.options & RING3_OPTION_LOCKS))
		return;
	local_irq_save(flags);
	class_forget(start, start + n);
	if (!graph_any_between(start, start + n))
		goto restore;
	for (holder = holders; holder < holders + CONTEXTS_MAX; holder++)
		for (drop_stale(holder), i = 0; i < holder->n; i++) {
			struct lock *lock = holder->held[i].lock;

			if ((unsigned long)lock->address - start < n)
				tell("held lock freed!",
				     "is freeing memory with a lock that is held",
				     lock, &place);
		}
	drop_everywhere(start, start + n, NULL);
	graph_forget(start, start + n);
restore:
	local_irq_restore(flags);
}
