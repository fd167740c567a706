// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time: real, or virtual, where idle jumps to the next event and delay loops
 * take none.  In both, a processor at work sees real time pass.
 *
 * The timer's signal is the machine's only interrupt; a second timer is the
 * watchdog's NMI.
 */
#include <errno.h>
#include <signal.h>
#include <time.h>
#include "machine/internal.h"

#define NS_PER_SECOND 1000000000ul
#define RETRY_NS      50000
#define RETRY_NS_MAX  3200000
/* Idle virtual time after which nothing will wake a job any more; the kernel's
 * own detector of hung tasks has spoken twice by then. */
#define STUCK_NS (300 * NS_PER_SECOND)

static bool virtual_time;
/* Steady time: a counter, which each look at it moves on. */
#define STEADY_STEP 100
static bool steady_time;
static unsigned long steady_now;
static unsigned long base; /* host's clock when guest time was 0 */
static timer_t tick, retry, watchdog;
static volatile sig_atomic_t waiting;
/* When the tick's timer goes off, on the host's clock; 0: it has, or no one
 * knows. */
static volatile unsigned long armed;

static unsigned long read_clock(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return t.tv_sec * NS_PER_SECOND + t.tv_nsec;
}

unsigned long clock_real(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

/* What is due comes when time was looked at: no signal is needed. */
static unsigned long steady_clock(unsigned long ns)
{
	steady_now += ns;
	if (guest.vcpu && guest.vcpu->next_event <= steady_now)
		guest.vcpu->irq_pending = 1;
	return steady_now;
}

unsigned long clock_now(void)
{
	if (steady_time)
		return steady_clock(STEADY_STEP);
	return clock_real() - base;
}

unsigned long clock_wall(void)
{
	return read_clock(CLOCK_REALTIME);
}

static struct timespec to_timespec(unsigned long ns)
{
	return (struct timespec){.tv_sec = ns / NS_PER_SECOND,
				 .tv_nsec = ns % NS_PER_SECOND};
}

static int make_timer(timer_t *timer, int sig)
{
	struct sigevent event = {
		.sigev_notify = SIGEV_SIGNAL,
		.sigev_signo = sig,
	};

	return timer_create(CLOCK_MONOTONIC, &event, timer) ? -errno : 0;
}

static int make_timers(void)
{
	int err = make_timer(&tick, SIGALRM);

	armed = 0;
	if (!err)
		err = make_timer(&retry, SIGALRM);
	return err ? err : make_timer(&watchdog, SIGUSR1);
}

int clock_set_up(bool is_virtual, unsigned long start)
{
	virtual_time = is_virtual;
	steady_time = guest.config->steady_time;
	steady_now = start;
	base = clock_real() - start;
	return make_timers();
}

static void set_timer(timer_t timer, int flags, unsigned long ns)
{
	struct itimerspec spec = {.it_value = to_timespec(ns)};

	timer_settime(timer, flags, &spec, NULL);
}

void clock_arm(unsigned long when)
{
	unsigned long at = when == RING3_NEVER ? RING3_NEVER : base + when;

	/* One that comes too early is armed again then: less than each call of a
	 * program that wakes the processor would cost. */
	if (steady_time || (armed && armed <= at))
		return;
	armed = at;
	/* A time of 0 would disarm; the past is fine. */
	set_timer(tick, TIMER_ABSTIME, at == RING3_NEVER ? 0 : at);
}

void clock_ticked(void)
{
	/* The signal may be another's. */
	if (!armed || armed > clock_real())
		return;
	armed = 0;
	if (guest.vcpu && guest.vcpu->next_event > clock_real() - base)
		clock_arm(guest.vcpu->next_event);
}

int clock_cloned(void)
{
	int err = make_timers();

	if (!err)
		clock_arm(guest.vcpu->next_event);
	return err;
}

/* On a slow or busy machine a signal may take as long as the time to the next:
 * each retry waits longer, so that what is in the way gets on. */
static unsigned long retry_ns = RETRY_NS;

static unsigned long kept_now;

void clock_keep(void)
{
	kept_now = steady_time ? steady_now : clock_now();
}

void clock_stop(void)
{
	set_timer(tick, 0, 0);
	set_timer(retry, 0, 0);
}

void clock_put_back(void)
{
	steady_now = kept_now;
	base = clock_real() - kept_now;
	retry_ns = RETRY_NS;
	armed = 0;
	clock_arm(guest.vcpu->next_event);
}

void clock_retry(void)
{
	/* Not by the tick's timer: the interrupt may have been another. */
	set_timer(retry, 0, retry_ns);
	if (retry_ns < RETRY_NS_MAX)
		retry_ns *= 2;
}

void clock_delivered(void)
{
	retry_ns = RETRY_NS;
}

void clock_rest(bool begins)
{
	/* Clients have ticks of their own. */
	if (guest.config->clients)
		return;
	waiting = begins;
	if (!begins && guest.vcpu && guest.vcpu->irq_pending)
		clock_retry();
}

void clock_watch(unsigned int seconds)
{
	set_timer(watchdog, 0, seconds * NS_PER_SECOND);
	guest.job_deadline = seconds ? clock_now() + STUCK_NS : RING3_NEVER;
}

bool clock_is_waiting(void)
{
	return waiting;
}

static void raise_stuck(void)
{
	guest.vcpu->nmi_reason = RING3_NMI_STUCK;
	guest.vcpu->nmi_pending = 1;
}

static void jump(unsigned long until)
{
	unsigned long now = clock_now();

	if (until > guest.job_deadline) {
		raise_stuck();
		return;
	}
	if (until > now && steady_time)
		steady_now = until;
	else if (until > now)
		base -= until - now;
}

/*
 * With clients, idle waits for them.  Virtual time passes at once only while
 * one of them waits for something in the instance; else the person would see
 * time race between two commands.
 */
static bool clients_come_first(unsigned long until)
{
	if (!guest.config->clients)
		return false;
	return !virtual_time || until == RING3_NEVER ||
	       !guest.config->clients->are_waiting();
}

static void wait_for_clients(void)
{
	waiting = 1;
	guest.config->clients->wait();
	waiting = 0;
}

struct ring3_call *clock_run(struct ring3_client *client)
{
	struct ring3_call *call;

	/* Only idle lets time pass that another waits for. */
	if (virtual_time && guest.config->clients->are_waiting())
		return NULL;
	waiting = 1;
	call = guest.config->clients->run(client);
	waiting = 0;
	return call;
}

static void sleep_until_signal(void)
{
	sigset_t block, old;

	sigemptyset(&block);
	sigaddset(&block, SIGALRM);
	sigaddset(&block, SIGUSR1);
	sigprocmask(SIG_BLOCK, &block, &old);
	waiting = 1;
	while (!guest.vcpu->irq_pending && !guest.vcpu->nmi_pending)
		sigsuspend(&old);
	waiting = 0;
	sigprocmask(SIG_SETMASK, &old, NULL);
}

void clock_wait(unsigned long until)
{
	if (guest.vcpu->irq_pending)
		return;
	if (clients_come_first(until))
		wait_for_clients();
	else if (virtual_time)
		jump(until);
	else
		sleep_until_signal();
}

void clock_delay(unsigned long ns)
{
	unsigned long end = clock_now() + ns;

	if (steady_time) {
		steady_clock(ns);
		return;
	}
	if (virtual_time) {
		base -= ns;
		/* The event that this may have passed is due now. */
		if (guest.vcpu->next_event <= end)
			guest.vcpu->irq_pending = 1;
		return;
	}
	while (clock_now() < end)
		;
}
