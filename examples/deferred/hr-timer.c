// SPDX-License-Identifier: GPL-2.0-only
/*
 * A high-resolution timer: nanoseconds instead of ticks, and periods that do
 * not drift.
 *
 * Its function runs in a hard interrupt. It forwards the timer from the time
 * at which it was due, not from now, so that delays do not add up.
 */
#include <linux/hrtimer.h>
#include <linux/init.h>
#include <linux/ktime.h>
#include <linux/module.h>

#define BEATS	  4
#define PERIOD_NS (2 * NSEC_PER_MSEC)

static struct hrtimer metronome;
static ktime_t started;
static unsigned int beats;

static enum hrtimer_restart beat(struct hrtimer *timer)
{
	if (++beats < BEATS) {
		hrtimer_forward_now(timer, ns_to_ktime(PERIOD_NS));
		return HRTIMER_RESTART;
	}
	pr_info("hr-timer: %d beats took %s\n", BEATS,
		ktime_to_ns(ktime_sub(ktime_get(), started)) >=
				BEATS * PERIOD_NS
			? "their time"
			: "too little");
	return HRTIMER_NORESTART;
}

static int __init start(void)
{
	hrtimer_init(&metronome, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	metronome.function = beat;
	started = ktime_get();
	hrtimer_start(&metronome, ns_to_ktime(PERIOD_NS), HRTIMER_MODE_REL);
	return 0;
}

static void __exit end(void)
{
	hrtimer_cancel(&metronome);
	pr_info("hr-timer: stopped\n");
}

module_init(start);
module_exit(end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A high-resolution timer that beats");
