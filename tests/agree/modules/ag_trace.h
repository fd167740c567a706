/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The trace event of ag_trace.c; read several times, as such headers are.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ag_trace

#if !defined(AG_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define AG_TRACE_H

#include <linux/tracepoint.h>

/* clang-format off */
TRACE_EVENT(ag_event,
	TP_PROTO(int number),
	TP_ARGS(number),
	TP_STRUCT__entry(__field(int, number)),
	TP_fast_assign(__entry->number = number;),
	TP_printk("number=%d", __entry->number));
/* clang-format on */

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE ag_trace
#include <trace/define_trace.h>
