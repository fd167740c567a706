/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What modules built by `ring3 build --sanitize=locks` call in place of what the
 * kernel's headers make nothing of: kernel/sanitize/locks.c answers.
 *
 * Includes nothing, since it comes first wherever locks are declared.
 */
#ifndef RING3_ANNOTATE_H
#define RING3_ANNOTATE_H

/* Types of locks: as enum lock_type of check/calls.h has them. */
#define RING3_LOCK_SPIN	   0
#define RING3_LOCK_RW	   1
#define RING3_LOCK_MUTEX   2
#define RING3_LOCK_WW	   3
#define RING3_LOCK_RT	   4
#define RING3_LOCK_RWSEM   5
#define RING3_LOCK_CONTEXT 8 /* of wait/wound mutexes */
#define RING3_LOCK_UNKNOWN 9

/* How a lock is said to be held. */
#define RING3_HELD	 0
#define RING3_HELD_WRITE 1
#define RING3_HELD_READ	 2

/* What the context is said to be. */
#define RING3_IRQS_ENABLED	  0
#define RING3_IRQS_DISABLED	  1
#define RING3_IN_IRQ		  2
#define RING3_NO_HARDIRQ	  3
#define RING3_PREEMPTION_ENABLED  4
#define RING3_PREEMPTION_DISABLED 5
#define RING3_IN_SOFTIRQ	  6

/* What is done with a context of wait/wound mutexes. */
#define RING3_WW_BEGIN 0
#define RING3_WW_DONE  1
#define RING3_WW_OVER  2
#define RING3_WW_SLOW  3

/* A spin lock is about to be made. */
void __ring3_lock_init(const void *lock, int type, const void *key,
		       const char *name);
/* Its class: @key and what that is called.  @key NULL: the one that it has. */
void __ring3_lock_class(const void *lock, const void *key, const char *text,
			const char *name, unsigned int subclass);
/* Its order is not looked at. */
void __ring3_lock_novalidate(const void *lock);
/* Of the caller's next acquisition of the lock. */
void __ring3_lock_nested(const void *lock, unsigned int subclass,
			 const void *nest, int nest_type);
void __ring3_lock_might(const void *lock, int type, _Bool reads,
			unsigned int subclass);

/* Whether statements about locks are to be checked at all. */
_Bool __ring3_lock_checks(void);
/* True, too, if it is not known. */
int __ring3_lock_held(const void *lock, int type, int how);
/* Whether what is stated is wrong. */
_Bool __ring3_lock_missing(const void *lock, int type, int how);
_Bool __ring3_lock_present(const void *lock, int type);
_Bool __ring3_lock_any(void);
_Bool __ring3_lock_wrong_context(int what);

void __ring3_lock_sleep(const char *file, int line);
void __ring3_lock_no_sleep(const char *file, int line);
void __ring3_lock_ww(const void *context, int what);
/* @flags: those of an allocation. */
void __ring3_lock_reclaim(unsigned int flags, _Bool begins);
void __ring3_lock_alloc(unsigned int flags, const char *file, int line);

/* rwlock_t is known wherever such a lock is. */
#define RING3_LOCK_TYPE(lock)                                                  \
	_Generic((lock),                                                       \
		struct spinlock *: RING3_LOCK_SPIN,                            \
		const struct spinlock *: RING3_LOCK_SPIN,                      \
		struct raw_spinlock *: RING3_LOCK_SPIN,                        \
		const struct raw_spinlock *: RING3_LOCK_SPIN,                  \
		rwlock_t *: RING3_LOCK_RW,                                     \
		const rwlock_t *: RING3_LOCK_RW,                               \
		struct mutex *: RING3_LOCK_MUTEX,                              \
		const struct mutex *: RING3_LOCK_MUTEX,                        \
		struct ww_mutex *: RING3_LOCK_WW,                              \
		const struct ww_mutex *: RING3_LOCK_WW,                        \
		struct rt_mutex *: RING3_LOCK_RT,                              \
		const struct rt_mutex *: RING3_LOCK_RT,                        \
		struct rw_semaphore *: RING3_LOCK_RWSEM,                       \
		const struct rw_semaphore *: RING3_LOCK_RWSEM,                 \
		struct ww_acquire_ctx *: RING3_LOCK_CONTEXT,                   \
		default: RING3_LOCK_UNKNOWN)

/* The key of a place: as many addresses as there are subclasses. */
#define RING3_KEY static char ring3_key[8]

/* @take_ of @lock_, of a subclass or nested in another. */
#define RING3_TAKE(take_, lock_, subclass_, nest_, nest_type_)                 \
	({                                                                     \
		typeof(lock_) ring3_lock = (lock_);                            \
                                                                               \
		__ring3_lock_nested(ring3_lock, subclass_, nest_, nest_type_); \
		take_(ring3_lock);                                             \
	})
#define RING3_TAKE_NESTED(take_, lock_, subclass_)                             \
	RING3_TAKE(take_, lock_, subclass_, (void *)0, RING3_LOCK_UNKNOWN)
#define RING3_TAKE_IN(take_, lock_, nest_)                                     \
	RING3_TAKE(take_, lock_, 0, nest_, RING3_LOCK_TYPE(nest_))

#endif
