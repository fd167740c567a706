/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files behind target.h share.
 *
 * One owner, may block on disk and run programs, not signal-safe.  Strings
 * returned as char * belong to the caller.
 */
#ifndef IMAGE_TARGET_INTERNAL_H
#define IMAGE_TARGET_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "image/target_cache.h"
#include "image/target.h"

struct image;
struct strbuf;

/* Where an instance runs the image, and the kernel half below it. */
#define TARGET_IMAGE_BASE  0x10000000ULL
#define TARGET_KERNEL_BASE 0x0f000000ULL

/* target.c */

/* $@name made absolute, or @fallback. */
char *target_env_path(const char *name, const char *fallback);

/* Whether @release can be the name of a kernel, and so of a folder. */
bool target_valid_release(const char *release);

/* Whether @dir holds what kbuild needs of a kernel's headers. */
bool target_is_headers(const char *dir);

/* The one in the cache only, NULL fields where parts are missing. */
int target_in_cache(const char *release, struct target *result);
void target_clear(struct target *target);

/* target_files.c */

/* Says what a step is for. */
void target_progress(const struct target_report *report, const char *format,
		     ...) __attribute__((format(printf, 2, 3)));

/* Adds a sentence to the report's error; returns @result. */
int target_fail(const struct target_report *report, int result,
		const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Runs a program; what it printed becomes part of the error if it fails,
 * after "@what failed". -EIO then. @output, when not NULL, gets it in any case.
 */
int target_run(const struct target_report *report, const char *what,
	       char *const argv[], struct strbuf *output);

/* Waits for the lock file @path; the descriptor, to be closed, or -errno. */
int target_lock(const char *path, const struct target_report *report);

/* Where a program is, by PATH and then where only root's PATH leads; or NULL.
 */
char *target_find_program(const char *name);

/* Writes a file that nobody reads before its folder is renamed, and that need
 * not survive a crash. */
int target_write_file(const char *path, const void *data, size_t size);

/* A new folder in @parent, which readers pass over. */
int target_temp_dir(const char *parent, char **result);

/* Removes what killed runs left in @parent; the caller holds its lock. */
void target_remove_stale(const char *parent);

/* Takes @path out of sight at once, then deletes it. */
int target_discard(const char *path);

/* Calls @fn for each entry but those that begin with '.', in the order of
 * their names; stops at the first that returns other than 0. */
int target_each_entry(const char *dir,
		      int (*fn)(const char *path, const char *name, void *arg),
		      void *arg);

/* target_headers.c */

/* Makes headers and module tree of an unpacked @root work where they lie, and
 * where @root may be renamed to. */
int target_fix_root(const char *root, const char *release,
		    const struct target_report *report);

/* target_config.c */

/* Checks that the kernel is configured as ring3 needs it; all that is missing
 * is named. */
int target_check_config(const struct target *target,
			const struct target_report *report);

/* The kernel's configuration: with its headers, else beside the image. */
char *target_config_path(const struct target *target);

/* The compiler that built the kernel, else "gcc", as a path; or NULL. */
char *target_compiler(const struct target *target);

/* target_key.c */

struct target_input {
	char *path;
	uint64_t size;
	int64_t mtime; /* ns */
};

struct target_inputs {
	struct target_input *input;
	size_t n;
	uint64_t key; /* hash of all that matters in them */
};

/* Collects what a build depends on. */
int target_inputs_collect(const struct target *target,
			  const struct target_report *report,
			  struct target_inputs *result);
void target_inputs_free(struct target_inputs *inputs);
int target_inputs_write(const struct target_inputs *inputs, const char *path);

/* Whether all that the list in @path names is unchanged. */
bool target_inputs_current(const char *path);

/* Whether a file of the kernel half's sources is one to compile from. */
bool target_is_source(const char *name);

/* target_conf.c */

struct target_conf {
	struct target_build build; /* dir is not part of the file */
	/* For people: */
	char *release;
	char *banner;
	char *compression;
	/* What it was made of, and by which ring3: */
	char *vmlinuz;
	char *headers;
	char *data_dir;
	char *image_id;
};

int target_conf_write(const char *path, const struct target_conf *conf);
int target_conf_read(const char *path, struct target_conf *conf);
void target_conf_free(struct target_conf *conf);

/* target_kernel.c */

/* Compiles the kernel half in @dir against the target's headers and links it
 * to @image as @dir/kernel.elf. */
int target_make_kernel(const struct target *target, const struct image *image,
		       const char *dir, const struct target_report *report,
		       struct target_build *build);

/* target_link.c */

/* Links @object with @lds to @elf; tells which addresses it takes. */
int target_link(const struct image *image, const char *object, const char *lds,
		const char *elf, const struct target_report *report,
		struct target_build *build);

/* target_build.c */

/* Names the code that makes images, which a build depends on too. */
const char *target_image_id(void);

#endif
