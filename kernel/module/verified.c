// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which keys the kernel trusts at the moment, as a number: what it has verified
 * with the same keys it need not verify again.
 *
 * Process context.
 */
#include <linux/assoc_array.h>
#include <linux/hash.h>
#include <linux/key.h>
#include <linux/key-type.h>
#include <linux/rcupdate.h>
#include <linux/ktime.h>
#include "module/internal.h"

/* certs/ and security/keys/; a kernel has those that it is configured for. */
extern struct key *builtin_trusted_keys __weak;
extern struct key *secondary_trusted_keys __weak;
extern struct key *machine_trusted_keys __weak;
extern struct key *platform_trusted_keys __weak;
extern struct key *blacklist_keyring __weak;

#define KEYRINGS_DEEP 4 /* those that lie in others */
#define SUBTYPE	      2ul /* in a pointer that a keyring holds: it is one */

struct digest {
	unsigned long state;
	time64_t now;
	unsigned int depth;
};

static void add_keyring(struct digest *digest, struct key *keyring);

static void mix(struct digest *digest, unsigned long value)
{
	digest->state =
		(digest->state ^ value) * GOLDEN_RATIO_64 + (value >> 32);
	digest->state ^= digest->state >> 29;
}

static int add_key(const void *leaf, void *arg)
{
	struct key *key = (void *)((unsigned long)leaf & ~SUBTYPE);
	struct digest *digest = arg;

	mix(digest, (unsigned long)key);
	mix(digest, key->serial);
	mix(digest, key->flags);
	mix(digest, key->state);
	mix(digest, (unsigned long)key->payload.data[0]);
	mix(digest, key->expiry && digest->now >= key->expiry);
	if (key->type == &key_type_keyring)
		add_keyring(digest, key);
	return 0;
}

static void add_keyring(struct digest *digest, struct key *keyring)
{
	if (!keyring || digest->depth == KEYRINGS_DEEP)
		return;
	digest->depth++;
	mix(digest, keyring->flags);
	assoc_array_iterate(&keyring->keys, add_key, digest);
	digest->depth--;
}

unsigned long trusted_keys_state(void)
{
	struct key **const keyrings[] = {
		&builtin_trusted_keys, &secondary_trusted_keys,
		&machine_trusted_keys, &platform_trusted_keys,
		&blacklist_keyring,
	};
	struct digest digest = {.state = 1, .now = ktime_get_real_seconds()};
	unsigned int i;

	rcu_read_lock();
	for (i = 0; i < ARRAY_SIZE(keyrings); i++)
		if (keyrings[i])
			add_keyring(&digest, *keyrings[i]);
	rcu_read_unlock();
	return digest.state;
}
