// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals that the instance's kernel sends to a client's task: they go to the
 * program, which handles, blocks or ignores them as it has told the host.
 *
 * In the task that stands for the client's thread.
 */
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include "syscall/clients.h"

static int take_signal(void)
{
	kernel_siginfo_t info;
	sigset_t none;
	enum pid_type type;
	int sig;

	sigemptyset(&none);
	spin_lock_irq(&current->sighand->siglock);
#if HAVE_DEQUEUE_SIGNAL_TASK
	sig = dequeue_signal(current, &none, &info, &type);
#else
	sig = dequeue_signal(&none, &info, &type);
#endif
	recalc_sigpending();
	spin_unlock_irq(&current->sighand->siglock);
	return sig;
}

void signals_forward(struct client_task *ct)
{
	int sig;

	clear_thread_flag(TIF_NOTIFY_SIGNAL);
	while ((sig = take_signal()))
		host_client_signal(ct->client->tgid, ct->client->tid, sig, 1);
	spin_lock_irq(&current->sighand->siglock);
	recalc_sigpending();
	spin_unlock_irq(&current->sighand->siglock);
}
