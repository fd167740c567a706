// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who current is: the client's ids, groups, capabilities, name, umask and
 * terminal.
 *
 * In the task that stands for the client's thread; sleeps.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/fs_struct.h>
#include <linux/sched.h>
#include <linux/uidgid.h>
#include "syscall/clients.h"

static int adopt_groups(struct cred *cred, const struct ring3_client *client)
{
	struct group_info *groups = groups_alloc(client->nr_groups);
	unsigned int i;

	if (!groups)
		return -ENOMEM;
	for (i = 0; i < client->nr_groups; i++)
		groups->gid[i] = KGIDT_INIT(client->groups[i]);
	groups_sort(groups);
	set_groups(cred, groups);
	put_group_info(groups);
	return 0;
}

static void adopt_ids(struct cred *cred, const struct ring3_client *client)
{
	cred->uid = KUIDT_INIT(client->uid);
	cred->euid = KUIDT_INIT(client->euid);
	cred->suid = KUIDT_INIT(client->suid);
	cred->fsuid = KUIDT_INIT(client->fsuid);
	cred->gid = KGIDT_INIT(client->gid);
	cred->egid = KGIDT_INIT(client->egid);
	cred->sgid = KGIDT_INIT(client->sgid);
	cred->fsgid = KGIDT_INIT(client->fsgid);
}

static void adopt_capabilities(struct cred *cred, unsigned long mask)
{
	int cap;

	cap_clear(cred->cap_effective);
	for (cap = 0; cap <= CAP_LAST_CAP; cap++)
		if (mask & 1ul << cap)
			cap_raise(cred->cap_effective, cap);
	cred->cap_permitted = cred->cap_effective;
}

int identity_adopt(const struct ring3_client *client)
{
	struct cred *cred = prepare_creds();
	int err;

	if (!cred)
		return -ENOMEM;
	err = adopt_groups(cred, client);
	if (err) {
		abort_creds(cred);
		return err;
	}
	adopt_ids(cred, client);
	adopt_capabilities(cred, client->capabilities);
	commit_creds(cred);
	current->fs->umask = client->umask;
	terminal_adopt(client->tty);
	set_task_comm(current, client->comm);
	/* For who prints it; the threads of a program share no group here. */
	current->tgid = client->tgid;
	return 0;
}

const struct cred *identity_raise(void)
{
	struct cred *cred;
	const struct cred *own;

	if (!capable(CAP_SYS_MODULE))
		return NULL;
	cred = prepare_creds();
	if (!cred)
		return NULL;
	cred->cap_effective = cred->cap_permitted = CAP_FULL_SET;
	own = override_creds(cred);
	put_cred(cred);
	return own;
}
