// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the instance's process may ask of the host's kernel: only what the host
 * half needs, and only from its own code.
 *
 * A system call instruction elsewhere, in a module that went wild, is a trap.
 * seccomp(2); the filter looks at the instruction pointer, which libseccomp
 * has no words for.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "machine/internal.h"

/* Sanitizers report on standard error. */
#ifdef RING3_SANITIZED
#define LAST_REPLACED STDOUT_FILENO
#else
#define LAST_REPLACED STDERR_FILENO
#endif

/* Behind the standard ones, whose numbers stay taken: what writes to them is
 * not to find another file there. */
#define CHANNEL_FD 3

static int replace_standard(void)
{
	int fd, i, err = 0;

	fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	for (i = 0; !err && i <= LAST_REPLACED; i++)
		if (fd != i && dup2(fd, i) < 0)
			err = -errno;
	if (fd > CHANNEL_FD)
		close(fd);
	return err;
}

/* Beyond those that are still to move, so that none is overwritten. */
static int move_up(int *fd)
{
	int copy = fcntl(*fd, F_DUPFD_CLOEXEC, 64);

	if (copy < 0)
		return -errno;
	*fd = copy;
	return 0;
}

int jail_close_inherited(int *channel, int *kept, int n)
{
	int i, err = move_up(channel);

	for (i = 0; !err && i < n; i++)
		err = move_up(&kept[i]);
	if (err)
		return err;
	if (dup2(*channel, CHANNEL_FD) < 0)
		return -errno;
	*channel = CHANNEL_FD;
	for (i = 0; i < n; i++) {
		if (dup2(kept[i], CHANNEL_FD + 1 + i) < 0)
			return -errno;
		kept[i] = CHANNEL_FD + 1 + i;
	}
	/* close_range(2), or where the host has none, one by one. */
	closefrom(CHANNEL_FD + 1 + n);
	return replace_standard();
}

#ifdef RING3_SANITIZED
/* Sanitizers' own system calls come from everywhere. */
int jail_enter(void)
{
	return 0;
}
#else

#define LOAD(member)                                                           \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS,                                     \
		 offsetof(struct seccomp_data, member))
#define LOAD_HIGH_IP                                                           \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS,                                     \
		 offsetof(struct seccomp_data, instruction_pointer) + 4)
#define RETURN(value) BPF_STMT(BPF_RET | BPF_K, value)
#define ALLOW_CALL(name)                                                       \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1),                 \
		RETURN(SECCOMP_RET_ALLOW)

/* Descriptors exist only of what was opened before: none can be added. */
static struct sock_filter filter[] = {
	LOAD(arch),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
	RETURN(SECCOMP_RET_KILL_PROCESS),
	/* Code below 2^44 * 5 is the instance's (LAYOUT_HOST). */
	LOAD_HIGH_IP,
	BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, LAYOUT_HOST >> 32, 1, 0),
	RETURN(SECCOMP_RET_TRAP),
	LOAD(nr),
	ALLOW_CALL(rt_sigreturn),
	ALLOW_CALL(timer_settime),
	ALLOW_CALL(rt_sigprocmask),
	ALLOW_CALL(rt_sigsuspend),
	ALLOW_CALL(sendmsg),
	ALLOW_CALL(recvmsg),
	ALLOW_CALL(mmap),
	ALLOW_CALL(munmap),
	ALLOW_CALL(mprotect),
	ALLOW_CALL(madvise),
	ALLOW_CALL(pwrite64),
	ALLOW_CALL(pread64),
	ALLOW_CALL(clock_gettime),
	ALLOW_CALL(arch_prctl),
	ALLOW_CALL(close),
	ALLOW_CALL(exit_group),
	/* Clones: a process is all that can come of it. */
	ALLOW_CALL(clone),
	ALLOW_CALL(timer_create),
	/* Saving a snapshot, and memory of the host's void. */
	ALLOW_CALL(lseek),
	ALLOW_CALL(read),
	ALLOW_CALL(ftruncate),
	ALLOW_CALL(memfd_create),
	ALLOW_CALL(brk),
	RETURN(SECCOMP_RET_TRAP),
};

/*
 * Who supervises clients opens files, and on this thread too while the kernel
 * is idle: then only where a call comes from is looked at, and that no program
 * is started.
 */
static struct sock_filter clients_filter[] = {
	LOAD(arch),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
	RETURN(SECCOMP_RET_KILL_PROCESS),
	LOAD_HIGH_IP,
	BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, LAYOUT_HOST >> 32, 1, 0),
	RETURN(SECCOMP_RET_TRAP),
	LOAD(nr),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execve, 2, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execveat, 1, 0),
	RETURN(SECCOMP_RET_ALLOW),
	RETURN(SECCOMP_RET_TRAP),
};

int jail_enter(void)
{
	bool has_clients = guest.config->clients;
	struct sock_fprog program = {
		.len = has_clients ? sizeof(clients_filter) / sizeof(*filter)
				   : sizeof(filter) / sizeof(*filter),
		.filter = has_clients ? clients_filter : filter,
	};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program))
		return -errno;
	return 0;
}
#endif
