// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes a binary index.  The sorted keys are the trie: a node is a range of
 * them that agree up to some character, its children are the ranges in which
 * they differ behind it.
 *
 * One owner, no locks, allocates, not signal-safe.
 */
#include "tools/index_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC	     0xb007f457u
#define VERSION	     0x00020001u
#define HEADER_SIZE  12
#define REF_OFFSET   0x0fffffffu
#define REF_PREFIX   0x80000000u
#define REF_VALUES   0x40000000u
#define REF_CHILDREN 0x20000000u
#define NR_CHARS     128

void index_init(struct index_writer *writer)
{
	memset(writer, 0, sizeof(*writer));
}

void index_free(struct index_writer *writer)
{
	free(writer->entry);
	free(writer->sorted);
	index_init(writer);
}

static bool is_ascii(const char *text, size_t len)
{
	uint64_t word, high = 0x8080808080808080u, low = 0x0101010101010101u;

	for (; len >= 8; len -= 8, text += 8) {
		memcpy(&word, text, 8);
		if ((word | (word - low)) & high)
			return false;
	}
	for (; len; len--, text++)
		if (*text <= 0 || *text & 0x80)
			return false;
	return true;
}

int index_add(struct index_writer *writer, const char *key, size_t key_len,
	      const char *value, size_t value_len, uint32_t priority)
{
	if (key_len > INDEX_LONGEST_KEY || value_len > REF_OFFSET)
		return -ENAMETOOLONG;
	if (!is_ascii(key, key_len) || !is_ascii(value, value_len))
		return -EILSEQ;
	if (writer->n >= UINT32_MAX / 2)
		return -ENOMEM;
	if (writer->n == writer->cap) {
		size_t cap = writer->cap ? writer->cap * 2 : 1024;
		void *entry =
			realloc(writer->entry, cap * sizeof(*writer->entry));

		if (!entry)
			return -ENOMEM;
		writer->entry = entry;
		writer->cap = cap;
	}
	writer->entry[writer->n++] = (struct index_entry){
		key, value, key_len, value_len, priority, false};
	return 0;
}

/* ---- sorting ------------------------------------------------------------ */

/* Eight characters of a key at once, the first in the highest byte: as no key
 * has a NUL, a 0 in the lowest byte tells that the key has ended. */
struct item {
	uint64_t word;
	uint32_t entry;
};

struct sorter {
	const struct index_entry *entry;
	struct item *spare;
};

static uint64_t word_at(const struct index_entry *entry, size_t depth)
{
	unsigned char bytes[8] = {0};
	size_t len = entry->key_len > depth ? entry->key_len - depth : 0;
	uint64_t word = 0;

	memcpy(bytes, entry->key + (len ? depth : 0), len < 8 ? len : 8);
	for (int i = 0; i < 8; i++)
		word = word << 8 | bytes[i];
	return word;
}

/* Stable, and as fast for keys that were made to be slow as for others. */
static void merge_sort(struct item *item, struct item *spare, size_t n)
{
	size_t half = n / 2, a = 0, b = half, to = 0;

	if (n <= 12) {
		for (size_t i = 1; i < n; i++) {
			struct item moved = item[i];
			size_t j = i;

			for (; j && item[j - 1].word > moved.word; j--)
				item[j] = item[j - 1];
			item[j] = moved;
		}
		return;
	}
	merge_sort(item, spare, half);
	merge_sort(item + half, spare, n - half);
	if (item[half - 1].word <= item[half].word)
		return;
	memcpy(spare, item, half * sizeof(*item));
	while (a < half && b < n)
		item[to++] = item[b].word < spare[a].word ? item[b++]
							  : spare[a++];
	memcpy(item + to, spare + a, (half - a) * sizeof(*item));
}

static int compare_values(const struct index_entry *entry, uint32_t a,
			  uint32_t b)
{
	if (entry[a].priority != entry[b].priority)
		return entry[a].priority < entry[b].priority ? -1 : 1;
	return a > b ? -1 : 1; /* what was added last comes first */
}

/* Of one key; few as a rule, but not of every index that could be made. */
static void sort_values(const struct index_entry *entry, struct item *item,
			size_t n)
{
	for (size_t gap = n / 2; gap; gap /= 2)
		for (size_t i = gap; i < n; i++) {
			struct item moved = item[i];
			size_t j = i;

			for (; j >= gap &&
			       compare_values(entry, item[j - gap].entry,
					      moved.entry) > 0;
			     j -= gap)
				item[j] = item[j - gap];
			item[j] = moved;
		}
}

static void sort_keys(const struct sorter *sorter, struct item *item, size_t n,
		      size_t depth)
{
	size_t end;

	for (size_t i = 0; i < n; i++)
		item[i].word = word_at(&sorter->entry[item[i].entry], depth);
	merge_sort(item, sorter->spare, n);
	for (size_t i = 0; i < n; i = end) {
		uint64_t word = item[i].word;

		for (end = i + 1; end < n && item[end].word == word; end++)
			;
		if (end == i + 1)
			continue;
		if (word & 0xff)
			sort_keys(sorter, item + i, end - i, depth + 8);
		else
			sort_values(sorter->entry, item + i, end - i);
	}
}

static bool is_same(const struct index_entry *a, const struct index_entry *b)
{
	return a->priority == b->priority && a->key_len == b->key_len &&
	       !memcmp(a->key, b->key, a->key_len);
}

/* Of those that are the same, the one that was added first is sorted last. */
static void mark_again(struct index_writer *writer, const struct item *item)
{
	const struct index_entry *sorted = writer->sorted;

	for (size_t i = 0; i + 1 < writer->n; i++)
		writer->entry[item[i].entry].again =
			is_same(&sorted[i], &sorted[i + 1]);
}

int index_sort(struct index_writer *writer)
{
	struct sorter sorter = {.entry = writer->entry};
	size_t n = writer->n;
	struct item *item;

	item = malloc((n + 1) * sizeof(*item));
	sorter.spare = malloc((n + 1) * sizeof(*item));
	free(writer->sorted);
	writer->sorted = malloc((n + 1) * sizeof(*writer->sorted));
	if (!item || !sorter.spare || !writer->sorted) {
		free(item);
		free(sorter.spare);
		return -ENOMEM;
	}
	for (size_t i = 0; i < n; i++)
		item[i].entry = i;
	sort_keys(&sorter, item, n, 0);
	for (size_t i = 0; i < n; i++)
		writer->sorted[i] = writer->entry[item[i].entry];
	mark_again(writer, item);
	free(item);
	free(sorter.spare);
	return 0;
}

/* ---- layout ------------------------------------------------------------- */

struct output {
	const struct index_writer *writer;
	enum index_layout layout;
	unsigned char *data;
	size_t len, cap;
	int err;
};

/* What one node has, before it is written. */
struct range {
	size_t first, end; /* of the sorted entries */
	size_t values_end; /* those before it end in this node */
	size_t depth; /* characters up to the node's own */
	size_t prefix_len;
};

static const struct index_entry *entry_at(const struct output *out, size_t i)
{
	return &out->writer->sorted[i];
}

/* NULL once something went wrong; out->err then says what. */
static unsigned char *grow(struct output *out, size_t size)
{
	if (out->err)
		return NULL;
	if (size > out->cap - out->len) {
		size_t cap = (out->len + size) * 2 + 4096;
		unsigned char *data = realloc(out->data, cap);

		if (!data) {
			out->err = -ENOMEM;
			return NULL;
		}
		out->data = data;
		out->cap = cap;
	}
	if (out->len + size > REF_OFFSET) {
		out->err = -EFBIG;
		return NULL;
	}
	out->len += size;
	return out->data + out->len - size;
}

static void store_be32(unsigned char *p, uint32_t value)
{
	p[0] = value >> 24;
	p[1] = value >> 16;
	p[2] = value >> 8;
	p[3] = value;
}

static void put_text(struct output *out, const char *text, size_t len)
{
	unsigned char *p = grow(out, len + 1);

	if (!p)
		return;
	memcpy(p, text, len);
	p[len] = '\0';
}

static void put_values(struct output *out, const struct range *range)
{
	unsigned char *p = grow(out, 4);

	if (p)
		store_be32(p, range->values_end - range->first);
	for (size_t i = range->first; i < range->values_end; i++) {
		const struct index_entry *entry = entry_at(out, i);

		p = grow(out, 4);
		if (p)
			store_be32(p, entry->priority);
		put_text(out, entry->value, entry->value_len);
	}
}

/* Sorted keys have in common what the first and the last have. */
static size_t common_length(const struct output *out, size_t first, size_t last,
			    size_t depth)
{
	const struct index_entry *a = entry_at(out, first);
	const struct index_entry *b = entry_at(out, last);
	size_t most = a->key_len < b->key_len ? a->key_len : b->key_len;
	size_t at = depth;

	while (at < most && a->key[at] == b->key[at])
		at++;
	return at - depth;
}

static void measure(const struct output *out, struct range *range, bool is_root)
{
	size_t key_len;

	range->prefix_len = is_root ? 0
				    : common_length(out, range->first,
						    range->end - 1,
						    range->depth);
	key_len = range->depth + range->prefix_len;
	range->values_end = range->first;
	while (range->values_end < range->end &&
	       entry_at(out, range->values_end)->key_len == key_len)
		range->values_end++;
}

/* The characters behind the node's prefix. */
static unsigned char branch(const struct output *out, const struct range *range,
			    size_t i)
{
	return entry_at(out, i)->key[range->depth + range->prefix_len];
}

/* Where the child ends that begins at @first: keys that go on alike.  Most
 * children are small, so the first steps are, too. */
static size_t child_end(const struct output *out, const struct range *range,
			size_t first)
{
	unsigned char c = branch(out, range, first);
	size_t low = first, high = range->end;

	for (size_t step = 1; step < high - low; step *= 2) {
		if (branch(out, range, low + step) != c)
			high = low + step;
		else
			low += step;
	}
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (branch(out, range, middle) == c)
			low = middle;
		else
			high = middle;
	}
	return high;
}

static uint32_t put_node(struct output *out, struct range *range, bool is_root);

/* References are where the children's array lies, or in @ref. */
static void put_children(struct output *out, const struct range *range,
			 size_t array, uint32_t *ref)
{
	size_t first, end;
	unsigned char lowest = branch(out, range, range->values_end);

	for (first = range->values_end; first < range->end && !out->err;
	     first = end) {
		struct range child = {.first = first};
		size_t slot = branch(out, range, first) - lowest;
		uint32_t to;

		end = child_end(out, range, first);
		child.end = end;
		child.depth = range->depth + range->prefix_len + 1;
		to = put_node(out, &child, false);
		if (ref)
			ref[slot] = to;
		else if (!out->err)
			store_be32(out->data + array + 4 * slot, to);
	}
}

/* The node itself; @array: where the references to its children lie. */
static uint32_t put_parts(struct output *out, const struct range *range,
			  size_t *array)
{
	const struct index_entry *entry = entry_at(out, range->first);
	uint32_t ref = out->len;

	if (range->prefix_len) {
		put_text(out, entry->key + range->depth, range->prefix_len);
		ref |= REF_PREFIX;
	}
	if (range->values_end < range->end) {
		unsigned char lowest = branch(out, range, range->values_end);
		unsigned char highest = branch(out, range, range->end - 1);
		size_t size = 2 + 4ul * (highest - lowest + 1);
		unsigned char *p = grow(out, size);

		if (p) {
			memset(p, 0, size);
			p[0] = lowest;
			p[1] = highest;
			*array = p + 2 - out->data;
		}
		ref |= REF_CHILDREN;
	}
	if (range->values_end > range->first) {
		put_values(out, range);
		ref |= REF_VALUES;
	}
	return ref;
}

/* Children first: their references wait until the node is there. */
static uint32_t put_node_last(struct output *out, const struct range *range)
{
	uint32_t ref[NR_CHARS] = {0}, self;
	size_t array = 0;
	int n = 0;

	if (range->values_end < range->end) {
		put_children(out, range, 0, ref);
		n = branch(out, range, range->end - 1) -
		    branch(out, range, range->values_end) + 1;
	}
	self = put_parts(out, range, &array);
	for (int i = 0; i < n && !out->err; i++)
		store_be32(out->data + array + 4ul * i, ref[i]);
	return self;
}

static uint32_t put_node(struct output *out, struct range *range, bool is_root)
{
	size_t array = 0;
	uint32_t self;

	measure(out, range, is_root);
	if (out->layout == INDEX_POSTORDER)
		return put_node_last(out, range);
	self = put_parts(out, range, &array);
	if (range->values_end < range->end && !out->err)
		put_children(out, range, array, NULL);
	return self;
}

int index_lay_out(const struct index_writer *writer, enum index_layout layout,
		  void **data, size_t *size)
{
	struct output out = {.writer = writer, .layout = layout};
	struct range all = {.end = writer->n};
	unsigned char *header = grow(&out, HEADER_SIZE);
	uint32_t root = HEADER_SIZE;

	if (header) {
		store_be32(header, MAGIC);
		store_be32(header + 4, VERSION);
	}
	if (writer->n)
		root = put_node(&out, &all, true);
	if (out.err) {
		free(out.data);
		return out.err;
	}
	store_be32(out.data + 8, root);
	*data = out.data;
	*size = out.len;
	return 0;
}
