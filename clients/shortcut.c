// SPDX-License-Identifier: GPL-2.0-only
/*
 * A shortcut for the programs of a build that make most of its calls: they are
 * given a library (inside/shortcut.c) that makes those that are none of the
 * instance's uncaught.  A seccomp filter can't be told of files and paths; such
 * a library knows its own.
 *
 * It comes by the linker's list of libraries to load first, ld.so(8), which is
 * another one for these programs.  Nothing of it is in the person's files or in
 * the environment.
 *
 * Locked.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "clients/internal.h"
#include "clients/shortcut.h"

/* The compiler proper, and kbuild's program that reads all headers once more. */
static const char *const helped[] = {"cc1", "cc1plus", "fixdep", NULL};

__asm__(".pushsection .rodata\n"
	"shortcut_library: .incbin \"" RING3_SHORTCUT "\"\n"
	"shortcut_library_end:\n"
	".popsection\n");
extern const char shortcut_library[], shortcut_library_end[];

/* What programs get, read-only; -1: there are no shortcuts. */
static int library_fd = -1, state_fd = -1;
static struct shortcut_state *state;
static unsigned int forbidden; /* known before there is a state */

/* A file in memory, and with that a descriptor through which nobody writes. */
static int make_file(const char *name, const void *content, size_t n,
		     int *writable)
{
	int fd = memfd_create(name, MFD_CLOEXEC), result = -EIO;

	if (fd < 0)
		return -errno;
	if (write(fd, content, n) == (ssize_t)n)
		result = file_reopen(fd, O_RDONLY);
	if (writable && result >= 0)
		*writable = fd;
	else
		close(fd);
	return result;
}

/* A linker that cannot load it would complain to the person. */
static bool is_executable(int fd)
{
	void *map = mmap(NULL, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);

	return map != MAP_FAILED && !munmap(map, 1);
}

void shortcut_set_up(void)
{
	static const struct shortcut_state none;
	int fd;

	state_fd = make_file("shortcut", &none, sizeof(none), &fd);
	if (state_fd < 0)
		return;
	state = mmap(NULL, sizeof(*state), PROT_READ | PROT_WRITE, MAP_SHARED,
		     fd, 0);
	close(fd);
	if (state == MAP_FAILED) {
		state = NULL;
		return;
	}
	state->forbidden = forbidden;
	fd = make_file("ring3-shortcut", shortcut_library,
		       shortcut_library_end - shortcut_library, NULL);
	if (fd >= 0 && is_executable(fd))
		library_fd = fd;
}

void shortcut_forbid(unsigned int reason, bool on)
{
	forbidden = on ? forbidden | reason : forbidden & ~reason;
	if (state)
		state->forbidden = forbidden;
}

/* ---- who gets one ------------------------------------------------------------- */

/* Those of late that began to run a program of such a name; what has become of
 * it is_helped() says. */
#define EXPECTED 16
static int expected[EXPECTED];
static unsigned int nr_expected;

static bool has_name(const char *path)
{
	const char *const *name, *base = strrchr(path, '/');

	base = base ? base + 1 : path;
	for (name = helped; *name; name++)
		if (!strcmp(base, *name))
			return true;
	return false;
}

void shortcut_note_exec(int tid, const char *path)
{
	if (has_name(path))
		expected[nr_expected++ % EXPECTED] = tid;
}

static bool is_expected(int tid)
{
	unsigned int i;

	for (i = 0; i < EXPECTED; i++)
		if (expected[i] == tid)
			return true;
	return false;
}

static bool is_helped(int tid)
{
	char exe[PATH_SIZE];

	return !thread_link(tid, "exe", exe) && has_name(exe);
}

static bool starts_in_instance(int tid)
{
	char real[PATH_SIZE], path[PATH_SIZE];

	return thread_link(tid, "cwd", real) || !shadow_path_at(real, path);
}

static bool has_ours_open(int tid)
{
	char name[64], path[PATH_SIZE];
	const struct dirent *entry;
	bool found = false;
	DIR *dir;
	int fd;

	snprintf(name, sizeof(name), "/proc/%d/fd", tid);
	dir = opendir(name);
	if (!dir)
		return true;
	while (!found && (entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		fd = atoi(entry->d_name);
		found = file_at(tid, fd) || shadow_is_fd(tid, fd, path);
	}
	closedir(dir);
	return found;
}

/* ---- calls ---------------------------------------------------------------------- */

/* The person's own list, and our library. */
static int make_list(void)
{
	char text[PATH_SIZE + sizeof(SHORTCUT_LIBRARY) + 2];
	int fd = open(SHORTCUT_PRELOAD, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	if (fd >= 0) {
		n = read(fd, text, PATH_SIZE);
		close(fd);
	}
	if (n < 0 || n == PATH_SIZE)
		return -EIO;
	n += sprintf(text + n, "\n" SHORTCUT_LIBRARY "\n");
	return make_file("ld.so.preload", text, n, NULL);
}

static bool on_list(struct request *r, bool opens, bool cloexec)
{
	int fd;

	if (!is_helped(r->notif.pid))
		return false;
	if (!opens) {
		request_answer(r, 0);
		return true;
	}
	fd = make_list();
	if (fd < 0)
		return false;
	request_answer_fd(r, fd, cloexec);
	return true;
}

/* Opened anew: each program reads from the start. */
static void answer_with(struct request *r, int file, bool cloexec)
{
	int fd = file_reopen(file, O_RDONLY);

	if (fd < 0)
		request_answer(r, fd);
	else
		request_answer_fd(r, fd, cloexec);
}

bool shortcut_is_name(int tid, const char *path)
{
	return library_fd >= 0 && is_expected(tid) &&
	       (!strcmp(path, SHORTCUT_PRELOAD) ||
		!strcmp(path, SHORTCUT_LIBRARY) ||
		!strcmp(path, SHORTCUT_STATE));
}

bool shortcut_call(struct request *r, const char *path, bool opens,
		   bool cloexec)
{
	bool asks = r->call.nr == SYS_access || r->call.nr == SYS_faccessat ||
		    r->call.nr == SYS_faccessat2;

	if (!opens && !asks)
		return false;
	if (!strcmp(path, SHORTCUT_PRELOAD))
		return on_list(r, opens, cloexec);
	if (!opens || !is_helped(r->notif.pid))
		return false;
	if (!strcmp(path, SHORTCUT_LIBRARY)) {
		answer_with(r, library_fd, cloexec);
		return true;
	}
	if (has_ours_open(r->notif.pid) || starts_in_instance(r->notif.pid))
		return false;
	answer_with(r, state_fd, cloexec);
	return true;
}
