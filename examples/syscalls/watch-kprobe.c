// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logs every file that a user opens, by a kprobe on the system call's function.
 *
 * A kprobe is a breakpoint: when the processor gets to the instruction, our
 * handler runs first. It may not sleep, so it must not wait for a page of the
 * program's memory to come from disk; a name that is not there is not logged.
 *
 * On x86-64 the function of a system call gets one argument, the program's
 * registers: rsi holds the second argument of openat(), the name.
 */
#include <linux/cred.h>
#include <linux/init.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <linux/uidgid.h>

#include "user-string.h"

static unsigned int uid;
module_param(uid, uint, 0644);
MODULE_PARM_DESC(uid, "whose opening of files is logged");

static int before_openat(struct kprobe *probe, struct pt_regs *regs)
{
	const struct pt_regs *user =
		(struct pt_regs *)regs_get_kernel_argument(regs, 0);
	char name[64];

	if (from_kuid(&init_user_ns, current_uid()) != uid)
		return 0;
	if (user_string((const char __user *)user->si, name, sizeof(name)))
		return 0;
	pr_info("watch-kprobe: %s opens %s\n", current->comm, name);
	return 0;
}

static struct kprobe openat_probe = {
	.symbol_name = "__x64_sys_openat",
	.pre_handler = before_openat,
};

static int __init watch_start(void)
{
	return register_kprobe(&openat_probe);
}

static void __exit watch_end(void)
{
	unregister_kprobe(&openat_probe);
	pr_info("watch-kprobe: %lu missed\n", openat_probe.nmissed);
}

module_init(watch_start);
module_exit(watch_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Logs what a user opens, by a kprobe");
