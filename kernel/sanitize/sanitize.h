/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the module loader asks and tells of modules compiled with sanitizers.
 *
 * All but sanitize_kind() and sanitize_find() are called in process context
 * and may sleep.
 */
#ifndef KERNEL_SANITIZE_SANITIZE_H
#define KERNEL_SANITIZE_SANITIZE_H

struct module;

/* RUNTIME_*: what an import of @symbol says of a module, or 0. */
unsigned int sanitize_kind(const char *symbol);

/* RUNTIME_*: what a module of @kinds, as its imports tell, is to be given. */
unsigned int sanitize_complete(unsigned int kinds);

/* What a module of @kinds gets for @symbol, or 0: what all modules get. */
unsigned long sanitize_find(const char *symbol, unsigned int kinds);

/* A module of @kinds is complete, and its constructors are the @n functions at
 * @constructors, none of which has run.  0 or -errno. */
int sanitize_coming(struct module *mod, unsigned int kinds,
		    void (**constructors)(void), unsigned int n);

/* Its constructors are to run, before any other of its code. */
void sanitize_construct(struct module *mod);

/* None of its code runs any more; before its memory is freed, and before it is
 * asked what it left behind. */
void sanitize_gone(struct module *mod);

#endif
