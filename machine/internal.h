/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of machine/ know of each other, sectioned by the file that
 * defines it.  All but instance.c runs in the instance's process, on its one
 * thread; "signal-safe" says what a handler may call.
 */
#ifndef MACHINE_INTERNAL_H
#define MACHINE_INTERNAL_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <ring3/boundary.h>
#include "machine/instance.h"
#include "machine/layout.h"
#include "machine/wire.h"

#define PAGE_SIZE  4096ul
#define PAGE_SHIFT 12

/* guest.c: the instance's process */

/* All of the instance's process that is not one part's own. */
struct guest {
	const struct instance_config *config;
	struct ring3_kernel *kernel; /* at LAYOUT_HALF */
	struct ring3_vcpu *vcpu; /* NULL until GS is final */
	unsigned long image_end;
	unsigned long half_end;
	unsigned long job_deadline; /* guest time; virtual time only */
};
extern struct guest guest;

/* Runs the instance; never returns. */
void guest_main(const struct instance_config *config, int channel)
	__attribute__((noreturn));

/* A broken invariant of ours: tells and ends the process.  Signal-safe. */
void guest_bug(const char *what) __attribute__((noreturn));
void guest_exit(enum ring3_exit why, const char *text)
	__attribute__((noreturn));

/* ops.c */
extern const struct ring3_host host_ops;

/* Who supervises clients, or NULL. */
#define CLIENTS (guest.config->clients)

/* lent.c: as struct ring3_host */
long lent_read(int fd, void *to, unsigned long n, unsigned long at);
long lent_write(int fd, const void *from, unsigned long n, unsigned long at);
int lent_sync(int fd);
void lent_close(int fd);

/* memory.c */
int memory_set_up(void);
int memory_map_file(int fd, unsigned long va, unsigned long n, off_t offset,
		    int prot);
int memory_map(unsigned long va, unsigned long pa, unsigned long n,
	       unsigned int rights);
int memory_map_void(unsigned long va, unsigned long n);
int memory_map_zero(unsigned long va, unsigned long n);
void memory_unmap(unsigned long va, unsigned long n);
int memory_protect(unsigned long va, unsigned long n, unsigned int rights);
int memory_poke(unsigned long to, const void *from, unsigned long n);
/* The same without a word to checkpoints. */
int memory_overwrite(void *to, const void *from, unsigned long n);
int memory_share(unsigned long va, unsigned long n);
void memory_note_lazy_view(unsigned long va, unsigned long pa, unsigned long n);
void memory_free_hint(unsigned long pa, unsigned long n);
bool memory_is_free(unsigned long pa);
int memory_ram_fd(void);
/* In a clone: makes its own what it shares with the process that it is of.
 * @views: "FROM-TO OFFSET RIGHTS\n" in hexadecimal for each. */
int memory_separate(const char *views);
void memory_note_view(unsigned long va, unsigned long n);
bool memory_is_zero(const void *page);
/* Zeros, of the host's own, for good; NULL if there is none. */
void *memory_allocate(size_t size);

/* parked.c */
/* A view of RAM at @pa was mapped at @va, among modules. */
void parked_note(unsigned long va, unsigned long pa, unsigned long n);
/* Closes that view instead of unmapping it; opens one that is the same as before.
 * Whether that could be done. */
bool parked_close(unsigned long va, unsigned long n);
bool parked_open(unsigned long va, unsigned long pa, unsigned long n, int prot);
/* Something else is to be mapped there, or nothing; no view is to stay. */
void parked_clear(unsigned long va, unsigned long n);
void parked_forget(void);
/* In a clone: they are another process's, and as good as unmapped. */
void parked_disown(void);

/* maps.c */
struct mapping {
	unsigned long start, end, offset;
	int prot;
	bool is_view; /* of the memory file of RAM */
	bool is_shared;
	bool is_shadow; /* of sanitizers */
};
/* Those of the instance, from an open /proc/PID/maps; how many, or -errno. */
long maps_read(int fd, struct mapping **result);

/* checkpoint.c */
/* The next checkpoint_pass() takes one, which ends with its job. @maps: an open
 * /proc/PID/maps of this process, which is taken over. */
void checkpoint_want(int maps);
/* Takes the checkpoint, if one is wanted, or puts the instance back into it: all
 * memory and the clock.  The kernel's registers have to be in memory. */
void checkpoint_pass(void);
/* The same at once, and for all jobs that follow: 0 or -errno; going back fails
 * with -ESTALE when the checkpoint was given up. */
int checkpoint_take(int maps);
int checkpoint_back(void);
void checkpoint_job_done(void);
bool checkpoint_is_taken(void);
/* Whether the fault comes from a checkpoint, and is over.  Signal-safe. */
bool checkpoint_fault(unsigned long address);
/* To be called before the content is changed, although it may not be writable;
 * a mapping is replaced, or taken away; its rights become @prot. */
void checkpoint_keep(unsigned long va, unsigned long n);
void checkpoint_replace(unsigned long va, unsigned long n);
void checkpoint_protect(unsigned long va, unsigned long n, int prot);
/* Something changes that is not put back: from now on there is no checkpoint. */
void checkpoint_give_up(void);

/* changes.c */
/* Notes the mappings that there are; 0 or -errno. */
int changes_begin(int maps);
/* The mapping that was there, or NULL; the first that ended behind @va. */
const struct mapping *changes_mapping(unsigned long va);
const struct mapping *changes_mapping_from(unsigned long va);
/* Takes away the right to write, everywhere; gives it back where the mapping has
 * not been changed.  0 or -errno. */
int changes_close_all(void);
int changes_open_rest(void);
/* Notes that the mappings in a range change: 0, or -ENOSPC. */
int changes_note(unsigned long va, unsigned long n);
bool changes_have(unsigned long page);
/* Makes the mappings what they were, and forgets the changes.  0 or -errno. */
int changes_undo(void);

/* clock.c */
int clock_set_up(bool is_virtual, unsigned long start);
/* In a clone, which inherits no timer. */
int clock_cloned(void);
/* What the clock shows, and that it shows it again, with the kernel's timer; no
 * interrupt comes in between. */
void clock_keep(void);
void clock_stop(void);
void clock_put_back(void);
unsigned long clock_now(void);
unsigned long clock_wall(void);
/* The kernel's timer is to go off at @when, or earlier. */
void clock_arm(unsigned long when);
/* There was a signal, perhaps the timer's.  Signal-safe. */
void clock_ticked(void);
void clock_wait(unsigned long until);
/* As struct ring3_host, client_run. */
struct ring3_call *clock_run(struct ring3_client *client);
void clock_delay(unsigned long ns);
unsigned long clock_real(void);
/* Another interrupt soon, when this one came at a bad moment.  Signal-safe. */
void clock_retry(void);
/* The interrupt came through. */
void clock_delivered(void);
/* Around a wait for the parent, of whatever length: interrupts only become
 * pending, and come behind it. */
void clock_rest(bool begins);
/* The watchdog: an NMI after @seconds; 0 takes it back. */
void clock_watch(unsigned int seconds);
bool clock_is_waiting(void);

/* trap.c */
int trap_set_up(void);

/* channel.c */
void channel_set_up(int fd);
void channel_send(enum wire_kind kind, const void *head, size_t head_size,
		  const void *data, size_t size);
/* Returns the size of the payload; *fd is a descriptor that came along, or
 * -1. */
size_t channel_receive(enum wire_kind kind, void *head, size_t head_size,
		       void *data, size_t size, int *fd);

/* jobs.c */
void job_next(struct ring3_job *job);
void job_done(const struct ring3_job *job);
int module_request(const char *name);
int module_next(struct ring3_module_file *file);
int fuzz_next(long result, const void **image, unsigned long *size);
void fuzz_map(unsigned char *map, unsigned long n);

/* terminal.c: as struct ring3_host */
long terminal_write(unsigned int number, const void *text, unsigned long n);

/* devices.c */
/* Takes over the sockets of devices' programs.  0 or -errno. */
int devices_set_up(const int *fds, unsigned int n);
int device_ask(unsigned int nr, const char *request, char *answer);
unsigned int device_interrupts(void);

/* verified.c */
unsigned int verified_find(unsigned long state, const void *data,
			   unsigned long size);
void verified_add(unsigned long state, const void *data, unsigned long size);

/* snapshot.c */
struct snapshot_state;
int snapshot_save(void);
int snapshot_restore(const char *path);
int snapshot_open_for_saving(const char *path);

/* jail.c */
/* Leaves the process of the descriptors that it was started with only the
 * channel's and the @n in @kept, which may get other numbers.  Before anything
 * is opened. */
int jail_close_inherited(int *channel, int *kept, int n);
int jail_enter(void);

/* arch/x86_64/ */
/* ioctl(2), unless *@flag is set or a signal that sets it comes before the call
 * has begun: -EINTR then.  See frame_skip_ioctl(). */
long cpu_ioctl_unless(int fd, unsigned long request, void *arg,
		      const volatile unsigned int *flag);
void cpu_set_gs(unsigned long base);
unsigned long cpu_get_gs(void);
unsigned long cpu_tsc_khz(void);
/* What of the processor an instance depends on. */
uint64_t cpu_features_hash(uint64_t hash);
struct ucontext_t;
void frame_from_context(struct ring3_frame *frame, const void *context);
/* A context that is about to make the call of cpu_ioctl_unless() goes past it. */
void frame_skip_ioctl(void *context);
void frame_divert(void *context, unsigned long sp, unsigned long vector,
		  unsigned long error);
/* The vector that a signal stands for, and its error code. */
unsigned long frame_vector(int sig, const void *context, unsigned long *error);

#endif
