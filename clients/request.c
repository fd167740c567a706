// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests: a caught call from its notification to its answer, and the queue in
 * which those for the instance wait.
 *
 * Locked; request_next() and request_done() are the kernel's thread's.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "clients/internal.h"

#define SLOTS 1024

static struct request *free_requests;
static struct request *running; /* linked by next_running */
static unsigned int nr_running;
static struct ring3_call *queue, **queue_end = &queue;
static unsigned short free_slots[SLOTS];
static unsigned int nr_free_slots;

int request_set_up(void)
{
	void *at = mmap((void *)RING3_SCRATCH, SLOTS * REQUEST_SCRATCH,
			PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
				MAP_FIXED_NOREPLACE,
			-1, 0);

	if (at == MAP_FAILED)
		return -errno;
	for (nr_free_slots = 0; nr_free_slots < SLOTS; nr_free_slots++)
		free_slots[nr_free_slots] = SLOTS - 1 - nr_free_slots;
	return 0;
}

struct request *request_new(const struct seccomp_notif *notif)
{
	struct request *r = free_requests;

	if (r)
		free_requests = r->next;
	else
		r = malloc(sizeof(*r));
	if (!r)
		return NULL;
	memset(r, 0, sizeof(*r));
	r->fd = -1;
	if (notif) {
		r->notif = *notif;
		books_add_call(notif->id);
	}
	return r;
}

char *request_scratch(struct request *r)
{
	if (!r->scratch && nr_free_slots)
		r->scratch = (char *)RING3_SCRATCH +
			     free_slots[--nr_free_slots] * REQUEST_SCRATCH;
	return r->scratch;
}

void request_free(struct request *r)
{
	if (r->notif.id)
		books_remove_call(r->notif.id);
	if (r->scratch)
		free_slots[nr_free_slots++] =
			(r->scratch - (char *)RING3_SCRATCH) / REQUEST_SCRATCH;
	if (r->vfile)
		file_put(r->vfile);
	poll_list_free(r->list);
	if (r->lent_vfile)
		file_put(r->lent_vfile);
	if (r->call.lent && r->lent.fd >= 0)
		close(r->lent.fd);
	if (r->fd >= 0)
		close(r->fd);
	free(r->call.scratch);
	r->next = free_requests;
	free_requests = r;
}

/* ---- the queue --------------------------------------------------------------- */

static void append(struct ring3_call *call)
{
	call->next = NULL;
	*queue_end = call;
	queue_end = &call->next;
}

static unsigned long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return t.tv_sec * 1000000000ul + t.tv_nsec;
}

/* The thread whose task has the CPU until its next call, on the kernel's
 * thread. */
static __thread const struct ring3_client *expected;

void request_expect(const struct ring3_client *client)
{
	expected = client;
}

/* It is the only one, and its task can run it at once: what is told has no task,
 * and a release has another. */
static bool is_expected(const struct request *r)
{
	return expected && &r->call == queue && !r->call.next &&
	       r->call.client == expected && r->running &&
	       r->call.kind != RING3_CALL_RELEASE;
}

struct ring3_call *request_expected(void)
{
	struct ring3_call *call = queue;

	if (call && !is_expected(request_of(call))) {
		supervisor_kick();
		call = NULL;
	}
	expected = NULL;
	return call ? request_next() : NULL;
}

void request_queue(struct request *r)
{
	r->call.client = r->client ? &r->client->shared : NULL;
	r->running = true;
	r->interrupted = false;
	r->since = now();
	r->next_running = running;
	running = r;
	nr_running++;
	append(&r->call);
	if (!is_expected(r))
		supervisor_kick();
}

struct ring3_call *request_next(void)
{
	struct ring3_call *call = queue;

	if (!call)
		return NULL;
	queue = call->next;
	if (!queue)
		queue_end = &queue;
	return call;
}

bool request_is_queued(void)
{
	return queue;
}

unsigned int request_nr_running(void)
{
	return nr_running;
}

struct request *request_first_running(void)
{
	return running;
}

struct request *request_running_of(const struct client *c)
{
	struct request *r = running;

	while (r && r->client != c)
		r = r->next_running;
	return r;
}

static void stop_running(struct request *r)
{
	struct request **link = &running;

	while (*link != r)
		link = &(*link)->next_running;
	*link = r->next_running;
	nr_running--;
	r->running = false;
}

struct request *request_tell(struct client *c, enum ring3_call_kind kind,
			     unsigned long arg)
{
	struct request *r = request_new(NULL);

	/* The task would wait for ever. */
	if (!r)
		abort();
	r->call.kind = kind;
	r->call.args[0] = arg;
	r->call.client = &c->shared;
	append(&r->call);
	supervisor_kick();
	return r;
}

void request_interrupt(struct request *r)
{
	r->interrupted = true;
	request_tell(r->client, RING3_CALL_INTERRUPT, false);
}

void request_end(struct request *r)
{
	struct client *c = r->client;

	c->ending = true;
	request_tell(c, RING3_CALL_INTERRUPT, true)->client = c;
}

static void killed(struct request *r)
{
	request_kill(r, r->call.args[0] & 0x7f);
	request_free(r);
}

struct request *request_of(struct ring3_call *call)
{
	return (struct request *)((char *)call -
				  offsetof(struct request, call));
}

static void finish(struct request *r)
{
	if (!r->running) { /* told */
		if (r->client)
			r->client->ending = false;
		request_free(r);
		return;
	}
	stop_running(r);
	if (r->no_restart && r->call.result == -ERESTARTSYS)
		r->call.result = -EINTR;
	if (r->call.result == RING3_RESULT_KILLED && !r->native)
		killed(r);
	else if (r->done)
		r->done(r);
	else
		request_answer(r, r->call.result);
}

void request_done(struct ring3_call *call)
{
	finish(request_of(call));
}

void request_queue_stop(void)
{
	struct request *r = request_new(NULL);

	if (!r)
		return;
	r->call.kind = RING3_CALL_STOP;
	append(&r->call);
	supervisor_kick();
}
