// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accesses to memory that is not there to be touched.
 */
#include <linux/bitops.h>
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include "sanitized.h"

static char global[10];

static noinline void touch(volatile char *p)
{
	*p = 1;
}

static noinline char *get(size_t size)
{
	return kmalloc(size + zero, GFP_KERNEL);
}

static void kmalloc_right(void)
{
	char *p = get(123);

	touch(p + 123);
	kfree(p);
}

static void kmalloc_left(void)
{
	char *p = get(15);

	touch(p - 1);
	kfree(p);
}

static void kmalloc_big(void)
{
	char *p = get(20000);

	touch(p + 20000);
	kfree(p);
}

static void kmalloc_freed(void)
{
	char *p = get(10);

	kfree(p);
	touch(p + 8);
}

/* Most from one place, and then a mistake with what another gave. */
static void many_then_freed(void)
{
	int i;

	for (i = 0; i < 3000; i++) {
		char *p = kmalloc(100 + zero, GFP_KERNEL);

		touch(p + 99);
		kfree(p);
	}
	kmalloc_freed();
}

static void krealloc_less(void)
{
	char *p = krealloc(get(235), 201 + zero, GFP_KERNEL);

	touch(p + 201);
	kfree(p);
}

static void krealloc_freed(void)
{
	char *p = get(201);

	kfree(p);
	if (krealloc(p, 235 + zero, GFP_KERNEL))
		touch(p + zero);
}

static void double_free(void)
{
	char *p = get(16);

	kfree(p);
	kfree(p);
}

static void invalid_free(void)
{
	char *p = get(64);

	kfree(p + 8);
	kfree(p);
}

static void cache(bool freed)
{
	struct kmem_cache *c =
		kmem_cache_create("sanitized_cache", 200, 0, 0, NULL);
	char *p = kmem_cache_alloc(c, GFP_KERNEL);

	if (freed)
		kmem_cache_free(c, p);
	touch(p + (freed ? 5 : 200));
	if (!freed)
		kmem_cache_free(c, p);
	kmem_cache_destroy(c);
}

static void cache_right(void)
{
	cache(false);
}

static void cache_freed(void)
{
	cache(true);
}

static void pages_right(void)
{
	char *p = (char *)__get_free_pages(GFP_KERNEL, one);

	touch(p + 2 * PAGE_SIZE);
	free_pages((unsigned long)p, one);
}

static void pages_freed(void)
{
	char *p = (char *)__get_free_page(GFP_KERNEL);

	free_page((unsigned long)p);
	touch(p);
}

static void vmalloc_right(void)
{
	char *p = vmalloc(PAGE_SIZE / 2 - 1);

	touch(p + PAGE_SIZE / 2 - 1);
	vfree(p);
}

static void global_right(void)
{
	touch(global + 10 + zero);
}

static void stack_right(void)
{
	char stack[10];

	touch(stack + 10 + zero);
}

static void alloca_right(void)
{
	char stack[10 + zero];

	touch(stack + 10 + zero);
}

static void memset_right(void)
{
	char *p = get(12);

	memset(p, 0, 13 + zero);
	kfree(p);
}

static void memcpy_right(void)
{
	char *p = get(12), *q = get(20);

	memcpy(p, q, 20 + zero);
	kfree(p);
	kfree(q);
}

static void string_right(void)
{
	char *p = get(4);

	memset(p, 'x', 4);
	if (strlen(p))
		touch(p);
	kfree(p);
}

static void bit_right(void)
{
	unsigned long *p = (unsigned long *)get(8);

	set_bit(64 + zero, p);
	kfree(p);
}

static void user_right(void)
{
	char *p = get(8);

	if (copy_from_user(p, (void __user *)0x400000001000, 9 + zero))
		touch(p);
	kfree(p);
}

/* All of it as it should be, the edges of it first of all. */
static void nothing(void)
{
	struct kmem_cache *c =
		kmem_cache_create("sanitized_cache", 200, 0, 0, NULL);
	char stack[10], *p = get(123), *q = vmalloc(100);
	char *r = kmem_cache_alloc(c, GFP_KERNEL);
	struct page *page = alloc_pages(GFP_KERNEL, one);

	touch(p + 122);
	p = krealloc(p, 200 + zero, GFP_KERNEL);
	touch(p + 199);
	touch(q + 99);
	touch(r + 199);
	touch(page_address(page) + 2 * PAGE_SIZE - 1);
	touch(stack + 9 + zero);
	touch(global + 9 + zero);
	kfree(kstrdup("text", GFP_KERNEL));
	kfree(p);
	vfree(q);
	kmem_cache_free(c, r);
	kmem_cache_destroy(c);
	__free_pages(page, one);
}

const struct mistake address_mistakes[] = {
	{"none", nothing},
	{"kmalloc-right", kmalloc_right},
	{"kmalloc-left", kmalloc_left},
	{"kmalloc-large", kmalloc_big},
	{"kmalloc-freed", kmalloc_freed},
	{"many-then-freed", many_then_freed},
	{"krealloc-less", krealloc_less},
	{"krealloc-freed", krealloc_freed},
	{"double-free", double_free},
	{"invalid-free", invalid_free},
	{"cache-right", cache_right},
	{"cache-freed", cache_freed},
	{"pages-right", pages_right},
	{"pages-freed", pages_freed},
	{"vmalloc-right", vmalloc_right},
	{"global-right", global_right},
	{"stack-right", stack_right},
	{"alloca-right", alloca_right},
	{"memset-right", memset_right},
	{"memcpy-right", memcpy_right},
	{"string-right", string_right},
	{"bit-right", bit_right},
	{"user-right", user_right},
	{},
};
