// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gets kernels into the cache from the distribution's packages, unpacked, not
 * installed, and takes them out again.
 *
 * One owner; adding and removing wait for each other by a lock file.  Runs
 * apt-get and dpkg, needs no root, not signal-safe.
 */
#include "image/target_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "image/target_apt.h"
#include "lib/file.h"
#include "lib/strbuf.h"

static const char *const default_images[] = {
	"linux-image-amd64",
	"linux-image-cloud-amd64",
};

/* The newer kernel that the distribution offers beside its own. */
#define NEWER_IMAGE  "linux-image-6.12-amd64"
#define NEWER_PREFIX "linux-image-6.12."
#define NEWER_SUFFIX "-amd64"

static const char *const image_parts[] = {"linux-image-", "linux-modules-",
					  "linux-modules-extra-",
					  "linux-binary-", NULL};
static const char *const header_parts[] = {"linux-headers-", "linux-kbuild-",
					   NULL};

/* Makes the cache's folder @part and locks it.  The lock, or -errno. */
static int lock_part(const char *part, const struct target_report *report,
		     char **dir)
{
	char *lock;
	int ret;

	*dir = target_cache_path(part, NULL);
	if (!*dir)
		return target_fail(report, -ENOENT,
				   "There is no place for a cache: set "
				   "RING3_CACHE or HOME.");
	lock = str_printf("%s/.lock", *dir);
	ret = file_make_dirs(*dir);
	if (!ret)
		ret = target_lock(lock, report);
	if (ret < 0)
		target_fail(report, ret, "Cannot use the cache %s: %s.", *dir,
			    strerror(-ret));
	else
		target_remove_stale(*dir);
	free(lock);
	return ret;
}

static int need_programs(const struct target_report *report)
{
	static const char *const name[] = {"apt-get", "apt-cache", "dpkg"};

	for (size_t i = 0; i < sizeof(name) / sizeof(*name); i++) {
		char *path = target_find_program(name[i]);

		if (!path)
			return target_fail(report, -ENOENT,
					   "There is no %s on this system, "
					   "through which ring3 gets kernels. "
					   "Install a kernel and its headers "
					   "by the system's own means.",
					   name[i]);
		free(path);
	}
	return 0;
}

/* Whether modules can be built with what is installed for @release. */
static bool headers_installed(const char *release)
{
	static const char *const part[] = {"Makefile", "Module.symvers",
					   "include/generated/utsrelease.h",
					   "scripts/Makefile.build"};
	char *dir = target_env_path("RING3_MODULES", "/lib/modules");
	bool all = true;

	for (size_t i = 0; all && i < sizeof(part) / sizeof(*part); i++) {
		char *path =
			str_printf("%s/%s/build/%s", dir, release, part[i]);

		all = file_exists(path);
		free(path);
	}
	free(dir);
	return all;
}

/* Drivers that some distributions put into a package of their own, which only
 * the meta-package asks for. */
static int collect_extra(const char *release,
			 const struct target_report *report,
			 struct package_list *list)
{
	char *extra = str_printf("linux-modules-extra-%s", release);
	bool known = false;
	int ret = apt_known(extra, report, &known);

	if (!ret && known)
		ret = apt_collect(extra, image_parts, report, list);
	free(extra);
	return ret;
}

static int collect_packages(const char *release, const char *image,
			    const struct target_report *report,
			    struct package_list *list)
{
	int ret = apt_collect(image, image_parts, report, list);

	if (!ret)
		ret = collect_extra(release, report, list);
	if (!ret && !headers_installed(release)) {
		char *headers = str_printf("linux-headers-%s", release);

		ret = apt_collect(headers, header_parts, report, list);
		free(headers);
	}
	return ret;
}

static int check_space(const struct package_list *list, const char *dir,
		       const char *release, const struct target_report *report)
{
	unsigned long long download, unpacked, available;
	struct statvfs fs;
	int ret = apt_sizes(list, report, &download, &unpacked);

	if (ret)
		return ret;
	if (statvfs(dir, &fs))
		return target_fail(report, -errno, "Cannot use %s: %s.", dir,
				   strerror(errno));
	available = (unsigned long long)fs.f_bavail * fs.f_frsize;
	if (available < download + unpacked)
		return target_fail(report, -ENOSPC,
				   "There is no space for %s in %s: it needs "
				   "%llu MB, %llu MB are free.",
				   release, dir,
				   (download + unpacked) / 1000000,
				   available / 1000000);
	target_progress(report, "downloading %s: %zu packages, %llu MB",
			release, list->n, download / 1000000);
	return 0;
}

struct unpack {
	const struct target_report *report;
	const char *root;
};

static int unpack_one(const char *path, const char *name, void *arg)
{
	const struct unpack *unpack = arg;
	char *argv[] = {(char *)"dpkg", (char *)"-x", (char *)path,
			(char *)unpack->root, NULL};

	(void)name;
	return target_run(unpack->report, "Unpacking a package", argv, NULL);
}

/* The packages' files in the new folder @root. */
static int fetch(const struct package_list *list, const char *release,
		 const char *temp, const char *root,
		 const struct target_report *report)
{
	struct unpack unpack = {report, root};
	char *debs = str_printf("%s/debs", temp);
	int ret = file_make_dirs(debs);

	if (!ret)
		ret = file_make_dirs(root);
	if (ret)
		target_fail(report, ret, "Cannot write to %s: %s.", temp,
			    strerror(-ret));
	if (!ret)
		ret = check_space(list, temp, release, report);
	if (!ret)
		ret = apt_download(list, debs, report);
	if (!ret) {
		target_progress(report, "unpacking %s", release);
		ret = target_each_entry(debs, unpack_one, &unpack);
	}
	free(debs);
	return ret;
}

static int check_root(const char *root, const char *release,
		      const char *package, const struct target_report *report)
{
	char *vmlinuz = str_printf("%s/boot/vmlinuz-%s", root, release);
	char *modules = str_printf("%s/lib/modules/%s", root, release);
	int ret = 0;

	if (!file_exists(vmlinuz) || !file_exists(modules))
		ret = target_fail(report, -ENOENT,
				  "The package %s has no kernel image with "
				  "modules.",
				  package);
	free(modules);
	free(vmlinuz);
	return ret;
}

static int install_root(const char *dir, const char *release, const char *root,
			const struct target_report *report)
{
	char *path = str_printf("%s/%s", dir, release);
	int ret = target_discard(path);

	if (!ret && rename(root, path))
		ret = -errno;
	if (ret)
		target_fail(report, ret, "Cannot move the packages to %s: %s.",
			    path, strerror(-ret));
	free(path);
	return ret;
}

static int add_release(const char *dir, const char *release,
		       const char *package, const struct target_report *report)
{
	struct package_list list = {NULL, 0};
	char *root = NULL;
	char *temp = NULL;
	int ret = collect_packages(release, package, report, &list);

	if (ret)
		goto out;
	ret = target_temp_dir(dir, &temp);
	if (ret) {
		target_fail(report, ret, "Cannot make a folder in %s: %s.", dir,
			    strerror(-ret));
		goto out;
	}
	root = str_printf("%s/root", temp);
	ret = fetch(&list, release, temp, root, report);
	if (!ret)
		ret = target_fix_root(root, release, report);
	if (!ret)
		ret = check_root(root, release, package, report);
	if (!ret)
		ret = install_root(dir, release, root, report);
	file_remove_tree(temp);
out:
	free(root);
	free(temp);
	package_list_free(&list);
	return ret;
}

static bool is_complete(const char *release)
{
	struct target target;
	char *index;
	bool complete;

	if (target_in_cache(release, &target))
		return false;
	index = str_printf("%s/modules.dep", target.modules);
	complete = target.headers && file_exists(index);
	free(index);
	target_clear(&target);
	return complete;
}

static int add_one(const char *dir, const char *name,
		   const struct target_report *report)
{
	char *release, *package;
	int ret = apt_find_image(name, report, &release, &package);

	if (ret)
		return ret;
	if (is_complete(release))
		target_progress(report, "%s is there already", release);
	else
		ret = add_release(dir, release, package, report);
	free(package);
	free(release);
	return ret;
}

/* "linux-image-6.12.117+deb12-amd64", but no cloud or rt kernel. */
static bool is_newer_image(const char *name)
{
	const char *dash;

	if (strncmp(name, NEWER_PREFIX, strlen(NEWER_PREFIX)))
		return false;
	dash = strchr(name + strlen(NEWER_PREFIX), '-');
	return dash && !strcmp(dash, NEWER_SUFFIX);
}

static int find_newer(const struct target_report *report, char **name)
{
	struct package_list list = {NULL, 0};
	const char *newest = NULL;
	bool known = false;
	int ret = apt_known(NEWER_IMAGE, report, &known);

	if (!ret && known) {
		*name = str_printf("%s", NEWER_IMAGE);
		return 0;
	}
	if (!ret)
		ret = apt_names(NEWER_PREFIX, report, &list);
	for (size_t i = 0; i < list.n; i++)
		if (is_newer_image(list.name[i]) &&
		    (!newest || strverscmp(list.name[i], newest) > 0))
			newest = list.name[i];
	if (!ret && !newest)
		ret = target_fail(report, -ENOENT,
				  "No package begins with " NEWER_PREFIX
				  ". Run `apt-get update` first; Debian 12 "
				  "has it among its security updates.");
	if (!ret)
		*name = str_printf("%s", newest);
	package_list_free(&list);
	return ret;
}

/* All that can be had, even if one cannot. */
static int add_all(const char *dir, const struct target_report *report)
{
	size_t n = sizeof(default_images) / sizeof(*default_images);
	char *newer;
	int result = 0;
	int ret;

	for (size_t i = 0; i < n; i++) {
		ret = add_one(dir, default_images[i], report);
		result = result ? result : ret;
	}
	ret = find_newer(report, &newer);
	if (!ret) {
		ret = add_one(dir, newer, report);
		free(newer);
	}
	return result ? result : ret;
}

int target_add(const char *name, struct target_report *report)
{
	char *dir = NULL;
	int lock, ret;

	if (!target_valid_release(name))
		return target_fail(report, -EINVAL,
				   "\"%s\" is no name of a kernel.", name);
	ret = need_programs(report);
	if (ret)
		return ret;
	lock = lock_part("targets", report, &dir);
	if (lock >= 0) {
		if (!strcmp(name, "all"))
			ret = add_all(dir, report);
		else
			ret = add_one(dir, name, report);
		close(lock);
	} else {
		ret = lock;
	}
	free(dir);
	return ret;
}

static int discard_part(const char *part, const char *release,
			const struct target_report *report)
{
	char *path = target_cache_path(part, release);
	char *dir;
	int lock = lock_part(part, report, &dir);
	int ret;

	free(dir);
	if (lock < 0) {
		free(path);
		return lock;
	}
	ret = target_discard(path);
	if (ret)
		target_fail(report, ret, "Cannot remove %s: %s.", path,
			    strerror(-ret));
	close(lock);
	free(path);
	return ret;
}

int target_remove(const char *release, struct target_report *report)
{
	char *path;
	bool there;
	int ret;

	if (!target_valid_release(release))
		return target_fail(report, -EINVAL,
				   "\"%s\" is no name of a kernel.", release);
	path = target_cache_path("targets", release);
	there = path && file_exists(path);
	free(path);
	if (!there)
		return target_fail(report, -ENOENT,
				   "%s is not in the cache: only what `ring3 "
				   "targets add` got can be removed.",
				   release);
	ret = discard_part("targets", release, report);
	return ret ? ret : discard_part("built", release, report);
}
