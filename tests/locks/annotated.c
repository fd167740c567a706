// SPDX-License-Identifier: GPL-2.0-only
/*
 * Boxes with locks, each made where all are: one class of locks.  The parameter
 * "what" says what is done with two of them; what it states of locks and contexts
 * is compiled to nothing by the kernel's headers.
 */
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/ww_mutex.h>

static char *what = "";
module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "what is done");

struct box {
	struct mutex mutex;
	struct rw_semaphore sem;
	spinlock_t spin;
	rwlock_t rw;
};

static struct box *box[2];
static DEFINE_MUTEX(lid);
static DEFINE_WD_CLASS(ww_class);

static struct box *make(void)
{
	struct box *b = kzalloc(sizeof(*b), GFP_KERNEL);

	if (!b)
		return NULL;
	mutex_init(&b->mutex);
	init_rwsem(&b->sem);
	spin_lock_init(&b->spin);
	rwlock_init(&b->rw);
	return b;
}

static void held_not(void)
{
	lockdep_assert_held(&box[0]->mutex);
}

static void spin_not(void)
{
	lockdep_assert_held(&box[0]->spin);
}

static void held_to_read(void)
{
	down_read(&box[0]->sem);
	lockdep_assert_held_write(&box[0]->sem);
	up_read(&box[0]->sem);
}

static void held_after_all(void)
{
	mutex_lock(&box[0]->mutex);
	lockdep_assert_not_held(&box[0]->mutex);
	mutex_unlock(&box[0]->mutex);
}

static void stated(void)
{
	lockdep_assert(lockdep_is_held(&box[0]->spin));
}

static void irqs_on(void)
{
	lockdep_assert_irqs_disabled();
}

static void sleeps(void)
{
	spin_lock(&box[0]->spin);
	might_sleep();
	spin_unlock(&box[0]->spin);
}

static void sleeps_not(void)
{
	cant_sleep();
}

static void recursion(void)
{
	mutex_lock(&box[0]->mutex);
	mutex_lock(&box[1]->mutex);
	mutex_unlock(&box[1]->mutex);
	mutex_unlock(&box[0]->mutex);
}

/* Of one box in one order, of the other in the other. */
static void inversion(void)
{
	mutex_lock(&box[0]->mutex);
	down_write(&box[0]->sem);
	up_write(&box[0]->sem);
	mutex_unlock(&box[0]->mutex);
	down_write(&box[1]->sem);
	mutex_lock(&box[1]->mutex);
	mutex_unlock(&box[1]->mutex);
	up_write(&box[1]->sem);
}

static void subclasses(void)
{
	mutex_lock(&box[0]->mutex);
	mutex_lock_nested(&box[1]->mutex, 1);
	mutex_unlock(&box[1]->mutex);
	mutex_unlock(&box[0]->mutex);
	mutex_lock_nested(&box[0]->mutex, 1);
	mutex_lock(&box[1]->mutex);
	mutex_unlock(&box[1]->mutex);
	mutex_unlock(&box[0]->mutex);
}

static void might(void)
{
	mutex_lock(&lid);
	might_lock(&box[0]->mutex);
	mutex_unlock(&lid);
	mutex_lock(&box[1]->mutex);
	mutex_lock(&lid);
	mutex_unlock(&lid);
	mutex_unlock(&box[1]->mutex);
}

static void nest(void)
{
	mutex_lock_nest_lock(&box[0]->mutex, &lid);
	mutex_unlock(&box[0]->mutex);
}

/* Memory is had under a lock that who reclaims it takes. */
static void reclaim(void)
{
	fs_reclaim_acquire(GFP_KERNEL);
	mutex_lock(&box[0]->mutex);
	mutex_unlock(&box[0]->mutex);
	fs_reclaim_release(GFP_KERNEL);
	mutex_lock(&box[1]->mutex);
	kfree(kmalloc(16, GFP_KERNEL));
	mutex_unlock(&box[1]->mutex);
}

static void context(void)
{
	struct ww_acquire_ctx ctx;

	ww_acquire_init(&ctx, &ww_class);
	ww_acquire_done(&ctx);
	ww_acquire_done(&ctx);
	ww_acquire_fini(&ctx);
}

/* What is in order, and says so. */
static void good_nesting(void)
{
	static struct lock_class_key key;
	unsigned long flags;

	mutex_lock(&lid);
	mutex_lock_nest_lock(&box[0]->mutex, &lid);
	mutex_lock_nest_lock(&box[1]->mutex, &lid);
	mutex_unlock(&box[1]->mutex);
	mutex_unlock(&box[0]->mutex);
	mutex_unlock(&lid);
	lockdep_set_class(&box[1]->mutex, &key);
	recursion();
	spin_lock(&box[0]->spin);
	spin_lock_nested(&box[1]->spin, SINGLE_DEPTH_NESTING);
	spin_unlock(&box[1]->spin);
	spin_unlock(&box[0]->spin);
	spin_lock_irqsave_nested(&box[0]->spin, flags, 1);
	lockdep_assert_irqs_disabled();
	spin_unlock_irqrestore(&box[0]->spin, flags);
	if (!down_write_killable_nested(&box[0]->sem, 1))
		up_write(&box[0]->sem);
	down_read_nested(&box[1]->sem, 1);
	lockdep_assert_held_read(&box[1]->sem);
	up_read(&box[1]->sem);
}

static void good_statements(void)
{
	mutex_lock(&box[0]->mutex);
	lockdep_assert_held(&box[0]->mutex);
	lockdep_assert(lockdep_is_held(&box[0]->mutex));
	lockdep_assert_not_held(&box[1]->mutex);
	might_sleep();
	mutex_unlock(&box[0]->mutex);
	down_write(&box[0]->sem);
	lockdep_assert_held_write(&box[0]->sem);
	downgrade_write(&box[0]->sem);
	lockdep_assert_held_read(&box[0]->sem);
	up_read(&box[0]->sem);
	write_lock_irq(&box[0]->rw);
	lockdep_assert_held_write(&box[0]->rw);
	lockdep_assert_irqs_disabled();
	cant_sleep();
	write_unlock_irq(&box[0]->rw);
	read_lock(&box[0]->rw);
	lockdep_assert_held(&box[0]->rw);
	lockdep_assert_preemption_disabled();
	read_unlock(&box[0]->rw);
	lockdep_assert_irqs_enabled();
	lockdep_assert_none_held_once();
}

static void good_reclaim(void)
{
	unsigned int flags;

	fs_reclaim_acquire(GFP_KERNEL);
	mutex_lock(&box[0]->mutex);
	mutex_unlock(&box[0]->mutex);
	fs_reclaim_release(GFP_KERNEL);
	mutex_lock(&box[1]->mutex);
	flags = memalloc_nofs_save();
	kfree(kmalloc(16, GFP_KERNEL));
	memalloc_nofs_restore(flags);
	kfree(kmalloc(16, GFP_NOFS));
	mutex_unlock(&box[1]->mutex);
}

static void good(void)
{
	good_nesting();
	good_statements();
	good_reclaim();
}

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	{"held-not", held_not},
	{"spin-not", spin_not},
	{"held-to-read", held_to_read},
	{"held-after-all", held_after_all},
	{"stated", stated},
	{"irqs-on", irqs_on},
	{"sleeps", sleeps},
	{"sleeps-not", sleeps_not},
	{"recursion", recursion},
	{"inversion", inversion},
	{"subclasses", subclasses},
	{"might", might},
	{"nest", nest},
	{"reclaim", reclaim},
	{"context", context},
	{"good", good},
};

static int __init annotated_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(box); i++)
		box[i] = make();
	if (!box[0] || !box[1])
		goto no_memory;
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		if (!strcmp(cases[i].name, what))
			cases[i].run();
	return 0;

no_memory:
	kfree(box[0]);
	kfree(box[1]);
	return -ENOMEM;
}

static void __exit annotated_exit(void)
{
	kfree(box[0]);
	kfree(box[1]);
}

module_init(annotated_init);
module_exit(annotated_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("States what is wrong of its locks");
