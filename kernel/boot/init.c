// SPDX-License-Identifier: GPL-2.0-only
/*
 * PID 1 of an instance: mounts what every system has, lets the boot come to
 * rest, and then does the host's jobs one by one.
 *
 * Runs in process context; may sleep.
 */
#include <linux/async.h>
#include <linux/bug.h>
#include <linux/delay.h>
#include <linux/device/driver.h>
#include <linux/init_syscalls.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/reboot.h>
#include <linux/sched.h>
#include <linux/sched/debug.h>
#include <linux/sched/stat.h>
#include "check/check.h"
#include "check/fault.h"
#include "check/report.h"
#include "check/schedule.h"
#include "hook.h"
#include "internal.h"

static void mount_one(const char *type, const char *dir)
{
	int err;

	init_mkdir(dir, 0755);
	err = init_mount((char *)type, (char *)dir, (char *)type, 0, NULL);
	if (err && err != -EBUSY)
		pr_err("ring3: cannot mount %s: error %d\n", type, err);
}

static void mount_all(void)
{
	mount_one("proc", "/proc");
	mount_one("sysfs", "/sys");
	mount_one("debugfs", "/sys/kernel/debug");
	mount_one("tracefs", "/sys/kernel/tracing");
	mount_one("devtmpfs", "/dev");
	mount_one("tmpfs", "/tmp");
	mount_one("tmpfs", "/run");
	init_mkdir("/mnt", 0755);
}

/*
 * Work that initcalls left behind, such as the tests of crypto algorithms: a
 * task that has more to do than fits into one sleep of ours still runs after
 * it.  One that never rests is no reason to wait for ever.
 */
static void come_to_rest(void)
{
	unsigned long end = jiffies + 20 * HZ;

	wait_for_device_probe();
	async_synchronize_full();
	do
		msleep(50);
	while (nr_running() > 1 && time_before(jiffies, end));
	if (nr_running() > 1)
		pr_warn("ring3: %u tasks are still at work after boot\n",
			nr_running() - 1);
}

/* One line a warning: WARN() taints W, an oops D. */
static unsigned int trouble(void)
{
	return (test_taint(TAINT_WARN) ? 1 : 0) +
	       (test_taint(TAINT_DIE) ? 2 : 0);
}

static void load_program(void *arg)
{
	struct ring3_job *job = arg;
	unsigned long start = host_clock_real();

	timing_begin();
	fail_begin(job->fail_at);
	if (job->flags & RING3_LOAD_FILE)
		job->result = module_load_file(
			job->image, job->size, job->args,
			job->flags & ~(RING3_LOAD_FILE | RING3_LOAD_TWICE),
			job->flags & RING3_LOAD_TWICE ? &job->second : NULL);
	else
		job->result = module_load_in_place((void *)job->image,
						   job->size, job->args);
	job->allocations = fail_end();
	job->ns = host_clock_real() - start;
	job->own_ns = timing_end();
	job->fate = RING3_FATE_RETURNED;
}

static void fuzz_program(void *arg)
{
	struct ring3_job *job = arg;

	job->result = fuzz_run(job, &job->leaks);
	job->fate = RING3_FATE_RETURNED;
}

static void unload_program(void *arg)
{
	struct ring3_job *job = arg;
	const unsigned int flags = job->flags & ~RING3_UNLOAD_MEASURE;
	unsigned long start;

	timing_begin();
	if (job->flags & RING3_UNLOAD_MEASURE)
		timing_of_exit(job->name);
	start = host_clock_real();
	job->result = module_unload(job->name, flags);
	job->ns = host_clock_real() - start;
	job->own_ns = timing_end();
	job->fate = RING3_FATE_RETURNED;
}

static void run_program(struct ring3_job *job, const char *comm,
			user_program_fn *fn)
{
	int status;

	job->fate = RING3_FATE_KILLED;
	status = process_run(comm, fn, job);
	if (job->fate == RING3_FATE_KILLED)
		job->result = status;
}

/* @err: whether there is a file to save to.  1 in the next instance. */
static int save(int err)
{
	if (err)
		return err;
	if (lent_count())
		return -EBUSY;
	come_to_rest();
	return snapshot_take();
}

static void do_job(struct ring3_job *job)
{
	switch (job->kind) {
	case RING3_JOB_LOAD:
		run_program(job, "insmod", load_program);
		break;
	case RING3_JOB_UNLOAD:
		run_program(job, "rmmod", unload_program);
		job->lists_module = module_is_listed(job->name);
		break;
	case RING3_JOB_SETTLE:
		msleep(job->size);
		break;
	case RING3_JOB_PUT:
		job->result = file_put(job->args, job->image, job->size);
		break;
	case RING3_JOB_SAVE:
		job->result = file_save(job->args);
		break;
	case RING3_JOB_BENCH:
		bench_run(job->name);
		break;
	case RING3_JOB_LIST:
		job->result = strcmp(job->args, "/proc/kallsyms")
				      ? tree_list(job->args)
				      : symbols_list();
		break;
	case RING3_JOB_FUZZ:
		run_program(job, "fuzz", fuzz_program);
		break;
	case RING3_JOB_STRESS:
		job->result = stress_run(job);
		break;
	case RING3_JOB_KEY:
		job->result = key_trust(job->image, job->size);
		break;
	case RING3_JOB_FAULT:
		job->allocations = fault_arm(job->name, job->fail_at);
		break;
	case RING3_JOB_SCHEDULE:
		job->allocations = schedule_arm(job->size);
		break;
	case RING3_JOB_SCRIPT:
		script_run(job);
		break;
	case RING3_JOB_FUZZ_SCRIPT:
		script_fuzz(job);
		break;
	case RING3_JOB_DEVICE:
		job->result = device_add_program(job->size, job->args);
		break;
	case RING3_JOB_SERVE:
		clients_serve();
		break;
	case RING3_JOB_UNMOUNT:
		job->result = init_umount(job->args, 0);
		break;
	case RING3_JOB_SNAPSHOT:
		job->result = save(job->result);
		break;
	case RING3_JOB_CLONE: /* the host's own */
	case RING3_JOB_CHECKPOINT:
	case RING3_JOB_KEEP:
	case RING3_JOB_BACK:
	case RING3_JOB_END:
		break;
	}
}

static void do_jobs(void)
{
	struct ring3_job job;

	for (;;) {
		host_job_next(&job);
		if (job.kind == RING3_JOB_END) {
			check_end();
			return;
		}
		do_job(&job);
		/* Here it was the job of another instance. */
		if (job.kind == RING3_JOB_SNAPSHOT && job.result == 1)
			continue;
		process_exit_to_user();
		job.warnings = trouble();
		job.reports = report_take();
		if (job.kind == RING3_JOB_LOAD || job.kind == RING3_JOB_UNLOAD)
			job.leaks = check_take_things();
		host_job_done(&job);
	}
}

void init_main(void)
{
	/* What runs in place of programs, all of it our child, never returns to
	 * user space, where the freezer of a suspend waits for programs. */
	current->flags |= PF_NOFREEZE;
	mount_all();
	symbols_index_kernel();
	trace_events_set_up();
	gpio_set_up();
	keyboard_set_up();
	power_set_up();
	come_to_rest();
	if (machine_boot_info.report_hooks)
		hook_report_all();
	if (machine_boot_info.snapshot)
		snapshot_take();
	do_jobs();
	host_exit(RING3_EXIT_DONE, "");
}
