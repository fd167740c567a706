// SPDX-License-Identifier: GPL-2.0-only
/*
 * The symbols of a module by address, while ftrace looks up every one of its
 * functions.
 *
 * The kernel finds the symbol of an address by reading the whole table, which
 * for a large module, once for each function, is most of the time that loading
 * takes.  While a load is at that point, a sorted index answers in its place,
 * with the same result.  One load at a time has it; others go the long way.
 */
#include <linux/atomic.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "hook.h"
#include "module/internal.h"

const char *machine_find_kallsyms_symbol(struct module *mod,
					 unsigned long address,
					 unsigned long *size,
					 unsigned long *offset);
HOOK_IF_PRESENT(find_kallsyms_symbol, machine_find_kallsyms_symbol, HOOK_SLOT,
		HOOK_LATE, "reads a whole symbol table for each function");

/* Value and index in the symbol table in one number, for sorting: of several
 * symbols of one address the first in the table is found. */
#define ENTRY(value, index) ((u64)(value) << 32 | (index))
#define VALUE(entry)	    ((unsigned long)((entry) >> 32))
#define INDEX(entry)	    ((u32)(entry))

/* Published by @mod, which is set last and cleared first. */
static struct {
	struct module *mod;
	u64 *entries; /* inside memory */
	unsigned int n;
	void *memory;
} current_index;

static DEFINE_MUTEX(index_mutex);

static const char *symbol_name(const struct mod_kallsyms *kallsyms,
			       unsigned int i)
{
	return kallsyms->strtab + kallsyms->symtab[i].st_name;
}

/* Names that the compiler makes for itself, on some architectures. */
static bool is_mapping_name(const char *name)
{
	if (name[0] == '.' && name[1] == 'L')
		return true;
	if (STRICT_ELF)
		return name[0] == '$' || (name[0] == 'L' && name[1] == '0');
	return name[0] == '$' && name[1] && strchr("axtd", name[1]) &&
	       (!name[2] || name[2] == '.');
}

static bool counts(const struct mod_kallsyms *kallsyms, unsigned int i)
{
	const char *name = symbol_name(kallsyms, i);

	return kallsyms->symtab[i].st_shndx != SHN_UNDEF && *name &&
	       !is_mapping_name(name);
}

/* Addresses of modules fit into 32 bits; what does not is no address. */
static unsigned int fill(u64 *entries, const struct mod_kallsyms *kallsyms)
{
	unsigned int i, n = 0;

	for (i = 1; i < kallsyms->num_symtab; i++) {
		unsigned long value = kallsyms->symtab[i].st_value;

		if (value <= U32_MAX && counts(kallsyms, i))
			entries[n++] = ENTRY(value, i);
	}
	return n;
}

static void merge(u64 *to, const u64 *a, const u64 *a_end, const u64 *b,
		  const u64 *b_end)
{
	while (a < a_end && b < b_end)
		*to++ = *b < *a ? *b++ : *a++;
	while (a < a_end)
		*to++ = *a++;
	while (b < b_end)
		*to++ = *b++;
}

/* @spare: as large; returns the one of the two that holds the result.  The
 * kernel's sort() is for small tables. */
static u64 *merge_sort(u64 *from, u64 *spare, unsigned int n)
{
	unsigned int width, at;

	for (width = 1; width < n; width *= 2) {
		for (at = 0; at < n; at += 2 * width) {
			u64 *middle = from + min(at + width, n);
			u64 *end = from + min(at + 2 * width, n);

			merge(spare + at, from + at, middle, middle, end);
		}
		swap(from, spare);
	}
	return from;
}

/* Below this many functions the long way is shorter. */
#define WORTHWHILE 64

void kallsyms_index_begin(struct module *mod)
{
	const struct mod_kallsyms *kallsyms =
		rcu_dereference_protected(mod->kallsyms, true);
	u64 *entries;

	if (kallsyms->num_symtab < WORTHWHILE || !mutex_trylock(&index_mutex))
		return;
	entries = kvmalloc_array(2 * (size_t)kallsyms->num_symtab,
				 sizeof(*entries), GFP_KERNEL);
	if (!entries) {
		mutex_unlock(&index_mutex);
		return;
	}
	current_index.memory = entries;
	current_index.n = fill(entries, kallsyms);
	current_index.entries = merge_sort(
		entries, entries + kallsyms->num_symtab, current_index.n);
	smp_store_release(&current_index.mod, mod);
}

/* Look-ups run with preemption off, so none is left behind the grace period. */
void kallsyms_index_end(struct module *mod)
{
	if (READ_ONCE(current_index.mod) != mod)
		return;
	WRITE_ONCE(current_index.mod, NULL);
	synchronize_rcu();
	kvfree(current_index.memory);
	mutex_unlock(&index_mutex);
}

/* How many entries have a value of at most @address. */
static unsigned int count_up_to(unsigned long address)
{
	unsigned int low = 0, high = current_index.n;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (VALUE(current_index.entries[middle]) <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Where the memory that holds @address begins and ends. */
static bool find_bounds(const struct module *mod, unsigned long address,
			unsigned long *low, unsigned long *high)
{
#if HAVE_MODULE_MEMORY
	int type;

	for (type = 0; type < MOD_MEM_NUM_TYPES; type++) {
		if (!within_module_mem_type(address, mod, type))
			continue;
		*low = (unsigned long)mod->mem[type].base;
		*high = *low + mod->mem[type].size;
		return true;
	}
	return false;
#else
	const struct module_layout *layout = &mod->core_layout;

	if (within_module_init(address, mod))
		layout = &mod->init_layout;
	*low = 0;
	*high = (unsigned long)layout->base + layout->text_size;
	return true;
#endif
}

static const char *look_up(struct module *mod, unsigned long address,
			   unsigned long *size, unsigned long *offset)
{
	const struct mod_kallsyms *kallsyms =
		rcu_dereference_sched(mod->kallsyms);
	const u64 *entries = current_index.entries;
	unsigned long low, next, value;
	unsigned int n, first;

	if (!find_bounds(mod, address, &low, &next))
		return NULL;
	n = count_up_to(address);
	if (!n)
		return NULL;
	value = VALUE(entries[n - 1]);
	if (!value || value < low)
		return NULL;
	for (first = n - 1; first; first--)
		if (VALUE(entries[first - 1]) != value)
			break;
	if (n < current_index.n && VALUE(entries[n]) < next)
		next = VALUE(entries[n]);
	if (size)
		*size = next - value;
	if (offset)
		*offset = address - value;
	return symbol_name(kallsyms, INDEX(entries[first]));
}

const char *machine_find_kallsyms_symbol(struct module *mod,
					 unsigned long address,
					 unsigned long *size,
					 unsigned long *offset)
{
	if (smp_load_acquire(&current_index.mod) == mod)
		return look_up(mod, address, size, offset);
	return NATIVE(typeof(machine_find_kallsyms_symbol),
		      find_kallsyms_symbol)(mod, address, size, offset);
}
