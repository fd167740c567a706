// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory: the allocators, and that all views of a page are the same page.
 *
 * Contract: all in init, process context; leaves nothing allocated.
 */
#include <linux/cpumask.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/pfn.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "check.h"

#define OBJECTS 200
#define PAGES	5

static DEFINE_PER_CPU(unsigned long, counter);
static int constructed;

static bool all_bytes(const u8 *p, u8 value, size_t size)
{
	return !memchr_inv(p, value, size);
}

static void test_kmalloc(void)
{
	size_t size;
	u8 *p, *q;

	for (size = 8; size <= 256 * 1024; size *= 2) {
		p = kmalloc(size, GFP_KERNEL);
		q = kzalloc(size, GFP_KERNEL);
		if (!CHECK(p && q))
			goto free;
		CHECK(p + size <= q || q + size <= p);
		CHECK(((unsigned long)p & (size - 1)) == 0 || size > PAGE_SIZE);
		CHECK(ksize(p) >= size);
		CHECK(virt_addr_valid(p));
		CHECK(!is_vmalloc_addr(p));
		CHECK(all_bytes(q, 0, size));
		memset(p, 0x3c, size);
		CHECK(all_bytes(q, 0, size));
		CHECK(all_bytes(p, 0x3c, size));
free:
		kfree(p);
		kfree(q);
	}
	kfree(NULL);
	CHECK(ZERO_OR_NULL_PTR(kmalloc(0, GFP_KERNEL)));
}

static void test_krealloc(void)
{
	char *p = kstrdup("contents stay", GFP_KERNEL), *q;

	if (!CHECK(p))
		return;
	q = krealloc(p, 4000, GFP_KERNEL);
	if (CHECK(q)) {
		CHECK(!strcmp(q, "contents stay"));
		p = q;
	}
	kfree(p);
	p = kasprintf(GFP_ATOMIC, "%s-%d", "text", 42);
	CHECK(p && !strcmp(p, "text-42"));
	kfree(p);
}

static void construct(void *p)
{
	constructed++;
	memset(p, 0x11, 72);
}

static void test_cache(void)
{
	struct kmem_cache *cache;
	static u8 *objects[OBJECTS];
	int i;

	cache = kmem_cache_create("selftest_alloc", 72, 64, SLAB_HWCACHE_ALIGN,
				  construct);
	if (!CHECK(cache))
		return;
	CHECK_EQ(kmem_cache_size(cache), 72);
	for (i = 0; i < OBJECTS; i++) {
		objects[i] = kmem_cache_alloc(cache, GFP_KERNEL);
		if (!CHECK(objects[i]))
			break;
		CHECK(((unsigned long)objects[i] & 63) == 0);
		CHECK(all_bytes(objects[i], 0x11, 72));
		memset(objects[i], i, 72);
	}
	CHECK(constructed >= i);
	while (i-- > 0) {
		CHECK(all_bytes(objects[i], i, 72));
		memset(objects[i], 0x11, 72);
		kmem_cache_free(cache, objects[i]);
	}
	kmem_cache_destroy(cache);
}

static void test_pages(void)
{
	unsigned int order;
	struct page *page;
	u8 *p;

	for (order = 0; order <= 8; order++) {
		page = alloc_pages(GFP_KERNEL | __GFP_ZERO, order);
		if (!CHECK(page))
			continue;
		p = page_address(page);
		CHECK(p &&
		      ((unsigned long)p & ((PAGE_SIZE << order) - 1)) == 0);
		CHECK(virt_to_page(p) == page);
		CHECK(pfn_to_page(page_to_pfn(page)) == page);
		CHECK(pfn_valid(page_to_pfn(page)));
		CHECK_EQ(PFN_PHYS(page_to_pfn(page)), __pa(p));
		CHECK(__va(__pa(p)) == p);
		CHECK_EQ(page_count(page), 1);
		CHECK(all_bytes(p, 0, PAGE_SIZE << order));
		memset(p, order + 1, PAGE_SIZE << order);
		CHECK(all_bytes(p, order + 1, PAGE_SIZE << order));
		__free_pages(page, order);
	}
	p = alloc_pages_exact(3 * PAGE_SIZE, GFP_KERNEL);
	if (CHECK(p)) {
		memset(p, 1, 3 * PAGE_SIZE);
		free_pages_exact(p, 3 * PAGE_SIZE);
	}
}

static void test_vmalloc(void)
{
	u8 *p = vmalloc(16 * PAGE_SIZE), *alias;
	struct page *page;
	int i;

	if (!CHECK(p))
		return;
	CHECK(is_vmalloc_addr(p));
	CHECK(((unsigned long)p & ~PAGE_MASK) == 0);
	for (i = 0; i < 16; i++) {
		page = vmalloc_to_page(p + i * PAGE_SIZE + 5);
		if (!CHECK(page))
			continue;
		CHECK_EQ(vmalloc_to_pfn(p + i * PAGE_SIZE), page_to_pfn(page));
		alias = page_address(page);
		memset(p + i * PAGE_SIZE, i + 1, PAGE_SIZE);
		CHECK(all_bytes(alias, i + 1, PAGE_SIZE));
		alias[100] = 0xee;
		CHECK_EQ(p[i * PAGE_SIZE + 100], 0xee);
	}
	vfree(p);
	p = vzalloc(300001);
	CHECK(p && all_bytes(p, 0, 300001));
	vfree(p);
	p = kvmalloc(4 << 20, GFP_KERNEL);
	CHECK(p);
	kvfree(p);
}

static void check_view(u8 *view, struct page **pages, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		u8 *direct = page_address(pages[i]);

		CHECK(vmalloc_to_page(view + i * PAGE_SIZE) == pages[i]);
		CHECK_EQ(view[i * PAGE_SIZE], i);
		view[i * PAGE_SIZE + 1] = 0x40 + i;
		CHECK_EQ(direct[1], 0x40 + i);
		direct[2] = 0x80 + i;
		CHECK_EQ(view[i * PAGE_SIZE + 2], 0x80 + i);
	}
}

/* Two views of the same pages, one of them in the opposite order. */
static void test_vmap(void)
{
	struct page *pages[PAGES], *reverse[PAGES];
	u8 *view, *back;
	int i, count;

	for (count = 0; count < PAGES; count++) {
		pages[count] = alloc_page(GFP_KERNEL);
		if (!CHECK(pages[count]))
			goto free;
		*(u8 *)page_address(pages[count]) = count;
		reverse[PAGES - 1 - count] = pages[count];
	}
	view = vmap(pages, PAGES, VM_MAP, PAGE_KERNEL);
	back = vmap(reverse, PAGES, VM_MAP, PAGE_KERNEL_RO);
	if (CHECK(view && back)) {
		check_view(view, pages, PAGES);
		for (i = 0; i < PAGES; i++)
			CHECK(!memcmp(view + i * PAGE_SIZE,
				      back + (PAGES - 1 - i) * PAGE_SIZE,
				      PAGE_SIZE));
		memset(view + PAGE_SIZE - 2, 0x77, 4);
		CHECK_EQ(((u8 *)page_address(pages[0]))[PAGE_SIZE - 1], 0x77);
		CHECK_EQ(((u8 *)page_address(pages[1]))[1], 0x77);
	}
	vunmap(back);
	vunmap(view);
free:
	while (count-- > 0)
		__free_page(pages[count]);
}

static void test_percpu(void)
{
	unsigned long __percpu *dynamic = alloc_percpu(unsigned long);
	unsigned long sum = 0, expected = 0;
	int cpu;

	if (!CHECK(dynamic))
		return;
	for_each_possible_cpu(cpu) {
		CHECK_EQ(*per_cpu_ptr(dynamic, cpu), 0);
		CHECK_EQ(per_cpu(counter, cpu), 0);
		*per_cpu_ptr(dynamic, cpu) = cpu + 1;
		per_cpu(counter, cpu) = 100 * cpu;
		expected += cpu + 1;
	}
	for_each_possible_cpu(cpu) {
		sum += *per_cpu_ptr(dynamic, cpu);
		CHECK_EQ(per_cpu(counter, cpu), 100 * cpu);
	}
	CHECK_EQ(sum, expected);
	cpu = get_cpu();
	this_cpu_add(counter, 5);
	this_cpu_inc(*dynamic);
	CHECK_EQ(per_cpu(counter, cpu), 100 * cpu + 5);
	CHECK_EQ(*this_cpu_ptr(dynamic), cpu + 2);
	CHECK_EQ(this_cpu_xchg(*dynamic, 9), cpu + 2);
	CHECK_EQ(this_cpu_cmpxchg(*dynamic, 9, 10), 9);
	CHECK_EQ(*per_cpu_ptr(dynamic, cpu), 10);
	put_cpu();
	free_percpu(dynamic);
}

/* More in sum than there is memory to lose. */
static void test_no_leak(void)
{
	int i;
	void *p;

	for (i = 0; i < 250; i++) {
		p = vmalloc(4 << 20);
		if (!CHECK(p))
			return;
		*(int *)p = i;
		vfree(p);
		p = kmalloc(2 << 20, GFP_KERNEL);
		if (!CHECK(p))
			return;
		kfree(p);
	}
}

static int __init selftest_start(void)
{
	test_kmalloc();
	test_krealloc();
	test_cache();
	test_pages();
	test_vmalloc();
	test_vmap();
	test_percpu();
	test_no_leak();
	return check_report("alloc");
}

static void __exit selftest_end(void)
{
}

module_init(selftest_start);
module_exit(selftest_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Checks memory allocation");
