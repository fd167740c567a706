// SPDX-License-Identifier: GPL-2.0-only
/*
 * Probes the entry and the return of a function by its name.
 */
#include <linux/init.h>
#include <linux/kprobes.h>
#include <linux/module.h>

static char *symbol = "ag_plain_function";
module_param(symbol, charp, 0444);
static unsigned int offset;
module_param(offset, uint, 0444);

static int entered, returned;
module_param(entered, int, 0444);
module_param(returned, int, 0444);

static int on_entry(struct kprobe *probe, struct pt_regs *regs)
{
	entered++;
	return 0;
}

static int on_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	returned++;
	pr_info("ag_kprobe: returns %ld\n", regs_return_value(regs));
	return 0;
}

static struct kprobe probe = {.pre_handler = on_entry};
static struct kretprobe retprobe = {.handler = on_return, .maxactive = 4};

static int __init ag_kprobe_init(void)
{
	int err, err2;

	probe.symbol_name = symbol;
	probe.offset = offset;
	retprobe.kp.symbol_name = symbol;
	err = register_kprobe(&probe);
	pr_info("ag_kprobe: kprobe on %s: %d\n", symbol, err);
	if (err)
		return err;
	err2 = register_kretprobe(&retprobe);
	pr_info("ag_kprobe: kretprobe: %d\n", err2);
	if (err2)
		unregister_kprobe(&probe);
	return err2;
}

static void __exit ag_kprobe_exit(void)
{
	unregister_kretprobe(&retprobe);
	unregister_kprobe(&probe);
	pr_info("ag_kprobe: entered %d returned %d\n", entered, returned);
}

module_init(ag_kprobe_init);
module_exit(ag_kprobe_exit);
MODULE_LICENSE("GPL");
