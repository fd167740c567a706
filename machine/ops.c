// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host operations that the kernel half is given (include/ring3): one table,
 * filled from the files of this folder.
 */
#include <string.h>
#include "machine/internal.h"

static void console_write(const char *text, unsigned int n)
{
	channel_send(WIRE_LOG, NULL, 0, text, n);
}

static void file_content(const void *data, unsigned long n)
{
	channel_send(WIRE_CONTENT, NULL, 0, data, n);
}

static void hook_report(const char *symbol, const char *kind, const char *why,
			unsigned long hits, unsigned int must_be_reached)
{
	struct wire_hook hook = {hits, must_be_reached};
	char text[512];
	size_t a = strlen(symbol) + 1, b = strlen(kind) + 1;
	size_t c = strlen(why) + 1;

	if (a + b + c > sizeof(text))
		guest_bug("a hook's reason is too long");
	memcpy(text, symbol, a);
	memcpy(text + a, kind, b);
	memcpy(text + a + b, why, c);
	channel_send(WIRE_HOOK, &hook, sizeof(hook), text, a + b + c);
}

static void bench_report(const char *name, unsigned long value,
			 const char *unit)
{
	char text[128];
	size_t a = strlen(name) + 1, b = strlen(unit) + 1;

	if (a + b > sizeof(text))
		guest_bug("a benchmark's name is too long");
	memcpy(text, name, a);
	memcpy(text + a, unit, b);
	channel_send(WIRE_BENCH, &value, sizeof(value), text, a + b);
}

static void explain(const char *text, unsigned int n)
{
	channel_send(WIRE_EXPLAIN, NULL, 0, text, n);
}

static void coverage(const char *module, const char *section,
		     unsigned long offset, unsigned long hits)
{
	struct wire_coverage head = {offset, hits};
	char text[1024];
	size_t a = strlen(module) + 1, b = strlen(section) + 1;

	if (a + b > sizeof(text))
		guest_bug("a section's name is too long");
	memcpy(text, module, a);
	memcpy(text + a, section, b);
	channel_send(WIRE_COVERAGE, &head, sizeof(head), text, a + b);
}

static void coverage_file(const char *path, const void *data, unsigned long n)
{
	size_t head = strlen(path) + 1;

	/* The path goes in front, in one message with a part of the bytes. */
	if (head > WIRE_COVERAGE_PATH)
		guest_bug("the path of a file for gcov is too long");
	channel_send(WIRE_COVERAGE_FILE, path, head, data, n);
}

static int snapshot(void)
{
	int err = snapshot_save();

	channel_send(WIRE_SNAPSHOT, &err, sizeof(err), NULL, 0);
	return err;
}

/* Clients' operations are those of whoever supervises them. */

static struct ring3_call *client_next(void)
{
	return CLIENTS ? CLIENTS->next() : NULL;
}

static struct ring3_call *client_run(struct ring3_client *client)
{
	return clock_run(client);
}

static void client_done(struct ring3_call *call)
{
	CLIENTS->done(call);
}

static unsigned long client_read(int tid, void *to, unsigned long from,
				 unsigned long n)
{
	return CLIENTS->read(tid, to, from, n);
}

static unsigned long client_write(int tid, unsigned long to, const void *from,
				  unsigned long n)
{
	return CLIENTS->write(tid, to, from, n);
}

static void client_signal(int tgid, int tid, int sig, int group)
{
	CLIENTS->signal(tgid, tid, sig, group);
}

static void client_ready(void *file, unsigned int events)
{
	CLIENTS->ready(file, events);
}

static void client_hooked(unsigned int nr, unsigned int on)
{
	CLIENTS->hooked(nr, on);
}

static void client_native(struct ring3_call *call)
{
	CLIENTS->native(call);
}

const struct ring3_host host_ops = {
	.clock_now = clock_now,
	.clock_wall = clock_wall,
	.clock_arm = clock_arm,
	.clock_wait = clock_wait,
	.clock_delay = clock_delay,
	.clock_real = clock_real,
	.console_write = console_write,
	.memory_map = memory_map,
	.memory_map_void = memory_map_void,
	.memory_map_zero = memory_map_zero,
	.memory_unmap = memory_unmap,
	.memory_protect = memory_protect,
	.memory_poke = memory_poke,
	.memory_share = memory_share,
	.memory_free_hint = memory_free_hint,
	.cpu_set_gs = cpu_set_gs,
	.snapshot = snapshot,
	.job_next = job_next,
	.job_done = job_done,
	.module_request = module_request,
	.module_next = module_next,
	.file_content = file_content,
	.hook_report = hook_report,
	.bench_report = bench_report,
	.explain = explain,
	.coverage = coverage,
	.coverage_file = coverage_file,
	.fuzz_next = fuzz_next,
	.fuzz_map = fuzz_map,
	.verified_find = verified_find,
	.verified_add = verified_add,
	.client_next = client_next,
	.client_run = client_run,
	.client_done = client_done,
	.client_read = client_read,
	.client_write = client_write,
	.client_signal = client_signal,
	.client_ready = client_ready,
	.client_hooked = client_hooked,
	.client_native = client_native,
	.lent_read = lent_read,
	.lent_write = lent_write,
	.lent_sync = lent_sync,
	.lent_close = lent_close,
	.terminal_write = terminal_write,
	.device_ask = device_ask,
	.device_interrupts = device_interrupts,
	.exit = guest_exit,
};
