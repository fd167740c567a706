// SPDX-License-Identifier: GPL-2.0-only
/*
 * Answers to notifications.
 *
 * Any thread, locked or not.  A thread that is gone needs no answer, so errors
 * are not looked at.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "clients/internal.h"

#ifndef SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS	   SECCOMP_IOW(4, __u64)
#endif

int reply_listener = -1;

/*
 * With a wake-up in step, a call wakes the supervisor on the CPU of its program,
 * and an answer the program on that of the supervisor.  The latter is right as
 * long as it is the same CPU: across two, a wake-up takes longer than most calls,
 * and an answer without it looks for an idle one.
 */
static void set_sync(bool sync)
{
	ioctl(reply_listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS,
	      sync ? SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP : 0);
}

/* The call whose program was on this thread's CPU by all signs; 0: there is
 * none. */
static __thread uint64_t in_step;

/* Programs that call by turns run at the same time, and are to have a CPU each:
 * the last one that called, and how often it was another, of late. */
#define TURN	   4
#define MANY_TURNS (4 * TURN)
#define MOST_TURNS (8 * TURN)
static __thread pid_t caller;
static __thread int caller_cpu = -1;
static __thread unsigned int turns;

/* In ns: to sleep takes two switches of tasks, and longer. */
#define SHORTEST_SLEEP 1500
static __thread uint64_t expected_since;

void reply_set_up(void)
{
	set_sync(true);
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

void reply_expect(struct seccomp_notif *notif)
{
	memset(notif, 0, sizeof(*notif));
	expected_since = now();
}

void reply_received(const struct seccomp_notif *notif)
{
	/* One that had to wait for its turn was not slept for. */
	bool was_pending = now() - expected_since < SHORTEST_SLEEP;
	bool same = (pid_t)notif->pid == caller;
	int cpu = sched_getcpu();

	if (same && turns)
		turns--;
	else if (!same && cpu == caller_cpu && turns < MOST_TURNS)
		turns += TURN;
	caller = notif->pid;
	caller_cpu = was_pending && !same ? -1 : cpu;
	/* The same one may have been answered, run at once, and called again. */
	in_step = turns < MANY_TURNS && (same || !was_pending) ? notif->id : 0;
}

static void send(struct seccomp_notif_resp *answer)
{
	bool sync = answer->id == in_step;

	if (!sync)
		set_sync(false);
	/* A signal of the machine's may come first. */
	while (ioctl(reply_listener, SECCOMP_IOCTL_NOTIF_SEND, answer) &&
	       errno == EINTR)
		;
	if (!sync)
		set_sync(true);
}

void reply_continue(uint64_t id)
{
	struct seccomp_notif_resp answer = {
		.id = id,
		.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE,
	};

	send(&answer);
}

void reply_value(uint64_t id, long result)
{
	struct seccomp_notif_resp answer = {
		.id = id,
		.val = result < 0 && result > -4096 ? 0 : result,
		.error = result < 0 && result > -4096 ? result : 0,
	};

	send(&answer);
}

void request_answer(struct request *r, long result)
{
	/* Without a notification it is a call of ours. */
	if (r->notif.id)
		reply_value(r->notif.id, result);
	request_free(r);
}

void request_continue(struct request *r)
{
	if (native_is_hooked(r->notif.data.nr) && !r->native) {
		native_start(r);
		return;
	}
	reply_continue(r->notif.id);
	request_free(r);
}

bool request_is_valid(const struct request *r)
{
	uint64_t id = r->notif.id;

	return !ioctl(reply_listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id);
}

/* A signal in the middle would have the program go on with 0 for the
 * descriptor. */
static int add_fd(struct seccomp_notif_addfd *add)
{
	sigset_t all, old;
	int result;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	result = ioctl(reply_listener, SECCOMP_IOCTL_NOTIF_ADDFD, add);
	if (result < 0)
		result = -errno;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return result;
}

void request_answer_fd(struct request *r, int fd, bool cloexec)
{
	struct seccomp_notif_addfd add = {
		.id = r->notif.id,
		.flags = SECCOMP_ADDFD_FLAG_SEND,
		.srcfd = fd,
		.newfd_flags = cloexec ? O_CLOEXEC : 0,
	};

	int err = add_fd(&add);

	if (err < 0 && err != -ENOENT)
		reply_value(r->notif.id, err);
	close(fd);
	request_free(r);
}

void request_answer_file(struct request *r, const char *path, bool cloexec)
{
	struct vfile *f;
	int fd, err;

	err = file_new(r->call.file, r->call.mode, r->call.flags,
		       r->call.can_poll, path, &f, &fd);
	if (err) {
		file_drop_handle(r->call.file);
		request_answer(r, err);
		return;
	}
	request_answer_fd(r, fd, cloexec);
}

int request_add_fd(struct request *r, int fd, int number, bool cloexec)
{
	struct seccomp_notif_addfd add = {
		.id = r->notif.id,
		.flags = number >= 0 ? SECCOMP_ADDFD_FLAG_SETFD : 0,
		.srcfd = fd,
		.newfd = number >= 0 ? number : 0,
		.newfd_flags = cloexec ? O_CLOEXEC : 0,
	};

	return add_fd(&add);
}

void request_kill(struct request *r, int sig)
{
	if (!r->notif.id || !request_is_valid(r))
		return;
	syscall(SYS_tgkill, r->client->shared.tgid, r->client->shared.tid,
		sig ? sig : SIGKILL);
	/* It sees this only if it survived the signal. */
	reply_value(r->notif.id, -EIO);
}
