/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two forms of depmod's files: the binary tries (modules.*.bin), searched
 * where they lie, and the texts, parsed to tables; for modindex.c and for the
 * module tools.
 *
 * Made for any input.  One owner, no locks, opening may block on disk, not
 * signal-safe.
 */
#ifndef LIB_MODLOOKUP_H
#define LIB_MODLOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a search has found; the values lie in the trie or table. */
struct hit {
	const char *value;
	uint32_t priority;
};

struct hits {
	struct hit *hit;
	size_t n, cap;
};

enum hits_how {
	HITS_EXACT, /* the key itself */
	HITS_MATCH, /* keys are patterns that the name may match */
	HITS_ALL, /* every key; the name does not matter */
};

/* modhits.c: both forms collect their findings in these */
int hits_add(struct hits *hits, const char *value, uint32_t priority);
void hits_sort(struct hits *hits); /* by priority, first found first */
void hits_free(struct hits *hits);

/*
 * Makes '-' of a name or pattern '_', except in brackets, as all keys have it.
 * False when brackets do not pair, which no name or alias can have.
 */
bool modtable_normalize(char *name);

/* trie.c */
struct trie;

/* -EILSEQ: not a trie, or of a version that is not known here. */
int trie_open(const char *path, struct trie **result);
void trie_close(struct trie *trie);

/* Appends to @hits.  -EILSEQ: the trie is damaged. */
int trie_search(const struct trie *trie, enum hits_how how, const char *name,
		struct hits *hits);

/* Not 0 ends the walk, which returns it; @key holds during the call only. */
typedef int trie_visit_fn(void *context, const char *key, const char *value);

/* All keys with all their values, in the order of the trie. */
int trie_walk(const struct trie *trie, trie_visit_fn *visit, void *context);

/* modtable.c */
struct modtable;

enum modtable_form {
	MODTABLE_DEP, /* "path: path...", keyed by module name */
	MODTABLE_ALIAS, /* "alias PATTERN module" */
	MODTABLE_PATHS, /* "path", as in modules.builtin */
	MODTABLE_MODINFO, /* "module.alias=PATTERN\0", modules.builtin.modinfo */
	MODTABLE_SOFTDEP, /* "softdep module pre: ... post: ..." */
};

int modtable_open(const char *path, enum modtable_form form,
		  struct modtable **result);
void modtable_close(struct modtable *table);
int modtable_search(const struct modtable *table, enum hits_how how,
		    const char *name, struct hits *hits);

#endif
