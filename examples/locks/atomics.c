// SPDX-License-Identifier: GPL-2.0-only
/*
 * Atomic numbers and bits: shared data that is small enough to need no lock.
 *
 * Each operation is whole in itself. Two of them in a row are not: what
 * depends on the result has to use the value that the operation returned.
 */
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/refcount.h>

static atomic_t visitors = ATOMIC_INIT(0);
static DECLARE_BITMAP(seats, 8);
static refcount_t users = REFCOUNT_INIT(1);

static void show_numbers(void)
{
	int before;

	atomic_inc(&visitors);
	atomic_add(9, &visitors);
	pr_info("atomics: %d visitors\n", atomic_read(&visitors));
	before = atomic_fetch_sub(3, &visitors);
	pr_info("atomics: was %d, is %d\n", before, atomic_read(&visitors));
	/* Only if it is still what was read before: the base of all others. */
	pr_info("atomics: exchanged %s\n",
		atomic_cmpxchg(&visitors, 7, 70) == 7 ? "yes" : "no");
}

static void show_bits(void)
{
	int seat = find_first_zero_bit(seats, 8);

	/* Between finding and taking another may come: the test tells. */
	if (!test_and_set_bit(seat, seats))
		pr_info("atomics: seat %d taken\n", seat);
	if (test_and_set_bit(seat, seats))
		pr_info("atomics: seat %d was taken already\n", seat);
	clear_bit(seat, seats);
}

/* Counts references: never comes back from 0, and warns before it overflows. */
static void show_references(void)
{
	refcount_inc(&users);
	pr_info("atomics: last user gone: %s\n",
		refcount_dec_and_test(&users) ? "yes" : "no");
	pr_info("atomics: last user gone: %s\n",
		refcount_dec_and_test(&users) ? "yes" : "no");
	pr_info("atomics: another one: %s\n",
		refcount_inc_not_zero(&users) ? "yes" : "too late");
}

static int __init start(void)
{
	show_numbers();
	show_bits();
	show_references();
	return 0;
}

static void __exit end(void)
{
	pr_info("atomics: %d in the end\n", atomic_read(&visitors));
}

module_init(start);
module_exit(end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Atomic numbers, bits and reference counts");
