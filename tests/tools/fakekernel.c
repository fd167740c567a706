// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a command in a root of its own, where the system calls that load and
 * unload modules are answered by this program instead of the kernel.
 *
 *   fakekernel [-l LOG] [-t TABLE] ROOT COMMAND...
 *
 * ROOT has all that the command needs, and its own proc/modules and sys/module,
 * plain files that are kept up to date. LOG gets a line for each call. TABLE
 * has what fails:
 *
 *   load NAME ERRNO [TIMES]	unload NAME ERRNO [TIMES]
 *   finit ERRNO		finit_module is not there (ENOSYS), or fails
 *
 * ERRNO is a number. Status: the command's; 77 where a user namespace, chroot or
 * seccomp's user notification is not permitted.
 *
 * One thread; blocks until the command has ended. Linux, x86-64.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SKIP	77
#define MAX_KO	(64 << 20)
#define STRINGS 4096

static FILE *record;
static const char *root;

struct rule {
	char what[16], name[64];
	int error;
	int times; /* negative: always */
};

static struct rule rules[64];
static size_t nr_rules;

__attribute__((format(printf, 2, 3), noreturn)) static void
stop(int status, const char *format, ...)
{
	va_list args;

	fputs("fakekernel: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, ": %s\n", strerror(errno));
	exit(status);
}

__attribute__((format(printf, 2, 3))) static void
put_file(const char *path, const char *format, ...)
{
	FILE *file = fopen(path, "we");
	va_list args;

	if (!file)
		stop(2, "%s", path);
	va_start(args, format);
	vfprintf(file, format, args);
	va_end(args);
	if (fclose(file))
		stop(2, "%s", path);
}

/* ---- the answers -------------------------------------------------------- */

static void read_rules(const char *path)
{
	char line[256];
	FILE *file = fopen(path, "re");

	if (!file)
		stop(2, "%s", path);
	while (nr_rules < 64 && fgets(line, sizeof(line), file)) {
		struct rule *rule = &rules[nr_rules];

		rule->times = -1;
		rule->name[0] = '\0';
		if (sscanf(line, "finit %d", &rule->error) == 1)
			strcpy(rule->what, "finit");
		else if (sscanf(line, "%15s %63s %d %d", rule->what, rule->name,
				&rule->error, &rule->times) < 3)
			continue;
		nr_rules++;
	}
	fclose(file);
}

static int rule_for(const char *what, const char *name)
{
	for (size_t i = 0; i < nr_rules; i++) {
		struct rule *rule = &rules[i];

		if (strcmp(rule->what, what) || strcmp(rule->name, name) ||
		    !rule->times)
			continue;
		if (rule->times > 0)
			rule->times--;
		return rule->error;
	}
	return 0;
}

/* ---- the state: proc/modules and sys/module below ROOT ------------------ */

static char *path_of(const char *name, const char *file)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/sys/module/%s%s%s", root, name,
		 *file ? "/" : "", file);
	return path;
}

static bool is_loaded(const char *name)
{
	return !access(path_of(name, "initstate"), F_OK);
}

static int refcount(const char *name)
{
	FILE *file = fopen(path_of(name, "refcnt"), "re");
	int n = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%d", &n) != 1)
		n = 0;
	fclose(file);
	return n;
}

/* A user more or less of @name, as the holder @who comes or goes. */
static void use(const char *name, const char *who, int change)
{
	char holder[512];

	if (!is_loaded(name))
		return;
	snprintf(holder, sizeof(holder), "holders/%s", who);
	if (change > 0)
		mkdir(path_of(name, holder), 0755);
	else
		rmdir(path_of(name, holder));
	put_file(path_of(name, "refcnt"), "%d\n", refcount(name) + change);
}

/* The names in @list, separated by commas, each as a module used by @who. */
static void use_all(const char *list, const char *who, int change)
{
	char *copy = strdup(list);
	char *at = NULL;

	for (char *name = strtok_r(copy, ",-\n", &at); name;
	     name = strtok_r(NULL, ",-\n", &at))
		use(name, who, change);
	free(copy);
}

/* A line of proc/modules from what sys/module says; "NAME " begins @old. */
static void put_line(FILE *out, const char *old)
{
	char name[256], path[PATH_MAX];
	struct dirent *entry;
	unsigned long size;
	DIR *dir;

	if (sscanf(old, "%255s %lu", name, &size) != 2)
		return;
	fprintf(out, "%s %lu %d ", name, size, refcount(name));
	snprintf(path, sizeof(path), "%s", path_of(name, "holders"));
	dir = opendir(path);
	size = 0;
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			size += fprintf(out, "%s,", entry->d_name);
	if (dir)
		closedir(dir);
	fprintf(out, "%s Live 0x0000000000000000\n", size ? "" : "-");
}

/* proc/modules anew, with @add in front and without @drop. */
static void rewrite_list(const char *add, const char *drop)
{
	char path[PATH_MAX], line[4096], *text = NULL;
	size_t size, len = drop ? strlen(drop) : 0;
	FILE *out = open_memstream(&text, &size);
	FILE *in;

	snprintf(path, sizeof(path), "%s/proc/modules", root);
	in = fopen(path, "re");
	if (add) {
		snprintf(line, sizeof(line), "%s 16384 ", add);
		put_line(out, line);
	}
	while (in && fgets(line, sizeof(line), in)) {
		if (drop && !strncmp(line, drop, len) && line[len] == ' ')
			continue;
		put_line(out, line);
	}
	if (in)
		fclose(in);
	fclose(out);
	put_file(path, "%s", text);
	free(text);
}

static int add_module(const char *name, const char *depends)
{
	if (is_loaded(name))
		return EEXIST;
	mkdir(path_of(name, ""), 0755);
	mkdir(path_of(name, "holders"), 0755);
	put_file(path_of(name, "initstate"), "live\n");
	put_file(path_of(name, "coresize"), "16384\n");
	put_file(path_of(name, "refcnt"), "0\n");
	put_file(path_of(name, "needs"), "%s", depends);
	use_all(depends, name, 1);
	rewrite_list(name, NULL);
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind,
		      struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

static int remove_module(const char *name, bool force)
{
	char needs[STRINGS] = "";
	FILE *file;

	if (!is_loaded(name))
		return ENOENT;
	if (refcount(name) && !force)
		return EAGAIN;
	file = fopen(path_of(name, "needs"), "re");
	if (file) {
		if (!fgets(needs, sizeof(needs), file))
			needs[0] = '\0';
		fclose(file);
	}
	nftw(path_of(name, ""), remove_one, 8, FTW_DEPTH | FTW_PHYS);
	use_all(needs, name, -1);
	rewrite_list(NULL, name);
	return 0;
}

/* ---- the system calls ---------------------------------------------------- */

static ssize_t read_memory(pid_t pid, uint64_t address, void *to, size_t size)
{
	char path[64];
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	got = pread(fd, to, size, (off_t)address);
	close(fd);
	return got;
}

static void read_string(pid_t pid, uint64_t address, char *to)
{
	size_t n = 0;

	while (n < STRINGS - 1 && read_memory(pid, address + n, to + n, 1) == 1)
		if (!to[n++])
			return;
	to[n] = '\0';
}

/* The value of @key in the .modinfo of @image, wherever that lies. */
static const char *info(const char *image, size_t size, const char *key)
{
	size_t len = strlen(key);

	for (size_t i = 0; i + len + 1 < size; i++)
		if ((!i || !image[i - 1]) && !memcmp(image + i, key, len) &&
		    memchr(image + i, '\0', size - i))
			return image + i + len;
	return "";
}

static int load(const char *image, size_t size, const char *file,
		const char *call, const char *params, unsigned int flags)
{
	char own[256], *dot;
	const char *name = info(image, size, "name=");
	int err;

	snprintf(own, sizeof(own), "%s", *name ? name : file);
	dot = strchr(own, '.');
	if (dot)
		*dot = '\0';
	err = rule_for("load", own);
	if (!err)
		err = add_module(own, info(image, size, "depends="));
	fprintf(record, "%s %s (%s) flags=%u vermagic=%s = %d\n", call, own,
		params, flags, info(image, size, "vermagic="), err);
	return err;
}

static int on_finit(const struct seccomp_notif *call)
{
	char params[STRINGS], path[64], link[PATH_MAX];
	int err = rule_for("finit", "");
	int fd;
	char *image;
	ssize_t n;

	if (err)
		return err;
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", call->pid,
		 (int)call->data.args[0]);
	n = readlink(path, link, sizeof(link) - 1);
	link[n < 0 ? 0 : n] = '\0';
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return EBADF;
	image = malloc(MAX_KO);
	n = pread(fd, image, MAX_KO, 0);
	close(fd);
	read_string(call->pid, call->data.args[1], params);
	err = n < 0 ? EIO
		    : load(image, n, basename(link), "finit_module", params,
			   (unsigned int)call->data.args[2]);
	free(image);
	return err;
}

static int on_init(const struct seccomp_notif *call)
{
	char params[STRINGS];
	size_t size = call->data.args[1];
	char *image = malloc(MAX_KO);
	ssize_t n = -1;
	int err;

	if (size <= MAX_KO)
		n = read_memory(call->pid, call->data.args[0], image, size);
	read_string(call->pid, call->data.args[2], params);
	err = n < 0 ? EFAULT : load(image, n, "?", "init_module", params, 0);
	free(image);
	return err;
}

static int on_delete(const struct seccomp_notif *call)
{
	unsigned int flags = (unsigned int)call->data.args[1];
	char name[STRINGS];
	int err;

	read_string(call->pid, call->data.args[0], name);
	err = rule_for("unload", name);
	if (!err)
		err = remove_module(name, flags & O_TRUNC);
	fprintf(record, "delete_module %s%s%s = %d\n", name,
		flags & O_NONBLOCK ? " nonblock" : "",
		flags & O_TRUNC ? " force" : "", err);
	return err;
}

static int answer(const struct seccomp_notif *call)
{
	switch (call->data.nr) {
	case SYS_finit_module:
		return on_finit(call);
	case SYS_init_module:
		return on_init(call);
	default:
		return on_delete(call);
	}
}

/* Until the last process that has the filter is gone. */
static void serve(int listener)
{
	struct pollfd ready = {.fd = listener, .events = POLLIN};

	while (poll(&ready, 1, -1) > 0 && !(ready.revents & POLLHUP)) {
		struct seccomp_notif call = {0};
		struct seccomp_notif_resp reply = {0};

		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call))
			continue;
		reply.id = call.id;
		reply.error = -answer(&call);
		fflush(record);
		ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply);
	}
}

/* ---- starting the command ------------------------------------------------ */

static int install_filter(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_finit_module, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_init_module, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_delete_module, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			    SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

static void send_fd(int socket, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = {0};
	struct iovec byte = {"", 1};
	struct msghdr message = {.msg_iov = &byte,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control)};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &fd, sizeof(int));
	if (sendmsg(socket, &message, 0) != 1)
		stop(2, "sendmsg");
}

static int receive_fd(int socket)
{
	char control[CMSG_SPACE(sizeof(int))], byte;
	struct iovec iov = {&byte, 1};
	struct msghdr message = {.msg_iov = &iov,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control)};
	int fd;

	if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != 1 ||
	    !CMSG_FIRSTHDR(&message))
		return -1;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
	return fd;
}

static void run_command(int socket, char *const argv[])
{
	int listener;

	if (chroot(root) || chdir("/"))
		stop(SKIP, "chroot %s", root);
	listener = install_filter();
	if (listener < 0)
		stop(SKIP, "seccomp");
	send_fd(socket, listener);
	close(listener);
	close(socket);
	execvp(argv[0], argv);
	stop(127, "%s", argv[0]);
}

/* Whoever is not root becomes it, for chroot(). */
static void become_root(void)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();

	if (!uid)
		return;
	if (unshare(CLONE_NEWUSER))
		stop(SKIP, "user namespace");
	put_file("/proc/self/setgroups", "deny");
	put_file("/proc/self/uid_map", "0 %u 1", uid);
	put_file("/proc/self/gid_map", "0 %u 1", gid);
}

static int status_of(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) < 0)
		stop(2, "waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static char *options(int argc, char **argv)
{
	int c;

	record = stderr;
	while ((c = getopt(argc, argv, "+l:t:")) != -1) {
		switch (c) {
		case 'l':
			record = fopen(optarg, "we");
			if (!record)
				stop(2, "%s", optarg);
			break;
		case 't':
			read_rules(optarg);
			break;
		default:
			return NULL;
		}
	}
	if (argc - optind < 2)
		return NULL;
	return realpath(argv[optind], NULL);
}

int main(int argc, char **argv)
{
	int sockets[2], listener;
	pid_t child;

	root = options(argc, argv);
	if (!root) {
		fputs("usage: fakekernel [-l LOG] [-t TABLE] ROOT COMMAND...\n",
		      stderr);
		return 2;
	}
	become_root();
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets))
		stop(2, "socketpair");
	child = fork();
	if (child < 0)
		stop(2, "fork");
	if (!child)
		run_command(sockets[1], argv + optind + 1);
	close(sockets[1]);
	listener = receive_fd(sockets[0]);
	if (listener >= 0)
		serve(listener);
	return status_of(child);
}
