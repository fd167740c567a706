// SPDX-License-Identifier: GPL-2.0-only
/*
 * ring3 run: an instance in which programs live.
 *
 * One thread, which listens to the instance and to the spawner of its programs
 * until the first program has ended; then takes the instance down in order.
 */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "cli/cmd.h"
#include "cli/live.h"
#include "cli/options.h"
#include "cli/rundir.h"
#include "cli/session.h"
#include "clients/clients.h"
#include "clients/orphans.h"
#include "clients/spawner.h"

static const char help[] =
	"Usage: ring3 run [OPTION...] [--] [COMMAND [ARGUMENT...]]\n"
	"\n"
	"Starts an instance and runs COMMAND, otherwise your shell, in it:\n"
	"programs see the instance's kernel in /proc, /sys and /dev, load modules\n"
	"into it, and are your own everywhere else.\n"
	"\n"
	"  -k, --target=TARGET   the kernel\n"
	"      --time=MODE       real, or virtual (idle time passes at once)\n"
	"      --append=PARAMS   further kernel parameters\n"
	"      --no-snapshot     boot, and keep the boot's log\n"
	"      --loader=WHICH    ring3's module system (ring3) or the kernel's\n"
	"                        own (kernel)\n"
	"      --no-leaks        do not look for what modules leave behind\n"
	"  -h, --help            this text\n"
	"\n"
	"Exit status: that of COMMAND; 2 wrong usage, 3 no target fits.\n";

/* Of the log, what a report shows. */
#define LOG_KEPT 16384

static void forget_old_log(struct strbuf *log)
{
	if (log->len < 4 * LOG_KEPT)
		return;
	memmove(log->text, log->text + log->len - LOG_KEPT, LOG_KEPT + 1);
	log->len = LOG_KEPT;
}

static void on_log(void *arg, const char *text, size_t n)
{
	struct live *live = arg;

	fwrite(text, 1, n, live->console);
	fflush(live->console);
	strbuf_add(&live->log, text, n);
	forget_old_log(&live->log);
}

/* ---- the program ------------------------------------------------------------- */

static char *find_path(const struct live *live)
{
	const char *path = getenv("PATH");

	return str_printf("%s:%s:/usr/sbin:/sbin", live->dir.bin,
			  path ? path : "/usr/bin:/bin");
}

static int start_program(struct live *live, char **argv)
{
	char *shell[] = {getenv("SHELL"), NULL};
	int standard[SPAWN_FDS] = {0, 1, 2};
	char *path = find_path(live), *dir = getcwd(NULL, 0);
	int err;

	setenv("PATH", path, 1);
	setenv("RING3_INSTANCE", live->dir.path, 1);
	if (!shell[0])
		shell[0] = "/bin/sh";
	err = spawner_request(live->spawner, *argv ? argv : shell, environ,
			      dir ? dir : "/", standard, 0);
	free(path);
	free(dir);
	return err;
}

/* ---- while it runs ------------------------------------------------------------ */

static int on_spawner(struct live *live, char **argv)
{
	struct spawn_event event;
	int fd = -1, err = spawner_event(live->spawner, &event, &fd);

	if (err)
		return err;
	switch (event.kind) {
	case SPAWN_READY:
		live->listener = fd;
		live->spawner_pid = event.pid;
		return start_program(live, argv);
	case SPAWN_STARTED:
		if (!live->first)
			live->first = event.pid;
		break;
	case SPAWN_FAILED:
		return -event.status;
	case SPAWN_ENDED:
		if (event.pid == live->first) {
			live->status = event.status;
			live->ended = true;
		}
		break;
	}
	return 0;
}

static void describe_end(struct live *live)
{
	struct strbuf text = STRBUF_INIT;
	struct instance_end end;

	instance_wait(live->instance, &end);
	if (end.kind == INSTANCE_EXITED && end.why == RING3_EXIT_DONE)
		return;
	if (live->log.text)
		fputs(live->log.text, stderr);
	session_describe_end(&live->session, &end, &text);
	fprintf(stderr, "ring3: %s\n", text.text);
	strbuf_free(&text);
}

/* The programs go on without it. */
static void on_loss(struct live *live)
{
	live->lost = true;
	describe_end(live);
	fputs("ring3: the instance is gone; what was its fails with EIO\n",
	      stderr);
	orphans_adopt(live->listener);
}

/* Until the first program has ended. */
static int serve(struct live *live, char **argv)
{
	struct ring3_job job = {.kind = RING3_JOB_SERVE};
	struct pollfd p[2] = {{.events = POLLIN}, {.events = POLLIN}};
	int err = instance_begin(live->instance, &job, NULL);

	while (!err && !live->ended) {
		p[0].fd = live->lost ? live->listener
				     : instance_fd(live->instance);
		p[1].fd = live->spawner;
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			return -errno;
		if (p[0].revents && live->lost)
			orphans_serve();
		else if (p[0].revents &&
			 instance_step(live->instance, &job) < 0)
			on_loss(live);
		if (p[1].revents)
			err = on_spawner(live, argv);
	}
	return err;
}

/* ---- taking it down ------------------------------------------------------------- */

static int stop_serving(struct live *live)
{
	struct ring3_job job = {.kind = RING3_JOB_SERVE};
	char order = CLIENTS_STOP;
	int done = 0;

	if (write(live->control, &order, 1) != 1)
		return -errno;
	while (!done)
		done = instance_step(live->instance, &job);
	return done < 0 ? done : 0;
}

static void take_down(struct live *live)
{
	live_end_programs(live);
	if (!live->lost && !stop_serving(live))
		live_unload_all(live);
	close(live->spawner);
	if (!live->lost)
		describe_end(live);
}

static int exit_status(const struct live *live)
{
	if (WIFEXITED(live->status))
		return WEXITSTATUS(live->status);
	return 128 + WTERMSIG(live->status);
}

static int make_sockets(struct live *live)
{
	int pair[2], err = spawner_pair(&live->spawner);

	if (err)
		return err;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -errno;
	live->control = pair[0];
	clients_config.control = pair[1];
	return 0;
}

static int start(struct live *live)
{
	int err = rundir_make(live->session.target, &live->dir);

	if (err) {
		strbuf_printf(&live->session.error, "%s: %s",
			      live->dir.path ? live->dir.path : "run folder",
			      strerror(-err));
		return err;
	}
	live->console = fopen(live->dir.console, "we");
	if (!live->console)
		return -errno;
	clients_config.run_dir = live->dir.path;
	clients_config.modules_dir = live->dir.modules;
	err = make_sockets(live);
	if (!err)
		err = orphans_prepare();
	if (err)
		return err;
	live->session.log = on_log;
	live->session.arg = live;
	live->session.clients = &clients_table;
	err = session_start(&live->session, &live->instance);
	close(clients_config.control);
	spawner_close_theirs();
	return err;
}

static int run(struct live *live, const char *target, char **argv)
{
	struct session *s = &live->session;
	int status, err = session_open(s, target);

	if (!err)
		err = start(live);
	if (err) {
		fprintf(stderr, "ring3: %s\n",
			s->error.text ? s->error.text : strerror(-err));
		return err == -ENOENT || err == -ENOEXEC ? CLI_NO_TARGET
							 : CLI_FAILED;
	}
	err = serve(live, argv);
	if (err && err != -EPIPE)
		fprintf(stderr, "ring3: %s\n", strerror(-err));
	take_down(live);
	if (!live->ended)
		return CLI_FAILED;
	status = exit_status(live);
	return live->lost && !status ? CLI_FAILED : status;
}

int cmd_run(int argc, char **argv)
{
	struct live live = {.spawner = -1, .control = -1, .listener = -1};
	struct options options;
	int status;

	/* The command's options are its own. */
	setenv("POSIXLY_CORRECT", "1", 1);
	status = options_parse(&options, argc, argv, help);
	unsetenv("POSIXLY_CORRECT");
	if (status >= 0)
		return status;
	options_apply(&options, &live.session);
	live.session.virtual_time = options.time_given && options.virtual_time;
	if (options.leaks && !options.kernel_loader)
		live.session.options |= RING3_OPTION_LEAKS;
	/* What the terminal sends is for the program. */
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	status = run(&live, options.target, argv + optind);
	instance_free(live.instance);
	session_close(&live.session);
	if (live.console)
		fclose(live.console);
	rundir_remove(&live.dir);
	strbuf_free(&live.log);
	strbuf_free(&live.modules);
	options_free(&options);
	return status;
}
