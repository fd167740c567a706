// SPDX-License-Identifier: GPL-2.0-only
/*
 * Leaves one thing behind, that which the parameter "what" names; with
 * what=none nothing, though it uses and gives back all there is.  For
 * tests/kernel/leaks.
 */
#include <linux/anon_inodes.h>
#include <linux/cdev.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/proc_fs.h>
#include <linux/reboot.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/timer.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

static char *what = "none";
module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "what to leave behind, or none");

struct object {
	struct rcu_head rcu;
	struct list_head list;
	char payload[72];
};

static struct kmem_cache *cache;
static void *volatile kept; /* so that no allocation is optimized away */
static struct class *class;
static dev_t numbers;

static void *keep(void *p)
{
	kept = p;
	return p;
}

static struct kmem_cache *make_cache(void)
{
	return kmem_cache_create("leaks_object", sizeof(struct object), 0, 0,
				 NULL);
}

/* ---- memory ---- */

static int leak_kmalloc(void)
{
	return keep(kmalloc(64, GFP_KERNEL)) ? 0 : -ENOMEM;
}

static int leak_sized(void)
{
	return keep(kmalloc(40 + strlen(what), GFP_KERNEL)) ? 0 : -ENOMEM;
}

static int leak_large(void)
{
	return keep(kzalloc(64 << 10, GFP_KERNEL)) ? 0 : -ENOMEM;
}

static int leak_krealloc(void)
{
	void *p = kmalloc(16, GFP_KERNEL);

	return keep(krealloc(p, 2048, GFP_KERNEL)) ? 0 : -ENOMEM;
}

static int leak_many(void)
{
	int i;

	for (i = 0; i < 100; i++)
		keep(kmalloc(32, GFP_KERNEL));
	return 0;
}

/* Its call is the function's last instruction: nothing returns here. */
static noinline void *jump_to_kmalloc(size_t size)
{
	return kmalloc(size, GFP_KERNEL);
}

static int leak_tailcall(void)
{
	return keep(jump_to_kmalloc(100 + strlen(what))) ? 0 : -ENOMEM;
}

static int leak_kstrdup(void)
{
	return keep(kstrdup("left behind", GFP_KERNEL)) ? 0 : -ENOMEM;
}

static int leak_kasprintf(void)
{
	return keep(kasprintf(GFP_KERNEL, "%s %d", what, 1)) ? 0 : -ENOMEM;
}

static int leak_kmemdup(void)
{
	return keep(kmemdup(&numbers, sizeof(numbers), GFP_KERNEL)) ? 0
								    : -ENOMEM;
}

static int leak_vmalloc(void)
{
	return keep(vmalloc(10000)) ? 0 : -ENOMEM;
}

static int leak_kvmalloc(void)
{
	return keep(kvmalloc(8 << 20, GFP_KERNEL)) ? 0 : -ENOMEM;
}

static int leak_pages(void)
{
	return keep(alloc_pages(GFP_KERNEL, 2)) ? 0 : -ENOMEM;
}

static int leak_zeroed_page(void)
{
	return keep((void *)get_zeroed_page(GFP_KERNEL)) ? 0 : -ENOMEM;
}

static int leak_percpu(void)
{
	return keep((__force void *)alloc_percpu(u64)) ? 0 : -ENOMEM;
}

static int leak_cache(void)
{
	cache = make_cache();
	return cache ? 0 : -ENOMEM;
}

static int leak_object(void)
{
	cache = make_cache();
	return keep(kmem_cache_alloc(cache, GFP_KERNEL)) ? 0 : -ENOMEM;
}

/* ---- what the kernel would call ---- */

static void timer_act(struct timer_list *unused)
{
	pr_err("leaks: a timer of a module that is gone\n");
}

static DEFINE_TIMER(timer, timer_act);

static int leak_timer(void)
{
	mod_timer(&timer, jiffies + 3600 * HZ);
	return 0;
}

static enum hrtimer_restart hrtimer_act(struct hrtimer *unused)
{
	pr_err("leaks: a timer of a module that is gone\n");
	return HRTIMER_NORESTART;
}

static struct hrtimer hrtimer;

static int leak_hrtimer(void)
{
	hrtimer_init(&hrtimer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer.function = hrtimer_act;
	hrtimer_start(&hrtimer, ktime_set(3600, 0), HRTIMER_MODE_REL);
	return 0;
}

/* Longer than it takes to be found running, even on a busy machine. */
static void work_act(struct work_struct *unused)
{
	msleep(3000);
}

static DECLARE_WORK(work, work_act);
static DECLARE_DELAYED_WORK(delayed_work, work_act);

static int leak_work(void)
{
	return 0; /* at exit, so that it is still there */
}

static struct workqueue_struct *workqueue;

static int leak_workqueue(void)
{
	workqueue = alloc_workqueue("leaks_%s", 0, 1, "queue");
	return workqueue ? 0 : -ENOMEM;
}

static int leak_delayed_work(void)
{
	schedule_delayed_work(&delayed_work, 3600 * HZ);
	return 0;
}

static int thread_act(void *unused)
{
	while (!kthread_should_stop())
		msleep(100);
	return 0;
}

static struct task_struct *thread;

static int leak_kthread(void)
{
	thread = kthread_run(thread_act, NULL, "leaks_thread");
	return PTR_ERR_OR_ZERO(thread);
}

static irqreturn_t irq_act(int irq, void *unused)
{
	return IRQ_NONE;
}

static int irq;

static int leak_irq(void)
{
	/* Without an owner, which whoever requests it would hold. */
	irq = __irq_alloc_descs(-1, 0, 1, 0, NULL, NULL);
	if (irq < 0)
		return irq;
	irq_set_chip_and_handler(irq, &dummy_irq_chip, handle_simple_irq);
	irq_clear_status_flags(irq, IRQ_NOREQUEST);
	return request_irq(irq, irq_act, 0, "leaks_irq", &numbers);
}

static int notifier_act(struct notifier_block *unused, unsigned long action,
			void *data)
{
	return NOTIFY_DONE;
}

static struct notifier_block notifier = {.notifier_call = notifier_act};

static int leak_notifier(void)
{
	return register_reboot_notifier(&notifier);
}

static const struct file_operations file_operations = {.llseek = noop_llseek};

static int open_file(void *unused)
{
	return anon_inode_getfd("[leaks]", &file_operations, NULL, O_RDONLY);
}

/* All kernel threads share their files. */
static int leak_file(void)
{
	struct task_struct *opener = kthread_run(open_file, NULL, "leaks_file");

	if (!IS_ERR(opener))
		msleep(100);
	return PTR_ERR_OR_ZERO(opener);
}

/* ---- what can be seen ---- */

static int show(struct seq_file *unused, void *v)
{
	return 0;
}

static struct proc_dir_entry *proc_entry;

static int leak_proc(void)
{
	proc_entry = proc_create_single("leaks_entry", 0444, NULL, show);
	return proc_entry ? 0 : -ENOMEM;
}

static struct dentry *debugfs_entry;

static int leak_debugfs(void)
{
	debugfs_entry = debugfs_create_file("leaks_file", 0444, NULL, NULL,
					    &file_operations);
	return PTR_ERR_OR_ZERO(debugfs_entry);
}

static ssize_t attribute_show(struct kobject *kobj, struct kobj_attribute *attr,
			      char *buf)
{
	return 0;
}

static struct kobj_attribute attribute =
	__ATTR(leaks_attribute, 0444, attribute_show, NULL);

static int leak_sysfs(void)
{
	return sysfs_create_file(kernel_kobj, &attribute.attr);
}

static struct kobject *kobject;

static int leak_kobject(void)
{
	kobject = kobject_create_and_add("leaks_object", kernel_kobj);
	return kobject ? 0 : -ENOMEM;
}

static struct miscdevice misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "leaks_misc",
	.fops = &file_operations,
};

static int leak_misc(void)
{
	return misc_register(&misc);
}

static int leak_chrdev(void)
{
	return alloc_chrdev_region(&numbers, 0, 1, "leaks_numbers");
}

static struct cdev cdev;

static int leak_cdev(void)
{
	int err = alloc_chrdev_region(&numbers, 0, 1, "leaks_numbers");

	cdev_init(&cdev, &file_operations);
	return err ? err : cdev_add(&cdev, numbers, 1);
}

static int make_class(void)
{
#ifdef class_create /* a macro while it still takes the module */
	class = class_create(THIS_MODULE, "leaks_class");
#else
	class = class_create("leaks_class");
#endif
	return PTR_ERR_OR_ZERO(class);
}

static int leak_device(void)
{
	int err = make_class();

	return err ? err
		   : PTR_ERR_OR_ZERO(device_create(class, NULL, 0, NULL,
						   "leaks_device"));
}

/* A reference on a module that has to be there. */
static int leak_moduleref(void)
{
	struct file_system_type *type = get_fs_type("minix");

	if (!type)
		return -ENOENT;
	__module_get(type->owner);
	return 0;
}

/* ---- all of it, given back ---- */

static void free_in_rcu(struct rcu_head *rcu)
{
	kfree(container_of(rcu, struct object, rcu));
}

static void use_slab(void)
{
	struct object *object = kmalloc(sizeof(*object), GFP_KERNEL);
	void *many[16];
	int n;

	kfree(kmalloc(64, GFP_KERNEL));
	kvfree(kvmalloc(8 << 20, GFP_KERNEL));
	kvfree(kvmalloc(80, GFP_KERNEL));
	kfree_sensitive(kzalloc(50, GFP_KERNEL));
	kfree(krealloc(kmalloc(16, GFP_KERNEL), 4000, GFP_KERNEL));
	kfree(krealloc(kmalloc(16, GFP_KERNEL), 20, GFP_KERNEL));
	krealloc(kmalloc(16, GFP_KERNEL), 0, GFP_KERNEL);
	kfree_const(kstrdup_const("constant", GFP_KERNEL));
	kfree_const(kstrdup_const(what, GFP_KERNEL));
	kfree(kasprintf(GFP_KERNEL, "%d", 1));
	kfree(kmalloc(1 << 20, GFP_KERNEL));
	if (object)
		kfree_rcu(object, rcu);
	object = kmalloc(sizeof(*object), GFP_KERNEL);
	if (object)
		call_rcu(&object->rcu, free_in_rcu);
	cache = make_cache();
	n = kmem_cache_alloc_bulk(cache, GFP_KERNEL, ARRAY_SIZE(many), many);
	if (n)
		kmem_cache_free_bulk(cache, n, many);
	kmem_cache_free(cache, kmem_cache_alloc(cache, GFP_KERNEL));
	kmem_cache_destroy(cache);
}

static void use_pages(void)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 3);
	int i;

	put_page(page);
	page = alloc_pages(GFP_KERNEL, 2);
	split_page(page, 2);
	for (i = 0; i < 4; i++)
		__free_page(page + i);
	free_pages_exact(alloc_pages_exact(3 * PAGE_SIZE, GFP_KERNEL),
			 3 * PAGE_SIZE);
	free_page(get_zeroed_page(GFP_KERNEL));
	free_percpu(alloc_percpu(u64));
	vfree(vmalloc(10000));
	page = alloc_page(GFP_KERNEL);
	vunmap(vmap(&page, 1, VM_MAP, PAGE_KERNEL));
	__free_page(page);
}

static void undo_devices(void)
{
	leak_device();
	device_destroy(class, 0);
	class_destroy(class);
	leak_misc();
	misc_deregister(&misc);
	leak_cdev();
	cdev_del(&cdev);
	unregister_chrdev_region(numbers, 1);
}

static int leak_none(void)
{
	use_slab();
	use_pages();
	leak_timer();
	leak_hrtimer();
	leak_delayed_work();
	leak_workqueue();
	schedule_work(&work);
	leak_kthread();
	leak_irq();
	leak_notifier();
	leak_proc();
	leak_debugfs();
	leak_sysfs();
	leak_kobject();
	undo_devices();
	return 0;
}

static void undo_none(void)
{
	struct object *object = kmalloc(sizeof(*object), GFP_KERNEL);

	del_timer_sync(&timer);
	hrtimer_cancel(&hrtimer);
	cancel_delayed_work_sync(&delayed_work);
	cancel_work_sync(&work);
	destroy_workqueue(workqueue);
	kthread_stop(thread);
	free_irq(irq, &numbers);
	irq_free_desc(irq);
	unregister_reboot_notifier(&notifier);
	proc_remove(proc_entry);
	debugfs_remove(debugfs_entry);
	sysfs_remove_file(kernel_kobj, &attribute.attr);
	kobject_put(kobject);
	/* What the kernel still has to free. */
	if (object)
		kfree_rcu(object, rcu);
	rcu_barrier();
}

static const struct thing {
	const char *name;
	int (*leak)(void);
} things[] = {
	{"none", leak_none},	       {"kmalloc", leak_kmalloc},
	{"sized", leak_sized},	       {"large", leak_large},
	{"krealloc", leak_krealloc},   {"many", leak_many},
	{"tailcall", leak_tailcall},   {"kstrdup", leak_kstrdup},
	{"kasprintf", leak_kasprintf}, {"kmemdup", leak_kmemdup},
	{"vmalloc", leak_vmalloc},     {"kvmalloc", leak_kvmalloc},
	{"pages", leak_pages},	       {"zeroed-page", leak_zeroed_page},
	{"percpu", leak_percpu},       {"cache", leak_cache},
	{"object", leak_object},       {"timer", leak_timer},
	{"hrtimer", leak_hrtimer},     {"work", leak_work},
	{"workqueue", leak_workqueue}, {"delayed-work", leak_delayed_work},
	{"kthread", leak_kthread},     {"irq", leak_irq},
	{"notifier", leak_notifier},   {"file", leak_file},
	{"proc", leak_proc},	       {"debugfs", leak_debugfs},
	{"sysfs", leak_sysfs},	       {"kobject", leak_kobject},
	{"misc", leak_misc},	       {"chrdev", leak_chrdev},
	{"cdev", leak_cdev},	       {"device", leak_device},
	{"moduleref", leak_moduleref},
};

static int __init leaks_start(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(things); i++)
		if (!strcmp(what, things[i].name))
			return things[i].leak();
	if (strcmp(what, "init"))
		return -EINVAL;
	leak_kmalloc();
	return -ENODEV;
}

static void __exit leaks_end(void)
{
	if (!strcmp(what, "none"))
		undo_none();
	if (!strcmp(what, "work")) {
		schedule_work(&work);
		msleep(10);
		schedule_work(&work); /* once it has run */
	}
	pr_info("leaks: gone\n");
}

module_init(leaks_start);
module_exit(leaks_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Leaves things behind on request");
