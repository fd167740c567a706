// SPDX-License-Identifier: GPL-2.0-only
/*
 * container PROGRAM [ARGUMENT...]: runs a program behind a filter that refuses
 * what the default profile of containers does, as far as ring3 could want it:
 * module system calls, syslog, mount and what looks into other processes give
 * EPERM; ptrace does not.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const unsigned short refused[] = {
	SYS_init_module,
	SYS_finit_module,
	SYS_delete_module,
	SYS_syslog,
	SYS_mount,
	SYS_umount2,
	SYS_unshare,
	SYS_pidfd_getfd,
	SYS_kcmp,
	SYS_bpf,
	SYS_perf_event_open,
	SYS_process_vm_readv,
	SYS_process_vm_writev,
};

#define NR (sizeof(refused) / sizeof(*refused))

int main(int argc, char **argv)
{
	struct sock_filter code[1 + 2 * NR + 1] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
	};
	struct sock_fprog program = {.filter = code};
	size_t i, n = 1;

	for (i = 0; i < NR; i++) {
		code[n++] = (struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K, refused[i], 0, 1);
		code[n++] = (struct sock_filter)BPF_STMT(
			BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	}
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
						 SECCOMP_RET_ALLOW);
	program.len = n;
	if (argc < 2 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program)) {
		perror("container");
		return 2;
	}
	execvp(argv[1], argv + 1);
	fprintf(stderr, "container: %s: %s\n", argv[1], strerror(errno));
	return 2;
}
