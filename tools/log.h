/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages of the module tools: "program: LEVEL: text" on stderr or, with -s,
 * in the system's log.
 *
 * Levels are those of syslog: LOG_CRIT, printed as FATAL, to LOG_DEBUG.  A
 * message above the level that is set is dropped.  The text ends with its own
 * newline or without one: one is added where it is missing.
 *
 * Settings belong to the main thread; printing is for any thread.  May block
 * on the terminal.  Not signal-safe.
 */
#ifndef TOOLS_LOG_H
#define TOOLS_LOG_H

#include <stdbool.h>
#include <sys/syslog.h>

/* What messages and usage texts call the tool; until it is set, "kmod". The
 * string is kept, not copied. */
void log_set_program(const char *name);
const char *log_program(void);

/* The highest level that is printed; LOG_WARNING until it is set. */
void log_set_level(int level);
int log_level(void);

/* From now on to the system's log, under the program's name. */
void log_use_syslog(void);
bool log_to_syslog(void);

/* @level above LOG_CRIT returns. */
void log_print(int level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Prints at LOG_CRIT, whatever the level set, and exits with status 1. */
void log_fatal(const char *format, ...)
	__attribute__((format(printf, 1, 2), noreturn));

#define log_err(...)	log_print(LOG_ERR, __VA_ARGS__)
#define log_warn(...)	log_print(LOG_WARNING, __VA_ARGS__)
#define log_notice(...) log_print(LOG_NOTICE, __VA_ARGS__)
#define log_info(...)	log_print(LOG_INFO, __VA_ARGS__)
#define log_debug(...)	log_print(LOG_DEBUG, __VA_ARGS__)

#endif
