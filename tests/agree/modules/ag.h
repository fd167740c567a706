/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the modules of tests/agree export to each other.
 */
#ifndef AG_H
#define AG_H

#include <linux/jump_label.h>
#include <linux/percpu.h>
#include <linux/static_call.h>

/* ag_export */
int ag_plain_function(int n);
int ag_gpl_function(int n);
int ag_space_function(int n);
extern int ag_variable;
DECLARE_PER_CPU(int, ag_shared_percpu);
DECLARE_STATIC_KEY_FALSE(ag_shared_key);

/* ag_use */
int ag_second_function(int n);

#endif
