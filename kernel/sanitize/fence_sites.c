// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much attention the places have had that allocate memory with fences: what
 * a module allocates by the thousand in one place is watched at first, and then
 * no more, as each look costs microseconds.
 *
 * Any context but NMI; interrupts are off while the table is changed.
 */
#include <linux/hash.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "sanitize/fence.h"

#define SITES_BITS 9
#define SITES	   (1u << SITES_BITS)

/* Objects of one place that get fences, and accesses to them that fault. */
#define OBJECTS_MAX 2048
#define LOOKS_MAX   256
/* ... and those of all places. */
#define ALL_LOOKS_MAX 16384

struct fence_site {
	unsigned long ip;
	unsigned int objects, looks;
};

static struct fence_site sites[SITES];
static unsigned int looks;

/* The last one tried stands for all that find no place. */
static struct fence_site *find(unsigned long ip)
{
	unsigned int i, at = hash_long(ip, SITES_BITS);

	for (i = 0; i < SITES - 1; i++, at = (at + 1) % SITES)
		if (sites[at].ip == ip || !sites[at].ip)
			break;
	sites[at].ip = ip;
	return &sites[at];
}

struct fence_site *fence_site_take(unsigned long ip)
{
	struct fence_site *site;
	unsigned int n;
	unsigned long flags;

	local_irq_save(flags);
	site = find(ip);
	n = ++site->objects;
	local_irq_restore(flags);
	if (n <= OBJECTS_MAX)
		return site;
	if (n == OBJECTS_MAX + 1)
		pr_notice(
			"ring3: %u objects of %pS had fences, further ones have not\n",
			OBJECTS_MAX, (void *)ip);
	return NULL;
}

bool fence_site_may_look(const struct fence_site *site)
{
	return looks < ALL_LOOKS_MAX && (!site || site->looks < LOOKS_MAX);
}

void fence_site_look(struct fence_site *site)
{
	looks++;
	if (site)
		site->looks++;
}

void fence_sites_forget(void)
{
	unsigned long flags;

	local_irq_save(flags);
	memset(sites, 0, sizeof(sites));
	looks = 0;
	local_irq_restore(flags);
}
