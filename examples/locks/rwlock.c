// SPDX-License-Identifier: GPL-2.0-only
/*
 * A read/write lock: readers do not keep each other out, a writer keeps all.
 *
 * It pays only where reading is frequent and long; today's kernels mostly use
 * RCU instead, see rcu-list.c. Its rules are those of spin locks.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/spinlock.h>

static DEFINE_RWLOCK(table_lock);
static int table[4] = {1, 2, 3, 4};

static int total(void)
{
	int i, sum = 0;

	read_lock(&table_lock);
	for (i = 0; i < ARRAY_SIZE(table); i++)
		sum += table[i];
	read_unlock(&table_lock);
	return sum;
}

/* Moves from one place to another: no reader sees the sum in between. */
static void move(int from, int to, int amount)
{
	write_lock(&table_lock);
	table[from] -= amount;
	table[to] += amount;
	write_unlock(&table_lock);
}

static int __init start(void)
{
	read_lock(&table_lock);
	pr_info("rwlock: a second reader %s\n",
		read_trylock(&table_lock) ? "gets in" : "has to wait");
	read_unlock(&table_lock);
	pr_info("rwlock: a writer %s\n",
		write_trylock(&table_lock) ? "gets in" : "has to wait");
	read_unlock(&table_lock);

	move(0, 3, 1);
	pr_info("rwlock: the total is %d\n", total());
	return 0;
}

static void __exit end(void)
{
	pr_info("rwlock: the total is still %d\n", total());
}

module_init(start);
module_exit(end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Readers and writers of one table");
