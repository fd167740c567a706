// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding targets: kernels installed on this system and those in the cache.
 *
 * One owner, no locks, may block on disk, not signal-safe.
 */
#include "image/target_internal.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/strbuf.h"

static char *absolute_path(const char *path)
{
	char *cwd, *full;

	if (path[0] == '/')
		return str_printf("%s", path);
	cwd = getcwd(NULL, 0);
	full = str_printf("%s/%s", cwd ? cwd : "", path);
	free(cwd);
	return full;
}

char *target_env_path(const char *name, const char *fallback)
{
	const char *value = getenv(name);

	return absolute_path(value && *value ? value : fallback);
}

char *target_cache_dir(void)
{
	const char *own = getenv("RING3_CACHE");
	const char *xdg = getenv("XDG_CACHE_HOME");
	const char *home;

	if (own && *own)
		return absolute_path(own);
	/* The XDG specification has relative paths ignored. */
	if (xdg && xdg[0] == '/')
		return str_printf("%s/ring3", xdg);
	/* No look-up of the user: in a static program it would need glibc's
	 * shared libraries at run time. */
	home = getenv("HOME");
	return home && home[0] == '/' ? str_printf("%s/.cache/ring3", home)
				      : NULL;
}

char *target_cache_path(const char *part, const char *name)
{
	char *cache = target_cache_dir();
	char *path;

	if (!cache)
		return NULL;
	if (name)
		path = str_printf("%s/%s/%s", cache, part, name);
	else
		path = str_printf("%s/%s", cache, part);
	free(cache);
	return path;
}

bool target_valid_release(const char *release)
{
	if (!isalnum((unsigned char)release[0]) || strlen(release) > 64)
		return false;
	for (const char *p = release; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("+-._~", *p))
			return false;
	return true;
}

bool target_is_headers(const char *dir)
{
	static const char *const mark[] = {"include/generated/utsrelease.h",
					   "Makefile"};
	bool found = false;

	for (size_t i = 0; !found && i < sizeof(mark) / sizeof(*mark); i++) {
		char *path = str_printf("%s/%s", dir, mark[i]);

		found = file_exists(path);
		free(path);
	}
	return found;
}

/* Takes over @path, which is formatted by the caller. */
static char *headers_at(char *path)
{
	char *real = target_is_headers(path) ? realpath(path, NULL) : NULL;

	free(path);
	return real;
}

/* @root: of an unpacked target, or NULL.  What lies with the modules comes
 * first, so that a kernel is built with what it was installed with. */
static char *find_headers(const char *release, const char *modules,
			  const char *root)
{
	char *found = headers_at(str_printf("%s/build", modules));

	if (!found && root)
		found = headers_at(str_printf("%s/usr/src/linux-headers-%s",
					      root, release));
	if (!found) {
		char *dir = target_env_path("RING3_MODULES", "/lib/modules");

		found = headers_at(str_printf("%s/%s/build", dir, release));
		free(dir);
	}
	if (!found)
		found = headers_at(
			str_printf("/lib/modules/%s/build", release));
	return found;
}

void target_clear(struct target *target)
{
	free(target->release);
	free(target->vmlinuz);
	free(target->modules);
	free(target->headers);
	memset(target, 0, sizeof(*target));
}

void target_list_free(struct target_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		target_clear(&list->targets[i]);
	free(list->targets);
	list->targets = NULL;
	list->n = 0;
}

static struct target *list_get(const struct target_list *list,
			       const char *release)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->targets[i].release, release))
			return &list->targets[i];
	return NULL;
}

static int list_append(struct target_list *list, const struct target *target)
{
	struct target *more =
		reallocarray(list->targets, list->n + 1, sizeof(*more));

	if (!more)
		return -ENOMEM;
	list->targets = more;
	more[list->n++] = *target;
	return 0;
}

static int add_installed(const char *path, const char *name, void *arg)
{
	struct target_list *list = arg;
	struct target target = {0};
	char *dir;
	int ret = 0;

	if (strncmp(name, "vmlinuz-", 8) || !target_valid_release(name + 8))
		return 0;
	dir = target_env_path("RING3_MODULES", "/lib/modules");
	target.release = str_printf("%s", name + 8);
	target.modules = str_printf("%s/%s", dir, target.release);
	target.vmlinuz = str_printf("%s", path);
	free(dir);
	if (file_exists(target.modules)) {
		target.headers =
			find_headers(target.release, target.modules, NULL);
		ret = list_append(list, &target);
		if (!ret)
			return 0;
	}
	target_clear(&target);
	return ret;
}

static char *cached_modules(const char *root, const char *release)
{
	char *path = str_printf("%s/lib/modules/%s", root, release);

	if (file_exists(path))
		return path;
	free(path);
	path = str_printf("%s/usr/lib/modules/%s", root, release);
	if (file_exists(path))
		return path;
	free(path);
	return NULL;
}

int target_in_cache(const char *release, struct target *result)
{
	char *root = target_cache_path("targets", release);

	memset(result, 0, sizeof(*result));
	if (!root)
		return -ENOENT;
	result->release = str_printf("%s", release);
	result->vmlinuz = str_printf("%s/boot/vmlinuz-%s", root, release);
	result->modules = cached_modules(root, release);
	result->in_cache = true;
	if (!result->modules || !file_exists(result->vmlinuz)) {
		target_clear(result);
		free(root);
		return -ENOENT;
	}
	result->headers = find_headers(release, result->modules, root);
	free(root);
	return 0;
}

static int add_cached(const char *path, const char *name, void *arg)
{
	struct target_list *list = arg;
	struct target *installed = list_get(list, name);
	struct target target;

	(void)path;
	if (!target_valid_release(name) || target_in_cache(name, &target))
		return 0;
	if (!installed)
		return list_append(list, &target);
	/* Some distributions let only root read /boot. */
	if (access(installed->vmlinuz, R_OK)) {
		target_clear(installed);
		*installed = target;
	} else {
		target_clear(&target);
	}
	return 0;
}

static int newest_first(const void *a, const void *b)
{
	const struct target *x = a, *y = b;

	return strverscmp(y->release, x->release);
}

/* A folder that is not there, or not for us to see, has no targets. */
static int visible_only(int ret)
{
	return ret == -ENOENT || ret == -EACCES || ret == -ENOTDIR ? 0 : ret;
}

int target_list(struct target_list *list)
{
	char *boot = target_env_path("RING3_BOOT", "/boot");
	char *cached = target_cache_path("targets", NULL);
	int ret;

	memset(list, 0, sizeof(*list));
	ret = visible_only(target_each_entry(boot, add_installed, list));
	if (!ret && cached)
		ret = visible_only(target_each_entry(cached, add_cached, list));
	free(boot);
	free(cached);
	if (ret)
		target_list_free(list);
	else if (list->n)
		qsort(list->targets, list->n, sizeof(*list->targets),
		      newest_first);
	return ret;
}

/* "6.1" is a part of 6.1.0-56-amd64, but not of 6.12.8-amd64 or 16.1.0. */
static bool is_part(const char *release, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = release; (p = strstr(p, name)); p++) {
		bool left = p > release && isdigit((unsigned char)p[-1]) &&
			    isdigit((unsigned char)name[0]);
		bool right = isdigit((unsigned char)p[len]) &&
			     isdigit((unsigned char)name[len - 1]);

		if (!left && !right)
			return true;
	}
	return false;
}

const struct target *target_find(const struct target_list *list,
				 const char *name)
{
	const struct target *found = list_get(list, name);

	if (found || !*name)
		return found;
	for (size_t i = 0; i < list->n; i++) {
		if (!is_part(list->targets[i].release, name))
			continue;
		if (found)
			return NULL;
		found = &list->targets[i];
	}
	return found;
}

const struct target *target_default(const struct target_list *list)
{
	const struct target *running = NULL;
	const char *wanted = getenv("RING3_TARGET");
	struct utsname uts;

	/* One that is not there must not become another in silence. */
	if (wanted && *wanted)
		return target_find(list, wanted);
	if (!uname(&uts))
		running = list_get(list, uts.release);
	if (running)
		return running;
	for (size_t i = 0; i < list->n; i++)
		if (list->targets[i].headers)
			return &list->targets[i];
	/* Without headers it cannot be built, and then that is said. */
	return list->n ? &list->targets[0] : NULL;
}
