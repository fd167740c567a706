// SPDX-License-Identifier: GPL-2.0-only
/*
 * RCU: readers walk a list without any lock, while it changes.
 *
 * A writer never changes an entry that readers may see. It puts a new one in
 * its place and frees the old one when all who could have seen it are done:
 * after a grace period, for which kfree_rcu() waits in the background. Writers
 * still need a lock among themselves.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct price {
	struct list_head link;
	struct rcu_head rcu;
	const char *what;
	int cents;
};

static LIST_HEAD(prices);
static DEFINE_MUTEX(prices_lock); /* of writers */

static int price_of(const char *what)
{
	struct price *p;
	int cents = -ENOENT;

	/* What is found here may be freed behind rcu_read_unlock(). */
	rcu_read_lock();
	list_for_each_entry_rcu(p, &prices, link) {
		if (!strcmp(p->what, what)) {
			cents = p->cents;
			break;
		}
	}
	rcu_read_unlock();
	return cents;
}

static struct price *find_locked(const char *what)
{
	struct price *p;

	list_for_each_entry(p, &prices, link)
		if (!strcmp(p->what, what))
			return p;
	return NULL;
}

static int set_price(const char *what, int cents)
{
	struct price *new = kmalloc(sizeof(*new), GFP_KERNEL), *old;

	if (!new)
		return -ENOMEM;
	new->what = what;
	new->cents = cents;
	mutex_lock(&prices_lock);
	old = find_locked(what);
	if (old)
		list_replace_rcu(&old->link, &new->link);
	else
		list_add_tail_rcu(&new->link, &prices);
	mutex_unlock(&prices_lock);
	if (old)
		kfree_rcu(old, rcu);
	return 0;
}

static void free_all(void)
{
	struct price *p, *next;

	list_for_each_entry_safe(p, next, &prices, link)
		kfree(p);
}

static int __init start(void)
{
	int ret = set_price("apple", 30);

	if (!ret)
		ret = set_price("pear", 45);
	if (!ret)
		ret = set_price("apple", 35);
	if (ret) {
		free_all();
		return ret;
	}
	pr_info("rcu-list: apple %d, pear %d, plum %d\n", price_of("apple"),
		price_of("pear"), price_of("plum"));
	return 0;
}

/* No reader is left: nobody can call into a module that goes. */
static void __exit end(void)
{
	free_all();
	pr_info("rcu-list: sold out\n");
}

module_init(start);
module_exit(end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A list that is read without a lock");
