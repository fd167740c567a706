/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes a binary index (modules.*.bin): collects keys and values, then lays
 * out the trie that they make, without ever having it in memory.
 *
 * One owner, no locks, allocates, not signal-safe; different writers may be
 * used by different threads.
 */
#ifndef TOOLS_INDEX_WRITE_H
#define TOOLS_INDEX_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In which order the nodes lie.  Readers take both. */
enum index_layout {
	INDEX_PREORDER, /* a node, then what is below it: kmod 34 and later */
	INDEX_POSTORDER, /* below first, the root last: kmod 33 and earlier */
};

/* Keys longer than this are refused: no reader has room for them. */
#define INDEX_LONGEST_KEY 4095

struct index_entry {
	const char *key, *value; /* not NUL-terminated */
	uint32_t key_len, value_len;
	uint32_t priority;
	bool again; /* of an entry before: key and priority; set by sorting */
};

struct index_writer {
	struct index_entry *entry; /* in the order in which they were added */
	struct index_entry *sorted; /* copies, which lie side by side */
	size_t n, cap;
};

void index_init(struct index_writer *writer);
void index_free(struct index_writer *writer);

/*
 * Neither string is copied: they have to last until index_lay_out().
 * Returns 0, -EILSEQ when one of them has a byte that is not 7-bit ASCII or is
 * NUL, -ENAMETOOLONG, -ENOMEM.
 */
int index_add(struct index_writer *writer, const char *key, size_t key_len,
	      const char *value, size_t value_len, uint32_t priority);

/* Has to come before index_lay_out(); sets `again`.  0 or -ENOMEM. */
int index_sort(struct index_writer *writer);

/* @data is the caller's to free.  0, -ENOMEM, or -EFBIG: references of 28 bits
 * do not reach. */
int index_lay_out(const struct index_writer *writer, enum index_layout layout,
		  void **data, size_t *size);

#endif
