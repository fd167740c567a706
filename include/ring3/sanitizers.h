/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What compilers call in code built with sanitizers: `ring3 build` tells kbuild
 * that these names exist, and the kernel half gives them to modules that import
 * them.  Includes nothing, as all of include/ring3.
 */
#ifndef RING3_SANITIZERS_H
#define RING3_SANITIZERS_H

/* -fasan-shadow-offset: the shadow of address A is at A / 8 + this.  There is
 * one for the addresses below RING3_SHADOWED. */
#define RING3_SHADOW_OFFSET 0x500000000000ul
#define RING3_SHADOWED	    0x210000000000ul

#define RING3_ADDRESS_ACCESSES(X)                                              \
	X(__asan_load1_noabort)                                                \
	X(__asan_load2_noabort)                                                \
	X(__asan_load4_noabort)                                                \
	X(__asan_load8_noabort)                                                \
	X(__asan_load16_noabort)                                               \
	X(__asan_loadN_noabort)                                                \
	X(__asan_store1_noabort)                                               \
	X(__asan_store2_noabort)                                               \
	X(__asan_store4_noabort)                                               \
	X(__asan_store8_noabort)                                               \
	X(__asan_store16_noabort)                                              \
	X(__asan_storeN_noabort)                                               \
	X(__asan_ring3_read)                                                   \
	X(__asan_ring3_write)                                                  \
	X(__asan_ring3_percpu)

#define RING3_ADDRESS_OTHERS(X)                                                \
	X(__asan_handle_no_return)                                             \
	X(__asan_register_globals)                                             \
	X(__asan_unregister_globals)                                           \
	X(__asan_alloca_poison)                                                \
	X(__asan_allocas_unpoison)                                             \
	X(__asan_poison_stack_memory)                                          \
	X(__asan_unpoison_stack_memory)                                        \
	X(__asan_set_shadow_00)                                                \
	X(__asan_set_shadow_f1)                                                \
	X(__asan_set_shadow_f2)                                                \
	X(__asan_set_shadow_f3)                                                \
	X(__asan_set_shadow_f5)                                                \
	X(__asan_set_shadow_f8)                                                \
	X(__asan_memcpy)                                                       \
	X(__asan_memmove)                                                      \
	X(__asan_memset)                                                       \
	X(__hwasan_memcpy)                                                     \
	X(__hwasan_memmove)                                                    \
	X(__hwasan_memset)

#define RING3_UNDEFINED(X)                                                     \
	X(__ubsan_handle_add_overflow)                                         \
	X(__ubsan_handle_sub_overflow)                                         \
	X(__ubsan_handle_mul_overflow)                                         \
	X(__ubsan_handle_negate_overflow)                                      \
	X(__ubsan_handle_divrem_overflow)                                      \
	X(__ubsan_handle_type_mismatch_v1)                                     \
	X(__ubsan_handle_out_of_bounds)                                        \
	X(__ubsan_handle_shift_out_of_bounds)                                  \
	X(__ubsan_handle_builtin_unreachable)                                  \
	X(__ubsan_handle_load_invalid_value)                                   \
	X(__ubsan_handle_vla_bound_not_positive)                               \
	X(__ubsan_handle_nonnull_arg)                                          \
	X(__ubsan_handle_pointer_overflow)

#define RING3_GCOV(X)                                                          \
	X(__gcov_init)                                                         \
	X(__gcov_exit)                                                         \
	X(__gcov_merge_add)                                                    \
	X(__gcov_merge_topn)                                                   \
	X(__gcov_merge_ior)                                                    \
	X(__gcov_merge_time_profile)

#define RING3_TRACE(X)                                                         \
	X(__sanitizer_cov_trace_pc)                                            \
	X(__sanitizer_cov_trace_cmp1)                                          \
	X(__sanitizer_cov_trace_cmp2)                                          \
	X(__sanitizer_cov_trace_cmp4)                                          \
	X(__sanitizer_cov_trace_cmp8)                                          \
	X(__sanitizer_cov_trace_const_cmp1)                                    \
	X(__sanitizer_cov_trace_const_cmp2)                                    \
	X(__sanitizer_cov_trace_const_cmp4)                                    \
	X(__sanitizer_cov_trace_const_cmp8)                                    \
	X(__sanitizer_cov_trace_switch)

#define RING3_THREAD_SIZE(X, size)                                             \
	X(__tsan_read##size)                                                   \
	X(__tsan_write##size)                                                  \
	X(__tsan_unaligned_read##size)                                         \
	X(__tsan_unaligned_write##size)                                        \
	X(__tsan_volatile_read##size)                                          \
	X(__tsan_volatile_write##size)                                         \
	X(__tsan_unaligned_volatile_read##size)                                \
	X(__tsan_unaligned_volatile_write##size)

#define RING3_THREAD(X)                                                        \
	RING3_THREAD_SIZE(X, 1)                                                \
	RING3_THREAD_SIZE(X, 2)                                                \
	RING3_THREAD_SIZE(X, 4)                                                \
	RING3_THREAD_SIZE(X, 8)                                                \
	RING3_THREAD_SIZE(X, 16)                                               \
	X(__tsan_read_range)                                                   \
	X(__tsan_write_range)                                                  \
	X(__tsan_init)

/* In place of lock annotations: see include/annotate. */
#define RING3_LOCKS(X)                                                         \
	X(__ring3_lock_init)                                                   \
	X(__ring3_lock_class)                                                  \
	X(__ring3_lock_novalidate)                                             \
	X(__ring3_lock_nested)                                                 \
	X(__ring3_lock_might)                                                  \
	X(__ring3_lock_checks)                                                 \
	X(__ring3_lock_held)                                                   \
	X(__ring3_lock_missing)                                                \
	X(__ring3_lock_present)                                                \
	X(__ring3_lock_any)                                                    \
	X(__ring3_lock_wrong_context)                                          \
	X(__ring3_lock_sleep)                                                  \
	X(__ring3_lock_no_sleep)                                               \
	X(__ring3_lock_ww)                                                     \
	X(__ring3_lock_reclaim)                                                \
	X(__ring3_lock_alloc)

#endif
