// SPDX-License-Identifier: GPL-2.0-only
/*
 * What may block, on a thread of its own: calls made in a program's place, and
 * calls on the host's file system.
 *
 * worker_queue() is called locked; what it is given runs unlocked.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include "clients/internal.h"

struct job {
	struct job *next;
	struct request *request;
	void (*run)(struct request *r);
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static struct job *first, **last = &first;

void worker_queue(struct request *r, void (*run)(struct request *r))
{
	struct job *job = malloc(sizeof(*job));

	if (!job) {
		request_answer(r, -ENOMEM);
		return;
	}
	*job = (struct job){.request = r, .run = run};
	pthread_mutex_lock(&mutex);
	*last = job;
	last = &job->next;
	pthread_cond_signal(&filled);
	pthread_mutex_unlock(&mutex);
}

void worker_finish(struct request *r, int err)
{
	supervisor_lock();
	if (err)
		request_answer(r, err);
	else
		request_free(r);
	supervisor_unlock();
}

static struct job *take(void)
{
	struct job *job;

	pthread_mutex_lock(&mutex);
	while (!first)
		pthread_cond_wait(&filled, &mutex);
	job = first;
	first = job->next;
	if (!first)
		last = &first;
	pthread_mutex_unlock(&mutex);
	return job;
}

static void *worker_main(void *unused)
{
	(void)unused;
	for (;;) {
		struct job *job = take();

		job->run(job->request);
		free(job);
	}
	return NULL;
}

int worker_start(void)
{
	return supervisor_thread(worker_main, NULL);
}
