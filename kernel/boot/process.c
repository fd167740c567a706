// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tasks that would run a program: PID 1, usermode helpers, and the insmod and
 * rmmod that load and unload modules.
 *
 * Their program is a function of ours.  It starts where the kernel would enter
 * user mode after execve(), so it holds no lock and may sleep, and what a
 * system call does on its way out is done here after each.
 */
#include <linux/entry-common.h>
#include <linux/mmu_context.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/task_work.h>
#include <linux/umh.h>
#include <linux/wait.h>
#include "check/calls.h"
#include "hook.h"
#include "internal.h"

int kernel_wait(pid_t pid, int *stat);
void arch_pick_mmap_layout(struct mm_struct *mm, struct rlimit *rlim_stack);
struct mm_struct *mm_alloc(void);
extern char modprobe_path[];

int machine_execve(const char *path, const char *const *argv,
		   const char *const *envp);
void machine_enter_user_mode(struct pt_regs *regs);
void machine_prepare_namespace(void);

/* What a task does instead of entering user mode. */
struct program {
	struct list_head list;
	struct task_struct *task;
	user_program_fn *fn;
	void *arg;
};

static LIST_HEAD(programs);
static DEFINE_SPINLOCK(programs_lock);

int process_set_program(user_program_fn *fn, void *arg)
{
	struct program *program = kmalloc(sizeof(*program), GFP_KERNEL);

	if (!program)
		return -ENOMEM;
	*program = (struct program){.task = current, .fn = fn, .arg = arg};
	spin_lock(&programs_lock);
	list_add(&program->list, &programs);
	spin_unlock(&programs_lock);
	return 0;
}

static struct program *take_program(void)
{
	struct program *program, *found = NULL;

	spin_lock(&programs_lock);
	list_for_each_entry(program, &programs, list)
		if (program->task == current)
			found = program;
	if (found)
		list_del(&found->list);
	spin_unlock(&programs_lock);
	return found;
}

void process_exit_to_user(void)
{
	context_return("a system call", __builtin_return_address(0));
	locks_return("lock held when returning to user space!");
	if (task_work_pending(current))
		task_work_run();
	cond_resched();
}

/* The kernel is about to leave for user mode, of which there is none. */
void machine_enter_user_mode(struct pt_regs *regs)
{
	struct program *program = take_program();
	struct program todo;

	if (!program)
		do_exit(0);
	todo = *program;
	kfree(program);
	process_exit_to_user();
	todo.fn(todo.arg);
	process_exit_to_user();
	do_exit(0);
}
HOOK(syscall_exit_to_user_mode, machine_enter_user_mode, HOOK_ENTRY, HOOK_BOOT,
     "returns to user mode");

static void init_program(void *unused)
{
	init_main();
}

/* The first argument that is no option: what modprobe is to load. */
static const char *modprobe_argument(const char *const *argv)
{
	for (argv++; *argv; argv++)
		if (**argv != '-')
			return *argv;
	return NULL;
}

/*
 * The kernel starts a program: init, or a helper.  Of helpers there is
 * modprobe; any other is not found, as in a system without it.
 */
int machine_execve(const char *path, const char *const *argv,
		   const char *const *envp)
{
	const char *name;

	if (is_global_init(current))
		return process_set_program(init_program, NULL);
	if (strcmp(path, modprobe_path))
		return -ENOENT;
	name = modprobe_argument(argv);
	return name ? modprobe_exec(name) : -ENOENT;
}
HOOK(kernel_execve, machine_execve, HOOK_SLOT, HOOK_BOOT,
     "loads a program, of which there are none in an instance");

/* There is no root device to wait for. */
void machine_prepare_namespace(void)
{
}
HOOK(prepare_namespace, machine_prepare_namespace, HOOK_SLOT, HOOK_BOOT,
     "mounts a root file system from a disk");

int process_adopt_mm(void)
{
	struct rlimit stack = current->signal->rlim[RLIMIT_STACK];
	struct mm_struct *mm = mm_alloc();

	if (!mm)
		return -ENOMEM;
	arch_pick_mmap_layout(mm, &stack);
	user_set_layout(mm);
	task_lock(current);
	local_irq_disable();
	current->mm = mm;
	swap(current->active_mm, mm);
	switch_mm_irqs_off(mm, current->mm, current);
	local_irq_enable();
	task_unlock(current);
	mmdrop(mm);
	return 0;
}

static int run_task(void *data)
{
	const struct process *process = data;

	set_task_comm(current, process->comm);
	/* One that was started by a program shares its memory. */
	if (!current->mm && process_adopt_mm())
		do_exit(SIGKILL);
	process->fn(process->arg);
	process_exit_to_user();
	do_exit(0);
}

pid_t process_start(const struct process *process)
{
	return user_mode_thread(run_task, (void *)process, SIGCHLD);
}

int process_wait(pid_t pid)
{
	int status = 0;

	pid = kernel_wait(pid, &status);
	return pid < 0 ? pid : status;
}

int process_run(const char *comm, user_program_fn *fn, void *arg)
{
	struct process process = {.comm = comm, .fn = fn, .arg = arg};
	pid_t pid = process_start(&process);

	return pid < 0 ? pid : process_wait(pid);
}
