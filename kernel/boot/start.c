// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cold start: what has to be true before start_kernel() runs, in place of
 * the kernel's decompressor and its head_64.S.
 *
 * Runs once, on init_task's stack; nothing of the kernel works yet.
 */
#include <linux/mm.h>
#include <linux/panic.h>
#include <linux/sched/task_stack.h>
#include <linux/start_kernel.h>
#include <asm/page.h>
#include <asm/pgtable.h>
#include <asm/setup.h>
#include "hook.h"
#include "internal.h"

extern unsigned char mm_release[], this_cpu_cmpxchg16b_emu[];
extern char __end_this_cpu_cmpxchg16b_emu[] __weak;
/* Made read-only after boot, and declared const to others. */
extern unsigned long physmem_end __weak;
extern bool vmap_allow_huge __weak;

struct ring3_boot machine_boot_info;

static u8 emergency_stack[THREAD_SIZE] __aligned(16);

/*
 * The direct map is the identity: with these, __va(), __pa(), page_address()
 * and virt_to_page(), also those inlined in modules, hold for low addresses.
 */
static void set_up_identity_map(void)
{
	page_offset_base = 0;
	phys_base = 0xffffffff80000000ul;
	vmemmap_base = machine_boot_info.page_array;
	vmalloc_base = machine_boot_info.vmalloc_low;
	memset(init_top_pgt, 0, PAGE_SIZE);
	if (&physmem_end)
		physmem_end = (1ul << 46) - 1;
	/* Vmap only small pages, whose rights change one by one. */
	if (&vmap_allow_huge)
		vmap_allow_huge = false;
}

/* Overwrites the first @len bytes equal to @find by @with, which must be there
 * within @range bytes of @code. */
static void patch(const char *name, u8 *code, int range, const u8 *find,
		  const u8 *with, int len)
{
	int i;

	for (i = 0; i < range; i++) {
		if (memcmp(code + i, find, len))
			continue;
		memcpy(code + i, with, len);
		return;
	}
	host_exit(RING3_EXIT_UNSUITABLE, name);
}

/* Instructions inside functions that no table and no hook reaches. */
static void patch_instructions(void)
{
	static const u8 mov_eax_fs[] = {0x8e, 0xe0}, nop2[] = {0x66, 0x90};
	static const u8 pushf_cli[] = {0x9c, 0xfa};
	static const u8 pushf_nop[] = {0x9c, 0x90};

	/* A task's end clears FS, where the host's libc keeps its thread. */
	patch("mm_release: mov %eax,%fs", mm_release, 300, mov_eax_fs, nop2, 2);
	/* Interrupts that come as signals do not split this one. */
	patch("this_cpu_cmpxchg16b_emu: cli", this_cpu_cmpxchg16b_emu, 8,
	      pushf_cli, pushf_nop, 2);
}

static void set_up_vcpu(void)
{
	vcpu_write(irq_enabled, 0);
	vcpu_write(irq_pending, 0);
	vcpu_write(nmi_pending, 0);
	vcpu_write(next_event, RING3_NEVER);
	vcpu_write(stack_low, (unsigned long)&init_thread_union);
	vcpu_write(stack_high, (unsigned long)&init_thread_union + THREAD_SIZE);
	vcpu_write(emergency_stack,
		   (unsigned long)emergency_stack + sizeof(emergency_stack));
}

void machine_boot(const struct ring3_boot *boot)
{
	machine_boot_info = *boot;
	set_up_vcpu();
	usercopy_set_limit();
	hook_install_all();
	patch_instructions();
	usercopy_set_up();
	set_up_identity_map();
	paravirt_set_up();
	panic_timeout = -1; /* the instance ends, and says so */
	strscpy(boot_command_line, boot->command_line, COMMAND_LINE_SIZE);
	start_kernel();
	__builtin_unreachable();
}
