// SPDX-License-Identifier: GPL-2.0-only
/*
 * The library that the supervisor has the linker load into a compiler
 * (shortcut.c): it takes the place of the C library's functions for files, and
 * makes calls that are none of the instance's from where the filter lets them
 * pass.  In doubt a call is made as ever, and caught.
 *
 * In programs of one thread, and not in their signal handlers.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "clients/shortcut.h"

static const struct shortcut_state *state;
/* Nothing of the instance's is open, nor its directory the current one. */
static bool is_clean;

/* ---- calls ---------------------------------------------------------------- */

static long passed(long nr, long a, long b, long c, long d)
{
	register long r10 __asm__("r10") = d;

	__asm__ volatile("call *%[gate]"
			 : "+a"(nr)
			 : "D"(a), "S"(b), "d"(c),
			   "r"(r10), [gate] "r"(SHORTCUT_GATE)
			 : "rcx", "r11", "memory");
	if (nr < 0 && nr > -4096) {
		errno = -nr;
		return -1;
	}
	return nr;
}

/* The C library's own function of that name. */
#define NEXT(name)                                                             \
	({                                                                     \
		static __typeof__(&name) next;                                 \
		if (!next)                                                     \
			next = (__typeof__(&name))dlsym(RTLD_NEXT, #name);     \
		next;                                                          \
	})

static bool fd_may_pass(void)
{
	return is_clean && !state->forbidden;
}

static bool is_plain(const char *path)
{
	return path && (!strcmp(path, "/dev/null") || !path_names_ours(path));
}

static bool path_may_pass(const char *path)
{
	return fd_may_pass() && is_plain(path);
}

/* ---- what is replaced ------------------------------------------------------ */

#define EXPORT __attribute__((visibility("default")))

EXPORT int open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list args;

	if (flags & (O_CREAT | __O_TMPFILE)) {
		va_start(args, flags);
		mode = va_arg(args, mode_t);
		va_end(args);
	}
	if (path_may_pass(path))
		return passed(SYS_openat, AT_FDCWD, (long)path, flags, mode);
	/* What is opened may be the instance's, from now on. */
	if (!is_plain(path))
		is_clean = false;
	return NEXT(open)(path, flags, mode);
}

EXPORT int access(const char *path, int mode)
{
	if (path_may_pass(path))
		return passed(SYS_access, (long)path, mode, 0, 0);
	return NEXT(access)(path, mode);
}

EXPORT int stat(const char *restrict path, struct stat *restrict st)
{
	if (path_may_pass(path))
		return passed(SYS_stat, (long)path, (long)st, 0, 0);
	return NEXT(stat)(path, st);
}

EXPORT int lstat(const char *restrict path, struct stat *restrict st)
{
	if (path_may_pass(path))
		return passed(SYS_lstat, (long)path, (long)st, 0, 0);
	return NEXT(lstat)(path, st);
}

EXPORT ssize_t readlink(const char *restrict path, char *restrict to, size_t n)
{
	if (path_may_pass(path))
		return passed(SYS_readlink, (long)path, (long)to, n, 0);
	return NEXT(readlink)(path, to, n);
}

/* Where a relative path starts is not known from then on. */
EXPORT int chdir(const char *path)
{
	is_clean = false;
	return NEXT(chdir)(path);
}

EXPORT int fchdir(int fd)
{
	is_clean = false;
	return NEXT(fchdir)(fd);
}

EXPORT int fstat(int fd, struct stat *st)
{
	if (fd_may_pass())
		return passed(SYS_fstat, fd, (long)st, 0, 0);
	return NEXT(fstat)(fd, st);
}

EXPORT ssize_t read(int fd, void *to, size_t n)
{
	if (fd_may_pass())
		return passed(SYS_read, fd, (long)to, n, 0);
	return NEXT(read)(fd, to, n);
}

EXPORT ssize_t write(int fd, const void *from, size_t n)
{
	if (fd_may_pass())
		return passed(SYS_write, fd, (long)from, n, 0);
	return NEXT(write)(fd, from, n);
}

EXPORT off_t lseek(int fd, off_t offset, int whence)
{
	if (fd_may_pass())
		return passed(SYS_lseek, fd, offset, whence, 0);
	return NEXT(lseek)(fd, offset, whence);
}

/* Large files are no others on this machine. */
#define ALSO(name, is)                                                         \
	EXPORT extern __typeof__(is) name##_too __asm__(#name)                 \
		__attribute__((alias(#is), copy(is)))
ALSO(open64, open);
ALSO(stat64, stat);
ALSO(lstat64, lstat);
ALSO(fstat64, fstat);
ALSO(lseek64, lseek);

/* ---- starting --------------------------------------------------------------- */

static const unsigned char gate_code[] = {0x0f, 0x05, 0xc3}; /* syscall; ret */

static bool make_gate(void)
{
	unsigned char *gate =
		mmap((void *)SHORTCUT_GATE, SHORTCUT_GATE_SIZE,
		     PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (gate != (void *)SHORTCUT_GATE)
		return false;
	memcpy(gate, gate_code, sizeof(gate_code));
	return !mprotect(gate, SHORTCUT_GATE_SIZE, PROT_READ | PROT_EXEC);
}

/* The state can only be opened by a program that has nothing of the instance's
 * yet. */
__attribute__((constructor)) static void start(void)
{
	int saved = errno;
	int fd = NEXT(open)(SHORTCUT_STATE, O_RDONLY | O_CLOEXEC);
	void *map;

	if (fd < 0)
		return;
	map = mmap(NULL, sizeof(*state), PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (map != MAP_FAILED && make_gate()) {
		state = map;
		is_clean = true;
	}
	errno = saved;
}
