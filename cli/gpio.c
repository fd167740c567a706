// SPDX-License-Identifier: GPL-2.0-only
/*
 * ring3 gpio and ring3 leds: the lines and lights of the instance that they run
 * in, by the files of its devices.
 *
 * One thread; ring3 leds --watch waits for changes.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli/cmd.h"
#include "lib/strbuf.h"

#define GPIO "/sys/devices/platform/ring3-gpio"
#define LEDS "/sys/devices/platform/ring3-keyboard/leds"

static const char gpio_help[] =
	"Usage: ring3 gpio set LINE 0|1\n"
	"       ring3 gpio get [LINE]\n"
	"\n"
	"In an instance: sets an input of its GPIO chip, or prints a line's level;\n"
	"without LINE, those that drivers use, with direction, level and name.\n"
	"LINE is a number or the name that a driver has for it.\n"
	"\n"
	"  -h, --help            this text\n";

static const char leds_help[] =
	"Usage: ring3 leds [OPTION...]\n"
	"\n"
	"In an instance: prints the LEDs of its keyboard.\n"
	"\n"
	"  -w, --watch           and again whenever one changes\n"
	"  -n, --count=N         with --watch, end when N lines are printed\n"
	"  -h, --help            this text\n";

/* ---- files of the instance ----------------------------------------------------- */

static int fail(const char *what, int err)
{
	fprintf(stderr, "ring3: %s: %s\n", what, strerror(-err));
	return CLI_FAILED;
}

/* Says why @path is not there. */
static int missing(const char *path, const char *device, const char *command)
{
	if (!getenv("RING3_INSTANCE"))
		fprintf(stderr,
			"ring3: this is no instance; `ring3 run` starts one, and `ring3 attach ring3 %s` works in one that runs\n",
			command);
	else if (access(path, F_OK))
		fprintf(stderr, "ring3: the instance has no %s\n", device);
	else
		return -1;
	return CLI_FAILED;
}

static int read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);
	int err = n < 0 ? -errno : 0;

	text[n < 0 ? 0 : n] = 0;
	if (fd >= 0)
		close(fd);
	return err;
}

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

/* ---- lines ------------------------------------------------------------------------ */

/* The number of the first line that a driver calls @name, or -1. */
static int find_name(const char *name)
{
	char used[4096], *line, *next, label[64];
	int number;

	if (read_file(GPIO "/used", used, sizeof(used)))
		return -1;
	for (line = used; *line; line = next) {
		next = strchr(line, '\n');
		next = next ? next + 1 : line + strlen(line);
		if (sscanf(line, "%d %*s %*d %63[^\n]", &number, label) == 2 &&
		    !strcmp(label, name))
			return number;
	}
	return -1;
}

/* The file of a line by number or name, to be freed; NULL after saying that
 * there is no such line. */
static char *line_file(const char *word)
{
	char *end, *path = NULL;
	long number = strtol(word, &end, 10);

	if (end == word || *end)
		number = find_name(word);
	if (number >= 0)
		path = str_printf(GPIO "/lines/%ld", number);
	if (path && !access(path, F_OK))
		return path;
	free(path);
	fprintf(stderr, "ring3: there is no line '%s'\n", word);
	return NULL;
}

static int set_line(const char *word, const char *level)
{
	char *path;
	int err;

	if (strcmp(level, "0") && strcmp(level, "1")) {
		fprintf(stderr, "ring3: a level is 0 or 1, not '%s'\n", level);
		return CLI_USAGE;
	}
	path = line_file(word);
	if (!path)
		return CLI_FAILED;
	err = write_file(path, level);
	free(path);
	if (err == -EPERM)
		fprintf(stderr, "ring3: line %s is an output\n", word);
	else if (err)
		fail(word, err);
	return err ? CLI_FAILED : CLI_OK;
}

static int print_file(const char *path)
{
	char text[4096];
	int err = read_file(path, text, sizeof(text));

	if (err)
		return fail(path, err);
	fputs(text, stdout);
	return CLI_OK;
}

static int get_line(const char *word)
{
	char *path = line_file(word);
	int status;

	if (!path)
		return CLI_FAILED;
	status = print_file(path);
	free(path);
	return status;
}

static int gpio_usage(void)
{
	fputs(gpio_help, stderr);
	return CLI_USAGE;
}

int cmd_gpio(int argc, char **argv)
{
	bool set = argc > 1 && !strcmp(argv[1], "set");
	int status;

	if (argc > 1 &&
	    (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help"))) {
		fputs(gpio_help, stdout);
		return CLI_OK;
	}
	if (argc > 1 && *argv[1] == '-')
		fprintf(stderr, "gpio: unrecognized option '%s'\n", argv[1]);
	if (argc < 2 || (!set && strcmp(argv[1], "get")) ||
	    (set ? argc != 4 : argc > 3))
		return gpio_usage();
	status = missing(GPIO "/lines", "GPIO chip",
			 set ? "gpio set LINE LEVEL" : "gpio get");
	if (status >= 0)
		return status;
	if (set)
		return set_line(argv[2], argv[3]);
	return argc == 3 ? get_line(argv[2]) : print_file(GPIO "/used");
}

/* ---- lights ------------------------------------------------------------------------ */

/* @count lines, or without end if it is 0. */
static int watch(unsigned long count)
{
	struct pollfd p = {.events = POLLPRI};
	char text[256];
	ssize_t n;
	int err = 0;

	p.fd = open(LEDS, O_RDONLY | O_CLOEXEC);
	if (p.fd < 0)
		return fail(LEDS, -errno);
	do {
		n = pread(p.fd, text, sizeof(text), 0);
		if (n < 0) {
			err = fail(LEDS, -errno);
			break;
		}
		fwrite(text, 1, n, stdout);
		fflush(stdout);
		if (count && !--count)
			break;
	} while (poll(&p, 1, -1) > 0);
	close(p.fd);
	return err;
}

int cmd_leds(int argc, char **argv)
{
	static const struct option options[] = {
		{"watch", no_argument, NULL, 'w'},
		{"count", required_argument, NULL, 'n'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	bool again = false;
	unsigned long count = 0;
	char *end = "";
	int option, status;

	while ((option = getopt_long(argc, argv, "wn:h", options, NULL)) >= 0) {
		if (option == 'h') {
			fputs(leds_help, stdout);
			return CLI_OK;
		}
		if (option == 'n')
			count = strtoul(optarg, &end, 10);
		if (option == '?' || *end || (option == 'n' && !count))
			return CLI_USAGE;
		again |= option == 'w';
	}
	if (optind < argc) {
		fputs(leds_help, stderr);
		return CLI_USAGE;
	}
	status = missing(LEDS, "keyboard", again ? "leds --watch" : "leds");
	if (status >= 0)
		return status;
	return again ? watch(count) : print_file(LEDS);
}
