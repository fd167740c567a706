// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reports of the checks: when there is one, what all have in common, and how
 * many there were.
 *
 * Any context but NMI.  Interrupts are off while the table is looked at.
 */
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/stacktrace.h>
#include <linux/utsname.h>
#include <asm/processor-flags.h>
#include <asm/ptrace.h>
#include <asm/segment.h>
#include <asm/unwind.h>
#include "check/report.h"
#include "internal.h"

/* Places that have reported; beyond, an instance has said enough. */
#define PLACES_MAX 256
#define STACK_MAX  24

static struct {
	const char *kind;
	unsigned long ip;
} places[PLACES_MAX];
static unsigned int nr_places;

static unsigned int reports;

static bool is_new(const char *kind, unsigned long ip)
{
	unsigned int i;

	for (i = 0; i < nr_places; i++)
		if (places[i].ip == ip && places[i].kind == kind)
			return false;
	if (nr_places == PLACES_MAX)
		return false;
	places[nr_places].kind = kind;
	places[nr_places++].ip = ip;
	return true;
}

static const char rule[] =
	"==================================================================";

bool report_begin(const char *kind, unsigned long ip)
{
	unsigned long flags;
	bool new;

	local_irq_save(flags);
	new = is_new(kind, ip);
	if (new)
		reports++;
	local_irq_restore(flags);
	if (new)
		pr_err("%s\n", rule);
	return new;
}

static bool is_ours(unsigned long ip)
{
	return ip >= (unsigned long)ring3_text_low &&
	       ip < (unsigned long)ring3_text_high;
}

struct report_place report_place(const unsigned long *frame)
{
	/* Stubs of ours, such as check_call(), keep a frame pointer. */
	while (is_ours(frame[1]))
		frame = (const unsigned long *)frame[0];
	return (struct report_place){
		.ip = frame[1],
		.sp = (unsigned long)(frame + 2),
		.bp = frame[0],
	};
}

void report_end(void)
{
	pr_err("%s\n", rule);
}

unsigned int report_save_stack(const struct report_place *place,
			       unsigned long *entries, unsigned int n)
{
	struct pt_regs regs = {
		.ip = place->ip,
		.bp = place->bp,
		.sp = place->sp,
		.cs = __KERNEL_CS,
		.ss = __KERNEL_DS,
		.flags = X86_EFLAGS_FIXED,
	};
	struct unwind_state state;
	unsigned int at = 0;

	/* The unwinder begins with what the place returns to. */
	if (n)
		entries[at++] = place->ip;
	for (unwind_start(&state, current, &regs, NULL);
	     at < n && !unwind_done(&state); unwind_next_frame(&state)) {
		unsigned long ip = unwind_get_return_address(&state);

		if (!ip)
			break;
		entries[at++] = ip;
	}
	return at;
}

void report_print_stack(const unsigned long *entries, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		pr_err(" %pB\n", (void *)entries[i]);
}

void report_stack(const struct report_place *place)
{
	unsigned long entries[STACK_MAX];
	unsigned int n = report_save_stack(place, entries, STACK_MAX);

	pr_err("CPU: %d PID: %d Comm: %.20s %s %.*s\n", raw_smp_processor_id(),
	       current->pid, current->comm, init_utsname()->release,
	       (int)strcspn(init_utsname()->version, " "),
	       init_utsname()->version);
	pr_err("Call Trace:\n");
	report_print_stack(entries, n);
}

bool report_pending(void)
{
	return reports;
}

unsigned int report_take(void)
{
	unsigned int taken = reports;

	reports = 0;
	return taken;
}

void report_forget(const struct module *mod)
{
	unsigned long flags;
	unsigned int i, kept = 0;

	local_irq_save(flags);
	for (i = 0; i < nr_places; i++)
		if (!within_module(places[i].ip, mod))
			places[kept++] = places[i];
	nr_places = kept;
	local_irq_restore(flags);
}
