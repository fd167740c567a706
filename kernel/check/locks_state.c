// SPDX-License-Identifier: GPL-2.0-only
/*
 * What locks themselves say: whether they are held, and by whom.
 *
 * Any context but NMI.
 */
#include <linux/irqflags.h>
#include <linux/mutex.h>
#include <linux/rtmutex.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <asm-generic/qrwlock.h>
#include "check/locks.h"

static int rw_count(const struct lock *lock)
{
	rwlock_t *rw = lock->address;

	return atomic_read(&rw->raw_lock.cnts);
}

static long rwsem_count(const struct lock *lock)
{
	struct rw_semaphore *sem = lock->address;

	return atomic_long_read(&sem->count);
}

bool lock_has_owner(const struct lock *lock)
{
	return lock->type == TYPE_MUTEX || lock->type == TYPE_WW ||
	       lock->type == TYPE_RT;
}

/* Bits of the owner's address say who waits. */
const struct task_struct *lock_owner(const struct lock *lock)
{
	const struct rt_mutex *rt = lock->address;
	struct mutex *mutex = lock->address;

	if (lock->type == TYPE_RT)
		return (void *)((long)READ_ONCE(rt->rtmutex.owner) & ~1l);
	return (void *)(atomic_long_read(&mutex->owner) & ~7l);
}

/* The bits of a semaphore's count that are the same in all kernels. */
#define RWSEM_WRITER 1l
#define RWSEM_READER 0x100l

bool lock_is_taken(const struct lock *lock, bool reads)
{
	long count;

	switch (lock->type) {
	case TYPE_SPIN:
		return raw_spin_is_locked((raw_spinlock_t *)lock->address);
	case TYPE_RW:
		return reads ? rw_count(lock) >= _QR_BIAS
			     : rw_count(lock) & _QW_LOCKED;
	case TYPE_MUTEX:
	case TYPE_WW:
	case TYPE_RT:
		return lock_owner(lock);
	case TYPE_RWSEM:
		count = rwsem_count(lock);
		return reads ? count >= RWSEM_READER && !(count & RWSEM_WRITER)
			     : count & RWSEM_WRITER;
	case TYPE_RCU:
	case TYPE_RECLAIM:
	case TYPE_CONTEXT:
	case TYPE_UNKNOWN:
		break;
	}
	return true;
}

/*
 * Whether the call would never return: with one CPU, who holds a spin lock is
 * who is interrupted by, or is, the caller.
 */
bool lock_never_ends(const struct lock *lock, bool reads)
{
	switch (lock->type) {
	case TYPE_SPIN:
		return lock_is_taken(lock, false);
	case TYPE_RW:
		return reads ? rw_count(lock) & _QW_LOCKED
			     : rw_count(lock) & (_QW_LOCKED | ~(_QR_BIAS - 1));
	case TYPE_MUTEX:
	case TYPE_RT:
		return lock_owner(lock) == current;
	case TYPE_RWSEM:
	case TYPE_WW:
	case TYPE_RCU:
	case TYPE_RECLAIM:
	case TYPE_CONTEXT:
	case TYPE_UNKNOWN:
		break;
	}
	return false;
}

/* Who reads is not known of all: the kernel may do so on the caller's behalf. */
static bool rwsem_is_mine(const struct lock *lock, enum held_how how)
{
	const struct rw_semaphore *sem = lock->address;
	long count = rwsem_count(lock);

	if (count & RWSEM_WRITER)
		return how != HELD_READ &&
		       (void *)(atomic_long_read(&sem->owner) & ~7l) == current;
	return how != HELD_WRITE && count >= RWSEM_READER &&
	       count / RWSEM_READER > lock_other_readers(lock);
}

/* With one CPU, who holds a lock that spins is the caller, or interrupted. */
bool lock_is_mine(void *address, enum lock_type type, enum held_how how)
{
	const struct lock lock = {.address = address, .type = type};
	unsigned long flags;
	bool mine;

	switch (type) {
	case TYPE_RW:
		return (how != HELD_READ && lock_is_taken(&lock, false)) ||
		       (how != HELD_WRITE && lock_is_taken(&lock, true));
	case TYPE_MUTEX:
	case TYPE_WW:
	case TYPE_RT:
		return lock_owner(&lock) == current;
	case TYPE_RWSEM:
		local_irq_save(flags);
		mine = rwsem_is_mine(&lock, how);
		local_irq_restore(flags);
		return mine;
	case TYPE_CONTEXT:
		return !ww_is_over(address);
	default:
		return lock_is_taken(&lock, false);
	}
}
