// SPDX-License-Identifier: GPL-2.0-only
/*
 * Symbols' names, each stored once for one reader.
 *
 * One owner, no locks, not signal-safe; ends the program without memory.
 */
#include <stdlib.h>
#include <string.h>

#include "tools/depmod/depmod.h"

uint32_t names_hash(const struct names *names, uint32_t id)
{
	uint32_t hash;

	memcpy(&hash, names->name[id] - sizeof(hash), sizeof(hash));
	return hash;
}

static void grow(struct names *names)
{
	size_t nr_slots = names->nr_slots ? names->nr_slots * 2 : 16384;
	struct names_slot *slot = xcalloc(nr_slots, sizeof(*slot));

	for (size_t id = 0; id < names->n; id++) {
		uint32_t hash = names_hash(names, id);
		size_t i = hash & (nr_slots - 1);

		while (slot[i].id)
			i = (i + 1) & (nr_slots - 1);
		slot[i] = (struct names_slot){hash, id + 1};
	}
	free(names->slot);
	names->slot = slot;
	names->nr_slots = nr_slots;
}

static uint32_t append(struct names *names, const char *name, uint32_t hash)
{
	size_t len = strlen(name);
	char *room = arena_alloc(&names->arena, sizeof(hash) + len + 1);

	if (names->n == names->cap) {
		names->cap = names->cap ? names->cap * 2 : 4096;
		names->name = xrealloc(names->name,
				       names->cap * sizeof(*names->name));
	}
	memcpy(room, &hash, sizeof(hash));
	memcpy(room + sizeof(hash), name, len + 1);
	names->name[names->n] = room + sizeof(hash);
	return names->n++;
}

uint32_t names_add(struct names *names, const char *name, uint32_t hash)
{
	size_t i;

	if (names->n * 2 >= names->nr_slots)
		grow(names);
	for (i = hash & (names->nr_slots - 1); names->slot[i].id;
	     i = (i + 1) & (names->nr_slots - 1)) {
		uint32_t id = names->slot[i].id - 1;

		if (names->slot[i].hash == hash &&
		    !strcmp(names->name[id], name))
			return id;
	}
	names->slot[i] = (struct names_slot){hash, names->n + 1};
	return append(names, name, hash);
}
