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
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/rtmutex.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/spinlock.h>
#include <linux/tracepoint.h>
#include <asm-generic/qrwlock.h>
#include "check/locks.h"
#include "internal.h"

#define HELD_MAX     24
#define CONTEXTS_MAX 128

/* struct held - a lock that a task, or an interrupt on top of it, holds. */
struct held {
	struct lock *lock;
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

static unsigned int level(void)
{
	return in_hardirq() ? 2 : in_serving_softirq() ? 1 : 0;
}

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

/* ---- locks' own state ---- */

static int rw_count(const struct lock *lock)
{
	rwlock_t *rw = lock->address;

	return atomic_read(&rw->raw_lock.cnts);
}

static long rwsem_count(const struct lock *lock)
{
	struct rw_semaphore *sem = lock->address;

	return atomic_long_read(&sem->count);
}

static bool has_owner(const struct lock *lock)
{
	return lock->type == TYPE_MUTEX || lock->type == TYPE_WW ||
	       lock->type == TYPE_RT;
}

/* Bits of the owner's address say who waits. */
static const struct task_struct *owner(const struct lock *lock)
{
	const struct rt_mutex *rt = lock->address;
	struct mutex *mutex = lock->address;

	if (lock->type == TYPE_RT)
		return (void *)((long)READ_ONCE(rt->rtmutex.owner) & ~1l);
	return (void *)(atomic_long_read(&mutex->owner) & ~7l);
}

/* The bits of a semaphore's count that are the same in all kernels. */
#define RWSEM_WRITER 1l
#define RWSEM_READER 0x100l

static bool is_held(const struct lock *lock, bool reads)
{
	long count;

	switch (lock->type) {
	case TYPE_SPIN:
		return raw_spin_is_locked((raw_spinlock_t *)lock->address);
	case TYPE_RW:
		return reads ? rw_count(lock) >= _QR_BIAS
			     : rw_count(lock) & _QW_LOCKED;
	case TYPE_MUTEX:
	case TYPE_WW:
	case TYPE_RT:
		return owner(lock);
	case TYPE_RWSEM:
		count = rwsem_count(lock);
		return reads ? count >= RWSEM_READER && !(count & RWSEM_WRITER)
			     : count & RWSEM_WRITER;
	case TYPE_RCU:
		break;
	}
	return true;
}

/* Entries of what somebody else gave back are dropped. */
static void drop_stale(struct holder *holder)
{
	unsigned int i, kept = 0;

	for (i = 0; i < holder->n; i++) {
		const struct held *h = &holder->held[i];

		if (!is_held(h->lock, h->mode != MODE_WRITE))
			continue;
		if (has_owner(h->lock) && owner(h->lock) != holder->task)
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
	print_held(find_holder(level(), false));
	report_stack(place);
	report_end();
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

/*
 * Whether the call would never return: with one CPU, who holds a spin lock is
 * who is interrupted by, or is, the caller.
 */
static bool never_ends(const struct lock *lock, bool reads)
{
	switch (lock->type) {
	case TYPE_SPIN:
		return is_held(lock, false);
	case TYPE_RW:
		return reads ? rw_count(lock) & _QW_LOCKED
			     : rw_count(lock) & (_QW_LOCKED | ~(_QR_BIAS - 1));
	case TYPE_MUTEX:
	case TYPE_RT:
		return owner(lock) == current;
	case TYPE_RWSEM:
	case TYPE_WW:
	case TYPE_RCU:
		break;
	}
	return false;
}

static bool is_recursive(const struct lock_call *call, const struct lock *lock,
			 struct holder *holder)
{
	const struct held *held = find_held(holder, lock);

	if (never_ends(lock, call->reads) ||
	    (call->type == TYPE_WW && owner(lock) == current &&
	     !call->argument[1]))
		return true;
	return (call->type == TYPE_RWSEM || mode_of(call) == MODE_READ) &&
	       held && is_held(lock, held->mode != MODE_WRITE);
}

/* Two who read only wait for each other when a third would write. */
static bool is_certain(const struct lock_call *call, const struct lock *lock,
		       const struct held *held)
{
	if (call->type == TYPE_RW)
		return never_ends(lock, call->reads);
	return call->type != TYPE_RWSEM || !call->reads ||
	       (held && held->mode == MODE_WRITE);
}

static bool leave_out(const struct lock_call *call, struct lock *lock,
		      struct holder *holder)
{
	const struct held *held = find_held(holder, lock);
	bool certain = is_certain(call, lock, held);

	if (level() && !held)
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

static void note_order(const struct lock_call *call, struct lock *lock,
		       struct holder *holder)
{
	bool new = false, told = false;
	unsigned int i;

	if (is_on_stack(call->lock))
		return;
	for (i = 0; i < holder->n; i++) {
		struct held *held = &holder->held[i];

		if (held->lock == lock || held->lock->type == TYPE_RCU ||
		    held->lock->type == TYPE_WW || lock->type == TYPE_WW ||
		    is_on_stack(held->lock->address))
			continue;
		if (!graph_add(held->lock, held->mode, held->ip, lock,
			       mode_of(call), call->place.ip))
			continue;
		new = true;
		if (!told)
			told = graph_find_circle(held->lock, lock,
						 &call->place);
	}
	if (new && !told)
		graph_find_inversion(&call->place);
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
	struct lock *lock = lock_find(call->lock, call->type, true);
	struct holder *holder = find_holder(level(), false);

	if (!lock)
		return false;
	if (holder)
		drop_stale(holder);
	if (call->type == TYPE_WW)
		before_ww(call, holder);
	if (is_recursive(call, lock, holder))
		return leave_out(call, lock, holder);
	if (holder && call->type != TYPE_RCU)
		note_order(call, lock, holder);
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
	struct holder *holder = find_holder(level(), true);
	struct lock *lock = lock_find(call->lock, call->type, true);

	if (!lock || call->type == TYPE_RCU)
		return;
	note_usage(lock, mode_of(call), usage, &call->place);
	if (!holder || holder->n == HELD_MAX)
		return;
	holder->held[holder->n++] =
		(struct held){lock, mode_of(call), call->place.ip};
}

/* ---- giving back ---- */

static void remove_held(const struct lock *lock)
{
	struct holder *holder = find_holder(level(), false);
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
	if (has_owner(lock))
		return owner(lock) == current;
	return is_held(lock, call->reads);
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
		if (call->type == TYPE_WW)
			ww_give(call);
		/* Interrupts may have been let in since it was taken. */
		if (find_held(find_holder(level(), false), lock))
			note_usage(lock, mode_of(call), usage, &call->place);
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
	struct held *held = find_held(find_holder(level(), false), lock);

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

static void drop_everywhere(unsigned long start, unsigned long end,
			    const struct module *mod)
{
	struct holder *holder;

	for (holder = holders; holder < holders + CONTEXTS_MAX; holder++) {
		unsigned int i, kept = 0;

		for (i = 0; i < holder->n; i++) {
			unsigned long address =
				(unsigned long)holder->held[i].lock->address;

			if ((address < start || address >= end) &&
			    !(mod && within_module(address, mod)))
				holder->held[kept++] = holder->held[i];
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
	local_irq_restore(flags);
}

static void before_init(const struct lock_call *call)
{
	unsigned long start = (unsigned long)call->lock;
	struct lock *lock = lock_find(call->lock, call->type, false);

	if (call->type == TYPE_MUTEX)
		ww_init(call);
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
	local_irq_restore(flags);
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
