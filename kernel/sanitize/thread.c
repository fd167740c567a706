// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the thread sanitizer's code calls: now and then an access is watched
 * while others run, and one of theirs to the same place is a race, if one of the
 * two writes, one of them is plain, and nothing kept them apart.
 *
 * Any context but NMI.  Interrupts are off while the watched places are looked
 * at; the one CPU needs no lock beyond.
 */
#include <linux/hardirq.h>
#include <linux/hash.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/pid.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>
#include "../internal.h"
#include "sanitize/internal.h"
#include "sanitize/runtime.h"

RING3_THREAD(RUNTIME_DECLARE)
RING3_THREAD(RUNTIME_THREAD_SYMBOL)

struct access {
	unsigned long address, size;
	bool write, marked; /* by READ_ONCE() or WRITE_ONCE() */
	struct task_struct *task;
	unsigned int level; /* of interrupts */
	struct object_trace trace;
};

struct watch {
	bool used, hit;
	struct access own, other;
};

/* Interrupts nest, and each may watch something. */
static struct watch watches[4];

/* How often each place was passed, by a hash of its address. */
#define PASSED_BITS 12
static u32 passed[1 << PASSED_BITS];

/* The clock goes on by so much: some ticks of timers. */
#define WATCH_NS 12000000ul

static bool same_context(const struct access *a, const struct access *b)
{
	return a->task == b->task && a->level == b->level;
}

static bool overlap(const struct access *a, const struct access *b)
{
	return a->address < b->address + b->size &&
	       b->address < a->address + a->size;
}

/* As the kernel's KCSAN by default: a plain aligned write of a word is taken
 * for one that is not torn. */
static bool is_whole(const struct access *a)
{
	return a->marked ||
	       (a->write && a->size <= sizeof(long) && is_power_of_2(a->size) &&
		IS_ALIGNED(a->address, a->size));
}

static bool is_race(const struct access *a, const struct access *b)
{
	return !same_context(a, b) && overlap(a, b) && (a->write || b->write) &&
	       !(is_whole(a) && is_whole(b) && (a->marked || b->marked));
}

/* Another access, while some are watched. */
static void look(const struct access *access, const struct report_place *place)
{
	struct watch *w;

	for (w = watches; w < watches + ARRAY_SIZE(watches); w++) {
		if (!w->used || w->hit || !is_race(&w->own, access))
			continue;
		w->other = *access;
		object_note(&w->other.trace, place);
		w->hit = true;
	}
}

static struct watch *take_watch(const struct access *access)
{
	struct watch *w;

	for (w = watches; w < watches + ARRAY_SIZE(watches); w++) {
		if (w->used)
			continue;
		w->own = *access;
		w->hit = false;
		w->used = true;
		return w;
	}
	return NULL;
}

/* Each place the first times, then ever more rarely. */
static bool is_due(unsigned long ip)
{
	u32 n = ++passed[hash_long(ip, PASSED_BITS)];

	return is_power_of_2(n) || !(n % 4096);
}

static bool can_switch(void)
{
	return preemptible() && !rcu_preempt_depth() &&
	       READ_ONCE(current->__state) == TASK_RUNNING &&
	       !(current->flags & PF_EXITING);
}

/* Tasks that all watch for equally long would go in step. */
static long ticks(void)
{
	static u32 state = 1;

	state = state * 1664525 + 1013904223;
	return 1 + (state >> 16) % 7;
}

/* Others run, and interrupts come, if what the task holds lets them. */
static void let_others_run(void)
{
	if (can_switch())
		schedule_timeout_uninterruptible(ticks());
	else if (!irqs_disabled() && !in_hardirq())
		host_clock_delay(WATCH_NS);
}

/* ---- reports ---- */

static void print_access(const struct access *a)
{
	pr_err("%s%s to 0x%px of %lu bytes by %s %d on cpu 0:\n",
	       a->write ? "write" : "read", a->marked ? " (marked)" : "",
	       (void *)a->address, a->size, a->level ? "interrupt" : "task",
	       a->trace.pid);
	report_print_stack(a->trace.ip, a->trace.n);
	pr_err("\n");
}

static void print_change(u64 before, u64 after)
{
	if (before != after)
		pr_err("value changed: 0x%016llx -> 0x%016llx\n\n", before,
		       after);
}

static void report(const struct watch *w, u64 before, u64 after,
		   const struct report_place *place)
{
	if (!report_begin("KCSAN", place->ip))
		return;
	if (w->hit)
		pr_err("BUG: KCSAN: data-race in %ps / %ps\n",
		       (void *)w->own.trace.ip[0],
		       (void *)w->other.trace.ip[0]);
	else
		pr_err("BUG: KCSAN: data-race in %ps\n",
		       (void *)w->own.trace.ip[0]);
	pr_err("\n");
	if (w->hit)
		print_access(&w->other);
	else
		pr_err("race at unknown origin, with\n\n");
	print_access(&w->own);
	print_change(before, after);
	report_end();
}

/* ---- accesses ---- */

static u64 value_at(const struct access *a)
{
	u64 value = 0;

	memcpy(&value, (void *)a->address, min(a->size, sizeof(value)));
	return value;
}

static void watch(const struct access *access, const struct report_place *place)
{
	unsigned long flags;
	struct watch *w;
	u64 before, after;

	local_irq_save(flags);
	w = take_watch(access);
	local_irq_restore(flags);
	if (!w)
		return;
	object_note(&w->own.trace, place);
	before = value_at(access);
	let_others_run();
	after = value_at(access);
	if (w->hit || before != after)
		report(w, before, after, place);
	w->used = false;
}

static void check(unsigned long address, unsigned long size, bool write,
		  bool marked, const struct report_place *place)
{
	struct access access = {
		.address = address,
		.size = size,
		.write = write,
		.marked = marked,
		.task = current,
		.level = hardirq_count() + softirq_count(),
	};
	unsigned long flags;

	if (in_nmi() || address < PAGE_SIZE)
		return;
	local_irq_save(flags);
	look(&access, place);
	local_irq_restore(flags);
	if (!marked && is_due(place->ip))
		watch(&access, place);
}

#define ACCESS(name, size, write, marked)                                      \
	void name(unsigned long address);                                      \
	void name(unsigned long address)                                       \
	{                                                                      \
		struct report_place place = REPORT_PLACE_OF_CALLER();          \
                                                                               \
		check(address, size, write, marked, &place);                   \
	}

#define ACCESSES(size)                                                         \
	ACCESS(__tsan_read##size, size, false, false)                          \
	ACCESS(__tsan_write##size, size, true, false)                          \
	ACCESS(__tsan_unaligned_read##size, size, false, false)                \
	ACCESS(__tsan_unaligned_write##size, size, true, false)                \
	ACCESS(__tsan_volatile_read##size, size, false, true)                  \
	ACCESS(__tsan_volatile_write##size, size, true, true)                  \
	ACCESS(__tsan_unaligned_volatile_read##size, size, false, true)        \
	ACCESS(__tsan_unaligned_volatile_write##size, size, true, true)

ACCESSES(1)
ACCESSES(2)
ACCESSES(4)
ACCESSES(8)
ACCESSES(16)

#define RANGE(name, write)                                                     \
	void name(unsigned long address, size_t size);                         \
	void name(unsigned long address, size_t size)                          \
	{                                                                      \
		struct report_place place = REPORT_PLACE_OF_CALLER();          \
                                                                               \
		if (size)                                                      \
			check(address, size, write, false, &place);            \
	}

RANGE(__tsan_read_range, false)
RANGE(__tsan_write_range, true)

/* Each file of a module begins with it: all that there is was set up. */
void __tsan_init(void);
void __tsan_init(void)
{
	memset(passed, 0, sizeof(passed));
}
