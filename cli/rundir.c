// SPDX-License-Identifier: GPL-2.0-only
/*
 * The folder of a running instance, in $XDG_RUNTIME_DIR or a folder of the
 * person's own in /tmp.
 *
 * One thread; blocks on disk.
 */
#include <dirent.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "cli/rundir.h"
#include "lib/file.h"
#include "lib/strbuf.h"

static int make_one(const char *path)
{
	return mkdir(path, 0700) && errno != EEXIST ? -errno : 0;
}

/* Nobody else may have made it, or may write in it. */
static int check_own(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		return -errno;
	if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() || st.st_mode & 022)
		return -EPERM;
	return 0;
}

static char *base_dir(void)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");

	if (runtime && runtime[0] == '/' && !access(runtime, W_OK))
		return str_printf("%s/ring3", runtime);
	return str_printf("/tmp/ring3-%u", geteuid());
}

static void link_in(const char *dir, const char *name, const char *target)
{
	char *path = str_printf("%s/%s", dir, name);

	unlink(path);
	if (symlink(target, path))
		fprintf(stderr, "ring3: %s: %s\n", path, strerror(errno));
	free(path);
}

/*
 * A folder of links to the target's: modules_install and depmod then write
 * here, and nothing changes for other instances.
 */
static int link_modules(const struct target *target, const char *dir)
{
	char *tree = str_printf("%s/%s", dir, target->release), *path;
	int err = make_one(dir);
	DIR *from;
	struct dirent *d;

	if (!err)
		err = make_one(tree);
	from = err || !target->modules ? NULL : opendir(target->modules);
	while (from && (d = readdir(from))) {
		if (d->d_name[0] == '.')
			continue;
		path = str_printf("%s/%s", target->modules, d->d_name);
		link_in(tree, d->d_name, path);
		free(path);
	}
	if (from)
		closedir(from);
	if (!err && target->headers)
		link_in(tree, "build", target->headers);
	free(tree);
	return err;
}

/* Whether a filter outside of ours refuses the module calls, as containers'
 * does: no supervisor hears of them then. */
static bool module_calls_are_refused(void)
{
	return prctl(PR_GET_SECCOMP) == SECCOMP_MODE_FILTER &&
	       syscall(SYS_delete_module, "", 0) && errno == EPERM;
}

/* Our own module tools have another way in. */
static void link_tools(const char *dir, const char *self)
{
	static const char *const names[] = {"insmod",	"rmmod",   "lsmod",
					    "modprobe", "modinfo", "depmod",
					    NULL};
	int length = strrchr(self, '/') - self;
	char *path = str_printf("%.*s/ring3-kmod", length, self);
	const char *const *name;

	/* As they are built, or as they are installed. */
	if (access(path, X_OK)) {
		free(path);
		path = str_printf("%.*s/../sbin/ring3-kmod", length, self);
	}
	for (name = names; *name && !access(path, X_OK); name++)
		link_in(dir, *name, path);
	free(path);
}

static int link_programs(const char *dir)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int err = make_one(dir);

	if (n < 0)
		return -errno;
	self[n] = 0;
	if (err)
		return err;
	link_in(dir, "sudo", self);
	link_in(dir, "ring3", self);
	if (module_calls_are_refused())
		link_tools(dir, self);
	return 0;
}

int rundir_make(const struct target *target, struct rundir *dir)
{
	char *base = base_dir();
	int err = make_one(base);

	if (!err)
		err = check_own(base);
	dir->path = str_printf("%s/%d", base, getpid());
	dir->modules = str_printf("%s/modules", dir->path);
	dir->bin = str_printf("%s/bin", dir->path);
	dir->console = str_printf("%s/console", dir->path);
	dir->places = str_printf("%s/places", dir->path);
	dir->report = str_printf("%s/report", dir->path);
	dir->socket = str_printf("%s/socket", dir->path);
	free(base);
	if (!err) {
		file_remove_tree(dir->path);
		err = make_one(dir->path);
	}
	if (!err)
		err = file_replace(dir->places, "", 0, 0600);
	if (!err)
		err = link_modules(target, dir->modules);
	if (!err)
		err = link_programs(dir->bin);
	return err;
}

void rundir_remove(struct rundir *dir)
{
	if (dir->path)
		file_remove_tree(dir->path);
	free(dir->path);
	free(dir->modules);
	free(dir->bin);
	free(dir->console);
	free(dir->places);
	free(dir->report);
	free(dir->socket);
	*dir = (struct rundir){0};
}

/* ---- for other commands ------------------------------------------------------ */

static char *info_path(const char *dir)
{
	return str_printf("%s/instance", dir);
}

int rundir_write_info(const struct rundir *dir, const struct rundir_info *info)
{
	char *path = info_path(dir->path);
	char *text = str_printf("%d %d %ld\n%s\n%s\n%s\n", info->pid,
				info->spawner, info->started, info->release,
				info->name, info->command);
	int err = file_replace(path, text, strlen(text), 0600);

	free(path);
	free(text);
	return err;
}

/* A line without its newline. */
static bool read_line(FILE *f, char *to, size_t size)
{
	if (!fgets(to, size, f))
		return false;
	to[strcspn(to, "\n")] = 0;
	return true;
}

static int read_info(const char *dir, struct rundir_info *info)
{
	char *path = info_path(dir), line[64];
	FILE *f = fopen(path, "re");
	int err = -ENOENT;

	free(path);
	if (!f)
		return err;
	if (read_line(f, line, sizeof(line)) &&
	    sscanf(line, "%d %d %ld", &info->pid, &info->spawner,
		   &info->started) == 3 &&
	    read_line(f, info->release, sizeof(info->release)) &&
	    read_line(f, info->name, sizeof(info->name)) &&
	    read_line(f, info->command, sizeof(info->command)))
		err = 0;
	fclose(f);
	return err;
}

int rundir_each(int (*fn)(const char *path, const struct rundir_info *info,
			  void *arg),
		void *arg)
{
	char *base = base_dir();
	DIR *from = check_own(base) ? NULL : opendir(base);
	struct dirent *d;
	int result = 0;

	while (!result && from && (d = readdir(from))) {
		struct rundir_info info;
		int pid = atoi(d->d_name);
		char *path;

		if (pid <= 0)
			continue;
		path = str_printf("%s/%s", base, d->d_name);
		if (kill(pid, 0) && errno == ESRCH)
			file_remove_tree(path);
		else if (!read_info(path, &info) && info.pid == pid)
			result = fn(path, &info, arg);
		free(path);
	}
	if (from)
		closedir(from);
	free(base);
	return result;
}
