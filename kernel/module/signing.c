// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signatures appended to modules: found here, verified by the kernel with its
 * own keys.
 *
 * Process context; may sleep and load crypto modules.
 */
#include <linux/assoc_array.h>
#include <linux/key.h>
#include <linux/module_signature.h>
#include <linux/printk.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/verification.h>
#include <crypto/hash.h>
#include <keys/system_keyring.h>
#include "module/internal.h"

#define MARKER_LEN (sizeof(MODULE_SIG_STRING) - 1)

extern struct key *blacklist_keyring;

/* Hashing a module costs more than all else together: only done when there is
 * something to compare with. */
static bool any_hash_is_blacklisted(void)
{
	return blacklist_keyring &&
	       READ_ONCE(blacklist_keyring->keys.nr_leaves_on_tree);
}

static int compare_with_blacklist(struct shash_desc *desc, const void *data,
				  size_t n)
{
	u8 digest[HASH_MAX_DIGESTSIZE];
	unsigned int size = crypto_shash_digestsize(desc->tfm);
	int err = crypto_shash_digest(desc, data, n, digest);

	if (err)
		return err;
	err = is_hash_blacklisted(digest, size, BLACKLIST_HASH_BINARY);
	if (err == -EKEYREJECTED)
		pr_err("Module hash %*phN is blacklisted\n", (int)size, digest);
	return err;
}

static int check_blacklist(const void *data, size_t n)
{
	struct crypto_shash *tfm;
	struct shash_desc *desc;
	int err = -ENOMEM;

	if (!any_hash_is_blacklisted())
		return 0;
	tfm = crypto_alloc_shash("sha256", 0, 0);
	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	desc = kzalloc(sizeof(*desc) + crypto_shash_descsize(tfm), GFP_KERNEL);
	if (desc) {
		desc->tfm = tfm;
		err = compare_with_blacklist(desc, data, n);
	}
	kfree(desc);
	crypto_free_shash(tfm);
	return err;
}

static int verify_with(const void *data, size_t n, size_t sig_len,
		       struct key *keys)
{
	return verify_pkcs7_signature(data, n, data + n, sig_len, keys,
				      VERIFYING_MODULE_SIGNATURE, NULL, NULL);
}

/* The @n bytes at @data are signed by the @sig_len behind them. */
static int verify_any(const void *data, size_t n, size_t sig_len)
{
	int err = verify_with(data, n, sig_len, VERIFY_USE_SECONDARY_KEYRING);

	if (err == -ENOKEY && IS_ENABLED(CONFIG_INTEGRITY_PLATFORM_KEYRING))
		err = verify_with(data, n, sig_len,
				  VERIFY_USE_PLATFORM_KEYRING);
	return err;
}

/* The file ends with a signature, its description, and the marker; info->len
 * is without the marker and becomes that of the module alone.  A file that the
 * kernel has verified before, with the same keys, is good. */
static int verify(struct load_info *info)
{
	size_t n = info->len, whole = n + MARKER_LEN, sig_len;
	const void *data = info->hdr;
	struct module_signature ms;
	unsigned long keys;
	int err;

	if (n <= sizeof(ms))
		return -EBADMSG;
	memcpy(&ms, data + n - sizeof(ms), sizeof(ms));
	err = mod_check_sig(&ms, n, "module");
	if (err)
		return err;
	sig_len = be32_to_cpu(ms.sig_len);
	n -= sig_len + sizeof(ms);
	info->len = n;
	keys = trusted_keys_state();
	if (host_verified_find(keys, data, whole))
		return 0;
	err = verify_any(data, n, sig_len);
	if (!err)
		err = check_blacklist(data, whole);
	if (!err)
		host_verified_add(keys, data, whole);
	return err;
}

static bool has_marker(const struct load_info *info)
{
	return info->len > MARKER_LEN &&
	       !memcmp((void *)info->hdr + info->len - MARKER_LEN,
		       MODULE_SIG_STRING, MARKER_LEN);
}

/* What may be loaded all the same; NULL: nothing of the kind. */
static const char *forgivable(int err)
{
	switch (err) {
	case -ENODATA:
		return "unsigned module";
	case -ENOPKG:
		return "module with unsupported crypto";
	case -ENOKEY:
		return "module with unavailable key";
	}
	return NULL;
}

/* What is wrong with a signature that was looked at. */
static const char *wrong_with(int err)
{
	switch (err) {
	case -EKEYREJECTED:
		return "it is not that of this file, which has changed, or its key is not to be trusted";
	case -EBADMSG:
		return "it is damaged";
	}
	return "the kernel cannot verify it";
}

int module_sig_check(struct load_info *info)
{
	bool mangled = info->flags & (MODULE_INIT_IGNORE_MODVERSIONS |
				      MODULE_INIT_IGNORE_VERMAGIC);
	const char *reason;
	int err = -ENODATA;

	if (!IS_ENABLED(CONFIG_MODULE_SIG))
		return 0;
	/* One whose versions are not looked at is not the one that was
	 * signed. */
	if (!mangled && has_marker(info)) {
		info->len -= MARKER_LEN;
		err = verify(info);
	}
	info->sig_ok = !err;
	if (!err)
		return 0;
	reason = forgivable(err);
	if (!reason) {
		explain(info, "refused", "signature: %s", wrong_with(err));
		return err;
	}
	if (is_module_sig_enforced()) {
		pr_notice("Loading of %s is rejected\n", reason);
		explain(info, "refused",
			"signature: %s, and sig_enforce is set", reason);
		return -EKEYREJECTED;
	}
	return security_locked_down(LOCKDOWN_MODULE_SIGNATURE);
}
