/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Targets: the kernels that ring3 can be, where they lie, and what has been
 * built for them in the cache.
 *
 * The cache is $RING3_CACHE, else $XDG_CACHE_HOME/ring3, else ~/.cache/ring3:
 *
 *   targets/RELEASE/        packages unpacked by target_add(): boot/, lib/, usr/
 *   built/RELEASE/KEY/      what target_build() makes; KEY is a hash of all
 *                           that it depends on
 *     image                 the relocated image, raw, to be mapped
 *     kernel.elf            the kernel half, linked to its run addresses
 *     System.map            symbols at their run addresses
 *     target.conf           "name=value" lines: addresses, release, banner
 *     snapshot-HASH         instances after boot (machine/snapshot.c)
 *
 * Entries are made in a temporary folder and renamed, so parallel builds and
 * starts see all or nothing.  May block on disk and run programs; not for
 * signal handlers.
 */
#ifndef IMAGE_TARGET_H
#define IMAGE_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

struct target {
	char *release; /* "6.1.0-56-amd64", as uname -r prints it */
	char *vmlinuz;
	char *modules; /* the module tree, .../lib/modules/RELEASE */
	char *headers; /* where `make -C` builds modules; NULL: none found */
	bool in_cache; /* from target_add(), not installed on this system */
};

struct target_list {
	struct target *targets; /* newest release first */
	size_t n;
};

/* The parts of target.conf that running needs. */
struct target_build {
	char *dir; /* built/RELEASE/KEY */
	uint64_t image_base, image_end;
	uint64_t percpu_load, percpu_size;
	uint64_t kernel_base, kernel_end; /* the kernel half, 4 KiB aligned */
};

/* Progress and errors in words for the person; never NULL. */
struct target_report {
	void (*progress)(void *arg, const char *text); /* a step begins */
	void *arg;
	struct strbuf *error; /* what is wrong, named; complete sentences */
};

int target_list(struct target_list *list);
void target_list_free(struct target_list *list);

/* By release or by an unambiguous part of it; NULL when none fits. */
const struct target *target_find(const struct target_list *list,
				 const char *name);

/* Which one is used when neither -k nor a vermagic says: the one that
 * RING3_TARGET names, NULL if none fits; else that of the running kernel if it
 * is there, else the newest with headers. */
const struct target *target_default(const struct target_list *list);

/*
 * Gets image, modules and headers of a kernel from the distribution's
 * packages (apt-get download, dpkg -x) into the cache, without installing.
 * @name: a release, a package such as linux-image-amd64 (followed to the
 * newest real one), or "all" for the defaults.
 */
int target_add(const char *name, struct target_report *report);

/* Removes a target that target_add() got, and all builds of it. */
int target_remove(const char *release, struct target_report *report);

/* Finds a build that is current; -ENOENT when there is none or it is stale. */
int target_built(const struct target *target, struct target_build **build);

/* Whether there is a build, for people to see; @snapshot: of an instance. */
enum target_state {
	TARGET_UNBUILT,
	TARGET_STALE, /* made of something that has changed since */
	TARGET_CURRENT,
};
enum target_state target_state(const struct target *target, bool *snapshot);

/* Builds what is missing; with @force all of it. */
int target_build(const struct target *target, bool force,
		 struct target_report *report, struct target_build **build);
void target_build_free(struct target_build *build);

/* Where kernel/ and include/ring3 lie; to be freed. */
char *target_data_dir(void);

#endif
