/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The boundary between the two worlds of an instance.
 *
 * The kernel half (kernel/, compiled against a target's headers) and the host
 * half (machine/, plain C on libc) share one address space and one thread, and
 * know of each other only what stands here.  This file includes nothing, so
 * that both can include it.
 *
 * Contract for every host operation:
 *  - it is called from the instance's thread through a stub in the kernel half
 *    that changes to the host's stack and, inside kernel_fpu_begin(), saves the
 *    vector registers; it may therefore be called with interrupts off and from
 *    an interrupt, but never from within another host operation;
 *  - virtual interrupts are not delivered while it runs, but noted;
 *  - none allocates kernel memory, takes a kernel lock or calls the kernel.
 * "Blocks" below means that the whole instance stands still meanwhile.
 *
 * Errors are 0 or a negative errno; times are nanoseconds; sizes are bytes.
 */
#ifndef RING3_BOUNDARY_H
#define RING3_BOUNDARY_H

#include <ring3/arch/x86_64.h>
#include <ring3/client.h>

#define RING3_MAGIC 0x33676e6972ul /* "ring3" */
#define RING3_ABI   15 /* changed with anything in include/ring3 */

/* Access rights of a mapping, bits as in mmap(2). */
#define RING3_READ  1u
#define RING3_WRITE 2u
#define RING3_EXEC  4u

/* No clock event is armed. */
#define RING3_NEVER (~0ul)

/*
 * struct ring3_vcpu - the part of a virtual CPU that both worlds touch.
 *
 * It lies in the per-CPU area, so that the kernel half reaches it through GS.
 * The order of the first members is known to kernel/cpu/entry.h.
 */
struct ring3_vcpu {
	/* The virtual interrupt flag: 0, or 0x200 as in EFLAGS. */
	unsigned int irq_enabled;
	/* Non-zero: an interrupt waits for irq_enabled. */
	unsigned int irq_pending;
	/* Where the host's stack continues while the kernel runs. */
	unsigned long host_sp;
	/* The kernel's stack pointer during a host operation. */
	unsigned long kernel_sp;
	/* Non-zero: an NMI waits for the end of a host operation. */
	unsigned int nmi_pending;
	/* The thread id of the client whose task is current, or 0: what the
	 * kernel takes for a user's address is then that thread's. */
	int client;
	/* enum ring3_nmi: why. */
	unsigned int nmi_reason;
	/* Guest time of the armed clock event, or RING3_NEVER. */
	unsigned long next_event;
	/* CR2 and DR6 as the kernel would read them. */
	unsigned long fault_address;
	unsigned long debug_status;
	/* The current task's stack; a trap that does not fit goes to the
	 * emergency stack, as on hardware to that of the double fault. */
	unsigned long stack_low, stack_high;
	unsigned long irq_stack_low, irq_stack_high;
	unsigned long emergency_stack; /* its top */
};

/* Why the host interrupts the kernel even with interrupts off. */
enum ring3_nmi {
	RING3_NMI_NONE,
	RING3_NMI_BUSY, /* a job used up its time on the CPU */
	RING3_NMI_STUCK, /* all tasks sleep, and time alone wakes none */
};

/* How an instance ends (struct ring3_host, exit). */
enum ring3_exit {
	RING3_EXIT_DONE, /* all jobs done */
	RING3_EXIT_PANIC, /* panic(), or an emergency restart */
	RING3_EXIT_RESTART,
	RING3_EXIT_HALT,
	RING3_EXIT_POWER_OFF,
	RING3_EXIT_HUNG, /* after a report that RING3_NMI_* asked for */
	RING3_EXIT_UNSUITABLE, /* the kernel lacks something; text names it */
};

/* What a person chose for the whole instance (struct ring3_kernel, options). */
#define RING3_OPTION_KERNEL_LOADER 0x1ul /* the kernel's own, not ours */
#define RING3_OPTION_EXPLAIN	   0x2ul /* tell explain() of each load */
#define RING3_OPTION_LEAKS	   0x4ul /* find what modules leave behind */
#define RING3_OPTION_COVERAGE	   0x8ul /* count the calls of functions */
#define RING3_OPTION_MEMORY	   0x10ul /* check modules' use of memory */
#define RING3_OPTION_LOCKS	   0x20ul /* ... of locks */
#define RING3_OPTION_CONTEXT	   0x40ul /* ... of contexts */
#define RING3_OPTION_USER	   0x80ul /* ... of programs' memory */
#define RING3_OPTION_FAULTS	   0x100ul /* calls of modules can fail */
#define RING3_OPTION_SCHEDULES	   0x200ul /* RING3_JOB_SCHEDULE decides */
#define RING3_OPTION_EDGES	   0x400ul /* tell fuzz_map() what ran */
#define RING3_OPTION_READERS	   0x800ul /* a task's read_lock() is queued */

/* What PID 1 of the instance is to do next. */
enum ring3_job_kind {
	RING3_JOB_END, /* leave in order */
	RING3_JOB_LOAD, /* init_module() as insmod does */
	RING3_JOB_UNLOAD, /* delete_module() as rmmod does */
	RING3_JOB_SETTLE, /* let work that a module started come to rest */
	RING3_JOB_PUT, /* write image to the file at path args */
	RING3_JOB_SAVE, /* read the file at path args to the host */
	RING3_JOB_BENCH, /* measure the primitive called name */
	RING3_JOB_LIST, /* describe the files below path args to the host */
	RING3_JOB_FUZZ, /* load, without running, what fuzz_next() makes */
	RING3_JOB_STRESS, /* load and unload in several tasks at once */
	/* Of the module called name, the fail_at-th call that can fail does,
	 * from now on; allocations: how many such there were since the last
	 * time. */
	RING3_JOB_FAULT,
	RING3_JOB_SCHEDULE, /* by the number size, from now on */
	RING3_JOB_SCRIPT, /* run the struct ring3_script in image */
	/* The same with each input that fuzz_next() makes, until one is told
	 * of by a check; result: how many there were. */
	RING3_JOB_FUZZ_SCRIPT,
	/* Never given to the kernel half: the host forks the process, and both
	 * go on asking for jobs, each its own side. */
	RING3_JOB_CLONE,
	/* The same: between two inputs of the next RING3_JOB_FUZZ_SCRIPT, the
	 * host puts the instance back into its state before the first. */
	RING3_JOB_CHECKPOINT,
	/* The same: the host remembers the state; puts the instance back into
	 * it. */
	RING3_JOB_KEEP,
	RING3_JOB_BACK,
	RING3_JOB_KEY, /* trust modules signed by the certificate in image */
	RING3_JOB_SERVE, /* run clients' system calls until RING3_CALL_STOP */
	/* Add the device number size, which args describes (RING3_DEVICE_*)
	 * and whose program the host has. */
	RING3_JOB_DEVICE,
	RING3_JOB_UNMOUNT, /* umount(2) of path args */
	/* Take a snapshot as it is now, where the host has opened a file for
	 * it (result 0, otherwise -errno); not while a client's file is lent.
	 * An instance started from it goes on asking for jobs. */
	RING3_JOB_SNAPSHOT,
};

/* What became of a job besides its result. */
enum ring3_job_fate {
	RING3_FATE_RETURNED, /* result is the system call's */
	RING3_FATE_KILLED, /* the task died: result is its exit status */
};

struct ring3_job {
	enum ring3_job_kind kind;
	unsigned int index; /* the host's own number for it */
	const void *image; /* LOAD, PUT: the content; host memory */
	unsigned long size; /* of image; SETTLE: milliseconds */
	const char *args; /* LOAD: parameters; host memory, never NULL */
	/* LOAD: 0 for init_module(2); RING3_LOAD_FILE for finit_module(2), its
	 * flags beside it.  UNLOAD: the flags of delete_module(2), and
	 * RING3_UNLOAD_MEASURE. */
	unsigned int flags;
	char name[64]; /* UNLOAD: the module's name; NUL-terminated */
	/* Filled in by the kernel half: */
	enum ring3_job_fate fate;
	long result;
	unsigned long ns; /* real time that the system call took */
	/* LOAD: of which in the module's init; UNLOAD with RING3_UNLOAD_MEASURE:
	 * in its exit. */
	unsigned long own_ns;
	unsigned int warnings; /* WARN()s and oopses since the job began */
	unsigned int lists_module; /* UNLOAD refused: it is still there */
	/* UNLOAD: things that the module left behind; FUZZ: pages that the
	 * loads kept. */
	unsigned int leaks;
	unsigned int reports; /* of the checks since the job before */
	/* LOAD: which allocation of the task is to fail, from 1; 0: none. */
	unsigned int fail_at;
	unsigned int allocations; /* LOAD with fail_at: how many it tried */
	/* LOAD twice: result is the larger of the two, this the other. */
	long second;
};

/* struct ring3_job, flags of LOAD: a file, whose own flags lie below. */
#define RING3_LOAD_FILE 0x10000u

/* ... the same file for two tasks at once. */
#define RING3_LOAD_TWICE 0x20000u

/* ... of UNLOAD: measure what of it is the module's exit. */
#define RING3_UNLOAD_MEASURE 0x10000u

/* struct ring3_job, flags of FUZZ: the kernel may say what it likes. */
#define RING3_FUZZ_LOG 0x1u
/* ... stop at an input of which the kernel warns. */
#define RING3_FUZZ_WARN 0x2u

/*
 * struct ring3_job, args of DEVICE, for scanf(3): the bus and what is on it.
 * Devices have numbers from 0 on, below RING3_DEVICES.
 */
#define RING3_DEVICES	 16
#define RING3_DEVICE_I2C "i2c %19s %x" /* the driver's name for it, address */
#define RING3_DEVICE_SPI "spi %31s %u" /* the same, the mode */
/* Vendor, device, class; sizes of the BARs, 0 for none. */
#define RING3_DEVICE_PCI "pci %x %x %x %x %x %x %x %x %x"

/* Bytes of a line from or to a device's program. */
#define RING3_DEVICE_LINE 4096

/* One module that a request_module() stands for. */
struct ring3_module_file {
	const void *image; /* host memory, valid until module_next() again */
	unsigned long size;
	const char *args; /* options, never NULL */
	char name[64]; /* with '-' made '_' */
};

/*
 * struct ring3_host - what the kernel half may ask of the host.
 *
 * Each member is reached through a stub host_<member>() that kernel/cpu/host.S
 * defines; the order here is known to it.
 */
struct ring3_host {
	/* Guest time since boot.  clock_gettime(2), CLOCK_MONOTONIC. */
	unsigned long (*clock_now)(void);

	/* Time of day since 1970, UTC. */
	unsigned long (*clock_wall)(void);

	/* Asks for an interrupt at guest time @when; RING3_NEVER takes the
	 * request back.  timer_settime(2). */
	void (*clock_arm)(unsigned long when);

	/* Idle: blocks until an interrupt is pending or guest time @until has
	 * come; in virtual time, makes it come. */
	void (*clock_wait)(unsigned long until);

	/* A delay loop of @ns: blocks, or in virtual time moves the clock. */
	void (*clock_delay)(unsigned long ns);

	/* Real time, for measuring; never moved. */
	unsigned long (*clock_real)(void);

	/* Bytes of the kernel's console; blocks while the reader is slow. */
	void (*console_write)(const char *text, unsigned int n);

	/* Maps @n bytes of RAM at physical @pa also at @va, coherently. */
	int (*memory_map)(unsigned long va, unsigned long pa, unsigned long n,
			  unsigned int rights);

	/* Maps device space with nothing behind it: it reads as ones. */
	int (*memory_map_void)(unsigned long va, unsigned long n);

	/* Maps memory that reads as zeros and is no page of RAM; what is never
	 * written costs nothing. */
	int (*memory_map_zero)(unsigned long va, unsigned long n);

	/* Takes any mapping of [va, va + n) away. */
	void (*memory_unmap)(unsigned long va, unsigned long n);

	/* Changes the rights of what is mapped there.  mprotect(2). */
	int (*memory_protect)(unsigned long va, unsigned long n,
			      unsigned int rights);

	/* Copies to @to although it may be read-only there. */
	int (*memory_poke)(unsigned long to, const void *from, unsigned long n);

	/* To be called before the pages that are mapped read-only at
	 * [va, va + n) are written to at their address in RAM. */
	int (*memory_share)(unsigned long va, unsigned long n);

	/* Says that [pa, pa + n) is free, so that no snapshot keeps it. */
	void (*memory_free_hint)(unsigned long pa, unsigned long n);

	/* Sets the base of GS.  arch_prctl(2). */
	void (*cpu_set_gs)(unsigned long base);

	/* Saves the instance to where the host was told, and returns 0, or a
	 * negative errno; returns 1 in every instance started from it.
	 * Called only by PID 1 with interrupts off and all else asleep. */
	int (*snapshot)(void);

	/* The next thing to do; @job belongs to the caller.  With
	 * RING3_JOB_BACK, it returns from an earlier call again. */
	void (*job_next)(struct ring3_job *job);

	/* Tells the result of the job that job_next() gave. */
	void (*job_done)(const struct ring3_job *job);

	/* What modprobe(8) would load for @name; the number of files, 0 for
	 * none or a negative errno.  Blocks on disk. */
	int (*module_request)(const char *name);

	/* The next of them in loading order, 0, or -ENOENT after the last. */
	int (*module_next)(struct ring3_module_file *file);

	/* The next bytes of the file that RING3_JOB_SAVE reads. */
	void (*file_content)(const void *data, unsigned long n);

	/* One hook's state, told on request at the end of boot. */
	void (*hook_report)(const char *symbol, const char *kind,
			    const char *why, unsigned long hits,
			    unsigned int must_be_reached);

	/* A result of RING3_JOB_BENCH. */
	void (*bench_report)(const char *name, unsigned long value,
			     const char *unit);

	/* Lines of the account of a load that RING3_OPTION_EXPLAIN asks for,
	 * each "module: key: value\n". */
	void (*explain)(const char *text, unsigned int n);

	/* A function of @module, at @offset in its ELF section called
	 * @section, was entered @hits times (RING3_OPTION_COVERAGE). */
	void (*coverage)(const char *module, const char *section,
			 unsigned long offset, unsigned long hits);

	/* The next bytes of a file for gcov(1), which the compiler has called
	 * @path, of a module built with it. */
	void (*coverage_file)(const char *path, const void *data,
			      unsigned long n);

	/* The next input of RING3_JOB_FUZZ, valid until the next call; 0, or
	 * -ENOENT after the last.  @result: what became of the one before.
	 * With a checkpoint, it returns from its first call again and again. */
	int (*fuzz_next)(long result, const void **image, unsigned long *size);

	/* Whether verified_add() was given these very bytes and @state in this
	 * instance, and has not forgotten them. */
	unsigned int (*verified_find)(unsigned long state, const void *data,
				      unsigned long size);

	/* Remembers that the kernel has verified @data's signature; @state
	 * stands for the keys that it trusts. */
	void (*verified_add)(unsigned long state, const void *data,
			     unsigned long size);

	/* Where RING3_JOB_FUZZ_SCRIPT counts what ran (RING3_OPTION_EDGES): a
	 * struct ring3_edges of @n bytes. */
	void (*fuzz_map)(unsigned char *map, unsigned long n);

	/* The next call that the supervisor queued, or NULL.  It raises an
	 * interrupt when there is one. */
	struct ring3_call *(*client_next)(void);

	/* While @client's thread runs its program: its next call, or NULL if
	 * something else is to be done first, of which client_next() or an
	 * interrupt tells.  With interrupts off; blocks. */
	struct ring3_call *(*client_run)(struct ring3_client *client);

	/* @call is over: the thread goes on with its result. */
	void (*client_done)(struct ring3_call *call);

	/* Copies from, or to, the memory of thread @tid as far as it can be
	 * accessed; how many bytes that were.  process_vm_readv(2). */
	unsigned long (*client_read)(int tid, void *to, unsigned long from,
				     unsigned long n);
	unsigned long (*client_write)(int tid, unsigned long to,
				      const void *from, unsigned long n);

	/* The kernel sends @sig to thread @tid, or if @group, to its process.
	 * tgkill(2). */
	void (*client_signal)(int tgid, int tid, int sig, int group);

	/* The readiness of @file is now @events, as in poll(2). */
	void (*client_ready)(void *file, unsigned int events);

	/* Whether programs' calls of number @nr are to come as
	 * RING3_CALL_HOOKED where the host runs them. */
	void (*client_hooked)(unsigned int nr, unsigned int on);

	/* The host is to run @call, with the args that it now has; a
	 * RING3_CALL_RESULT follows. */
	void (*client_native)(struct ring3_call *call);

	/* Transfers from, or to, the host's file @fd of a struct ring3_lent, at
	 * byte @at; how many bytes, or -errno.  pread(2), pwrite(2); blocks. */
	long (*lent_read)(int fd, void *to, unsigned long n, unsigned long at);
	long (*lent_write)(int fd, const void *from, unsigned long n,
			   unsigned long at);

	/* Its data is to be on the disk.  fdatasync(2); blocks. */
	int (*lent_sync)(int fd);

	/* It is not used any more. */
	void (*lent_close)(int fd);

	/* Prints to a client's terminal, by its number as in
	 * struct ring3_client: bytes written, or -errno.  write(2), without
	 * blocking. */
	long (*terminal_write)(unsigned int number, const void *text,
			       unsigned long n);

	/* Gives the program of device @nr the line @request, without its end,
	 * and gets the one that it answers into @answer, of
	 * RING3_DEVICE_LINE bytes: 0, -EPIPE if the program has ended,
	 * -ETIMEDOUT if it does not answer, -EMSGSIZE if the line is too long,
	 * -EILSEQ if there are zeros in it, -EBADMSG if it spoke unasked; from
	 * then on always that.  Blocks meanwhile. */
	int (*device_ask)(unsigned int nr, const char *request, char *answer);

	/* The devices whose programs have interrupted since the last time, by
	 * number a bit each.  An interrupt is raised when there are some. */
	unsigned int (*device_interrupts)(void);

	/* Ends the process; does not return. */
	void (*exit)(enum ring3_exit why, const char *text);
};

#define RING3_HOST_OPS (sizeof(struct ring3_host) / sizeof(void *))

/* struct ring3_boot - what a cold start is given.  Times out with the call. */
struct ring3_boot {
	unsigned long image_low, image_high; /* the kernel image */
	unsigned long half_low, half_high; /* the kernel half */
	unsigned long ram_low, ram_high;
	unsigned long page_array; /* where struct page of pfn 0 would lie */
	unsigned long vmalloc_low;
	unsigned long module_low, module_high; /* for modules' sections */
	unsigned long user_low, user_high; /* for tasks' own mappings */
	const char *command_line;
	unsigned int snapshot; /* call snapshot() after boot */
	unsigned int report_hooks; /* call hook_report() after boot */
	unsigned long tsc_khz; /* 0: unknown */
};

/*
 * struct ring3_kernel - the head of the kernel half, at its lowest address.
 *
 * The kernel half fills in all but @host, which the host writes before start()
 * and again in every instance made from a snapshot.
 */
struct ring3_kernel {
	unsigned long magic; /* RING3_MAGIC */
	unsigned long abi; /* RING3_ABI */

	/* Boots; called on the host's stack, GS at the image's per-CPU
	 * segment.  Does not return. */
	void (*start)(const struct ring3_boot *boot);

	/* Goes on behind the snapshot() that saved this memory; called on the
	 * host's stack with GS as it was.  Does not return. */
	void (*resume)(void);

	/* Where the host diverts to after pushing a struct ring3_frame on a
	 * kernel stack: rdi the frame, rsi the vector, rdx the error code. */
	void (*trap)(void);

	/* The per-CPU offset of struct ring3_vcpu. */
	unsigned long vcpu_offset;

	/* Code in which a signal may divert to trap(): the kernel half's own
	 * C code; its assembly is excluded. */
	unsigned long text_low, text_high;

	struct ring3_host host;

	unsigned long options; /* RING3_OPTION_*; written with @host */
};

/* Vectors of struct ring3_kernel trap() above the CPU's own 0 to 31. */
#define RING3_VECTOR_TIMER 0x100

#endif
