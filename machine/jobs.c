// SPDX-License-Identifier: GPL-2.0-only
/*
 * The instance's end of jobs and of module look-ups: both are answered by the
 * process that started the instance, which alone opens files.
 *
 * Called through struct ring3_host, on the host's stack; blocks.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "machine/internal.h"

/* Up to this size a file is read into memory that stays, whose pages are there
 * from the time before; a larger one is mapped. */
#define KEPT_MAX (8ul << 20)

/* One file at a time is held for each of the two. */
struct held {
	void *data; /* the content: kept, or mapped */
	unsigned long size;
	void *kept;
	unsigned long kept_size;
	char args[WIRE_MAX];
};

static struct held job_file, request_file;

static int keep_file(struct held *file, int fd, unsigned long size)
{
	ssize_t n;

	if (file->kept_size < size) {
		free(file->kept);
		file->kept = malloc(size);
		file->kept_size = file->kept ? size : 0;
	}
	if (!file->kept)
		return -ENOMEM;
	n = pread(fd, file->kept, size, 0);
	if (n != (ssize_t)size)
		return n < 0 ? -errno : -EIO;
	file->data = file->kept;
	return 0;
}

/* What the loader writes into it reaches no file. */
static int map_file(struct held *file, int fd, unsigned long size)
{
	void *data =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);

	if (data == MAP_FAILED)
		return -errno;
	file->data = data;
	return 0;
}

/* Takes the descriptor over. */
static int hold_file(struct held *file, int fd, unsigned long size)
{
	int err;

	if (file->data && file->data != file->kept)
		munmap(file->data, file->size);
	file->data = NULL;
	if (fd < 0)
		return -EBADF;
	err = size <= KEPT_MAX ? keep_file(file, fd, size)
			       : map_file(file, fd, size);
	close(fd);
	file->size = size;
	return err;
}

/*
 * Another process goes on from here, for whoever holds the other end of @fd.
 * What this process mapped from the memory file is the other's private copy.
 */
static void clone_process(struct ring3_job *job, int fd)
{
	long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	if (!pid) {
		channel_set_up(fd);
		if (memory_separate(job_file.args) || clock_cloned())
			guest_bug(
				"cannot separate from the instance that this is a clone of");
		return;
	}
	close(fd);
	job->result = pid < 0 ? -errno : pid;
	channel_send(WIRE_JOB_DONE, job, sizeof(*job), NULL, 0);
}

/* What concerns the process, not the kernel in it; whether it was that. */
static bool do_own_job(struct ring3_job *job, int fd)
{
	switch (job->kind) {
	case RING3_JOB_CLONE:
		clone_process(job, fd);
		return true;
	case RING3_JOB_CHECKPOINT:
		checkpoint_want(fd);
		break;
	case RING3_JOB_KEEP:
		job->result = checkpoint_take(fd);
		break;
	case RING3_JOB_BACK:
		job->result = checkpoint_back();
		break;
	default:
		return false;
	}
	channel_send(WIRE_JOB_DONE, job, sizeof(*job), NULL, 0);
	return true;
}

static int receive_job(struct ring3_job *job)
{
	size_t n;
	int fd;

	channel_send(WIRE_NEXT_JOB, NULL, 0, NULL, 0);
	clock_rest(true);
	n = channel_receive(WIRE_JOB, job, sizeof(*job), job_file.args,
			    sizeof(job_file.args) - 1, &fd);
	clock_rest(false);
	job_file.args[n] = 0;
	job->args = job_file.args;
	return fd;
}

/* The kernel's memory may be closed by a checkpoint, to system calls as well, or
 * put back meanwhile: @result is written last. */
void job_next(struct ring3_job *result)
{
	struct ring3_job own, *job = &own;
	int fd;

	do {
		fd = receive_job(job);
	} while (do_own_job(job, fd));
	/* Only where clients are, the jail lets files be opened. */
	if (job->kind == RING3_JOB_SNAPSHOT)
		job->result = CLIENTS ? snapshot_open_for_saving(job->args)
				      : -EPERM;
	/* An empty file cannot be mapped; the kernel sees its size. */
	if (fd >= 0 && job->size) {
		if (hold_file(&job_file, fd, job->size))
			guest_bug("cannot read a module's file");
		job->image = job_file.data;
	}
	/* Programs may take all the time that they want. */
	if (job->kind != RING3_JOB_SERVE)
		clock_watch(guest.config->timeout);
	*result = *job;
}

void job_done(const struct ring3_job *job)
{
	clock_watch(0);
	checkpoint_job_done();
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
	if (hold_file(&request_file, fd, head.size))
		return -ENOMEM;
	file->image = request_file.data;
	file->size = head.size;
	file->args = request_file.args;
	memcpy(file->name, head.name, sizeof(file->name));
	return 0;
}

void fuzz_map(unsigned char *map, unsigned long n)
{
	if (guest.config->fuzz_map)
		guest.config->fuzz_map(map, n);
}

/* A checkpoint begins and ends here, so what the kernel gets is written last. */
int fuzz_next(long result, const void **image, unsigned long *size)
{
	const void *input;
	unsigned long n;
	int err;

	if (!guest.config->fuzz_next)
		guest_bug("fuzzing without anything to make inputs");
	err = guest.config->fuzz_next(result, &input, &n);
	if (err)
		return err;
	checkpoint_pass();
	*image = input;
	*size = n;
	clock_watch(guest.config->timeout);
	return 0;
}
