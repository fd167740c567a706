/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Clients of an instance, as the command line uses them: the table that the
 * instance's process calls, and what it is to know.
 */
#ifndef CLIENTS_CLIENTS_H
#define CLIENTS_CLIENTS_H

#include "machine/instance.h"

/* Before an instance with clients_table is started; the strings stay. */
struct clients_config {
	const char *run_dir; /* a folder of the instance's own */
	const char *places; /* the file that lists what was mounted or made */
	const char *modules_dir; /* what its /lib/modules is, or NULL */
	bool network; /* sockets are the instance's */
	int control; /* the instance's end of a pair: enum clients_order */
};

/* One byte each. */
enum clients_order {
	CLIENTS_STOP = 's', /* no further calls: RING3_JOB_SERVE ends */
};
extern struct clients_config clients_config;
extern const struct instance_clients clients_table;

#endif
