// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cases with pages, vmalloc() memory, variables and the stack, and cases that
 * make no mistake, so that nothing is to be told.
 */
#include <linux/bitops.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include "memory_cases.h"

static char global[10];

static void pagealloc_oob_right(void)
{
	char *p = (char *)__get_free_pages(GFP_KERNEL, 4);

	put(p + (PAGE_SIZE << 4));
	free_pages((unsigned long)p, 4);
}

static void pagealloc_uaf(void)
{
	char *p = (char *)__get_free_pages(GFP_KERNEL, 4);

	free_pages((unsigned long)p, 4);
	get(p);
}

static void kasan_global_oob_right(void)
{
	get(global + sizeof(global) + 3 + zero);
}

static void kasan_global_oob_left(void)
{
	get(global - 3 + zero);
}

static void kasan_stack_oob(void)
{
	char array[10];

	put(array);
	get(array + sizeof(array) + zero);
}

static noinline void alloca_at(int n, int at)
{
	char array[n];

	put(array);
	get(array + at);
}

static void kasan_alloca_oob_left(void)
{
	alloca_at(10 + zero, -1);
}

static void kasan_alloca_oob_right(void)
{
	alloca_at(10 + zero, 10);
}

static void vmalloc_oob(void)
{
	size_t size = PAGE_SIZE / 2 - 13;
	char *p = vmalloc(size + zero);

	get(p + size);
	get(p + size + 5);
	vfree(p);
}

static void vmalloc_oob_page(void)
{
	char *p = vmalloc(PAGE_SIZE + zero);

	get(p + PAGE_SIZE);
	vfree(p);
}

static void vmalloc_uaf(void)
{
	char *p = vmalloc(100 + zero);

	vfree(p);
	get(p);
}

static void vmalloc_double_free(void)
{
	char *p = vmalloc(100 + zero);

	vfree(p);
	vfree(p);
}

/* ---- nothing wrong ---- */

static void kfree_via_page(void)
{
	char *p = kmalloc(8 + zero, GFP_KERNEL);
	struct page *page = virt_to_page(p);

	kfree((char *)page_address(page) + offset_in_page(p));
}

static void kfree_via_phys(void)
{
	char *p = kmalloc(8 + zero, GFP_KERNEL);

	kfree(phys_to_virt(virt_to_phys(p)));
}

static void kmem_cache_accounted(void)
{
	struct kmem_cache *cache =
		kmem_cache_create("cases", 200, 0, SLAB_ACCOUNT, NULL);
	int i;

	for (i = 0; i < 5; i++)
		kmem_cache_free(cache, kmem_cache_alloc(cache, GFP_KERNEL));
	kmem_cache_destroy(cache);
}

static void kmem_cache_bulk(void)
{
	struct kmem_cache *cache = kmem_cache_create("cases", 200, 0, 0, NULL);
	void *p[10];
	int i, n = kmem_cache_alloc_bulk(cache, GFP_KERNEL, 10, p);

	for (i = 0; i < n; i++) {
		put(p[i]);
		put((char *)p[i] + 199);
	}
	kmem_cache_free_bulk(cache, n, p);
	kmem_cache_destroy(cache);
}

static void test_memcache_alloc_bulk(void)
{
	struct kmem_cache *cache = kmem_cache_create("cases", 32, 0, 0, NULL);
	void *p[100];
	int n = kmem_cache_alloc_bulk(cache, GFP_ATOMIC, ARRAY_SIZE(p), p);

	WARN_ON(n != ARRAY_SIZE(p));
	kmem_cache_free_bulk(cache, n, p);
	kmem_cache_destroy(cache);
}

static void test_gfpzero(void)
{
	char *p = kzalloc(100 + zero, GFP_KERNEL);

	WARN_ON(memchr_inv(p, 0, 100));
	kfree(p);
}

static void construct(void *p)
{
	memset(p, 'c', 32);
}

static void test_memcache_ctor(void)
{
	struct kmem_cache *cache =
		kmem_cache_create("cases", 32, 0, 0, construct);
	char *p = kmem_cache_alloc(cache, GFP_KERNEL);

	WARN_ON(memchr_inv(p, 'c', 32));
	kmem_cache_free(cache, p);
	kmem_cache_destroy(cache);
}

static void test_shrink_memcache(void)
{
	struct kmem_cache *cache = kmem_cache_create("cases", 32, 0, 0, NULL);
	char *p = kmem_cache_alloc(cache, GFP_KERNEL);

	kmem_cache_shrink(cache);
	put(p);
	kmem_cache_free(cache, p);
	kmem_cache_destroy(cache);
}

static void test_memcache_typesafe_by_rcu(void)
{
	struct kmem_cache *cache =
		kmem_cache_create("cases", 32, 0, SLAB_TYPESAFE_BY_RCU, NULL);
	char *p = kmem_cache_alloc(cache, GFP_KERNEL);

	rcu_read_lock();
	kmem_cache_free(cache, p);
	get(p);
	rcu_read_unlock();
	rcu_barrier();
	kmem_cache_destroy(cache);
}

static void test_free_bulk(void)
{
	char *p[8];
	int i;

	for (i = 0; i < 8; i++)
		p[i] = kmalloc(8 << i, GFP_KERNEL);
	for (i = 0; i < 8; i++)
		put(p[i] + (8 << i) - 1);
	kfree_bulk(8, (void **)p);
}

static void *own(char __percpu *p)
{
	return per_cpu_ptr(p + zero, raw_smp_processor_id());
}

static char __percpu *percpu_of(size_t size)
{
	return __alloc_percpu(size + zero, 8);
}

static void percpu_oob_right(void)
{
	char __percpu *p = percpu_of(24);

	put((char *)own(p) + 24);
	free_percpu(p);
}

static void percpu_oob_read(void)
{
	char __percpu *p = percpu_of(24);

	get((char *)own(p) + 24);
	free_percpu(p);
}

static void percpu_oob_left(void)
{
	char __percpu *p = percpu_of(24);

	put((char *)own(p) - 1);
	free_percpu(p);
}

/* By one instruction, as the compiler does not see it. */
static void percpu_oob_this_cpu(void)
{
	u64 __percpu *p = (u64 __percpu *)percpu_of(24);

	this_cpu_inc(p[3 + zero]);
	free_percpu(p);
}

/* Of many that are in use, so that not all are guarded. */
static void percpu_oob_many(void)
{
	static char __percpu *many[1000];
	int i;

	for (i = 0; i < ARRAY_SIZE(many); i++)
		many[i] = percpu_of(24);
	put((char *)own(many[999]) + 24);
	for (i = 0; i < ARRAY_SIZE(many); i++)
		free_percpu(many[i]);
}

static void percpu_uaf(void)
{
	char __percpu *p = percpu_of(24);

	free_percpu(p);
	get(own(p));
}

static void percpu_uaf_this_cpu(void)
{
	u64 __percpu *p = (u64 __percpu *)percpu_of(24);

	free_percpu(p);
	this_cpu_inc(p[zero]);
}

static void percpu_double_free(void)
{
	char __percpu *p = percpu_of(24);

	free_percpu(p);
	free_percpu(p + zero);
}

static void percpu_invalid_free(void)
{
	char __percpu *p = percpu_of(24);

	free_percpu(p + 8 + zero);
	free_percpu(p);
}

static void percpu_kfree(void)
{
	char __percpu *p = percpu_of(24);

	kfree((__force char *)p + zero);
	free_percpu(p);
}

static void percpu_of_kmalloc(void)
{
	char *p = kmalloc(24, GFP_KERNEL);

	free_percpu((__force char __percpu *)p + zero);
	kfree(p);
}

static void percpu_good_many(void)
{
	static u64 __percpu *p[300];
	int i, round;

	for (round = 0; round < 4; round++) {
		for (i = 0; i < ARRAY_SIZE(p); i++) {
			p[i] = (u64 __percpu *)percpu_of(8 + i * round);
			if (*(u64 *)own((char __percpu *)p[i]))
				pr_info("memory_cases: not zero\n");
			this_cpu_add(*p[i], i);
		}
		for (i = 0; i < ARRAY_SIZE(p); i++) {
			if (this_cpu_read(*p[i]) != i)
				pr_info("memory_cases: another value\n");
			free_percpu(p[i]);
		}
	}
}

static void percpu_good(void)
{
	u64 __percpu *p = alloc_percpu(u64);

	this_cpu_inc(*p);
	free_percpu(p);
}

#define CASE(name)                                                             \
	{                                                                      \
#name, name                                                    \
	}

const struct memory_case other_cases[] = {
	CASE(pagealloc_oob_right),
	CASE(pagealloc_uaf),
	CASE(kasan_global_oob_right),
	CASE(kasan_global_oob_left),
	CASE(kasan_stack_oob),
	CASE(kasan_alloca_oob_left),
	CASE(kasan_alloca_oob_right),
	CASE(vmalloc_oob),
	CASE(vmalloc_oob_page),
	CASE(vmalloc_uaf),
	CASE(vmalloc_double_free),
	CASE(kfree_via_page),
	CASE(kfree_via_phys),
	CASE(kmem_cache_accounted),
	CASE(kmem_cache_bulk),
	CASE(test_memcache_alloc_bulk),
	CASE(test_gfpzero),
	CASE(test_memcache_ctor),
	CASE(test_shrink_memcache),
	CASE(test_memcache_typesafe_by_rcu),
	CASE(test_free_bulk),
	CASE(percpu_oob_right),
	CASE(percpu_oob_read),
	CASE(percpu_oob_left),
	CASE(percpu_oob_this_cpu),
	CASE(percpu_oob_many),
	CASE(percpu_uaf),
	CASE(percpu_uaf_this_cpu),
	CASE(percpu_double_free),
	CASE(percpu_invalid_free),
	CASE(percpu_kfree),
	CASE(percpu_of_kmalloc),
	CASE(percpu_good_many),
	CASE(percpu_good),
	{},
};
