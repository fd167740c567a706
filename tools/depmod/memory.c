// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of depmod: what is kept until the end lies in arenas.
 *
 * Each arena has one owner; no locks; not signal-safe.  Running out of memory
 * ends the program: the indexes there are stay as they are.
 */
#include <stdlib.h>
#include <string.h>

#include "tools/depmod/depmod.h"
#include "tools/log.h"

#define CHUNK_SIZE (256ul << 10)

struct arena_chunk {
	struct arena_chunk *next;
	size_t used, size;
	char data[];
};

void *xrealloc(void *data, size_t size)
{
	data = realloc(data, size ? size : 1);
	if (!data)
		log_fatal("out of memory\n");
	return data;
}

void *xcalloc(size_t n, size_t size)
{
	void *data = calloc(n ? n : 1, size ? size : 1);

	if (!data)
		log_fatal("out of memory\n");
	return data;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk = arena->chunk;
	void *data;

	size = (size + 7) & ~7ul;
	if (!chunk || size > chunk->size - chunk->used) {
		size_t room = size > CHUNK_SIZE ? size : CHUNK_SIZE;

		chunk = xrealloc(NULL, sizeof(*chunk) + room);
		chunk->next = arena->chunk;
		chunk->used = 0;
		chunk->size = room;
		arena->chunk = chunk;
	}
	data = chunk->data + chunk->used;
	chunk->used += size;
	return data;
}

char *arena_text(struct arena *arena, const char *text, size_t len)
{
	char *copy = arena_alloc(arena, len + 1);

	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

void arena_free(struct arena *arena)
{
	while (arena->chunk) {
		struct arena_chunk *next = arena->chunk->next;

		free(arena->chunk);
		arena->chunk = next;
	}
}
