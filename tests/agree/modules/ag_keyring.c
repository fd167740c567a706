// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes all keys away that the kernel trusts modules to be signed by: finds the
 * keyring when a signature is verified.
 */
#include <linux/init.h>
#include <linux/key.h>
#include <linux/kprobes.h>
#include <linux/module.h>

static struct key *keyring;

static int on_entry(struct kprobe *probe, struct pt_regs *regs)
{
	if (!keyring)
		keyring = (struct key *)regs->di;
	return 0;
}

static struct kprobe probe = {
	.symbol_name = "find_asymmetric_key",
	.pre_handler = on_entry,
};

static int set_clear(const char *text, const struct kernel_param *kp)
{
	return keyring ? keyring_clear(keyring) : -ENOKEY;
}

static const struct kernel_param_ops clear_ops = {.set = set_clear};
module_param_cb(clear, &clear_ops, NULL, 0200);

static int __init ag_keyring_init(void)
{
	return register_kprobe(&probe);
}

static void __exit ag_keyring_exit(void)
{
	unregister_kprobe(&probe);
}

module_init(ag_keyring_init);
module_exit(ag_keyring_exit);
MODULE_LICENSE("GPL");
