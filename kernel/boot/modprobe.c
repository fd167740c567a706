// SPDX-License-Identifier: GPL-2.0-only
/*
 * The modprobe that request_module() calls: the host looks names up in the
 * target's tree, the modules are loaded here.
 *
 * The loading happens in the helper's task where it would run its program, not
 * inside execve(): a caller that waits only for the exec must not wait for the
 * load.
 */
#include <linux/err.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include "internal.h"

struct request {
	char *name;
};

/* Loads all that the host names, skipping what is loaded or being loaded.
 * Returns 0, or what was wrong last. */
static long load_all(const char *name)
{
	struct ring3_module_file file;
	long err = host_module_request(name);

	if (err <= 0)
		return err ? err : -ENOENT;
	err = 0;
	while (!host_module_next(&file)) {
		if (!module_is_listed(file.name))
			err = module_load(file.image, file.size, file.args);
		/* Another request may have gone ahead of us meanwhile. */
		if (err == -EEXIST)
			err = 0;
		process_exit_to_user();
	}
	return err;
}

static void modprobe_program(void *arg)
{
	struct request *request = arg;
	long err = load_all(request->name);

	kfree(request->name);
	kfree(request);
	/* As the program: exit status 1. */
	if (err)
		do_exit(1 << 8);
}

int modprobe_exec(const char *name)
{
	struct request *request = kmalloc(sizeof(*request), GFP_KERNEL);
	int err = -ENOMEM;

	if (!request)
		return -ENOMEM;
	request->name = kstrdup(name, GFP_KERNEL);
	if (!request->name)
		goto free_request;
	err = process_set_program(modprobe_program, request);
	if (err)
		goto free_name;
	set_task_comm(current, "modprobe");
	return 0;

free_name:
	kfree(request->name);
free_request:
	kfree(request);
	return err;
}
