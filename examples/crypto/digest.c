// SPDX-License-Identifier: GPL-2.0-only
/*
 * The SHA-256 digest of a string.
 *
 * A hash is asked for by name; the kernel picks the fastest implementation for
 * this processor, and loads its module if need be. /proc/crypto lists all.
 */
#include <crypto/hash.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

#define DIGEST_SIZE 32

static char *text = "abc";
module_param(text, charp, 0444);
MODULE_PARM_DESC(text, "what to digest");

static int __init digest_start(void)
{
	struct crypto_shash *hash = crypto_alloc_shash("sha256", 0, 0);
	u8 digest[DIGEST_SIZE];
	int ret;

	if (IS_ERR(hash))
		return PTR_ERR(hash);
	ret = crypto_shash_tfm_digest(hash, text, strlen(text), digest);
	crypto_free_shash(hash);
	if (ret)
		return ret;
	pr_info("digest: %*phN  %s\n", DIGEST_SIZE, digest, text);
	return 0;
}

static void __exit digest_end(void)
{
}

module_init(digest_start);
module_exit(digest_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("SHA-256 of a string");
