// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keys that the person trusts, beside those compiled into the kernel: modules
 * that they signed are verified like the distribution's.
 *
 * Process context, in PID 1; sleeps.
 */
#include <linux/err.h>
#include <linux/key.h>
#include <linux/slab.h>
#include "internal.h"

/* The kernel's, which it closes at boot; certs/system_keyring.c. */
extern struct key *builtin_trusted_keys;

/* @certificate: X.509, in DER; host memory.  0 or -errno. */
long key_trust(const void *certificate, unsigned long n)
{
	void *copy = kmemdup(certificate, n, GFP_KERNEL);
	key_ref_t key;

	if (!copy)
		return -ENOMEM;
	key = key_create_or_update(make_key_ref(builtin_trusted_keys, true),
				   "asymmetric", NULL, copy, n,
				   (KEY_POS_ALL & ~KEY_POS_SETATTR) |
					   KEY_USR_VIEW | KEY_USR_READ,
				   KEY_ALLOC_NOT_IN_QUOTA | KEY_ALLOC_BUILT_IN |
					   KEY_ALLOC_BYPASS_RESTRICTION);
	kfree(copy);
	if (IS_ERR(key))
		return PTR_ERR(key);
	key_ref_put(key);
	return 0;
}
