/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A session: one target, built, with its module tree, and the instances
 * started on it.
 *
 * One thread; blocks; prints nothing but progress, and that on stderr.
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include <stdbool.h>
#include "image/target.h"
#include "lib/modindex.h"
#include "lib/strbuf.h"
#include "machine/instance.h"

struct devices;

struct session {
	struct target_list targets;
	const struct target *target;
	struct target_build *build;
	struct modindex *index; /* session_open_index() */
	const char *append;
	bool virtual_time;
	bool steady_time; /* as struct instance_config */
	bool use_snapshot;
	bool quiet; /* no progress */
	unsigned int timeout;
	unsigned long options; /* RING3_OPTION_* */
	const struct instance_clients *clients; /* NULL: no programs */
	/* Programs of devices, which an instance is started with; NULL: none.
	 * Whoever starts it adds them. */
	struct devices *devices;
	char *snapshot; /* path; valid once made */
	/* Runs differ little: an instance that is fit for it is put back into its
	 * first state, and is the next one that starts. */
	bool recycles;
	struct instance *spare;
	unsigned int unfit; /* that could not be put back, one after the other */
	struct strbuf error; /* what is wrong, for the person */
	/* The kernel's console, and benchmarks; may be NULL. */
	void (*log)(void *arg, const char *text, size_t n);
	void (*bench)(void *arg, const char *name, unsigned long value,
		      const char *unit);
	void (*content)(void *arg, const void *data, size_t n);
	void (*explain)(void *arg, const char *text, size_t n);
	void (*coverage)(void *arg, const char *module, const char *section,
			 unsigned long offset, unsigned long hits);
	void (*coverage_file)(void *arg, const char *path, const void *data,
			      size_t n);
	/* As struct instance_config. */
	int (*fuzz_next)(long result, const void **image, unsigned long *size);
	void (*fuzz_map)(unsigned char *map, unsigned long n);
	void *arg;
	/* Answer to the instance's last request. */
	struct module_image *request;
	int nr_request;
	/* Names of all modules that request_module() was answered with since
	 * the instance started, in order. */
	char (*brought)[64];
	int nr_brought;
};

/*
 * Finds the target called @name (NULL: the default) and builds what is
 * missing.  Returns 0, -ENOENT when no target fits, or another -errno; error
 * then says why.
 */
int session_open(struct session *s, const char *name);
void session_close(struct session *s);

/* Makes the snapshot if there is none.  0 or -errno, error says why. */
int session_prepare(struct session *s);

/* Starts an instance, from the snapshot if use_snapshot is set. */
int session_start(struct session *s, struct instance **result);

/* Ends it, tells how it ended, and frees it.  @fit: as far as is known, nothing
 * but the kernel's memory was changed. */
void session_end(struct session *s, struct instance *instance, bool fit,
		 struct instance_end *end);

/* Opens the target's module tree as s->index, which session_close() closes; 0
 * too if it is open.  -ENOENT when the target has none, or another -errno. */
int session_open_index(struct session *s);

/* modindex_resolve() in the target's tree, for a name that a person gave: 0 or
 * -errno, error says why. */
int session_resolve(struct session *s, const char *name, struct modlist *list);

/* Opens a module's file for the instance, decompressed; @image->name, args
 * and fd are the caller's to free. */
int session_open_module(const char *path, const char *args,
			struct module_image *image);
/* A file that holds @text instead. */
int session_open_text(const char *text, struct module_image *image);
void session_close_module(struct module_image *image);

/* What ended the instance, in words. */
void session_describe_end(const struct session *s,
			  const struct instance_end *end, struct strbuf *text);

#endif
