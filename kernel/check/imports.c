// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls of modules that make something: what was made, by whom, from where.
 *
 * Runs where the module called, behind the native function: any context but
 * NMI.
 */
#include <linux/dcache.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/path.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <asm/sections.h>
#include <asm/unwind.h>
#include "check/leaks.h"
#include "sanitize/internal.h"

struct call {
	const struct check_import *import;
	const unsigned long *args;
	unsigned long result;
};

static unsigned long slab_size(const void *p)
{
	return is_vmalloc_addr(p) ? 0 : heap_size(p);
}

extern struct vfsmount *debugfs_mount __weak;

/* Many functions that make one do not return it. */
static unsigned long find_debugfs(const char *name, struct dentry *parent)
{
	struct dentry *dentry;

	if (!parent && (!&debugfs_mount || !debugfs_mount))
		return 0;
	dentry = debugfs_lookup(name, parent);
	if (IS_ERR_OR_NULL(dentry))
		return 0;
	dput(dentry);
	return (unsigned long)dentry;
}

static unsigned long value_of(const struct call *call, enum check_value value)
{
	const unsigned long *args = call->args;

	switch (value) {
	case VALUE_NONE:
		return 0;
	case VALUE_ARG0 ... VALUE_ARG5:
		return args[value - VALUE_ARG0];
	case VALUE_RESULT:
		return call->result;
	case VALUE_ARG0_OR_RESULT:
		return args[0] ? args[0] : call->result;
	case VALUE_PAGE_OF_RESULT:
		return (unsigned long)virt_to_page((void *)call->result);
	case VALUE_AT_ARG0:
		return *(u32 *)args[0];
	case VALUE_POINTER_AT_ARG4:
		return *(unsigned long *)args[4];
	case VALUE_PATH_AT_ARG0:
		return (unsigned long)((struct path *)args[0])->dentry;
	case VALUE_PATH_AT_ARG2:
		return (unsigned long)((struct path *)args[2])->dentry;
	case VALUE_PATH_AT_ARG4:
		return (unsigned long)((struct path *)args[4])->dentry;
	case VALUE_FD:
		return call->result & FDPUT_FPUT ? call->result & ~3ul : 0;
	case VALUE_OWNER_OF_RESULT:
		return (unsigned long)check_module_at(call->result);
	case VALUE_DEBUGFS:
		return find_debugfs((const char *)args[0],
				    (struct dentry *)args[2]);
	case VALUE_PRODUCT:
		return args[0] * args[1];
	case VALUE_ORDER0:
		return PAGE_SIZE << (args[0] & 63);
	case VALUE_ORDER1:
		return PAGE_SIZE << (args[1] & 63);
	case VALUE_PAGE:
		return PAGE_SIZE;
	case VALUE_OBJECT:
		return kmem_cache_size((struct kmem_cache *)args[0]);
	case VALUE_SLAB:
		return slab_size((void *)call->result);
	case VALUE_STRING:
		return strlen((char *)call->result) + 1;
	}
	return 0;
}

static bool succeeded(const struct call *call)
{
	switch (call->import->success) {
	case SUCCESS_POINTER:
		return !ZERO_OR_NULL_PTR((void *)call->result) &&
		       !IS_ERR((void *)call->result);
	case SUCCESS_ZERO:
		return !(int)call->result;
	case SUCCESS_NOT_NEGATIVE:
		return (int)call->result >= 0;
	case SUCCESS_TRUE:
		return (u8)call->result;
	case SUCCESS_BULK:
		return (int)call->result > 0;
	case SUCCESS_ALWAYS:
		break;
	}
	return true;
}

struct module *check_module_at(unsigned long ip)
{
	struct module *mod;

	if (ip < machine_boot_info.module_low ||
	    ip >= machine_boot_info.module_high)
		return NULL;
	preempt_disable();
	mod = __module_address(ip);
	preempt_enable();
	return mod;
}

/*
 * The place in @mod that the call came from.  A function that ends with it
 * jumps there, and returns to its own caller: then it is the innermost place
 * that waits for a return, or the kernel's that called the function.
 */
static unsigned long find_caller(const struct module *mod,
				 const unsigned long *frame)
{
	struct pt_regs regs = {
		.ip = frame[1],
		.bp = frame[0],
		.sp = (unsigned long)(frame + 2),
		.cs = __KERNEL_CS,
		.ss = __KERNEL_DS,
		.flags = X86_EFLAGS_FIXED,
	};
	struct unwind_state state;
	unsigned long ip = frame[1];

	if (within_module(ip, mod))
		return ip;
	for (unwind_start(&state, current, &regs, NULL); !unwind_done(&state);
	     unwind_next_frame(&state)) {
		ip = unwind_get_return_address(&state);
		if (!ip || within_module(ip, mod))
			break;
	}
	return ip ? ip : frame[1];
}

static void add_bulk(struct check_record *record, const struct call *call)
{
	void **objects = (void **)call->args[3];
	int i;

	for (i = 0; i < (int)call->result; i++) {
		record->key = (unsigned long)objects[i];
		record_refill();
		record_add(record);
	}
}

void check_called(const struct check_slot *slot, const unsigned long *args,
		  unsigned long result, const unsigned long *frame)
{
	const struct check_import *import = slot->import;
	struct call call = {import, args, result};
	struct check_record record = {
		.import = import,
		.mod = slot->mod,
		.space = import->space,
	};
	const char *name;

	if (!succeeded(&call) || !watch_is_watched(import->space))
		return;
	if (import->gives_back)
		return record_remove(import->space,
				     value_of(&call, import->key));
	if (import->space == SPACE_RCU &&
	    !rcu_is_of_interest(slot->mod, args[1]))
		return;
	record.key = value_of(&call, import->key);
	if (!record.key && import->success != SUCCESS_BULK &&
	    !SPACE_IS_NUMBERED(import->space))
		return;
	/* A constant that needed no copy. */
	if (is_kernel_rodata(record.key))
		return;
	record.site = record_site(slot->mod, find_caller(slot->mod, frame));
	if (!record.site)
		return;
	record.size = value_of(&call, import->size);
	name = (const char *)value_of(&call, import->name);
	if (name)
		strscpy(record.name, name, sizeof(record.name));
	record_refill();
	if (import->success == SUCCESS_BULK)
		add_bulk(&record, &call);
	else
		record_add(&record);
}
