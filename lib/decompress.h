/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decompression of the formats that kernels and modules come in.
 *
 * Pure functions on memory: any thread, no locks, may allocate, not
 * signal-safe.
 */
#ifndef LIB_DECOMPRESS_H
#define LIB_DECOMPRESS_H

#include <stddef.h>

enum compression {
	COMPRESSION_NONE,
	COMPRESSION_GZIP,
	COMPRESSION_XZ,
	COMPRESSION_ZSTD,
	COMPRESSION_LZ4,
	COMPRESSION_LZ4_LEGACY, /* the frame format that the kernel's build makes */
};

/* Tells the format by its magic number; COMPRESSION_NONE when none matches. */
enum compression compression_of(const void *data, size_t size);

/* The format's name as people write it: "gzip", "xz", "zstd", "lz4", "none". */
const char *compression_name(enum compression format);

/*
 * Decompresses one whole stream into a new buffer, which the caller frees.
 * @limit: the most bytes to produce; more is -EFBIG.
 * Returns 0, -EILSEQ (damaged data), -ENOTSUP (unknown format), -ENOMEM.
 * Bytes after the end of the stream are ignored (a kernel payload is followed
 * by its size).
 */
int decompress(const void *data, size_t size, size_t limit, void **out,
	       size_t *out_size);

#endif
