/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests: writes the binary index files that depmod would.
 */
#ifndef TESTS_UNIT_FAKE_TRIE_H
#define TESTS_UNIT_FAKE_TRIE_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/strbuf.h"

struct fake_key {
	const char *key, *value;
	uint32_t priority;
};

static void put32(struct strbuf *out, uint32_t value)
{
	unsigned char bytes[4] = {value >> 24, value >> 16, value >> 8, value};

	strbuf_add(out, bytes, 4);
}

static size_t common_prefix(const struct fake_key *keys, size_t n, size_t depth)
{
	size_t len = strlen(keys[0].key + depth);

	for (size_t i = 1; i < n; i++)
		for (size_t j = 0; j < len; j++)
			if (keys[i].key[depth + j] != keys[0].key[depth + j])
				len = j;
	return len;
}

/* Sorted keys, all alike up to @depth; children are written before their
 * parent.  Returns the reference. */
static uint32_t put_node(struct strbuf *out, const struct fake_key *keys,
			 size_t n, size_t depth)
{
	size_t prefix = common_prefix(keys, n, depth), values = 0, at;
	size_t end = depth + prefix;
	uint32_t child[128] = {0}, ref = 0;
	int first = 0, last = -1;

	while (values < n && !keys[values].key[end])
		values++;
	for (size_t i = values, next; i < n; i = next) {
		int c = keys[i].key[end];

		for (next = i; next < n && keys[next].key[end] == c; next++)
			;
		child[c] = put_node(out, keys + i, next - i, end + 1);
		first = last < 0 ? c : first;
		last = c;
	}
	at = out->len;
	if (prefix) {
		strbuf_add(out, keys[0].key + depth, prefix);
		strbuf_add(out, "", 1);
		ref |= 0x80000000u;
	}
	if (last >= 0) {
		strbuf_add(out, (char[]){first, last}, 2);
		for (int c = first; c <= last; c++)
			put32(out, child[c]);
		ref |= 0x20000000u;
	}
	if (values) {
		put32(out, values);
		for (size_t i = 0; i < values; i++) {
			put32(out, keys[i].priority);
			strbuf_add(out, keys[i].value,
				   strlen(keys[i].value) + 1);
		}
		ref |= 0x40000000u;
	}
	return ref | at;
}

static int compare_keys(const void *a, const void *b)
{
	const struct fake_key *x = a, *y = b;

	return strcmp(x->key, y->key);
}

static void fake_trie(struct strbuf *out, struct fake_key *keys, size_t n)
{
	uint32_t root;

	put32(out, 0xb007f457);
	put32(out, 0x00020001);
	put32(out, 0);
	qsort(keys, n, sizeof(*keys), compare_keys);
	root = put_node(out, keys, n, 0);
	for (int i = 0; i < 4; i++)
		out->text[8 + i] = root >> (24 - 8 * i);
}

#endif
