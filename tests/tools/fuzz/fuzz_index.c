// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: a binary index, searched in all ways.  The input begins with
 * what is searched for, up to a newline.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/modlookup.h"
#include "tests/tools/fuzz/fuzz.h"

/* What was read goes here, so that it is read. */
static volatile size_t sink;

static void search(const struct trie *trie, enum hits_how how, const char *name)
{
	struct hits hits = {0};

	trie_search(trie, how, name, &hits);
	hits_sort(&hits);
	for (size_t i = 0; i < hits.n; i++)
		sink += strlen(hits.hit[i].value);
	hits_free(&hits);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, '\n', size);
	struct trie *trie;
	char *name;

	if (!end)
		return 0;
	name = strndup((const char *)data, end - data);
	size -= end + 1 - data;
	if (name && !trie_open(fuzz_file(end + 1, size), &trie)) {
		search(trie, HITS_EXACT, name);
		search(trie, HITS_MATCH, name);
		search(trie, HITS_ALL, NULL);
		trie_close(trie);
	}
	free(name);
	return 0;
}
