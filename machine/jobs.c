// SPDX-License-Identifier: GPL-2.0-only
/*
 * The instance's end of jobs and of module look-ups: both are answered by the
 * process that started the instance, which alone opens files.
 *
 * Called through struct ring3_host, on the host's stack; blocks.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "machine/internal.h"

/* One file at a time is mapped for each of the two. */
struct mapped {
	void *data;
	unsigned long size;
	char args[WIRE_MAX];
};

static struct mapped job_file, request_file;

static int map_file(struct mapped *file, int fd, unsigned long size)
{
	if (file->data)
		munmap(file->data, file->size);
	file->data = NULL;
	if (fd < 0)
		return -EBADF;
	/* Ours alone: what the loader writes into it reaches no file. */
	file->data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd,
			  0);
	close(fd);
	if (file->data == MAP_FAILED) {
		file->data = NULL;
		return -errno;
	}
	file->size = size;
	return 0;
}

void job_next(struct ring3_job *job)
{
	size_t n;
	int fd;

	channel_send(WIRE_NEXT_JOB, NULL, 0, NULL, 0);
	n = channel_receive(WIRE_JOB, job, sizeof(*job), job_file.args,
			    sizeof(job_file.args) - 1, &fd);
	job_file.args[n] = 0;
	job->args = job_file.args;
	/* An empty file cannot be mapped; the kernel sees its size. */
	if (fd >= 0 && job->size) {
		if (map_file(&job_file, fd, job->size))
			guest_bug("cannot map a module's file");
		job->image = job_file.data;
	}
	clock_watch(guest.config->timeout);
}

void job_done(const struct ring3_job *job)
{
	clock_watch(0);
	channel_send(WIRE_JOB_DONE, job, sizeof(*job), NULL, 0);
}

int module_request(const char *name)
{
	int count;

	channel_send(WIRE_REQUEST, NULL, 0, name, strlen(name));
	channel_receive(WIRE_COUNT, &count, sizeof(count), NULL, 0, NULL);
	return count;
}

int module_next(struct ring3_module_file *file)
{
	struct wire_module head;
	size_t n;
	int fd;

	channel_send(WIRE_NEXT_MODULE, NULL, 0, NULL, 0);
	n = channel_receive(WIRE_MODULE, &head, sizeof(head), request_file.args,
			    sizeof(request_file.args) - 1, &fd);
	request_file.args[n] = 0;
	if (!head.size)
		return -ENOENT;
	if (map_file(&request_file, fd, head.size))
		return -ENOMEM;
	file->image = request_file.data;
	file->size = head.size;
	file->args = request_file.args;
	memcpy(file->name, head.name, sizeof(file->name));
	return 0;
}

int fuzz_next(long result, const void **image, unsigned long *size)
{
	if (!guest.config->fuzz_next)
		guest_bug("fuzzing without anything to make inputs");
	clock_watch(guest.config->timeout);
	return guest.config->fuzz_next(result, image, size);
}
