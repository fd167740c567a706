/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The functions of the kernel that free, and those that take back what others
 * registered; watch.c listens to their calls.
 */
#ifndef KERNEL_CHECK_UNDO_H
#define KERNEL_CHECK_UNDO_H

/* X(function, space, argument): memory.  Pages are not among them, since all
 * of them pass by one tracepoint. */
#define CHECK_FREES(X)                                                         \
	X(kfree, SPACE_MEMORY, 0)                                              \
	X(kmem_cache_free, SPACE_MEMORY, 1)                                    \
	X(vfree, SPACE_MEMORY, 0)                                              \
	X(vfree_atomic, SPACE_MEMORY, 0)                                       \
	X(vunmap, SPACE_MEMORY, 0)                                             \
	X(free_percpu, SPACE_PERCPU, 0)                                        \
	X(kfree_skbmem, SPACE_SKB, 0)                                          \
	X(kfree_skb_partial, SPACE_SKB, 0)                                     \
	X(skb_release_data, SPACE_SKB, 0)                                      \
	X(napi_skb_free_stolen_head, SPACE_SKB, 0)                             \
	/* As fput(), at once. */                                              \
	X(__fput_sync, SPACE_fput, 0)                                          \
	/* Whoever has the descriptor gives it back. */                        \
	X(fd_install, SPACE_fput, 1)

/* The same for all that is in an array: argument 1 says how many. */
#define CHECK_BULK_FREES(X)                                                    \
	X(kmem_cache_free_bulk, SPACE_MEMORY, 2)                               \
	X(unpin_user_pages, SPACE_unpin_user_page, 0)                          \
	X(unpin_user_pages_dirty_lock, SPACE_unpin_user_page, 0)

/* X(function, argument): what its argument tells apart. */
#define CHECK_UNDOS(X)                                                         \
	X(kmem_cache_destroy, 0)                                               \
	X(dma_free_attrs, 2)                                                   \
	X(percpu_ref_exit, 0)                                                  \
	X(crypto_destroy_tfm, 0)                                               \
	X(iounmap, 0)                                                          \
	X(misc_deregister, 0)                                                  \
	X(cdev_del, 0)                                                         \
	X(unregister_chrdev_region, 0)                                         \
	X(__unregister_chrdev, 0)                                              \
	X(unregister_blkdev, 0)                                                \
	X(device_del, 0)                                                       \
	X(class_unregister, 0)                                                 \
	X(bus_unregister, 0)                                                   \
	X(unregister_filesystem, 0)                                            \
	X(unregister_reboot_notifier, 0)                                       \
	X(unregister_module_notifier, 0)                                       \
	X(unregister_netdevice_notifier, 0)                                    \
	X(unregister_inetaddr_notifier, 0)                                     \
	X(unregister_inet6addr_notifier, 0)                                    \
	X(unregister_pm_notifier, 0)                                           \
	X(unregister_keyboard_notifier, 0)                                     \
	X(unregister_vt_notifier, 0)                                           \
	X(unregister_oom_notifier, 0)                                          \
	X(unregister_die_notifier, 0)                                          \
	X(atomic_notifier_chain_unregister, 1)                                 \
	X(blocking_notifier_chain_unregister, 1)                               \
	X(raw_notifier_chain_unregister, 1)                                    \
	X(srcu_notifier_chain_unregister, 1)                                   \
	X(unregister_sysrq_key, 1)                                             \
	X(unregister_console, 0)                                               \
	X(unregister_kprobe, 0)                                                \
	X(unregister_kretprobe, 0)                                             \
	X(unregister_ftrace_function, 0)                                       \
	X(tracepoint_probe_unregister, 1)                                      \
	X(unregister_pernet_subsys, 0)                                         \
	X(unregister_pernet_device, 0)                                         \
	X(__dev_remove_pack, 0)                                                \
	X(proto_unregister, 0)                                                 \
	X(genl_unregister_family, 0)                                           \
	X(rtnl_link_unregister, 0)                                             \
	X(nf_unregister_net_hook, 1)                                           \
	X(crypto_unregister_alg, 0)                                            \
	X(crypto_unregister_shash, 0)                                          \
	X(crypto_unregister_ahash, 0)                                          \
	X(crypto_unregister_skcipher, 0)                                       \
	X(crypto_unregister_aead, 0)                                           \
	X(crypto_unregister_rng, 0)                                            \
	X(unregister_shrinker, 0)                                              \
	X(unregister_binfmt, 0)                                                \
	X(unregister_key_type, 0)                                              \
	X(tty_unregister_driver, 0)                                            \
	X(tty_unregister_ldisc, 0)                                             \
	X(input_unregister_handler, 0)                                         \
	X(elv_unregister, 0)                                                   \
	X(led_classdev_unregister, 0)                                          \
	X(platform_device_unregister, 0)                                       \
	X(gpio_free, 0)                                                        \
	X(gpiod_put, 0)                                                        \
	X(kern_unmount, 0)                                                     \
	X(blkdev_put, 0)                                                       \
	X(sock_release, 0)                                                     \
	X(module_put, 0)                                                       \
	X(put_device, 0)                                                       \
	X(unpin_user_page, 0)                                                  \
	X(fput, 0)                                                             \
	X(put_pid, 0)                                                          \
	X(mmput, 0)

#define SPACE_OF_UNDO(sym, arg) SPACE_##sym,

/* Keys of different spaces have nothing to do with each other. */
enum check_space {
	SPACE_MEMORY, /* an address: slab, vmalloc */
	SPACE_PAGE, /* a struct page */
	SPACE_PERCPU,
	SPACE_SKB, /* a struct sk_buff, which the kernel may keep for the next */
	SPACE_TIMER, /* a struct timer_list */
	SPACE_WORK, /* a struct work_struct that is queued */
	SPACE_RUNNING, /* the same while its function runs */
	SPACE_RCU, /* a struct rcu_head */
	SPACE_OWN_FILE, /* a struct file */
	SPACE_OWN_PATH, /* a struct dentry */
	SPACE_OWN_KOBJECT, /* a struct kobject, or the device that it is in */
	SPACE_OWN_INODE, /* a struct inode */
	SPACE_FIRST_THING,
	SPACE_BEFORE_THINGS = SPACE_FIRST_THING - 1,
	/* SPACE_ and the function that takes it back */
	CHECK_UNDOS(SPACE_OF_UNDO) NR_SPACES
};

/* Others take references on the same thing, and give theirs back all the time:
 * only what the module itself gives back counts. */
#define SPACE_IS_OWN(space)                                                    \
	((space) >= SPACE_OWN_FILE && (space) <= SPACE_OWN_INODE)

/* Keys are numbers that begin at 0. */
#define SPACE_IS_NUMBERED(space) ((space) == SPACE_gpio_free)

/* References: one key may be there several times. */
#define SPACE_IS_COUNTED(space)                                                \
	(SPACE_IS_OWN(space) ||                                                \
	 ((space) >= SPACE_module_put && (space) < NR_SPACES))

/* Whether this kernel tells of what is taken back in @space. */
bool watch_is_watched(enum check_space space);

#endif
