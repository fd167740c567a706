// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is built for a target and kept: the image at its run address, the
 * kernel half linked to it, and what describes them.
 *
 * built/RELEASE/current is a link to the build that is in use; its list of
 * inputs tells at each start whether it still fits.  One owner; builds of one
 * release wait for each other by a lock file; not signal-safe.
 */
#include "image/target_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image/image.h"
#include "lib/file.h"
#include "lib/strbuf.h"

#ifndef RING3_DATADIR
#define RING3_DATADIR "/usr/local/share/ring3"
#endif

/* The Makefile may pass a hash of the sources in image/. */
#ifndef RING3_IMAGE_ID
#define RING3_IMAGE_ID "1"
#endif

#define PAGE 4096

char *target_data_dir(void)
{
	return target_env_path("RING3_DATADIR", RING3_DATADIR);
}

const char *target_image_id(void)
{
	return RING3_IMAGE_ID;
}

static bool is_zero(const unsigned char *p, size_t size)
{
	return !p[0] && !memcmp(p, p + 1, size - 1);
}

/* Pages of zeros become holes. */
static int write_sparse(int fd, const unsigned char *mem, size_t size)
{
	for (size_t at = 0; at < size; at += PAGE) {
		size_t len = size - at < PAGE ? size - at : PAGE;
		int ret;

		if (is_zero(mem + at, len))
			continue;
		if (lseek(fd, (off_t)at, SEEK_SET) < 0)
			return -errno;
		ret = file_write_all(fd, mem + at, len);
		if (ret)
			return ret;
	}
	return ftruncate(fd, (off_t)size) ? -errno : 0;
}

static int write_image(const struct image *image, const char *dir)
{
	char *path = str_printf("%s/image", dir);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	int ret;

	free(path);
	if (fd < 0)
		return -errno;
	ret = write_sparse(fd, image->mem, image->end - image->base);
	if (!ret && fsync(fd))
		ret = -errno;
	close(fd);
	return ret;
}

static int write_system_map(const struct image *image, const char *dir)
{
	char *path = str_printf("%s/System.map", dir);
	struct strbuf text = STRBUF_INIT;
	int ret;

	for (size_t i = 0; i < image->nr_symbols; i++)
		strbuf_printf(&text, "%016" PRIx64 " %c %s\n",
			      image->symbols[i].value, image->symbols[i].type,
			      image->symbols[i].name);
	ret = file_replace(path, text.text ? text.text : "", text.len, 0644);
	strbuf_free(&text);
	free(path);
	return ret;
}

static int load_image(const struct target *target,
		      const struct target_report *report, struct image **image)
{
	int ret;

	*image = NULL;
	target_progress(report, "unpacking the kernel %s", target->release);
	ret = image_load(target->vmlinuz, TARGET_IMAGE_BASE, image);
	if (!ret)
		return 0;
	target_fail(report, ret, "Cannot take %s apart: %s.", target->vmlinuz,
		    *image && (*image)->error[0] ? (*image)->error
						 : strerror(-ret));
	if (*image)
		image_free(*image);
	*image = NULL;
	return ret;
}

static int write_image_files(const struct image *image, const char *dir,
			     const struct target_report *report)
{
	int ret = write_image(image, dir);

	if (!ret)
		ret = write_system_map(image, dir);
	if (ret)
		target_fail(report, ret, "Cannot write the image to %s: %s.",
			    dir, strerror(-ret));
	return ret;
}

static int write_conf(const struct target *target, const struct image *image,
		      const struct target_build *build, const char *path)
{
	const char *banner = image->banner ? image->banner : "";
	struct target_conf conf = {
		.build = *build,
		.release = str_printf("%s", target->release),
		.banner =
			str_printf("%.*s", (int)strcspn(banner, "\n"), banner),
		.compression = str_printf("%s", image->compression),
		.vmlinuz = str_printf("%s", target->vmlinuz),
		.headers = str_printf("%s", target->headers),
		.data_dir = target_data_dir(),
		.image_id = str_printf("%s", target_image_id()),
	};
	int ret = target_conf_write(path, &conf);

	target_conf_free(&conf);
	return ret;
}

static int write_description(const struct target *target,
			     const struct image *image,
			     const struct target_inputs *inputs,
			     const struct target_build *build, const char *dir)
{
	char *conf = str_printf("%s/target.conf", dir);
	char *list = str_printf("%s/inputs", dir);
	int ret = write_conf(target, image, build, conf);

	if (!ret)
		ret = target_inputs_write(inputs, list);
	free(list);
	free(conf);
	return ret;
}

/* Makes all of a build in @dir. */
static int fill_build(const struct target *target,
		      const struct target_inputs *inputs, const char *dir,
		      const struct target_report *report)
{
	struct target_build build = {0};
	struct image *image;
	int ret = load_image(target, report, &image);

	if (ret)
		return ret;
	build.image_base = image->base;
	build.image_end = image->end;
	build.percpu_load = image->percpu_load;
	build.percpu_size = image->percpu_size;
	ret = write_image_files(image, dir, report);
	if (!ret)
		ret = target_make_kernel(target, image, dir, report, &build);
	if (!ret) {
		ret = write_description(target, image, inputs, &build, dir);
		if (ret)
			target_fail(report, ret, "Cannot write to %s: %s.", dir,
				    strerror(-ret));
	}
	image_free(image);
	return ret;
}

/* Points "current" to @key, whatever it was before. */
static int set_current(const char *parent, const char *key)
{
	char *link = str_printf("%s/current", parent);
	char *temp = str_printf("%s/.current", parent);
	int ret = 0;

	unlink(temp);
	if (symlink(key, temp) || rename(temp, link))
		ret = -errno;
	free(temp);
	free(link);
	return ret;
}

static int remove_other(const char *path, const char *name, void *arg)
{
	bool is_key = strlen(name) == 16 &&
		      strspn(name, "0123456789abcdef") == 16;

	/* One that cannot be removed is in nobody's way. */
	if (is_key && strcmp(name, arg))
		target_discard(path);
	return 0;
}

static int make_build(const struct target *target,
		      const struct target_inputs *inputs, const char *parent,
		      const char *key, const struct target_report *report)
{
	char *dir = str_printf("%s/%s", parent, key);
	char *temp = NULL;
	int ret = target_temp_dir(parent, &temp);

	if (ret) {
		target_fail(report, ret, "Cannot make a folder in %s: %s.",
			    parent, strerror(-ret));
		goto out;
	}
	ret = fill_build(target, inputs, temp, report);
	if (ret)
		goto out;
	ret = target_discard(dir);
	if (!ret && rename(temp, dir))
		ret = -errno;
	if (ret)
		target_fail(report, ret, "Cannot move the build to %s: %s.",
			    dir, strerror(-ret));
out:
	if (temp && ret)
		file_remove_tree(temp);
	free(temp);
	free(dir);
	return ret;
}

/* What the build was made of is now where @target has it. */
static int move_conf(const char *path, struct target_conf *conf,
		     const struct target *target)
{
	free(conf->headers);
	free(conf->vmlinuz);
	conf->headers = str_printf("%s", target->headers);
	conf->vmlinuz = str_printf("%s", target->vmlinuz);
	return target_conf_write(path, conf);
}

/* The same build is there, only its list of files is out of date, or the cache
 * is at another place. */
static bool refresh(const struct target *target,
		    const struct target_inputs *inputs, const char *parent,
		    const char *key)
{
	char *conf_path = str_printf("%s/%s/target.conf", parent, key);
	char *list = str_printf("%s/%s/inputs", parent, key);
	char *data_dir = target_data_dir();
	struct target_conf conf;
	bool done = false;

	if (!target_conf_read(conf_path, &conf)) {
		done = !strcmp(conf.data_dir, data_dir) &&
		       !target_inputs_write(inputs, list) &&
		       !move_conf(conf_path, &conf, target);
		target_conf_free(&conf);
	}
	free(data_dir);
	free(list);
	free(conf_path);
	return done;
}

static int build_locked(const struct target *target, bool force,
			const char *parent, const struct target_report *report)
{
	struct target_inputs inputs;
	struct target_build *build;
	char key[17];
	int ret;

	if (!force && !target_built(target, &build)) {
		target_build_free(build);
		return 0;
	}
	ret = target_inputs_collect(target, report, &inputs);
	if (ret)
		return ret;
	snprintf(key, sizeof(key), "%016" PRIx64, inputs.key);
	target_remove_stale(parent);
	if (force || !refresh(target, &inputs, parent, key))
		ret = make_build(target, &inputs, parent, key, report);
	target_inputs_free(&inputs);
	if (ret)
		return ret;
	ret = set_current(parent, key);
	if (ret)
		return target_fail(report, ret, "Cannot write to %s: %s.",
				   parent, strerror(-ret));
	target_each_entry(parent, remove_other, key);
	return 0;
}

/* Neither make nor kbuild quotes paths. */
static int check_path(const char *path, const struct target_report *report)
{
	if (!strpbrk(path, " \t\n:#$%\\'\"*?[]&;|<>()`!"))
		return 0;
	return target_fail(report, -EINVAL,
			   "Kernel code cannot be built in a path with spaces "
			   "or special characters: %s. Set RING3_CACHE to "
			   "another folder.",
			   path);
}

static int check_target(const struct target *target, const char *cache,
			const struct target_report *report)
{
	int ret;

	if (!target->headers)
		return target_fail(report, -ENOENT,
				   "There are no headers for %s: install "
				   "linux-headers-%s or run `ring3 targets "
				   "add %s`.",
				   target->release, target->release,
				   target->release);
	ret = check_path(cache, report);
	if (!ret)
		ret = check_path(target->headers, report);
	if (ret)
		return ret;
	if (access(target->vmlinuz, R_OK))
		return target_fail(report, -errno,
				   "Cannot read %s: %s. `ring3 targets add "
				   "%s` gets a copy of your own.",
				   target->vmlinuz, strerror(errno),
				   target->release);
	return target_check_config(target, report);
}

int target_build(const struct target *target, bool force,
		 struct target_report *report, struct target_build **build)
{
	char *parent = target_cache_path("built", target->release);
	char *lock = str_printf("%s/lock", parent ? parent : "");
	int fd = -1;
	int ret;

	*build = NULL;
	if (!parent) {
		ret = target_fail(report, -ENOENT,
				  "There is no place for a cache: set "
				  "RING3_CACHE or HOME.");
		goto out;
	}
	ret = check_target(target, parent, report);
	if (ret)
		goto out;
	ret = file_make_dirs(parent);
	if (!ret) {
		fd = target_lock(lock, report);
		ret = fd < 0 ? fd : 0;
	}
	if (ret)
		target_fail(report, ret, "Cannot use the cache %s: %s.", parent,
			    strerror(-ret));
	else
		ret = build_locked(target, force, parent, report);
	if (!ret) {
		ret = target_built(target, build);
		if (ret)
			target_fail(report, ret,
				    "What the build of %s depends on changed "
				    "while it was made.",
				    target->release);
	}
	if (fd >= 0)
		close(fd);
out:
	free(lock);
	free(parent);
	return ret;
}

/* The build's folder by its own name, since "current" may come to mean another
 * one while it is in use. */
static char *current_dir(const struct target *target)
{
	char *parent = target_cache_path("built", target->release);
	char *link = str_printf("%s/current", parent ? parent : "");
	char key[NAME_MAX + 1];
	char *dir = NULL;
	ssize_t len = readlink(link, key, sizeof(key) - 1);

	if (parent && len > 0) {
		key[len] = '\0';
		dir = str_printf("%s/%s", parent, key);
	}
	free(link);
	free(parent);
	return dir;
}

static bool conf_fits(const struct target_conf *conf,
		      const struct target *target)
{
	char *data_dir = target_data_dir();
	bool fits = target->headers && !strcmp(conf->data_dir, data_dir) &&
		    !strcmp(conf->image_id, target_image_id()) &&
		    !strcmp(conf->vmlinuz, target->vmlinuz) &&
		    !strcmp(conf->headers, target->headers);

	free(data_dir);
	return fits;
}

int target_built(const struct target *target, struct target_build **build)
{
	char *dir = current_dir(target);
	char *conf_path = str_printf("%s/target.conf", dir ? dir : "");
	char *list = str_printf("%s/inputs", dir ? dir : "");
	struct target_conf conf;
	bool current = false;

	*build = NULL;
	if (dir && !target_conf_read(conf_path, &conf)) {
		current = conf_fits(&conf, target) &&
			  target_inputs_current(list);
		if (current)
			*build = malloc(sizeof(**build));
		if (*build) {
			**build = conf.build;
			(*build)->dir = dir;
			dir = NULL;
		}
		target_conf_free(&conf);
	}
	free(list);
	free(conf_path);
	free(dir);
	if (*build)
		return 0;
	return current ? -ENOMEM : -ENOENT;
}

static int is_snapshot(const char *path, const char *name, void *arg)
{
	(void)path;
	if (!strncmp(name, "snapshot-", 9))
		*(bool *)arg = true;
	return 0;
}

enum target_state target_state(const struct target *target, bool *snapshot)
{
	enum target_state state = TARGET_UNBUILT;
	struct target_build *build;
	char *dir;

	*snapshot = false;
	if (!target_built(target, &build)) {
		target_each_entry(build->dir, is_snapshot, snapshot);
		target_build_free(build);
		return TARGET_CURRENT;
	}
	dir = current_dir(target);
	if (dir && file_exists(dir))
		state = TARGET_STALE;
	free(dir);
	return state;
}

void target_build_free(struct target_build *build)
{
	if (!build)
		return;
	free(build->dir);
	free(build);
}
