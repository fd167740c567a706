// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks on system calls that programs make of the host: one replaces the
 * function by ftrace and calls it, one sees the result by a kretprobe, one the
 * entry by a kprobe.
 */
#include <linux/ftrace.h>
#include <linux/init.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>

typedef long syscall_fn(const struct pt_regs *regs);

static syscall_fn *native_mkdir, *native_kill;

static long hooked_mkdir(const struct pt_regs *regs)
{
	char name[64] = "";
	long n, ret;

	n = strncpy_from_user(name, (const char __user *)regs->di,
			      sizeof(name) - 1);
	ret = native_mkdir(regs);
	pr_info("hooks: mkdir %s is %ld\n", n < 0 ? "?" : name, ret);
	return ret;
}

/* Signal 62 is for us alone. */
static long hooked_kill(const struct pt_regs *regs)
{
	long ret = 0;

	if (regs->si == 62)
		pr_info("hooks: signal 62 to %d\n", (int)regs->di);
	else
		ret = native_kill(regs);
	/* Something behind it: a jump would hide who calls. */
	barrier();
	return ret;
}

static struct hook {
	const char *name;
	syscall_fn *fn, **native;
	struct ftrace_ops ops;
} hooks[] = {
	{.name = "__x64_sys_mkdir", hooked_mkdir, &native_mkdir},
	{.name = "__x64_sys_kill", hooked_kill, &native_kill},
};

static void notrace divert(unsigned long ip, unsigned long parent,
			   struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct hook *hook = container_of(ops, struct hook, ops);
	struct pt_regs *regs = ftrace_get_regs(fregs);

	if (!within_module(parent, THIS_MODULE))
		regs->ip = (unsigned long)hook->fn;
}

static int find(struct hook *hook)
{
	struct kprobe probe = {.symbol_name = hook->name};
	int ret = register_kprobe(&probe);

	if (ret)
		return ret;
	*hook->native = (syscall_fn *)probe.addr;
	unregister_kprobe(&probe);
	return 0;
}

static int set(struct hook *hook)
{
	int ret = find(hook);

	if (ret)
		return ret;
	hook->ops.func = divert;
	hook->ops.flags = FTRACE_OPS_FL_SAVE_REGS | FTRACE_OPS_FL_RECURSION |
			  FTRACE_OPS_FL_IPMODIFY;
	ret = ftrace_set_filter_ip(&hook->ops, (unsigned long)*hook->native, 0,
				   0);
	return ret ? ret : register_ftrace_function(&hook->ops);
}

static int on_opened(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	if (!strcmp(current->comm, "cat"))
		pr_info("hooks: cat opens: %ld\n", regs_return_value(regs));
	return 0;
}

static struct kretprobe opened = {
	.kp.symbol_name = "__x64_sys_openat",
	.handler = on_opened,
};

static int on_exec(struct kprobe *probe, struct pt_regs *regs)
{
	pr_info("hooks: %s executes\n", current->comm);
	return 0;
}

static struct kprobe executed = {
	.symbol_name = "__x64_sys_execve",
	.pre_handler = on_exec,
};

static int __init start(void)
{
	int ret = set(&hooks[0]);

	if (ret)
		return ret;
	ret = set(&hooks[1]);
	if (ret)
		goto unset_first;
	ret = register_kretprobe(&opened);
	if (ret)
		goto unset_second;
	ret = register_kprobe(&executed);
	if (!ret)
		return 0;

	unregister_kretprobe(&opened);
unset_second:
	unregister_ftrace_function(&hooks[1].ops);
unset_first:
	unregister_ftrace_function(&hooks[0].ops);
	return ret;
}

static void __exit end(void)
{
	unregister_kprobe(&executed);
	unregister_kretprobe(&opened);
	unregister_ftrace_function(&hooks[1].ops);
	unregister_ftrace_function(&hooks[0].ops);
}

module_init(start);
module_exit(end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Hooks on system calls");
