// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logs every file that a user opens, by ftrace on the system call's function.
 *
 * The compiler left room at the start of every function for a call; ftrace
 * turns it on for those that its filter names, and then calls us. This costs
 * less than a kprobe's breakpoint. The same rules hold: no sleeping, and what
 * we call must not be traced into ourselves, which the RECURSION flag guards.
 */
#include <linux/cred.h>
#include <linux/ftrace.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uidgid.h>

#include "user-string.h"

static unsigned int uid;
module_param(uid, uint, 0644);
MODULE_PARM_DESC(uid, "whose opening of files is logged");

static char target[] = "__x64_sys_openat";

static void notrace on_openat(unsigned long ip, unsigned long parent_ip,
			      struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct pt_regs *regs = ftrace_get_regs(fregs);
	const struct pt_regs *user;
	char name[64];

	if (!regs || from_kuid(&init_user_ns, current_uid()) != uid)
		return;
	user = (struct pt_regs *)regs_get_kernel_argument(regs, 0);
	if (user_string((const char __user *)user->si, name, sizeof(name)))
		return;
	pr_info("watch-ftrace: %s opens %s\n", current->comm, name);
}

static struct ftrace_ops watch_ops = {
	.func = on_openat,
	.flags = FTRACE_OPS_FL_SAVE_REGS | FTRACE_OPS_FL_RECURSION,
};

static int __init watch_start(void)
{
	int ret;

	ret = ftrace_set_filter(&watch_ops, (unsigned char *)target,
				strlen(target), 0);
	if (ret)
		return ret;
	ret = register_ftrace_function(&watch_ops);
	if (ret)
		ftrace_free_filter(&watch_ops);
	return ret;
}

static void __exit watch_end(void)
{
	unregister_ftrace_function(&watch_ops);
	ftrace_free_filter(&watch_ops);
}

module_init(watch_start);
module_exit(watch_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Logs what a user opens, by ftrace");
