// SPDX-License-Identifier: GPL-2.0-only
/* Whether dequeue_signal() is told the task. */
#include <linux/sched/signal.h>

int probe(sigset_t *mask, kernel_siginfo_t *info, enum pid_type *type);

int probe(sigset_t *mask, kernel_siginfo_t *info, enum pid_type *type)
{
	return dequeue_signal(current, mask, info, type);
}
