// SPDX-License-Identifier: GPL-2.0-only
/* A trace event has a filter of its own, which is freed with it. */
#include <linux/trace_events.h>

void *probe(struct trace_event_call *call);
void *probe(struct trace_event_call *call)
{
	return call->filter;
}
