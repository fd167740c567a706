// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cases with memory of the slab allocator, named after the kernel's own tests of
 * its memory checkers that make the same mistake.
 */
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "memory_cases.h"

#define LARGE (KMALLOC_MAX_CACHE_SIZE + 10)

static noinline char *take(size_t size)
{
	return kmalloc(size + zero, GFP_KERNEL);
}

static void kmalloc_oob_right(void)
{
	char *p = take(115);

	put(p + 115);
	put(p + 120);
	get(p + 128);
	kfree(p);
}

static void kmalloc_oob_left(void)
{
	char *p = take(15);

	get(p - 1);
	kfree(p);
}

static void kmalloc_node_oob_right(void)
{
	char *p = kmalloc_node(4096 + zero, GFP_KERNEL, 0);

	get(p + 4096);
	kfree(p);
}

static void kmalloc_pagealloc_oob_right(void)
{
	char *p = take(LARGE);

	put(p + LARGE);
	kfree(p);
}

static void kmalloc_pagealloc_uaf(void)
{
	char *p = take(LARGE);

	kfree(p);
	get(p);
}

static void kmalloc_pagealloc_invalid_free(void)
{
	char *p = take(LARGE);

	kfree(p + 1);
	kfree(p);
}

static void kmalloc_large_oob_right(void)
{
	size_t size = KMALLOC_MAX_CACHE_SIZE - 256;
	char *p = take(size);

	put(p + size);
	kfree(p);
}

static void reallocate(size_t from, size_t to)
{
	char *p = krealloc(take(from), to + zero, GFP_KERNEL);

	if (from < to)
		put(p + from);
	put(p + to - 1);
	put(p + to);
	kfree(p);
}

static void krealloc_more_oob(void)
{
	reallocate(201, 235);
}

static void krealloc_less_oob(void)
{
	reallocate(235, 201);
}

static void krealloc_pagealloc_more_oob(void)
{
	reallocate(LARGE, LARGE + 225);
}

static void krealloc_pagealloc_less_oob(void)
{
	reallocate(LARGE + 235, LARGE + 201);
}

static void krealloc_uaf(void)
{
	char *p = take(201);

	kfree(p);
	if (krealloc(p, 235 + zero, GFP_KERNEL))
		get(p);
}

struct sixteen {
	u64 words[2];
};

static noinline void copy_sixteen(struct sixteen *to,
				  const struct sixteen *from)
{
	to->words[0] = from->words[0];
	to->words[1] = from->words[1];
}

static void kmalloc_oob_16(void)
{
	struct sixteen *a = (void *)take(sizeof(*a) - 3);
	struct sixteen *b = (void *)take(sizeof(*b));

	copy_sixteen(a, b);
	kfree(a);
	kfree(b);
}

static void kmalloc_uaf_16(void)
{
	struct sixteen *a = (void *)take(sizeof(*a));
	struct sixteen *b = (void *)take(sizeof(*b));

	kfree(b);
	copy_sixteen(a, b);
	kfree(a);
}

static void set(size_t offset, size_t n)
{
	char *p = take(120);

	memset(p + offset + zero, 0, n + zero);
	kfree(p);
}

static void kmalloc_oob_in_memset(void)
{
	set(0, 128);
}

static void kmalloc_oob_memset_2(void)
{
	set(119, 2);
}

static void kmalloc_oob_memset_4(void)
{
	set(117, 4);
}

static void kmalloc_oob_memset_8(void)
{
	set(113, 8);
}

static void kmalloc_oob_memset_16(void)
{
	set(105, 16);
}

static void move(size_t n)
{
	char *p = take(64);

	memset(p, 0, 64);
	memmove(p, p + 4, n + zero);
	kfree(p);
}

static void kmalloc_memmove_negative_size(void)
{
	move(-2);
}

static void kmalloc_memmove_invalid_size(void)
{
	move(64);
}

static void kmalloc_uaf(void)
{
	char *p = take(10);

	kfree(p);
	get(p + 8);
}

static void kmalloc_uaf_memset(void)
{
	char *p = take(33);

	kfree(p);
	memset(p, 0, 33 + zero);
}

static void kmalloc_uaf2(void)
{
	char *p = take(43), *q;
	int i;

	kfree(p);
	for (i = 0; i < 16; i++) {
		q = take(43);
		kfree(q);
	}
	get(p + 40);
}

static void kmalloc_uaf3(void)
{
	char *p = take(100), *q;

	kfree(p);
	q = take(100);
	kfree(q);
	get(p + 8);
}

static void kmem_cache_use(size_t size, void (*act)(struct kmem_cache *cache,
						    char *p, size_t size))
{
	struct kmem_cache *cache = kmem_cache_create("cases", size, 0, 0, NULL);

	act(cache, kmem_cache_alloc(cache, GFP_KERNEL), size);
	kmem_cache_destroy(cache);
}

static void read_behind(struct kmem_cache *cache, char *p, size_t size)
{
	get(p + size);
	kmem_cache_free(cache, p);
}

static void kmem_cache_oob(void)
{
	kmem_cache_use(200, read_behind);
}

static void free_twice(struct kmem_cache *cache, char *p, size_t size)
{
	kmem_cache_free(cache, p);
	kmem_cache_free(cache, p);
}

static void kmem_cache_double_free(void)
{
	kmem_cache_use(200, free_twice);
}

static void free_within(struct kmem_cache *cache, char *p, size_t size)
{
	kmem_cache_free(cache, p + 1);
	kmem_cache_free(cache, p);
}

static void kmem_cache_invalid_free(void)
{
	kmem_cache_use(200, free_within);
}

static void kmem_cache_double_destroy(void)
{
	struct kmem_cache *cache = kmem_cache_create("cases", 200, 0, 0, NULL);

	kmem_cache_destroy(cache);
	kmem_cache_destroy(cache);
}

static void kmem_cache_wrong_cache(void)
{
	struct kmem_cache *a = kmem_cache_create("cases_a", 200, 0, 0, NULL);
	struct kmem_cache *b = kmem_cache_create("cases_b", 600, 0, 0, NULL);

	kmem_cache_free(b, kmem_cache_alloc(a, GFP_KERNEL));
	kmem_cache_destroy(a);
	kmem_cache_destroy(b);
}

static void ksize_unpoisons_memory(void)
{
	char *p = take(123);
	size_t size = ksize(p);

	put(p + 123);
	get(p + size);
	kfree(p);
}

static void ksize_uaf(void)
{
	char *p = take(120);

	kfree(p);
	ksize(p);
	get(p + 120);
}

static void kasan_memchr(void)
{
	char *p = kzalloc(24 + zero, GFP_KERNEL);

	if (memchr(p, '1', 25 + zero))
		put(p);
	kfree(p);
}

static void kasan_memcmp(void)
{
	static char zeros[32];
	char *p = kzalloc(24 + zero, GFP_KERNEL);

	if (memcmp(p, zeros, 25 + zero))
		put(p);
	kfree(p);
}

static void kasan_strings(void)
{
	char *p = kzalloc(24 + zero, GFP_KERNEL);

	kfree(p);
	p += 16;
	if (strchr(p, '1') || strrchr(p, '1') || strcmp(p, "2") ||
	    strncmp(p, "2", 1) || strlen(p) || strnlen(p, 1))
		put(p);
}

static void kasan_bitops_generic(void)
{
	unsigned long *bits = kzalloc(sizeof(*bits) + 1, GFP_KERNEL);

	set_bit(BITS_PER_LONG + BITS_PER_BYTE + zero, bits);
	kfree(bits);
}

static void kmalloc_double_kzfree(void)
{
	char *p = take(16);

	kfree_sensitive(p);
	kfree_sensitive(p);
}

static void test_double_free(void)
{
	char *p = take(32);

	kfree(p);
	kfree(p);
}

static void test_invalid_addr_free(void)
{
	char *p = take(32);

	kfree(p + 1);
	kfree(p);
}

static void test_corruption(void)
{
	char *p = take(32);

	put(p + 32 + 7);
	kfree(p);
}

static void test_corruption_left(void)
{
	char *p = take(32);

	put(p - 1);
	kfree(p);
}

static void test_krealloc(void)
{
	char *p = take(32), *q;

	q = krealloc(p, 96 + zero, GFP_KERNEL);
	get(p);
	kfree(q);
}

static void test_out_of_bounds_write(void)
{
	char *p = take(32);

	put(p + 32);
	put(p - 1);
	kfree(p);
}

static void test_out_of_bounds_read(void)
{
	char *p = take(32);

	get(p - 1);
	get(p + 32);
	kfree(p);
}

static void test_use_after_free_read(void)
{
	char *p = take(32);

	kfree(p);
	get(p);
}

static void test_kmalloc_aligned_oob_read(void)
{
	char *p = take(73);

	get(p + 73);
	kfree(p);
}

static void test_kmalloc_aligned_oob_write(void)
{
	char *p = take(73);

	put(p + 73);
	kfree(p);
}

static void test_use_after_free_write(void)
{
	char *p = take(32);

	kfree(p);
	put(p);
}

static void rcu_uaf(void)
{
	struct late {
		struct rcu_head head;
		char bytes[20];
	} *p = (void *)take(sizeof(*p));

	kfree_rcu(p, head);
	/* It collects some before it frees them. */
	msleep(10000);
	put(p->bytes);
}

#define CASE(name)                                                             \
	{                                                                      \
#name, name                                                    \
	}

const struct memory_case slab_cases[] = {
	CASE(kmalloc_oob_right),
	CASE(kmalloc_oob_left),
	CASE(kmalloc_node_oob_right),
	CASE(kmalloc_pagealloc_oob_right),
	CASE(kmalloc_pagealloc_uaf),
	CASE(kmalloc_pagealloc_invalid_free),
	CASE(kmalloc_large_oob_right),
	CASE(krealloc_more_oob),
	CASE(krealloc_less_oob),
	CASE(krealloc_pagealloc_more_oob),
	CASE(krealloc_pagealloc_less_oob),
	CASE(krealloc_uaf),
	CASE(kmalloc_oob_16),
	CASE(kmalloc_uaf_16),
	CASE(kmalloc_oob_in_memset),
	CASE(kmalloc_oob_memset_2),
	CASE(kmalloc_oob_memset_4),
	CASE(kmalloc_oob_memset_8),
	CASE(kmalloc_oob_memset_16),
	CASE(kmalloc_memmove_negative_size),
	CASE(kmalloc_memmove_invalid_size),
	CASE(kmalloc_uaf),
	CASE(kmalloc_uaf_memset),
	CASE(kmalloc_uaf2),
	CASE(kmalloc_uaf3),
	CASE(kmem_cache_oob),
	CASE(kmem_cache_double_free),
	CASE(kmem_cache_invalid_free),
	CASE(kmem_cache_double_destroy),
	CASE(kmem_cache_wrong_cache),
	CASE(ksize_unpoisons_memory),
	CASE(ksize_uaf),
	CASE(kasan_memchr),
	CASE(kasan_memcmp),
	CASE(kasan_strings),
	CASE(kasan_bitops_generic),
	CASE(kmalloc_double_kzfree),
	CASE(test_double_free),
	CASE(test_invalid_addr_free),
	CASE(test_corruption),
	CASE(test_corruption_left),
	CASE(test_krealloc),
	CASE(test_out_of_bounds_write),
	CASE(test_out_of_bounds_read),
	CASE(test_use_after_free_read),
	CASE(test_kmalloc_aligned_oob_read),
	CASE(test_kmalloc_aligned_oob_write),
	CASE(test_use_after_free_write),
	CASE(rcu_uaf),
	{},
};
