// SPDX-License-Identifier: GPL-2.0-only
/*
 * What becomes of each system call: a table by number, and the quick decision
 * that a call is none of the instance's.
 *
 * Locked.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include "clients/clients.h"
#include "clients/internal.h"
#include "clients/rules.h"

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif
#ifndef SYS_cachestat
#define SYS_cachestat 451
#endif

#define LIMIT 512

/* A call with a descriptor. */
#define FD(nr_) [SYS_##nr_] = {.class = RULE_FD}
/* One with a path in argument p, relative to the descriptor in argument d; how
 * its last component is followed, which argument f may say. */
#define PATH(nr_, d, p, how, f)                                                \
	[SYS_##nr_] = {.class = RULE_PATH,                                     \
		       .dirfd = d,                                             \
		       .path = p,                                              \
		       .follow = how,                                          \
		       .flags = f}
#define TWO_PATHS(nr_, d, p, d2, p2, how, f)                                   \
	[SYS_##nr_] = {.class = RULE_PATH,                                     \
		       .dirfd = d,                                             \
		       .path = p,                                              \
		       .follow = how,                                          \
		       .flags = f,                                             \
		       .dirfd2 = d2,                                           \
		       .path2 = p2}
#define OTHER(nr_)    [SYS_##nr_] = {.class = RULE_OTHER}
#define READY(nr_)    [SYS_##nr_] = {.class = RULE_READY}
#define SOCKET(nr_)   [SYS_##nr_] = {.class = RULE_SOCKET}
#define TRANSFER(nr_) [SYS_##nr_] = {.class = RULE_TRANSFER}
/* One that can be hooked: never the instance's, and not so frequent that being
 * caught would tell.  Not fork(2) and its kin (forks.c). */
#define HOOKS(nr_) [SYS_##nr_] = {.class = RULE_HOOKS}
#define NONE	   -1

static const struct call_rule rules[LIMIT] = {
	FD(read),
	FD(write),
	FD(pread64),
	FD(pwrite64),
	FD(readv),
	FD(writev),
	FD(preadv),
	FD(pwritev),
	FD(preadv2),
	FD(pwritev2),
	FD(lseek),
	FD(ioctl),
	FD(fstat),
	FD(fsync),
	FD(fdatasync),
	FD(syncfs),
	FD(ftruncate),
	FD(fchmod),
	FD(fchown),
	FD(fcntl),
	FD(flock),
	FD(fadvise64),
	FD(fallocate),
	FD(readahead),
	FD(sync_file_range),
	FD(fgetxattr),
	FD(fsetxattr),
	FD(flistxattr),
	FD(fremovexattr),
	FD(fstatfs),
	FD(getdents64),
	FD(getdents),
	FD(mmap),
	FD(cachestat),
	FD(sendfile),
	FD(splice),
	FD(tee),
	FD(vmsplice),
	FD(copy_file_range),

	PATH(open, NONE, 0, FOLLOW_O_FLAGS, 1),
	PATH(openat, 0, 1, FOLLOW_O_FLAGS, 2),
	PATH(openat2, 0, 1, FOLLOW_HOW, 2),
	PATH(creat, NONE, 0, FOLLOW, 0),
	PATH(stat, NONE, 0, FOLLOW, 0),
	PATH(lstat, NONE, 0, FOLLOW_NOT, 0),
	PATH(newfstatat, 0, 1, FOLLOW_AT_FLAGS, 3),
	PATH(statx, 0, 1, FOLLOW_AT_FLAGS, 2),
	PATH(access, NONE, 0, FOLLOW, 0),
	PATH(faccessat, 0, 1, FOLLOW, 0),
	PATH(faccessat2, 0, 1, FOLLOW_AT_FLAGS, 3),
	PATH(readlink, NONE, 0, FOLLOW_NOT, 0),
	PATH(readlinkat, 0, 1, FOLLOW_NOT, 0),
	PATH(mknod, NONE, 0, FOLLOW_NOT, 0),
	PATH(mknodat, 0, 1, FOLLOW_NOT, 0),
	PATH(mkdir, NONE, 0, FOLLOW_NOT, 0),
	PATH(mkdirat, 0, 1, FOLLOW_NOT, 0),
	PATH(rmdir, NONE, 0, FOLLOW_NOT, 0),
	PATH(unlink, NONE, 0, FOLLOW_NOT, 0),
	PATH(unlinkat, 0, 1, FOLLOW_NOT, 0),
	PATH(chmod, NONE, 0, FOLLOW, 0),
	PATH(fchmodat, 0, 1, FOLLOW, 0),
	PATH(fchmodat2, 0, 1, FOLLOW_AT_FLAGS, 3),
	PATH(chown, NONE, 0, FOLLOW, 0),
	PATH(lchown, NONE, 0, FOLLOW_NOT, 0),
	PATH(fchownat, 0, 1, FOLLOW_AT_FLAGS, 4),
	PATH(truncate, NONE, 0, FOLLOW, 0),
	PATH(utime, NONE, 0, FOLLOW, 0),
	PATH(utimes, NONE, 0, FOLLOW, 0),
	PATH(futimesat, 0, 1, FOLLOW, 0),
	PATH(utimensat, 0, 1, FOLLOW_AT_FLAGS, 3),
	PATH(statfs, NONE, 0, FOLLOW, 0),
	PATH(getxattr, NONE, 0, FOLLOW, 0),
	PATH(lgetxattr, NONE, 0, FOLLOW_NOT, 0),
	PATH(setxattr, NONE, 0, FOLLOW, 0),
	PATH(lsetxattr, NONE, 0, FOLLOW_NOT, 0),
	PATH(listxattr, NONE, 0, FOLLOW, 0),
	PATH(llistxattr, NONE, 0, FOLLOW_NOT, 0),
	PATH(removexattr, NONE, 0, FOLLOW, 0),
	PATH(lremovexattr, NONE, 0, FOLLOW_NOT, 0),
	PATH(chdir, NONE, 0, FOLLOW, 0),
	PATH(inotify_add_watch, NONE, 1, FOLLOW, 0),
	PATH(umount2, NONE, 0, FOLLOW, 0),
	TWO_PATHS(rename, NONE, 0, NONE, 1, FOLLOW_NOT, 0),
	TWO_PATHS(renameat, 0, 1, 2, 3, FOLLOW_NOT, 0),
	TWO_PATHS(renameat2, 0, 1, 2, 3, FOLLOW_NOT, 0),
	TWO_PATHS(link, NONE, 0, NONE, 1, FOLLOW_NOT, 0),
	TWO_PATHS(linkat, 0, 1, 2, 3, FOLLOW_NOT, 0),
	/* The first is only a text. */
	PATH(symlink, NONE, 1, FOLLOW_NOT, 0),
	PATH(symlinkat, 1, 2, FOLLOW_NOT, 0),

	READY(poll),
	READY(ppoll),
	READY(select),
	READY(pselect6),
	READY(epoll_ctl),
	READY(epoll_wait),
	READY(epoll_pwait),
	READY(epoll_pwait2),

	SOCKET(socket),
	SOCKET(connect),
	SOCKET(bind),
	SOCKET(listen),
	SOCKET(accept),
	SOCKET(accept4),
	TRANSFER(sendto),
	TRANSFER(recvfrom),
	TRANSFER(sendmsg),
	TRANSFER(recvmsg),
	TRANSFER(sendmmsg),
	TRANSFER(recvmmsg),
	TRANSFER(shutdown),
	TRANSFER(getsockname),
	TRANSFER(getpeername),
	TRANSFER(setsockopt),
	TRANSFER(getsockopt),

	OTHER(mount),
	OTHER(open_tree),
	OTHER(move_mount),
	OTHER(fsopen),
	OTHER(fspick),
	OTHER(mount_setattr),
	OTHER(uname),
	OTHER(getcwd),
	OTHER(init_module),
	OTHER(finit_module),
	OTHER(delete_module),
	OTHER(syslog),
	OTHER(execve),
	OTHER(execveat),
	OTHER(prctl),
	OTHER(umask),
	OTHER(setuid),
	OTHER(setgid),
	OTHER(setreuid),
	OTHER(setregid),
	OTHER(setresuid),
	OTHER(setresgid),
	OTHER(setfsuid),
	OTHER(setfsgid),
	OTHER(setgroups),

	HOOKS(kill),
	HOOKS(tkill),
	HOOKS(tgkill),
	HOOKS(getpid),
	HOOKS(getppid),
	HOOKS(getuid),
	HOOKS(geteuid),
	HOOKS(getgid),
	HOOKS(getegid),
	HOOKS(getpgid),
	HOOKS(setpgid),
	HOOKS(setsid),
	HOOKS(exit_group),
	HOOKS(wait4),
	HOOKS(waitid),
	HOOKS(nanosleep),
	HOOKS(clock_nanosleep),
	HOOKS(pause),
	HOOKS(alarm),
	HOOKS(ptrace),
	HOOKS(reboot),
	HOOKS(sethostname),
	HOOKS(setdomainname),
	HOOKS(sysinfo),
	HOOKS(times),
	HOOKS(getrusage),
	HOOKS(setpriority),
	HOOKS(sched_setscheduler),
	HOOKS(chroot),
	HOOKS(pivot_root),
	HOOKS(pipe),
	HOOKS(pipe2),
	HOOKS(memfd_create),
	HOOKS(socketpair),
	HOOKS(bpf),
	HOOKS(perf_event_open),
};

const struct call_rule *rule_of(const struct seccomp_notif *notif)
{
	static const struct call_rule none;
	unsigned int nr = notif->data.nr;

	return nr < LIMIT ? &rules[nr] : &none;
}

static bool depends_on_arguments(unsigned int nr)
{
	return nr == SYS_mmap || nr == SYS_fcntl || nr == SYS_prctl ||
	       nr == SYS_sendmsg || nr == SYS_recvmsg;
}

/* What depends on arguments filter.c looks at. */
bool dispatch_catches(unsigned int nr)
{
	if (depends_on_arguments(nr))
		return false;
	if (rules[nr].class == RULE_TRANSFER)
		return clients_config.network;
	return rules[nr].class != RULE_NONE;
}

unsigned int dispatch_limit(void)
{
	return LIMIT;
}

static bool no_file_is_open(void)
{
	return !file_count && !shadow_used();
}

static bool is_boring_path(const struct seccomp_notif *notif,
			   const struct call_rule *rule, int dirfd, int path)
{
	char text[PATH_SIZE];
	int n = memory_string(notif->pid, notif->data.args[path], text,
			      sizeof(text));

	(void)rule;
	if (n < 0)
		return true; /* the host's kernel says what is wrong */
	/* Nothing but the descriptor counts. */
	if (!n)
		return no_file_is_open();
	return !shortcut_is_name(notif->pid, text) &&
	       !path_may_concern_us(text,
				    dirfd < 0 ? AT_FDCWD
					      : (int)notif->data.args[dirfd]);
}

static bool is_boring_path_call(const struct seccomp_notif *notif,
				const struct call_rule *rule)
{
	if (notif->data.nr == SYS_symlink || notif->data.nr == SYS_symlinkat) {
		char text[PATH_SIZE];

		if (memory_string(notif->pid, notif->data.args[0], text,
				  sizeof(text)) > 0)
			path_note_link(text);
	}
	/* utimensat() without a path is about its descriptor. */
	if (!notif->data.args[rule->path])
		return no_file_is_open();
	if (notif->data.nr == SYS_mknod || notif->data.nr == SYS_mknodat)
		return false;
	if (!is_boring_path(notif, rule, rule->dirfd, rule->path))
		return false;
	return !rule->path2 ||
	       is_boring_path(notif, rule, rule->dirfd2, rule->path2);
}

bool dispatch_is_boring(const struct seccomp_notif *notif)
{
	const struct call_rule *rule = rule_of(notif);

	if (native_is_injected(notif->pid))
		return true;
	if (native_is_hooked(notif->data.nr))
		return false;
	switch (rule->class) {
	case RULE_FD:
		return no_file_is_open() && !path_has_places();
	case RULE_READY:
	case RULE_TRANSFER:
		return !file_count;
	case RULE_SOCKET:
		return socket_is_boring(notif);
	case RULE_PATH:
		return is_boring_path_call(notif, rule);
	case RULE_OTHER:
		return other_is_boring(notif);
	case RULE_HOOKS:
	case RULE_NONE:
		break;
	}
	return true;
}

void dispatch(struct request *r)
{
	const struct call_rule *rule = rule_of(&r->notif);

	r->call.nr = r->notif.data.nr;
	for (int i = 0; i < 6; i++)
		r->call.args[i] = r->notif.data.args[i];
	switch (rule->class) {
	case RULE_FD:
		call_on_fd(r);
		break;
	case RULE_READY:
		call_poll(r);
		break;
	case RULE_SOCKET:
		call_socket(r);
		break;
	case RULE_TRANSFER:
		call_on_fd(r);
		break;
	case RULE_PATH:
		call_on_path(r, rule);
		break;
	case RULE_OTHER:
		call_other(r);
		break;
	case RULE_HOOKS:
	case RULE_NONE:
		request_continue(r);
		break;
	}
}

void dispatch_to_instance(struct request *r, enum ring3_call_kind kind)
{
	r->client = thread_get(r->notif.pid);
	if (!r->client) {
		request_continue(r);
		return;
	}
	r->call.kind = kind;
	request_queue(r);
}
