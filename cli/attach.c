// SPDX-License-Identifier: GPL-2.0-only
/*
 * ring3 attach: a further program in an instance that runs; ring3 ps and ring3
 * stop: which ones there are, and the end of one.
 *
 * One thread; blocks.
 */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "cli/cmd.h"
#include "cli/live.h"
#include "cli/terminal.h"
#include "lib/strbuf.h"

/* ---- which instance -------------------------------------------------------------- */

struct choice {
	const char *wanted; /* PID or name; NULL: the only one */
	unsigned int n;
	char path[4096];
	struct rundir_info info; /* of the last one that fits */
};

static int consider(const char *path, const struct rundir_info *info, void *arg)
{
	struct choice *c = arg;
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", info->pid);
	if (c->wanted && strcmp(c->wanted, pid) &&
	    strcmp(c->wanted, info->name))
		return 0;
	c->n++;
	snprintf(c->path, sizeof(c->path), "%s", path);
	c->info = *info;
	return 0;
}

/* Inside an instance it is that one, if nobody says otherwise. */
static int consider_own(const char *path, const struct rundir_info *info,
			void *arg)
{
	const char *own = getenv("RING3_INSTANCE");

	return own && !strcmp(own, path) ? consider(path, info, arg) : 0;
}

/* 0, or an exit status when the person has been told why not. */
static int choose(struct choice *c)
{
	if (!c->wanted)
		rundir_each(consider_own, c);
	if (!c->n)
		rundir_each(consider, c);
	if (c->n == 1)
		return 0;
	if (c->n)
		fputs("ring3: there are several; say which, see ring3 ps\n",
		      stderr);
	else if (c->wanted)
		fprintf(stderr, "ring3: no instance '%s'; see ring3 ps\n",
			c->wanted);
	else
		fputs("ring3: no instance runs; ring3 run starts one\n",
		      stderr);
	return CLI_FAILED;
}

/* ---- attach ------------------------------------------------------------------------- */

static const char attach_help[] =
	"Usage: ring3 attach [INSTANCE] [-- COMMAND [ARGUMENT...]]\n"
	"\n"
	"Runs COMMAND, otherwise your shell, in an instance that ring3 run has\n"
	"started: the only one, or the one with this number or name (ring3 ps).\n"
	"\n"
	"  -h, --help   this text\n"
	"\n"
	"Exit status: that of COMMAND; 1 there is no such instance.\n";

static int connect_to(const char *dir)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	if (snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket",
		     dir) >= (int)sizeof(address.sun_path) ||
	    connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		close(fd);
		return -ECONNREFUSED;
	}
	return fd;
}

/* Passes bytes between the terminals until the program's end is told of. */
static int follow(int fd, struct terminal *terminal)
{
	struct pollfd set[1 + TERMINAL_FDS] = {{.fd = fd, .events = POLLIN}};
	struct spawn_event event;
	int got = -1, n;

	for (;;) {
		n = 1 + terminal_poll_set(terminal, set + 1);
		if (poll(set, n, -1) < 0 && errno != EINTR)
			return CLI_FAILED;
		terminal_relay(terminal);
		if (!(set[0].revents & (POLLIN | POLLHUP)))
			continue;
		if (spawner_event(fd, &event, &got)) {
			terminal_drain(terminal);
			fputs("ring3: the instance has ended\n", stderr);
			return CLI_FAILED;
		}
		if (event.kind == SPAWN_STARTED)
			continue;
		terminal_drain(terminal);
		if (event.kind == SPAWN_FAILED)
			return 126;
		return WIFEXITED(event.status) ? WEXITSTATUS(event.status)
					       : 128 + WTERMSIG(event.status);
	}
}

static int attach(const struct choice *c, char *const *argv)
{
	char *shell[] = {getenv("SHELL"), NULL};
	int fds[SPAWN_FDS] = {0, 1, 2};
	struct terminal terminal;
	char *dir = getcwd(NULL, 0);
	int fd = connect_to(c->path), err = fd < 0 ? fd : 0, status;

	if (!shell[0])
		shell[0] = "/bin/sh";
	if (!err)
		err = terminal_open(&terminal, fds);
	if (!err) {
		live_set_environment(c->path);
		err = spawner_request(fd, *argv ? argv : shell, environ,
				      dir ? dir : "/", fds, terminal.is_ours);
		terminal_started(&terminal);
	}
	free(dir);
	if (err) {
		fprintf(stderr, "ring3: attach to %d: %s\n", c->info.pid,
			strerror(-err));
		return CLI_FAILED;
	}
	status = follow(fd, &terminal);
	terminal_close(&terminal);
	close(fd);
	return status;
}

static int parse_help(int argc, char **argv, const char *help)
{
	static const struct option long_options[] = {
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};

	switch (getopt_long(argc, argv, "+h", long_options, NULL)) {
	case -1:
		return -1;
	case 'h':
		fputs(help, stdout);
		return CLI_OK;
	}
	return CLI_USAGE;
}

int cmd_attach(int argc, char **argv)
{
	struct choice c = {0};
	int status = parse_help(argc, argv, attach_help);

	if (status >= 0)
		return status;
	/* What follows "--" is a command. */
	if (optind < argc && strcmp(argv[optind - 1], "--"))
		c.wanted = argv[optind++];
	if (optind < argc && !strcmp(argv[optind], "--"))
		optind++;
	status = choose(&c);
	return status ? status : attach(&c, argv + optind);
}

/* ---- ps ------------------------------------------------------------------------------- */

static const char ps_help[] =
	"Usage: ring3 ps\n"
	"\n"
	"Lists your instances that run: the number of ring3 run, the name if it\n"
	"has one, the kernel, for how long, how many programs, the command.\n"
	"\n"
	"  -h, --help   this text\n";

static int print_one(const char *path, const struct rundir_info *info,
		     void *arg)
{
	long age = time(NULL) - info->started;
	char text[32];

	(void)path;
	(void)arg;
	snprintf(text, sizeof(text), "%ld:%02ld:%02ld", age / 3600,
		 age / 60 % 60, age % 60);
	printf("%7d  %-12s %-24s %9s %8d  %s\n", info->pid,
	       *info->name ? info->name : "-", info->release, text,
	       live_each_descendant(info->spawner, NULL, 0), info->command);
	return 0;
}

int cmd_ps(int argc, char **argv)
{
	int status = parse_help(argc, argv, ps_help);

	if (status >= 0)
		return status;
	printf("%7s  %-12s %-24s %9s %8s  %s\n", "PID", "NAME", "TARGET",
	       "TIME", "PROGRAMS", "COMMAND");
	rundir_each(print_one, NULL);
	return CLI_OK;
}

/* ---- stop ------------------------------------------------------------------------------- */

static const char stop_help[] =
	"Usage: ring3 stop [INSTANCE]\n"
	"\n"
	"Ends an instance in order, and waits for that: its programs are told\n"
	"(SIGHUP), modules unloaded, and what they leave behind is reported.\n"
	"\n"
	"  -h, --help   this text\n";

/* What the instance had to say since its command ended. */
static void show_report(FILE *report)
{
	char text[4096];
	size_t n;

	while ((n = fread(text, 1, sizeof(text), report)) > 0)
		fwrite(text, 1, n, stderr);
	fclose(report);
}

static int stop(const struct choice *c)
{
	char *path = str_printf("%s/report", c->path);
	struct pollfd p = {.events = POLLIN};
	FILE *report = fopen(path, "re");

	free(path);

	p.fd = syscall(SYS_pidfd_open, c->info.pid, 0);
	if (p.fd < 0 ||
	    syscall(SYS_pidfd_send_signal, p.fd, SIGTERM, NULL, 0)) {
		fprintf(stderr, "ring3: stop %d: %s\n", c->info.pid,
			strerror(errno));
		return CLI_FAILED;
	}
	while (poll(&p, 1, -1) < 0 && errno == EINTR)
		;
	close(p.fd);
	if (report)
		show_report(report);
	return CLI_OK;
}

int cmd_stop(int argc, char **argv)
{
	struct choice c = {0};
	int status = parse_help(argc, argv, stop_help);

	if (status >= 0)
		return status;
	if (optind < argc)
		c.wanted = argv[optind];
	status = choose(&c);
	return status ? status : stop(&c);
}
