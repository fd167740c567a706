// SPDX-License-Identifier: GPL-2.0-only
/* What a slab cache is made from is a structure. */
#include <linux/slab.h>

unsigned int probe(const struct kmem_cache_args *args);

unsigned int probe(const struct kmem_cache_args *args)
{
	return args->align;
}
