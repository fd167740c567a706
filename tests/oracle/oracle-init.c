// SPDX-License-Identifier: GPL-2.0-only
/*
 * PID 1 of an oracle machine: runs a script, or loads and unloads modules.
 *
 * Contract: single-threaded, started by the kernel with nothing mounted.
 * Results leave through I/O port 0xe9 (QEMU's isa-debugcon), one byte at a
 * time and without a driver of the kernel under test, so that they survive
 * whatever a module does to the consoles. The exit status goes to port 0xf4
 * (isa-debug-exit), which ends QEMU.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/membarrier.h>
#include <linux/module.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEBUGCON   0xe9
#define DEBUG_EXIT 0xf4
#define TIME_LIMIT 200 /* seconds a module has; test_bpf takes most of them */
#define MAX_DEPS   256
#define TAINT_DIE  (1 << 7)
#define TAINT_WARN (1 << 9)

enum {
	CONTINUE,
	RESTART
};

/* Where the child is; shared with it, since it may never return. */
struct progress {
	const char *stage;
	const char *module;
	char verdict[64];
	char detail[512];
	char note[300];
};

static struct progress *progress;

static void put(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		outb((unsigned char)text[i], DEBUGCON);
}

__attribute__((format(printf, 1, 2))) static void say(const char *fmt, ...)
{
	char line[1024];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (len >= (int)sizeof(line))
		len = sizeof(line) - 1;
	put(line, (size_t)len);
}

/* QEMU exits with twice the value plus one, so 0 to 127 come through. */
static void __attribute__((noreturn)) leave(int status)
{
	sync();
	outb((unsigned char)(status & 0x7f), DEBUG_EXIT);
	for (;;)
		pause();
}

static void mount_or_die(const char *type, const char *where)
{
	mkdir(where, 0755);
	if (mount(type, where, type, 0, NULL)) {
		say("oracle: cannot mount %s: %m\n", type);
		leave(126);
	}
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, text, strlen(text)) < 0)
		say("oracle: %s: %m\n", path);
	close(fd);
}

static size_t read_file(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = -1;

	if (fd >= 0) {
		len = read(fd, buf, size - 1);
		close(fd);
	}
	buf[len < 0 ? 0 : len] = '\0';
	return len < 0 ? 0 : (size_t)len;
}

static void set_up(void)
{
	/* Relayed output must be out before a module stops the machine. */
	struct sched_param first = {.sched_priority = 1};

	if (iopl(3))
		exit(1);
	mount_or_die("proc", "/proc");
	mount_or_die("sysfs", "/sys");
	mount_or_die("devtmpfs", "/dev");
	mount_or_die("tmpfs", "/tmp");
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL);
	sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &first);
	setenv("PATH", "/sbin:/bin", 1);
	setenv("HOME", "/", 1);
}

/* ---- A script ---- */

static void exec_script(int out)
{
	int null = open("/dev/null", O_RDONLY);

	dup2(null, 0);
	dup2(out, 1);
	dup2(out, 2);
	setsid();
	execl("/bin/sh", "sh", "/oracle/script", NULL);
	say("oracle: cannot run the script: %m\n");
	_exit(126);
}

static void relay(int fd)
{
	char buf[4096];
	ssize_t len;

	while ((len = read(fd, buf, sizeof(buf))) > 0)
		put(buf, (size_t)len);
}

/*
 * The script's end counts, not that of its output: what it left behind, stuck
 * in the kernel for ever, holds the other end of the pipe as well.
 */
static int run_script(void)
{
	struct pollfd poller = {.events = POLLIN};
	int fds[2], status;
	pid_t pid, ended;

	if (pipe2(fds, O_CLOEXEC)) {
		say("oracle: pipe: %m\n");
		return 126;
	}
	pid = fork();
	if (pid == 0)
		exec_script(fds[1]);
	close(fds[1]);
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	poller.fd = fds[0];
	do {
		if (poll(&poller, 1, 50) > 0 && poller.revents == POLLHUP)
			usleep(20000);
		ended = waitpid(pid, &status, WNOHANG);
		relay(fds[0]);
	} while (ended != pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 124;
}

/* ---- A sweep ---- */

/* A module's name, as the kernel has it, of its file's path. */
static const char *name_of(const char *path, char *name, size_t size)
{
	const char *base = strrchr(path, '/');

	snprintf(name, size, "%s", base ? base + 1 : path);
	name[strcspn(name, ".")] = '\0';
	for (char *c = name; *c; c++)
		if (*c == '-')
			*c = '_';
	return name;
}

static long load(const char *path)
{
	size_t len = strlen(path);
	bool plain = len > 3 && strcmp(path + len - 3, ".ko") == 0;
	int flags = plain ? 0 : MODULE_INIT_COMPRESSED_FILE;
	long ret = 0;
	int fd;

	progress->module = path;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || syscall(SYS_finit_module, fd, "", flags))
		ret = -errno;
	if (fd >= 0)
		close(fd);
	return ret;
}

static long unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

/* Take out what nobody uses; true if anything went. */
static bool unload_unused(void)
{
	static char modules[65536];
	char *save, *line, name[128];
	bool any = false;
	int users;

	read_file("/proc/modules", modules, sizeof(modules));
	for (line = strtok_r(modules, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		if (sscanf(line, "%127s %*s %d", name, &users) == 2 && !users)
			any |= unload(name) == 0;
	return any;
}

/* Modules asked for by this one may use it, work may hold it for a moment. */
static long unload_patiently(const char *path)
{
	char name[128];
	long ret;

	progress->module = path;
	name_of(path, name, sizeof(name));
	for (int tries = 0; tries < 20; tries++) {
		ret = unload(name);
		if (ret != -EAGAIN)
			break;
		if (!unload_unused())
			usleep(50000);
	}
	return ret;
}

static const char *errno_name(long ret)
{
	const char *name = strerrorname_np((int)-ret);

	return name ? name : "E?";
}

/*
 * Callbacks of a module that is gone kill the machine a little later: give
 * them the time to, so that the blame falls on the right one.
 */
static void settle(void)
{
	syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	usleep(25000);
}

static int clean_up(void)
{
	char left[256];

	progress->stage = "dep-exit";
	settle();
	for (int tries = 0; tries < 40; tries++) {
		while (unload_unused())
			settle();
		if (!read_file("/proc/modules", left, sizeof(left)))
			return CONTINUE;
		settle();
	}
	left[strcspn(left, " \n")] = '\0';
	snprintf(progress->note, sizeof(progress->note), "stays: %s", left);
	return RESTART;
}

static void decide(const char *verdict, const char *error, const char *dep)
{
	char name[128];

	snprintf(progress->verdict, sizeof(progress->verdict), "%s%s%s",
		 verdict, error ? " " : "", error ? error : "");
	if (dep)
		snprintf(progress->detail, sizeof(progress->detail), "dep=%s",
			 name_of(dep, name, sizeof(name)));
}

/* Load one module after its dependencies, and undo it all. */
static int try_module(const char *path, char **deps, int count)
{
	long ret;

	progress->stage = "dep-init";
	for (int i = count - 1; i >= 0; i--) {
		ret = load(deps[i]);
		if (ret && ret != -EEXIST) {
			decide("refused", errno_name(ret), deps[i]);
			return clean_up();
		}
	}
	progress->stage = "init";
	ret = load(path);
	if (ret) {
		decide("refused", errno_name(ret), NULL);
		return clean_up();
	}
	progress->stage = "exit";
	ret = unload_patiently(path);
	if (ret)
		decide("busy", errno_name(ret), NULL);
	else
		decide("ok", NULL, NULL);
	return clean_up();
}

static unsigned long taint(void)
{
	char text[32];

	read_file("/proc/sys/kernel/tainted", text, sizeof(text));
	return strtoul(text, NULL, 10);
}

static void say_stuck(const char *verdict, const char *stack)
{
	char name[128];

	snprintf(progress->verdict, sizeof(progress->verdict), "%s", verdict);
	snprintf(progress->detail, sizeof(progress->detail),
		 "stage=%s module=%s %s", progress->stage,
		 name_of(progress->module, name, sizeof(name)), stack);
}

static void say_hang(pid_t pid)
{
	char path[64], stack[160];
	size_t len;

	snprintf(path, sizeof(path), "/proc/%d/stack", pid);
	len = read_file(path, stack, sizeof(stack));
	for (size_t i = 0; i < len; i++)
		if (stack[i] == '\n')
			stack[i] = ' ';
	say_stuck("hang", stack);
	write_file("/proc/sysrq-trigger", "w");
}

/* Wait for the child; what killed or stopped it becomes the verdict. */
static int judge(pid_t pid, const sigset_t *chld)
{
	struct timespec limit = {.tv_sec = TIME_LIMIT};
	int status;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (sigtimedwait(chld, NULL, &limit) < 0 && errno == EAGAIN) {
			say_hang(pid);
			return RESTART;
		}
	}
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	say_stuck("oops", "");
	return RESTART;
}

static int sweep_one(char *line, const sigset_t *chld)
{
	char *deps[MAX_DEPS], *save, *path, *dep, name[128];
	unsigned long before = taint(), news;
	int count = 0, verdict;
	pid_t pid;

	path = strtok_r(line, ": \n", &save);
	if (!path)
		return CONTINUE;
	while (count < MAX_DEPS && (dep = strtok_r(NULL, " \n", &save)))
		deps[count++] = dep;
	memset(progress, 0, sizeof(*progress));
	say("B\t%s\n", name_of(path, name, sizeof(name)));
	pid = fork();
	if (pid == 0)
		_exit(try_module(path, deps, count));
	verdict = judge(pid, chld);
	news = taint() & ~before;
	if (news & (TAINT_DIE | TAINT_WARN)) {
		snprintf(progress->note, sizeof(progress->note), "%s",
			 news & TAINT_DIE ? "oops" : "warning");
		verdict = RESTART;
	}
	say("R\t%s\t%s\t%s%s%s\n", name, progress->verdict, progress->detail,
	    progress->detail[0] && progress->note[0] ? " " : "",
	    progress->note);
	return verdict;
}

static int sweep(FILE *list)
{
	int verdict = CONTINUE;
	char *line = NULL;
	size_t size = 0;
	sigset_t chld;

	progress = mmap(NULL, sizeof(*progress), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (progress == MAP_FAILED) {
		say("oracle: mmap: %m\n");
		return 126;
	}
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, NULL);
	while (verdict == CONTINUE && getline(&line, &size, list) > 0)
		verdict = sweep_one(line, &chld);
	free(line);
	return verdict;
}

/* The list is lines of modules.dep, whose paths start from here. */
static void enter_modules(void)
{
	struct utsname uts;
	char path[128];

	uname(&uts);
	snprintf(path, sizeof(path), "/lib/modules/%s", uts.release);
	if (chdir(path)) {
		say("oracle: %s: %m\n", path);
		leave(126);
	}
}

int main(void)
{
	FILE *list;

	set_up();
	list = fopen("/oracle/list", "re");
	if (list) {
		enter_modules();
		leave(sweep(list));
	}
	if (chdir("/oracle/files"))
		say("oracle: no files\n");
	leave(run_script());
}
