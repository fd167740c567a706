// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals as the processor's exceptions and interrupts.
 *
 * A handler never runs the kernel: it pushes a frame on the kernel's stack, as
 * the processor would, and makes the interrupted context go on in the kernel
 * half's entry code.  Handlers run on an alternate stack and use only what is
 * signal-safe.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include "machine/guest.h"
#include "machine/internal.h"

#define ALTERNATE_STACK (64ul << 10)
/* What a frame and the handler behind it need at least; less is an overflow. */
#define STACK_ROOM 1024ul

static bool in(unsigned long x, unsigned long low, unsigned long high)
{
	return x >= low && x < high;
}

/* Code of the host half; all else that runs belongs to the instance. */
static bool is_host(unsigned long ip)
{
	return ip >= LAYOUT_HOST;
}

/* Code that keeps its stack fit for a frame at every instruction. */
static bool is_interruptible(unsigned long ip)
{
	const struct ring3_kernel *k = guest.kernel;

	return in(ip, LAYOUT_IMAGE, guest.image_end) ||
	       in(ip, LAYOUT_MODULES, LAYOUT_MODULES_END) ||
	       in(ip, k->text_low, k->text_high);
}

static bool fits(unsigned long sp)
{
	const struct ring3_vcpu *v = guest.vcpu;

	return in(sp, v->stack_low + STACK_ROOM, v->stack_high + 1) ||
	       in(sp, v->irq_stack_low + STACK_ROOM, v->irq_stack_high + 1) ||
	       in(sp, v->emergency_stack - 16384 + STACK_ROOM,
		  v->emergency_stack + 1);
}

/* Room for what the kernel pushes where a breakpoint was, as its own entry
 * code leaves. */
#define EMULATION_GAP (6 * sizeof(long))

/* Pushes @frame at @sp and continues in the kernel half. */
static void divert(void *context, struct ring3_frame *frame, unsigned long sp,
		   unsigned long vector, unsigned long error)
{
	frame->flags &= ~RING3_FLAG_IF;
	frame->flags |= guest.vcpu->irq_enabled;
	guest.vcpu->irq_enabled = 0;
	/* At a breakpoint the kernel may emulate a call, which it pushes. */
	if (vector == RING3_TRAP_BP)
		sp -= EMULATION_GAP;
	sp = (sp - sizeof(*frame)) & ~15ul;
	memcpy((void *)sp, frame, sizeof(*frame));
	frame_divert(context, sp, vector, error);
}

static void crash(const struct ring3_frame *frame, unsigned long address,
		  const char *what)
{
	struct wire_crash report = {*frame, address};

	channel_send(WIRE_CRASH, &report, sizeof(report), what, strlen(what));
	_exit(1);
}

/* The processor fetched an instruction where there is none for it. */
static bool is_wild_jump(unsigned long vector, unsigned long error,
			 unsigned long ip, unsigned long address)
{
	return vector == RING3_TRAP_PF && (error & 16) && ip == address;
}

static void on_exception(int sig, siginfo_t *info, void *context)
{
	unsigned long address = (unsigned long)info->si_addr;
	unsigned long error, vector = frame_vector(sig, context, &error);
	struct ring3_frame frame;

	if (vector == RING3_TRAP_PF && (error & 2) && checkpoint_fault(address))
		return;
	frame_from_context(&frame, context);
	if (is_host(frame.ip) &&
	    !is_wild_jump(vector, error, frame.ip, address))
		crash(&frame, address, "fault in the host half");
	if (!guest.vcpu)
		crash(&frame, address, "fault before the kernel took over");
	if (vector == RING3_TRAP_PF)
		guest.vcpu->fault_address = address;
	if (fits(frame.sp)) {
		divert(context, &frame, frame.sp, vector, error);
		return;
	}
	/* No room: the stack overflowed, or its pointer is wild. */
	if (in(frame.sp, guest.vcpu->emergency_stack - 16384,
	       guest.vcpu->emergency_stack))
		crash(&frame, address, "fault on the emergency stack");
	divert(context, &frame, guest.vcpu->emergency_stack, RING3_TRAP_DF,
	       vector);
}

static void on_tick(int sig, siginfo_t *info, void *context)
{
	struct ring3_frame frame;

	(void)sig;
	(void)info;
	clock_ticked();
	if (!guest.vcpu)
		return;
	guest.vcpu->irq_pending = 1;
	frame_skip_ioctl(context);
	if (clock_is_waiting())
		return;
	if (guest.config->clients)
		guest.config->clients->tick();
	if (!guest.vcpu->irq_enabled)
		return;
	frame_from_context(&frame, context);
	if (!is_interruptible(frame.ip) || !fits(frame.sp)) {
		clock_retry();
		return;
	}
	clock_delivered();
	divert(context, &frame, frame.sp, RING3_VECTOR_TIMER, 0);
}

static void on_watchdog(int sig, siginfo_t *info, void *context)
{
	struct ring3_frame frame;

	(void)sig;
	(void)info;
	if (!guest.vcpu)
		return;
	frame_skip_ioctl(context);
	guest.vcpu->nmi_reason = clock_is_waiting() ? RING3_NMI_STUCK
						    : RING3_NMI_BUSY;
	frame_from_context(&frame, context);
	if (is_interruptible(frame.ip) && fits(frame.sp)) {
		divert(context, &frame, frame.sp, RING3_TRAP_NMI, 0);
		return;
	}
	guest.vcpu->nmi_pending = 1;
}

static pid_t kernel_tid; /* of the thread that runs the kernel; is this it? */
static __thread bool is_kernels_thread;

void guest_raise_interrupt(void)
{
	if (!guest.vcpu)
		return;
	/* Behind what it is doing it will see this. */
	__atomic_store_n(&guest.vcpu->irq_pending, 1, __ATOMIC_SEQ_CST);
	if (!is_kernels_thread)
		syscall(SYS_tgkill, getpid(), kernel_tid, SIGALRM);
}

bool guest_interrupt_is_pending(void)
{
	return guest.vcpu->irq_pending || guest.vcpu->nmi_pending;
}

long guest_ioctl(int fd, unsigned long request, void *arg)
{
	return cpu_ioctl_unless(fd, request, arg, &guest.vcpu->irq_pending);
}

/* An interrupt waits for an exception's handler: it might find a checkpoint's
 * page half kept. */
static int handle(int sig, void (*fn)(int, siginfo_t *, void *), int flags)
{
	struct sigaction action = {
		.sa_sigaction = fn,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | flags,
	};

	sigaddset(&action.sa_mask, SIGALRM);
	sigaddset(&action.sa_mask, SIGUSR1);
	return sigaction(sig, &action, NULL) ? -errno : 0;
}

static int set_up_stack(void)
{
	stack_t stack = {.ss_size = ALTERNATE_STACK};

	stack.ss_sp = mmap(NULL, ALTERNATE_STACK, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (stack.ss_sp == MAP_FAILED)
		return -errno;
	return sigaltstack(&stack, NULL) ? -errno : 0;
}

int trap_set_up(void)
{
	static const int exceptions[] = {SIGSEGV, SIGBUS,  SIGILL,
					 SIGFPE,  SIGTRAP, SIGSYS};
	int err = set_up_stack();
	unsigned int i;

	kernel_tid = gettid();
	is_kernels_thread = true;
	for (i = 0; !err && i < sizeof(exceptions) / sizeof(*exceptions); i++)
		err = handle(exceptions[i], on_exception, SA_NODEFER);
	if (!err)
		err = handle(SIGALRM, on_tick, SA_RESTART);
	return err ? err : handle(SIGUSR1, on_watchdog, SA_RESTART);
}
