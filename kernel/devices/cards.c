// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCI functions for which programs of the host stand.  The configuration space
 * is kept here; what is read from and written to a BAR is a line to the
 * program, and its interrupt is the pin's.
 *
 * The list only grows, by jobs of PID 1.  Accesses come from traps, interrupts
 * off (mmio.c).
 */
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "devices/cards.h"
#include "devices/program.h"
#include "internal.h"

#define NR_BARS	     PCI_STD_NUM_BARS
#define CONFIG_BYTES 256
#define MAX_CARDS    8

struct card {
	struct program *program;
	unsigned int irq;
	u32 bar_size[NR_BARS];
	u8 config[CONFIG_BYTES];
	u8 writable[CONFIG_BYTES]; /* these bits of it */
};

/* By slot less 1: slot 0 is the host bridge's, of which there is none. */
static struct card *cards[MAX_CARDS];
static unsigned int nr_cards;

/* Lines of the PC's interrupt controllers that nothing else here has. */
static const u8 lines[MAX_CARDS] = {11, 10, 9, 5, 7, 15, 14, 6};

static struct card *card_of(const struct program *program)
{
	unsigned int i;

	for (i = 0; i < nr_cards; i++)
		if (cards[i]->program == program)
			return cards[i];
	return NULL;
}

struct card *card_in(unsigned int slot)
{
	return slot && slot <= nr_cards ? cards[slot - 1] : NULL;
}

/* ---- the configuration space --------------------------------------------------- */

u32 card_config_read(struct card *card, unsigned int reg, unsigned int len)
{
	u32 value = 0;

	if (reg + len > CONFIG_BYTES)
		return ~0u;
	memcpy(&value, card->config + reg, len);
	return value;
}

void card_config_write(struct card *card, unsigned int reg, unsigned int len,
		       u32 value)
{
	unsigned int i;

	for (i = reg; i < reg + len && i < CONFIG_BYTES; i++, value >>= 8)
		card->config[i] = (card->config[i] & ~card->writable[i]) |
				  (value & card->writable[i]);
}

static void put(u8 *space, unsigned int reg, unsigned int len, u32 value)
{
	memcpy(space + reg, &value, len);
}

static unsigned int bar_register(unsigned int bar)
{
	return PCI_BASE_ADDRESS_0 + bar * sizeof(u32);
}

static void fill_config(struct card *card, const struct pci_words *w)
{
	unsigned int i;

	put(card->config, PCI_VENDOR_ID, 2, w->vendor);
	put(card->config, PCI_DEVICE_ID, 2, w->device);
	put(card->config, PCI_CLASS_REVISION, 4, w->class << 8);
	put(card->config, PCI_SUBSYSTEM_VENDOR_ID, 2, w->vendor);
	put(card->config, PCI_SUBSYSTEM_ID, 2, w->device);
	put(card->config, PCI_INTERRUPT_PIN, 1, 1);
	put(card->config, PCI_INTERRUPT_LINE, 1, card->irq);
	put(card->writable, PCI_COMMAND, 2,
	    PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER |
		    PCI_COMMAND_PARITY | PCI_COMMAND_SERR |
		    PCI_COMMAND_INTX_DISABLE);
	put(card->writable, PCI_CACHE_LINE_SIZE, 1, 0xff);
	put(card->writable, PCI_LATENCY_TIMER, 1, 0xff);
	put(card->writable, PCI_INTERRUPT_LINE, 1, 0xff);
	for (i = 0; i < NR_BARS; i++) {
		card->bar_size[i] = w->bar[i];
		if (w->bar[i])
			put(card->writable, bar_register(i), 4, -w->bar[i]);
	}
}

static u16 command(const struct card *card)
{
	u16 value;

	memcpy(&value, card->config + PCI_COMMAND, sizeof(value));
	return value;
}

/* ---- memory ------------------------------------------------------------------------ */

static u32 bar_base(const struct card *card, unsigned int bar)
{
	u32 base;

	memcpy(&base, card->config + bar_register(bar), sizeof(base));
	return base & PCI_BASE_ADDRESS_MEM_MASK;
}

bool cards_have(phys_addr_t phys, unsigned long n)
{
	unsigned int i, bar;

	for (i = 0; i < nr_cards; i++) {
		for (bar = 0; bar < NR_BARS; bar++) {
			u32 base = bar_base(cards[i], bar);

			if (base && phys < base + cards[i]->bar_size[bar] &&
			    phys + n > base)
				return true;
		}
	}
	return false;
}

/* A card answers for its memory once its driver has enabled it. */
static struct card *find(phys_addr_t phys, unsigned int *bar, u32 *offset)
{
	unsigned int i;

	for (i = 0; i < nr_cards; i++) {
		if (!(command(cards[i]) & PCI_COMMAND_MEMORY))
			continue;
		for (*bar = 0; *bar < NR_BARS; ++*bar) {
			*offset = phys - bar_base(cards[i], *bar);
			if (*offset < cards[i]->bar_size[*bar])
				return cards[i];
		}
	}
	return NULL;
}

u64 cards_read(phys_addr_t phys, unsigned int n)
{
	static char text[64];
	unsigned int bar;
	struct card *card;
	u32 offset;
	u64 value;

	card = find(phys, &bar, &offset);
	if (!card)
		return ~0ull;
	snprintf(text, sizeof(text), "read %u %x %u", bar, offset, n);
	if (program_number(card->program, text, &value, -EIO))
		return ~0ull;
	return value;
}

void cards_write(phys_addr_t phys, unsigned int n, u64 value)
{
	static char text[64];
	unsigned int bar;
	struct card *card;
	u32 offset;
	u64 nothing;

	card = find(phys, &bar, &offset);
	if (!card)
		return;
	snprintf(text, sizeof(text), "write %u %x %u %llx", bar, offset, n,
		 value);
	program_number(card->program, text, &nothing, -EIO);
}

/* ---- interrupts and arrival --------------------------------------------------------- */

static void interrupt(struct program *program)
{
	const struct card *card = card_of(program);

	if (card && !(command(card) & PCI_COMMAND_INTX_DISABLE))
		irq_raise(card->irq);
}

/* The bus finds it there, gives its BARs addresses and looks for a driver. */
static int appear(struct pci_bus *bus, unsigned int slot)
{
	struct pci_dev *dev;

	pci_lock_rescan_remove();
	pci_rescan_bus(bus);
	pci_unlock_rescan_remove();
	dev = pci_get_slot(bus, PCI_DEVFN(slot, 0));
	if (!dev)
		return -EIO;
	pci_dev_put(dev);
	return 0;
}

int pci_add(struct program *program, const struct pci_words *words)
{
	struct pci_bus *bus = pci_root();
	struct card *card;

	if (!bus)
		return -ENODEV;
	if (nr_cards == MAX_CARDS)
		return -ENOSPC;
	card = kzalloc(sizeof(*card), GFP_KERNEL);
	if (!card)
		return -ENOMEM;
	card->program = program;
	card->irq = lines[nr_cards];
	fill_config(card, words);
	snprintf(program->name, sizeof(program->name), "%04x:%04x",
		 words->vendor, words->device);
	program->interrupt = interrupt;
	cards[nr_cards++] = card;
	return appear(bus, nr_cards);
}
