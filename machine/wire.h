/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages between an instance's process and the one that started it, over a
 * SOCK_SEQPACKET pair: a header of the kind's own structure, then bytes.
 *
 * Both ends are the same program, so the structures need no encoding.
 */
#ifndef MACHINE_WIRE_H
#define MACHINE_WIRE_H

#include <ring3/boundary.h>

#define WIRE_MAX 65536 /* bytes of one message */

#define WIRE_COVERAGE_PATH 4096 /* of WIRE_COVERAGE_FILE */

enum wire_kind {
	/* From the instance: */
	WIRE_LOG = 1, /* no header; the text */
	WIRE_NEXT_JOB, /* nothing: answered by WIRE_JOB */
	WIRE_JOB_DONE, /* struct ring3_job */
	WIRE_REQUEST, /* the name: answered by WIRE_COUNT */
	WIRE_NEXT_MODULE, /* nothing: answered by WIRE_MODULE */
	WIRE_HOOK, /* struct wire_hook; "symbol\0kind\0why\0" */
	WIRE_BENCH, /* unsigned long value; "name\0unit\0" */
	WIRE_SNAPSHOT, /* int: 0 or -errno, saving is over */
	WIRE_CONTENT, /* no header; bytes of a file */
	WIRE_EXPLAIN, /* no header; lines of text */
	WIRE_COVERAGE, /* struct wire_coverage; "module\0section\0" */
	WIRE_COVERAGE_FILE, /* no header; "path\0", bytes of the file */
	WIRE_EXIT, /* int: enum ring3_exit; the text */
	WIRE_CRASH, /* struct wire_crash; the text */
	/* To the instance: */
	WIRE_JOB, /* struct ring3_job; the arguments; a descriptor */
	WIRE_COUNT, /* int */
	WIRE_MODULE, /* struct wire_module; the arguments; a descriptor */
};

struct wire_hook {
	unsigned long hits;
	unsigned int must_be_reached;
};

struct wire_coverage {
	unsigned long offset;
	unsigned long hits;
};

struct wire_crash {
	struct ring3_frame frame;
	unsigned long address;
};

struct wire_module {
	unsigned long size; /* 0: there is no further one */
	char name[64];
};

#endif
