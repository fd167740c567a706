// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module's signature as text.  The present form is a PKCS#7 message (RFC
 * 2315) with no content and one signer; the form before it was a struct.
 *
 * Pure functions on borrowed memory, made for any input.  Any thread.
 */
#include "tools/modinfo/signature.h"

#include <string.h>

#include "lib/modelf.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(*(a)))

enum {
	ID_PGP,
	ID_X509,
	ID_PKCS7
};

/* The numbers of the kernel's enum hash_algo. */
static const char *const hashes[] = {
	"md4",	  "md5",    "sha1",   "rmd160", "sha256",
	"sha384", "sha512", "sha224", "sm3",
};

static const char *const old_algorithms[] = {"dsa", "rsa"};

struct oid {
	const char *name;
	unsigned char size;
	unsigned char bytes[9];
};

static const struct oid hash_oids[] = {
	{"md4", 8, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 4}},
	{"md5", 8, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 5}},
	{"sha1", 5, {0x2b, 0x0e, 3, 2, 26}},
	{"rmd160", 5, {0x2b, 0x24, 3, 2, 1}},
	{"sha256", 9, {0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1}},
	{"sha384", 9, {0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2}},
	{"sha512", 9, {0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3}},
	{"sha224", 9, {0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 4}},
	{"sm3", 8, {0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x83, 0x11}},
};

/* Beginnings: what follows in a longer one is the hash or the size. */
static const struct oid algorithm_oids[] = {
	{"rsa", 8, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1}},
	{"dsa", 6, {0x2a, 0x86, 0x48, 0xce, 0x38, 4}},
	{"ecdsa", 6, {0x2a, 0x86, 0x48, 0xce, 0x3d, 4}},
	{"ecdsa", 6, {0x2a, 0x86, 0x48, 0xce, 0x3d, 2}},
	{"ed25519", 3, {0x2b, 0x65, 0x70}},
	{"ecrdsa", 7, {0x2a, 0x85, 3, 7, 1, 1, 1}},
	{"sm2", 8, {0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x82, 0x2d}},
	{"sm2", 8, {0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x83, 0x75}},
	{"ml-dsa-44", 9, {0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 17}},
	{"ml-dsa-65", 9, {0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 18}},
	{"ml-dsa-87", 9, {0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 19}},
};

static const unsigned char oid_signed_data[] = {0x2a, 0x86, 0x48, 0x86, 0xf7,
						0x0d, 1,    7,	  2};
static const unsigned char oid_common_name[] = {0x55, 4, 3};

static const char *hash_name(const struct der *oid)
{
	for (size_t i = 0; i < ARRAY_SIZE(hash_oids); i++)
		if (der_equal(oid, hash_oids[i].bytes, hash_oids[i].size))
			return hash_oids[i].name;
	return NULL;
}

static const char *algorithm_name(const struct der *oid)
{
	for (size_t i = 0; i < ARRAY_SIZE(algorithm_oids); i++) {
		const struct oid *known = &algorithm_oids[i];

		if (oid->size >= known->size &&
		    !memcmp(oid->data, known->bytes, known->size))
			return known->name;
	}
	return "unknown";
}

/* Takes an AlgorithmIdentifier off @in; its parameters do not matter. */
static bool take_algorithm(struct der *in, struct der *oid)
{
	struct der both;

	return der_take(in, DER_SEQUENCE, &both) &&
	       der_take(&both, DER_OID, oid);
}

/* The first common name; the last part of the name if it has none. */
static bool find_signer(struct der name, struct der *signer)
{
	struct der set, pair, oid;
	unsigned char tag;

	signer->data = name.data;
	signer->size = 0;
	while (name.size) {
		if (!der_take(&name, DER_SET, &set))
			return false;
		while (set.size) {
			if (!der_take(&set, DER_SEQUENCE, &pair) ||
			    !der_take(&pair, DER_OID, &oid) ||
			    !der_next(&pair, &tag, signer))
				return false;
			if (der_equal(&oid, oid_common_name,
				      sizeof(oid_common_name)))
				return true;
		}
	}
	return true;
}

/* Cut to what counts: DER puts a zero before a high bit. */
static void trim_number(struct der *number)
{
	while (number->size && !*number->data) {
		number->data++;
		number->size--;
	}
}

/* A SignerInfo. */
static bool read_signer(struct der info, struct signature *result)
{
	struct der version, issuer, name, oid;

	if (!der_take(&info, DER_INTEGER, &version) ||
	    !der_take(&info, DER_SEQUENCE, &issuer) ||
	    !der_take(&issuer, DER_SEQUENCE, &name) ||
	    !der_take(&issuer, DER_INTEGER, &result->key) ||
	    !find_signer(name, &result->signer))
		return false;
	trim_number(&result->key);
	if (!take_algorithm(&info, &oid))
		return false;
	result->hash = hash_name(&oid);
	der_skip_optional(&info, DER_CONSTRUCTED(0)); /* attributes */
	if (!take_algorithm(&info, &oid))
		return false;
	result->algorithm = algorithm_name(&oid);
	return der_take(&info, DER_OCTETS, &result->data) && result->hash;
}

static bool read_pkcs7(struct der message, struct signature *result)
{
	struct der content, oid, wrapped, data, unused, infos, info;

	if (!der_take(&message, DER_SEQUENCE, &content) ||
	    !der_take(&content, DER_OID, &oid) ||
	    !der_equal(&oid, oid_signed_data, sizeof(oid_signed_data)) ||
	    !der_take(&content, DER_CONSTRUCTED(0), &wrapped) ||
	    !der_take(&wrapped, DER_SEQUENCE, &data))
		return false;
	if (!der_take(&data, DER_INTEGER, &unused) || /* version */
	    !der_take(&data, DER_SET, &unused) || /* digests */
	    !der_take(&data, DER_SEQUENCE, &unused)) /* what is signed */
		return false;
	der_skip_optional(&data, DER_CONSTRUCTED(0)); /* certificates */
	der_skip_optional(&data, DER_CONSTRUCTED(1)); /* revocations */
	return der_take(&data, DER_SET, &infos) &&
	       der_take(&infos, DER_SEQUENCE, &info) &&
	       read_signer(info, result);
}

/* Up to its first NUL. */
static struct der text_of(const unsigned char *text, size_t size)
{
	return (struct der){text, strnlen((const char *)text, size)};
}

static bool read_old(const struct modelf_signature *from,
		     struct signature *result)
{
	if (from->algo >= ARRAY_SIZE(old_algorithms) ||
	    from->hash >= ARRAY_SIZE(hashes))
		return false;
	result->id = from->id_type == ID_PGP ? "PGP" : "X509";
	result->algorithm = old_algorithms[from->algo];
	result->hash = hashes[from->hash];
	result->signer = text_of(from->signer, from->signer_len);
	result->key = (struct der){from->key_id, from->key_id_len};
	result->data = (struct der){from->data, from->data_len};
	return true;
}

bool signature_read(const struct modelf_signature *from,
		    struct signature *result)
{
	memset(result, 0, sizeof(*result));
	if (!from->data_len)
		return false;
	switch (from->id_type) {
	case ID_PGP:
	case ID_X509:
		return read_old(from, result);
	case ID_PKCS7:
		result->id = "PKCS#7";
		if (!read_pkcs7((struct der){from->data, from->data_len},
				result))
			return false;
		result->signer =
			text_of(result->signer.data, result->signer.size);
		return true;
	}
	return false;
}
