// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages of the module tools.  Each is one write, so that those of threads
 * and of commands that a tool runs do not mix.
 *
 * Any thread; may block on the terminal; not signal-safe.
 */
#include "tools/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/strbuf.h"

static const char *program = "kmod";
static int max_level = LOG_WARNING;
static bool use_syslog;

static const char *level_name(int level)
{
	static const char *const names[] = {
		[LOG_CRIT] = "FATAL",	   [LOG_ERR] = "ERROR",
		[LOG_WARNING] = "WARNING", [LOG_NOTICE] = "NOTICE",
		[LOG_INFO] = "INFO",	   [LOG_DEBUG] = "DEBUG",
	};

	if (level < LOG_CRIT)
		level = LOG_CRIT;
	return names[level > LOG_DEBUG ? LOG_DEBUG : level];
}

void log_set_program(const char *name)
{
	program = name;
}

const char *log_program(void)
{
	return program;
}

void log_set_level(int level)
{
	max_level = level;
}

int log_level(void)
{
	return max_level;
}

void log_use_syslog(void)
{
	use_syslog = true;
	openlog(program, LOG_CONS, LOG_DAEMON);
}

bool log_to_syslog(void)
{
	return use_syslog;
}

static void print(int level, const char *format, va_list args)
{
	struct strbuf line = STRBUF_INIT;
	char *text;

	if (vasprintf(&text, format, args) < 0)
		return;
	if (use_syslog) {
		syslog(level, "%s: %s", level_name(level), text);
	} else {
		strbuf_printf(&line, "%s: %s: %s", program, level_name(level),
			      text);
		if (line.text[line.len - 1] != '\n')
			strbuf_puts(&line, "\n");
		fflush(stdout);
		fwrite(line.text, 1, line.len, stderr);
	}
	strbuf_free(&line);
	free(text);
}

void log_print(int level, const char *format, ...)
{
	va_list args;

	if (level > max_level)
		return;
	va_start(args, format);
	print(level, format, args);
	va_end(args);
}

void log_fatal(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print(LOG_CRIT, format, args);
	va_end(args);
	exit(EXIT_FAILURE);
}
