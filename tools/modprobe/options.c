// SPDX-License-Identifier: GPL-2.0-only
/*
 * modprobe's options: on the command line and in MODPROBE_OPTIONS.  One
 * thread.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/strbuf.h"
#include "tools/kernel.h"
#include "tools/log.h"
#include "tools/modprobe/modprobe.h"
#include "tools/tool.h"

#define ENVIRONMENT "MODPROBE_OPTIONS"

enum {
	OPTION_FORCE_VERMAGIC = 256,
	OPTION_FORCE_MODVERSION,
	OPTION_FIRST_TIME,
	OPTION_SHOW_VERSIONS,
	OPTION_SHOW_EXPORTS,
	OPTION_REMOVE_HOLDERS,
};

static const char brief[] = "arw:ibfDRcnC:d:S:sqvVh";

static const struct option full[] = {
	{"all", no_argument, NULL, 'a'},
	{"remove", no_argument, NULL, 'r'},
	{"remove-dependencies", no_argument, NULL, OPTION_REMOVE_HOLDERS},
	{"remove-holders", no_argument, NULL, OPTION_REMOVE_HOLDERS},
	{"wait", required_argument, NULL, 'w'},
	{"show-alias", no_argument, NULL, 'R'},
	{"resolve-alias", no_argument, NULL, 'R'},
	{"first-time", no_argument, NULL, OPTION_FIRST_TIME},
	{"ignore-install", no_argument, NULL, 'i'},
	{"ignore-remove", no_argument, NULL, 'i'},
	{"use-blacklist", no_argument, NULL, 'b'},
	{"force", no_argument, NULL, 'f'},
	{"force-modversion", no_argument, NULL, OPTION_FORCE_MODVERSION},
	{"force-vermagic", no_argument, NULL, OPTION_FORCE_VERMAGIC},
	{"show-depends", no_argument, NULL, 'D'},
	{"showconfig", no_argument, NULL, 'c'},
	{"show-config", no_argument, NULL, 'c'},
	{"show-modversions", no_argument, NULL, OPTION_SHOW_VERSIONS},
	{"dump-modversions", no_argument, NULL, OPTION_SHOW_VERSIONS},
	{"show-exports", no_argument, NULL, OPTION_SHOW_EXPORTS},
	{"dry-run", no_argument, NULL, 'n'},
	{"show", no_argument, NULL, 'n'},
	{"config", required_argument, NULL, 'C'},
	{"dirname", required_argument, NULL, 'd'},
	{"set-version", required_argument, NULL, 'S'},
	{"syslog", no_argument, NULL, 's'},
	{"quiet", no_argument, NULL, 'q'},
	{"verbose", no_argument, NULL, 'v'},
	{"version", no_argument, NULL, 'V'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static void usage(void)
{
	printf("Usage: %1$s [OPTION]... MODULE [PARAMETER=VALUE]...\n"
	       "   or: %1$s -a|-r [OPTION]... MODULE...\n"
	       "   or: %1$s -c\n"
	       "   or: %1$s --show-modversions|--show-exports FILE\n\n"
	       "Loads modules by name or alias, with what they need.\n\n"
	       "  -a, --all               load all that are named\n"
	       "  -r, --remove            unload\n"
	       "      --remove-holders    unload what uses it, too\n"
	       "  -w, --wait=MSEC         wait that long for users to go\n"
	       "      --first-time        fail if there is nothing to do\n"
	       "  -i, --ignore-install, --ignore-remove\n"
	       "                          no install and remove commands\n"
	       "  -b, --use-blacklist     not what is blacklisted, also by "
	       "name\n"
	       "  -f, --force             whatever kernel it was built for\n"
	       "      --force-modversion  whatever versions its symbols have\n"
	       "      --force-vermagic    whatever kernel release it names\n\n"
	       "  -R, --show-alias        only print what the alias stands "
	       "for\n"
	       "  -D, --show-depends      only print what would be loaded\n"
	       "  -c, --show-config       print the configuration and the "
	       "indexes\n"
	       "      --show-modversions  print the versions that FILE needs\n"
	       "      --show-exports      print the symbols that FILE "
	       "exports\n\n"
	       "  -n, --dry-run, --show   do not load, unload or run "
	       "anything\n"
	       "  -C, --config=PATH       the configuration: a file or "
	       "directory\n"
	       "  -d, --dirname=DIR       modules are in DIR/lib/modules\n"
	       "  -S, --set-version=RELEASE\n"
	       "                          of that kernel, not of the running "
	       "one\n"
	       "  -s, --syslog            messages go to the system's log\n"
	       "  -q, --quiet             no messages\n"
	       "  -v, --verbose           more messages, and the actions\n"
	       "  -V, --version           show the version\n"
	       "  -h, --help              show this text\n",
	       log_program());
}

/* ---- the environment ----------------------------------------------------- */

/* For the commands that the configuration runs. */
static void pass_on(const char *option)
{
	const char *old = getenv(ENVIRONMENT);
	char *all = old ? str_printf("%s %s", old, option) : NULL;

	if (setenv(ENVIRONMENT, all ? all : option, 1))
		log_err("could not append value to $%s\n", ENVIRONMENT);
	free(all);
}

/* Cuts the next word off *@rest; quotes keep blanks together and go away,
 * unless one is left open.  NULL: no more. */
static char *take_word(char **rest)
{
	char *from = *rest + strspn(*rest, " ");
	char *word = from, *to = from;

	if (!*from)
		return NULL;
	while (*from && *from != ' ') {
		char *close = NULL;

		if (*from == '"' || *from == '\'')
			close = strchr(from + 1, *from);
		if (!close) {
			*to++ = *from++;
			continue;
		}
		memmove(to, from + 1, close - from - 1);
		to += close - from - 1;
		from = close + 1;
	}
	*rest = *from ? from + 1 : from;
	*to = '\0';
	return word;
}

/* @argv with the words of MODPROBE_OPTIONS in front.  They stay allocated, as
 * options point to them. */
static char **prepend_environment(int *argc, char **argv)
{
	const char *value = getenv(ENVIRONMENT);
	char *text, *word, **words;
	int n = 1;

	if (!value)
		return argv;
	text = strdup(value);
	words = calloc(*argc + strlen(value) + 2, sizeof(*words));
	if (!text || !words)
		log_fatal("Could not prepend options from command line\n");
	words[0] = argv[0];
	while ((word = take_word(&text)))
		words[n++] = word;
	memcpy(words + n, argv + 1, (*argc - 1) * sizeof(*words));
	*argc += n - 1;
	return words;
}

/* ---- the command line ---------------------------------------------------- */

static int add_config_path(struct modprobe *modprobe, const char *path)
{
	const char **more;

	more = reallocarray(modprobe->config_paths,
			    modprobe->nr_config_paths + 2, sizeof(*more));
	if (!more)
		return -ENOMEM;
	modprobe->config_paths = more;
	more[modprobe->nr_config_paths++] = path;
	more[modprobe->nr_config_paths] = NULL;
	pass_on("-C");
	pass_on(path);
	return 0;
}

static int set_wait(struct modprobe *modprobe, const char *text)
{
	char *end;

	modprobe->wait = strtoul(text, &end, 0);
	if (*text && !*end)
		return 0;
	log_err("unexpected wait value '%s'.\n", text);
	return -EINVAL;
}

/* What is to be said, and where. */
static int message_option(struct modprobe *modprobe, int c)
{
	switch (c) {
	case 's':
		pass_on("-s");
		log_use_syslog();
		return 0;
	case 'q':
		pass_on("-q");
		modprobe->quiet = true;
		return 0;
	case 'v':
		pass_on("-v");
		log_set_level(log_level() + 1);
		modprobe->show = true;
		return 0;
	case 'V':
		tool_print_version();
		return 1;
	case 'h':
		usage();
		return 1;
	default:
		return -EINVAL; /* getopt has said why */
	}
}

/* Of several, the one that stands first in its enum. */
static void set_action(struct modprobe *modprobe, enum modprobe_action action)
{
	if (action < modprobe->action)
		modprobe->action = action;
}

/* What is to be done. */
static int action_option(struct modprobe *modprobe, int c)
{
	switch (c) {
	case 'r':
		set_action(modprobe, ACTION_REMOVE);
		return 0;
	case 'R':
		modprobe->lookup_only = true;
		return 0;
	case 'D':
		modprobe->show_depends = true;
		modprobe->dry_run = true;
		modprobe->show = true;
		return 0;
	case 'c':
		set_action(modprobe, ACTION_SHOW_CONFIG);
		return 0;
	case OPTION_SHOW_VERSIONS:
		set_action(modprobe, ACTION_SHOW_VERSIONS);
		return 0;
	case OPTION_SHOW_EXPORTS:
		set_action(modprobe, ACTION_SHOW_EXPORTS);
		return 0;
	default:
		return message_option(modprobe, c);
	}
}

/* How it is to be done. */
static int one_option(struct modprobe *modprobe, int c)
{
	switch (c) {
	case 'a':
		modprobe->all = true;
		return 0;
	case OPTION_REMOVE_HOLDERS:
		modprobe->remove_holders = true;
		return 0;
	case 'w':
		return set_wait(modprobe, optarg);
	case OPTION_FIRST_TIME:
		modprobe->first_time = true;
		return 0;
	case 'i':
		modprobe->ignore_commands = true;
		return 0;
	case 'b':
		modprobe->use_blacklist = true;
		return 0;
	case 'f':
		modprobe->force = true;
		modprobe->insert_flags |= INSERT_ANY_VERSIONS |
					  INSERT_ANY_VERMAGIC;
		return 0;
	case OPTION_FORCE_MODVERSION:
		modprobe->insert_flags |= INSERT_ANY_VERSIONS;
		return 0;
	case OPTION_FORCE_VERMAGIC:
		modprobe->insert_flags |= INSERT_ANY_VERMAGIC;
		return 0;
	case 'n':
		modprobe->dry_run = true;
		return 0;
	case 'C':
		return add_config_path(modprobe, optarg);
	case 'd':
		modprobe->root = optarg;
		return 0;
	case 'S':
		modprobe->release = optarg;
		return 0;
	default:
		return action_option(modprobe, c);
	}
}

int modprobe_read_options(struct modprobe *modprobe, int argc, char **argv)
{
	int c, err;

	argv = prepend_environment(&argc, argv);
	while ((c = getopt_long(argc, argv, brief, full, NULL)) != -1) {
		err = one_option(modprobe, c);
		if (err)
			return err;
	}
	if (modprobe->quiet)
		modprobe->show = modprobe->show_depends;
	modprobe->words = argv + optind;
	modprobe->nr_words = argc - optind;
	return 0;
}
