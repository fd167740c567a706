// SPDX-License-Identifier: GPL-2.0-only
/*
 * The notifier by which trace events come and go with their module.
 *
 * When any module goes, it looks for its events among all those of the kernel,
 * some thousands, which is half of the unloading of a small module.  For one
 * that brought none only the rest of it is done here.
 *
 * Set up once, by PID 1; the notifier runs in process context and sleeps.
 */
#include <linux/kallsyms.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/rwsem.h>
#include <linux/string.h>
#include "module/internal.h"

#ifdef CONFIG_EVENT_TRACING

/* The kernel's: kernel/trace/trace_events.c, trace.c */
extern struct mutex event_mutex, trace_types_lock;
void tracing_reset_all_online_cpus_unlocked(void);

static notifier_fn_t native;

static int notify(struct notifier_block *nb, unsigned long state, void *data)
{
	const struct module *mod = data;

	if (state != MODULE_STATE_GOING || mod->num_trace_events ||
	    ring3_kernel.options & RING3_OPTION_KERNEL_LOADER)
		return native(nb, state, data);
	mutex_lock(&event_mutex);
	mutex_lock(&trace_types_lock);
	tracing_reset_all_online_cpus_unlocked();
	mutex_unlock(&trace_types_lock);
	mutex_unlock(&event_mutex);
	return NOTIFY_OK;
}

/* Two functions have the name; this one is to be called before the other. */
static bool is_of_events(const struct notifier_block *nb)
{
	char name[KSYM_NAME_LEN];

	return nb->priority == 1 &&
	       !lookup_symbol_name((unsigned long)nb->notifier_call, name) &&
	       !strcmp(name, "trace_module_notify");
}

void trace_events_set_up(void)
{
	struct notifier_block *nb;

	down_write(&module_notify_list.rwsem);
	for (nb = module_notify_list.head; nb; nb = nb->next) {
		if (!is_of_events(nb))
			continue;
		native = nb->notifier_call;
		nb->notifier_call = notify;
		break;
	}
	up_write(&module_notify_list.rwsem);
}

#else

void trace_events_set_up(void)
{
}

#endif
