/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests: compresses a buffer in any format that lib/decompress.h knows,
 * makes numbers that are the same at every run, and temporary folders.
 */
#ifndef TESTS_UNIT_PACK_H
#define TESTS_UNIT_PACK_H

#include <check.h>
#include <lz4.h>
#include <lz4frame.h>
#include <lzma.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "lib/decompress.h"

#define MAYBE_UNUSED __attribute__((unused))

static MAYBE_UNUSED uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static size_t pack_gzip(const void *data, size_t size, unsigned char *out,
			size_t cap)
{
	z_stream stream = {0};

	ck_assert_int_eq(deflateInit2(&stream, 1, Z_DEFLATED, 16 + MAX_WBITS, 8,
				      Z_DEFAULT_STRATEGY),
			 Z_OK);
	stream.next_in = (z_const Bytef *)data;
	stream.avail_in = size;
	stream.next_out = out;
	stream.avail_out = cap;
	ck_assert_int_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
	deflateEnd(&stream);
	return cap - stream.avail_out;
}

static size_t pack_lz4_legacy(const char *data, size_t size, unsigned char *out,
			      size_t cap)
{
	static const unsigned char magic[] = {0x02, 0x21, 0x4c, 0x18};
	const size_t block = 8u << 20;
	size_t at = 4;

	memcpy(out, magic, 4);
	for (size_t done = 0; done < size; done += block) {
		size_t len = size - done < block ? size - done : block;
		uint32_t packed;

		packed = LZ4_compress_default(data + done, (char *)out + at + 4,
					      len, cap - at - 4);
		ck_assert_uint_ne(packed, 0);
		memcpy(out + at, &packed, 4);
		at += 4 + packed;
	}
	return at;
}

/* Returns the size; the caller frees *out. */
static MAYBE_UNUSED size_t pack(enum compression format, const void *data,
				size_t size, unsigned char **out)
{
	size_t cap = size + size / 8 + 65536, at = 0;

	*out = malloc(cap);
	ck_assert_ptr_nonnull(*out);
	switch (format) {
	case COMPRESSION_GZIP:
		return pack_gzip(data, size, *out, cap);
	case COMPRESSION_XZ:
		ck_assert_int_eq(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32,
							 NULL, data, size, *out,
							 &at, cap),
				 LZMA_OK);
		return at;
	case COMPRESSION_ZSTD:
		return ZSTD_compress(*out, cap, data, size, 1);
	case COMPRESSION_LZ4:
		return LZ4F_compressFrame(*out, cap, data, size, NULL);
	case COMPRESSION_LZ4_LEGACY:
		return pack_lz4_legacy(data, size, *out, cap);
	case COMPRESSION_NONE:
		memcpy(*out, data, size);
		return size;
	}
	return 0;
}

#endif
