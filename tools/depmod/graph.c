// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which module depends on which, and the order that follows.
 *
 * Main thread; does not block.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/depmod/depmod.h"
#include "tools/log.h"

/* ---- direct dependencies ---------------------------------------------------- */

struct linker {
	struct depmod *depmod;
	uint32_t *seen; /* by module: index + 1 of the last that needed it */
	uint32_t *list; /* the dependencies of the module at hand */
	uint32_t n;
};

static void report_need(const struct depmod *depmod, const struct module *mod,
			const struct need *need, const struct symbol *symbol)
{
	const char *name = mod->record.names->name[need->name]->text;

	if (!depmod->report_unknown || need->weak)
		return;
	if (!symbol)
		log_warn("%s needs unknown symbol %s\n", mod->path, name);
	else if (depmod->check_versions && symbol->crc != need->crc)
		log_warn("%s disagrees about version of symbol %s\n", mod->path,
			 name);
}

static void link_need(struct linker *linker, uint32_t self,
		      const struct need *need)
{
	struct depmod *depmod = linker->depmod;
	struct module *mod = &depmod->module[self];
	uint32_t id = mod->record.names->symbol[need->name];
	const struct symbol *symbol = id ? &depmod->symbols.symbol[id - 1]
					 : NULL;

	report_need(depmod, mod, need, symbol);
	if (!symbol || symbol->owner == NO_MODULE ||
	    linker->seen[symbol->owner] == self + 1)
		return;
	linker->seen[symbol->owner] = self + 1;
	linker->list[linker->n++] = symbol->owner;
	depmod->module[symbol->owner].users++;
	if (depmod->verbose)
		printf("%s needs \"%s\": %s\n", mod->path, symbol->name,
		       depmod->module[symbol->owner].path);
}

static void link_module(struct linker *linker, uint32_t self)
{
	struct depmod *depmod = linker->depmod;
	struct module *mod = &depmod->module[self];
	size_t size;

	linker->n = 0;
	for (size_t i = 0; i < mod->record.nr_needs; i++)
		link_need(linker, self, &mod->record.need[i]);
	size = linker->n * sizeof(*mod->dep);
	mod->nr_deps = linker->n;
	mod->dep = arena_alloc(&depmod->arena, size);
	memcpy(mod->dep, linker->list, size);
}

static void link_all(struct depmod *depmod)
{
	struct linker linker = {
		.depmod = depmod,
		.seen = xcalloc(depmod->nr_modules, sizeof(uint32_t)),
		.list = xcalloc(depmod->nr_modules, sizeof(uint32_t)),
	};

	for (size_t i = 0; i < depmod->nr_modules; i++)
		link_module(&linker, i);
	free(linker.seen);
	free(linker.list);
}

/* ---- ranks -------------------------------------------------------------------- */

/* Modules before those that they need.  How many got a rank. */
static size_t rank_all(struct depmod *depmod)
{
	size_t n = depmod->nr_modules, ranked = 0, top = 0;
	uint32_t *stack = xcalloc(n, sizeof(*stack));
	uint32_t *users = xcalloc(n, sizeof(*users));

	for (size_t i = 0; i < n; i++) {
		users[i] = depmod->module[i].users;
		depmod->module[i].rank = UINT32_MAX;
		if (!users[i])
			stack[top++] = i;
	}
	while (top) {
		struct module *mod = &depmod->module[stack[--top]];

		mod->rank = ranked++;
		for (size_t i = 0; i < mod->nr_deps; i++)
			if (!--users[mod->dep[i]])
				stack[top++] = mod->dep[i];
	}
	free(stack);
	free(users);
	return ranked;
}

/* Prints the circle that ends in @from, which @next leads round. */
static void print_cycle(const struct depmod *depmod, const uint32_t *next,
			uint32_t from)
{
	struct strbuf line = STRBUF_INIT;
	uint32_t at = from;

	do {
		strbuf_printf(&line, "%s -> ", depmod->module[at].name);
		at = next[at];
	} while (at != from);
	log_err("Cycle detected: %s%s\n", line.text, depmod->module[from].name);
	strbuf_free(&line);
}

/* The first of its dependencies that has no rank. */
static uint32_t unranked_dep(const struct depmod *depmod, uint32_t from)
{
	const struct module *mod = &depmod->module[from];

	for (size_t i = 0; i < mod->nr_deps; i++)
		if (depmod->module[mod->dep[i]].rank == UINT32_MAX)
			return mod->dep[i];
	return NO_MODULE;
}

static bool is_unranked(const struct depmod *depmod, uint32_t index)
{
	return depmod->module[index].rank == UINT32_MAX;
}

/* Who needs each of the modules without a rank, those of one side by side. */
struct users {
	uint32_t *user;
	size_t *end; /* of each module's; the one before is its beginning */
};

static void list_users(const struct depmod *depmod, struct users *users)
{
	size_t n = depmod->nr_modules, total = 0;

	users->end = xcalloc(n + 1, sizeof(*users->end));
	for (size_t i = 0; i < n; i++) {
		total += depmod->module[i].users;
		users->end[i] = total - depmod->module[i].users;
	}
	users->user = xcalloc(total, sizeof(*users->user));
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < depmod->module[i].nr_deps; j++)
			users->user[users->end[depmod->module[i].dep[j]]++] = i;
}

/*
 * Gives a rank to those that are only below a circle: all that need no module
 * without one, again and again.  How many are left.
 */
static size_t peel(struct depmod *depmod, size_t unranked)
{
	size_t n = depmod->nr_modules, top = 0;
	uint32_t *stack = xcalloc(n, sizeof(*stack));
	uint32_t *needs = xcalloc(n, sizeof(*needs));
	struct users users;

	list_users(depmod, &users);
	for (size_t i = 0; i < n; i++) {
		const struct module *mod = &depmod->module[i];

		for (size_t j = 0; j < mod->nr_deps; j++)
			needs[i] += is_unranked(depmod, mod->dep[j]);
		if (is_unranked(depmod, i) && !needs[i])
			stack[top++] = i;
	}
	for (; top; unranked--) {
		uint32_t at = stack[--top];
		size_t from = at ? users.end[at - 1] : 0;

		depmod->module[at].rank = 0;
		for (size_t i = from; i < users.end[at]; i++)
			if (!--needs[users.user[i]] &&
			    is_unranked(depmod, users.user[i]))
				stack[top++] = users.user[i];
	}
	free(users.user);
	free(users.end);
	free(stack);
	free(needs);
	return unranked;
}

/* Each module that is left needs another one that is: going on and on, one
 * circle of each knot is met at least. */
static void report_cycles(struct depmod *depmod, size_t unranked)
{
	uint32_t *next = xcalloc(depmod->nr_modules, sizeof(*next));
	uint32_t *seen = xcalloc(depmod->nr_modules, sizeof(*seen));

	unranked = peel(depmod, unranked);
	for (size_t i = 0; i < depmod->nr_modules; i++)
		next[i] = unranked_dep(depmod, i);
	for (size_t i = 0; i < depmod->nr_modules; i++) {
		uint32_t at = i;

		if (!is_unranked(depmod, i))
			continue;
		for (; !seen[at]; at = next[at])
			seen[at] = i + 1;
		if (seen[at] == i + 1)
			print_cycle(depmod, next, at);
	}
	log_err("Found %zu modules in dependency cycles!\n", unranked);
	free(next);
	free(seen);
}

int graph_make(struct depmod *depmod)
{
	size_t ranked;

	link_all(depmod);
	ranked = rank_all(depmod);
	if (ranked == depmod->nr_modules)
		return 0;
	report_cycles(depmod, depmod->nr_modules - ranked);
	return -EINVAL;
}

/* ---- all dependencies ------------------------------------------------------------ */

/* Few as a rule; the list of a module that needs all others is still sorted in
 * good time. */
static void sort_by_rank(const struct depmod *depmod, uint32_t *list, size_t n)
{
	for (size_t gap = n / 2; gap; gap /= 2)
		for (size_t i = gap; i < n; i++) {
			uint32_t moved = list[i];
			uint32_t rank = depmod->module[moved].rank;
			size_t j = i;

			for (; j >= gap &&
			       depmod->module[list[j - gap]].rank > rank;
			     j -= gap)
				list[j] = list[j - gap];
			list[j] = moved;
		}
}

size_t graph_all(const struct depmod *depmod, const struct module *mod,
		 uint32_t *list, uint32_t *seen, uint32_t mark)
{
	size_t n = 0, done = 0;

	for (;;) {
		for (size_t i = 0; i < mod->nr_deps; i++) {
			uint32_t dep = mod->dep[i];

			if (seen[dep] == mark)
				continue;
			seen[dep] = mark;
			list[n++] = dep;
		}
		if (done == n)
			break;
		mod = &depmod->module[list[done++]];
	}
	sort_by_rank(depmod, list, n);
	return n;
}
