// SPDX-License-Identifier: GPL-2.0-only
/*
 * The functions that modules import and that return memory.
 *
 * Names differ by kernel; those that one does not have are never asked for.
 */
#include "check/leaks.h"

#define MEMORY(sym, what, size_)                                               \
	CHECK_IMPORT(sym, SPACE_MEMORY, what, .is_memory = true,               \
		     .key = VALUE_RESULT, .size = VALUE_##size_)
/* @key_: RESULT, a struct page; PAGE_OF_RESULT, an address. */
#define PAGES(sym, what, key_, size_)                                          \
	CHECK_IMPORT(sym, SPACE_PAGE, what, .is_memory = true,                 \
		     .key = VALUE_##key_, .size = VALUE_##size_)
#define PERCPU(sym, what)                                                      \
	CHECK_IMPORT(sym, SPACE_PERCPU, what, .is_memory = true,               \
		     .key = VALUE_RESULT, .size = VALUE_ARG0)

MEMORY(kmalloc_trace, "kmalloc", ARG2);
MEMORY(kmalloc_node_trace, "kmalloc", ARG3);
MEMORY(kmalloc_large, "kmalloc", ARG0);
MEMORY(kmalloc_large_node, "kmalloc", ARG0);
MEMORY(__kmalloc, "kmalloc", ARG0);
MEMORY(__kmalloc_node, "kmalloc", ARG0);
MEMORY(__kmalloc_node_track_caller, "kmalloc", ARG0);
MEMORY(__kmalloc_cache_noprof, "kmalloc", ARG2);
MEMORY(__kmalloc_cache_node_noprof, "kmalloc", ARG3);
MEMORY(__kmalloc_large_noprof, "kmalloc", ARG0);
MEMORY(__kmalloc_large_node_noprof, "kmalloc", ARG0);
MEMORY(__kmalloc_noprof, "kmalloc", ARG0);
MEMORY(__kmalloc_node_noprof, "kmalloc", ARG0);
MEMORY(__kmalloc_node_track_caller_noprof, "kmalloc", ARG0);
MEMORY(krealloc, "krealloc", ARG1);
MEMORY(krealloc_noprof, "krealloc", ARG1);
MEMORY(kmem_cache_alloc, "kmem_cache_alloc", OBJECT);
MEMORY(kmem_cache_alloc_lru, "kmem_cache_alloc", OBJECT);
MEMORY(kmem_cache_alloc_node, "kmem_cache_alloc", OBJECT);
MEMORY(kmem_cache_alloc_noprof, "kmem_cache_alloc", OBJECT);
MEMORY(kmem_cache_alloc_lru_noprof, "kmem_cache_alloc", OBJECT);
MEMORY(kmem_cache_alloc_node_noprof, "kmem_cache_alloc", OBJECT);
CHECK_IMPORT(kmem_cache_alloc_bulk, SPACE_MEMORY, "kmem_cache_alloc_bulk",
	     .is_memory = true, .success = SUCCESS_BULK, .size = VALUE_OBJECT);
CHECK_IMPORT(kmem_cache_alloc_bulk_noprof, SPACE_MEMORY,
	     "kmem_cache_alloc_bulk", .is_memory = true,
	     .success = SUCCESS_BULK, .size = VALUE_OBJECT);

MEMORY(kmemdup, "kmemdup", ARG1);
MEMORY(kmemdup_noprof, "kmemdup", ARG1);
MEMORY(kmemdup_array, "kmemdup_array", SLAB);
MEMORY(kmemdup_nul, "kmemdup_nul", SLAB);
MEMORY(kvmemdup, "kvmemdup", ARG1);
MEMORY(kstrdup, "kstrdup", STRING);
MEMORY(kstrdup_const, "kstrdup_const", STRING);
MEMORY(kstrndup, "kstrndup", STRING);
MEMORY(kasprintf, "kasprintf", STRING);
MEMORY(kvasprintf, "kvasprintf", STRING);
MEMORY(kvasprintf_const, "kvasprintf_const", STRING);
MEMORY(memdup_user, "memdup_user", ARG1);
MEMORY(vmemdup_user, "vmemdup_user", ARG1);
MEMORY(memdup_user_nul, "memdup_user_nul", SLAB);
MEMORY(strndup_user, "strndup_user", STRING);
MEMORY(bitmap_alloc, "bitmap_alloc", SLAB);
MEMORY(bitmap_zalloc, "bitmap_zalloc", SLAB);
MEMORY(bitmap_alloc_node, "bitmap_alloc", SLAB);
MEMORY(bitmap_zalloc_node, "bitmap_zalloc", SLAB);
MEMORY(mempool_create, "mempool_create", SLAB);
MEMORY(mempool_create_node, "mempool_create", SLAB);
MEMORY(mempool_create_node_noprof, "mempool_create", SLAB);

MEMORY(kvmalloc_node, "kvmalloc", ARG0);
MEMORY(__kvmalloc_node_noprof, "kvmalloc", ARG0);
MEMORY(kvrealloc, "kvrealloc", ARG2);
MEMORY(kvrealloc_noprof, "kvrealloc", ARG1);
MEMORY(vmalloc, "vmalloc", ARG0);
MEMORY(vmalloc_huge, "vmalloc", ARG0);
MEMORY(vmalloc_node, "vmalloc", ARG0);
MEMORY(vmalloc_user, "vmalloc", ARG0);
MEMORY(vmalloc_32, "vmalloc", ARG0);
MEMORY(vmalloc_32_user, "vmalloc", ARG0);
MEMORY(vzalloc, "vmalloc", ARG0);
MEMORY(vzalloc_node, "vmalloc", ARG0);
MEMORY(__vmalloc, "vmalloc", ARG0);
MEMORY(vmalloc_array, "vmalloc", PRODUCT);
MEMORY(__vmalloc_array, "vmalloc", PRODUCT);
MEMORY(vcalloc, "vmalloc", PRODUCT);
MEMORY(__vcalloc, "vmalloc", PRODUCT);
MEMORY(vmalloc_noprof, "vmalloc", ARG0);
MEMORY(vmalloc_huge_noprof, "vmalloc", ARG0);
MEMORY(vmalloc_node_noprof, "vmalloc", ARG0);
MEMORY(vmalloc_user_noprof, "vmalloc", ARG0);
MEMORY(vmalloc_32_noprof, "vmalloc", ARG0);
MEMORY(vmalloc_32_user_noprof, "vmalloc", ARG0);
MEMORY(vzalloc_noprof, "vmalloc", ARG0);
MEMORY(vzalloc_node_noprof, "vmalloc", ARG0);
MEMORY(__vmalloc_noprof, "vmalloc", ARG0);
MEMORY(vmalloc_array_noprof, "vmalloc", PRODUCT);
MEMORY(__vmalloc_array_noprof, "vmalloc", PRODUCT);
MEMORY(vcalloc_noprof, "vmalloc", PRODUCT);
MEMORY(__vcalloc_noprof, "vmalloc", PRODUCT);
MEMORY(vmap, "vmap", NONE);

PAGES(alloc_pages, "alloc_pages", RESULT, ORDER1);
PAGES(__alloc_pages, "alloc_pages", RESULT, ORDER1);
PAGES(folio_alloc, "folio_alloc", RESULT, ORDER1);
PAGES(__folio_alloc, "folio_alloc", RESULT, ORDER1);
PAGES(__get_free_pages, "__get_free_pages", PAGE_OF_RESULT, ORDER1);
PAGES(get_zeroed_page, "get_zeroed_page", PAGE_OF_RESULT, PAGE);
PAGES(alloc_pages_exact, "alloc_pages_exact", PAGE_OF_RESULT, ARG0);
PAGES(alloc_pages_noprof, "alloc_pages", RESULT, ORDER1);
PAGES(__alloc_pages_noprof, "alloc_pages", RESULT, ORDER1);
PAGES(folio_alloc_noprof, "folio_alloc", RESULT, ORDER1);
PAGES(__folio_alloc_noprof, "folio_alloc", RESULT, ORDER1);
PAGES(get_free_pages_noprof, "__get_free_pages", PAGE_OF_RESULT, ORDER1);
PAGES(get_zeroed_page_noprof, "get_zeroed_page", PAGE_OF_RESULT, PAGE);
PAGES(alloc_pages_exact_noprof, "alloc_pages_exact", PAGE_OF_RESULT, ARG0);

PERCPU(__alloc_percpu, "alloc_percpu");
PERCPU(__alloc_percpu_gfp, "alloc_percpu");
PERCPU(pcpu_alloc_noprof, "alloc_percpu");

#define SKB(sym)                                                               \
	CHECK_IMPORT(sym, SPACE_SKB, "sk_buff", .is_memory = true,             \
		     .key = VALUE_RESULT, .size = VALUE_SLAB)

SKB(__alloc_skb);
SKB(alloc_skb_with_frags);
SKB(__netdev_alloc_skb);
SKB(__napi_alloc_skb);
SKB(napi_alloc_skb);
SKB(build_skb);
SKB(napi_build_skb);
SKB(skb_clone);
SKB(skb_copy);
SKB(skb_copy_expand);
SKB(skb_realloc_headroom);
SKB(__pskb_copy_fclone);
