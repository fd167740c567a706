// SPDX-License-Identifier: GPL-2.0-only
/*
 * RING3_JOB_STRESS: several tasks load and unload the same modules, each at
 * random, and read what the kernel shows of them.
 *
 * The job's image is the modules' files one behind the other.  Its arguments
 * are words: tasks, rounds, seed, and NAME:SIZE for each module.  What the
 * operations returned goes to the host as lines "load ERRNO COUNT".
 *
 * PID 1 calls it; it sleeps.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include "../internal.h"

#define MAX_MODULES 256
#define MAX_TASKS   64
#define MAX_ERROR   160

enum operation {
	ADD,
	REMOVE,
	LOOK,
	NR_OPERATIONS
};

static const char *const operations[] = {"load", "unload", "read"};

struct stress_module {
	char name[64];
	const void *image;
	unsigned long size;
};

struct stress {
	unsigned int tasks, rounds, seed;
	const char *args; /* no parameters, in host memory */
	struct stress_module module[MAX_MODULES];
	unsigned int nr;
	/* Updated by tasks that may interrupt one another. */
	atomic_t tally[NR_OPERATIONS][MAX_ERROR];
};

struct stress_task {
	struct stress *stress;
	struct process process;
	struct rnd_state random;
	char __user *buffer;
	pid_t pid;
};

/* Reads a file to its end, for what reading it does; @buffer: a page of the
 * task's own. */
static long read_all(const char *path, char __user *buffer)
{
	struct file *file = filp_open(path, O_RDONLY, 0);
	loff_t pos = 0;
	ssize_t n;

	if (IS_ERR(file))
		return PTR_ERR(file);
	do
		n = vfs_read(file, buffer, PAGE_SIZE, &pos);
	while (n > 0);
	filp_close(file, NULL);
	return n;
}

static long read_one(const struct stress_module *module, unsigned int which,
		     char __user *buffer)
{
	static const char *const files[] = {"initstate", "refcnt", "taint",
					    "sections/.text", "coresize"};
	char path[128];

	if (which >= ARRAY_SIZE(files))
		return read_all("/proc/modules", buffer);
	snprintf(path, sizeof(path), "/sys/module/%s/%s", module->name,
		 files[which]);
	return read_all(path, buffer);
}

static void one_operation(struct stress_task *task)
{
	struct stress *stress = task->stress;
	u32 random = prandom_u32_state(&task->random);
	const struct stress_module *module =
		&stress->module[(random >> 16) % stress->nr];
	enum operation operation = random % NR_OPERATIONS;
	long err = 0;

	switch (operation) {
	case ADD:
		err = module_load(module->image, module->size, stress->args);
		break;
	case REMOVE:
		err = module_unload(module->name, O_NONBLOCK);
		break;
	default:
		err = read_one(module, (random >> 8) % 8, task->buffer);
		break;
	}
	if (err > 0 || err <= -MAX_ERROR)
		err = -(MAX_ERROR - 1);
	atomic_inc(&stress->tally[operation][-err]);
	process_exit_to_user();
}

static void stress_program(void *arg)
{
	struct stress_task *task = arg;
	unsigned long page = vm_mmap(NULL, 0, PAGE_SIZE, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, 0);
	unsigned int i;

	if (IS_ERR_VALUE(page))
		return;
	task->buffer = (char __user *)page;
	for (i = 0; i < task->stress->rounds; i++)
		one_operation(task);
}

static int add_module(struct stress *stress, const char *word)
{
	struct stress_module *module = &stress->module[stress->nr];
	const char *colon = strchr(word, ':');

	if (!colon || stress->nr >= MAX_MODULES ||
	    colon - word >= sizeof(module->name) ||
	    kstrtoul(colon + 1, 10, &module->size))
		return -EINVAL;
	memcpy(module->name, word, colon - word);
	stress->nr++;
	return 0;
}

static int parse(struct stress *stress, char *words, const void *image)
{
	unsigned int i;
	char *word;
	int n = 0;

	if (sscanf(words, "%u %u %u %n", &stress->tasks, &stress->rounds,
		   &stress->seed, &n) != 3 ||
	    !stress->tasks || stress->tasks > MAX_TASKS)
		return -EINVAL;
	words += n;
	while ((word = strsep(&words, " ")))
		if (*word && add_module(stress, word))
			return -EINVAL;
	for (i = 0; i < stress->nr; i++) {
		stress->module[i].image = image;
		image += stress->module[i].size;
	}
	return stress->nr ? 0 : -EINVAL;
}

static void run_tasks(struct stress *stress, struct stress_task *tasks)
{
	unsigned int i;

	for (i = 0; i < stress->tasks; i++) {
		tasks[i].stress = stress;
		tasks[i].process =
			(struct process){"stress", stress_program, &tasks[i]};
		prandom_seed_state(&tasks[i].random,
				   stress->seed * 1000003ull + i + 1);
		tasks[i].pid = process_start(&tasks[i].process);
	}
	for (i = 0; i < stress->tasks; i++)
		if (tasks[i].pid > 0)
			process_wait(tasks[i].pid);
}

static void report(const struct stress *stress)
{
	unsigned int operation, error;
	char line[64];
	int n;

	for (operation = 0; operation < NR_OPERATIONS; operation++)
		for (error = 0; error < MAX_ERROR; error++) {
			n = atomic_read(&stress->tally[operation][error]);
			if (!n)
				continue;
			n = scnprintf(line, sizeof(line), "%s %u %d\n",
				      operations[operation], error, n);
			host_file_content(line, n);
		}
}

long stress_run(const struct ring3_job *job)
{
	struct stress *stress = vzalloc(sizeof(*stress));
	char *words = kstrdup(job->args, GFP_KERNEL);
	struct stress_task *tasks = NULL;
	long err = -ENOMEM;

	if (!stress || !words)
		goto free;
	stress->args = job->args + strlen(job->args);
	err = parse(stress, words, job->image);
	if (err)
		goto free;
	err = -ENOMEM;
	tasks = kcalloc(stress->tasks, sizeof(*tasks), GFP_KERNEL);
	if (!tasks)
		goto free;
	run_tasks(stress, tasks);
	report(stress);
	err = 0;
free:
	kfree(tasks);
	kfree(words);
	vfree(stress);
	return err;
}
