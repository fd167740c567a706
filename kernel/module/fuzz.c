// SPDX-License-Identifier: GPL-2.0-only
/*
 * RING3_JOB_FUZZ: loads what the host makes up, one input after another, and
 * runs none of it.
 *
 * Runs in a task of its own, in process context; sleeps.
 */
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>
#include "../internal.h"

static struct task_struct *fuzzer;

/* With the kernel's loader, what has come this far is turned back. */
static int refuse(struct notifier_block *nb, unsigned long state, void *mod)
{
	if (state != MODULE_STATE_COMING || current != fuzzer)
		return NOTIFY_DONE;
	return notifier_from_errno(-ECANCELED);
}

static struct notifier_block refuse_nb = {
	.notifier_call = refuse,
	.priority = INT_MIN,
};

static long try_one(const void *image, unsigned long size, const char *args,
		    bool native)
{
	long err;

	if (!native)
		return module_try((void *)image, size);
	err = module_load(image, size, args);
	return err == -ECANCELED ? 0 : err;
}

/* Oopses, and WARN() if asked for; the other taints are the modules'. */
static unsigned long taints(const struct ring3_job *job)
{
	unsigned long mask = 1ul << TAINT_DIE;

	if (job->flags & RING3_FUZZ_WARN)
		mask |= 1ul << TAINT_WARN;
	return get_taint() & mask;
}

/* Pages that a load takes and must give back.  Slabs keep some that are
 * empty; vmalloc does not. */
static unsigned long pages_in_use(void)
{
	rcu_barrier();
	__flush_workqueue(system_wq);
	return vmalloc_nr_pages();
}

/*
 * Until the host has no more, or something went wrong with the last.  Returns
 * how many there were; *@kept: pages more in use than before.
 */
long fuzz_run(const struct ring3_job *job, unsigned int *kept)
{
	bool native = ring3_kernel.options & RING3_OPTION_KERNEL_LOADER;
	unsigned long size, before = pages_in_use(), after;
	unsigned long trouble = taints(job);
	const void *image;
	long n = 0, result = 0;
	int loglevel = console_loglevel;

	fuzzer = current;
	if (!(job->flags & RING3_FUZZ_LOG))
		console_loglevel = CONSOLE_LOGLEVEL_SILENT + 1;
	if (native)
		register_module_notifier(&refuse_nb);
	while (!host_fuzz_next(result, &image, &size)) {
		result = try_one(image, size, job->args, native);
		process_exit_to_user();
		n++;
		if (taints(job) != trouble)
			break;
	}
	if (native)
		unregister_module_notifier(&refuse_nb);
	console_loglevel = loglevel;
	after = pages_in_use();
	*kept = after > before ? after - before : 0;
	return n;
}
