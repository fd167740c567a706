// SPDX-License-Identifier: GPL-2.0-only
/*
 * The supervisor of clients: receives notifications of their system calls and
 * has each answered.  seccomp_unotify(2).
 *
 * While the kernel is idle, its own thread receives: what is the instance's is
 * then run without a switch of threads.  While it is busy for longer, a second
 * thread does, and hands over what the instance has to do.  A third one waits
 * for ends of files and of threads.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "clients/clients.h"
#include "clients/internal.h"
#include "machine/guest.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int epoll_fd = -1;
static atomic_bool idle; /* the kernel's thread receives */
static atomic_uint received; /* by the kernel's thread */
static atomic_int stand_in; /* futex: the second thread is to receive */

void supervisor_lock(void)
{
	pthread_mutex_lock(&mutex);
}

pthread_mutex_t *supervisor_mutex(void)
{
	return &mutex;
}

void supervisor_unlock(void)
{
	pthread_mutex_unlock(&mutex);
}

void supervisor_kick(void)
{
	guest_raise_interrupt();
}

static void futex_wake(atomic_int *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void futex_wait(atomic_int *word, int value)
{
	syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

/* ---- receiving ------------------------------------------------------------------- */

static void make_request(const struct seccomp_notif *notif)
{
	struct request *r;

	file_drain();
	r = request_new(notif);
	if (r)
		dispatch(r);
	else
		reply_value(notif->id, -ENOMEM);
}

void supervisor_take(const struct seccomp_notif *notif)
{
	if (dispatch_is_boring(notif))
		reply_continue(notif->id);
	else
		make_request(notif);
}

/* Returns whether the kernel's thread has something to do by it. */
static bool handle(const struct seccomp_notif *notif)
{
	bool held, boring, queued;

	reply_received(notif);
	supervisor_lock();
	held = forks_hold(notif);
	boring = !held && dispatch_is_boring(notif);
	if (!held && !boring)
		make_request(notif);
	queued = request_is_queued();
	supervisor_unlock();
	if (boring)
		reply_continue(notif->id);
	return queued;
}

/* The kernel's thread is busy for longer: signal-safe. */
static void wake_stand_in(void)
{
	if (!atomic_exchange(&stand_in, 1))
		futex_wake(&stand_in);
}

/* Returns whether to go on. */
static bool stand_in_once(void)
{
	struct seccomp_notif notif;

	reply_expect(&notif);
	if (ioctl(reply_listener, SECCOMP_IOCTL_NOTIF_RECV, &notif))
		return errno == EINTR || errno == ENOENT;
	/* The kernel's thread receives when it is done with that; if it is not
	 * soon, the next tick sees to it.  Two who receive would wake each
	 * other for every call. */
	return !handle(&notif);
}

static void *stand_in_main(void *unused)
{
	(void)unused;
	for (;;) {
		futex_wait(&stand_in, 0);
		while (!atomic_load(&idle) && stand_in_once())
			;
		atomic_store(&stand_in, 0);
	}
	return NULL;
}

/*
 * The kernel's thread has nothing to do.  Returns when it has: a call of the
 * instance, or an interrupt.
 */
static void clients_wait(void)
{
	struct seccomp_notif notif;
	bool queued = false;

	atomic_store(&idle, true);
	if (request_nr_running())
		watch_wake();
	while (!queued && !guest_interrupt_is_pending()) {
		reply_expect(&notif);
		if (guest_ioctl(reply_listener, SECCOMP_IOCTL_NOTIF_RECV,
				&notif))
			continue;
		atomic_fetch_add(&received, 1);
		queued = handle(&notif);
	}
	atomic_store(&idle, false);
}

static bool clients_are_waiting(void)
{
	return request_nr_running();
}

/* Busy since the last one: signal-safe. */
static void clients_tick(void)
{
	static unsigned int seen;
	unsigned int now = atomic_load(&received);

	if (now == seen)
		wake_stand_in();
	seen = now;
}

/* ---- host operations ------------------------------------------------------------------ */

/* What takes longer than others would like to wait. */
static void look_for_long(const struct ring3_call *call)
{
	if (call && call->kind == RING3_CALL_MODULE)
		wake_stand_in();
}

static struct ring3_call *clients_next(void)
{
	struct ring3_call *call;

	supervisor_lock();
	call = request_next();
	supervisor_unlock();
	look_for_long(call);
	return call;
}

static struct ring3_call *clients_run(struct ring3_client *client)
{
	struct ring3_call *call;

	request_expect(client);
	clients_wait();
	supervisor_lock();
	call = request_expected();
	supervisor_unlock();
	look_for_long(call);
	return call;
}

static void clients_done(struct ring3_call *call)
{
	supervisor_lock();
	request_done(call);
	supervisor_unlock();
}

static void clients_signal(int tgid, int tid, int sig, int group)
{
	if (group)
		kill(tgid, sig);
	else
		syscall(SYS_tgkill, tgid, tid, sig);
}

static void clients_ready(void *file, unsigned int events)
{
	supervisor_lock();
	file_changed(file, events);
	supervisor_unlock();
}

static void clients_hooked(unsigned int nr, unsigned int on)
{
	supervisor_lock();
	native_hooked(nr, on);
	supervisor_unlock();
}

static void clients_native(struct ring3_call *call)
{
	supervisor_lock();
	native_call(call);
	supervisor_unlock();
}

/* ---- ends of files and threads ---------------------------------------------------------- */

/* Threads are small numbers, files are addresses. */
#define ORDERS 0

static void on_order(void)
{
	char order;
	ssize_t n = read(clients_config.control, &order, 1);

	/* Without whoever started it there is nobody to serve. */
	if (n <= 0 || order == CLIENTS_STOP) {
		epoll_ctl(epoll_fd, EPOLL_CTL_DEL, clients_config.control,
			  NULL);
		thread_end_all();
		request_queue_stop();
		wake_stand_in();
	}
}

static void on_event(const struct epoll_event *event)
{
	if (event->data.u64 >> 32)
		file_event(event);
	else if (event->data.u64 == ORDERS)
		on_order();
	else
		thread_ended(event->data.u64);
}

void file_drain(void)
{
	struct epoll_event events[32];
	int i, n;

	do {
		n = epoll_wait(epoll_fd, events, 32, 0);
		for (i = 0; i < n; i++)
			on_event(&events[i]);
	} while (n == 32);
}

static void *reaper_main(void *unused)
{
	struct pollfd p = {.fd = epoll_fd, .events = POLLIN};

	(void)unused;
	while (poll(&p, 1, -1) >= 0 || errno == EINTR) {
		supervisor_lock();
		file_drain();
		supervisor_unlock();
		/* What is dead but not done with is asked for again. */
		usleep(1000);
	}
	return NULL;
}

/* ---- starting ------------------------------------------------------------------------------ */

int supervisor_thread(void *(*fn)(void *), void *arg)
{
	pthread_t thread;
	sigset_t all, old;
	int err;

	/* The machine's signals are for the kernel's thread. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	err = pthread_create(&thread, NULL, fn, arg);
	if (!err)
		pthread_detach(thread);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return -err;
}

struct clients_config clients_config;

static int clients_start(void)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = ORDERS};
	int err;

	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (epoll_fd < 0)
		return -errno;
	epoll_ctl(epoll_fd, EPOLL_CTL_ADD, clients_config.control, &event);
	path_set_modules(clients_config.modules_dir);
	reply_set_up();
	shortcut_set_up();
	memory_choose();
	err = path_keep_places(clients_config.places);
	if (!err)
		err = shadow_set_up(clients_config.run_dir);
	if (!err)
		err = request_set_up();
	if (!err)
		err = thread_set_up(epoll_fd);
	if (!err)
		err = file_set_up(epoll_fd);
	if (!err)
		err = supervisor_thread(stand_in_main, NULL);
	if (!err)
		err = supervisor_thread(reaper_main, NULL);
	if (!err)
		err = watch_start();
	if (!err)
		err = worker_start();
	return err;
}

static int clients_prepare(int *keep, int n)
{
	if (n < 2)
		return -EINVAL;
	reply_listener = spawner_start();
	if (reply_listener < 0)
		return reply_listener;
	keep[0] = reply_listener;
	keep[1] = clients_config.control;
	return 2;
}

/* Their numbers may have changed. */
static void clients_kept(const int *kept)
{
	reply_listener = kept[0];
	clients_config.control = kept[1];
}

const struct instance_clients clients_table = {
	.prepare = clients_prepare,
	.kept = clients_kept,
	.start = clients_start,
	.wait = clients_wait,
	.are_waiting = clients_are_waiting,
	.tick = clients_tick,
	.next = clients_next,
	.run = clients_run,
	.done = clients_done,
	.read = memory_read,
	.write = memory_write,
	.signal = clients_signal,
	.ready = clients_ready,
	.hooked = clients_hooked,
	.native = clients_native,
};
