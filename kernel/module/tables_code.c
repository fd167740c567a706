// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables of places in a module's code that the kernel patches: alternatives,
 * paravirtual calls, thunks, calls to ftrace, jump labels, static calls.
 *
 * Where the code is not what the table says, the kernel calls BUG() or patches
 * it all the same.  Process context, before anything of the module runs.
 */
#include <linux/bitops.h>
#include <linux/ftrace.h>
#include <linux/jump_label.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/static_call.h>
#include <linux/string.h>
#include <asm/alternative.h>
#include <asm/cpufeature.h>
#include <asm/insn.h>
#include <asm/nospec-branch.h>
#include <asm/paravirt.h>
#include <asm/sections.h>
#include "module/import.h"
#include "module/tables.h"

#define CALL		    0xe8
#define JUMP		    0xe9
#define JUMP_SHORT	    0xeb
#define RETURN		    0xc3
#define NOP		    0x90
#define JUMP_SIZE	    5
#define JUMP_SHORT_SIZE	    2
#define SMALLEST_PATCH	    5 /* bytes: a call */
#define LARGEST_PATCH	    254 /* the kernel's buffer, less one */
#define LONGEST_INSTRUCTION 15
#define SP_NUMBER	    4 /* rsp among the registers */

static const void *relative(const s32 *place)
{
	return (const void *)place + *place;
}

/* Where a jump or call of @size bytes at @code leads. */
static const void *destination(const u8 *code, unsigned int size)
{
	s32 displacement;

	if (size == JUMP_SHORT_SIZE)
		return code + size + (s8)code[1];
	memcpy(&displacement, code + size - 4, sizeof(displacement));
	return code + size + displacement;
}

static bool is_prefix(u8 byte)
{
	return byte == 0x2e || byte == 0x3e;
}

/* Two bytes of opcode: 0f 80 to 0f 8f. */
static bool is_conditional(const u8 *code)
{
	return code[0] == 0x0f && (code[1] & 0xf0) == 0x80;
}

/*
 * Whether the kernel's decoder of instructions finds its way at @code without
 * leaving the module's.
 */
static bool is_decodable(const struct table_check *c, const u8 *code)
{
	unsigned int n = 0;

	if (table_code(c, code, LONGEST_INSTRUCTION))
		return true;
	while (n < 4 && table_code(c, code + n, 1) && is_prefix(code[n]))
		n++;
	if (!table_code(c, code + n, JUMP_SIZE))
		return false;
	return code[n] == CALL || code[n] == JUMP ||
	       (is_conditional(code + n) &&
		table_code(c, code + n, JUMP_SIZE + 1));
}

/* A call by the stack pointer, which nobody means, is a BUG(). */
static bool is_thunk_of_sp(const struct table_check *c, const u8 *code)
{
	const void *thunk = __x86_indirect_thunk_array + SP_NUMBER;
	const void *target;

	while (is_prefix(*code))
		code++;
	target = destination(code, *code == 0x0f ? JUMP_SIZE + 1 : JUMP_SIZE);
	return target >= thunk && target < thunk + RETPOLINE_THUNK_SIZE;
}

static bool is_site(const struct table_check *c, const u8 *code)
{
	return is_decodable(c, code) && !is_thunk_of_sp(c, code);
}

static int check_decoded(struct table_check *c)
{
	static const char *const sections[] = {
		".retpoline_sites",
		".return_sites",
		".call_sites",
		".cfi_sites",
	};
	unsigned int i, k, n;
	void *table;
	int err;

	for (i = 0; i < ARRAY_SIZE(sections); i++) {
		err = table_array(c, sections[i], sizeof(s32), &table, &n);
		for (k = 0; !err && k < n; k++)
			if (!is_site(c, relative((s32 *)table + k)))
				err = table_refuse(c, "no code of the module",
						   k);
		if (err)
			return err;
	}
	return 0;
}

static int check_places(struct table_check *c, const char *section,
			unsigned int size)
{
	unsigned int i, n;
	void *table;
	int err = table_array(c, section, sizeof(s32), &table, &n);

	for (i = 0; !err && i < n; i++)
		if (!table_code(c, relative((s32 *)table + i), size))
			err = table_refuse(c, "no code of the module", i);
	return err;
}

#ifdef ALT_FLAG_DIRECT_CALL
/* An indirect call, through a pointer that must be there, becomes direct. */
static bool is_direct_call(const struct table_check *c,
			   const struct alt_instr *alt, const u8 *instr,
			   const u8 *repl)
{
	if (!(alt->flags & ALT_FLAG_DIRECT_CALL))
		return true;
	return alt->replacementlen == JUMP_SIZE && repl[0] == CALL &&
	       alt->instrlen == 6 && instr[0] == 0xff && instr[1] == 0x15 &&
	       table_any_data(c, destination(instr, 6), sizeof(void *));
}

static unsigned int feature_of(const struct alt_instr *alt)
{
	return alt->cpuid;
}

/* A jump whose distance is too short to be changed, out of the replacement. */
static bool is_short_way_out(const struct insn *insn, int next,
			     unsigned int length)
{
	u8 op = insn->opcode.bytes[0];
	int target = next + insn->immediate.value;

	if ((op & 0xf0) != 0x70 && op != JUMP_SHORT && op != JUMP &&
	    op != CALL && !is_conditional(insn->opcode.bytes))
		return false;
	return insn->immediate.nbytes != 4 && (target < 0 || target > length);
}

/* The kernel goes through the replacement's instructions to move it. */
static bool is_movable(const struct alt_instr *alt, const u8 *repl)
{
	u8 code[LARGEST_PATCH + LONGEST_INSTRUCTION];
	struct insn insn;
	int i, next;

	memset(code, NOP, sizeof(code));
	memcpy(code, repl, alt->replacementlen);
	for (i = 0; i < alt->instrlen; i = next) {
		if (insn_decode(&insn, code + i, LONGEST_INSTRUCTION,
				INSN_MODE_KERN))
			return false;
		next = i + insn.length;
		if (next > alt->instrlen ||
		    is_short_way_out(&insn, next, alt->replacementlen))
			return false;
	}
	return true;
}
#else
static bool is_movable(const struct alt_instr *alt, const u8 *repl)
{
	return true;
}

static bool is_direct_call(const struct table_check *c,
			   const struct alt_instr *alt, const u8 *instr,
			   const u8 *repl)
{
	return true;
}

static unsigned int feature_of(const struct alt_instr *alt)
{
	return alt->cpuid & ~ALTINSTR_FLAG_INV;
}
#endif

static int check_alternatives(struct table_check *c)
{
	unsigned int i, n;
	struct alt_instr *alt;
	int err = table_array(c, ".altinstructions", sizeof(*alt),
			      (void **)&alt, &n);

	for (i = 0; !err && i < n; i++, alt++) {
		const u8 *instr = relative(&alt->instr_offset);
		const u8 *repl = relative(&alt->repl_offset);

		if (!table_code(c, instr, alt->instrlen))
			err = table_refuse(c, "no code of the module", i);
		else if (!table_own(c, repl, alt->replacementlen))
			err = table_refuse(c, "its replacement is nowhere", i);
		else if (alt->replacementlen > alt->instrlen ||
			 alt->instrlen > LARGEST_PATCH)
			err = table_refuse(c, "its replacement does not fit",
					   i);
		else if (feature_of(alt) >= (NCAPINTS + NBUGINTS) * 32)
			err = table_refuse(c, "there is no such feature", i);
		else if (!is_movable(alt, repl))
			err = table_refuse(c, "its replacement is no code", i);
		else if (!is_direct_call(c, alt, instr, repl))
			err = table_refuse(c, "it is no call", i);
	}
	return err;
}

#if HAVE_PARAVIRT_PATCH_SITE
static int check_paravirt(struct table_check *c)
{
	unsigned int i, n;
	struct paravirt_patch_site *site;
	int err = table_array(c, ".parainstructions", sizeof(*site),
			      (void **)&site, &n);

	for (i = 0; !err && i < n; i++, site++) {
		if (!table_code(c, site->instr, site->len))
			err = table_refuse(c, "no code of the module", i);
		else if (site->len < SMALLEST_PATCH ||
			 site->len > LARGEST_PATCH)
			err = table_refuse(c, "a call does not fit", i);
		else if (site->type >= sizeof(pv_ops) / sizeof(void *))
			err = table_refuse(c, "there is no such operation", i);
	}
	return err;
}
#else
static int check_paravirt(struct table_check *c)
{
	return 0;
}
#endif

int check_patch_tables(struct table_check *c)
{
	int err = check_alternatives(c);

	if (!err)
		err = check_paravirt(c);
	if (!err)
		err = check_decoded(c);
	if (!err)
		err = check_places(c, ".smp_locks", 1);
	return err ? err : check_places(c, ".ibt_endbr_seal", 4);
}

/* ftrace gives up altogether when it finds anything but its call. */
static int check_ftrace(struct table_check *c)
{
#ifdef CONFIG_FTRACE_MCOUNT_RECORD
	const unsigned long *site = c->mod->ftrace_callsites;
	bool ours = import_find("__fentry__");
	unsigned int i;

	c->section = FTRACE_CALLSITE_SECTION;
	for (i = 0; i < c->mod->num_ftrace_callsites; i++) {
		const u8 *code = (void *)site[i];

		/* Of a function that the linker left out. */
		if (!code)
			continue;
		if (!table_code(c, code, JUMP_SIZE) || code[0] != CALL ||
		    (!ours && destination(code, JUMP_SIZE) != __fentry__))
			return table_refuse(c, "no call in the module's code",
					    i);
	}
#endif
	return 0;
}

/*
 * Bytes of code that a table has claimed: what two entries patch, the second
 * does not find as it expects.
 */
struct claims {
	const u8 *low[2];
	unsigned long n[2];
	unsigned long *bits[2]; /* NULL: none */
};

static int claims_begin(const struct table_check *c, struct claims *claims)
{
	static const enum module_part parts[] = {PART_TEXT, PART_INIT_TEXT};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		claims->low[i] = part_base(c->mod, parts[i]);
		claims->n[i] = *part_size(c->mod, parts[i]);
		claims->bits[i] = kvcalloc(BITS_TO_LONGS(claims->n[i]),
					   sizeof(long), GFP_KERNEL);
		if (!claims->bits[i]) {
			kvfree(claims->bits[0]);
			return -ENOMEM;
		}
	}
	return 0;
}

static void claims_end(struct claims *claims)
{
	kvfree(claims->bits[0]);
	kvfree(claims->bits[1]);
}

/* Whether nobody had any of the @n bytes at @code, which are the module's. */
static bool claim(struct claims *claims, const u8 *code, unsigned int n)
{
	unsigned int i, k;

	for (i = 0; i < 2; i++) {
		unsigned long at = code - claims->low[i];

		if (at >= claims->n[i])
			continue;
		for (k = 0; k < n && at + k < claims->n[i]; k++)
			if (__test_and_set_bit(at + k, claims->bits[i]))
				return false;
		return true;
	}
	return false;
}

/*
 * Memory that the kernel's lists may lead to.  @p came from a structure that
 * may be none: it is looked at before it is followed.
 */
static bool is_memory(const void *p, size_t n)
{
	unsigned long address = (unsigned long)p;

	return !(address & 7) && address >= machine_boot_info.ram_low &&
	       address < machine_boot_info.ram_high - n;
}

/* In the kernel's image only what can be written to: not constants, nor what
 * init left free. */
static bool is_foreign_data(const struct table_check *c, const void *p,
			    size_t n)
{
	if (!table_in_kernel(p))
		return table_any_data(c, p, n);
	return (p >= (void *)_sdata && p < (void *)_edata) ||
	       (p >= (void *)__bss_start && p < (void *)__bss_stop);
}

#ifdef CONFIG_JUMP_LABEL

extern struct jump_entry __start___jump_table[], __stop___jump_table[];

struct static_key_mod {
	struct static_key_mod *next;
	struct jump_entry *entries;
	struct module *mod;
};

/* Whether the entries that a key knows of know of the key. */
static bool is_entry_of(const struct table_check *c,
			const struct static_key *key,
			const struct jump_entry *entry)
{
	if (entry < __start___jump_table || entry >= __stop___jump_table) {
		if (table_in_kernel(entry) || table_own(c, entry, 1) ||
		    !table_any_data(c, entry, sizeof(*entry)))
			return false;
	}
	return jump_entry_key(entry) == key;
}

/* A key that others have defined, and that the kernel knows already. */
static bool is_foreign_key(const struct table_check *c,
			   const struct static_key *key)
{
	unsigned long type = READ_ONCE(key->type);
	const void *p = (void *)(type & ~JUMP_TYPE_MASK);
	const struct static_key_mod *list = p;

	if (atomic_read(&key->enabled) < -1 ||
	    atomic_read(&key->enabled) > 1 << 20)
		return false;
	if (!p)
		return !(type & JUMP_TYPE_LINKED);
	if (!(type & JUMP_TYPE_LINKED))
		return is_entry_of(c, key, p);
	for (; list; list = list->next) {
		if (!is_memory(list, sizeof(*list)))
			return false;
		if (list->entries)
			return is_entry_of(c, key, list->entries);
	}
	return true;
}

/* Read-only since init: newer kernels gave its list up, and do not write. */
static bool is_sealed(const struct static_key *key)
{
	return (key->type & ~JUMP_TYPE_TRUE) == JUMP_TYPE_LINKED;
}

static bool is_key(const struct table_check *c, const struct static_key *key)
{
	if ((unsigned long)key & 7)
		return false;
	if (table_own(c, key, 1))
		return table_writable(c, key, sizeof(*key));
	if (!table_any_data(c, key, sizeof(*key)))
		return false;
	if (is_sealed(key))
		return true;
	return is_foreign_data(c, key, sizeof(*key)) && is_foreign_key(c, key);
}

static unsigned int size_of_jump(const u8 *code)
{
	return code[0] == 0x66 || code[0] == JUMP_SHORT ? JUMP_SHORT_SIZE
							: JUMP_SIZE;
}

/* What the code is before the key was looked at: nothing, or the jump. */
static bool is_jump(const struct table_check *c, const struct jump_entry *entry,
		    const struct static_key *key)
{
	static const u8 nop2[] = {0x66, 0x90};
	static const u8 nop5[] = {0x0f, 0x1f, 0x44, 0x00, 0x00};
	const u8 *code = (void *)jump_entry_code(entry);
	const void *target = (void *)jump_entry_target(entry);
	bool jumps = (key->type & JUMP_TYPE_TRUE) ^ jump_entry_is_branch(entry);

	if (!table_code(c, code, JUMP_SHORT_SIZE))
		return false;
	if (!jumps && !memcmp(code, nop2, sizeof(nop2)))
		return true;
	if (jumps && code[0] == JUMP_SHORT)
		return destination(code, JUMP_SHORT_SIZE) == target;
	if (!table_code(c, code, JUMP_SIZE))
		return false;
	if (!jumps)
		return !memcmp(code, nop5, sizeof(nop5));
	return code[0] == JUMP && destination(code, JUMP_SIZE) == target;
}

static int check_jump_labels(struct table_check *c, struct claims *claims)
{
	const struct static_key *key, *known = NULL;
	struct jump_entry *entry = c->mod->jump_entries;
	unsigned int i;

	c->section = "__jump_table";
	/* Keys keep flags in the lowest bits of pointers to it. */
	if ((unsigned long)entry % sizeof(entry->key))
		return table_refuse(c, "it is not aligned", 0);
	for (i = 0; i < c->mod->num_jump_entries; i++, entry++) {
		key = jump_entry_key(entry);
		if ((!i || key != known) && !is_key(c, key))
			return table_refuse(c, "its key is nowhere", i);
		if ((!i || key != known) && table_own(c, key, 1) &&
		    table_claim(c, key, sizeof(*key), CLAIM_KEY))
			return -ENOMEM;
		known = key;
		if (!table_code(c, (void *)jump_entry_target(entry), 1))
			return table_refuse(c, "its target is no code", i);
		if (!is_jump(c, entry, key))
			return table_refuse(c, "its code is no jump", i);
		if (!claim(claims, (void *)jump_entry_code(entry),
			   size_of_jump((void *)jump_entry_code(entry))))
			return table_refuse(c, "its code is another's", i);
	}
	return 0;
}

#else
static int check_jump_labels(struct table_check *c, struct claims *claims)
{
	return 0;
}
#endif

#ifdef CONFIG_HAVE_STATIC_CALL_INLINE

extern struct static_call_site __start_static_call_sites[],
	__stop_static_call_sites[];
extern struct static_call_tramp_key __start_static_call_tramp_key[],
	__stop_static_call_tramp_key[];

#define SITE_FLAGS (STATIC_CALL_SITE_TAIL | STATIC_CALL_SITE_INIT)
#define IS_SITES   1ul /* static_call_key, type */

static unsigned long key_of(const struct static_call_site *site)
{
	return ((unsigned long)&site->key + site->key) & ~SITE_FLAGS;
}

static bool is_site_of(const struct table_check *c,
		       const struct static_call_key *key,
		       const struct static_call_site *site)
{
	if (site < __start_static_call_sites ||
	    site >= __stop_static_call_sites) {
		if (table_in_kernel(site) || table_own(c, site, 1) ||
		    !table_any_data(c, site, sizeof(*site)))
			return false;
	}
	return key_of(site) == (unsigned long)key;
}

static bool is_foreign_call(const struct table_check *c,
			    const struct static_call_key *key)
{
	const struct static_call_mod *list;

	if (!table_function(c, key->func))
		return false;
	/* The kernel itself may have no call by it. */
	if (key->type == IS_SITES)
		return true;
	if (key->type & IS_SITES)
		return is_site_of(c, key, (void *)(key->type & ~IS_SITES));
	for (list = key->mods; list; list = list->next) {
		if (!is_memory(list, sizeof(*list)))
			return false;
		if (list->sites)
			return is_site_of(c, key, list->sites);
	}
	return true;
}

/* Most keys are not exported: a module names the trampoline instead. */
static bool is_trampoline(unsigned long address)
{
	const struct static_call_tramp_key *p;

	for (p = __start_static_call_tramp_key;
	     p < __stop_static_call_tramp_key; p++)
		if ((unsigned long)relative(&p->tramp) == address)
			return true;
	return false;
}

static bool is_call_key(const struct table_check *c, unsigned long address)
{
	const struct static_call_key *key = (void *)address;

	if (core_kernel_text(address))
		return is_trampoline(address);
	if (address & 7)
		return false;
	/* As the compiler left it: no list yet, of either kind. */
	if (table_own(c, key, 1))
		return table_writable(c, key, sizeof(*key)) &&
		       !(key->type & ~IS_SITES) && table_function(c, key->func);
	return is_foreign_data(c, key, sizeof(*key)) && is_foreign_call(c, key);
}

static bool is_call(const struct table_check *c,
		    const struct static_call_site *site)
{
	const u8 *code = relative(&site->addr);
	bool tail = ((unsigned long)&site->key + site->key) &
		    STATIC_CALL_SITE_TAIL;

	if (!table_code(c, code, JUMP_SIZE))
		return false;
	if (!tail)
		return code[0] == CALL;
	return code[0] == JUMP || code[0] == RETURN ||
	       (is_conditional(code) && table_code(c, code, JUMP_SIZE + 1));
}

static int check_static_calls(struct table_check *c, struct claims *claims)
{
	struct static_call_site *site = c->mod->static_call_sites;
	unsigned long key, known = 0;
	int i;

	c->section = ".static_call_sites";
	for (i = 0; i < c->mod->num_static_call_sites; i++, site++) {
		key = key_of(site);
		if ((!i || key != known) && !is_call_key(c, key))
			return table_refuse(c, "its key is nowhere", i);
		if ((!i || key != known) && table_own(c, (void *)key, 1) &&
		    table_claim(c, (void *)key, sizeof(struct static_call_key),
				CLAIM_CALL))
			return -ENOMEM;
		known = key;
		if (!is_call(c, site))
			return table_refuse(c, "its code is no call", i);
		if (!claim(claims, relative(&site->addr), JUMP_SIZE))
			return table_refuse(c, "its code is another's", i);
	}
	return 0;
}

#else
static int check_static_calls(struct table_check *c, struct claims *claims)
{
	return 0;
}
#endif

static bool has_patches(const struct module *mod)
{
	bool has = false;

#ifdef CONFIG_JUMP_LABEL
	has = mod->num_jump_entries;
#endif
#ifdef CONFIG_HAVE_STATIC_CALL_INLINE
	has |= mod->num_static_call_sites;
#endif
	return has;
}

int check_late_tables(struct table_check *c)
{
	struct claims claims;
	int err = check_ftrace(c);

	if (err || !has_patches(c->mod))
		return err;
	err = claims_begin(c, &claims);
	if (err)
		return err;
	err = check_jump_labels(c, &claims);
	if (!err)
		err = check_static_calls(c, &claims);
	claims_end(&claims);
	return err;
}
