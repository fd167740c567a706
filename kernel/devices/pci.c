// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PCI bus: an empty configuration space, until functions are added for
 * which programs stand (cards.c).
 *
 * config_read() and config_write() come under pci_config_lock; the rest is
 * called in process context, but for pci_set_up() at boot.
 */
#include <linux/pci.h>
#include <asm/pci_x86.h>
#include <asm/x86_init.h>
#include "devices/cards.h"
#include "internal.h"

static struct card *card_at(unsigned int domain, unsigned int bus,
			    unsigned int devfn)
{
	return domain || bus || PCI_FUNC(devfn) ? NULL
						: card_in(PCI_SLOT(devfn));
}

static int config_read(unsigned int domain, unsigned int bus,
		       unsigned int devfn, int reg, int len, u32 *value)
{
	struct card *card = card_at(domain, bus, devfn);

	*value = ~0u;
	if (card)
		*value = card_config_read(card, reg, len);
	return 0;
}

static int config_write(unsigned int domain, unsigned int bus,
			unsigned int devfn, int reg, int len, u32 value)
{
	struct card *card = card_at(domain, bus, devfn);

	if (card)
		card_config_write(card, reg, len, value);
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

/* A function's pin leads to the line that its configuration space names. */
static int line_enable(struct pci_dev *dev)
{
	return 0;
}

static void line_disable(struct pci_dev *dev)
{
}

struct pci_bus *pci_root(void)
{
	pcibios_enable_irq = line_enable;
	pcibios_disable_irq = line_disable;
	if (!pci_find_bus(0, 0))
		pcibios_scan_root(0);
	return pci_find_bus(0, 0);
}
