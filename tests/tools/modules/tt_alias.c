// SPDX-License-Identifier: GPL-2.0-only
/*
 * Aliases of all shapes: with wildcards, brackets, dashes, upper case.
 *
 * Only read by the module tools' tests; never loaded.
 */
#include <linux/module.h>
#include <linux/pci.h>

static const struct pci_device_id ids[] = {
	{PCI_DEVICE(0x1af4, 0xfff0)},
	{PCI_DEVICE_CLASS(0x0c03fe, ~0)},
	{},
};
MODULE_DEVICE_TABLE(pci, ids);

MODULE_ALIAS("tt-plain");
MODULE_ALIAS("tt-wild-*");
MODULE_ALIAS("tt-what-?-end");
MODULE_ALIAS("tt-set-[0-9a-f]x");
MODULE_ALIAS("tt-set-[!-_]y");
MODULE_ALIAS("Tt-UPPER");
MODULE_ALIAS("tt-shared");
MODULE_ALIAS("of:N*T*Ctt,device-oneC*");
MODULE_ALIAS("acpi*:TTTT0001:*");
MODULE_ALIAS("net-pf-250-proto-3");
MODULE_DESCRIPTION("Aliases");
MODULE_LICENSE("Dual MIT/GPL");
