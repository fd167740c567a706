// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls that the host runs although a module of the instance has a hook on
 * them: they go through the hooked function in the instance, and where its body
 * would be, the host's kernel makes the call in the program's place.
 *
 * A thread for each such call, which traces the program meanwhile: ptrace(2).
 * Where that cannot be, the hook sees the entry, and 0 for the result: a new
 * program or process, the end of one, or a program that is traced already.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "clients/internal.h"
#include "clients/rules.h"
#include "clients/shortcut.h"

#define MAX_CALLS 512

static bool hooked[MAX_CALLS];
static unsigned int nr_hooked;
static unsigned int nr_injected; /* requests whose thread makes the host's call */
/* Of some request: its thread has something to do. */
static pthread_cond_t progress = PTHREAD_COND_INITIALIZER;

void native_hooked(unsigned int nr, bool on)
{
	if (nr >= MAX_CALLS || hooked[nr] == on)
		return;
	hooked[nr] = on;
	nr_hooked += on ? 1 : -1;
	shortcut_forbid(SHORTCUT_NO_HOOKS, nr_hooked);
	forks_hooked(nr, on);
}

bool native_is_hooked(unsigned int nr)
{
	return nr < MAX_CALLS && hooked[nr];
}

/* Whether the notification is of the call that we make for the thread. */
bool native_is_injected(int tid)
{
	const struct client *c;

	if (!nr_injected)
		return false;
	c = thread_find(tid);
	return c && c->injected;
}

static bool returns_elsewhere(unsigned int nr)
{
	return nr == SYS_execve || nr == SYS_execveat || nr == SYS_exit ||
	       nr == SYS_exit_group || nr == SYS_rt_sigreturn;
}

/* ---- the way through the instance --------------------------------------------------- */

static bool has_thread(const struct request *r)
{
	return r->native == NATIVE_CALL || r->native == NATIVE_RETURNED;
}

void native_kill(const struct request *r)
{
	int sig = r->call.args[0] & 0x7f;

	syscall(SYS_tgkill, r->client->shared.tgid, r->client->shared.tid,
		sig ? sig : SIGKILL);
}

static void done(struct request *r)
{
	bool is_killed = r->call.result == RING3_RESULT_KILLED;

	/* What was read on the way in is what the thread was before. */
	if (other_changes_identity(r->call.nr))
		thread_changed(r->notif.pid);
	if (is_killed) {
		native_kill(r);
		r->call.result = -EIO;
	}
	if (has_thread(r)) {
		r->native = NATIVE_FINISHED;
		pthread_cond_broadcast(&progress);
		return;
	}
	if (!is_killed &&
	    (r->native == NATIVE_AFTER || r->call.result == RING3_RESULT_HOST))
		reply_continue(r->notif.id);
	else
		reply_value(r->notif.id, r->call.result);
	request_free(r);
}

void native_start(struct request *r)
{
	int i;

	r->native = NATIVE_THROUGH;
	r->call.nr = r->notif.data.nr;
	for (i = 0; i < 6; i++)
		r->call.args[i] = r->notif.data.args[i];
	r->call.file = NULL;
	r->call.path = NULL;
	r->done = done;
	dispatch_to_instance(r, RING3_CALL_HOOKED);
}

/* ---- the host's call ----------------------------------------------------------------- */

static void wait_for(struct request *r)
{
	while (r->native == NATIVE_RETURNED)
		pthread_cond_wait(&progress, supervisor_mutex());
}

/* The program, stopped behind its caught call, makes it, as often as the hook
 * says.  Locked, and unlocked while it does. */
static void make_calls(struct request *r, struct tracee *t)
{
	struct injected call = {.nr = r->call.nr};
	long result;

	while (r->native == NATIVE_CALL) {
		memcpy(call.args, r->call.args, sizeof(call.args));
		result = -EINTR;
		supervisor_unlock();
		if (t)
			inject_call(t, &call, &result);
		supervisor_lock();
		if (r->native == NATIVE_CALL)
			r->native = NATIVE_RETURNED;
		request_tell(r->client, RING3_CALL_RESULT, result);
		wait_for(r);
	}
	if (t)
		inject_end(t, call.nr, r->call.result);
}

/* Nobody can be made to call, so the program does it itself, afterwards. */
static void leave_to_program(struct request *r)
{
	r->native = NATIVE_AFTER;
	request_tell(r->client, RING3_CALL_RESULT, 0);
}

static void *thread_main(void *arg)
{
	struct request *r = arg;
	struct tracee t;
	int err = inject_begin(r, &t);

	supervisor_lock();
	if (err && err != -ESRCH)
		leave_to_program(r);
	else
		make_calls(r, err ? NULL : &t);
	nr_injected--;
	r->client->injected = false;
	if (r->native == NATIVE_FINISHED)
		request_free(r);
	supervisor_unlock();
	return NULL;
}

/* The instance has come to the body of the hooked function. */
void native_call(struct ring3_call *call)
{
	struct request *r = request_of(call);

	if (r->child) {
		request_tell(r->client, RING3_CALL_RESULT, r->child);
		return;
	}
	if (has_thread(r)) {
		r->native = NATIVE_CALL;
		pthread_cond_broadcast(&progress);
		return;
	}
	if (r->native == NATIVE_AFTER || returns_elsewhere(call->nr)) {
		leave_to_program(r);
		return;
	}
	r->native = NATIVE_CALL;
	r->client->injected = true;
	nr_injected++;
	if (supervisor_thread(thread_main, r)) {
		nr_injected--;
		r->client->injected = false;
		leave_to_program(r);
	}
}
