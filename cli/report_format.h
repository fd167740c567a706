/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What became of the modules of a run, for programs: JSON, KTAP, JUnit's XML.
 *
 * One thread; blocks only on @out.
 */
#ifndef CLI_REPORT_FORMAT_H
#define CLI_REPORT_FORMAT_H

#include <stdio.h>
#include "cli/options.h"
#include "cli/run.h"

/* Prints all of @run, whose kernel's log was @log, with source lines. */
void report_format(const struct run *run, enum format format, const char *log,
		   FILE *out);

#endif
