// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measures primitives of the kernel from inside, for `make bench`.
 *
 * Process context; runs for some milliseconds each.
 */
#include <linux/completion.h>
#include <linux/crypto.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include "internal.h"

#define ROUNDS	 1000000ul
#define SWITCHES 100000ul

static void report(const char *name, unsigned long start, unsigned long n)
{
	host_bench_report(name, (host_clock_real() - start) * 1000 / n, "ps");
}

static void bench_kmalloc(void)
{
	unsigned long i, start = host_clock_real();

	for (i = 0; i < ROUNDS; i++)
		kfree(kmalloc(64, GFP_KERNEL));
	report("kmalloc+kfree", start, ROUNDS);
}

static void bench_spinlock(void)
{
	unsigned long i, flags, start = host_clock_real();
	DEFINE_SPINLOCK(lock);

	for (i = 0; i < ROUNDS; i++) {
		spin_lock_irqsave(&lock, flags);
		spin_unlock_irqrestore(&lock, flags);
	}
	report("spin_lock_irqsave pair", start, ROUNDS);
}

struct pingpong {
	struct completion ping, pong;
};

static int answer(void *arg)
{
	struct pingpong *pp = arg;
	unsigned long i;

	for (i = 0; i < SWITCHES; i++) {
		wait_for_completion(&pp->ping);
		complete(&pp->pong);
	}
	return 0;
}

static void bench_switch(void)
{
	struct pingpong pp;
	unsigned long i, start;

	init_completion(&pp.ping);
	init_completion(&pp.pong);
	if (IS_ERR(kthread_run(answer, &pp, "pong")))
		return;
	start = host_clock_real();
	for (i = 0; i < SWITCHES; i++) {
		complete(&pp.ping);
		wait_for_completion(&pp.pong);
	}
	report("task switch", start, 2 * SWITCHES);
}

/* Text that compresses as source code does, the same everywhere. */
static void fill_text(u8 *text, unsigned int n)
{
	static const char words[] = "static int struct return if else for "
				    "module kernel unsigned long ";
	u32 x = 1;
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (!(i % 7))
			x = x * 1664525 + 1013904223;
		text[i] = words[(x >> 24) % (sizeof(words) - 8) + i % 7];
	}
}

#define TEXT_SIZE   65536u
#define TEXT_ROUNDS 500u

/* The stock modules that request_module() finds, beside lz4 in user space. */
static void bench_lz4(void)
{
	struct crypto_comp *comp = crypto_alloc_comp("lz4", 0, 0);
	u8 *text = vmalloc(TEXT_SIZE), *packed = vmalloc(2 * TEXT_SIZE);
	unsigned int i, n = 0;
	unsigned long start;

	if (IS_ERR(comp) || !text || !packed)
		goto out;
	fill_text(text, TEXT_SIZE);
	start = host_clock_real();
	for (i = 0; i < TEXT_ROUNDS; i++) {
		n = 2 * TEXT_SIZE;
		if (crypto_comp_compress(comp, text, TEXT_SIZE, packed, &n))
			goto out;
	}
	host_bench_report("lz4 of the stock module",
			  (unsigned long)TEXT_SIZE * TEXT_ROUNDS * 1000 /
				  (host_clock_real() - start),
			  "MB/s");
	host_bench_report("lz4 compressed size", n, "bytes");
out:
	if (!IS_ERR(comp))
		crypto_free_comp(comp);
	vfree(packed);
	vfree(text);
}

static const struct {
	const char *name;
	void (*fn)(void);
} benchmarks[] = {
	{"kmalloc", bench_kmalloc},
	{"spinlock", bench_spinlock},
	{"switch", bench_switch},
	{"lz4", bench_lz4},
};

/* Runs the one called @name, or all when it is empty. */
void bench_run(const char *name)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(benchmarks); i++)
		if (!*name || !strcmp(name, benchmarks[i].name))
			benchmarks[i].fn();
}
