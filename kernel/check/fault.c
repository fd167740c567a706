// SPDX-License-Identifier: GPL-2.0-only
/*
 * Failing calls: of all calls of one module that can fail, the one of a given
 * number does, without the kernel's function being reached.
 *
 * Decisions are made where the module calls: any context but NMI.
 */
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/hardirq.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "check/fault.h"
#include "check/report.h"
#include "check/stubs.h"

/* What a call returns that failed. */
enum fault_result {
	FAULT_NULL,
	FAULT_ENOMEM, /* an int */
	FAULT_POINTER, /* ERR_PTR(-ENOMEM) */
	FAULT_ZERO, /* none made, or false */
	FAULT_LEFT, /* the third argument: so much was not copied */
	FAULT_EFAULT,
	FAULT_GET, /* get_user(), which returns in registers of its own */
	FAULT_PUT,
};

struct fault {
	const char *symbol;
	enum fault_result result;
	int gfp; /* which argument tells that it must not fail; -1: none */
};

#define MEMORY(symbol, gfp)                                                    \
	{                                                                      \
		symbol, FAULT_NULL, gfp                                        \
	}
#define GETS(symbol)                                                           \
	{                                                                      \
		symbol, FAULT_NULL, -1                                         \
	}
#define GETS_ERR(symbol)                                                       \
	{                                                                      \
		symbol, FAULT_POINTER, -1                                      \
	}
#define REGISTERS(symbol)                                                      \
	{                                                                      \
		symbol, FAULT_ENOMEM, -1                                       \
	}

/* Behind the size, some kernels have a set of buckets. */
#ifdef CONFIG_SLAB_BUCKETS
#define BEHIND_SIZE 2
#else
#define BEHIND_SIZE 1
#endif

static const struct fault faults[] = {
	MEMORY("kmalloc_trace", 1),
	MEMORY("kmalloc_node_trace", 1),
	MEMORY("kmalloc_large", 1),
	MEMORY("kmalloc_large_node", 1),
	MEMORY("__kmalloc", 1),
	MEMORY("__kmalloc_node", 1),
	MEMORY("__kmalloc_node_track_caller", 1),
	MEMORY("__kmalloc_cache_noprof", 1),
	MEMORY("__kmalloc_cache_node_noprof", 1),
	MEMORY("__kmalloc_large_noprof", 1),
	MEMORY("__kmalloc_large_node_noprof", 1),
	MEMORY("__kmalloc_noprof", 1),
	MEMORY("__kmalloc_node_noprof", BEHIND_SIZE),
	MEMORY("__kmalloc_node_track_caller_noprof", BEHIND_SIZE),
	MEMORY("krealloc", 2),
	MEMORY("krealloc_noprof", 2),
	MEMORY("kmem_cache_alloc", 1),
	MEMORY("kmem_cache_alloc_lru", 2),
	MEMORY("kmem_cache_alloc_node", 1),
	MEMORY("kmem_cache_alloc_noprof", 1),
	MEMORY("kmem_cache_alloc_lru_noprof", 2),
	MEMORY("kmem_cache_alloc_node_noprof", 1),
	MEMORY("kvmalloc_node", 1),
	MEMORY("__kvmalloc_node_noprof", BEHIND_SIZE),
	MEMORY("alloc_pages", 0),
	MEMORY("__alloc_pages", 0),
	MEMORY("alloc_pages_noprof", 0),
	MEMORY("__alloc_pages_noprof", 0),
	MEMORY("__get_free_pages", 0),
	MEMORY("get_free_pages_noprof", 0),
	MEMORY("get_zeroed_page", 0),
	MEMORY("get_zeroed_page_noprof", 0),
	MEMORY("kmemdup", 2),
	MEMORY("kmemdup_noprof", 2),
	MEMORY("kmemdup_nul", 2),
	MEMORY("kstrdup", 1),
	MEMORY("kstrdup_const", 1),
	MEMORY("kstrndup", 2),
	MEMORY("kasprintf", 0),
	MEMORY("kvasprintf", 0),
	GETS("vmalloc"),
	GETS("vzalloc"),
	GETS("__vmalloc"),
	GETS("vmalloc_user"),
	GETS("vmalloc_noprof"),
	GETS("vzalloc_noprof"),
	GETS("__vmalloc_noprof"),
	GETS("vmalloc_user_noprof"),
	GETS("vmap"),
	GETS("ioremap"),
	GETS("__alloc_percpu"),
	GETS("__alloc_percpu_gfp"),
	GETS("pcpu_alloc_noprof"),
	GETS("bitmap_alloc"),
	GETS("bitmap_zalloc"),
	GETS("mempool_create"),
	GETS("mempool_create_node_noprof"),
	GETS("kmem_cache_create"),
	GETS("kmem_cache_create_usercopy"),
	GETS("__kmem_cache_create_args"),
	{"kmem_cache_alloc_bulk", FAULT_ZERO, 1},
	{"kmem_cache_alloc_bulk_noprof", FAULT_ZERO, 1},
	{"_copy_from_user", FAULT_LEFT, -1},
	{"_copy_to_user", FAULT_LEFT, -1},
	{"strncpy_from_user", FAULT_EFAULT, -1},
	{"__get_user_1", FAULT_GET, -1},
	{"__get_user_2", FAULT_GET, -1},
	{"__get_user_4", FAULT_GET, -1},
	{"__get_user_8", FAULT_GET, -1},
	{"__get_user_nocheck_1", FAULT_GET, -1},
	{"__get_user_nocheck_2", FAULT_GET, -1},
	{"__get_user_nocheck_4", FAULT_GET, -1},
	{"__get_user_nocheck_8", FAULT_GET, -1},
	{"__put_user_1", FAULT_PUT, -1},
	{"__put_user_2", FAULT_PUT, -1},
	{"__put_user_4", FAULT_PUT, -1},
	{"__put_user_8", FAULT_PUT, -1},
	{"__put_user_nocheck_1", FAULT_PUT, -1},
	{"__put_user_nocheck_2", FAULT_PUT, -1},
	{"__put_user_nocheck_4", FAULT_PUT, -1},
	{"__put_user_nocheck_8", FAULT_PUT, -1},
	GETS_ERR("memdup_user"),
	GETS_ERR("vmemdup_user"),
	GETS_ERR("memdup_user_nul"),
	GETS_ERR("strndup_user"),
	GETS("proc_create"),
	GETS("proc_create_data"),
	GETS("proc_create_single_data"),
	GETS("proc_create_seq_private"),
	GETS("proc_mkdir"),
	GETS("proc_mkdir_data"),
	GETS("proc_symlink"),
	GETS_ERR("debugfs_create_dir"),
	GETS_ERR("debugfs_create_file"),
	GETS("register_sysctl"),
	GETS("register_sysctl_sz"),
	GETS("register_sysctl_table"),
	GETS("kobject_create_and_add"),
	GETS("kset_create_and_add"),
	GETS_ERR("class_create"),
	GETS_ERR("__class_create"),
	GETS_ERR("device_create"),
	GETS_ERR("device_create_with_groups"),
	GETS("alloc_workqueue"),
	GETS("platform_device_alloc"),
	GETS_ERR("platform_device_register_full"),
	GETS_ERR("__root_device_register"),
	GETS("alloc_netdev_mqs"),
	GETS("__request_region"),
	GETS("cdev_alloc"),
	GETS_ERR("kthread_create_on_node"),
	GETS_ERR("crypto_alloc_base"),
	GETS_ERR("crypto_alloc_shash"),
	GETS_ERR("crypto_alloc_ahash"),
	GETS_ERR("crypto_alloc_skcipher"),
	GETS_ERR("crypto_alloc_aead"),
	GETS("dma_alloc_attrs"),
	GETS("__alloc_disk_node"),
	GETS_ERR("__blk_mq_alloc_disk"),
	GETS_ERR("filp_open"),
	REGISTERS("blk_mq_alloc_tag_set"),
	REGISTERS("device_add_disk"),
	REGISTERS("add_disk"),
	REGISTERS("percpu_ref_init"),
	REGISTERS("misc_register"),
	REGISTERS("cdev_add"),
	REGISTERS("cdev_device_add"),
	REGISTERS("register_chrdev_region"),
	REGISTERS("alloc_chrdev_region"),
	REGISTERS("__register_chrdev"),
	REGISTERS("__register_blkdev"),
	REGISTERS("device_register"),
	REGISTERS("device_add"),
	REGISTERS("device_create_file"),
	REGISTERS("class_register"),
	REGISTERS("__class_register"),
	REGISTERS("bus_register"),
	REGISTERS("driver_register"),
	REGISTERS("__platform_driver_register"),
	REGISTERS("platform_device_register"),
	REGISTERS("platform_device_add"),
	REGISTERS("__pci_register_driver"),
	REGISTERS("register_filesystem"),
	REGISTERS("register_reboot_notifier"),
	REGISTERS("register_module_notifier"),
	REGISTERS("register_netdevice_notifier"),
	REGISTERS("register_netdev"),
	REGISTERS("register_inetaddr_notifier"),
	REGISTERS("register_pm_notifier"),
	REGISTERS("register_keyboard_notifier"),
	REGISTERS("blocking_notifier_chain_register"),
	REGISTERS("atomic_notifier_chain_register"),
	REGISTERS("register_kprobe"),
	REGISTERS("register_kretprobe"),
	REGISTERS("register_pernet_subsys"),
	REGISTERS("register_pernet_device"),
	REGISTERS("proto_register"),
	REGISTERS("sock_register"),
	REGISTERS("genl_register_family"),
	REGISTERS("rtnl_link_register"),
	REGISTERS("nf_register_net_hook"),
	REGISTERS("crypto_register_alg"),
	REGISTERS("crypto_register_shash"),
	REGISTERS("crypto_register_skcipher"),
	REGISTERS("register_shrinker"),
	REGISTERS("register_key_type"),
	REGISTERS("tty_register_driver"),
	REGISTERS("input_register_handler"),
	REGISTERS("input_register_device"),
	REGISTERS("request_threaded_irq"),
	REGISTERS("sysfs_create_file_ns"),
	REGISTERS("sysfs_create_group"),
	REGISTERS("kobject_init_and_add"),
	REGISTERS("kobject_add"),
	{"try_module_get", FAULT_ZERO, -1},
};

struct fault_slot {
	struct stub_slot stub; /* known to stub.S */
	const struct fault *fault;
	const struct module *mod;
};

/* As two registers: known to stub.S. */
struct fault_decision {
	unsigned long fails, value;
};

void fault_call(void);
void fault_get_user(void);
void fault_put_user(void);
struct fault_decision fault_decide(const struct fault_slot *slot,
				   const unsigned long *argument,
				   const unsigned long *frame);

static struct {
	char name[MODULE_NAME_LEN];
	unsigned int nth, seen;
} armed;

static const struct fault *find(const char *symbol)
{
	const struct fault *fault;

	for (fault = faults; fault < faults + ARRAY_SIZE(faults); fault++)
		if (!strcmp(fault->symbol, symbol))
			return fault;
	return NULL;
}

static void *make_stub(const struct fault_slot *slot)
{
	switch (slot->fault->result) {
	case FAULT_GET:
		return stub_make_pushing(&slot->stub, fault_get_user);
	case FAULT_PUT:
		return stub_make_pushing(&slot->stub, fault_put_user);
	default:
		return stub_make(&slot->stub, fault_call);
	}
}

unsigned long fault_redirect(struct module *mod, const char *symbol,
			     unsigned long next)
{
	const struct fault *fault = find(symbol);
	struct fault_slot *slot;
	void *stub = NULL;

	if (!fault)
		return next;
	slot = kmalloc(sizeof(*slot), GFP_KERNEL);
	if (slot) {
		*slot = (struct fault_slot){{next}, fault, mod};
		stub = make_stub(slot);
	}
	if (stub)
		return (unsigned long)stub;
	kfree(slot);
	pr_warn("ring3: %s: its calls of %s will not fail\n", mod->name,
		symbol);
	return next;
}

unsigned int fault_arm(const char *name, unsigned int nth)
{
	unsigned int seen = armed.seen;

	strscpy(armed.name, name, sizeof(armed.name));
	armed.nth = nth;
	armed.seen = 0;
	return seen;
}

static unsigned long value_of(const struct fault *fault,
			      const unsigned long *argument)
{
	switch (fault->result) {
	case FAULT_NULL:
	case FAULT_ZERO:
		return 0;
	case FAULT_ENOMEM:
	case FAULT_POINTER:
		return -ENOMEM;
	case FAULT_LEFT:
		return argument[2];
	case FAULT_EFAULT:
	case FAULT_GET:
	case FAULT_PUT:
		break;
	}
	return -EFAULT;
}

struct fault_decision fault_decide(const struct fault_slot *slot,
				   const unsigned long *argument,
				   const unsigned long *frame)
{
	static const struct fault_decision goes_on;
	const struct fault *fault = slot->fault;

	if (in_nmi() || strcmp(slot->mod->name, armed.name))
		return goes_on;
	if (fault->gfp >= 0 &&
	    argument[fault->gfp] & (__force unsigned long)__GFP_NOFAIL)
		return goes_on;
	if (++armed.seen != armed.nth)
		return goes_on;
	pr_info("ring3: %s: call %u failed on request: %s, called by %pB\n",
		slot->mod->name, armed.nth, fault->symbol, (void *)frame[1]);
	return (struct fault_decision){1, value_of(fault, argument)};
}
