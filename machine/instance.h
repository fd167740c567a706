/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Instances, as the command line uses them: start one, give it jobs, end it.
 *
 * The instance is a child process; this side only exchanges messages with it,
 * so nothing that happens in there harms the caller.  One thread per instance;
 * calls block until the instance answers or its time is up; not signal-safe.
 */
#ifndef MACHINE_INSTANCE_H
#define MACHINE_INSTANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <ring3/boundary.h>

struct target_build;
struct instance;

/* A module's file for the instance; the caller keeps ownership. */
struct module_image {
	int fd; /* holds the decompressed file */
	size_t size;
	const char *args; /* parameters, may be NULL */
	const char *name; /* with '-' made '_' */
};

/* What the instance tells while it works.  Members may be NULL. */
struct instance_listener {
	void *arg;

	/* Bytes of the kernel's console; lines may come in pieces. */
	void (*log)(void *arg, const char *text, size_t n);

	/* request_module(@name): sets *@images to the files to load, valid
	 * until the next call, and returns their number, or -errno. */
	int (*request)(void *arg, const char *name,
		       const struct module_image **images);

	/* Bytes of the file that RING3_JOB_SAVE reads, in order. */
	void (*content)(void *arg, const void *data, size_t n);

	void (*hook)(void *arg, const char *symbol, const char *kind,
		     const char *why, unsigned long hits, bool must);
	void (*bench)(void *arg, const char *name, unsigned long value,
		      const char *unit);

	/* Lines of the account of a load (RING3_OPTION_EXPLAIN). */
	void (*explain)(void *arg, const char *text, size_t n);

	/* As struct ring3_host, coverage (RING3_OPTION_COVERAGE). */
	void (*coverage)(void *arg, const char *module, const char *section,
			 unsigned long offset, unsigned long hits);

	/* As struct ring3_host, coverage_file; nothing in it is to be
	 * trusted. */
	void (*coverage_file)(void *arg, const char *path, const void *data,
			      size_t n);
};

/*
 * Who supervises clients (clients/): called in the instance's process, on the
 * thread that runs the kernel unless said otherwise.  The members from next()
 * on are those of struct ring3_host, without the prefix client_.
 */
struct instance_clients {
	/* Before the instance is set up.  Puts the descriptors that it needs
	 * into @keep, at most @n; returns how many, or -errno. */
	int (*prepare)(int *keep, int n);
	/* The same descriptors under the numbers that they have now. */
	void (*kept)(const int *keep);
	/* The kernel is about to run on the calling thread; 0 or -errno. */
	int (*start)(void);

	/* Idle in place of the clock, until an interrupt is pending. */
	void (*wait)(void);
	/* Whether a client waits for something in the instance. */
	bool (*are_waiting)(void);
	/* A timer's interrupt found the kernel busy.  Signal-safe. */
	void (*tick)(void);

	struct ring3_call *(*next)(void);
	struct ring3_call *(*run)(struct ring3_client *client);
	void (*done)(struct ring3_call *call);
	unsigned long (*read)(int tid, void *to, unsigned long from,
			      unsigned long n);
	unsigned long (*write)(int tid, unsigned long to, const void *from,
			       unsigned long n);
	void (*signal)(int tgid, int tid, int sig, int group);
	void (*ready)(void *file, unsigned int events);
	void (*hooked)(unsigned int nr, unsigned int on);
	void (*native)(struct ring3_call *call);
};

struct instance_config {
	const struct target_build *build;
	const char *append; /* further kernel parameters, or NULL */
	bool virtual_time;
	/* Start from this snapshot ... */
	const char *snapshot;
	/* ... or boot, and save one here. */
	const char *save_snapshot;
	bool report_hooks;
	unsigned long options; /* RING3_OPTION_* */
	/* What RING3_JOB_FUZZ asks for, called in the instance's process; as
	 * struct ring3_host, fuzz_next. */
	int (*fuzz_next)(long result, const void **image, unsigned long *size);
	/* What RING3_JOB_FUZZ_SCRIPT tells; the same.  May be NULL. */
	void (*fuzz_map)(unsigned char *map, unsigned long n);
	/* Time passes only where the kernel asks for it: runs repeat. */
	bool steady_time;
	unsigned int timeout; /* seconds a job may take */
	/* Sockets of the programs that stand for devices, by their numbers;
	 * used in the instance's process. */
	const int *devices;
	unsigned int nr_devices;
	/* Clients, or NULL; RING3_JOB_SERVE needs them.  The table is used in
	 * the instance's process. */
	const struct instance_clients *clients;
	struct instance_listener listener;
};

enum instance_end_kind {
	INSTANCE_EXITED, /* by itself: why and text say how */
	INSTANCE_CRASHED, /* its host half met what it cannot handle */
	INSTANCE_KILLED, /* it did not answer any more */
};

struct instance_end {
	enum instance_end_kind kind;
	enum ring3_exit why; /* EXITED */
	char text[256];
	struct ring3_frame frame; /* CRASHED: the registers */
	unsigned long address; /* CRASHED: what was accessed */
	int snapshot; /* saving it: 0 or -errno; -EAGAIN: never came to it */
	int status; /* of waitpid() */
};

/* The kernel parameters that every instance gets, before --append. */
extern const char instance_command_line[];

/* 0 once the child runs; its boot goes on until the first job. */
int instance_start(const struct instance_config *config,
		   struct instance **result);

/*
 * A second instance in the state of @from, which has to be waiting for a job;
 * that one has to outlive it.  Costs a fraction of a start.
 */
int instance_clone(struct instance *from, struct instance **result);

/*
 * In the RING3_JOB_FUZZ_SCRIPT that comes next, each input finds the instance as
 * the first one did: memory and time are put back, what was logged is not.
 */
int instance_checkpoint(struct instance *instance);

/*
 * Remembers the state of an instance that waits for a job, and puts it back into
 * that, any number of times: memory, mappings and time.  Costs a fraction of a
 * start.  0 or -errno: -ESTALE when more was changed than can be put back, with
 * the instance as it is; -EPIPE when it has ended.
 */
int instance_keep(struct instance *instance);
int instance_back(struct instance *instance);

/* For fuzz_next(), in the instance's process: the last input has changed more
 * than can be put back, and the instance is not fit for another. */
bool instance_is_spoilt(void);

/*
 * Gives it @job (kind, args, name, size; @image for
 * RING3_JOB_LOAD, whose args are the image's, and for RING3_JOB_PUT) and waits
 * for the result, which is written into @job.  Returns -EPIPE when the
 * instance ended instead: instance_wait() says how.
 */
int instance_job(struct instance *instance, struct ring3_job *job,
		 const struct module_image *image);

/* The same in steps, for who waits for more than one thing: instance_step() is
 * called when instance_fd() is readable, and returns 1 when the job is done, 0
 * when it goes on. */
int instance_begin(struct instance *instance, struct ring3_job *job,
		   const struct module_image *image);
int instance_fd(const struct instance *instance);
int instance_step(struct instance *instance, struct ring3_job *job);

/* Ends it in order if it still runs, and tells how it ended. */
void instance_wait(struct instance *instance, struct instance_end *end);
void instance_free(struct instance *instance);

/* Where a snapshot for this build and these parameters lies or would lie; the
 * caller frees it. */
char *instance_snapshot_path(const struct target_build *build,
			     const char *append);

/* Whether the file is a whole snapshot; one that was cut short is not. */
bool instance_snapshot_is_whole(const char *path);

#endif
