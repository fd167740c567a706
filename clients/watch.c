// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals for threads that wait in the instance.  The host's kernel does not
 * tell of them while a call is the supervisor's, so they are looked for; what
 * the thread waits for then ends as it would for a signal of the instance's,
 * and the host's kernel restarts the call or not.  seccomp_unotify(2).
 *
 * A thread of its own, at work only while some thread waits.
 */
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "clients/internal.h"

#define PERIOD_US 1500

static atomic_int awake; /* futex */

/* The kernel's thread is idle although calls are under way.  Locked or not. */
void watch_wake(void)
{
	if (!atomic_exchange(&awake, 1))
		syscall(SYS_futex, &awake, FUTEX_WAKE_PRIVATE, 1, NULL, NULL,
			0);
}

static unsigned long mask_of(const char *status, const char *name)
{
	const char *found = strstr(status, name);

	return found ? strtoul(found + strlen(name), NULL, 16) : 0;
}

#define BIT(sig) (1ul << ((sig)-1))

/* proc_pid_status(5): what is pending and not blocked.  Those that nobody
 * handles the host's kernel deals with itself. */
bool watch_has_signal(struct request *r, const unsigned long *mask)
{
	char path[64], status[4096];
	unsigned long own, shared, blocked;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/status", r->notif.pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, status, sizeof(status) - 1);
	close(fd);
	if (n <= 0)
		return false;
	status[n] = 0;
	blocked = mask ? *mask : mask_of(status, "\nSigBlk:\t");
	blocked &= ~BIT(SIGSTOP) & ~BIT(SIGKILL);
	own = mask_of(status, "\nSigPnd:\t") & ~blocked;
	shared = mask_of(status, "\nShdPnd:\t") & ~blocked;
	if (!own && !shared)
		return false;
	/* Another thread may take it; then nothing restarts this one's. */
	r->no_restart = !own && strstr(status, "\nThreads:\t1\n") == NULL;
	return true;
}

static bool look_at_all(void)
{
	struct request *r;
	bool any = false;

	supervisor_lock();
	for (r = request_first_running(); r; r = r->next_running) {
		any = true;
		if (r->notif.id && !r->interrupted &&
		    r->native <= NATIVE_THROUGH && watch_has_signal(r, NULL))
			request_interrupt(r);
	}
	any = poll_wait_tick() || any;
	supervisor_unlock();
	return any;
}

static void *watch_main(void *unused)
{
	(void)unused;
	for (;;) {
		syscall(SYS_futex, &awake, FUTEX_WAIT_PRIVATE, 0, NULL, NULL,
			0);
		while (look_at_all())
			usleep(PERIOD_US);
		atomic_store(&awake, 0);
	}
	return NULL;
}

int watch_start(void)
{
	return supervisor_thread(watch_main, NULL);
}
