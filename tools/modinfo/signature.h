/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A module's signature as text: who signed it, with which key and algorithms.
 * Nothing is verified.
 *
 * Pure functions on borrowed memory, made for any input.  Any thread.
 */
#ifndef TOOLS_MODINFO_SIGNATURE_H
#define TOOLS_MODINFO_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/modinfo/der.h"

struct modelf_signature;

struct signature {
	const char *id; /* "PKCS#7", "PGP", "X509" */
	const char *hash; /* "sha256"; static */
	const char *algorithm; /* "rsa"; static, "unknown" if it is that */
	struct der signer; /* not NUL-terminated */
	struct der key; /* the certificate's serial number */
	struct der data;
};

/* False when @from cannot be read, or names a hash that the kernel does not
 * know; all but @algorithm is then of no use.  The result points into @from's
 * file. */
bool signature_read(const struct modelf_signature *from,
		    struct signature *result);

#endif
