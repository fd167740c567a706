// SPDX-License-Identifier: GPL-2.0-only
/*
 * Structures of a module that tables lead to and that the kernel writes to: no
 * two may share a byte, or what it writes to one it would follow in the other.
 *
 * Process context, before anything of the module runs.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include "module/tables.h"

struct table_claim {
	const void *low, *high;
	enum table_claim_kind kind;
};

/* Room for twice as many. */
static int grow(struct table_check *c)
{
	unsigned int room = 2 * c->claims_room ?: 64;
	struct table_claim *claims =
		kvmalloc_array(room, sizeof(*claims), GFP_KERNEL);

	if (!claims)
		return -ENOMEM;
	if (c->nr_claims)
		memcpy(claims, c->claims, c->nr_claims * sizeof(*claims));
	kvfree(c->claims);
	c->claims = claims;
	c->claims_room = room;
	return 0;
}

int table_claim(struct table_check *c, const void *p, size_t n,
		enum table_claim_kind kind)
{
	int err = c->nr_claims < c->claims_room ? 0 : grow(c);

	if (err)
		return err;
	c->claims[c->nr_claims++] = (struct table_claim){p, p + n, kind};
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct table_claim *x = a, *y = b;

	if (x->low != y->low)
		return x->low < y->low ? -1 : 1;
	return (int)x->kind - (int)y->kind;
}

static bool may_be_the_same(const struct table_claim *a,
			    const struct table_claim *b)
{
	return a->kind == b->kind && a->kind <= CLAIM_LAST_SHARED &&
	       a->low == b->low;
}

int check_claims(struct table_check *c)
{
	const void *end = NULL, *text_end = NULL;
	const struct table_claim *claim;
	unsigned int i;

	sort(c->claims, c->nr_claims, sizeof(*c->claims), compare, NULL);
	c->section = "data";
	for (i = 0; i < c->nr_claims; i++) {
		claim = &c->claims[i];
		if (i && may_be_the_same(claim - 1, claim))
			continue;
		/* Strings may share their ends. */
		if (claim->low < end ||
		    (claim->kind != CLAIM_TEXT && claim->low < text_end))
			return table_refuse(c, "two structures overlap", i);
		if (claim->kind == CLAIM_TEXT)
			text_end = max(text_end, claim->high);
		else
			end = claim->high;
	}
	return 0;
}

void table_claims_free(struct table_check *c)
{
	kvfree(c->claims);
}
