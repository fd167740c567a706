/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the module loader tells the checks: what modules leave behind
 * (RING3_OPTION_LEAKS), and which of their functions ran
 * (RING3_OPTION_COVERAGE).
 *
 * Without these options every function returns at once.  All are called in
 * process context and may sleep.
 */
#ifndef KERNEL_CHECK_CHECK_H
#define KERNEL_CHECK_CHECK_H

struct module;
struct module_import;

/* What @mod is to reach by an import that import_find() found and that the
 * kernel itself exports; 0: what it would without.  @native: what that calls
 * in place of the kernel's function, or 0. */
unsigned long check_redirect(struct module *mod,
			     const struct module_import *found,
			     unsigned long native);

/* A section with code of @mod lies at [address, address + size); @name is
 * copied.  Once for each, before check_module_coming(). */
void check_module_section(struct module *mod, const char *name,
			  const void *address, unsigned long size);

/* @mod is complete and none of its code has run; before ftrace is told of it,
 * which gets no sites of a module whose calls are counted. */
void check_module_coming(struct module *mod);

/* @mod is not to be after all, and none of its code has run. */
void check_module_refused(struct module *mod);

/*
 * None of @mod's code is to run any more: after its exit and the notifiers, or
 * when its init failed, before any of its memory is freed and its symbols are
 * gone.  Reports, and returns the number of things left behind.
 */
unsigned int check_module_gone(struct module *mod);

/* @mod is taken out, but its code stays and may still run: what it made is not
 * asked for. */
void check_module_abandoned(struct module *mod);

/* How many things all modules left behind since it was last called. */
unsigned int check_take_things(void);

/* The instance ends in order: reports what loaded modules counted. */
void check_end(void);

#endif
