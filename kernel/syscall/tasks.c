// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tasks that stand for clients' threads: each runs the calls of one thread,
 * has its number, and waits in between.
 *
 * A spawner, which is no kernel thread, makes them; a closer does what any
 * later call must find done: the last close of files, whose program may be
 * gone, and the end of what dead threads wait for.  Queues are filled by the
 * interrupt and emptied with interrupts off, on the one CPU there is.
 */
#include <linux/fdtable.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/stat.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/syscalls.h>
#include "hook.h"
#include "syscall/clients.h"

typedef void exit_files_fn(struct task_struct *task);
exit_files_fn machine_exit_files;
HOOK(exit_files, machine_exit_files, HOOK_SLOT, HOOK_LATE,
     "does not know of the program that a task stands for");

/* kernel_clone() without what hooks on it are to see of programs only. */
struct task_struct *copy_process(struct pid *pid, int trace, int node,
				 struct kernel_clone_args *args) __weak;

/* A task that takes calls from a queue. */
struct server {
	const char *comm;
	void (*serve)(struct ring3_call *call);
	struct task_struct *task;
	struct ring3_call *first, **last;
	bool stop;
};

static void spawn(struct ring3_call *call);
static void close_down(struct ring3_call *call);

static struct server spawner = {.comm = "ring3-spawn", .serve = spawn};
static struct server closer = {.comm = "ring3-close", .serve = close_down};

struct client_task *client_current(void)
{
	struct client_task *ct = current->worker_private;

	if (current->flags & (PF_KTHREAD | PF_IO_WORKER))
		return NULL;
	return ct && ct->task == current ? ct : NULL;
}

/* The scheduler's question; 0 for tasks that are no client's. */
int clients_tid(const struct task_struct *task)
{
	const struct client_task *ct = task->worker_private;

	if (!ct || task->flags & (PF_KTHREAD | PF_IO_WORKER))
		return 0;
	return ct->task == task && !ct->inside ? ct->client->tid : 0;
}

void client_stay_inside(struct client_task *ct, bool inside)
{
	preempt_disable();
	ct->inside = inside;
	vcpu_write(client, clients_tid(current));
	preempt_enable();
}

/* ---- queues ---------------------------------------------------------------- */

static void server_put(struct server *s, struct ring3_call *call)
{
	call->next = NULL;
	*s->last = call;
	s->last = &call->next;
	wake_up_process(s->task);
}

static struct ring3_call *server_get(struct server *s)
{
	struct ring3_call *call;

	local_irq_disable();
	call = s->first;
	if (call)
		s->first = call->next;
	if (!s->first)
		s->last = &s->first;
	local_irq_enable();
	return call;
}

static int server_main(void *arg)
{
	struct server *s = arg;
	struct ring3_call *call;

	set_task_comm(current, s->comm);
	kernel_sigaction(SIGCHLD, SIG_IGN);
	while (!READ_ONCE(s->stop)) {
		set_current_state(TASK_IDLE);
		call = server_get(s);
		if (!call) {
			schedule();
			continue;
		}
		__set_current_state(TASK_RUNNING);
		s->serve(call);
		process_exit_to_user();
	}
	__set_current_state(TASK_RUNNING);
	do_exit(0);
}

static int server_start(struct server *s)
{
	pid_t pid;

	s->stop = false;
	s->first = NULL;
	s->last = &s->first;
	pid = user_mode_thread(server_main, s, CLONE_FS);
	if (pid < 0)
		return pid;
	rcu_read_lock();
	s->task = find_task_by_vpid(pid);
	rcu_read_unlock();
	return 0;
}

static void server_stop(struct server *s)
{
	WRITE_ONCE(s->stop, true);
	wake_up_process(s->task);
}

int tasks_start(void)
{
	int err = server_start(&spawner);

	if (err)
		return err;
	err = server_start(&closer);
	if (err) {
		server_stop(&spawner);
		return err;
	}
	/* What was before a call is to be seen by it: the closer runs before
	 * the tasks that were woken with it. */
	sched_set_fifo(closer.task);
	return 0;
}

void tasks_stop(void)
{
	server_stop(&closer);
	server_stop(&spawner);
}

/*
 * A dead thread's call ends before any that comes after its death, as a parent
 * that has waited for it may rely on; one that sleeps on all the same may not.
 */
static void end_call_of(const struct ring3_client *client)
{
	struct client_task *ct;
	struct task_struct *task = NULL;

	preempt_disable();
	ct = client->task;
	if (ct && ct->task && ct->call)
		task = get_task_struct(ct->task);
	preempt_enable();
	if (!task)
		return;
	sched_set_fifo(task);
	send_sig(SIGKILL, task, 1);
	put_task_struct(task);
}

static void close_down(struct ring3_call *call)
{
	if (call->kind == RING3_CALL_RELEASE)
		files_release(call->file);
	else
		end_call_of(call->client);
	process_exit_to_user();
	host_client_done(call);
}

/* ---- one thread's task ----------------------------------------------------- */

static void finish(struct client_task *ct, struct ring3_call *call)
{
	/* The supervisor may queue the next one at once. */
	WRITE_ONCE(ct->call, NULL);
	host_client_done(call);
}

static void __noreturn leave(struct client_task *ct, struct ring3_call *call)
{
	ct->client->task = NULL;
	if (ct->client->tid == ct->client->tgid)
		pages_forget(ct->client->tgid);
	finish(ct, call);
	do_exit(0);
}

/* Becomes the thread's. */
static void enter(struct client_task *ct)
{
	ct->task = current;
	ct->client->task = ct;
	current->worker_private = ct;
	client_stay_inside(ct, false);
	if (process_adopt_mm())
		do_exit(SIGKILL);
	pages_map();
}

/*
 * While its program runs, the task has the CPU, as it would have in user mode.
 * Not for longer than to the next interrupt: what the program waits for outside
 * is not seen here, and the CPU is to be idle then.
 */
static void run_program(struct client_task *ct)
{
	local_irq_disable();
	if (!READ_ONCE(ct->call) && !signal_pending(current) &&
	    !need_resched() && single_task_running())
		WRITE_ONCE(ct->call, host_client_run(ct->client));
	local_irq_enable();
}

/* NULL: there is a signal. */
static struct ring3_call *next_call(struct client_task *ct)
{
	struct ring3_call *call;

	run_program(ct);
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		call = READ_ONCE(ct->call);
		if (call || signal_pending(current))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return call;
}

static int client_main(void *arg)
{
	struct client_task *ct = arg;
	struct ring3_call *call;

	enter(ct);
	for (;;) {
		call = next_call(ct);
		if (!call) {
			signals_forward(ct);
			continue;
		}
		if (call->kind == RING3_CALL_EXIT)
			leave(ct, call);
		call_run(call);
		finish(ct, call);
	}
}

static int start_task(struct kernel_clone_args *args)
{
	struct task_struct *task;
	pid_t pid;

	if (!copy_process) {
		pid = kernel_clone(args);
		return min(pid, 0);
	}
	task = copy_process(NULL, 0, NUMA_NO_NODE, args);
	if (IS_ERR(task))
		return PTR_ERR(task);
	wake_up_new_task(task);
	return 0;
}

/* The instance's number for it is the host's, if that is free here. */
static int clone_task(struct client_task *ct, int tid)
{
	pid_t wanted = tid;
	struct kernel_clone_args args = {
		.flags = CLONE_VM | CLONE_UNTRACED,
		.exit_signal = SIGCHLD,
		.fn = client_main,
		.fn_arg = ct,
		.set_tid = &wanted,
		.set_tid_size = tid ? 1 : 0,
	};
	int err = start_task(&args);

	return err == -EEXIST && tid ? clone_task(ct, 0) : err;
}

static void spawn(struct ring3_call *call)
{
	struct client_task *ct = kzalloc(sizeof(*ct), GFP_KERNEL);
	int err;

	call->result = -ENOMEM;
	if (!ct)
		goto fail;
	ct->client = call->client;
	ct->call = call;
	ct->generation = call->client->generation - 1;
	err = clone_task(ct, call->client->tid);
	if (!err)
		return;
	call->result = err;
	kfree(ct);
fail:
	host_client_done(call);
}

void tasks_run(struct ring3_call *call)
{
	struct client_task *ct;

	if (call->kind == RING3_CALL_RELEASE) {
		server_put(&closer, call);
		return;
	}
	ct = call->client->task;
	if (!ct) {
		server_put(&spawner, call);
		return;
	}
	WRITE_ONCE(ct->call, call);
	/* It may be looking for one. */
	if (ct->task != current || !task_is_running(current))
		wake_up_process(ct->task);
}

static void interrupt(const struct ring3_client *client)
{
	struct client_task *ct = client->task;

	if (!ct || !ct->task || !ct->call)
		return;
	set_tsk_thread_flag(ct->task, TIF_NOTIFY_SIGNAL);
	wake_up_state(ct->task, TASK_INTERRUPTIBLE);
}

void tasks_interrupt(struct ring3_call *call)
{
	if (call->args[0]) {
		server_put(&closer, call);
		return;
	}
	interrupt(call->client);
	host_client_done(call);
}

/*
 * A task ends although its thread does not: an oops, or a signal that kills
 * from within the kernel.  The program is to end as well.
 */
void machine_exit_files(struct task_struct *task)
{
	struct client_task *ct = client_current();
	struct ring3_call *call = ct ? ct->call : NULL;

	if (call) {
		ct->client->task = NULL;
		/* The signal, as a parent will see it. */
		call->args[0] = current->exit_code & 0x7f;
		call->result = RING3_RESULT_KILLED;
		finish(ct, call);
	}
	if (ct) {
		current->worker_private = NULL;
		vcpu_write(client, 0);
		kfree(ct);
	}
	NATIVE(exit_files_fn, exit_files)(task);
}

/*
 * Clients' numbers are the host's and small ones are theirs, so the kernel's
 * own tasks get high ones.
 */
void tasks_set_numbers(void)
{
	pid_max = PID_MAX_LIMIT;
	idr_set_cursor(&init_pid_ns.idr, PID_MAX_LIMIT - PID_MAX_LIMIT / 4);
}
