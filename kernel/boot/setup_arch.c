// SPDX-License-Identifier: GPL-2.0-only
/*
 * setup_arch() and the other calls by which start_kernel() asks the
 * architecture for the machine: memory, CPUs, and what is not there.
 *
 * Runs once, on the boot CPU, interrupts off.
 */
#include <linux/console.h>
#include <linux/ioport.h>
#include <linux/jump_label.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/percpu.h>
#include <linux/sched/task.h>
#include <linux/static_call.h>
#include <linux/vmalloc.h>
#include <linux/vt_kern.h>
#include <ring3/sanitizers.h>
#include <asm/numa.h>
#include <asm/setup.h>
#include <asm/unwind.h>
#include <asm/x86_init.h>
#include "hook.h"
#include "internal.h"

void setup_node_to_cpumask_map(void);
void zone_sizes_init(void);
void sparse_init(void);
void smp_prepare_cpus_common(void);
extern int after_bootmem;
extern unsigned int arch_task_struct_size_;

void machine_setup_arch(char **command_line);
void machine_load_percpu(int cpu);
void machine_mem_init(void);
void machine_prepare_cpus(unsigned int max_cpus);
void machine_reserve_end(void);
void machine_nothing(void);

static void add_ram(void)
{
	const struct ring3_boot *b = &machine_boot_info;

	/* One range from the kernel half to the end of RAM, so that all of
	 * the kernel's own objects have a struct page; only RAM is free. */
	memblock_add(b->half_low, b->ram_high - b->half_low);
	memblock_reserve(b->half_low, b->ram_low - b->half_low);
	memblock_set_current_limit(b->ram_high);
	max_pfn = b->ram_high >> PAGE_SHIFT;
	max_low_pfn = max_pfn;
	max_pfn_mapped = max_pfn;
	max_low_pfn_mapped = max_pfn;
	high_memory = (void *)b->ram_high;
}

/* So that drivers do not take RAM for device memory. */
static struct resource ram_resource = {
	.name = "System RAM",
	.flags = IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY,
};

static void add_ram_resource(void)
{
	ram_resource.start = machine_boot_info.half_low;
	ram_resource.end = machine_boot_info.ram_high - 1;
	insert_resource(&iomem_resource, &ram_resource);
}

static void add_one_node(void)
{
	const struct ring3_boot *b = &machine_boot_info;

	memblock_set_node(0, ULLONG_MAX, &memblock.memory, 0);
	nodes_clear(node_possible_map);
	node_set(0, node_possible_map);
	setup_nr_node_ids();
	NODE_DATA(0) = memblock_alloc(sizeof(pg_data_t), SMP_CACHE_BYTES);
	node_set_online(0);
	NODE_DATA(0)->node_start_pfn = b->half_low >> PAGE_SHIFT;
	NODE_DATA(0)->node_spanned_pages = (b->ram_high - b->half_low) >>
					   PAGE_SHIFT;
	numa_set_node(0, 0);
}

void machine_setup_arch(char **command_line)
{
	*command_line = boot_command_line;
	jump_label_init();
	static_call_init();
	unwind_init();
	features_detect();
	__supported_pte_mask |= _PAGE_NX;
	console_set_up();
	add_ram();
	add_one_node();
	add_ram_resource();
	pci_set_up();
	conswitchp = &dummy_con;
	acpi_set_up();
	sparse_init();
	zone_sizes_init();
}
HOOK(setup_arch, machine_setup_arch, HOOK_SLOT, HOOK_BOOT,
     "reads the firmware's tables and sets up page tables");

void machine_load_percpu(int cpu)
{
	host_cpu_set_gs(per_cpu_offset(cpu));
}
HOOK_IF_PRESENT(switch_to_new_gdt, machine_load_percpu, HOOK_ENTRY, HOOK_BOOT,
		"loads a descriptor table and GS");
HOOK_IF_PRESENT(switch_gdt_and_percpu_base, machine_load_percpu, HOOK_ENTRY,
		HOOK_BOOT, "loads a descriptor table and GS");

void machine_mem_init(void)
{
	cpumask_set_cpu(0, node_to_cpumask_map[0]);
	memblock_free_all();
	after_bootmem = 1;
}
HOOK(mem_init, machine_mem_init, HOOK_SLOT, HOOK_BOOT,
     "sets up swiotlb and device mappings for firmware");

void machine_prepare_cpus(unsigned int max_cpus)
{
	smp_prepare_cpus_common();
	tasks_set_numbers();
}
HOOK(native_smp_prepare_cpus, machine_prepare_cpus, HOOK_SLOT, HOOK_BOOT,
     "sets up the local APIC");

/*
 * Per-CPU memory is taken from the end of the virtual mappings: that comes down
 * to where addresses have shadow memory, of which there is no room for all.
 * Between vmalloc_init() and the first such memory.
 */
void machine_reserve_end(void)
{
	unsigned long n = VMALLOC_END + 1 - RING3_SHADOWED - PAGE_SIZE;

	if (!__get_vm_area_caller(n, 0, RING3_SHADOWED, VMALLOC_END + 1,
				  machine_reserve_end))
		pr_warn("ring3: per-CPU memory has no shadow\n");
}

/* Steps that are about hardware and nothing else. */
void machine_nothing(void)
{
}
HOOK(native_smp_cpus_done, machine_nothing, HOOK_SLOT, HOOK_BOOT,
     "finishes the I/O APIC and MTRRs of several CPUs");
HOOK(trap_init, machine_nothing, HOOK_SLOT, HOOK_BOOT,
     "fills the interrupt descriptor table");
HOOK(poking_init, machine_reserve_end, HOOK_SLOT, HOOK_BOOT,
     "makes a page table for text_poke(), which the host does");
HOOK_IF_PRESENT(init_espfix_bsp, machine_nothing, HOOK_SLOT, HOOK_BOOT,
		"maps a stack for 16-bit programs");
HOOK(pti_init, machine_nothing, HOOK_SLOT, HOOK_BOOT,
     "isolates page tables that are not used");
HOOK(pti_finalize, machine_nothing, HOOK_SLOT, HOOK_BOOT,
     "isolates page tables that are not used");
HOOK(efi_enter_virtual_mode, machine_nothing, HOOK_SLOT, HOOK_LATE,
     "calls the firmware");
HOOK(init_real_mode, machine_nothing, HOOK_SLOT, HOOK_BOOT,
     "copies code below 1 MiB to start further CPUs");
HOOK(free_initmem, machine_nothing, HOOK_SLOT, HOOK_BOOT,
     "frees the code behind static_cpu_has(), which is in use as long as "
     "alternatives are not patched");
