// SPDX-License-Identifier: GPL-2.0-only
/*
 * Symbols' names, each stored once for one reader.
 *
 * One owner, no locks, not signal-safe; ends the program without memory.
 */
#include <stdlib.h>
#include <string.h>

#include "tools/depmod/depmod.h"

static void grow(struct names *names)
{
	size_t nr_slots = names->nr_slots ? names->nr_slots * 2 : 16384;
	struct name **slot = xcalloc(nr_slots, sizeof(*slot));

	for (size_t id = 0; id < names->n; id++) {
		size_t i = names->name[id]->hash & (nr_slots - 1);

		while (slot[i])
			i = (i + 1) & (nr_slots - 1);
		slot[i] = names->name[id];
	}
	free(names->slot);
	names->slot = slot;
	names->nr_slots = nr_slots;
}

static struct name *append(struct names *names, const char *text, uint32_t hash)
{
	size_t len = strlen(text);
	struct name *name = arena_alloc(&names->arena, sizeof(*name) + len + 1);

	if (names->n == names->cap) {
		names->cap = names->cap ? names->cap * 2 : 4096;
		names->name = xrealloc(names->name,
				       names->cap * sizeof(*names->name));
	}
	*name = (struct name){.id = names->n, .hash = hash};
	memcpy(name->text, text, len + 1);
	names->name[names->n++] = name;
	return name;
}

struct name *names_add(struct names *names, const char *text, uint32_t hash)
{
	size_t i;

	if (names->n * 2 >= names->nr_slots)
		grow(names);
	for (i = hash & (names->nr_slots - 1); names->slot[i];
	     i = (i + 1) & (names->nr_slots - 1))
		if (names->slot[i]->hash == hash &&
		    !strcmp(names->slot[i]->text, text))
			return names->slot[i];
	names->slot[i] = append(names, text, hash);
	return names->slot[i];
}

void names_free(struct names *names)
{
	if (!names)
		return;
	arena_free(&names->arena);
	free(names->name);
	free(names->slot);
	free(names->symbol);
	free(names);
}

void names_expect(const struct names *names, uint32_t hash)
{
	if (names->nr_slots)
		__builtin_prefetch(&names->slot[hash & (names->nr_slots - 1)]);
}

void names_expect_soon(const struct names *names, uint32_t hash)
{
	if (names->nr_slots)
		__builtin_prefetch(names->slot[hash & (names->nr_slots - 1)]);
}
