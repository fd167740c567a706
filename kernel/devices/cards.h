/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PCI functions for which programs stand: their configuration space and their
 * memory.
 */
#ifndef KERNEL_DEVICES_CARDS_H
#define KERNEL_DEVICES_CARDS_H

#include <linux/types.h>

struct card;
struct pci_bus;

/* pci.c: the bus that cards are in, found or made; NULL if it cannot be.
 * Process context. */
struct pci_bus *pci_root(void);

/* The card in a slot, or NULL.  Any context. */
struct card *card_in(unsigned int slot);

/* Interrupts off, pci_config_lock held. */
u32 card_config_read(struct card *card, unsigned int reg, unsigned int len);
void card_config_write(struct card *card, unsigned int reg, unsigned int len,
		       u32 value);

/* Whether physical addresses are a card's.  Any context. */
bool cards_have(phys_addr_t phys, unsigned long n);

/* An access to them, of 1, 2, 4 or 8 bytes: all ones where nothing answers.
 * Any context; the instance stands still meanwhile. */
u64 cards_read(phys_addr_t phys, unsigned int n);
void cards_write(phys_addr_t phys, unsigned int n, u64 value);

#endif
