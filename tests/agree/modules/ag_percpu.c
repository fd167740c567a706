// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data of each CPU, also aligned.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/percpu.h>

struct counters {
	unsigned long a, b;
	char rest[100];
};

static DEFINE_PER_CPU(int, small) = 41;
static DEFINE_PER_CPU_ALIGNED(struct counters, aligned) = {.a = 7, .b = 8};
static DEFINE_PER_CPU(unsigned long, zero);

static int __init ag_percpu_init(void)
{
	unsigned long __percpu *more = alloc_percpu(unsigned long);

	this_cpu_inc(small);
	this_cpu_add(zero, 5);
	pr_info("ag_percpu: %d %lu %lu %lu, aligned %lu\n",
		this_cpu_read(small), this_cpu_read(aligned.a),
		this_cpu_read(aligned.b), this_cpu_read(zero),
		(unsigned long)this_cpu_ptr(&aligned) % 64);
	pr_info("ag_percpu: more %d\n", more != NULL);
	free_percpu(more);
	return 0;
}

static void __exit ag_percpu_exit(void)
{
	pr_info("ag_percpu: goes with %d\n", this_cpu_read(small));
}

module_init(ag_percpu_init);
module_exit(ag_percpu_exit);
MODULE_LICENSE("GPL");
