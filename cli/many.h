/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The same run many times, each in an instance of its own and with one thing
 * different: which call fails (--fail=each), or the schedule (--schedules).
 *
 * The caller's thread waits for processes that it starts.
 */
#ifndef CLI_MANY_H
#define CLI_MANY_H

struct options;
struct run;

/* Whether the options ask for it. */
int many_is_asked(const struct options *options);

/* Does it all for @run, whose session is open; an exit status. */
int many_test(struct run *run, const struct options *options);

#endif
