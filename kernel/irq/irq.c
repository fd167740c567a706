// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts: what is pending is delivered as the kernel's own entry code
 * would.
 *
 * Runs on the stack of what was interrupted, virtual interrupts off.
 */
#include <linux/bitmap.h>
#include <linux/clockchips.h>
#include <linux/entry-common.h>
#include <linux/hardirq.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <asm/irq_regs.h>
#include "hook.h"
#include "internal.h"

#if HAVE_PCPU_HOT
#define HARDIRQ_STACK pcpu_hot.hardirq_stack_ptr
#else
#define HARDIRQ_STACK hardirq_stack_ptr
#endif

extern struct clock_event_device machine_clockevent;
int irq_init_percpu_irqstack(unsigned int cpu);
void machine_init_IRQ(void);

static void timer_interrupt(void)
{
	if (host_clock_now() < vcpu_read(next_event))
		return;
	vcpu_write(next_event, RING3_NEVER);
	if (machine_clockevent.event_handler)
		machine_clockevent.event_handler(&machine_clockevent);
}

/*
 * Lines that devices have raised and that nobody has served yet.  Only the one
 * CPU sets and clears bits, but an interrupt may come between.
 */
#define MAX_IRQ 1024
static DECLARE_BITMAP(raised, MAX_IRQ);

/* As a device raises its line: served as soon as interrupts are on.  Any
 * context. */
void irq_raise(unsigned int irq)
{
	unsigned long flags;

	if (WARN_ON_ONCE(irq >= MAX_IRQ))
		return;
	local_irq_save(flags);
	set_bit(irq, raised);
	vcpu_write(irq_pending, 1);
	local_irq_restore(flags);
}

/* One raised meanwhile sets irq_pending again, and has its turn then. */
static void device_interrupts(void)
{
	unsigned int irq;

	for_each_set_bit(irq, raised, MAX_IRQ)
		if (test_and_clear_bit(irq, raised))
			generic_handle_irq(irq);
}

void irq_deliver(struct pt_regs *regs)
{
	irqentry_state_t state = irqentry_enter(regs);
	struct pt_regs *old = set_irq_regs(regs);

	vcpu_write(irq_pending, 0);
	irq_enter_rcu();
	timer_interrupt();
	devices_interrupt();
	device_interrupts();
	clients_interrupt();
	irq_exit_rcu();
	set_irq_regs(old);
	irqentry_exit(regs, state);
}

/* The lines of a PC's interrupt controllers. */
#define NR_LEGACY_LINES 16

static void line_nothing(struct irq_data *data)
{
}

static int line_set_type(struct irq_data *data, unsigned int type)
{
	return 0;
}

/* What came while the line was disabled. */
static int line_retrigger(struct irq_data *data)
{
	irq_raise(data->irq);
	return 1;
}

static struct irq_chip machine_irq_chip = {
	.name = "ring3",
	.irq_mask = line_nothing,
	.irq_unmask = line_nothing,
	.irq_ack = line_nothing,
	.irq_set_type = line_set_type,
	.irq_retrigger = line_retrigger,
	.flags = IRQCHIP_SKIP_SET_WAKE,
};

static void set_up_lines(void)
{
	int irq,
		first = __irq_alloc_descs(0, 0, NR_LEGACY_LINES, 0, NULL, NULL);

	for (irq = first; irq >= 0 && irq < NR_LEGACY_LINES; irq++)
		irq_set_chip_and_handler(irq, &machine_irq_chip,
					 handle_edge_irq);
}

void machine_init_IRQ(void)
{
	unsigned long top;

	set_up_lines();
	irq_init_percpu_irqstack(0);
	top = (unsigned long)this_cpu_read(HARDIRQ_STACK);
	vcpu_write(irq_stack_high, top + sizeof(unsigned long));
	vcpu_write(irq_stack_low, (top & ~(IRQ_STACK_SIZE - 1ul)));
}
HOOK(init_IRQ, machine_init_IRQ, HOOK_SLOT, HOOK_BOOT,
     "programs the interrupt controllers");
