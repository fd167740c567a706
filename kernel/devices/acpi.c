// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firmware tables: just enough ACPI that the kernel has its ACPI bus, on which
 * drivers register.  Hardware-reduced (ACPI 6.5, 4.1): no fixed registers, no
 * system control interrupt, and a namespace without devices.
 *
 * acpi_set_up() runs once in setup_arch(), when memblock has memory.
 */
#include <linux/acpi.h>
#include <linux/memblock.h>
#include <linux/string.h>
#include <asm/x86_init.h>
#include "hook.h"
#include "internal.h"

/* What the firmware would have left in memory. */
struct tables {
	struct acpi_table_rsdp rsdp;
	struct {
		struct acpi_table_header header;
		u64 fadt;
	} __packed xsdt;
	struct acpi_table_fadt fadt;
	struct acpi_table_header dsdt;
};

void __iomem *machine_acpi_map_table(unsigned long phys, unsigned long size);
void machine_acpi_unmap_table(void __iomem *map, unsigned long size);

static struct tables *tables;

static u8 checksum(const void *table, u32 length)
{
	const u8 *p = table;
	u8 sum = 0;

	while (length--)
		sum += *p++;
	return -sum;
}

static void fill_header(struct acpi_table_header *header, const char *signature,
			u32 length, u8 revision)
{
	memcpy(header->signature, signature, ACPI_NAMESEG_SIZE);
	header->length = length;
	header->revision = revision;
	memcpy(header->oem_id, "RING3 ", ACPI_OEM_ID_SIZE);
	memcpy(header->oem_table_id, "INSTANCE", ACPI_OEM_TABLE_ID_SIZE);
	header->oem_revision = 1;
	memcpy(header->asl_compiler_id, "RNG3", ACPI_NAMESEG_SIZE);
	header->asl_compiler_revision = 1;
	header->checksum = 0;
	header->checksum = checksum(header, length);
}

static void fill_tables(struct tables *t)
{
	fill_header(&t->dsdt, ACPI_SIG_DSDT, sizeof(t->dsdt), 2);

	t->fadt.flags = ACPI_FADT_HW_REDUCED | ACPI_FADT_WBINVD |
			ACPI_FADT_POWER_BUTTON | ACPI_FADT_SLEEP_BUTTON;
	t->fadt.minor_revision = 5;
	t->fadt.Xdsdt = __pa(&t->dsdt);
	fill_header(&t->fadt.header, ACPI_SIG_FADT, sizeof(t->fadt), 6);

	t->xsdt.fadt = __pa(&t->fadt);
	fill_header(&t->xsdt.header, ACPI_SIG_XSDT, sizeof(t->xsdt), 1);

	memcpy(t->rsdp.signature, ACPI_SIG_RSDP, sizeof(t->rsdp.signature));
	memcpy(t->rsdp.oem_id, "RING3 ", ACPI_OEM_ID_SIZE);
	t->rsdp.revision = 2;
	t->rsdp.length = sizeof(t->rsdp);
	t->rsdp.xsdt_physical_address = __pa(&t->xsdt);
	t->rsdp.checksum = checksum(&t->rsdp, ACPI_RSDP_CHECKSUM_LENGTH);
	t->rsdp.extended_checksum = checksum(&t->rsdp, sizeof(t->rsdp));
}

static u64 root_pointer(void)
{
	return __pa(&tables->rsdp);
}

void acpi_set_up(void)
{
	tables = memblock_alloc(sizeof(*tables), PAGE_SIZE);
	if (!tables)
		host_exit(RING3_EXIT_UNSUITABLE, "memory for ACPI tables");
	fill_tables(tables);
	x86_init.acpi.get_root_pointer = root_pointer;
	acpi_boot_table_init();
	acpi_boot_init();
}

void __iomem *machine_acpi_map_table(unsigned long phys, unsigned long size)
{
	return (void __iomem *)phys;
}
HOOK(__acpi_map_table, machine_acpi_map_table, HOOK_SLOT, HOOK_BOOT,
     "maps tables by fixed addresses of the upper half");

void machine_acpi_unmap_table(void __iomem *map, unsigned long size)
{
}
HOOK(__acpi_unmap_table, machine_acpi_unmap_table, HOOK_SLOT, HOOK_BOOT,
     "unmaps fixed addresses of the upper half");
