/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs whose instance is gone.  Called by the process that started the
 * instance, which then answers in the supervisor's place: what is the person's
 * goes on, what was the instance's fails with EIO.
 */
#ifndef CLIENTS_ORPHANS_H
#define CLIENTS_ORPHANS_H

/* Before the instance is started: memory in which its supervisor keeps books
 * that outlive it; 0 or -errno. */
int orphans_prepare(void);

/* The instance is gone: calls that it had not answered fail.  @listener is the
 * filter's, which SPAWN_READY brought. */
void orphans_adopt(int listener);

/* Answers one call; @listener is readable. */
void orphans_serve(void);

#endif
