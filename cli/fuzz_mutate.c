// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inputs made from others: bits flipped, numbers changed, parts moved, taken
 * away, repeated, or taken from another.
 */
#include <stdbool.h>
#include <string.h>
#include "cli/fuzz_mutate.h"

#define CHANGES_MAX 5 /* the logarithm of changes to one input */

uint64_t fuzz_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state * 0x2545f4914f6cdd1dull;
}

static size_t below(uint64_t *state, size_t n)
{
	return n ? (fuzz_random(state) >> 16) % n : 0;
}

/* Parts are mostly small. */
static size_t length(uint64_t *state, size_t max)
{
	size_t n = 1 + below(state, (size_t)1 << below(state, 10));

	return n < max ? n : max;
}

/* Numbers at which code tends to do something else. */
static uint64_t special(uint64_t *state)
{
	static const uint64_t numbers[] = {
		0,
		1,
		2,
		4,
		8,
		16,
		32,
		64,
		100,
		127,
		128,
		255,
		256,
		512,
		1000,
		1024,
		4095,
		4096,
		4097,
		32767,
		32768,
		65535,
		65536,
		0x7fffffff,
		~0ull,
		~1ull,
		0x80000000,
		0xffffffff,
		0x7fffffffffffffff,
	};

	return numbers[below(state, sizeof(numbers) / sizeof(*numbers))];
}

static void change_number(uint64_t *state, unsigned char *data, size_t n)
{
	size_t width = (size_t)1 << below(state, 4);
	uint64_t value = 0;
	size_t at;

	if (width > n)
		width = 1;
	at = below(state, n - width + 1);
	memcpy(&value, data + at, width);
	if (fuzz_random(state) & 1)
		value += below(state, 70) - 35;
	else
		value = special(state);
	memcpy(data + at, &value, width);
}

static size_t remove_part(uint64_t *state, unsigned char *data, size_t n)
{
	size_t at = below(state, n), size = length(state, n - at);

	memmove(data + at, data + at + size, n - at - size);
	return n - size;
}

/* Makes room at a place of its choice: @from goes there, NULL: noise. */
static size_t insert(uint64_t *state, unsigned char *data, size_t n, size_t max,
		     const unsigned char *from, size_t from_n)
{
	unsigned char part[1024];
	size_t at = below(state, n + 1), start, i;
	size_t size =
		length(state, max - n < sizeof(part) ? max - n : sizeof(part));

	if (from && size > from_n)
		size = from_n;
	start = from ? below(state, from_n - size + 1) : 0;
	for (i = 0; i < size; i++)
		part[i] = from ? from[start + i] : fuzz_random(state) >> 32;
	memmove(data + at + size, data + at, n - at);
	memcpy(data + at, part, size);
	return n + size;
}

static void overwrite(uint64_t *state, unsigned char *data, size_t n,
		      const unsigned char *from, size_t from_n)
{
	size_t at = below(state, n), start = below(state, from_n);
	size_t size = length(state, n - at);

	if (size > from_n - start)
		size = from_n - start;
	memmove(data + at, from + start, size);
}

static size_t change(uint64_t *state, unsigned char *data, size_t n, size_t max,
		     const unsigned char *other, size_t other_n)
{
	unsigned int what = below(state, 9);

	if (!n || (what == 0 && n < max))
		return n < max ? insert(state, data, n, max, NULL, 0) : n;
	switch (what) {
	case 1:
		data[below(state, n)] ^= 1u << below(state, 8);
		return n;
	case 2:
		data[below(state, n)] = fuzz_random(state) >> 32;
		return n;
	case 3:
		return n > 1 ? remove_part(state, data, n) : n;
	case 4:
		return n < max ? insert(state, data, n, max, data, n) : n;
	case 5:
		overwrite(state, data, n, data, n);
		return n;
	case 6:
		if (other_n)
			overwrite(state, data, n, other, other_n);
		return n;
	case 7:
		return other_n && n < max
			       ? insert(state, data, n, max, other, other_n)
			       : n;
	}
	change_number(state, data, n);
	return n;
}

size_t fuzz_mutate(uint64_t *state, unsigned char *data, size_t n, size_t max,
		   const unsigned char *other, size_t other_n)
{
	size_t changes =
		1 + below(state, (size_t)1 << below(state, CHANGES_MAX));

	while (changes--)
		n = change(state, data, n, max, other, other_n);
	return n;
}

/* How many bytes it takes to tell the number: 1, 2, 4 or 8. */
static size_t width_of(uint64_t number)
{
	return number >> 32 ? 8 : number >> 16 ? 4 : number >> 8 ? 2 : 1;
}

/* A place in the input where the bytes stand, or its size. */
static size_t find_bytes(uint64_t *state, const unsigned char *data, size_t n,
			 const void *bytes, size_t width)
{
	size_t start, i;

	if (n < width)
		return n;
	start = below(state, n - width + 1);
	for (i = 0; i <= n - width; i++) {
		size_t at = (start + i) % (n - width + 1);

		if (!memcmp(data + at, bytes, width))
			return at;
	}
	return n;
}

/* As the processor has it, or the other way round, as networks have it. */
static void put_number(unsigned char *to, uint64_t number, size_t width,
		       bool turned)
{
	size_t i;

	for (i = 0; i < width; i++)
		to[turned ? width - 1 - i : i] = number >> (8 * i);
}

size_t fuzz_match(uint64_t *state, unsigned char *data, size_t n, size_t max,
		  uint64_t a, uint64_t b, size_t size)
{
	bool turned = !(fuzz_random(state) & 7);
	unsigned char from[8], to[8];
	size_t width, at;
	uint64_t other;

	if (fuzz_random(state) & 1) {
		other = a;
		a = b;
		b = other;
	}
	width = width_of(a) > width_of(b) ? width_of(a) : width_of(b);
	if (width < size && fuzz_random(state) & 1)
		width = size < sizeof(to) ? size : sizeof(to);
	put_number(from, a, width, turned);
	put_number(to, b, width, turned);
	at = find_bytes(state, data, n, from, width);
	if (at == n)
		at = below(state, n + 1);
	if (at + width > max)
		return n;
	memcpy(data + at, to, width);
	return at + width > n ? at + width : n;
}
