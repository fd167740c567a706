// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which calls of modules concern locks or may sleep, and stubs in front of
 * them.
 *
 * Runs where modules call: any context but NMI.
 */
#include <linux/gfp.h>
#include <linux/hardirq.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "check/calls.h"
#include "check/stubs.h"
#include "internal.h"

/* struct call_kind - what is known of a function. */
struct call_kind {
	const char *symbol;
	enum lock_action action;
	enum lock_type type;
	bool reads;
	u8 argument; /* which is the lock, or says with what flags to allocate */
	enum {
		SLEEPS_NOT,
		SLEEPS,
		SLEEPS_BY_FLAGS, /* if the argument allows it */
		SLEEPS_BY_FAULT, /* unless page faults are off */
	} sleeps;
};

/* @type_, @reads_: of the lock that is the first argument. */
#define LOCK(symbol_, action_, type_, reads_, sleeps_)                         \
	{                                                                      \
		.symbol = symbol_, .action = LOCK_##action_,                   \
		.type = TYPE_##type_, .reads = reads_, .sleeps = sleeps_,      \
	}
#define LOCK_SECOND(symbol_, action_, type_, sleeps_)                          \
	{                                                                      \
		.symbol = symbol_, .action = LOCK_##action_,                   \
		.type = TYPE_##type_, .argument = 1, .sleeps = sleeps_,        \
	}
#define SPINS(kind, type, reads)                                               \
	LOCK("_raw_" kind "_lock", TAKE, type, reads, SLEEPS_NOT),             \
		LOCK("_raw_" kind "_lock_irq", TAKE, type, reads, SLEEPS_NOT), \
		LOCK("_raw_" kind "_lock_bh", TAKE, type, reads, SLEEPS_NOT),  \
		LOCK("_raw_" kind "_lock_irqsave", TAKE, type, reads,          \
		     SLEEPS_NOT),                                              \
		LOCK("_raw_" kind "_lock_nested", TAKE, type, reads,           \
		     SLEEPS_NOT),                                              \
		LOCK("_raw_" kind "_trylock", TRY, type, reads, SLEEPS_NOT),   \
		LOCK("_raw_" kind "_trylock_bh", TRY, type, reads,             \
		     SLEEPS_NOT),                                              \
		LOCK("_raw_" kind "_unlock", GIVE, type, reads, SLEEPS_NOT),   \
		LOCK("_raw_" kind "_unlock_irq", GIVE, type, reads,            \
		     SLEEPS_NOT),                                              \
		LOCK("_raw_" kind "_unlock_bh", GIVE, type, reads,             \
		     SLEEPS_NOT),                                              \
		LOCK("_raw_" kind "_unlock_irqrestore", GIVE, type, reads,     \
		     SLEEPS_NOT)
#define MAY_SLEEP(symbol_)                                                     \
	{                                                                      \
		.symbol = symbol_, .sleeps = SLEEPS,                           \
	}
#define ALLOCATES(symbol_, argument_)                                          \
	{                                                                      \
		.symbol = symbol_, .argument = argument_,                      \
		.sleeps = SLEEPS_BY_FLAGS,                                     \
	}
#define COPIES(symbol_)                                                        \
	{                                                                      \
		.symbol = symbol_, .sleeps = SLEEPS_BY_FAULT,                  \
	}

/* Behind the size, some kernels have a set of buckets. */
#ifdef CONFIG_SLAB_BUCKETS
#define BEHIND_SIZE 2
#else
#define BEHIND_SIZE 1
#endif

static const struct call_kind kinds[] = {
	SPINS("spin", SPIN, false),
	SPINS("read", RW, true),
	SPINS("write", RW, false),
	LOCK("mutex_lock", TAKE, MUTEX, false, SLEEPS),
	LOCK("mutex_lock_io", TAKE, MUTEX, false, SLEEPS),
	LOCK("mutex_lock_interruptible", TAKE_ZERO, MUTEX, false, SLEEPS),
	LOCK("mutex_lock_killable", TAKE_ZERO, MUTEX, false, SLEEPS),
	LOCK("mutex_trylock", TRY, MUTEX, false, SLEEPS_NOT),
	LOCK("mutex_unlock", GIVE, MUTEX, false, SLEEPS_NOT),
	LOCK("__mutex_init", INIT, MUTEX, false, SLEEPS_NOT),
	LOCK("rt_mutex_lock", TAKE, RT, false, SLEEPS),
	LOCK("rt_mutex_lock_interruptible", TAKE_ZERO, RT, false, SLEEPS),
	LOCK("rt_mutex_lock_killable", TAKE_ZERO, RT, false, SLEEPS),
	LOCK("rt_mutex_trylock", TRY, RT, false, SLEEPS_NOT),
	LOCK("rt_mutex_unlock", GIVE, RT, false, SLEEPS_NOT),
	LOCK("__rt_mutex_init", INIT, RT, false, SLEEPS_NOT),
	LOCK("ww_mutex_lock", TAKE_ZERO, WW, false, SLEEPS),
	LOCK("ww_mutex_lock_interruptible", TAKE_ZERO, WW, false, SLEEPS),
	LOCK("ww_mutex_trylock", TRY, WW, false, SLEEPS_NOT),
	LOCK("ww_mutex_unlock", GIVE, WW, false, SLEEPS_NOT),
	LOCK("down_read", TAKE, RWSEM, true, SLEEPS),
	LOCK("down_read_interruptible", TAKE_ZERO, RWSEM, true, SLEEPS),
	LOCK("down_read_killable", TAKE_ZERO, RWSEM, true, SLEEPS),
	LOCK("down_read_trylock", TRY, RWSEM, true, SLEEPS_NOT),
	LOCK("up_read", GIVE, RWSEM, true, SLEEPS_NOT),
	LOCK("down_write", TAKE, RWSEM, false, SLEEPS),
	LOCK("down_write_killable", TAKE_ZERO, RWSEM, false, SLEEPS),
	LOCK("down_write_trylock", TRY, RWSEM, false, SLEEPS_NOT),
	LOCK("up_write", GIVE, RWSEM, false, SLEEPS_NOT),
	LOCK("downgrade_write", DOWNGRADE, RWSEM, false, SLEEPS_NOT),
	LOCK("__init_rwsem", INIT, RWSEM, false, SLEEPS_NOT),
	LOCK("__rcu_read_lock", TAKE, RCU, true, SLEEPS_NOT),
	LOCK("__rcu_read_unlock", GIVE, RCU, true, SLEEPS_NOT),
	LOCK_SECOND("atomic_dec_and_mutex_lock", MEET, MUTEX, SLEEPS),
	LOCK_SECOND("refcount_dec_and_mutex_lock", MEET, MUTEX, SLEEPS),
	LOCK_SECOND("_atomic_dec_and_lock", MEET, SPIN, SLEEPS_NOT),
	LOCK_SECOND("_atomic_dec_and_lock_irqsave", MEET, SPIN, SLEEPS_NOT),
	LOCK_SECOND("refcount_dec_and_lock", MEET, SPIN, SLEEPS_NOT),
	LOCK_SECOND("refcount_dec_and_lock_irqsave", MEET, SPIN, SLEEPS_NOT),
	ALLOCATES("kmalloc_trace", 1),
	ALLOCATES("kmalloc_node_trace", 1),
	ALLOCATES("kmalloc_large", 1),
	ALLOCATES("kmalloc_large_node", 1),
	ALLOCATES("__kmalloc", 1),
	ALLOCATES("__kmalloc_node", 1),
	ALLOCATES("__kmalloc_cache_noprof", 1),
	ALLOCATES("__kmalloc_cache_node_noprof", 1),
	ALLOCATES("__kmalloc_large_noprof", 1),
	ALLOCATES("__kmalloc_noprof", 1),
	ALLOCATES("__kmalloc_node_noprof", BEHIND_SIZE),
	ALLOCATES("krealloc", 2),
	ALLOCATES("krealloc_noprof", 2),
	ALLOCATES("kmem_cache_alloc", 1),
	ALLOCATES("kmem_cache_alloc_node", 1),
	ALLOCATES("kmem_cache_alloc_noprof", 1),
	ALLOCATES("kmem_cache_alloc_node_noprof", 1),
	ALLOCATES("kvmalloc_node", 1),
	ALLOCATES("__kvmalloc_node_noprof", BEHIND_SIZE),
	ALLOCATES("alloc_pages", 0),
	ALLOCATES("__alloc_pages", 0),
	ALLOCATES("alloc_pages_noprof", 0),
	ALLOCATES("__alloc_pages_noprof", 0),
	ALLOCATES("__get_free_pages", 0),
	ALLOCATES("get_free_pages_noprof", 0),
	ALLOCATES("get_zeroed_page", 0),
	ALLOCATES("get_zeroed_page_noprof", 0),
	ALLOCATES("kmemdup", 2),
	ALLOCATES("kmemdup_noprof", 2),
	ALLOCATES("kstrdup", 1),
	ALLOCATES("kstrndup", 2),
	ALLOCATES("kasprintf", 0),
	COPIES("_copy_from_user"),
	COPIES("_copy_to_user"),
	COPIES("strncpy_from_user"),
	COPIES("strnlen_user"),
	MAY_SLEEP("memdup_user"),
	MAY_SLEEP("memdup_user_nul"),
	MAY_SLEEP("msleep"),
	MAY_SLEEP("msleep_interruptible"),
	MAY_SLEEP("usleep_range_state"),
	MAY_SLEEP("schedule_timeout_interruptible"),
	MAY_SLEEP("schedule_timeout_uninterruptible"),
	MAY_SLEEP("wait_for_completion"),
	MAY_SLEEP("wait_for_completion_timeout"),
	MAY_SLEEP("wait_for_completion_interruptible"),
	MAY_SLEEP("wait_for_completion_killable"),
	MAY_SLEEP("down"),
	MAY_SLEEP("down_interruptible"),
	MAY_SLEEP("down_killable"),
	MAY_SLEEP("vmalloc"),
	MAY_SLEEP("vzalloc"),
	MAY_SLEEP("vmalloc_noprof"),
	MAY_SLEEP("vzalloc_noprof"),
	MAY_SLEEP("vmap"),
	MAY_SLEEP("kthread_create_on_node"),
	MAY_SLEEP("kthread_stop"),
	MAY_SLEEP("cancel_work_sync"),
	MAY_SLEEP("cancel_delayed_work_sync"),
	MAY_SLEEP("flush_delayed_work"),
	MAY_SLEEP("__flush_workqueue"),
	MAY_SLEEP("destroy_workqueue"),
	MAY_SLEEP("alloc_workqueue"),
	MAY_SLEEP("synchronize_rcu"),
	MAY_SLEEP("rcu_barrier"),
	MAY_SLEEP("request_threaded_irq"),
	MAY_SLEEP("free_irq"),
	MAY_SLEEP("device_create"),
	MAY_SLEEP("device_destroy"),
	MAY_SLEEP("proc_create"),
	MAY_SLEEP("remove_proc_entry"),
	MAY_SLEEP("misc_register"),
	MAY_SLEEP("misc_deregister"),
	MAY_SLEEP("kmem_cache_create"),
	MAY_SLEEP("kmem_cache_destroy"),
	MAY_SLEEP("filp_open"),
	MAY_SLEEP("__request_module"),
};

struct call_slot {
	struct stub_slot stub; /* known to calls_entry.S */
	const struct call_kind *kind;
	bool annotated;
};

void calls_enter(void);
void calls_around(void);
bool calls_before(const struct call_slot *slot, const unsigned long *argument,
		  const unsigned long *frame);
void calls_after(const struct call_slot *slot, const unsigned long *argument,
		 unsigned long result, const unsigned long *frame);

static const struct call_kind *find(const char *symbol)
{
	const struct call_kind *kind;

	for (kind = kinds; kind < kinds + ARRAY_SIZE(kinds); kind++)
		if (!strcmp(kind->symbol, symbol))
			return kind;
	return NULL;
}

static bool looks_at_locks(const struct call_kind *kind)
{
	return ring3_kernel.options & RING3_OPTION_LOCKS && kind->action;
}

static bool looks_at_context(const struct call_kind *kind)
{
	return ring3_kernel.options & RING3_OPTION_CONTEXT && kind->sleeps;
}

unsigned long calls_redirect(struct module *mod, const char *symbol,
			     unsigned long next, bool annotated)
{
	const struct call_kind *kind = find(symbol);
	struct call_slot *slot;
	void *stub = NULL;

	if (!kind || (!looks_at_locks(kind) && !looks_at_context(kind)))
		return next;
	slot = kmalloc(sizeof(*slot), GFP_KERNEL);
	if (slot && !locks_set_up() && !locks_watch_tasks()) {
		*slot = (struct call_slot){{next}, kind, annotated};
		stub = stub_make(&slot->stub, looks_at_locks(kind)
						      ? calls_around
						      : calls_enter);
	}
	if (stub)
		return (unsigned long)stub;
	kfree(slot);
	pr_warn("ring3: %s: its calls of %s are not looked at\n", mod->name,
		symbol);
	return next;
}

static bool may_sleep(const struct call_kind *kind,
		      const unsigned long *argument)
{
	switch (kind->sleeps) {
	case SLEEPS_NOT:
		break;
	case SLEEPS:
		return true;
	case SLEEPS_BY_FLAGS:
		return gfpflags_allow_blocking(
			(__force gfp_t)argument[kind->argument]);
	case SLEEPS_BY_FAULT:
		return !pagefault_disabled();
	}
	return false;
}

/* RCU's functions have no argument: what is there may be any lock's address. */
static void *lock_of(const struct call_kind *kind,
		     const unsigned long *argument)
{
	static char rcu;

	return kind->type == TYPE_RCU ? &rcu : (void *)argument[kind->argument];
}

static struct lock_call lock_call(const struct call_slot *slot,
				  const unsigned long *argument,
				  const unsigned long *frame)
{
	const struct call_kind *kind = slot->kind;

	return (struct lock_call){
		.lock = lock_of(kind, argument),
		.action = kind->action,
		.type = kind->type,
		.reads = kind->reads,
		.annotated = slot->annotated,
		.argument = argument,
		.place = report_place(frame),
	};
}

bool calls_before(const struct call_slot *slot, const unsigned long *argument,
		  const unsigned long *frame)
{
	const struct call_kind *kind = slot->kind;
	struct lock_call call;

	if (in_nmi())
		return false;
	call = lock_call(slot, argument, frame);
	if (slot->annotated && kind->sleeps == SLEEPS_BY_FLAGS)
		lock_reclaim((__force gfp_t)argument[kind->argument], -1,
			     &call.place);
	if (looks_at_context(kind) && may_sleep(kind, argument))
		context_may_sleep(kind->symbol, &call.place);
	return looks_at_locks(kind) && lock_before(&call);
}

void calls_after(const struct call_slot *slot, const unsigned long *argument,
		 unsigned long result, const unsigned long *frame)
{
	struct lock_call call = lock_call(slot, argument, frame);

	if (!in_nmi())
		lock_after(&call, result);
}
