// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scripts of file operations, run by tasks with memory of their own, as
 * programs would: the first part by one, then the tasks at the same time, then
 * the last part by one.
 *
 * Process context.  Files are shared by the tasks as by threads of a program;
 * the mutex protects their table.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/pagemap.h>
#include <linux/panic.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <ring3/script.h>
#include "check/calls.h"
#include "check/edges.h"
#include "check/schedule.h"
#include "internal.h"
#include "check/report.h"

struct state {
	const struct ring3_script *script;
	const u8 *input; /* what the script's "@" stand for */
	unsigned long left;
	struct file *file[RING3_SCRIPT_FILES];
	bool log;
};

/* One of the tasks. */
struct part {
	struct state *state;
	unsigned int task;
	unsigned long buffer; /* in the task's memory */
	struct process process;
	pid_t pid;
};

static DEFINE_MUTEX(files_mutex);

static struct file *take_file(struct state *state, unsigned int i, bool out)
{
	struct file *file;

	mutex_lock(&files_mutex);
	file = state->file[i];
	if (file && out)
		state->file[i] = NULL;
	else if (file)
		get_file(file);
	mutex_unlock(&files_mutex);
	return file;
}

static long open_file(struct state *state, const struct ring3_op *op,
		      const char *path)
{
	struct file *file = filp_open(path, op->a, 0644), *old;

	if (IS_ERR(file))
		return PTR_ERR(file);
	mutex_lock(&files_mutex);
	old = state->file[op->file];
	state->file[op->file] = file;
	mutex_unlock(&files_mutex);
	if (old)
		filp_close(old, NULL);
	return 0;
}

/* The next @n bytes of the input, or fewer; 0: all. */
static const u8 *take_input(struct state *state, unsigned long n,
			    unsigned long *size)
{
	const u8 *data = state->input;

	*size = !n || n > state->left ? state->left : n;
	*size = min_t(unsigned long, *size, RING3_SCRIPT_BUFFER);
	state->input += *size;
	state->left -= *size;
	return data;
}

static unsigned int take_request(struct state *state)
{
	unsigned long size;
	const u8 *data = take_input(state, sizeof(unsigned int), &size);
	unsigned int request = 0;

	memcpy(&request, data, size);
	return request;
}

/* Puts the operation's data into the task's memory. */
static long put_data(struct part *part, const struct ring3_op *op,
		     unsigned long *size)
{
	const u8 *data = (const u8 *)part->state->script + op->offset;

	*size = op->size;
	if (op->flags & RING3_OP_INPUT)
		data = take_input(part->state, op->size, size);
	if (copy_to_user((void __user *)part->buffer, data, *size))
		return -EFAULT;
	user_copied();
	return 0;
}

static long do_ioctl(struct part *part, const struct ring3_op *op,
		     struct file *file)
{
	unsigned long argument = op->b, size;
	unsigned int request = op->a;
	long err;

	if (op->flags & RING3_OP_INPUT_REQUEST)
		request = take_request(part->state);
	if (op->flags & (RING3_OP_INPUT | RING3_OP_DATA)) {
		err = put_data(part, op, &size);
		if (err)
			return err;
		argument = part->buffer;
	}
	if (!file->f_op->unlocked_ioctl)
		return -ENOTTY;
	return file->f_op->unlocked_ioctl(file, request, argument);
}

static long do_write(struct part *part, const struct ring3_op *op,
		     struct file *file)
{
	unsigned long size;
	long err = put_data(part, op, &size);

	return err ? err
		   : vfs_write(file, (const char __user *)part->buffer, size,
			       &file->f_pos);
}

static long use_file(struct part *part, const struct ring3_op *op,
		     struct file *file)
{
	switch (op->kind) {
	case RING3_OP_READ:
		return vfs_read(file, (char __user *)part->buffer,
				min_t(unsigned long, op->a,
				      RING3_SCRIPT_BUFFER),
				&file->f_pos);
	case RING3_OP_WRITE:
		return do_write(part, op, file);
	case RING3_OP_IOCTL:
		return do_ioctl(part, op, file);
	case RING3_OP_SEEK:
		return vfs_llseek(file, op->a, SEEK_SET);
	}
	return -EINVAL;
}

static long with_file(struct part *part, const struct ring3_op *op)
{
	struct file *file =
		take_file(part->state, op->file, op->kind == RING3_OP_CLOSE);
	long ret;

	if (!file)
		return -EBADF;
	if (op->kind == RING3_OP_CLOSE)
		return filp_close(file, NULL);
	ret = use_file(part, op, file);
	fput(file);
	return ret;
}

static long do_op(struct part *part, const struct ring3_op *op)
{
	switch (op->kind) {
	case RING3_OP_OPEN:
		return open_file(part->state, op,
				 (const char *)part->state->script +
					 op->offset);
	case RING3_OP_SLEEP:
		msleep(op->a);
		return 0;
	}
	return with_file(part, op);
}

static void do_ops(struct part *part)
{
	const struct ring3_script *script = part->state->script;
	unsigned int i;

	for (i = 0; i < script->nr_ops; i++) {
		const struct ring3_op *op = &script->op[i];
		long ret;

		if (op->task != part->task)
			continue;
		ret = do_op(part, op);
		process_exit_to_user();
		if (part->state->log)
			pr_info("ring3: script: line %u: %ld\n", op->line, ret);
	}
}

static int map_buffer(struct part *part)
{
	unsigned long at = vm_mmap(NULL, 0, RING3_SCRIPT_BUFFER,
				   PROT_READ | PROT_WRITE,
				   MAP_ANONYMOUS | MAP_PRIVATE, 0);

	if (IS_ERR_VALUE(at))
		return at;
	part->buffer = at;
	return 0;
}

static void run_part(void *arg)
{
	struct part *part = arg;

	if (!map_buffer(part))
		do_ops(part);
}

static void start_part(struct part *part, struct state *state,
		       unsigned int task)
{
	*part = (struct part){
		.state = state,
		.task = task,
		.process = {.comm = "script", .fn = run_part, .arg = part},
	};
	part->pid = process_start(&part->process);
}

static void wait_for_part(const struct part *part, struct ring3_job *job)
{
	int status = part->pid < 0 ? part->pid : process_wait(part->pid);

	if (!status)
		return;
	job->fate = RING3_FATE_KILLED;
	job->result = status;
}

/* The order in which they start is the schedule's to choose. */
static void run_tasks(struct state *state, unsigned int nr,
		      struct ring3_job *job)
{
	struct part *part = kcalloc(nr, sizeof(*part), GFP_KERNEL);
	bool reversed = schedule_reverses();
	unsigned int i;

	for (i = 0; part && i < nr; i++)
		start_part(&part[i], state, 1 + (reversed ? nr - 1 - i : i));
	for (i = 0; part && i < nr; i++)
		wait_for_part(&part[i], job);
	kfree(part);
}

static void run_one(struct state *state, unsigned int task,
		    struct ring3_job *job)
{
	struct part part;

	start_part(&part, state, task);
	wait_for_part(&part, job);
}

static unsigned int nr_tasks(const struct ring3_script *script)
{
	unsigned int i, n = 0;

	for (i = 0; i < script->nr_ops; i++)
		if (script->op[i].task <= RING3_SCRIPT_TASKS)
			n = max(n, script->op[i].task);
	return n;
}

static void close_all(struct state *state)
{
	struct file *file;
	unsigned int i;

	for (i = 0; i < RING3_SCRIPT_FILES; i++) {
		file = take_file(state, i, true);
		if (file)
			filp_close(file, NULL);
	}
	process_exit_to_user();
}

static long check_script(const struct ring3_script *script, unsigned long size)
{
	unsigned int i;

	if (size < sizeof(*script) || script->magic != RING3_SCRIPT_MAGIC ||
	    (size - sizeof(*script)) / sizeof(script->op[0]) < script->nr_ops)
		return -EINVAL;
	for (i = 0; i < script->nr_ops; i++) {
		const struct ring3_op *op = &script->op[i];

		if (op->offset > size || op->size > size - op->offset ||
		    op->size > RING3_SCRIPT_BUFFER ||
		    op->file >= RING3_SCRIPT_FILES ||
		    op->task > RING3_SCRIPT_LAST)
			return -EINVAL;
	}
	return 0;
}

void script_run(struct ring3_job *job)
{
	struct state state = {.script = job->image, .log = job->flags};
	unsigned int nr;

	job->result = check_script(job->image, job->size);
	if (job->result)
		return;
	job->fate = RING3_FATE_RETURNED;
	nr = nr_tasks(state.script);
	run_one(&state, 0, job);
	if (nr)
		run_tasks(&state, nr, job);
	run_one(&state, RING3_SCRIPT_LAST, job);
	close_all(&state);
}

/* ---- fuzzing: the script again and again, each time with another input ---- */

static void fuzz_once(struct part *part)
{
	do_ops(part);
	close_all(part->state);
}

static void fuzz_program(void *arg)
{
	struct ring3_job *job = arg;
	struct state state = {.script = job->image};
	struct part part = {.state = &state};
	const void *input;
	unsigned long n = 0;

	host_fuzz_map(edges.map, sizeof(edges));
	/* Before the first input: the host does not put mappings back. */
	if (!map_buffer(&part) &&
	    !fault_in_writeable((char __user *)part.buffer,
				RING3_SCRIPT_BUFFER))
		while (!host_fuzz_next(0, &input, &state.left)) {
			state.input = input;
			fuzz_once(&part);
			n++;
			if (report_pending() || test_taint(TAINT_WARN))
				break;
		}
	job->result = n;
	job->fate = RING3_FATE_RETURNED;
}

void script_fuzz(struct ring3_job *job)
{
	int status;

	job->result = check_script(job->image, job->size);
	if (job->result)
		return;
	job->fate = RING3_FATE_KILLED;
	status = process_run("fuzz", fuzz_program, job);
	if (job->fate == RING3_FATE_KILLED)
		job->result = status;
}
