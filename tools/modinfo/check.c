// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a module would load into a kernel, in words: what lib/modabi finds,
 * less what it cannot know of this kernel.
 *
 * One owner, no locks, may block on disk, not signal-safe.
 */
#include "tools/modinfo/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/modabi.h"
#include "lib/modelf.h"
#include "lib/strbuf.h"
#include "tools/log.h"
#include "tools/modinfo/info.h"
#include "tools/modinfo/target.h"

/* Names of symbols in a line; a module built for something else lacks
 * hundreds. */
#define MOST_NAMES 3

static void add_reason(struct reasons *reasons, const char *text)
{
	/* the array is full at each power of two */
	if (!(reasons->n & (reasons->n - 1))) {
		size_t room = reasons->n ? reasons->n * 2 : 1;

		reasons->text =
			realloc(reasons->text, room * sizeof(*reasons->text));
		if (!reasons->text)
			log_fatal("out of memory\n");
	}
	reasons->text[reasons->n++] = str_printf("%s", text);
}

static void add_gap(struct verdict *verdict, const char *text)
{
	verdict->sure = false;
	add_reason(&verdict->notes, text);
}

/* Takes out of @from all reasons that are none here, noting why. */
static void filter(const struct target *target, struct modabi_verdict *from,
		   struct verdict *verdict)
{
	bool knows = target_knows_symbols(target);
	size_t kept = 0;

	for (size_t i = 0; i < from->nr_reasons; i++) {
		struct modabi_reason *reason = &from->reason[i];
		bool unsure = reason->kind == MODABI_SYMBOL_MISSING && !knows;

		if (reason->err && !unsure) {
			from->reason[kept++] = *reason;
			continue;
		}
		if (!unsure)
			add_reason(&verdict->notes, reason->text);
		free(reason->symbol);
		free(reason->text);
	}
	from->nr_reasons = kept;
}

/* Says what is not known of the kernel. */
static void add_gaps(const struct target *target, struct verdict *verdict)
{
	const struct modabi_kernel *kernel = target_kernel(target);

	if (!target_knows_symbols(target))
		add_gap(verdict, "no Module.symvers to look the kernel's "
				 "symbols up in");
	else if (!target_knows_versions(target) && kernel->versions)
		add_gap(verdict, "no Module.symvers to compare the versions "
				 "of the kernel's symbols with");
	if (!kernel->vermagic)
		add_gap(verdict, "no module of this kernel to compare "
				 "vermagic with");
}

static void check_file(struct target *target, struct modelf *elf,
		       struct verdict *verdict)
{
	struct strbuf summary = STRBUF_INIT;
	struct modabi_verdict found;
	const void *data;
	size_t size;

	target_add_needs(target, elf);
	if (modelf_image(elf, &data, &size)) {
		add_reason(&verdict->why, "it cannot be read");
		return;
	}
	if (modabi_check(target_kernel(target), data, size, &found))
		log_fatal("out of memory\n");
	filter(target, &found, verdict);
	add_gaps(target, verdict);
	for (size_t i = 0; i < found.nr_reasons; i++)
		add_reason(&verdict->why, found.reason[i].text);
	modabi_summary(&found, MOST_NAMES, &summary);
	verdict->summary = summary.text;
	modabi_verdict_clear(&found);
}

static void check_running(const struct target *target, const struct info *info,
			  struct verdict *verdict)
{
	const char *name = info_value(info, "name");
	char *path = str_printf("/sys/module/%s/initstate",
				name ? name : info->name);

	if (target_is_running(target) && !access(path, F_OK))
		add_reason(&verdict->notes, "it is loaded already");
	free(path);
}

void check_module(struct target *target, const struct info *info,
		  struct modelf *elf, struct verdict *verdict)
{
	memset(verdict, 0, sizeof(*verdict));
	verdict->kernel = target_release(target);
	verdict->sure = true;
	if (elf) {
		check_file(target, elf, verdict);
		check_running(target, info, verdict);
	} else {
		add_reason(&verdict->why, "it is built into the kernel");
	}
	verdict->loads = !verdict->why.n && verdict->sure;
	if (verdict->why.n && (!verdict->summary || !*verdict->summary)) {
		free(verdict->summary);
		verdict->summary = str_printf("%s", verdict->why.text[0]);
	}
}

static void free_reasons(struct reasons *reasons)
{
	for (size_t i = 0; i < reasons->n; i++)
		free(reasons->text[i]);
	free(reasons->text);
	memset(reasons, 0, sizeof(*reasons));
}

void verdict_free(struct verdict *verdict)
{
	free_reasons(&verdict->why);
	free_reasons(&verdict->notes);
	free(verdict->summary);
	verdict->summary = NULL;
}

static void print_notes(const struct verdict *verdict, const char *before)
{
	for (size_t i = 0; i < verdict->notes.n; i++)
		printf("%s%s", i ? "; " : before, verdict->notes.text[i]);
}

void check_print(const struct info *info, const struct verdict *verdict)
{
	const char *kernel = verdict->kernel;

	if (verdict->why.n) {
		printf("%s: would not load on %s: %s", info->name, kernel,
		       verdict->summary);
	} else if (verdict->sure) {
		printf("%s: would load on %s", info->name, kernel);
		print_notes(verdict, ", but: ");
	} else {
		printf("%s: may load on %s: ", info->name, kernel);
		print_notes(verdict, "");
	}
	putchar('\n');
}
