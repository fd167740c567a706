// SPDX-License-Identifier: GPL-2.0-only
/*
 * The binary index files of a module tree: radix tries, searched in place.
 *
 * A reference to a node is a file offset with flags in its high bits, which
 * tell the parts that the node has: a prefix, children, values.  All is
 * checked as it is read; the number of nodes that a search may visit is
 * bounded by the file's size, so that a trie whose references form a cycle or
 * a lattice ends the search instead of prolonging it.
 *
 * One owner, no locks; opening blocks on disk, and so may a search, as the
 * file is mapped.  Not signal-safe.
 */
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/modlookup.h"

#define MAGIC	     0xb007f457u
#define MAJOR	     2
#define HEADER_SIZE  12
#define REF_OFFSET   0x0fffffffu
#define REF_PREFIX   0x80000000u
#define REF_VALUES   0x40000000u
#define REF_CHILDREN 0x20000000u
#define LONGEST_KEY  4096

struct trie {
	const unsigned char *data;
	size_t size;
};

struct node {
	const char *prefix; /* "" when there is none */
	const unsigned char *children; /* references, for first to last */
	const unsigned char *values;
	unsigned int first, last;
	uint32_t nr_values;
};

struct search {
	const struct trie *trie;
	struct hits *hits; /* where findings go, if not to @visit */
	trie_visit_fn *visit;
	void *context;
	const char *name; /* what pattern is to match; NULL: all */
	size_t budget; /* nodes and characters that may still be read */
	size_t len;
	char pattern[LONGEST_KEY]; /* the keys of a subtree, from its top */
};

static uint32_t load_be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

static int map_file(int fd, struct trie *trie)
{
	struct stat st;
	void *data;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_size < HEADER_SIZE)
		return -EILSEQ;
	data = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		return -errno;
	trie->data = data;
	trie->size = st.st_size;
	if (load_be32(trie->data) != MAGIC ||
	    load_be32(trie->data + 4) >> 16 != MAJOR) {
		munmap(data, trie->size);
		return -EILSEQ;
	}
	return 0;
}

int trie_open(const char *path, struct trie **result)
{
	struct trie *trie;
	int fd, err;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	trie = calloc(1, sizeof(*trie));
	err = trie ? map_file(fd, trie) : -ENOMEM;
	close(fd);
	if (err) {
		free(trie);
		return err;
	}
	*result = trie;
	return 0;
}

void trie_close(struct trie *trie)
{
	if (!trie)
		return;
	munmap((void *)trie->data, trie->size);
	free(trie);
}

/* A string at *at, which is moved behind it. */
static const char *take_string(const struct trie *trie, size_t *at)
{
	const unsigned char *nul;
	size_t start = *at;

	if (start >= trie->size)
		return NULL;
	nul = memchr(trie->data + start, '\0', trie->size - start);
	if (!nul)
		return NULL;
	*at = nul + 1 - trie->data;
	return (const char *)trie->data + start;
}

static const unsigned char *take(const struct trie *trie, size_t *at,
				 size_t len)
{
	size_t start = *at;

	if (start > trie->size || len > trie->size - start)
		return NULL;
	*at += len;
	return trie->data + start;
}

static bool take_children(const struct trie *trie, size_t *at,
			  struct node *node)
{
	const unsigned char *range = take(trie, at, 2);

	if (!range || range[0] > range[1])
		return false;
	node->first = range[0];
	node->last = range[1];
	node->children = take(trie, at, 4ul * (node->last - node->first + 1));
	return node->children;
}

static bool pay(struct search *search, size_t cost)
{
	if (cost > search->budget)
		return false;
	search->budget -= cost;
	return true;
}

static int read_node(struct search *search, uint32_t ref, struct node *node)
{
	const struct trie *trie = search->trie;
	size_t at = ref & REF_OFFSET;

	*node = (struct node){.prefix = "", .first = 1};
	if (ref & REF_PREFIX)
		node->prefix = take_string(trie, &at);
	if (!node->prefix || !pay(search, 1 + strlen(node->prefix)))
		return -EILSEQ;
	if (ref & REF_CHILDREN && !take_children(trie, &at, node))
		return -EILSEQ;
	if (ref & REF_VALUES) {
		const unsigned char *count = take(trie, &at, 4);

		if (!count)
			return -EILSEQ;
		node->nr_values = load_be32(count);
		node->values = trie->data + at;
	}
	return 0;
}

/* 0 when there is no such child. */
static uint32_t child_ref(const struct node *node, unsigned char c)
{
	if (!node->children || c < node->first || c > node->last)
		return 0;
	return load_be32(node->children + 4ul * (c - node->first));
}

static int add_values(struct search *search, const struct node *node)
{
	const struct trie *trie = search->trie;
	size_t at = node->values - trie->data;

	for (uint32_t i = 0; i < node->nr_values; i++) {
		const unsigned char *priority = take(trie, &at, 4);
		const char *value;
		int err;

		if (!priority)
			return -EILSEQ;
		value = take_string(trie, &at);
		if (!value)
			return -EILSEQ;
		if (search->visit)
			err = search->visit(search->context, search->pattern,
					    value);
		else
			err = hits_add(search->hits, value,
				       load_be32(priority));
		if (err)
			return err;
	}
	return 0;
}

static bool matches(struct search *search)
{
	search->pattern[search->len] = '\0';
	if (!search->name)
		return true;
	return !fnmatch(search->pattern, search->name, 0);
}

static int add_subtree(struct search *search, uint32_t ref);

/* The whole of @node, whose prefix from @prefix on is yet to be added to the
 * pattern; leaves the pattern as it was. */
static int add_node(struct search *search, const struct node *node,
		    const char *prefix)
{
	size_t before = search->len;
	size_t len = strlen(prefix);
	int err = 0;

	if (len + 2 > LONGEST_KEY - before)
		return -EILSEQ;
	memcpy(search->pattern + before, prefix, len);
	search->len += len;
	if (node->values && matches(search))
		err = add_values(search, node);
	for (unsigned int c = node->first; !err && c <= node->last; c++) {
		uint32_t ref = child_ref(node, c);

		if (!ref)
			continue;
		search->pattern[search->len++] = (char)c;
		err = add_subtree(search, ref);
		search->len--;
	}
	search->len = before;
	return err;
}

static int add_subtree(struct search *search, uint32_t ref)
{
	struct node node;
	int err = read_node(search, ref, &node);

	if (err)
		return err;
	return add_node(search, &node, node.prefix);
}

static bool is_wild(char c)
{
	return c == '*' || c == '?' || c == '[';
}

/* Below a node, the subtrees that begin with a wildcard. */
static int add_wild_children(struct search *search, const struct node *node)
{
	static const char wild[] = {'*', '?', '['};

	for (size_t i = 0; i < sizeof(wild); i++) {
		uint32_t ref = child_ref(node, wild[i]);
		int err;

		if (!ref)
			continue;
		search->pattern[0] = wild[i];
		search->len = 1;
		err = add_subtree(search, ref);
		if (err)
			return err;
	}
	return 0;
}

/* Walks down along @name.  Where a pattern's wildcard is met, the rest of the
 * name is compared with every pattern below. */
static int walk(struct search *search, uint32_t ref, const char *name,
		bool patterns)
{
	struct node node;
	int err;

	for (; ref; ref = child_ref(&node, *name), name++) {
		const char *prefix;

		err = read_node(search, ref, &node);
		if (err)
			return err;
		for (prefix = node.prefix; *prefix; prefix++, name++) {
			if (patterns && is_wild(*prefix)) {
				search->name = name;
				search->len = 0;
				return add_node(search, &node, prefix);
			}
			if (*prefix != *name)
				return 0;
		}
		search->name = name;
		err = patterns ? add_wild_children(search, &node) : 0;
		if (err)
			return err;
		if (!*name)
			return node.values ? add_values(search, &node) : 0;
	}
	return 0;
}

int trie_search(const struct trie *trie, enum hits_how how, const char *name,
		struct hits *hits)
{
	struct search *search = calloc(1, sizeof(*search));
	uint32_t root = load_be32(trie->data + 8);
	int err;

	if (!search)
		return -ENOMEM;
	search->trie = trie;
	search->hits = hits;
	/* a name with wildcards in it may take two ways to one node */
	search->budget = 4 * trie->size;
	if (how == HITS_ALL)
		err = add_subtree(search, root);
	else
		err = walk(search, root, name, how == HITS_MATCH);
	free(search);
	return err;
}

int trie_walk(const struct trie *trie, trie_visit_fn *visit, void *context)
{
	struct search *search = calloc(1, sizeof(*search));
	int err;

	if (!search)
		return -ENOMEM;
	search->trie = trie;
	search->visit = visit;
	search->context = context;
	search->budget = 4 * trie->size;
	err = add_subtree(search, load_be32(trie->data + 8));
	free(search);
	return err;
}
