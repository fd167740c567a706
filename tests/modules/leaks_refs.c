// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps one reference, or leaves one thing that the kernel holds, that which
 * the parameter "what" names; with what=none nothing, though it takes and
 * gives back all there is.  For tests/kernel/references.
 */
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/in.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/pid.h>
#include <linux/platform_device.h>
#include <linux/rcupdate.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/net_namespace.h>

#define SYMBOL "lender_get" /* of a module that has to be there */

static char *what = "none";
module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "what to leave behind, or none");

static struct sk_buff *skb;

static int take_skb(void)
{
	skb = alloc_skb(128, GFP_KERNEL);
	return skb ? 0 : -ENOMEM;
}

/* The one that it is made of is given back. */
static int take_clone(void)
{
	struct sk_buff *first = alloc_skb_fclone(100, GFP_KERNEL);

	if (!first)
		return -ENOMEM;
	skb = skb_clone(first, GFP_KERNEL);
	kfree_skb(first);
	return skb ? 0 : -ENOMEM;
}

static void give_skb(void)
{
	kfree_skb(skb);
}

static void act(struct rcu_head *rcu)
{
}

static struct rcu_head head, done;

/* At exit, so that it is still there. */
static int take_rcu(void)
{
	return 0;
}

static void give_rcu(void)
{
	call_rcu(&head, act);
	call_rcu(&done, act);
	rcu_barrier();
}

static int take_symbol(void)
{
	return __symbol_get(SYMBOL) ? 0 : -ENOENT;
}

static void give_symbol(void)
{
	__symbol_put(SYMBOL);
}

static int take_device(void)
{
	return get_device(&platform_bus) ? 0 : -ENODEV;
}

static void give_device(void)
{
	put_device(&platform_bus);
}

static u32 number;
static struct dentry *folder;

static int take_number(void)
{
	debugfs_create_u32("leaks_number", 0444, NULL, &number);
	return 0;
}

static void give_number(void)
{
	debugfs_lookup_and_remove("leaks_number", NULL);
	folder = debugfs_create_dir("leaks_folder", NULL);
	debugfs_create_u32("leaks_number", 0444, folder, &number);
	debugfs_remove_recursive(folder);
}

static struct file *file;

static int take_file(void)
{
	file = filp_open("/proc/version", O_RDONLY, 0);
	return PTR_ERR_OR_ZERO(file);
}

static void give_file(void)
{
	filp_close(file, NULL);
}

static struct socket *sock;

static int take_socket(void)
{
	return sock_create_kern(&init_net, AF_INET, SOCK_DGRAM, IPPROTO_UDP,
				&sock);
}

static void give_socket(void)
{
	sock_release(sock);
}

static struct pid *pid;

static int take_pid(void)
{
	pid = find_get_pid(1);
	return pid ? 0 : -ESRCH;
}

static void give_pid(void)
{
	put_pid(pid);
}

static const struct thing {
	const char *name;
	int (*take)(void);
	void (*give)(void);
} things[] = {
	{"skb", take_skb, give_skb},
	{"clone", take_clone, give_skb},
	{"rcu", take_rcu, give_rcu},
	{"symbol", take_symbol, give_symbol},
	{"device", take_device, give_device},
	{"number", take_number, give_number},
	{"open-file", take_file, give_file},
	{"socket", take_socket, give_socket},
	{"pid", take_pid, give_pid},
};

static int take_and_give_all(void)
{
	int i, err = 0;

	for (i = 0; !err && i < ARRAY_SIZE(things); i++) {
		err = things[i].take();
		if (!err)
			things[i].give();
	}
	return err;
}

static int __init leaks_refs_start(void)
{
	int i;

	if (!strcmp(what, "none"))
		return take_and_give_all();
	for (i = 0; i < ARRAY_SIZE(things); i++)
		if (!strcmp(what, things[i].name))
			return things[i].take();
	return -EINVAL;
}

static void __exit leaks_refs_end(void)
{
	if (!strcmp(what, "rcu"))
		call_rcu(&head, act);
}

module_init(leaks_refs_start);
module_exit(leaks_refs_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Leaves references behind on request");
