// SPDX-License-Identifier: GPL-2.0-only
/*
 * Schedules: at each entry, return and call of modules' code a task may lose
 * the CPU until all others rest, or time may pass and with it an interrupt come.
 * Which, and where, follows from the schedule's number alone.
 *
 * Of four numbers in a row, three are all single choices, place by place: a
 * switch, an interrupt, a switch with the tasks started in reverse order.  The
 * fourth makes several choices at random.
 *
 * schedule_point() runs wherever modules' code does.
 */
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <asm/sections.h>
#include "check/schedule.h"
#include "check/stubs.h"
#include "internal.h"
#include "module/import.h"

void schedule_call(void);
void schedule_entry(void);
void schedule_user(void);
void schedule_point(void);

MODULE_IMPORT(__fentry__, schedule_entry, RING3_OPTION_SCHEDULES);
MODULE_IMPORT(__x86_return_thunk, schedule_entry, RING3_OPTION_SCHEDULES);

#define CHOICES_MAX 6

enum choice {
	CHOICE_NONE,
	CHOICE_SWITCH,
	CHOICE_INTERRUPT
};

static struct {
	bool armed, reverse;
	unsigned long number;
	u64 random; /* the generator's state */
	unsigned int points;
	unsigned int choices; /* that are left to make */
	unsigned int rarity; /* the logarithm of points for a random choice */
} plan;

static u64 next_random(void)
{
	plan.random ^= plan.random << 13;
	plan.random ^= plan.random >> 7;
	plan.random ^= plan.random << 17;
	return plan.random;
}

unsigned int schedule_arm(unsigned long number)
{
	unsigned int points = plan.points, i;

	memset(&plan, 0, sizeof(plan));
	plan.number = number;
	plan.random = number * 0x9e3779b97f4a7c15ull + 1;
	for (i = 0; i < 4; i++)
		next_random();
	plan.rarity = 1 + next_random() % 7;
	plan.choices = number % 4 == 3 ? 1 + next_random() % CHOICES_MAX : 1;
	plan.reverse = number % 4 == 2 ||
		       (number % 4 == 3 && next_random() & 1);
	plan.armed = true;
	return points;
}

void schedule_end(void)
{
	plan.armed = false;
}

bool schedule_reverses(void)
{
	return plan.armed && plan.reverse;
}

static enum choice choose(unsigned int point)
{
	bool interrupt;

	if (!plan.choices)
		return CHOICE_NONE;
	if (plan.number % 4 == 3) {
		if (next_random() & ((1u << plan.rarity) - 1))
			return CHOICE_NONE;
		interrupt = next_random() & 1;
	} else {
		if (point != plan.number / 4)
			return CHOICE_NONE;
		interrupt = plan.number % 4 == 1;
	}
	plan.choices--;
	return interrupt ? CHOICE_INTERRUPT : CHOICE_SWITCH;
}

/* Not where a task is about to sleep, nor where it must not. */
static bool can_switch(void)
{
	return preemptible() && !rcu_preempt_depth() &&
	       READ_ONCE(current->__state) == TASK_RUNNING &&
	       !(current->flags & PF_EXITING);
}

/* What is due within so long comes now. */
static void interrupt(void)
{
	static const unsigned int ms[] = {4, 12, 60, 300, 1500};
	unsigned int n =
		plan.number % 4 == 3 ? ms[next_random() % ARRAY_SIZE(ms)] : 300;

	if (!irqs_disabled() && !in_hardirq())
		host_clock_delay((unsigned long)n * NSEC_PER_MSEC);
}

void schedule_point(void)
{
	unsigned long flags;
	enum choice choice;

	if (!plan.armed || in_nmi())
		return;
	raw_local_irq_save(flags);
	choice = choose(plan.points++);
	raw_local_irq_restore(flags);
	if (choice == CHOICE_INTERRUPT)
		interrupt();
	else if (choice == CHOICE_SWITCH && can_switch())
		schedule_timeout_uninterruptible(1 + plan.number % 3);
}

/* Names that are code, but not called as functions are. */
static bool is_special(const char *symbol)
{
	return strstarts(symbol, "__x86_") || strstarts(symbol, "__SC") ||
	       strstarts(symbol, "__static_call") ||
	       !strcmp(symbol, "__fentry__");
}

unsigned long schedule_redirect(struct module *mod, const char *symbol,
				unsigned long native, unsigned long next)
{
	struct stub_slot *slot;
	void *stub = NULL;

	if (native < (unsigned long)_stext || native >= (unsigned long)_etext ||
	    is_special(symbol))
		return next;
	slot = kmalloc(sizeof(*slot), GFP_KERNEL);
	if (slot) {
		slot->next = next;
		stub = stub_must_push(symbol)
			       ? stub_make_pushing(slot, schedule_user)
			       : stub_make(slot, schedule_call);
	}
	if (stub)
		return (unsigned long)stub;
	kfree(slot);
	pr_warn("ring3: %s: its calls of %s are no places for a schedule\n",
		mod->name, symbol);
	return next;
}
