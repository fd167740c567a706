// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a kernel exports by its list of symbols.
 *
 * One owner, no locks, not signal-safe.
 */
#include "tools/modinfo/sysmap.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/modabi.h"
#include "lib/strbuf.h"
#include "tools/log.h"

#define EXPORT_PREFIX "__ksymtab_"
#define GPL_START     "__start___ksymtab_gpl"
#define GPL_END	      "__stop___ksymtab_gpl"

struct line {
	uint64_t address;
	const char *name;
};

/* False also for a symbol of a module, which is asked itself. */
static bool read_line(const char *text, struct line *line)
{
	char *end;

	line->address = strtoull(text, &end, 16);
	if (end == text || end[0] != ' ' || !end[1] || end[2] != ' ')
		return false;
	line->name = end + 3;
	return *line->name && !strchr(line->name, '\t');
}

/* The address of the mark, in a text that is not cut yet; 0: not there. */
static uint64_t find_mark(const char *text, const char *mark)
{
	char *pattern = str_printf(" %s\n", mark);
	const char *at = strstr(text, pattern);

	free(pattern);
	while (at && at > text && at[-1] != '\n')
		at--;
	return at ? strtoull(at, NULL, 16) : 0;
}

bool sysmap_add(struct modabi_kernel *kernel, char *text)
{
	uint64_t start = find_mark(text, GPL_START);
	uint64_t end = find_mark(text, GPL_END);
	struct modabi_export export = {.owner = MODABI_VMLINUX, .ns = ""};
	size_t before = modabi_count(kernel), prefix = strlen(EXPORT_PREFIX);
	struct line line;
	char *next;

	while ((next = strsep(&text, "\n"))) {
		if (!read_line(next, &line) ||
		    strncmp(line.name, EXPORT_PREFIX, prefix))
			continue;
		export.name = line.name + prefix;
		export.gpl = line.address >= start && line.address < end;
		if (modabi_add(kernel, &export))
			log_fatal("out of memory\n");
	}
	return modabi_count(kernel) > before;
}
