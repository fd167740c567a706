// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PCI bus: a configuration space with nothing behind it.
 *
 * Accesses come under pci_config_lock.
 */
#include <linux/pci.h>
#include <asm/pci_x86.h>
#include <asm/x86_init.h>
#include "internal.h"

static int config_read(unsigned int domain, unsigned int bus,
		       unsigned int devfn, int reg, int len, u32 *value)
{
	*value = ~0u;
	return 0;
}

static int config_write(unsigned int domain, unsigned int bus,
			unsigned int devfn, int reg, int len, u32 value)
{
	return 0;
}

static const struct pci_raw_ops config_ops = {
	.read = config_read,
	.write = config_write,
};

/* Interrupt routing of the firmware: none to look for. */
static void no_routing(void)
{
}

void pci_set_up(void)
{
	raw_pci_ops = &config_ops;
	x86_init.pci.init_irq = no_routing;
	x86_init.pci.fixup_irqs = no_routing;
}
