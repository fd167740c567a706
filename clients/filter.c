// SPDX-License-Identifier: GPL-2.0-only
/*
 * The seccomp filter of clients: which of their system calls the supervisor
 * looks at.  seccomp(2), seccomp_unotify(2).
 *
 * Installed once in the process from which all clients descend; its own calls
 * are caught as well.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "clients/clients.h"
#include "clients/internal.h"
#include "clients/shortcut.h"
#include "clients/spawner.h"

#define LOAD(member)                                                           \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS,                                     \
		 offsetof(struct seccomp_data, member))
#define LOAD_HIGH(member)                                                      \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS,                                     \
		 offsetof(struct seccomp_data, member) + 4)
#define RETURN(value)	  BPF_STMT(BPF_RET | BPF_K, value)
#define JUMP_EQ(k, t, f)  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, k, t, f)
#define JUMP_SET(k, t, f) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, k, t, f)

/* The lower half of an argument; the machine is little-endian. */
#define LOAD_ARG(i) LOAD(args[i])

#define TO_TAIL 0xffffffffu

struct program {
	struct sock_filter code[512];
	unsigned short n;
};

static void emit(struct program *p, struct sock_filter instruction)
{
	p->code[p->n++] = instruction;
}

static void emit_head(struct program *p)
{
	emit(p, (struct sock_filter)LOAD(arch));
	emit(p, (struct sock_filter)JUMP_EQ(AUDIT_ARCH_X86_64, 1, 0));
	emit(p, (struct sock_filter)RETURN(SECCOMP_RET_ALLOW));
	emit(p, (struct sock_filter)LOAD(nr));
}

/* To the tail, which is not there yet. */
static void emit_caught(struct program *p)
{
	emit(p, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, TO_TAIL));
}

static void emit_catch(struct program *p, unsigned int nr)
{
	emit(p, (struct sock_filter)JUMP_EQ(nr, 0, 1));
	emit_caught(p);
}

static void emit_errno(struct program *p, unsigned int nr, int err)
{
	emit(p, (struct sock_filter)JUMP_EQ(nr, 0, 1));
	emit(p, (struct sock_filter)RETURN(SECCOMP_RET_ERRNO | err));
}

/* Mappings of files; memory without one is none of ours, and what the linker
 * maps, by the one flag that only it sets, is the host's (path_calls.c). */
static void emit_mmap(struct program *p)
{
	emit(p, (struct sock_filter)JUMP_EQ(SYS_mmap, 0, 4));
	emit(p, (struct sock_filter)LOAD_ARG(3));
	emit(p,
	     (struct sock_filter)JUMP_SET(MAP_ANONYMOUS | MAP_DENYWRITE, 0, 1));
	emit(p, (struct sock_filter)RETURN(SECCOMP_RET_ALLOW));
	emit_caught(p);
}

/* All but what concerns the descriptor, not the file. */
static void emit_fcntl(struct program *p)
{
	emit(p, (struct sock_filter)JUMP_EQ(SYS_fcntl, 0, 7));
	emit(p, (struct sock_filter)LOAD_ARG(1));
	emit(p, (struct sock_filter)JUMP_EQ(F_DUPFD, 3, 0));
	emit(p, (struct sock_filter)JUMP_EQ(F_GETFD, 2, 0));
	emit(p, (struct sock_filter)JUMP_EQ(F_SETFD, 1, 0));
	emit(p, (struct sock_filter)JUMP_EQ(F_DUPFD_CLOEXEC, 0, 1));
	emit(p, (struct sock_filter)RETURN(SECCOMP_RET_ALLOW));
	emit_caught(p);
}

/* prctl(PR_SET_NAME) changes what the instance calls the task. */
static void emit_prctl(struct program *p)
{
	emit(p, (struct sock_filter)JUMP_EQ(SYS_prctl, 0, 4));
	emit(p, (struct sock_filter)LOAD_ARG(0));
	emit(p, (struct sock_filter)JUMP_EQ(PR_SET_NAME, 1, 0));
	emit(p, (struct sock_filter)RETURN(SECCOMP_RET_ALLOW));
	emit_caught(p);
}

/* The spawner's, which nobody answers yet when it sends the first one, are none
 * of a program's. */
static void emit_message(struct program *p, unsigned int nr)
{
	emit(p, (struct sock_filter)JUMP_EQ(nr, 0, 6));
	emit(p, (struct sock_filter)LOAD_ARG(1));
	emit(p, (struct sock_filter)JUMP_EQ((uint32_t)SPAWN_MESSAGE, 0, 3));
	emit(p, (struct sock_filter)LOAD_HIGH(args[1]));
	emit(p, (struct sock_filter)JUMP_EQ(SPAWN_MESSAGE >> 32, 0, 1));
	emit(p, (struct sock_filter)RETURN(SECCOMP_RET_ALLOW));
	emit_caught(p);
}

/* They would pass by the filter. */
static const unsigned short refused[] = {
	SYS_io_uring_setup,
	SYS_io_uring_enter,
	SYS_io_uring_register,
};

/*
 * Caught, unless the library in the program has looked at it.  Behind all else:
 * the kernel remembers which calls a filter lets pass by their number alone, and
 * does not run it for them.
 */
static void emit_tail(struct program *p)
{
	unsigned short i, tail = p->n;

	emit(p, (struct sock_filter)LOAD(instruction_pointer));
	emit(p, (struct sock_filter)JUMP_EQ((uint32_t)SHORTCUT_IP, 0, 3));
	emit(p, (struct sock_filter)LOAD_HIGH(instruction_pointer));
	emit(p, (struct sock_filter)JUMP_EQ(SHORTCUT_IP >> 32, 0, 1));
	emit(p, (struct sock_filter)RETURN(SECCOMP_RET_ALLOW));
	emit(p, (struct sock_filter)RETURN(SECCOMP_RET_USER_NOTIF));
	for (i = 0; i < tail; i++)
		if (p->code[i].code == (BPF_JMP | BPF_JA) &&
		    p->code[i].k == TO_TAIL)
			p->code[i].k = tail - i - 1;
}

static void build(struct program *p)
{
	unsigned int nr;
	size_t i;

	emit_head(p);
	for (nr = 0; nr < dispatch_limit(); nr++)
		if (dispatch_catches(nr))
			emit_catch(p, nr);
	for (i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		emit_errno(p, refused[i], ENOSYS);
	if (clients_config.network) {
		emit_message(p, SYS_sendmsg);
		emit_message(p, SYS_recvmsg);
	}
	emit_prctl(p);
	emit_mmap(p);
	emit_fcntl(p);
	emit(p, (struct sock_filter)RETURN(SECCOMP_RET_ALLOW));
	emit_tail(p);
}

/* Returns the listener. */
int filter_install(void)
{
	static struct program p;
	struct sock_fprog program = {.filter = p.code};
	int fd;

	build(&p);
	program.len = p.n;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		     SECCOMP_FILTER_FLAG_NEW_LISTENER |
			     SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
		     &program);
	return fd < 0 ? -errno : fd;
}
