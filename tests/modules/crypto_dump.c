// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints what the kernel's compressors and hashes make of a known buffer, for
 * other programs to check: comp=NAME,... hash=NAME,... size=BYTES.
 *
 * Byte i of the buffer is (i * 7 + i / 64) mod 256.  In the log, a line
 * "crypto_dump: NAME KIND LENGTH" and the result in hexadecimal lines
 * "crypto_dump: NAME = ..." follow.
 *
 * Contract: init may block, and asks for the modules that have the algorithms;
 * nothing is left behind.
 */
#include <linux/crypto.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <crypto/hash.h>

#define MAX_NAMES      8
#define MAX_SIZE       65536
#define BYTES_PER_LINE 32

static char *comp[MAX_NAMES];
static int nr_comp;
module_param_array(comp, charp, &nr_comp, 0444);
MODULE_PARM_DESC(comp, "compressors");

static char *hash[MAX_NAMES];
static int nr_hash;
module_param_array(hash, charp, &nr_hash, 0444);
MODULE_PARM_DESC(hash, "hashes");

static unsigned int size = 4096;
module_param(size, uint, 0444);
MODULE_PARM_DESC(size, "of the buffer");

static void dump(const char *name, const char *kind, const u8 *data,
		 unsigned int n)
{
	unsigned int i, part;

	pr_info("crypto_dump: %s %s %u\n", name, kind, n);
	for (i = 0; i < n; i += part) {
		part = min_t(unsigned int, n - i, BYTES_PER_LINE);
		pr_info("crypto_dump: %s = %*phN\n", name, part, data + i);
	}
}

static int compress(const char *name, const u8 *from, u8 *to)
{
	struct crypto_comp *tfm = crypto_alloc_comp(name, 0, 0);
	unsigned int n = 2 * MAX_SIZE;
	int err;

	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	err = crypto_comp_compress(tfm, from, size, to, &n);
	if (!err)
		dump(name, crypto_tfm_alg_driver_name(crypto_comp_tfm(tfm)), to,
		     n);
	crypto_free_comp(tfm);
	return err;
}

static int digest(const char *name, const u8 *from, u8 *to)
{
	struct crypto_shash *tfm = crypto_alloc_shash(name, 0, 0);
	int err;

	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	err = crypto_shash_tfm_digest(tfm, from, size, to);
	if (!err)
		dump(name, crypto_shash_driver_name(tfm), to,
		     crypto_shash_digestsize(tfm));
	crypto_free_shash(tfm);
	return err;
}

static int dump_all(u8 *from, u8 *to)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < size; i++)
		from[i] = i * 7 + i / 64;
	for (i = 0; !err && i < nr_comp; i++)
		err = compress(comp[i], from, to);
	for (i = 0; !err && i < nr_hash; i++)
		err = digest(hash[i], from, to);
	return err;
}

static int __init crypto_dump_start(void)
{
	u8 *from, *to;
	int err = -ENOMEM;

	if (!size || size > MAX_SIZE)
		return -EINVAL;
	from = kmalloc(size, GFP_KERNEL);
	to = kzalloc(2 * MAX_SIZE, GFP_KERNEL);
	if (from && to)
		err = dump_all(from, to);
	kfree(to);
	kfree(from);
	return err;
}

static void __exit crypto_dump_end(void)
{
}

module_init(crypto_dump_start);
module_exit(crypto_dump_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Prints results of the crypto API");
