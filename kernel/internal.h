/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of the kernel half know of each other, sectioned by the file
 * that defines it, and the kernel's own functions that no header declares.
 */
#ifndef KERNEL_INTERNAL_H
#define KERNEL_INTERNAL_H

#include <linux/printk.h>
#include <linux/types.h>
#include <linux/percpu.h>
#include <asm/processor.h>
#include <asm/ptrace.h>
#include <ring3/boundary.h>

struct file;
struct task_struct;

/* ring3.lds */
extern char ring3_text_low[], ring3_text_high[];

/* head.c */
extern struct ring3_kernel ring3_kernel;

/* cpu/entry.S */
void machine_start(const struct ring3_boot *boot);
void machine_resume(void);
void machine_trap_entry(void);
void machine_save_fl(void);
void machine_irq_disable(void);
void machine_irq_enable(void);

/* cpu/host.S: struct ring3_host, on the host's stack */
unsigned long host_clock_now(void);
unsigned long host_clock_wall(void);
void host_clock_arm(unsigned long when);
void host_clock_wait(unsigned long until);
void host_clock_delay(unsigned long ns);
unsigned long host_clock_real(void);
void host_console_write(const char *text, unsigned int n);
int host_memory_map(unsigned long va, unsigned long pa, unsigned long n,
		    unsigned int rights);
int host_memory_map_void(unsigned long va, unsigned long n);
int host_memory_map_zero(unsigned long va, unsigned long n);
void host_memory_unmap(unsigned long va, unsigned long n);
int host_memory_protect(unsigned long va, unsigned long n, unsigned int rights);
int host_memory_poke(unsigned long to, const void *from, unsigned long n);
int host_memory_share(unsigned long va, unsigned long n);
void host_memory_free_hint(unsigned long pa, unsigned long n);
void host_cpu_set_gs(unsigned long base);
int host_snapshot(void);
void host_job_next(struct ring3_job *job);
void host_job_done(const struct ring3_job *job);
int host_module_request(const char *name);
int host_module_next(struct ring3_module_file *file);
void host_file_content(const void *data, unsigned long n);
void host_hook_report(const char *symbol, const char *kind, const char *why,
		      unsigned long hits, unsigned int must_be_reached);
void host_bench_report(const char *name, unsigned long value, const char *unit);
void host_explain(const char *text, unsigned int n);
void host_coverage(const char *module, const char *section,
		   unsigned long offset, unsigned long hits);
void host_coverage_file(const char *path, const void *data, unsigned long n);
int host_fuzz_next(long result, const void **image, unsigned long *size);
void host_fuzz_map(unsigned char *map, unsigned long n);
unsigned int host_verified_find(unsigned long state, const void *data,
				unsigned long size);
void host_verified_add(unsigned long state, const void *data,
		       unsigned long size);
struct ring3_call *host_client_next(void);
struct ring3_call *host_client_run(struct ring3_client *client);
void host_client_done(struct ring3_call *call);
unsigned long host_client_read(int tid, void *to, unsigned long from,
			       unsigned long n);
unsigned long host_client_write(int tid, unsigned long to, const void *from,
				unsigned long n);
void host_client_signal(int tgid, int tid, int sig, int group);
void host_client_ready(void *file, unsigned int events);
void host_client_hooked(unsigned int nr, unsigned int on);
void host_client_native(struct ring3_call *call);
long host_lent_read(int fd, void *to, unsigned long n, unsigned long at);
long host_lent_write(int fd, const void *from, unsigned long n,
		     unsigned long at);
int host_lent_sync(int fd);
void host_lent_close(int fd);
long host_terminal_write(unsigned int number, const void *text,
			 unsigned long n);
int host_device_ask(unsigned int nr, const char *request, char *answer);
unsigned int host_device_interrupts(void);
void host_exit(enum ring3_exit why, const char *text) __noreturn;

/*
 * The virtual CPU's block.  It takes the place of the task state segment, one
 * of which every CPU has in its per-CPU area and which only hardware reads.
 */
#define VCPU			  ((struct ring3_vcpu __percpu *)&cpu_tss_rw)
#define vcpu_read(member)	  this_cpu_read(VCPU->member)
#define vcpu_write(member, value) this_cpu_write(VCPU->member, value)

/* boot/start.c */
extern struct ring3_boot machine_boot_info;
void machine_boot(const struct ring3_boot *boot);

/* boot/init.c */
void init_main(void);

/* boot/files.c */
long file_put(const char *path, const void *data, unsigned long n);
long file_save(const char *path);

/* boot/script.c: @job is RING3_JOB_SCRIPT, RING3_JOB_FUZZ_SCRIPT */
void script_run(struct ring3_job *job);
void script_fuzz(struct ring3_job *job);

/* boot/keys.c */
long key_trust(const void *certificate, unsigned long n);

/* boot/tree.c, boot/symbols.c: RING3_JOB_LIST; 0 or -errno */
long tree_list(const char *root);
long symbols_list(void);

/* boot/process.c */
struct pt_regs;
typedef void user_program_fn(void *arg);
/* Makes @fn what the calling task does where it would enter user mode. */
int process_set_program(user_program_fn *fn, void *arg);
/* Runs @fn in a new task with an mm of its own, named @comm; returns its wait
 * status, or a negative errno.  May sleep. */
int process_run(const char *comm, user_program_fn *fn, void *arg);
/* The same in two steps; @process must stay until process_wait(). */
struct process {
	const char *comm;
	user_program_fn *fn;
	void *arg;
};
/* Gives the calling task an address space, as execve() would; sleeps. */
int process_adopt_mm(void);
pid_t process_start(const struct process *process);
int process_wait(pid_t pid);
/* What a task does on its way back to user mode. */
void process_exit_to_user(void);

/* boot/modprobe.c */
int modprobe_exec(const char *name);

/* boot/snapshot.c */
/* 0, -errno, or 1 in every instance that starts from it. */
int snapshot_take(void);

/* cpu/features.c */
void features_detect(void);

/* cpu/emulate.c */
bool emulate_instruction(struct pt_regs *regs);
u64 emulate_read_msr(unsigned int msr, int *err);
int emulate_write_msr(unsigned int msr, u64 value);
unsigned long emulate_read_cr(int nr);

/* cpu/paravirt.c */
void paravirt_set_up(void);

/* mm/module_alloc.c: whole pages where modules can lie, or NULL */
void *machine_module_memory(unsigned long size);
void machine_module_memory_free(void *memory);

/* mm/user.c */
bool user_fault(struct pt_regs *regs, unsigned long error,
		unsigned long address);
void user_flush_all(void);
void user_flush_page(unsigned long address);
void user_set_layout(struct mm_struct *mm);

/* mm/protect.c */
unsigned int protect_rights(u64 flags);
void protect_image(bool writable);

/* mm/usercopy.c */
void usercopy_set_limit(void);
void usercopy_set_up(void);
void usercopy_trust_files(bool trust);

/* time/clock.c */
void clock_set_up_delay(void);
void clock_resumed(void);
void clock_safe_halt(void);
void clock_halt(void);

/* irq/irq.c */
void irq_deliver(struct pt_regs *regs);
void irq_raise(unsigned int irq);

/* module/syscalls.c */
long module_load(const void *image, unsigned long size, const char *args);
long module_load_in_place(void *image, unsigned long size, const char *args);
long module_try(void *image, unsigned long size);
long module_unload(const char *name, unsigned int flags);
bool module_is_listed(const char *name);

/* module/symbols.c: the table of the kernel's exports; before the snapshot */
void symbols_index_kernel(void);

/* module/trace_events.c: before the snapshot */
void trace_events_set_up(void);

/* module/timing.c: how long the calling task is in initcalls, and in the exit of
 * a module if it is to go now */
void timing_begin(void);
void timing_of_exit(const char *name);
unsigned long timing_end(void);

/* syscall/hooks.c: code or the table of system calls has changed; any context */
void hooks_note(void);

/* syscall/lent.c: how many of clients' files the instance has */
unsigned int lent_count(void);

/* module/call.c */
struct file *module_open_image(const void *image, unsigned long size);
long module_load_file(const void *image, unsigned long size, const char *args,
		      unsigned int flags, long *second);

/* module/fuzz.c */
long fuzz_run(const struct ring3_job *job, unsigned int *kept);

/* module/stress.c: @job is RING3_JOB_STRESS; 0, or -errno if it is malformed */
long stress_run(const struct ring3_job *job);

/* check/fail.c: from fail_begin() on, allocation @nth of the calling task fails;
 * fail_end() returns how many it tried. */
void fail_begin(unsigned int nth);
unsigned int fail_end(void);

/* devices/acpi.c, devices/console.c, devices/pci.c, devices/ports.c */
void acpi_set_up(void);
void console_set_up(void);
void pci_set_up(void);
unsigned int port_read(unsigned int port, unsigned int width);
void port_write(unsigned int port, unsigned int width, unsigned int value);

/* devices/program.c: RING3_JOB_DEVICE, 0 or -errno; and what the interrupt
 * does for such devices */
int device_add_program(unsigned int nr, const char *description);
void devices_interrupt(void);

/* devices/mmio.c */
bool mmio_access(struct pt_regs *regs, unsigned long address);

/* devices/gpio.c, devices/keyboard.c: process context, once, before the
 * snapshot */
#ifdef CONFIG_GPIOLIB
void gpio_set_up(void);
#else
static inline void gpio_set_up(void)
{
	pr_notice(
		"ring3: no GPIO chip: this kernel is built without GPIOLIB\n");
}
#endif
void keyboard_set_up(void);

/* devices/power.c: the same */
#ifdef CONFIG_SUSPEND
void power_set_up(void);
#else
static inline void power_set_up(void)
{
}
#endif

/* syscall/clients.c: RING3_JOB_SERVE; and what the interrupt does for it */
void clients_serve(void);
void clients_interrupt(void);

/* syscall/inline.c */
bool inline_access(struct pt_regs *regs);

/* syscall/memory.c: _copy_from_user() and _copy_to_user() of a client's task */
unsigned long client_copy_from(void *to, const void *from, unsigned long n);
unsigned long client_copy_to(void *to, const void *from, unsigned long n);

/* syscall/tasks.c */
int clients_tid(const struct task_struct *task);
void tasks_set_numbers(void);

/* bench.c */
void bench_run(const char *name);

#endif
