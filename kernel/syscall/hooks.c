// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks that modules and tracers set on system calls' functions, for calls that
 * the host's kernel runs.
 *
 * Such a call goes through its function here once a kprobe, ftrace or an entry
 * in the table is there to see it.  What a hook does at the entry and behind
 * the return then happens around the host's call: a kprobe of ours behind the
 * entry replaces the body, in the task whose call it is and in no other.  The
 * same for functions that calls come to at once, where people set hooks as well.
 *
 * Looked for after each call that changed code or loaded something; process
 * context, sleeps.
 */
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/syscalls.h>
#include <asm/syscall.h>
#include <trace/events/syscalls.h>
#include "syscall/clients.h"

long x64_sys_call(const struct pt_regs *regs, unsigned int nr) __weak;

struct hooked_call {
	struct kprobe body; /* behind the entry, in place of what follows: */
	void *replacement;
	bool on;
};

static struct hooked_call *hooked[NR_syscalls];
static sys_call_ptr_t own[NR_syscalls]; /* the table as it was */
static bool traced; /* something is at the tracepoints of all calls */
static DEFINE_MUTEX(lock);
static bool changed;

/* Code or a table may be another: any context. */
void hooks_note(void)
{
	WRITE_ONCE(changed, true);
}

/* ---- the body ------------------------------------------------------------------- */

/* In place of what follows a function's entry, for a call with @regs. */
static long host_body(const struct pt_regs *regs)
{
	struct client_task *ct = client_current();
	struct ring3_call *call = ct->native;

	call->args[0] = regs->di;
	call->args[1] = regs->si;
	call->args[2] = regs->dx;
	call->args[3] = regs->r10;
	call->args[4] = regs->r8;
	call->args[5] = regs->r9;
	WRITE_ONCE(ct->has_result, false);
	host_client_native(call);
	for (;;) {
		/* A signal ends the host's call, and so this. */
		set_current_state(TASK_IDLE);
		if (READ_ONCE(ct->has_result))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return ct->host_result;
}

/* The same in an inner function, of which the call's registers are no
 * argument. */
static long host_inner_body(void)
{
	return host_body(task_pt_regs(current));
}

void hooks_result(struct ring3_client *client, long result)
{
	struct client_task *ct = client->task;

	if (!ct || !ct->native)
		return;
	ct->host_result = result;
	WRITE_ONCE(ct->has_result, true);
	wake_up_state(ct->task, TASK_IDLE);
}

static int behind_entry(struct kprobe *p, struct pt_regs *regs)
{
	struct client_task *ct = client_current();

	if (!ct || !ct->native || &hooked[ct->native->nr]->body != p)
		return 0;
	regs->ip = (unsigned long)hooked[ct->native->nr]->replacement;
	return 1;
}

/* With one of these, no jump replaces the breakpoint. */
static void not_by_jump(struct kprobe *p, struct pt_regs *regs,
			unsigned long flags)
{
}

/* ---- which calls have one -------------------------------------------------------- */

static unsigned long behind_entry_of(const void *function)
{
	return ftrace_location((unsigned long)function) + MCOUNT_INSN_SIZE;
}

/* The last function with a hook that call @nr comes to, so that it comes by all
 * of them; NULL: there is none. */
static const void *hooked_function(unsigned int nr)
{
	const void *function;

	if (own[nr] == own[__NR_afs_syscall] ||
	    !ftrace_location((unsigned long)own[nr]))
		return NULL;
	function = inner_hooked(nr, own[nr]);
	if (!function &&
	    (function_is_hooked(own[nr]) ||
	     (!x64_sys_call && READ_ONCE(sys_call_table[nr]) != own[nr])))
		function = own[nr];
	return function;
}

static void set_on(unsigned int nr, const void *function)
{
	struct hooked_call *h = kzalloc(sizeof(*h), GFP_KERNEL);
	int err = -ENOMEM;

	if (!h)
		goto fail;
	h->replacement = function == own[nr] ? (void *)host_body
					     : (void *)host_inner_body;
	h->body.addr = (void *)behind_entry_of(function);
	h->body.pre_handler = behind_entry;
	h->body.post_handler = not_by_jump;
	hooked[nr] = h;
	err = register_kprobe(&h->body);
	if (err)
		goto free;
	h->on = true;
	host_client_hooked(nr, 1);
	return;

free:
	hooked[nr] = NULL;
	kfree(h);
fail:
	pr_warn("ring3: programs' calls of %pS do not come by its hook: error %d\n",
		own[nr], err);
}

/* Calls that are on their way have the body of theirs; none looks at @h any
 * more when it is freed. */
static void set_off(unsigned int nr)
{
	struct hooked_call *h = hooked[nr];

	host_client_hooked(nr, traced);
	h->on = false;
	unregister_kprobe(&h->body);
	hooked[nr] = NULL;
	kfree(h);
}

static void look_at(unsigned int nr)
{
	const void *function = hooked_function(nr);

	if (hooked[nr] && (!function || (unsigned long)hooked[nr]->body.addr !=
						behind_entry_of(function)))
		set_off(nr);
	if (function && !hooked[nr])
		set_on(nr, function);
}

/* sys_enter and sys_exit see all calls. */
static void look_at_tracing(void)
{
	bool is = rcu_access_pointer(__tracepoint_sys_enter.funcs) ||
		  rcu_access_pointer(__tracepoint_sys_exit.funcs);
	unsigned int nr;

	if (is == traced)
		return;
	traced = is;
	for (nr = 0; nr < NR_syscalls; nr++)
		if (!hooked[nr])
			host_client_hooked(nr, is);
}

void hooks_look(void)
{
	unsigned int nr;

	if (!READ_ONCE(changed))
		return;
	mutex_lock(&lock);
	WRITE_ONCE(changed, false);
	look_at_tracing();
	for (nr = 0; nr < NR_syscalls; nr++)
		look_at(nr);
	/* Our own kprobes change code as well. */
	WRITE_ONCE(changed, false);
	mutex_unlock(&lock);
}

/* The supervisor knows of none; there are some if a snapshot had them. */
void hooks_start(void)
{
	unsigned int nr;

	if (!own[0])
		memcpy(own, sys_call_table, sizeof(own));
	for (nr = 0; nr < NR_syscalls; nr++)
		if (hooked[nr] || traced)
			host_client_hooked(nr, 1);
	hooks_note();
}

/* ---- a call ------------------------------------------------------------------------ */

static bool has_body(unsigned int nr)
{
	return hooked[nr] && hooked[nr]->on;
}

/* The hook may have gone since the call was caught. */
bool hooks_begin(struct client_task *ct, struct ring3_call *call)
{
	if (call->nr >= NR_syscalls || (!traced && !has_body(call->nr)))
		return false;
	ct->native = call;
	return true;
}

/* The tracepoints' keys are in instructions of the kernel's own code only. */
static void trace_enter(struct pt_regs *regs, long nr)
{
	preempt_disable_notrace();
	if (rcu_access_pointer(__tracepoint_sys_enter.funcs))
		__traceiter_sys_enter(NULL, regs, nr);
	preempt_enable_notrace();
}

static void trace_exit(struct pt_regs *regs, long result)
{
	preempt_disable_notrace();
	if (rcu_access_pointer(__tracepoint_sys_exit.funcs))
		__traceiter_sys_exit(NULL, regs, result);
	preempt_enable_notrace();
}

long hooks_run(struct pt_regs *regs, unsigned int nr)
{
	const struct client_task *ct = client_current();

	trace_enter(regs, nr);
	if (ct && ct->native && !has_body(nr))
		regs->ax = host_body(regs);
	else if (x64_sys_call)
		regs->ax = x64_sys_call(regs, nr);
	else
		regs->ax = sys_call_table[nr](regs);
	if (nr != __NR_exit_group && nr != __NR_exit)
		trace_exit(regs, regs->ax);
	return regs->ax;
}

void hooks_end(struct client_task *ct)
{
	ct->native = NULL;
}
