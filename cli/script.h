/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Scripts of file operations that tasks of an instance run, from their text:
 *
 *   # a comment
 *   open NAME PATH [FLAGS]       FLAGS of r w c (create) t (truncate) n (nonblock)
 *   read NAME BYTES
 *   write NAME DATA              DATA: "text\n" or @ or @BYTES
 *   ioctl NAME REQUEST [NUMBER|DATA]    REQUEST may be @
 *   seek NAME OFFSET
 *   close NAME
 *   sleep MILLISECONDS
 *   task                         what follows runs beside the other tasks
 *   join                         what follows runs after all tasks
 *
 * "@" is the input of a fuzzer: the next bytes of it, or all that is left.
 *
 * One thread; allocates.
 */
#ifndef CLI_SCRIPT_H
#define CLI_SCRIPT_H

#include "lib/strbuf.h"
#include "machine/instance.h"

/*
 * Reads the script at @path; @image is it for RING3_JOB_SCRIPT, to be closed by
 * session_close_module().  0 or -errno, and @error says what is wrong where.
 */
int script_open(const char *path, struct module_image *image,
		struct strbuf *error);

#endif
