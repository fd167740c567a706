// SPDX-License-Identifier: GPL-2.0-only
/*
 * Work to be measured: init does a mix of sorting, copying, lists and
 * allocations.  For bench/checks.
 */
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

static unsigned int rounds = 300, calls;
module_param(rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "how often");
module_param(calls, uint, 0444);
MODULE_PARM_DESC(calls, "allocations that may fail, each for itself");

#define NUMBERS 256
#define NODES	32

struct node {
	struct list_head list;
	unsigned int value;
};

static unsigned int numbers[NUMBERS], sum;

static noinline void fill(unsigned int seed)
{
	int i;

	for (i = 0; i < NUMBERS; i++)
		numbers[i] = seed = seed * 1664525 + 1013904223;
}

static noinline void sort_numbers(void)
{
	int i, k;

	for (i = 1; i < NUMBERS; i++) {
		unsigned int value = numbers[i];

		for (k = i; k && numbers[k - 1] > value; k--)
			numbers[k] = numbers[k - 1];
		numbers[k] = value;
	}
}

static noinline void use_list(void)
{
	struct node *node, *next;
	LIST_HEAD(list);
	int i;

	for (i = 0; i < NODES; i++) {
		node = kmalloc(sizeof(*node), GFP_KERNEL);
		if (!node)
			break;
		node->value = numbers[i];
		list_add_tail(&node->list, &list);
	}
	list_for_each_entry_safe(node, next, &list, list) {
		sum += node->value;
		kfree(node);
	}
}

static int __init work_init(void)
{
	char from[200] = "text", to[200];
	unsigned int i;

	for (i = 0; i < calls; i++)
		kfree(kmalloc(64, GFP_KERNEL));
	for (i = 0; i < rounds; i++) {
		fill(i);
		sort_numbers();
		use_list();
		memcpy(to, from, sizeof(to));
		sum += to[i % sizeof(to)];
	}
	pr_info("work: %u\n", sum);
	return 0;
}

static void __exit work_exit(void)
{
}

module_init(work_init);
module_exit(work_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Work to be measured");
