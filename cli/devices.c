// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices that programs stand for: each program has a socket as its standard
 * input and output, whose other end is the instance's alone.
 *
 * One thread; blocks.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "cli/devices.h"
#include "machine/instance.h"

/* Time for a program to end by itself, when its input has ended. */
#define PATIENCE_MS 1000

/* ---- what was asked for ---------------------------------------------------- */

#define NR_BARS	       6
#define DEFAULT_CLASS  0xff0000 /* of no known kind */
#define DEFAULT_BAR    0x1000
#define MAX_BAR	       0x1000000
#define PCI_CLASS_MAX  0xffffff
#define I2C_LOWEST     0x03
#define I2C_HIGHEST    0x77
#define I2C_NAME_BYTES 20 /* I2C_NAME_SIZE of <linux/mod_devicetable.h> */
#define SPI_NAME_BYTES 32

/* "CHIP@NUMBER": the number, up to @max, or @otherwise without one. */
static int parse_chip(char *text, size_t name_bytes, unsigned long *number,
		      unsigned long otherwise, unsigned long max)
{
	char *at = strchr(text, '@'), *end;

	*number = otherwise;
	if (at) {
		*at++ = 0;
		*number = strtoul(at, &end, 0);
		if (end == at || *end)
			return -EINVAL;
	}
	if (!*text || strlen(text) >= name_bytes || strchr(text, ' ') ||
	    *number > max)
		return -EINVAL;
	return 0;
}

static char *describe_i2c(char *text)
{
	unsigned long address;

	if (parse_chip(text, I2C_NAME_BYTES, &address, 0, I2C_HIGHEST) ||
	    address < I2C_LOWEST)
		return NULL;
	return str_printf("i2c %s %lx", text, address);
}

static char *describe_spi(char *text)
{
	unsigned long mode;

	if (parse_chip(text, SPI_NAME_BYTES, &mode, 0, 3))
		return NULL;
	return str_printf("spi %s %lu", text, mode);
}

static bool is_good_bar(unsigned long size)
{
	return !size || (size >= 16 && size <= MAX_BAR && !(size & (size - 1)));
}

/* "VENDOR:DEVICE[:CLASS[:BAR...]]", all in hexadecimal. */
static char *describe_pci(char *text)
{
	enum {
		VENDOR,
		DEVICE,
		CLASS,
		BAR,
		END = BAR + NR_BARS
	};
	unsigned long v[END] = {[CLASS] = DEFAULT_CLASS, [BAR] = DEFAULT_BAR};
	struct strbuf out = STRBUF_INIT;
	char *end = text;
	int i, n;

	for (n = 0; n < END; n++, text = end + 1) {
		v[n] = strtoul(text, &end, 16);
		if (end == text || (*end && *end != ':'))
			return NULL;
		if (!*end)
			break;
	}
	if (*end || n < DEVICE || v[VENDOR] >= 0xffff || v[DEVICE] > 0xffff ||
	    v[CLASS] > PCI_CLASS_MAX)
		return NULL;
	strbuf_puts(&out, "pci");
	for (i = 0; i < END; i++) {
		if (i >= BAR && !is_good_bar(v[i])) {
			strbuf_free(&out);
			return NULL;
		}
		strbuf_printf(&out, " %lx", v[i]);
	}
	return out.text;
}

static char *describe(const char *name)
{
	char *copy = strdup(name), *colon = strchr(copy, ':'), *result = NULL;

	if (colon)
		*colon++ = 0;
	if (colon && !strcmp(copy, "i2c"))
		result = describe_i2c(colon);
	else if (colon && !strcmp(copy, "spi"))
		result = describe_spi(colon);
	else if (colon && !strcmp(copy, "pci"))
		result = describe_pci(colon);
	free(copy);
	return result;
}

int devices_parse(struct devices *devices, const char *word)
{
	struct device *d = &devices->list[devices->n];
	const char *equals = strchr(word, '=');

	if (!equals || !equals[1])
		return -EINVAL;
	if (devices->n == RING3_DEVICES)
		return -E2BIG;
	d->name = strndup(word, equals - word);
	d->description = describe(d->name);
	if (!d->description) {
		free(d->name);
		return -EINVAL;
	}
	d->word = strdup(word);
	d->program = d->word + (equals - word) + 1;
	devices->n++;
	return 0;
}

void devices_free(struct devices *devices)
{
	while (devices->n) {
		struct device *d = &devices->list[--devices->n];

		free(d->word);
		free(d->name);
		free(d->description);
	}
}

/* ---- programs ---------------------------------------------------------------- */

/* In the new process.  What the terminal sends is not for it, nor what is left
 * when we are gone. */
static void become(const char *program, int fd)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	if (dup2(fd, STDIN_FILENO) >= 0 && dup2(fd, STDOUT_FILENO) >= 0)
		execl("/bin/sh", "sh", "-c", program, NULL);
	_exit(127);
}

static int start_one(struct device *d, int *fd)
{
	int pair[2], err;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -errno;
	fflush(NULL);
	d->pid = fork();
	if (!d->pid)
		become(d->program, pair[1]);
	err = d->pid < 0 ? -errno : 0;
	close(pair[1]);
	if (err)
		close(pair[0]);
	else
		*fd = pair[0];
	return err;
}

int devices_start(struct devices *devices)
{
	int i, err = 0;

	for (i = 0; i < devices->n; i++) {
		devices->fds[i] = -1;
		devices->list[i].pid = -1;
	}
	for (i = 0; !err && i < devices->n; i++)
		err = start_one(&devices->list[i], &devices->fds[i]);
	return err;
}

void devices_started(struct devices *devices)
{
	int i;

	for (i = 0; i < devices->n; i++) {
		if (devices->fds[i] >= 0)
			close(devices->fds[i]);
		devices->fds[i] = -1;
	}
}

int devices_add(const struct devices *devices, struct instance *instance,
		struct strbuf *trouble)
{
	int i, err = 0;

	for (i = 0; !err && i < devices->n; i++) {
		struct ring3_job job = {.kind = RING3_JOB_DEVICE, .size = i};

		job.args = devices->list[i].description;
		err = instance_job(instance, &job, NULL);
		if (!err)
			err = job.result;
		if (err)
			strbuf_printf(trouble, "cannot add the device %s: %s",
				      devices->list[i].name,
				      err == -EOPNOTSUPP
					      ? "this kernel has no such bus"
					      : strerror(-err));
	}
	return err;
}

/* Whether it ended by itself within the time; *status then says how. */
static bool wait_for(pid_t pid, int *status)
{
	int waited;

	for (waited = 0; waited < PATIENCE_MS; waited += 5) {
		if (waitpid(pid, status, WNOHANG) == pid)
			return true;
		usleep(5000);
	}
	return false;
}

static void end_one(const struct device *d, struct strbuf *trouble)
{
	int status = 0;

	if (!wait_for(d->pid, &status)) {
		kill(-d->pid, SIGKILL);
		waitpid(d->pid, NULL, 0);
		return;
	}
	if (!status)
		return;
	strbuf_printf(trouble, "%sthe program of device %s ended with %s %d",
		      trouble->len ? "; " : "", d->name,
		      WIFSIGNALED(status) ? "signal" : "status",
		      WIFSIGNALED(status) ? WTERMSIG(status)
					  : WEXITSTATUS(status));
}

void devices_end(struct devices *devices, struct strbuf *trouble)
{
	int i;

	devices_started(devices);
	for (i = 0; i < devices->n; i++) {
		if (devices->list[i].pid > 0)
			end_one(&devices->list[i], trouble);
		devices->list[i].pid = -1;
	}
}
