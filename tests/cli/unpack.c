// SPDX-License-Identifier: GPL-2.0-only
/*
 * unpack FORMAT SIZE: raw compressed blocks back to what they were, by the
 * libraries that ordinary programs use.
 *
 * Reads hexadecimal digits from standard input and writes SIZE bytes at most
 * to standard output.  Status 1 and a word why if they are not such a block.
 */
#include <ctype.h>
#include <lz4.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#define MAX_SIZE (1 << 20)

static int fail(const char *why)
{
	fprintf(stderr, "unpack: %s\n", why);
	return 1;
}

static size_t read_hex(unsigned char *to, size_t size)
{
	char digits[3] = "";
	size_t n = 0, have = 0;
	int c;

	while (n < size && (c = getchar()) != EOF) {
		if (!isxdigit(c))
			continue;
		digits[have++] = c;
		if (have == 2) {
			to[n++] = strtoul(digits, NULL, 16);
			have = 0;
		}
	}
	return n;
}

/* The kernel's deflate has no header. */
static long unpack_deflate(const unsigned char *from, size_t n,
			   unsigned char *to, size_t size)
{
	z_stream z = {.next_in = (unsigned char *)from,
		      .avail_in = n,
		      .next_out = to,
		      .avail_out = size};

	if (inflateInit2(&z, -MAX_WBITS) != Z_OK)
		return -1;
	if (inflate(&z, Z_FINISH) != Z_STREAM_END)
		return -1;
	return inflateEnd(&z) == Z_OK ? (long)z.total_out : -1;
}

static long unpack(const char *format, const unsigned char *from, size_t n,
		   unsigned char *to, size_t size)
{
	size_t got;

	if (!strcmp(format, "lz4"))
		return LZ4_decompress_safe((const char *)from, (char *)to, n,
					   size);
	if (!strcmp(format, "deflate"))
		return unpack_deflate(from, n, to, size);
	if (strcmp(format, "zstd"))
		return -1;
	got = ZSTD_decompress(to, size, from, n);
	return ZSTD_isError(got) ? -1 : (long)got;
}

int main(int argc, char **argv)
{
	static unsigned char from[MAX_SIZE], to[MAX_SIZE];
	size_t n, size = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	long got;

	if (!size || size > sizeof(to))
		return fail("usage: unpack lz4|zstd|deflate SIZE");
	n = read_hex(from, sizeof(from));
	got = unpack(argv[1], from, n, to, size);
	if (got < 0)
		return fail("that is no such block");
	return fwrite(to, 1, got, stdout) == (size_t)got ? 0 : 1;
}
