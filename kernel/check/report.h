/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reports of the checks in the kernel's log, as the kernel's own checkers make
 * them, and their number, by which a module is judged.
 *
 * Any context but NMI; the one CPU makes one report at a time.
 */
#ifndef KERNEL_CHECK_REPORT_H
#define KERNEL_CHECK_REPORT_H

#include <linux/types.h>

struct module;

/* Where code of a module called: what the unwinder needs. */
struct report_place {
	unsigned long ip; /* behind the call */
	unsigned long sp; /* as it is there */
	unsigned long bp;
};

/* The caller of the function that uses it, which gets a frame pointer; if that
 * is a stub of ours, the stub's caller. */
#define REPORT_PLACE_OF_CALLER() report_place(__builtin_frame_address(0))
struct report_place report_place(const unsigned long *frame);

/* The same where there is no stub: our own caller of that function. */
#define REPORT_PLACE_HERE()                                                    \
	((struct report_place){                                                \
		.ip = (unsigned long)__builtin_return_address(0),              \
		.sp = (unsigned long)__builtin_frame_address(0) + 16,          \
		.bp = *(const unsigned long *)__builtin_frame_address(0),      \
	})

/*
 * Whether there is to be a report of @kind, a string constant, at @ip: each
 * place reports once, and all together so many times.  If so, the line that
 * sets it off is printed; the title and the rest are the caller's, by pr_err(),
 * up to report_end().
 */
bool report_begin(const char *kind, unsigned long ip);
void report_end(void);

/* The CPU, the task and the calls that led to @place. */
void report_stack(const struct report_place *place);

/* The trace of calls that led to @place, for later: how many entries. */
unsigned int report_save_stack(const struct report_place *place,
			       unsigned long *entries, unsigned int n);
void report_print_stack(const unsigned long *entries, unsigned int n);

/* Whether there is one that report_take() has not told of. */
bool report_pending(void);

/* How many reports there were since it was last called. */
unsigned int report_take(void);

/* @mod's code is gone: another module's at its addresses may report. */
void report_forget(const struct module *mod);

#endif
