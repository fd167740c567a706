// SPDX-License-Identifier: GPL-2.0-only
/*
 * `ring3 targets`: which kernels there are, getting and building them.
 *
 * Single-threaded, may block on disk, network and programs, not signal-safe.
 */
#include "cli/cmd.h"
#include "cli/session.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "image/target.h"
#include "lib/strbuf.h"

static const char usage[] =
	"usage: ring3 targets                   list the kernels there are\n"
	"       ring3 targets add NAME...       get kernels from packages\n"
	"       ring3 targets build [-f] [NAME...]\n"
	"                                       build what running them needs\n"
	"       ring3 targets remove NAME...    remove what add got\n"
	"       ring3 targets headers [NAME]    print where its headers are\n"
	"\n"
	"add:    NAME is a release (6.1.0-56-amd64), a package\n"
	"        (linux-image-amd64) or \"all\" for the default ones\n"
	"build:  of the default kernel without a NAME; -f, --force: even if\n"
	"        there is a build that is current\n"
	"headers: for make -C; of the default kernel without a NAME\n"
	"\n"
	"NAME may be part of a release that is listed, except with add.\n";

static int usage_error(const char *problem, const char *what)
{
	fprintf(stderr, "ring3 targets: %s%s\n%s", problem, what, usage);
	return CLI_USAGE;
}

static void show_progress(void *arg, const char *text)
{
	(void)arg;
	fprintf(stderr, "ring3: %s\n", text);
}

/* Prints what went wrong and empties it; the exit status for @result. */
static int finish(struct strbuf *error, int result)
{
	if (result)
		fprintf(stderr, "ring3: %s\n",
			error->len ? error->text : strerror(-result));
	strbuf_free(error);
	return result ? CLI_FAILED : CLI_OK;
}

static int read_list(struct target_list *list)
{
	int ret = target_list(list);

	if (ret)
		fprintf(stderr, "ring3: cannot list targets: %s\n",
			strerror(-ret));
	return ret;
}

static void print_target(const struct target *target, bool is_default)
{
	static const char *const state_name[] = {
		[TARGET_UNBUILT] = "no",
		[TARGET_STALE] = "stale",
		[TARGET_CURRENT] = "yes",
	};
	bool snapshot;
	enum target_state state = target_state(target, &snapshot);

	printf("%c %-30s %-9s  %-7s  %-5s  %s\n", is_default ? '*' : ' ',
	       target->release, target->in_cache ? "cache" : "installed",
	       target->headers ? "yes" : "no", state_name[state],
	       snapshot ? "yes" : "no");
}

static int cmd_list(void)
{
	const struct target *standard;
	struct target_list list;

	if (read_list(&list))
		return CLI_FAILED;
	if (!list.n) {
		fprintf(stderr, "ring3: there are no kernels here; `ring3 "
				"targets add all` gets the default ones\n");
		return 0;
	}
	standard = target_default(&list);
	printf("  %-30s %-9s  %-7s  %-5s  %s\n", "RELEASE", "WHERE", "HEADERS",
	       "BUILT", "SNAPSHOT");
	for (size_t i = 0; i < list.n; i++)
		print_target(&list.targets[i], &list.targets[i] == standard);
	target_list_free(&list);
	return 0;
}

static int cmd_add(char **names)
{
	int status = CLI_OK;

	for (; *names; names++) {
		struct strbuf error = STRBUF_INIT;
		struct target_report report = {show_progress, NULL, &error};

		if (finish(&error, target_add(*names, &report)))
			status = CLI_FAILED;
	}
	return status;
}

static const struct target *find_target(const struct target_list *list,
					const char *name)
{
	const struct target *target = target_find(list, name);

	if (!target)
		fprintf(stderr,
			"ring3: %s names none of the kernels here, or more "
			"than one; see `ring3 targets`\n",
			name);
	return target;
}

static int cmd_remove(char **names)
{
	int status = CLI_OK;

	for (; *names; names++) {
		struct strbuf error = STRBUF_INIT;
		struct target_report report = {show_progress, NULL, &error};
		const struct target *target;
		struct target_list list;

		if (read_list(&list))
			return CLI_FAILED;
		/* What add got half of, or what is installed as well, is not
		 * listed as such, but can be removed. */
		target = target_find(&list, *names);
		if (finish(&error,
			   target_remove(target ? target->release : *names,
					 &report)))
			status = CLI_FAILED;
		target_list_free(&list);
	}
	return status;
}

/* Boots the target: only then is it known that every hook is reached. */
static int verify(const char *release)
{
	struct session session = {0};
	int ret = session_open(&session, release);

	if (!ret)
		ret = session_prepare(&session);
	if (ret)
		fprintf(stderr, "ring3: %s\n",
			session.error.len ? session.error.text
					  : strerror(-ret));
	session_close(&session);
	return ret ? CLI_FAILED : CLI_OK;
}

static int build_one(const struct target *target, bool force)
{
	struct strbuf error = STRBUF_INIT;
	struct target_report report = {show_progress, NULL, &error};
	struct target_build *build;
	int ret = target_build(target, force, &report, &build);

	if (!ret)
		target_build_free(build);
	ret = finish(&error, ret);
	return ret ? ret : verify(target->release);
}

static int print_headers(const struct target *target)
{
	if (!target->headers) {
		fprintf(stderr, "ring3: there are no headers of %s here\n",
			target->release);
		return CLI_FAILED;
	}
	puts(target->headers);
	return CLI_OK;
}

static int no_kernels(void)
{
	fprintf(stderr, "ring3: there are no kernels here; `ring3 targets add "
			"all` gets the default ones\n");
	return CLI_FAILED;
}

static int cmd_headers(const char *name)
{
	const struct target *target;
	struct target_list list;
	int status = CLI_FAILED;

	if (read_list(&list))
		return CLI_FAILED;
	target = name ? find_target(&list, name) : target_default(&list);
	if (target)
		status = print_headers(target);
	else if (!name)
		status = no_kernels();
	target_list_free(&list);
	return status;
}

static int build_default(const struct target_list *list, bool force)
{
	const struct target *target = target_default(list);

	if (target)
		return build_one(target, force);
	return no_kernels();
}

static int build_names(const struct target_list *list, char **names, bool force)
{
	int status = CLI_OK;

	for (; *names; names++) {
		const struct target *target = find_target(list, *names);

		if (!target || build_one(target, force))
			status = CLI_FAILED;
	}
	return status;
}

static int build_targets(char **argv)
{
	struct target_list list;
	bool force = false;
	int status;

	for (; *argv && (*argv)[0] == '-'; argv++) {
		if (!strcmp(*argv, "--")) {
			argv++;
			break;
		}
		if (strcmp(*argv, "-f") && strcmp(*argv, "--force"))
			return usage_error("unknown option ", *argv);
		force = true;
	}
	if (read_list(&list))
		return CLI_FAILED;
	if (*argv)
		status = build_names(&list, argv, force);
	else
		status = build_default(&list, force);
	target_list_free(&list);
	return status;
}

/* The names behind "add" or "remove"; NULL: what is wrong was printed. */
static char **names_of(char **argv, int *status)
{
	if (*argv && !strcmp(*argv, "--"))
		argv++;
	else if (*argv && (*argv)[0] == '-') {
		*status = usage_error("unknown option ", *argv);
		return NULL;
	}
	if (*argv)
		return argv;
	*status = usage_error("which kernel?", "");
	return NULL;
}

int cmd_targets(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : NULL;
	int status = CLI_USAGE;
	char **names;

	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return fputs(usage, stdout) < 0 ? CLI_FAILED : 0;
	if (!verb || (!strcmp(verb, "list") && argc == 2))
		return cmd_list();
	if (!strcmp(verb, "build"))
		return build_targets(argv + 2);
	if (!strcmp(verb, "headers") && argc <= 3)
		return cmd_headers(argv[2]);
	if (!strcmp(verb, "add")) {
		names = names_of(argv + 2, &status);
		return names ? cmd_add(names) : status;
	}
	if (!strcmp(verb, "remove")) {
		names = names_of(argv + 2, &status);
		return names ? cmd_remove(names) : status;
	}
	return usage_error("unknown command ", verb);
}
