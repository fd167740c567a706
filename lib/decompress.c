// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decompression of the formats that kernels and modules come in: one loop a
 * format, all writing to the same growing buffer.
 *
 * Pure functions on memory: any thread, no locks, may allocate, not
 * signal-safe.
 */
#include "lib/decompress.h"

#include <errno.h>
#include <limits.h>
#include <lz4.h>
#include <lz4frame.h>
#include <lzma.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#define LZ4_LEGACY_MAGIC 0x184c2102u
#define LZ4_LEGACY_BLOCK (8u << 20) /* what each block but the last holds */

/* The dictionary that a damaged xz header may make us allocate. */
#define XZ_MEMORY_LIMIT (256ull << 20)

struct sink {
	unsigned char *data;
	size_t size, cap, limit;
};

struct magic {
	enum compression format;
	unsigned char len;
	unsigned char bytes[6];
};

static const struct magic magics[] = {
	{COMPRESSION_GZIP, 3, {0x1f, 0x8b, 0x08}},
	{COMPRESSION_XZ, 6, {0xfd, '7', 'z', 'X', 'Z', 0x00}},
	{COMPRESSION_ZSTD, 4, {0x28, 0xb5, 0x2f, 0xfd}},
	{COMPRESSION_LZ4, 4, {0x04, 0x22, 0x4d, 0x18}},
	{COMPRESSION_LZ4_LEGACY, 4, {0x02, 0x21, 0x4c, 0x18}},
};

enum compression compression_of(const void *data, size_t size)
{
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (size >= magics[i].len &&
		    !memcmp(data, magics[i].bytes, magics[i].len))
			return magics[i].format;
	return COMPRESSION_NONE;
}

const char *compression_name(enum compression format)
{
	switch (format) {
	case COMPRESSION_GZIP:
		return "gzip";
	case COMPRESSION_XZ:
		return "xz";
	case COMPRESSION_ZSTD:
		return "zstd";
	case COMPRESSION_LZ4:
	case COMPRESSION_LZ4_LEGACY:
		return "lz4";
	case COMPRESSION_NONE:
		break;
	}
	return "none";
}

/*
 * Makes room for at least one byte.  The buffer may become one byte larger
 * than the limit: a stream of exactly that size can then end, and one that
 * fills the byte too is known to be larger.
 */
static int sink_room(struct sink *sink)
{
	size_t most = sink->limit + 1;
	size_t cap = sink->cap;
	unsigned char *data;

	if (sink->size > sink->limit)
		return -EFBIG;
	if (sink->size < sink->cap)
		return 0;
	cap = cap > most / 2 ? most : cap * 2;
	data = realloc(sink->data, cap);
	if (!data)
		return -ENOMEM;
	sink->data = data;
	sink->cap = cap;
	return 0;
}

static int sink_init(struct sink *sink, size_t size, size_t limit)
{
	if (limit > SIZE_MAX / 2)
		limit = SIZE_MAX / 2;
	sink->size = 0;
	sink->limit = limit;
	sink->cap = size < SIZE_MAX / 16 ? size * 4 + 4096 : size;
	if (sink->cap > limit + 1)
		sink->cap = limit + 1;
	sink->data = malloc(sink->cap);
	return sink->data ? 0 : -ENOMEM;
}

static int sink_add(struct sink *sink, const void *data, size_t size)
{
	int err;

	while (sink->cap - sink->size < size) {
		size_t used = sink->size;

		if (size > sink->limit - used)
			return -EFBIG;
		sink->size = sink->cap; /* full, so that it grows */
		err = sink_room(sink);
		sink->size = used;
		if (err)
			return err;
	}
	memcpy(sink->data + sink->size, data, size);
	sink->size += size;
	return 0;
}

static int xz_error(lzma_ret ret)
{
	switch (ret) {
	case LZMA_OK:
		return 0;
	case LZMA_MEM_ERROR:
	case LZMA_MEMLIMIT_ERROR:
		return -ENOMEM;
	default:
		return -EILSEQ;
	}
}

static int unpack_xz(const unsigned char *in, size_t size, struct sink *sink)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	lzma_ret ret;
	int err;

	ret = lzma_stream_decoder(&stream, XZ_MEMORY_LIMIT, 0);
	if (ret != LZMA_OK)
		return -ENOMEM;
	stream.next_in = in;
	stream.avail_in = size;
	do {
		err = sink_room(sink);
		if (err)
			break;
		stream.next_out = sink->data + sink->size;
		stream.avail_out = sink->cap - sink->size;
		ret = lzma_code(&stream, LZMA_FINISH);
		sink->size = sink->cap - stream.avail_out;
		if (ret == LZMA_STREAM_END)
			break;
		err = xz_error(ret);
	} while (!err);
	lzma_end(&stream);
	return err;
}

static int unpack_zstd(const unsigned char *in, size_t size, struct sink *sink)
{
	ZSTD_inBuffer input = {in, size, 0};
	ZSTD_DCtx *context;
	size_t left = 1;
	int err = 0;

	context = ZSTD_createDCtx();
	if (!context)
		return -ENOMEM;
	while (left) {
		ZSTD_outBuffer output;
		size_t in_before = input.pos;

		err = sink_room(sink);
		if (err)
			break;
		output = (ZSTD_outBuffer){sink->data, sink->cap, sink->size};
		left = ZSTD_decompressStream(context, &output, &input);
		if (ZSTD_isError(left) || (input.pos == in_before &&
					   output.pos == sink->size && left)) {
			err = -EILSEQ;
			break;
		}
		sink->size = output.pos;
	}
	ZSTD_freeDCtx(context);
	return err;
}

static int unpack_lz4_frame(const unsigned char *in, size_t size,
			    struct sink *sink)
{
	LZ4F_decompressionContext_t context;
	size_t left = 1;
	int err = 0;

	if (LZ4F_isError(
		    LZ4F_createDecompressionContext(&context, LZ4F_VERSION)))
		return -ENOMEM;
	while (left) {
		size_t consumed = size, produced;

		err = sink_room(sink);
		if (err)
			break;
		produced = sink->cap - sink->size;
		left = LZ4F_decompress(context, sink->data + sink->size,
				       &produced, in, &consumed, NULL);
		if (LZ4F_isError(left) || (left && !consumed && !produced)) {
			err = -EILSEQ;
			break;
		}
		sink->size += produced;
		in += consumed;
		size -= consumed;
	}
	LZ4F_freeDecompressionContext(context);
	return err;
}

static uint32_t load_le32(const unsigned char *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

/*
 * This format has no end mark: it ends with the input, with the first block
 * that is not full, or, should all be full, where no block can begin.
 */
static int unpack_lz4_blocks(const unsigned char *in, size_t size,
			     struct sink *sink, char *block)
{
	int produced = LZ4_LEGACY_BLOCK;
	int err;

	while (produced == LZ4_LEGACY_BLOCK && size > 4) {
		uint32_t packed = load_le32(in);

		in += 4;
		size -= 4;
		if (!packed || packed > LZ4_COMPRESSBOUND(LZ4_LEGACY_BLOCK))
			return sink->size ? 0 : -EILSEQ;
		if (packed > size)
			return -EILSEQ;
		produced = LZ4_decompress_safe((const char *)in, block,
					       (int)packed, LZ4_LEGACY_BLOCK);
		if (produced < 0)
			return -EILSEQ;
		err = sink_add(sink, block, produced);
		if (err)
			return err;
		in += packed;
		size -= packed;
	}
	return 0;
}

static int unpack_lz4_legacy(const unsigned char *in, size_t size,
			     struct sink *sink)
{
	char *block = malloc(LZ4_LEGACY_BLOCK);
	int err;

	if (!block)
		return -ENOMEM;
	err = unpack_lz4_blocks(in + 4, size - 4, sink, block);
	free(block);
	return err;
}

static uInt at_most_uint(size_t size)
{
	return size > UINT_MAX ? UINT_MAX : (uInt)size;
}

static int unpack_gzip(const unsigned char *in, size_t size, struct sink *sink)
{
	z_stream stream = {0};
	int ret, err;

	if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK)
		return -ENOMEM;
	stream.next_in = (z_const Bytef *)in;
	do {
		uInt room;

		err = sink_room(sink);
		if (err)
			break;
		room = at_most_uint(sink->cap - sink->size);
		stream.avail_in = at_most_uint(in + size - stream.next_in);
		stream.next_out = sink->data + sink->size;
		stream.avail_out = room;
		ret = inflate(&stream, Z_NO_FLUSH);
		sink->size += room - stream.avail_out;
		if (ret == Z_MEM_ERROR)
			err = -ENOMEM;
		else if (ret != Z_OK && ret != Z_STREAM_END)
			err = -EILSEQ;
	} while (!err && ret != Z_STREAM_END);
	inflateEnd(&stream);
	return err;
}

static int unpack(const void *data, size_t size, struct sink *sink)
{
	switch (compression_of(data, size)) {
	case COMPRESSION_GZIP:
		return unpack_gzip(data, size, sink);
	case COMPRESSION_XZ:
		return unpack_xz(data, size, sink);
	case COMPRESSION_ZSTD:
		return unpack_zstd(data, size, sink);
	case COMPRESSION_LZ4:
		return unpack_lz4_frame(data, size, sink);
	case COMPRESSION_LZ4_LEGACY:
		return unpack_lz4_legacy(data, size, sink);
	case COMPRESSION_NONE:
		break;
	}
	return -ENOTSUP;
}

int decompress(const void *data, size_t size, size_t limit, void **out,
	       size_t *out_size)
{
	struct sink sink;
	int err;

	err = sink_init(&sink, size, limit);
	if (err)
		return err;
	err = unpack(data, size, &sink);
	if (!err && sink.size > sink.limit)
		err = -EFBIG;
	if (err) {
		free(sink.data);
		return err;
	}
	*out = sink.data;
	*out_size = sink.size;
	return 0;
}
