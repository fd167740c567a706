// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps one reference, or leaves one thing that the kernel holds, that which
 * the parameter "what" names; with what=none nothing, though it takes and
 * gives back all there is.  For tests/kernel/references.
 */
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fdtable.h>
#include <linux/fs.h>
#include <linux/gpio.h>
#include <linux/input.h>
#include <linux/in.h>
#include <linux/kernel.h>
#include <linux/leds.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/namei.h>
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

static struct kobject *kobj;

static int take_kobject(void)
{
	kobj = kobject_get(kernel_kobj);
	return kobj ? 0 : -ENOENT;
}

static void give_kobject(void)
{
	kobject_put(kobj);
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

/* Of a descriptor that another has and closes, later or before. */
static struct file *other;

static int take_other(void)
{
	int fd = get_unused_fd_flags(0);

	if (fd < 0)
		return fd;
	if (take_file()) {
		put_unused_fd(fd);
		return PTR_ERR(file);
	}
	fd_install(fd, file);
	other = fget(fd);
	close_fd(fd);
	return other ? 0 : -EBADF;
}

static void give_other(void)
{
	fput(other);
}

static struct path path;

static int take_path(void)
{
	return kern_path("/proc/version", 0, &path);
}

/* What is opened again takes and gives its own. */
static void give_path(void)
{
	if (!take_file())
		give_file();
	path_put(&path);
}

static struct inode *inode;

static int take_inode(void)
{
	int err = take_path();

	if (err)
		return err;
	inode = igrab(d_inode(path.dentry));
	path_put(&path);
	return inode ? 0 : -ENOENT;
}

static void give_inode(void)
{
	iput(inode);
}

static struct page *pages[3];

static int take_pages(void)
{
	unsigned long address = vm_mmap(NULL, 0, ARRAY_SIZE(pages) * PAGE_SIZE,
					PROT_READ | PROT_WRITE,
					MAP_PRIVATE | MAP_ANONYMOUS, 0);
	int n;

	if (IS_ERR_VALUE(address))
		return address;
	n = pin_user_pages_fast(address, ARRAY_SIZE(pages),
				FOLL_WRITE | FOLL_LONGTERM, pages);
	if (n < (int)ARRAY_SIZE(pages))
		return n < 0 ? n : -EFAULT;
	unpin_user_pages(pages + 1, 2);
	return 0;
}

static void give_pages(void)
{
	unpin_user_page(pages[0]);
}

static struct vfsmount *mounted;

static int take_mount(void)
{
	struct file_system_type *type = get_fs_type("proc");

	if (!type)
		return -ENODEV;
	mounted = kern_mount(type);
	module_put(type->owner);
	return PTR_ERR_OR_ZERO(mounted);
}

static void give_mount(void)
{
	kern_unmount(mounted);
}

static void set_brightness(struct led_classdev *led, enum led_brightness value)
{
}

static struct led_classdev led = {
	.name = "leaks_led",
	.brightness_set = set_brightness,
};

static int take_led(void)
{
	return led_classdev_register(NULL, &led);
}

static void give_led(void)
{
	led_classdev_unregister(&led);
}

static struct input_dev *input;

static int take_input(void)
{
	input = input_allocate_device();
	return input ? 0 : -ENOMEM;
}

static void give_input(void)
{
	input_free_device(input);
}

#ifdef CONFIG_GPIOLIB
static int take_line(void)
{
	return gpio_request(0, "leaks_line");
}

static void give_line(void)
{
	gpio_free(0);
}
#endif

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
	{"kobject", take_kobject, give_kobject},
	{"number", take_number, give_number},
	{"open-file", take_file, give_file},
	{"other-file", take_other, give_other},
	{"path", take_path, give_path},
	{"inode", take_inode, give_inode},
	{"pages", take_pages, give_pages},
	{"mount", take_mount, give_mount},
	{"led", take_led, give_led},
	{"input", take_input, give_input},
#ifdef CONFIG_GPIOLIB
	{"line", take_line, give_line},
#endif
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
