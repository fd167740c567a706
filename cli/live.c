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
#include <time.h>
#include <unistd.h>
#include "cli/cmd.h"
#include "cli/devices.h"
#include "cli/live.h"
#include "cli/rundir.h"
#include "cli/session.h"
#include "clients/clients.h"
#include "clients/orphans.h"
#include "clients/spawner.h"

/* What is listened to: the instance, the spawner, the door, and who came in by
 * it. */
#define MAX_POLL 256

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

/* ---- while it runs ------------------------------------------------------------ */

static int write_info(const struct live *live)
{
	struct rundir_info info = {
		.pid = getpid(),
		.spawner = live->spawner_pid,
		.started = time(NULL),
	};
	const char *name = live->options->name, *shell = getenv("SHELL");

	snprintf(info.release, sizeof(info.release), "%s",
		 live->session.target->release);
	snprintf(info.name, sizeof(info.name), "%s", name ? name : "");
	snprintf(info.command, sizeof(info.command), "%s",
		 *live->command ? *live->command
		 : shell	? shell
				: "/bin/sh");
	info.command[strcspn(info.command, "\n")] = 0;
	return rundir_write_info(&live->dir, &info);
}

static int on_spawner(struct live *live)
{
	struct spawn_event event;
	int fd = -1, err = spawner_event(live->spawner, &event, &fd);

	if (err)
		return err;
	/* Before there is a program, it is the spawner that failed. */
	if (event.kind == SPAWN_FAILED && !live->programs)
		return -event.status;
	if (event.kind != SPAWN_READY) {
		live_program_event(live, &event);
		return 0;
	}
	live->listener = fd;
	live->spawner_pid = event.pid;
	err = write_info(live);
	return err ? err : live_start_first(live);
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

static volatile sig_atomic_t asked_to_end;

static void on_end_signal(int sig)
{
	asked_to_end = sig;
}

/* Nothing more is to be done but to end. */
static bool is_over(const struct live *live)
{
	return asked_to_end || (live->ended && !live->options->keep);
}

/* Waits for something; signals that end it come only here. */
static int wait_for_all(struct live *live, struct pollfd *set, unsigned int *n)
{
	sigset_t none;

	set[0].fd = live->lost ? live->listener : instance_fd(live->instance);
	set[1].fd = live->spawner;
	set[0].events = set[1].events = POLLIN;
	*n = 2 + live_poll_set(live, set + 2, MAX_POLL - 2);
	sigemptyset(&none);
	if (ppoll(set, *n, NULL, &none) >= 0)
		return 0;
	*n = 0;
	return errno == EINTR ? 0 : -errno;
}

static int serve(struct live *live)
{
	struct ring3_job job = {.kind = RING3_JOB_SERVE};
	struct pollfd set[MAX_POLL];
	unsigned int n;
	int err = instance_begin(live->instance, &job, NULL);

	while (!err && !is_over(live)) {
		err = wait_for_all(live, set, &n);
		if (err || !n)
			continue;
		if (set[0].revents && live->lost)
			orphans_serve();
		else if (set[0].revents &&
			 instance_step(live->instance, &job) < 0)
			on_loss(live);
		if (set[1].revents)
			err = on_spawner(live);
		live_poll_result(live, set + 2, n - 2);
		if (live->ended && live->options->keep)
			live_leave_front(live);
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

static void end_devices(struct live *live)
{
	struct strbuf trouble = STRBUF_INIT;

	if (live->session.devices)
		devices_end(live->session.devices, &trouble);
	if (trouble.len)
		fprintf(stderr, "ring3: %s\n", trouble.text);
	strbuf_free(&trouble);
}

static void take_down(struct live *live)
{
	live_end_programs(live);
	if (!live->lost && !stop_serving(live)) {
		if (live->options->save)
			live_save(live, live->options->save);
		live_unmount_all(live);
		live_unload_all(live);
	}
	close(live->spawner);
	if (!live->lost)
		describe_end(live);
	end_devices(live);
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
	clients_config.network = live->options->network;
	live_set_environment(live->dir.path);
	clients_config.places = live->dir.places;
	err = live->options->from ? live_restore_dir(live, live->options->from)
				  : 0;
	if (!err)
		err = make_sockets(live);
	if (!err)
		err = live_open_door(live);
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
	if (!err && live->session.devices)
		err = devices_add(live->session.devices, live->instance,
				  &live->session.error);
	return err;
}

static int run(struct live *live)
{
	struct session *s = &live->session;
	const struct live_options *o = live->options;
	int status, err;

	err = o->from ? live_open_saved(s, o->from, o->common.target)
		      : session_open(s, o->common.target);

	if (!err)
		err = start(live);
	if (err) {
		fprintf(stderr, "ring3: %s\n",
			s->error.text ? s->error.text : strerror(-err));
		return err == -ENOENT || err == -ENOEXEC ? CLI_NO_TARGET
							 : CLI_FAILED;
	}
	err = serve(live);
	if (err && err != -EPIPE)
		fprintf(stderr, "ring3: %s\n", strerror(-err));
	take_down(live);
	if (!live->ended)
		return CLI_FAILED;
	status = exit_status(live);
	return (live->lost || live->save_failed) && !status ? CLI_FAILED
							    : status;
}

/* What the terminal sends is for the programs; what ends a process ends the
 * instance in order, and is seen where that is waited for. */
static void set_signals(bool keep)
{
	static const int ends[] = {SIGTERM, SIGHUP};
	sigset_t block;
	size_t i;

	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	sigemptyset(&block);
	for (i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		signal(ends[i], on_end_signal);
		sigaddset(&block, ends[i]);
	}
	sigprocmask(SIG_BLOCK, &block, NULL);
	if (keep)
		signal(SIGHUP, SIG_IGN);
}

int cmd_run(int argc, char **argv)
{
	struct live live = {.spawner = -1,
			    .control = -1,
			    .listener = -1,
			    .front = -1,
			    .door = -1};
	struct live_options options;
	int status = live_options_parse(&options, argc, argv);

	if (status >= 0)
		return status;
	if (options.keep && live_fork_front(&live.front, &status))
		return status;
	live.options = &options;
	live.command = argv + optind;
	options_apply(&options.common, &live.session);
	if (!options.common.kernel_loader)
		live.session.options |= options.common.checks &
					RING3_OPTION_LEAKS;
	set_signals(options.keep);
	status = run(&live);
	instance_free(live.instance);
	session_close(&live.session);
	if (live.console)
		fclose(live.console);
	rundir_remove(&live.dir);
	strbuf_free(&live.log);
	strbuf_free(&live.modules);
	options_free(&options.common);
	return status;
}
