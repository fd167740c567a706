// SPDX-License-Identifier: GPL-2.0-only
/*
 * AES in counter mode: a string encrypted, and decrypted again.
 *
 * Ciphers may be done by hardware while the caller sleeps, so data is given as
 * scatter lists of pages that such hardware can reach: never the stack. The
 * request ends by a callback, for which crypto_wait_req() waits.
 */
#include <crypto/skcipher.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/string.h>

#define KEY_SIZE 32
#define IV_SIZE	 16

static const char text[] = "attack at dawn, bring your own coffee";
/* For showing alone: a key that stands in the code is no secret. */
static const u8 key[KEY_SIZE] = "the quick brown fox jumps over!";

/* Encrypts or decrypts @data in place. */
static int crypt(struct crypto_skcipher *cipher, u8 *data, size_t len,
		 bool encrypt)
{
	struct skcipher_request *request;
	u8 iv[IV_SIZE] = "number used once"; /* the request changes it */
	DECLARE_CRYPTO_WAIT(wait);
	struct scatterlist list;
	int ret;

	request = skcipher_request_alloc(cipher, GFP_KERNEL);
	if (!request)
		return -ENOMEM;
	sg_init_one(&list, data, len);
	skcipher_request_set_callback(
		request, CRYPTO_TFM_REQ_MAY_BACKLOG | CRYPTO_TFM_REQ_MAY_SLEEP,
		crypto_req_done, &wait);
	skcipher_request_set_crypt(request, &list, &list, len, iv);
	ret = crypto_wait_req(encrypt ? crypto_skcipher_encrypt(request)
				      : crypto_skcipher_decrypt(request),
			      &wait);
	skcipher_request_free(request);
	return ret;
}

static int there_and_back(struct crypto_skcipher *cipher, u8 *data)
{
	int ret = crypto_skcipher_setkey(cipher, key, sizeof(key));

	if (ret)
		return ret;
	ret = crypt(cipher, data, sizeof(text), true);
	if (ret)
		return ret;
	pr_info("cipher: encrypted %*phN\n", 16, data);
	ret = crypt(cipher, data, sizeof(text), false);
	if (ret)
		return ret;
	pr_info("cipher: decrypted \"%s\"\n", data);
	return memcmp(data, text, sizeof(text)) ? -EIO : 0;
}

static int __init cipher_start(void)
{
	struct crypto_skcipher *cipher;
	u8 *data;
	int ret;

	cipher = crypto_alloc_skcipher("ctr(aes)", 0, 0);
	if (IS_ERR(cipher))
		return PTR_ERR(cipher);
	ret = -ENOMEM;
	data = kmemdup(text, sizeof(text), GFP_KERNEL);
	if (data)
		ret = there_and_back(cipher, data);
	kfree_sensitive(data);
	crypto_free_skcipher(cipher);
	return ret;
}

static void __exit cipher_end(void)
{
}

module_init(cipher_start);
module_exit(cipher_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("AES, there and back");
