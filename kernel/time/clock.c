// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine's clock: one clocksource, one clockevent device, the scheduler's
 * clock, the time of day, delay loops and idle, all on the host's clock.
 *
 * Set up once at boot; the callbacks run with virtual interrupts off.
 */
#include <linux/clockchips.h>
#include <linux/clocksource.h>
#include <linux/cpumask.h>
#include <linux/irqflags.h>
#include <linux/timekeeping.h>
#include <asm/delay.h>
#include <asm/paravirt.h>
#include <asm/tsc.h>
#include "hook.h"
#include "internal.h"

void get_wallclock(struct timespec64 *now);
void machine_time_init(void);
typedef void select_idle_fn(const struct cpuinfo_x86 *c);
void machine_cpu_finalize_init(void);

extern unsigned long lpj_fine;

/* The kernel's choice of a delay loop; a pointer of its own. */
extern void (*delay_fn)(u64 loops);

static u64 clocksource_read(struct clocksource *cs)
{
	return host_clock_now();
}

static struct clocksource host_clocksource = {
	.name = "ring3",
	.rating = 400,
	.read = clocksource_read,
	.mask = CLOCKSOURCE_MASK(64),
	.flags = CLOCK_SOURCE_IS_CONTINUOUS | CLOCK_SOURCE_VALID_FOR_HRES,
};

static int clockevent_next(unsigned long delta, struct clock_event_device *dev)
{
	unsigned long when = host_clock_now() + delta;

	vcpu_write(next_event, when);
	host_clock_arm(when);
	return 0;
}

static int clockevent_stop(struct clock_event_device *dev)
{
	vcpu_write(next_event, RING3_NEVER);
	host_clock_arm(RING3_NEVER);
	return 0;
}

struct clock_event_device machine_clockevent = {
	.name = "ring3",
	.features = CLOCK_EVT_FEAT_ONESHOT,
	.rating = 400,
	.set_next_event = clockevent_next,
	.set_state_shutdown = clockevent_stop,
	.set_state_oneshot_stopped = clockevent_stop,
};

static u64 sched_clock_ns(void)
{
	return host_clock_now();
}

void get_wallclock(struct timespec64 *now)
{
	*now = ns_to_timespec64(host_clock_wall());
}

void machine_time_init(void)
{
	tsc_khz = machine_boot_info.tsc_khz;
	cpu_khz = machine_boot_info.tsc_khz;
	paravirt_set_sched_clock(sched_clock_ns);
	clocksource_register_hz(&host_clocksource, NSEC_PER_SEC);
	machine_clockevent.cpumask = cpumask_of(0);
	vcpu_write(next_event, RING3_NEVER);
	clockevents_config_and_register(&machine_clockevent, NSEC_PER_SEC, 1000,
					0x7fffffff);
	clock_set_up_delay();
}
HOOK(time_init, machine_time_init, HOOK_SLOT, HOOK_BOOT,
     "looks for the PIT, the HPET and the local APIC");

/* One loop is a nanosecond: loops_per_jiffy is set to match. */
static void delay_ns(u64 loops)
{
	host_clock_delay(loops);
}

void clock_set_up_delay(void)
{
	lpj_fine = NSEC_PER_SEC / HZ;
	delay_fn = delay_ns;
}

/* After a snapshot: the time of day went on without us. */
void clock_resumed(void)
{
	struct timespec64 now;

	get_wallclock(&now);
	do_settimeofday64(&now);
	host_clock_arm(vcpu_read(next_event));
}

/*
 * Idle: halts until an interrupt.  Called through the paravirtual table with
 * interrupts off, returns with them on.
 */
void clock_safe_halt(void)
{
	host_clock_wait(vcpu_read(next_event));
	vcpu_write(irq_pending, 1);
	raw_local_irq_enable();
}

/* Halted with interrupts off, a CPU never wakes: the machine is at its end. */
void clock_halt(void)
{
	host_exit(RING3_EXIT_HALT, "halted with interrupts off");
}

/* The CPU's features decide how idle halts; the plain way is ours.  Then the
 * CPU is known, and gets its own copy of what is known of it. */
void machine_cpu_finalize_init(void)
{
	*this_cpu_ptr(&cpu_info) = boot_cpu_data;
	/* Some kernels' takes no argument, and does not look. */
	((select_idle_fn *)select_idle_routine)(&boot_cpu_data);
}
HOOK(arch_cpu_finalize_init, machine_cpu_finalize_init, HOOK_ENTRY, HOOK_BOOT,
     "identifies the CPU by privileged means and patches in mitigations");
