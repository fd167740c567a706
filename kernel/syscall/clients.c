// SPDX-License-Identifier: GPL-2.0-only
/*
 * Serving clients: from the supervisor's queue to the tasks.
 *
 * clients_serve() is PID 1's, and sleeps; clients_interrupt() is part of the
 * machine's interrupt.
 */
#include <linux/sched.h>
#include <linux/wait.h>
#include "syscall/clients.h"

static bool serving;
static DECLARE_WAIT_QUEUE_HEAD(stopped);

static void stop(void)
{
	WRITE_ONCE(serving, false);
	wake_up_all(&stopped);
}

static void take(struct ring3_call *call)
{
	switch (call->kind) {
	case RING3_CALL_STOP:
		stop();
		host_client_done(call);
		break;
	case RING3_CALL_RESULT:
		hooks_result(call->client, call->args[0]);
		host_client_done(call);
		break;
	case RING3_CALL_INTERRUPT:
		tasks_interrupt(call);
		break;
	default:
		tasks_run(call);
		break;
	}
}

void clients_interrupt(void)
{
	struct ring3_call *call;

	if (!READ_ONCE(serving))
		return;
	while ((call = host_client_next()))
		take(call);
}

/* Returns when the supervisor says so. */
void clients_serve(void)
{
	int err = inline_start();

	if (!err)
		err = tasks_start();
	if (err) {
		pr_err("ring3: cannot serve programs: error %d\n", err);
		return;
	}
	hooks_start();
	WRITE_ONCE(serving, true);
	/* What has come before. */
	local_irq_disable();
	clients_interrupt();
	local_irq_enable();
	wait_event_idle(stopped, !READ_ONCE(serving));
	tasks_stop();
}
