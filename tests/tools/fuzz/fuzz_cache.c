// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: what depmod kept of the last run, and all that it makes of that.
 * The input is the cache's file; what would make it be left aside at once, its
 * magic and its checksum, is put right.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/tools/fuzz/fuzz.h"
#include "tools/depmod/depmod.h"
#include "tools/log.h"

/* The header's beginning, up to and with format, and where its checksum lies
 * and ends: cache.c. */
static const char start[12] = "r3depmod\1\0\0\1";
#define CHECKSUM    64
#define HEADER_SIZE 72

static void put_right(uint8_t *data, size_t size)
{
	uint64_t sum;

	memcpy(data, start, sizeof(start));
	sum = cache_checksum(data + HEADER_SIZE, size - HEADER_SIZE);
	memcpy(data + CHECKSUM, &sum, sizeof(sum));
}

static void add_module(struct depmod *depmod, const char *file)
{
	char *path = str_printf("%s/%s", depmod->dirname, file);

	modules_add(depmod, arena_text(&depmod->arena, path, strlen(path)),
		    module_name(&depmod->arena, file));
	free(path);
}

static void free_all(struct depmod *depmod)
{
	arena_free(&depmod->arena);
	free(depmod->module);
	free(depmod->by_name);
	free(depmod->symbols.symbol);
	free(depmod->symbols.slot);
	for (size_t i = 0; i < depmod->nr_names; i++)
		names_free(depmod->names[i]);
	free(depmod->cache);
}

/* As depmod goes on, with all files unchanged. */
static void use(struct depmod *depmod)
{
	symbols_collect(depmod);
	if (!graph_make(depmod))
		output_all(depmod);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *dir = fuzz_dir();
	struct depmod depmod = {
		.compat = COMPAT_NEWEST,
		.dirname = (char *)dir,
		.outdir = (char *)dir,
		.threads = 1,
	};
	uint8_t *copy;

	if (size < HEADER_SIZE)
		return 0;
	fuzz_quiet();
	log_set_level(LOG_CRIT);
	copy = malloc(size);
	memcpy(copy, data, size);
	put_right(copy, size);
	fuzz_file_in("modules.cache.bin", copy, size);
	free(copy);
	add_module(&depmod, "kernel/a.ko");
	add_module(&depmod, "kernel/b-c.ko.xz");
	add_module(&depmod, "d.ko");
	cache_load(&depmod);
	/* Texts as a rule, since files take long. */
	depmod.dry_run = size % 8;
	use(&depmod);
	free_all(&depmod);
	return 0;
}
