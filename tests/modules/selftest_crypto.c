// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hashes and ciphers: known answers, and every driver against the first.
 *
 * Contract: all from init, process context. Drivers are those that /proc/crypto
 * lists for a name, or only the best where there is no /proc. Two drivers that
 * agree on random data of many lengths and alignments are held to be right,
 * since the known answers pin down one of them.
 */
#include <linux/crypto.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <crypto/hash.h>
#include <crypto/internal/cipher.h>
#include <crypto/skcipher.h>

#include "check.h"

#define DATA	8192
#define ROUNDS	60
#define DRIVERS 16
#define DIGEST	64
#define LISTING (256 * 1024)

static char drivers[DRIVERS][CRYPTO_MAX_ALG_NAME];
static char *listing;
static u8 *data, *reference, *output;

static ssize_t read_listing(void)
{
	struct file *file = filp_open("/proc/crypto", O_RDONLY, 0);
	ssize_t len, total = 0;
	loff_t pos = 0;

	if (IS_ERR(file))
		return PTR_ERR(file);
	while (total < LISTING - 1) {
		len = kernel_read(file, listing + total, LISTING - 1 - total,
				  &pos);
		if (len <= 0)
			break;
		total += len;
	}
	filp_close(file, NULL);
	listing[total] = '\0';
	return total;
}

/* The value of "key : value" in an entry that ends with an empty line. */
static bool field_is(const char *entry, const char *end, const char *key,
		     char *value, size_t size)
{
	const char *at = strnstr(entry, key, end - entry);
	size_t len;

	if (!at)
		return false;
	at = strchr(at, ':');
	if (!at || at >= end)
		return false;
	at += 2;
	len = strcspn(at, "\n");
	if (len >= size)
		return false;
	memcpy(value, at, len);
	value[len] = '\0';
	return true;
}

/* Fill "drivers" with those that implement a name as a type. */
static int find_drivers(const char *name, const char *type)
{
	char is_name[CRYPTO_MAX_ALG_NAME], is_type[32], internal[8];
	const char *entry, *end;
	int count = 0;

	if (read_listing() <= 0) {
		strscpy(drivers[0], name, sizeof(drivers[0]));
		return 1;
	}
	for (entry = listing; *entry && count < DRIVERS; entry = end + 2) {
		end = strstr(entry, "\n\n");
		if (!end)
			break;
		if (!field_is(entry, end, "name  ", is_name, sizeof(is_name)) ||
		    !field_is(entry, end, "type  ", is_type, sizeof(is_type)) ||
		    !field_is(entry, end, "internal", internal,
			      sizeof(internal)))
			continue;
		if (strcmp(is_name, name) || strcmp(is_type, type) ||
		    strcmp(internal, "no"))
			continue;
		if (field_is(entry, end, "driver", drivers[count],
			     sizeof(drivers[count])))
			count++;
	}
	return count;
}

static int digest(struct crypto_shash *tfm, const u8 *p, size_t len, u8 *out)
{
	return crypto_shash_tfm_digest(tfm, p, len, out);
}

static void check_known(const char *name, const char *message,
			const u8 *expected, size_t size)
{
	struct crypto_shash *tfm = crypto_alloc_shash(name, 0, 0);
	u8 out[DIGEST];

	if (IS_ERR(tfm)) {
		pr_info("selftest crypto: no %s (%ld), left out\n", name,
			PTR_ERR(tfm));
		return;
	}
	CHECK_EQ(crypto_shash_digestsize(tfm), size);
	CHECK_EQ(digest(tfm, message, strlen(message), out), 0);
	CHECK(!memcmp(out, expected, size));
	crypto_free_shash(tfm);
}

static void test_known_hashes(void)
{
	static const u8 sha256_abc[] = {
		0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea,
		0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
		0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c,
		0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
	};
	static const u8 sha1_abc[] = {
		0xa9, 0x99, 0x3e, 0x36, 0x47, 0x06, 0x81, 0x6a, 0xba, 0x3e,
		0x25, 0x71, 0x78, 0x50, 0xc2, 0x6c, 0x9c, 0xd0, 0xd8, 0x9d,
	};
	static const u8 crc32c_digits[] = {0x83, 0x92, 0x06, 0xe3};

	check_known("sha256", "abc", sha256_abc, sizeof(sha256_abc));
	check_known("sha1", "abc", sha1_abc, sizeof(sha1_abc));
	check_known("crc32c", "123456789", crc32c_digits,
		    sizeof(crc32c_digits));
}

/* In pieces of random length, as opposed to all at once. */
static int digest_in_pieces(struct crypto_shash *tfm, const u8 *p, size_t len,
			    u8 *out)
{
	SHASH_DESC_ON_STACK(desc, tfm);
	size_t piece;
	int ret;

	desc->tfm = tfm;
	ret = crypto_shash_init(desc);
	while (!ret && len) {
		piece = min_t(size_t, len, get_random_u32() % 300 + 1);
		ret = crypto_shash_update(desc, p, piece);
		p += piece;
		len -= piece;
	}
	if (!ret)
		ret = crypto_shash_final(desc, out);
	return ret;
}

static void compare_hash(struct crypto_shash *first, struct crypto_shash *tfm)
{
	unsigned int size = crypto_shash_digestsize(first), at, len;
	u8 one[DIGEST], other[DIGEST];
	int i;

	if (!CHECK_EQ(crypto_shash_digestsize(tfm), size))
		return;
	for (i = 0; i < ROUNDS; i++) {
		at = get_random_u32() % 64;
		len = i < 20 ? i * 13 : get_random_u32() % (DATA - 64);
		CHECK_EQ(digest(first, data + at, len, one), 0);
		CHECK_EQ(digest(tfm, data + at, len, other), 0);
		if (!CHECK(!memcmp(one, other, size)))
			return;
		CHECK_EQ(digest_in_pieces(tfm, data + at, len, other), 0);
		if (!CHECK(!memcmp(one, other, size)))
			return;
	}
}

/* The one without special instructions, if it can be told by its name. */
static const char *plainest(int count)
{
	int i;

	for (i = 0; i < count; i++)
		if (strstr(drivers[i], "generic"))
			return drivers[i];
	return drivers[count - 1];
}

static void test_hash(const char *name)
{
	int count = find_drivers(name, "shash"), i;
	struct crypto_shash *first, *tfm;

	if (!count)
		return;
	first = crypto_alloc_shash(plainest(count), 0, 0);
	if (!CHECK(!IS_ERR(first)))
		return;
	for (i = 0; i < count; i++) {
		tfm = crypto_alloc_shash(drivers[i], 0, 0);
		if (!CHECK(!IS_ERR(tfm)))
			continue;
		compare_hash(first, tfm);
		pr_info("selftest crypto: %s as %s, against %s\n", name,
			crypto_shash_driver_name(tfm),
			crypto_shash_driver_name(first));
		crypto_free_shash(tfm);
	}
	crypto_free_shash(first);
}

static void check_cipher(struct crypto_cipher *tfm, const char *driver)
{
	static const u8 key[] = {0x00, 0x01, 0x02, 0x03, 0x04, 0x05,
				 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b,
				 0x0c, 0x0d, 0x0e, 0x0f};
	static const u8 expected[] = {0x69, 0xc4, 0xe0, 0xd8, 0x6a, 0x7b,
				      0x04, 0x30, 0xd8, 0xcd, 0xb7, 0x80,
				      0x70, 0xb4, 0xc5, 0x5a};
	u8 block[16], out[16];
	int i;

	for (i = 0; i < 16; i++)
		block[i] = i * 0x11;
	CHECK_EQ(crypto_cipher_setkey(tfm, key, 16), 0);
	crypto_cipher_encrypt_one(tfm, out, block);
	CHECK(!memcmp(out, expected, 16));
	for (i = 0; i < ROUNDS; i++) {
		get_random_bytes(block, 16);
		CHECK_EQ(crypto_cipher_setkey(tfm, data + i, 16 + i % 3 * 8),
			 0);
		crypto_cipher_encrypt_one(tfm, out, block);
		crypto_cipher_decrypt_one(tfm, out, out);
		CHECK(!memcmp(out, block, 16));
	}
	CHECK_EQ(crypto_cipher_setkey(tfm, key, 15), -EINVAL);
	pr_info("selftest crypto: aes as %s\n", driver);
}

static void test_aes(void)
{
	int count = find_drivers("aes", "cipher"), i;
	struct crypto_cipher *tfm;

	for (i = 0; i < count; i++) {
		tfm = crypto_alloc_cipher(drivers[i], 0, 0);
		if (!CHECK(!IS_ERR(tfm)))
			continue;
		check_cipher(tfm, drivers[i]);
		crypto_free_cipher(tfm);
	}
}

/* Encrypt "data" to "to" in place there, then back to check the inverse. */
static int transform(struct crypto_skcipher *tfm, u8 *to, const u8 *key,
		     unsigned int len, bool encrypt)
{
	struct skcipher_request *req;
	DECLARE_CRYPTO_WAIT(wait);
	struct scatterlist sg;
	u8 iv[16];
	int ret;

	req = skcipher_request_alloc(tfm, GFP_KERNEL);
	if (!req)
		return -ENOMEM;
	memset(iv, 0xa5, sizeof(iv));
	sg_init_one(&sg, to, len);
	skcipher_request_set_callback(
		req, CRYPTO_TFM_REQ_MAY_BACKLOG | CRYPTO_TFM_REQ_MAY_SLEEP,
		crypto_req_done, &wait);
	skcipher_request_set_crypt(req, &sg, &sg, len, iv);
	ret = crypto_skcipher_setkey(tfm, key, 32);
	if (!ret)
		ret = crypto_wait_req(encrypt ? crypto_skcipher_encrypt(req)
					      : crypto_skcipher_decrypt(req),
				      &wait);
	skcipher_request_free(req);
	return ret;
}

static void compare_modes(struct crypto_skcipher *first,
			  struct crypto_skcipher *tfm)
{
	unsigned int len;
	int i;

	for (i = 0; i < ROUNDS / 2; i++) {
		len = i < 10 ? (i + 1) * 16
			     : (get_random_u32() % (DATA / 16) + 1) * 16;
		memcpy(reference, data, len);
		memcpy(output, data, len);
		CHECK_EQ(transform(first, reference, data + i, len, true), 0);
		CHECK_EQ(transform(tfm, output, data + i, len, true), 0);
		if (!CHECK(!memcmp(reference, output, len)))
			return;
		CHECK(memcmp(output, data, len));
		CHECK_EQ(transform(tfm, output, data + i, len, false), 0);
		if (!CHECK(!memcmp(output, data, len)))
			return;
	}
}

static void test_mode(const char *name)
{
	struct crypto_skcipher *first = NULL, *tfm;
	int count, i;

	/* Asking for the name makes the kernel build its plainest form. */
	tfm = crypto_alloc_skcipher(name, 0, 0);
	if (!IS_ERR(tfm))
		crypto_free_skcipher(tfm);
	count = find_drivers(name, "skcipher");
	for (i = count - 1; i >= 0; i--) {
		tfm = crypto_alloc_skcipher(drivers[i], 0, 0);
		if (!CHECK(!IS_ERR(tfm)))
			continue;
		if (!first)
			first = tfm;
		compare_modes(first, tfm);
		pr_info("selftest crypto: %s as %s\n", name, drivers[i]);
		if (tfm != first)
			crypto_free_skcipher(tfm);
	}
	if (first)
		crypto_free_skcipher(first);
}

static int __init selftest_start(void)
{
	int ret = -ENOMEM;

	listing = kvmalloc(LISTING, GFP_KERNEL);
	data = kmalloc(DATA, GFP_KERNEL);
	reference = kmalloc(DATA, GFP_KERNEL);
	output = kmalloc(DATA, GFP_KERNEL);
	if (!listing || !data || !reference || !output)
		goto free;
	get_random_bytes(data, DATA);
	test_known_hashes();
	test_hash("sha256");
	test_hash("sha1");
	test_hash("crc32c");
	test_aes();
	test_mode("ecb(aes)");
	test_mode("cbc(aes)");
	test_mode("ctr(aes)");
	ret = check_report("crypto");
free:
	kfree(output);
	kfree(reference);
	kfree(data);
	kvfree(listing);
	return ret;
}

static void __exit selftest_end(void)
{
}

module_init(selftest_start);
module_exit(selftest_end);

MODULE_IMPORT_NS(CRYPTO_INTERNAL);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Checks hashes and ciphers");
