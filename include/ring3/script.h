/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A script of file operations, which tasks of the instance run: an array of
 * struct ring3_op and, behind it, the bytes that they name.  Includes nothing,
 * as all of include/ring3.
 */
#ifndef RING3_SCRIPT_H
#define RING3_SCRIPT_H

#define RING3_SCRIPT_MAGIC 0x74706972u
#define RING3_SCRIPT_FILES 16
#define RING3_SCRIPT_TASKS 8
/* What one operation writes or reads at most. */
#define RING3_SCRIPT_BUFFER 65536u

enum ring3_op_kind {
	RING3_OP_OPEN, /* data: the path, NUL-terminated; a: O_* */
	RING3_OP_READ, /* a: bytes */
	RING3_OP_WRITE, /* data */
	RING3_OP_IOCTL, /* a: request; b: argument, or data: pointed to */
	RING3_OP_SEEK, /* a: to where */
	RING3_OP_CLOSE,
	RING3_OP_SLEEP, /* a: milliseconds */
};

/* flags: the data is the next @size bytes of the input, if that is not 0, or
 * all that is left of it; the request is its next four bytes. */
#define RING3_OP_INPUT	       0x1u
#define RING3_OP_INPUT_REQUEST 0x2u
/* The data is there at all. */
#define RING3_OP_DATA 0x4u

struct ring3_op {
	unsigned int kind;
	unsigned int line; /* of the script, for people */
	/* 0: before all others; 1 and up: at the same time; the last number:
	 * after all others. */
	unsigned int task;
	unsigned int file; /* below RING3_SCRIPT_FILES */
	unsigned int flags; /* RING3_OP_* */
	unsigned int size; /* of the data */
	unsigned long offset; /* of the data, from the start of the script */
	unsigned long a, b;
};

#define RING3_SCRIPT_LAST (RING3_SCRIPT_TASKS + 1)

struct ring3_script {
	unsigned int magic;
	unsigned int nr_ops;
	struct ring3_op op[];
};

#endif
