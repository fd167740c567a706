// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables of tracepoints, of trace events, of dynamic debugging, and of what
 * else the kernel is told of when a module comes.
 *
 * Process context, after relocation, before anything of the module runs.
 */
#include <linux/dynamic_debug.h>
#include <linux/kernel.h>
#include <linux/srcu.h>
#include <linux/trace_events.h>
#include <linux/tracepoint.h>
#include "module/tables.h"

/* A string of the module's, or none. */
static bool is_string_or_null(const struct table_check *c, const char *s)
{
	return !s || table_string(c, s);
}

#ifdef CONFIG_TRACEPOINTS

/* Its key is jump labels' to claim. */
static int claim_tracepoint(struct table_check *c, const struct tracepoint *tp)
{
	const void *end = &tp->key + 1;
	int err = table_claim(c, tp, offsetof(struct tracepoint, key),
			      CLAIM_TRACEPOINT);

	return err ? err
		   : table_claim(c, end, (const void *)(tp + 1) - end,
				 CLAIM_TRACEPOINT);
}

static int check_tracepoints(struct table_check *c)
{
	const tracepoint_ptr_t *entry = c->mod->tracepoints_ptrs;
	unsigned int i;
	int err = 0;

	c->section = "__tracepoints_ptrs";
	for (i = 0; !err && i < c->mod->num_tracepoints; i++) {
		struct tracepoint *tp = tracepoint_ptr_deref(&entry[i]);

		if (!table_writable(c, tp, sizeof(*tp)))
			return table_refuse(c, "it points to nowhere", i);
		if (!table_string(c, tp->name))
			return table_refuse(c, "its name is no string", i);
		if (rcu_access_pointer(tp->funcs))
			return table_refuse(c, "it is in use already", i);
		err = claim_tracepoint(c, tp);
	}
	return err;
}
#else
static int check_tracepoints(struct table_check *c)
{
	return 0;
}
#endif

#ifdef CONFIG_EVENT_TRACING

static bool is_fields(const struct table_check *c,
		      const struct trace_event_fields *field)
{
	for (;; field++) {
		if (!table_own(c, field, sizeof(*field)))
			return false;
		if (!field->type)
			return true;
		if (field->type == TRACE_FUNCTION_TYPE ||
		    !table_string(c, field->type) ||
		    !table_string(c, field->name))
			return false;
	}
}

static bool is_class(const struct table_check *c,
		     const struct trace_event_class *class)
{
	if (!table_writable(c, class, sizeof(*class)) ||
	    !table_string(c, class->system) ||
	    !table_function(c, class->probe) ||
	    !table_function(c, class->reg) || class->get_fields)
		return false;
#ifdef CONFIG_PERF_EVENTS
	if (!table_function(c, class->perf_probe))
		return false;
#endif
	/* It is called at once, and does what must be undone in the end. */
	if (class->raw_init != trace_event_raw_init)
		return false;
	return class->fields.next == &class->fields &&
	       class->fields.prev == &class->fields &&
	       is_fields(c, class->fields_array);
}

static bool has_name(const struct table_check *c,
		     const struct trace_event_call *call)
{
	if (call->flags & TRACE_EVENT_FL_CUSTOM ||
	    !(call->flags & TRACE_EVENT_FL_TRACEPOINT))
		return table_string(c, call->name);
	if (table_own(c, call->tp, sizeof(*call->tp)))
		return table_string(c, call->tp->name);
	return table_any_data(c, call->tp, sizeof(*call->tp)) &&
	       table_any_data(c, call->tp->name, 1);
}

/* The kernel puts its own where there are none. */
static bool is_functions(const struct table_check *c,
			 const struct trace_event_functions *funcs)
{
	return table_writable(c, funcs, sizeof(*funcs)) &&
	       table_function(c, funcs->trace) &&
	       table_function(c, funcs->raw) && table_function(c, funcs->hex) &&
	       table_function(c, funcs->binary);
}

/* Kinds that are made while the kernel runs, and what it hangs on to others. */
static bool is_fresh(const struct trace_event_call *call)
{
	if (call->flags & (TRACE_EVENT_FL_DYNAMIC | TRACE_EVENT_FL_KPROBE |
			   TRACE_EVENT_FL_UPROBE | TRACE_EVENT_FL_EPROBE))
		return false;
#if HAVE_EVENT_FILTER
	if (call->filter || call->flags & TRACE_EVENT_FL_FILTERED)
		return false;
#endif
#ifdef CONFIG_PERF_EVENTS
	if (call->perf_refcount || call->perf_events ||
	    rcu_access_pointer(call->prog_array))
		return false;
#endif
	return !call->module;
}

static int claim_event(struct table_check *c,
		       const struct trace_event_call *call)
{
	int err = table_claim(c, call, sizeof(*call), CLAIM_EVENT);

	if (!err)
		err = table_claim(c, call->class, sizeof(*call->class),
				  CLAIM_CLASS);
	if (!err)
		err = table_claim(c, call->event.funcs,
				  sizeof(*call->event.funcs), CLAIM_FUNCTIONS);
	return err ? err
		   : table_claim(c, call->print_fmt,
				 strlen(call->print_fmt) + 1, CLAIM_TEXT);
}

static int check_event(struct table_check *c, struct trace_event_call *call,
		       unsigned int i)
{
	if (!table_writable(c, call, sizeof(*call)))
		return table_refuse(c, "it points to nowhere", i);
	if (!is_fresh(call))
		return table_refuse(c, "it is in use already", i);
	if (call->event.type || !is_functions(c, call->event.funcs))
		return table_refuse(c, "its functions are nowhere", i);
	if (!is_class(c, call->class))
		return table_refuse(c, "its class is none", i);
	if (!has_name(c, call))
		return table_refuse(c, "it has no name", i);
	/* Names of constants in it are replaced. */
	if (!table_string(c, call->print_fmt) ||
	    !table_writable(c, call->print_fmt, 1))
		return table_refuse(c, "its format is no string", i);
	return claim_event(c, call);
}

static int check_events(struct table_check *c)
{
	struct trace_event_call **call = c->mod->trace_events;
	unsigned int i;
	int err = 0;

	c->section = "_ftrace_events";
	for (i = 0; !err && i < c->mod->num_trace_events; i++)
		err = check_event(c, call[i], i);
	return err;
}

static int check_constants(struct table_check *c)
{
	struct trace_eval_map **map = c->mod->trace_evals;
	unsigned int i;

	c->section = "_ftrace_eval_map";
	for (i = 0; i < c->mod->num_trace_evals; i++)
		if (!table_own(c, map[i], sizeof(**map)) ||
		    !table_string(c, map[i]->system) ||
		    !table_string(c, map[i]->eval_string))
			return table_refuse(c, "it points to nowhere", i);
	return 0;
}

#else
static int check_events(struct table_check *c)
{
	return 0;
}

static int check_constants(struct table_check *c)
{
	return 0;
}
#endif

static int check_formats(struct table_check *c)
{
#ifdef CONFIG_TRACING
	unsigned int i;

	c->section = "__trace_printk_fmt";
	for (i = 0; i < c->mod->num_trace_bprintk_fmt; i++)
		if (!is_string_or_null(c, c->mod->trace_bprintk_fmt_start[i]))
			return table_refuse(c, "its format is no string", i);
#endif
	return 0;
}

#ifdef CONFIG_TREE_SRCU

#if HAVE_SRCU_USAGE

#define SEQ_STATE 3ul /* of a grace period's number */

/* The compiler's, never used: a state, which the kernel leaves at 0, says that
 * it needs a start. */
static bool is_usage(const struct table_check *c,
		     const struct srcu_usage *usage)
{
	return table_writable(c, usage, sizeof(*usage)) &&
	       !((unsigned long)usage % __alignof__(*usage)) &&
	       usage->srcu_gp_seq_needed & SEQ_STATE;
}

static int claim_usage(struct table_check *c, const struct srcu_usage *usage)
{
	return table_claim(c, usage, sizeof(*usage), CLAIM_SRCU);
}
#endif

static int check_srcu(struct table_check *c)
{
	const struct srcu_struct *srcu;
	unsigned int i;
	int err = 0;

	c->section = "___srcu_struct_ptrs";
	for (i = 0; !err && i < c->mod->num_srcu_structs; i++) {
		srcu = c->mod->srcu_struct_ptrs[i];
		if (!table_writable(c, srcu, sizeof(*srcu)))
			return table_refuse(c, "it points to nowhere", i);
		err = table_claim(c, srcu, sizeof(*srcu), CLAIM_SRCU);
#if HAVE_SRCU_USAGE
		if (!is_usage(c, srcu->srcu_sup))
			return table_refuse(c, "it is in use already", i);
		if (!err)
			err = claim_usage(c, srcu->srcu_sup);
#endif
	}
	return err;
}

#else
static int check_srcu(struct table_check *c)
{
	return 0;
}
#endif

static int check_bpf(struct table_check *c)
{
#ifdef CONFIG_BPF_EVENTS
	const struct bpf_raw_event_map *map = c->mod->bpf_raw_events;
	unsigned int i;

	c->section = "__bpf_raw_tp_map";
	for (i = 0; i < c->mod->num_bpf_raw_events; i++, map++)
		if (!table_any_data(c, map->tp, sizeof(*map->tp)) ||
		    !table_any_data(c, map->tp->name, 1) ||
		    !table_function(c, map->bpf_func))
			return table_refuse(c, "it points to nowhere", i);
#endif
	return 0;
}

#ifdef CONFIG_DYNAMIC_DEBUG_CORE

static int check_classes(struct table_check *c)
{
	struct ddebug_class_map *map;
	unsigned int i, n;
	int k, err = table_array(c, "__dyndbg_classes", sizeof(*map),
				 (void **)&map, &n);

	for (i = 0; !err && i < n; i++, map++) {
		if (!is_string_or_null(c, map->mod_name) || map->length < 0 ||
		    !table_own(c, map->class_names,
			       map->length * sizeof(*map->class_names)))
			return table_refuse(c, "it points to nowhere", i);
		for (k = 0; k < map->length; k++)
			if (!table_string(c, map->class_names[k]))
				return table_refuse(c, "it has no name", i);
	}
	return err;
}

static int check_dynamic_debug(struct table_check *c)
{
	struct _ddebug *d;
	unsigned int i, n;
	int err = table_array(c, "__dyndbg", sizeof(*d), (void **)&d, &n);

	for (i = 0; !err && i < n; i++, d++)
		if (!table_string(c, d->modname) ||
		    !table_string(c, d->function) ||
		    !table_string(c, d->filename) ||
		    !table_string(c, d->format))
			err = table_refuse(c, "it points to nowhere", i);
	return err ? err : check_classes(c);
}

#else
static int check_dynamic_debug(struct table_check *c)
{
	return 0;
}
#endif

int check_trace_tables(struct table_check *c)
{
	static int (*const checks[])(struct table_check *) = {
		check_tracepoints,   check_events, check_constants,
		check_formats,	     check_srcu,   check_bpf,
		check_dynamic_debug,
	};
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < ARRAY_SIZE(checks); i++)
		err = checks[i](c);
	return err;
}
