// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accesses to a program's memory that compilers put in line, unsafe_get_user()
 * and the like: at the address that they use there may be nothing in the
 * instance's process, or something else.
 *
 * The kernel's exception tables say where they are.  While clients are served,
 * a breakpoint is at each, and its handler does what the instruction would, to
 * the memory of the program that current stands for.
 *
 * inline_access() runs in a trap, virtual interrupts off; the rest in process
 * context, once, and as modules come and go.
 */
#include <linux/extable.h>
#include <linux/kallsyms.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/bsearch.h>
#include <linux/uaccess.h>
#include <asm/insn.h>
#include <asm/insn-eval.h>
#include <asm/traps.h>
#include "cpu/access.h"
#include "syscall/clients.h"

#define INT3 0xcc

/* One instruction; the kernel's are sorted by address. */
struct site {
	unsigned long ip;
	u8 code[ACCESS_LONGEST + 1];
};

/* Those of the kernel, or of a module. */
struct sites {
	struct list_head list;
	const struct module *mod;
	unsigned int n;
	struct site site[];
};

extern const struct exception_table_entry __start___ex_table[];
extern const struct exception_table_entry __stop___ex_table[];
int fixup_exception(struct pt_regs *regs, int trap, unsigned long error,
		    unsigned long address);

/* mm/usercopy_entry.S */
unsigned long machine_copy_user(void *to, const void *from, unsigned int n);

static LIST_HEAD(all_sites);
static DEFINE_RAW_SPINLOCK(sites_lock); /* innermost; in traps as well */

/* These have the same kind of entry, for the kernel's own memory. */
static const char *const for_the_kernel[] = {
	"copy_from_kernel_nofault",
	"copy_to_kernel_nofault",
	"strncpy_from_kernel_nofault",
	"csum_partial_copy_generic",
};

static struct {
	unsigned long from, to;
} kernels_own[ARRAY_SIZE(for_the_kernel)];

static void look_up_functions(void)
{
	unsigned long size, offset, i, at;

	for (i = 0; i < ARRAY_SIZE(for_the_kernel); i++) {
		at = kallsyms_lookup_name(for_the_kernel[i]);
		if (!at || !kallsyms_lookup_size_offset(at, &size, &offset))
			continue;
		kernels_own[i].from = at;
		kernels_own[i].to = at + size;
	}
}

static bool is_for_the_kernel(unsigned long ip)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(kernels_own); i++)
		if (ip >= kernels_own[i].from && ip < kernels_own[i].to)
			return true;
	return false;
}

static bool is_users(const struct exception_table_entry *e)
{
	unsigned int type = e->data & 0xff;

	return type == EX_TYPE_UACCESS || type == EX_TYPE_IMM_REG;
}

static void add(struct sites *sites, const struct exception_table_entry *e)
{
	unsigned long ip = (unsigned long)&e->insn + e->insn;
	struct site *site = &sites->site[sites->n];
	struct insn insn;
	int bytes;

	if (!is_users(e) || *(u8 *)ip == INT3)
		return;
	site->ip = ip;
	memcpy(site->code, (void *)ip, ACCESS_LONGEST);
	if (access_is_plain(access_decode(site->code, &insn, &bytes)))
		sites->n++;
}

static int compare(const void *a, const void *b)
{
	const struct site *x = a, *y = b;

	return x->ip < y->ip ? -1 : x->ip > y->ip;
}

static struct sites *gather(const struct exception_table_entry *from,
			    const struct exception_table_entry *to,
			    const struct module *mod)
{
	struct sites *sites =
		kvzalloc(struct_size(sites, site, to - from), GFP_KERNEL);

	if (!sites)
		return NULL;
	sites->mod = mod;
	for (; from < to; from++)
		if (mod ||
		    !is_for_the_kernel((unsigned long)&from->insn + from->insn))
			add(sites, from);
	sort(sites->site, sites->n, sizeof(struct site), compare, NULL);
	return sites;
}

static void install(struct sites *sites)
{
	static const u8 int3 = INT3;
	unsigned int i;

	raw_spin_lock_irq(&sites_lock);
	list_add(&sites->list, &all_sites);
	raw_spin_unlock_irq(&sites_lock);
	for (i = 0; i < sites->n; i++)
		host_memory_poke(sites->site[i].ip, &int3, 1);
}

static bool find(unsigned long ip, struct site *result)
{
	const struct site key = {.ip = ip}, *found = NULL;
	const struct sites *sites;

	raw_spin_lock(&sites_lock);
	list_for_each_entry(sites, &all_sites, list) {
		found = bsearch(&key, sites->site, sites->n,
				sizeof(struct site), compare);
		if (found)
			break;
	}
	if (found)
		*result = *found;
	raw_spin_unlock(&sites_lock);
	return found;
}

/* ---- what the instruction does ------------------------------------------------ */

static bool load(struct insn *insn, struct pt_regs *regs, int kind, int bytes,
		 const void __user *from)
{
	unsigned long value = 0;

	if (machine_copy_user(&value, (__force void *)from, bytes))
		return false;
	access_load(insn, regs, kind, bytes, value);
	return true;
}

static bool store(struct insn *insn, struct pt_regs *regs, int kind, int bytes,
		  void __user *to)
{
	unsigned long value = access_stored(insn, regs, kind);

	return !machine_copy_user((__force void *)to, &value, bytes);
}

static void emulate(const struct site *site, struct pt_regs *regs)
{
	struct insn insn;
	int bytes, kind = access_decode(site->code, &insn, &bytes);
	void __user *address;
	bool is_store = kind == ACCESS(WRITE) || kind == ACCESS(WRITE_IMM);

	address = insn_get_addr_ref(&insn, regs);
	if (is_store ? store(&insn, regs, kind, bytes, address)
		     : load(&insn, regs, kind, bytes, address)) {
		regs->ip = site->ip + insn.length;
		return;
	}
	fixup_exception(regs, X86_TRAP_PF, is_store ? X86_PF_WRITE : 0,
			(unsigned long)address);
}

/* A breakpoint: whether it was one of ours, and is dealt with. */
bool inline_access(struct pt_regs *regs)
{
	struct site site;

	if (list_empty(&all_sites) || !find(regs->ip - 1, &site))
		return false;
	regs->ip = site.ip;
	emulate(&site, regs);
	return true;
}

/* ---- modules --------------------------------------------------------------------- */

static void forget(const struct module *mod)
{
	struct sites *sites, *found = NULL;

	raw_spin_lock_irq(&sites_lock);
	list_for_each_entry(sites, &all_sites, list)
		if (sites->mod == mod)
			found = sites;
	if (found)
		list_del(&found->list);
	raw_spin_unlock_irq(&sites_lock);
	kvfree(found);
}

static int on_module(struct notifier_block *block, unsigned long state,
		     void *data)
{
	struct module *mod = data;
	struct sites *sites;

	if (state == MODULE_STATE_GOING)
		forget(mod);
	if (state != MODULE_STATE_COMING || !mod->num_exentries)
		return NOTIFY_DONE;
	sites = gather(mod->extable, mod->extable + mod->num_exentries, mod);
	if (!sites)
		return notifier_from_errno(-ENOMEM);
	install(sites);
	return NOTIFY_DONE;
}

static struct notifier_block module_block = {.notifier_call = on_module};

int inline_start(void)
{
	static bool started;
	struct sites *sites;

	/* Before a snapshot that this instance comes from. */
	if (started)
		return 0;
	look_up_functions();
	sites = gather(__start___ex_table, __stop___ex_table, NULL);
	if (!sites)
		return -ENOMEM;
	install(sites);
	started = true;
	return register_module_notifier(&module_block);
}
