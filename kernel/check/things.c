// SPDX-License-Identifier: GPL-2.0-only
/*
 * The functions that modules import and that make or register something other
 * than memory.
 *
 * What the kernel allocates for it, it frees when it is gone: such things are
 * known by that address, as memory is.  Others are taken back by a function
 * of their own (undo.h).
 */
#include "check/leaks.h"

/* Returns the address of what the kernel allocated. */
#define MADE(sym, what, name_)                                                 \
	CHECK_IMPORT(sym, SPACE_MEMORY, what, .key = VALUE_RESULT,             \
		     .name = VALUE_##name_, .size = VALUE_NONE)
/* Returns what @undo is given. */
#define OBTAINED(sym, undo, what, name_)                                       \
	CHECK_IMPORT(sym, SPACE_##undo, what, .key = VALUE_RESULT,             \
		     .name = VALUE_##name_)
/* The module's own to give back. */
#define TAKEN(sym, space_, what, key_, name_, ...)                             \
	CHECK_IMPORT(sym, SPACE_##space_, what, .key = VALUE_##key_,           \
		     .name = VALUE_##name_, __VA_ARGS__)
#define GIVEN(sym, space_, key_)                                               \
	CHECK_IMPORT(sym, SPACE_##space_, "", .gives_back = true,              \
		     .success = SUCCESS_ALWAYS, .key = VALUE_##key_)
/* Returns 0 when @key_ is registered. */
#define REGISTERED(sym, undo, what, key_, name_)                               \
	CHECK_IMPORT(sym, SPACE_##undo, what, .success = SUCCESS_ZERO,         \
		     .key = VALUE_##key_, .name = VALUE_##name_)

MADE(proc_create, "proc entry", ARG0);
MADE(proc_create_data, "proc entry", ARG0);
MADE(proc_create_seq_private, "proc entry", ARG0);
MADE(proc_create_single_data, "proc entry", ARG0);
MADE(proc_create_net_data, "proc entry", ARG0);
MADE(proc_create_net_data_write, "proc entry", ARG0);
MADE(proc_create_net_single, "proc entry", ARG0);
MADE(proc_mkdir, "proc directory", ARG0);
MADE(proc_mkdir_data, "proc directory", ARG0);
MADE(proc_mkdir_mode, "proc directory", ARG0);
MADE(_proc_mkdir, "proc directory", ARG0);
MADE(proc_symlink, "proc entry", ARG0);
MADE(proc_create_mount_point, "proc directory", ARG0);
MADE(debugfs_create_file, "debugfs file", ARG0);
MADE(debugfs_create_file_unsafe, "debugfs file", ARG0);
MADE(debugfs_create_dir, "debugfs directory", ARG0);
MADE(debugfs_create_symlink, "debugfs entry", ARG0);
MADE(debugfs_create_blob, "debugfs file", ARG0);
/* Returns nothing. */
#define DEBUGFS(sym)                                                           \
	CHECK_IMPORT(sym, SPACE_MEMORY, "debugfs file",                        \
		     .success = SUCCESS_ALWAYS, .key = VALUE_DEBUGFS,          \
		     .name = VALUE_ARG0)

DEBUGFS(debugfs_create_u8);
DEBUGFS(debugfs_create_u16);
DEBUGFS(debugfs_create_u32);
DEBUGFS(debugfs_create_u64);
DEBUGFS(debugfs_create_ulong);
DEBUGFS(debugfs_create_x8);
DEBUGFS(debugfs_create_x16);
DEBUGFS(debugfs_create_x32);
DEBUGFS(debugfs_create_x64);
DEBUGFS(debugfs_create_size_t);
DEBUGFS(debugfs_create_atomic_t);
DEBUGFS(debugfs_create_bool);
DEBUGFS(debugfs_create_str);
DEBUGFS(debugfs_create_u32_array);
DEBUGFS(debugfs_create_regset32);
DEBUGFS(debugfs_create_file_size);

MADE(register_sysctl, "sysctl table", ARG0);
MADE(register_sysctl_sz, "sysctl table", ARG0);
MADE(register_sysctl_table, "sysctl table", NONE);
MADE(register_net_sysctl, "sysctl table", ARG1);
MADE(register_net_sysctl_sz, "sysctl table", ARG1);
MADE(kobject_create_and_add, "kobject", ARG0);
MADE(kset_create_and_add, "kset", ARG0);
MADE(class_create, "class", ARG0);
MADE(__class_create, "class", ARG1);
MADE(device_create, "device", ARG4);
MADE(device_create_with_groups, "device", ARG5);
MADE(alloc_workqueue, "workqueue", ARG0);
MADE(platform_device_alloc, "platform device", ARG0);
MADE(platform_device_register_full, "platform device", NONE);
MADE(__root_device_register, "root device", ARG0);
MADE(alloc_netdev_mqs, "network device", ARG1);
MADE(__request_region, "I/O region", ARG3);
MADE(cdev_alloc, "character device", NONE);
MADE(input_allocate_device, "input device", NONE);

OBTAINED(kmem_cache_create, kmem_cache_destroy, "slab cache", ARG0);
OBTAINED(kmem_cache_create_usercopy, kmem_cache_destroy, "slab cache", ARG0);
OBTAINED(__kmem_cache_create_args, kmem_cache_destroy, "slab cache", ARG0);
OBTAINED(crypto_alloc_base, crypto_destroy_tfm, "crypto transform", ARG0);
OBTAINED(crypto_alloc_shash, crypto_destroy_tfm, "crypto transform", ARG0);
OBTAINED(crypto_alloc_ahash, crypto_destroy_tfm, "crypto transform", ARG0);
OBTAINED(crypto_alloc_skcipher, crypto_destroy_tfm, "crypto transform", ARG0);
OBTAINED(crypto_alloc_aead, crypto_destroy_tfm, "crypto transform", ARG0);
OBTAINED(crypto_alloc_rng, crypto_destroy_tfm, "crypto transform", ARG0);
OBTAINED(ioremap, iounmap, "I/O mapping", NONE);
OBTAINED(ioremap_wc, iounmap, "I/O mapping", NONE);
OBTAINED(ioremap_cache, iounmap, "I/O mapping", NONE);
CHECK_IMPORT(dma_alloc_attrs, SPACE_dma_free_attrs, "DMA memory",
	     .key = VALUE_RESULT);

REGISTERED(percpu_ref_init, percpu_ref_exit, "percpu_ref", ARG0, NONE);
REGISTERED(misc_register, misc_deregister, "misc device", ARG0, NONE);
REGISTERED(cdev_add, cdev_del, "character device", ARG0, NONE);
REGISTERED(register_chrdev_region, unregister_chrdev_region,
	   "character device numbers", ARG0, ARG2);
REGISTERED(alloc_chrdev_region, unregister_chrdev_region,
	   "character device numbers", AT_ARG0, ARG3);
CHECK_IMPORT(__register_chrdev, SPACE___unregister_chrdev,
	     "character device numbers", .success = SUCCESS_NOT_NEGATIVE,
	     .key = VALUE_ARG0_OR_RESULT, .name = VALUE_ARG3);
CHECK_IMPORT(__register_blkdev, SPACE_unregister_blkdev, "block device number",
	     .success = SUCCESS_NOT_NEGATIVE, .key = VALUE_ARG0_OR_RESULT,
	     .name = VALUE_ARG1);
REGISTERED(device_register, device_del, "device", ARG0, NONE);
REGISTERED(device_add, device_del, "device", ARG0, NONE);
REGISTERED(class_register, class_unregister, "class", ARG0, NONE);
REGISTERED(__class_register, class_unregister, "class", ARG0, NONE);
REGISTERED(bus_register, bus_unregister, "bus", ARG0, NONE);
REGISTERED(register_filesystem, unregister_filesystem, "file system", ARG0,
	   NONE);
REGISTERED(register_reboot_notifier, unregister_reboot_notifier,
	   "reboot notifier", ARG0, NONE);
REGISTERED(register_module_notifier, unregister_module_notifier,
	   "module notifier", ARG0, NONE);
REGISTERED(register_netdevice_notifier, unregister_netdevice_notifier,
	   "network device notifier", ARG0, NONE);
REGISTERED(register_inetaddr_notifier, unregister_inetaddr_notifier,
	   "address notifier", ARG0, NONE);
REGISTERED(register_inet6addr_notifier, unregister_inet6addr_notifier,
	   "address notifier", ARG0, NONE);
REGISTERED(register_pm_notifier, unregister_pm_notifier, "power notifier", ARG0,
	   NONE);
REGISTERED(register_keyboard_notifier, unregister_keyboard_notifier,
	   "keyboard notifier", ARG0, NONE);
REGISTERED(register_vt_notifier, unregister_vt_notifier, "terminal notifier",
	   ARG0, NONE);
REGISTERED(register_oom_notifier, unregister_oom_notifier, "OOM notifier", ARG0,
	   NONE);
REGISTERED(register_die_notifier, unregister_die_notifier, "die notifier", ARG0,
	   NONE);
REGISTERED(atomic_notifier_chain_register, atomic_notifier_chain_unregister,
	   "notifier", ARG1, NONE);
REGISTERED(blocking_notifier_chain_register, blocking_notifier_chain_unregister,
	   "notifier", ARG1, NONE);
REGISTERED(raw_notifier_chain_register, raw_notifier_chain_unregister,
	   "notifier", ARG1, NONE);
REGISTERED(srcu_notifier_chain_register, srcu_notifier_chain_unregister,
	   "notifier", ARG1, NONE);
REGISTERED(register_sysrq_key, unregister_sysrq_key, "SysRq key", ARG1, NONE);
CHECK_IMPORT(register_console, SPACE_unregister_console, "console",
	     .success = SUCCESS_ALWAYS, .key = VALUE_ARG0);
REGISTERED(register_kprobe, unregister_kprobe, "kprobe", ARG0, NONE);
REGISTERED(register_kretprobe, unregister_kretprobe, "kretprobe", ARG0, NONE);
REGISTERED(register_ftrace_function, unregister_ftrace_function,
	   "ftrace function", ARG0, NONE);
REGISTERED(tracepoint_probe_register, tracepoint_probe_unregister,
	   "tracepoint probe", ARG1, NONE);
REGISTERED(register_pernet_subsys, unregister_pernet_subsys,
	   "network namespace operations", ARG0, NONE);
REGISTERED(register_pernet_device, unregister_pernet_device,
	   "network namespace operations", ARG0, NONE);
CHECK_IMPORT(dev_add_pack, SPACE___dev_remove_pack, "packet handler",
	     .success = SUCCESS_ALWAYS, .key = VALUE_ARG0);
REGISTERED(proto_register, proto_unregister, "network protocol", ARG0, NONE);
REGISTERED(genl_register_family, genl_unregister_family,
	   "generic netlink family", ARG0, NONE);
REGISTERED(rtnl_link_register, rtnl_link_unregister, "rtnetlink operations",
	   ARG0, NONE);
REGISTERED(nf_register_net_hook, nf_unregister_net_hook, "netfilter hook", ARG1,
	   NONE);
REGISTERED(crypto_register_alg, crypto_unregister_alg, "crypto algorithm", ARG0,
	   NONE);
REGISTERED(crypto_register_shash, crypto_unregister_shash, "crypto algorithm",
	   ARG0, NONE);
REGISTERED(crypto_register_ahash, crypto_unregister_ahash, "crypto algorithm",
	   ARG0, NONE);
REGISTERED(crypto_register_skcipher, crypto_unregister_skcipher,
	   "crypto algorithm", ARG0, NONE);
REGISTERED(crypto_register_aead, crypto_unregister_aead, "crypto algorithm",
	   ARG0, NONE);
REGISTERED(crypto_register_rng, crypto_unregister_rng, "crypto algorithm", ARG0,
	   NONE);
REGISTERED(register_shrinker, unregister_shrinker, "shrinker", ARG0, NONE);
CHECK_IMPORT(__register_binfmt, SPACE_unregister_binfmt, "binary format",
	     .success = SUCCESS_ALWAYS, .key = VALUE_ARG0);
REGISTERED(register_key_type, unregister_key_type, "key type", ARG0, NONE);
REGISTERED(tty_register_driver, tty_unregister_driver, "terminal driver", ARG0,
	   NONE);
REGISTERED(tty_register_ldisc, tty_unregister_ldisc, "line discipline", ARG0,
	   NONE);
REGISTERED(input_register_handler, input_unregister_handler, "input handler",
	   ARG0, NONE);
REGISTERED(elv_register, elv_unregister, "I/O scheduler", ARG0, NONE);
REGISTERED(led_classdev_register_ext, led_classdev_unregister, "LED", ARG1,
	   NONE);
REGISTERED(platform_device_register, platform_device_unregister,
	   "platform device", ARG0, NONE);
REGISTERED(gpio_request, gpio_free, "GPIO line", ARG0, ARG1);
REGISTERED(gpio_request_one, gpio_free, "GPIO line", ARG0, ARG2);
OBTAINED(gpiod_get, gpiod_put, "GPIO line", ARG1);
OBTAINED(gpiod_get_optional, gpiod_put, "GPIO line", ARG1);
OBTAINED(gpiod_get_index, gpiod_put, "GPIO line", ARG1);
OBTAINED(gpiod_get_index_optional, gpiod_put, "GPIO line", ARG1);
OBTAINED(kern_mount, kern_unmount, "mounted file system", NONE);
OBTAINED(blkdev_get_by_path, blkdev_put, "open block device", ARG0);
OBTAINED(blkdev_get_by_dev, blkdev_put, "open block device", NONE);
CHECK_IMPORT(try_module_get, SPACE_module_put, "reference on a module",
	     .success = SUCCESS_TRUE, .key = VALUE_ARG0);
CHECK_IMPORT(__module_get, SPACE_module_put, "reference on a module",
	     .success = SUCCESS_ALWAYS, .key = VALUE_ARG0);

CHECK_IMPORT(__symbol_get, SPACE_module_put, "reference on a module by symbol",
	     .key = VALUE_OWNER_OF_RESULT, .name = VALUE_ARG0);

OBTAINED(get_device, put_device, "reference on a device", NONE);
OBTAINED(bus_find_device, put_device, "reference on a device", NONE);
OBTAINED(class_find_device, put_device, "reference on a device", NONE);
OBTAINED(driver_find_device, put_device, "reference on a device", NONE);
OBTAINED(device_find_child, put_device, "reference on a device", NONE);
OBTAINED(device_find_child_by_name, put_device, "reference on a device", NONE);

TAKEN(kobject_get, OWN_KOBJECT, "reference on a kobject", RESULT, NONE);
TAKEN(kobject_get_unless_zero, OWN_KOBJECT, "reference on a kobject", RESULT,
      NONE);
TAKEN(kset_find_obj, OWN_KOBJECT, "reference on a kobject", RESULT, ARG1);
GIVEN(kobject_put, OWN_KOBJECT, ARG0);
GIVEN(put_device, OWN_KOBJECT, ARG0);

TAKEN(igrab, OWN_INODE, "reference on an inode", RESULT, NONE);
TAKEN(ilookup, OWN_INODE, "reference on an inode", RESULT, NONE);
TAKEN(ilookup5, OWN_INODE, "reference on an inode", RESULT, NONE);
GIVEN(iput, OWN_INODE, ARG0);
GIVEN(iget_failed, OWN_INODE, ARG0);
GIVEN(discard_new_inode, OWN_INODE, ARG0);
/* From then on it is the dentry's. */
GIVEN(d_make_root, OWN_INODE, ARG0);
GIVEN(d_obtain_alias, OWN_INODE, ARG0);
GIVEN(d_obtain_root, OWN_INODE, ARG0);
GIVEN(d_splice_alias, OWN_INODE, ARG0);
GIVEN(d_add_ci, OWN_INODE, ARG1);
GIVEN(d_add, OWN_INODE, ARG1);
GIVEN(d_instantiate, OWN_INODE, ARG1);
GIVEN(d_instantiate_new, OWN_INODE, ARG1);
GIVEN(d_tmpfile, OWN_INODE, ARG1);

#define PINNED(sym)                                                            \
	CHECK_IMPORT(sym, SPACE_unpin_user_page, "pinned page of a program",   \
		     .success = SUCCESS_BULK)

PINNED(pin_user_pages);
PINNED(pin_user_pages_fast);
PINNED(pin_user_pages_unlocked);

OBTAINED(filp_open, fput, "open file", ARG0);
OBTAINED(bdev_file_open_by_path, fput, "open block device", ARG0);
OBTAINED(bdev_file_open_by_dev, fput, "open block device", NONE);
OBTAINED(file_open_root, fput, "open file", ARG1);
OBTAINED(dentry_open, fput, "open file", NONE);
OBTAINED(anon_inode_getfile, fput, "open file", ARG0);
OBTAINED(shmem_file_setup, fput, "open file", ARG0);
OBTAINED(shmem_kernel_file_setup, fput, "open file", ARG0);

TAKEN(fget, OWN_FILE, "reference on an open file", RESULT, NONE);
TAKEN(fget_raw, OWN_FILE, "reference on an open file", RESULT, NONE);
TAKEN(fdget, OWN_FILE, "reference on an open file", FD, NONE);
TAKEN(fdget_raw, OWN_FILE, "reference on an open file", FD, NONE);
TAKEN(__fdget, OWN_FILE, "reference on an open file", FD, NONE);
TAKEN(__fdget_raw, OWN_FILE, "reference on an open file", FD, NONE);
GIVEN(fput, OWN_FILE, ARG0);
GIVEN(filp_close, OWN_FILE, ARG0);
GIVEN(fd_install, OWN_FILE, ARG1);

TAKEN(kern_path, OWN_PATH, "reference on a path", PATH_AT_ARG2, ARG0,
      .success = SUCCESS_ZERO);
TAKEN(vfs_path_lookup, OWN_PATH, "reference on a path", PATH_AT_ARG4, ARG2,
      .success = SUCCESS_ZERO);
GIVEN(path_put, OWN_PATH, PATH_AT_ARG0);
OBTAINED(find_get_pid, put_pid, "reference on a process number", NONE);
OBTAINED(get_task_pid, put_pid, "reference on a process number", NONE);
OBTAINED(get_task_mm, mmput, "reference on an address space", NONE);
REGISTERED(sock_create_kern, sock_release, "socket", POINTER_AT_ARG4, NONE);
CHECK_IMPORT(call_rcu, SPACE_RCU, "RCU callback", .success = SUCCESS_ALWAYS,
	     .key = VALUE_ARG0, .size = VALUE_ARG1);
CHECK_IMPORT(call_rcu_hurry, SPACE_RCU, "RCU callback",
	     .success = SUCCESS_ALWAYS, .key = VALUE_ARG0, .size = VALUE_ARG1);

CHECK_TRIGGER(add_timer, SPACE_TIMER);
CHECK_TRIGGER(add_timer_on, SPACE_TIMER);
CHECK_TRIGGER(mod_timer, SPACE_TIMER);
CHECK_TRIGGER(mod_timer_pending, SPACE_TIMER);
CHECK_TRIGGER(timer_reduce, SPACE_TIMER);
CHECK_TRIGGER(queue_work_on, SPACE_WORK);
CHECK_TRIGGER(queue_work_node, SPACE_WORK);
CHECK_TRIGGER(queue_rcu_work, SPACE_WORK);
CHECK_TRIGGER(queue_delayed_work_on, SPACE_WORK);
CHECK_TRIGGER(mod_delayed_work_on, SPACE_WORK);
