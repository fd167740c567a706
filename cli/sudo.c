// SPDX-License-Identifier: GPL-2.0-only
/*
 * The `sudo` of an instance: root where the instance is concerned, and to the
 * program itself; the person's own everywhere else.
 *
 * Puts a filter on that answers who-am-I calls with root.  The supervisor takes
 * a client with such a filter for root; its children inherit it.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "cli/cmd.h"

static const unsigned short as_root[] = {
	SYS_getuid,    SYS_geteuid,  SYS_getgid,   SYS_getegid,	  SYS_setuid,
	SYS_setgid,    SYS_setreuid, SYS_setregid, SYS_setresuid, SYS_setresgid,
	SYS_setgroups, SYS_setfsuid, SYS_setfsgid,
};

#define NR_CALLS (sizeof(as_root) / sizeof(*as_root))

static int become_root(void)
{
	struct sock_filter code[4 + 2 * NR_CALLS + 1] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
	};
	struct sock_fprog program = {.filter = code};
	size_t i, n = 4;

	for (i = 0; i < NR_CALLS; i++) {
		code[n++] = (struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K, as_root[i], 0, 1);
		code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
							 SECCOMP_RET_ERRNO);
	}
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
						 SECCOMP_RET_ALLOW);
	program.len = n;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program)
		       ? -errno
		       : 0;
}

static int usage(void)
{
	fputs("usage: sudo [-nEHSk] [-i | -s] [NAME=VALUE...] [COMMAND...]\n"
	      "In an instance: root for the instance, yourself for all else.\n",
	      stderr);
	return 1;
}

/* The first word that is no option; @shell: a shell was asked for. */
static int parse(int argc, char **argv, int *shell)
{
	int option;

	while ((option = getopt(argc, argv, "+nEHSkisu:g:")) >= 0) {
		switch (option) {
		case 'i':
		case 's':
			*shell = 1;
			break;
		case 'u':
			if (strcmp(optarg, "root")) {
				fputs("sudo: in an instance there is only "
				      "root to become\n",
				      stderr);
				return -1;
			}
			break;
		case '?':
			return -1;
		}
	}
	for (; optind < argc && strchr(argv[optind], '='); optind++)
		putenv(argv[optind]);
	return optind;
}

int cmd_sudo(int argc, char **argv)
{
	char *shell[] = {getenv("SHELL"), NULL};
	int wants_shell = 0, first = parse(argc, argv, &wants_shell), err;

	if (first < 0 || (first == argc && !wants_shell))
		return usage();
	if (!getenv("RING3_INSTANCE")) {
		fputs("sudo: this is the one of a ring3 instance\n", stderr);
		return 1;
	}
	err = become_root();
	if (err) {
		fprintf(stderr, "sudo: %s\n", strerror(-err));
		return 1;
	}
	setenv("USER", "root", 1);
	setenv("LOGNAME", "root", 1);
	if (!shell[0])
		shell[0] = "/bin/sh";
	argv = first == argc ? shell : argv + first;
	execvp(argv[0], argv);
	fprintf(stderr, "sudo: %s: %s\n", argv[0],
		errno == ENOENT ? "command not found" : strerror(errno));
	return errno == ENOENT ? 127 : 126;
}
