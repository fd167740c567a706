// SPDX-License-Identifier: GPL-2.0-only
/*
 * The instance's process, from its first instruction to the kernel's.
 *
 * Set up either by a cold start (the image and the kernel half from the cache)
 * or from a snapshot; then the kernel runs on this thread until it exits.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>
#include "image/target.h"
#include "machine/internal.h"

struct guest guest;

/* Guest time at a cold start: not 0, which some code takes for "never". */
#define FIRST_NS 1000000ul

void guest_exit(enum ring3_exit why, const char *text)
{
	int kind = why;

	channel_send(WIRE_EXIT, &kind, sizeof(kind), text, strlen(text));
	_exit(0);
}

void guest_bug(const char *what)
{
	struct wire_crash crash = {.address = 0};

	channel_send(WIRE_CRASH, &crash, sizeof(crash), what, strlen(what));
	_exit(1);
}

static void fail(const char *step, int err)
{
	char text[200];

	snprintf(text, sizeof(text), "%s: %s", step, strerror(-err));
	guest_bug(text);
}

static int open_part(const char *name, int *fd)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", guest.config->build->dir, name);
	*fd = open(path, O_RDONLY | O_CLOEXEC);
	return *fd < 0 ? -errno : 0;
}

static int map_image(void)
{
	const struct target_build *b = guest.config->build;
	int fd, err = open_part("image", &fd);

	if (err)
		return err;
	err = memory_map_file(fd, b->image_base, b->image_end - b->image_base,
			      0, PROT_READ | PROT_WRITE | PROT_EXEC);
	close(fd);
	guest.image_end = b->image_end;
	return err;
}

static int load_segment(int fd, const Elf64_Phdr *ph)
{
	unsigned long start = ph->p_vaddr & ~(PAGE_SIZE - 1);
	unsigned long end = ph->p_vaddr + ph->p_memsz + PAGE_SIZE - 1;
	int err;

	if (ph->p_type != PT_LOAD || !ph->p_memsz)
		return 0;
	if (start < LAYOUT_HALF || end > LAYOUT_IMAGE)
		return -ENOEXEC;
	end &= ~(PAGE_SIZE - 1);
	err = memory_map_file(-1, start, end - start, 0,
			      PROT_READ | PROT_WRITE | PROT_EXEC);
	if (err)
		return err;
	if (pread(fd, (void *)ph->p_vaddr, ph->p_filesz, ph->p_offset) !=
	    (ssize_t)ph->p_filesz)
		return -EIO;
	if (end > guest.half_end)
		guest.half_end = end;
	return 0;
}

static int load_half(void)
{
	Elf64_Phdr ph[16];
	Elf64_Ehdr eh;
	int fd, i, err = open_part("kernel.elf", &fd);

	if (err)
		return err;
	err = -ENOEXEC;
	if (pread(fd, &eh, sizeof(eh), 0) != (ssize_t)sizeof(eh) ||
	    eh.e_phnum > 16 ||
	    pread(fd, ph, eh.e_phnum * sizeof(*ph), eh.e_phoff) !=
		    (ssize_t)(eh.e_phnum * sizeof(*ph)))
		goto close;
	for (i = 0, err = 0; !err && i < eh.e_phnum; i++)
		err = load_segment(fd, &ph[i]);
	guest.kernel = (void *)LAYOUT_HALF;
	if (!err && (guest.kernel->magic != RING3_MAGIC ||
		     guest.kernel->abi != RING3_ABI))
		err = -ENOEXEC;
close:
	close(fd);
	return err;
}

static int map_memory(void)
{
	int err = memory_map_file(-1, LAYOUT_RAM, LAYOUT_RAM_SIZE, 0,
				  PROT_READ | PROT_WRITE);

	return err ? err
		   : memory_map_file(-1, LAYOUT_PAGE_ARRAY,
				     LAYOUT_PAGE_ARRAY_SIZE, 0,
				     PROT_READ | PROT_WRITE);
}

static char *command_line(void)
{
	const char *append = guest.config->append;
	char *line = NULL;

	if (asprintf(&line, "%s%s%s", instance_command_line, append ? " " : "",
		     append ? append : "") < 0)
		guest_bug("out of memory");
	return line;
}

/* Descriptors of clients' supervisor, and behind them those of devices, under
 * whatever number they have. */
#define MAX_KEPT 4
static int kept[MAX_KEPT + RING3_DEVICES], nr_kept;

static int start_clients(void)
{
	const struct instance_clients *clients = guest.config->clients;

	if (!clients)
		return 0;
	clients->kept(kept);
	return clients->start();
}

static void cold_start(void)
{
	const struct instance_config *c = guest.config;
	struct ring3_boot boot = {
		.image_low = LAYOUT_IMAGE,
		.half_low = LAYOUT_HALF,
		.ram_low = LAYOUT_RAM,
		.ram_high = LAYOUT_RAM_END,
		.page_array = LAYOUT_PAGE_ARRAY,
		.vmalloc_low = LAYOUT_VMALLOC,
		.module_low = LAYOUT_MODULES,
		.module_high = LAYOUT_MODULES_END,
		.user_low = LAYOUT_USER,
		.user_high = LAYOUT_USER_END,
		.snapshot = c->save_snapshot != NULL,
		.report_hooks = c->report_hooks,
		.tsc_khz = cpu_tsc_khz(),
	};
	int err = map_image();

	if (err)
		fail("mapping the kernel's image", err);
	err = load_half();
	if (!err)
		err = map_memory();
	if (!err)
		err = clock_set_up(c->virtual_time, FIRST_NS);
	if (!err && c->save_snapshot)
		err = snapshot_open_for_saving(c->save_snapshot);
	if (err)
		fail("loading the kernel half", err);
	boot.image_high = guest.image_end;
	boot.half_high = guest.half_end;
	boot.command_line = command_line();
	guest.kernel->host = host_ops;
	guest.kernel->options = c->options;
	cpu_set_gs(c->build->percpu_load);
	guest.job_deadline = RING3_NEVER;
	err = jail_enter();
	if (err)
		fail("entering the jail", err);
	err = start_clients();
	if (err)
		fail("serving programs", err);
	guest.kernel->start(&boot);
}

static void warm_start(void)
{
	int err = snapshot_restore(guest.config->snapshot);

	if (!err)
		err = jail_enter();
	if (!err)
		err = start_clients();
	if (err)
		fail("starting from the snapshot", err);
	guest.kernel->host = host_ops;
	guest.kernel->options = guest.config->options;
	guest.job_deadline = RING3_NEVER;
	guest.kernel->resume();
}

/* Leaves the channel and what is kept. */
static void close_inherited(int channel)
{
	const struct instance_config *c = guest.config;
	unsigned int i;
	int err;

	if (c->clients)
		nr_kept = c->clients->prepare(kept, MAX_KEPT);
	if (nr_kept < 0)
		fail("serving programs", nr_kept);
	for (i = 0; i < c->nr_devices; i++)
		kept[nr_kept + i] = c->devices[i];
	err = jail_close_inherited(&channel, kept, nr_kept + c->nr_devices);
	channel_set_up(channel);
	if (err)
		fail("closing what was inherited", err);
}

void guest_main(const struct instance_config *config, int channel)
{
	int err;

	guest.config = config;
	channel_set_up(channel);
	close_inherited(channel);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* What the terminal sends is for the process that started us, which
	 * ends us in order. */
	signal(SIGINT, SIG_IGN);
	/* Clones are nobody's to wait for. */
	signal(SIGCHLD, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	if (config->clients) {
		signal(SIGTSTP, SIG_IGN);
		signal(SIGHUP, SIG_IGN);
	}
	err = memory_set_up();
	if (!err)
		err = trap_set_up();
	if (!err)
		err = devices_set_up(kept + nr_kept, config->nr_devices);
	if (err)
		fail("setting up memory", err);
	if (config->snapshot)
		warm_start();
	cold_start();
	guest_bug("the kernel returned");
}
