// SPDX-License-Identifier: GPL-2.0-only
/*
 * Vector registers keep their values between kernel_fpu_begin() and _end().
 *
 * Contract: threads load patterns of their own into all registers and look at
 * them again after interrupts have come; x86 only, and assembly, since the
 * kernel's C code is compiled without vector registers. A timer interrupt at
 * a high rate supplies what is to be survived.
 */
#include <linux/completion.h>
#include <linux/cpufeature.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <asm/fpu/api.h>

#include "check.h"

#define THREADS	  3
#define REGISTERS 16
#define PERIOD_NS 200000

static unsigned int ticks = 4000;
module_param(ticks, uint, 0444);
MODULE_PARM_DESC(ticks, "interrupts to survive");

struct vectors {
	u8 reg[REGISTERS][32];
} __aligned(64);

static struct vectors patterns[THREADS], found[THREADS];
static struct completion done[THREADS];
static atomic_t ticked = ATOMIC_INIT(0);
static atomic_t within = ATOMIC_INIT(0);
static atomic_t sections = ATOMIC_INIT(0);

#define EACH(op)                                                               \
	op(0) op(1) op(2) op(3) op(4) op(5) op(6) op(7) op(8) op(9) op(10)     \
		op(11) op(12) op(13) op(14) op(15)

#define LOAD_SSE(n)  "movdqu 32*" #n "(%0), %%xmm" #n "\n\t"
#define STORE_SSE(n) "movdqu %%xmm" #n ", 32*" #n "(%0)\n\t"
#define LOAD_AVX(n)  "vmovdqu 32*" #n "(%0), %%ymm" #n "\n\t"
#define STORE_AVX(n) "vmovdqu %%ymm" #n ", 32*" #n "(%0)\n\t"

static void load(const struct vectors *v, bool avx)
{
	if (avx)
		asm volatile(EACH(LOAD_AVX) : : "r"(v) : "memory");
	else
		asm volatile(EACH(LOAD_SSE) : : "r"(v) : "memory");
}

static void store(struct vectors *v, bool avx)
{
	if (avx)
		asm volatile(EACH(STORE_AVX) : : "r"(v) : "memory");
	else
		asm volatile(EACH(STORE_SSE) : : "r"(v) : "memory");
}

static bool same(const struct vectors *a, const struct vectors *b, bool avx)
{
	int i;

	for (i = 0; i < REGISTERS; i++)
		if (memcmp(a->reg[i], b->reg[i], avx ? 32 : 16))
			return false;
	return true;
}

/* The values must outlast at least one interrupt, if any comes at all. */
static void wait_for_tick(void)
{
	int start = atomic_read(&ticked), i;

	for (i = 0; i < 1000 && atomic_read(&ticked) - start < 2; i++)
		udelay(10);
}

static int hold(void *arg)
{
	long me = (long)arg;
	bool avx = boot_cpu_has(X86_FEATURE_AVX);
	ktime_t end = ktime_add_ms(ktime_get(), 60000);

	while (atomic_read(&ticked) < ticks && ktime_before(ktime_get(), end)) {
		memset(&found[me], 0, sizeof(found[me]));
		kernel_fpu_begin();
		load(&patterns[me], avx);
		wait_for_tick();
		store(&found[me], avx);
		kernel_fpu_end();
		if (!CHECK(same(&patterns[me], &found[me], avx)))
			break;
		atomic_inc(&sections);
		cond_resched();
	}
	kthread_complete_and_exit(&done[me], 0);
}

static enum hrtimer_restart tick(struct hrtimer *timer)
{
	atomic_inc(&ticked);
	if (!irq_fpu_usable())
		atomic_inc(&within);
	hrtimer_forward_now(timer, ns_to_ktime(PERIOD_NS));
	return HRTIMER_RESTART;
}

static void test_threads(void)
{
	static struct hrtimer timer;
	struct task_struct *task;
	long i;
	int j;

	hrtimer_init(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	timer.function = tick;
	hrtimer_start(&timer, ns_to_ktime(PERIOD_NS), HRTIMER_MODE_REL);
	for (i = 0; i < THREADS; i++) {
		for (j = 0; j < sizeof(patterns[i]); j++)
			((u8 *)&patterns[i])[j] = j * 7 + i * 31 + 1;
		init_completion(&done[i]);
		task = kthread_run(hold, (void *)i, "selftest/%ld", i);
		if (!CHECK(!IS_ERR(task)))
			complete(&done[i]);
	}
	for (i = 0; i < THREADS; i++)
		wait_for_completion(&done[i]);
	hrtimer_cancel(&timer);
	CHECK(atomic_read(&ticked) >= ticks);
	CHECK(atomic_read(&sections) > THREADS);
	/* Interrupts did come inside, and were told not to touch registers. */
	CHECK(atomic_read(&within) > 0);
}

/* A section inside a section's interrupt-free neighbourhood: plain use. */
static void test_usable(void)
{
	CHECK(irq_fpu_usable());
	kernel_fpu_begin();
	CHECK(in_atomic());
	CHECK(!irq_fpu_usable());
	kernel_fpu_end();
	CHECK(irq_fpu_usable());
	CHECK(!in_atomic());
	CHECK(boot_cpu_has(X86_FEATURE_XMM2));
}

static int __init selftest_start(void)
{
	test_usable();
	test_threads();
	pr_info("selftest fpu: %d interrupts, %d within, %d sections, %s\n",
		atomic_read(&ticked), atomic_read(&within),
		atomic_read(&sections),
		boot_cpu_has(X86_FEATURE_AVX) ? "avx" : "sse");
	return check_report("fpu");
}

static void __exit selftest_end(void)
{
}

module_init(selftest_start);
module_exit(selftest_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Checks vector registers in the kernel");
