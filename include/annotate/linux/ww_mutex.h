/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Contexts of wait/wound mutexes: that they begin and end.
 *
 * Found before the kernel's header of this name, which it includes; what it
 * redefines is for what comes behind that, and behind the first inclusion, since
 * the kernel's headers include each other.
 */
#ifdef RING3_WW_MUTEX_H
#include_next <linux/ww_mutex.h>
#else
#define RING3_WW_MUTEX_H
#include_next <linux/ww_mutex.h>
#ifndef __ASSEMBLY__
#include <ring3/annotate.h>

#define ww_acquire_init(ctx, ww_class)                                         \
	do {                                                                   \
		struct ww_acquire_ctx *ring3_ctx = (ctx);                      \
                                                                               \
		ww_acquire_init(ring3_ctx, ww_class);                          \
		__ring3_lock_ww(ring3_ctx, RING3_WW_BEGIN);                    \
	} while (0)
#define ww_acquire_done(ctx)                                                   \
	do {                                                                   \
		struct ww_acquire_ctx *ring3_ctx = (ctx);                      \
                                                                               \
		__ring3_lock_ww(ring3_ctx, RING3_WW_DONE);                     \
		ww_acquire_done(ring3_ctx);                                    \
	} while (0)
#define ww_acquire_fini(ctx)                                                   \
	do {                                                                   \
		struct ww_acquire_ctx *ring3_ctx = (ctx);                      \
                                                                               \
		__ring3_lock_ww(ring3_ctx, RING3_WW_OVER);                     \
		ww_acquire_fini(ring3_ctx);                                    \
	} while (0)
#define ww_mutex_lock_slow(lock, ctx)                                          \
	do {                                                                   \
		struct ww_acquire_ctx *ring3_ctx = (ctx);                      \
                                                                               \
		__ring3_lock_ww(ring3_ctx, RING3_WW_SLOW);                     \
		ww_mutex_lock_slow(lock, ring3_ctx);                           \
	} while (0)
#define ww_mutex_lock_slow_interruptible(lock, ctx)                            \
	({                                                                     \
		struct ww_acquire_ctx *ring3_ctx = (ctx);                      \
                                                                               \
		__ring3_lock_ww(ring3_ctx, RING3_WW_SLOW);                     \
		ww_mutex_lock_slow_interruptible(lock, ring3_ctx);             \
	})
#endif
#endif
