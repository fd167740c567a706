// SPDX-License-Identifier: GPL-2.0-only
/*
 * Processes and threads that programs make, told to a hook in the instance.
 *
 * fork(2) and its kin are not caught: a signal before a call is received ends it
 * with EINTR, which no shell expects of them.  So while one of them has a hook,
 * whoever calls is looked at for children that were not there before, and
 * whoever was not there before for its parent.  The hook then sees, in the name
 * of the one who made it, the call that the GNU C library would have made, and
 * the child for its result; what was caught waits until it has.  Nothing that
 * the instance is to do comes before a fork that it could depend on.
 *
 * Locked.
 */
#include <dirent.h>
#include <linux/kcmp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "clients/internal.h"

#define BUCKETS 256

static const unsigned short calls[] = {SYS_clone, SYS_clone3, SYS_fork,
				       SYS_vfork};

/* A thread that was there before, or has been told of. */
struct known {
	struct known *next;
	pid_t tid;
	pid_t *children; /* of the thread, told of or older */
	unsigned int nr;
};

/* To be done in order: a fork, or a call that waits for those before it. */
struct item {
	struct item *next;
	pid_t maker, child; /* 0: */
	struct seccomp_notif notif;
};

static pid_t spawner;
static unsigned int nr_hooked;
static struct known *buckets[BUCKETS];
static struct item *first, **last = &first;
static bool under_way;

void forks_set_up(pid_t pid)
{
	spawner = pid;
}

/* ---- who is there -------------------------------------------------------------- */

static struct known *find(pid_t tid)
{
	struct known *k = buckets[tid % BUCKETS];

	while (k && k->tid != tid)
		k = k->next;
	return k;
}

/* NULL: out of memory; the fork is told once more, or not at all. */
static struct known *know(pid_t tid)
{
	struct known *k = find(tid);

	if (k)
		return k;
	k = calloc(1, sizeof(*k));
	if (!k)
		return NULL;
	k->tid = tid;
	k->next = buckets[tid % BUCKETS];
	buckets[tid % BUCKETS] = k;
	return k;
}

static void forget(pid_t tid)
{
	struct known **link = &buckets[tid % BUCKETS], *k;

	while (*link && (*link)->tid != tid)
		link = &(*link)->next;
	k = *link;
	if (!k)
		return;
	*link = k->next;
	free(k->children);
	free(k);
}

static void forget_all(void)
{
	unsigned int i;

	for (i = 0; i < BUCKETS; i++)
		while (buckets[i])
			forget(buckets[i]->tid);
}

static bool has_child(const struct known *k, pid_t pid)
{
	unsigned int i;

	for (i = 0; i < k->nr; i++)
		if (k->children[i] == pid)
			return true;
	return false;
}

/* proc_pid_children(5), into *@children, which the caller frees. */
static unsigned int read_children(pid_t tid, pid_t **children)
{
	char path[64];
	unsigned int n = 0, room = 0;
	pid_t pid, *more;
	FILE *f;

	*children = NULL;
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", tid, tid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	while (fscanf(f, "%d", &pid) == 1) {
		if (n == room) {
			room = 2 * room + 8;
			more = realloc(*children, room * sizeof(pid));
			if (!more)
				break;
			*children = more;
		}
		(*children)[n++] = pid;
	}
	fclose(f);
	return n;
}

static void each_thread(pid_t pid, void (*fn)(pid_t pid, pid_t tid))
{
	struct dirent *entry;
	char path[64];
	pid_t tid;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		tid = atoi(entry->d_name);
		if (tid > 0)
			fn(pid, tid);
	}
	closedir(dir);
}

/* All that are there when a hook is set. */
static void know_family(pid_t pid);

static void know_thread(pid_t pid, pid_t tid)
{
	struct known *k = know(tid);
	unsigned int i;

	(void)pid;
	if (!k)
		return;
	k->nr = read_children(tid, &k->children);
	for (i = 0; i < k->nr; i++)
		know_family(k->children[i]);
}

static void know_family(pid_t pid)
{
	if (!find(pid))
		each_thread(pid, know_thread);
}

/* ---- what is to be done ---------------------------------------------------------- */

static struct item *append(pid_t maker, pid_t child)
{
	struct item *item = calloc(1, sizeof(*item));

	if (!item)
		return NULL;
	item->maker = maker;
	item->child = child;
	*last = item;
	last = &item->next;
	return item;
}

static struct item *take(void)
{
	struct item *item = first;

	if (item)
		first = item->next;
	if (!first)
		last = &first;
	return item;
}

/* @child is new, and @maker, a thread, has made it. */
static void made(pid_t maker, pid_t child)
{
	if (find(child) || !know(child))
		return;
	append(maker, child);
}

static void look_for_children(pid_t tid)
{
	struct known *k = know(tid);
	pid_t *children;
	unsigned int i, n;

	if (!k || tid == spawner)
		return;
	n = read_children(tid, &children);
	for (i = 0; i < n; i++) {
		if (has_child(k, children[i]))
			continue;
		/* The number may have been another's, who was killed. */
		forget(children[i]);
		made(tid, children[i]);
	}
	free(k->children);
	k->children = children;
	k->nr = n;
}

static void look_at_parent(pid_t pid, pid_t tid)
{
	(void)pid;
	look_for_children(tid);
}

/* Which thread of @pid has made another is not told. */
static void look_at_thread(pid_t pid, pid_t tid)
{
	if (tid != pid)
		made(pid, tid);
}

static void meet(pid_t tid)
{
	pid_t pid, parent;

	if (find(tid))
		return;
	pid = thread_process(tid);
	if (pid != tid) {
		meet(pid);
		each_thread(pid, look_at_thread);
		return;
	}
	parent = thread_parent(pid);
	if (parent > 1 && parent != spawner) {
		meet(parent);
		each_thread(parent, look_at_parent);
	}
	know(pid);
}

/* ---- the hook's call ---------------------------------------------------------------- */

/* Sharing memory with its maker, until it runs a program. */
static bool shares_memory(const struct item *item)
{
	return !syscall(SYS_kcmp, item->maker, item->child, KCMP_VM, 0, 0);
}

static void fill_clone3(struct request *r, unsigned long flags)
{
	struct clone_args {
		uint64_t flags, pidfd, child_tid, parent_tid;
		uint64_t exit_signal, stack, stack_size, tls;
	} *args = (void *)request_scratch(r);

	r->call.nr = SYS_clone3;
	if (!args)
		return;
	memset(args, 0, sizeof(*args));
	args->flags = flags;
	args->exit_signal = flags & CLONE_THREAD ? 0 : SIGCHLD;
	r->call.args[0] = (unsigned long)args;
	r->call.args[1] = sizeof(*args);
}

static void fill_call(struct request *r, const struct item *item)
{
	if (thread_process(item->child) != item->child) {
		fill_clone3(
			r, CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
				   CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS |
				   CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID);
	} else if (!shares_memory(item)) {
		r->call.nr = SYS_clone;
		r->call.args[0] = CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID |
				  SIGCHLD;
	} else if (native_is_hooked(SYS_vfork)) {
		r->call.nr = SYS_vfork;
	} else {
		fill_clone3(r, CLONE_VM | CLONE_VFORK);
	}
}

static void go_on(void);

static void told(struct request *r)
{
	if (r->call.result == RING3_RESULT_KILLED)
		native_kill(r);
	request_free(r);
	under_way = false;
	go_on();
}

/* Whether the instance has it now. */
static bool tell(const struct item *item)
{
	struct client *c = thread_get(item->maker);
	struct request *r;

	/* A thread may wait there while another makes a third one. */
	if (!c || request_running_of(c))
		c = thread_get(item->child);
	if (!c || request_running_of(c))
		return false;
	r = request_new(NULL);
	if (!r)
		return false;
	fill_call(r, item);
	if (!native_is_hooked(r->call.nr)) {
		request_free(r);
		return false;
	}
	r->client = c;
	r->child = item->child;
	r->native = NATIVE_AFTER;
	r->done = told;
	r->call.kind = RING3_CALL_HOOKED;
	request_queue(r);
	return true;
}

static void go_on(void)
{
	struct item *item;

	while (!under_way && (item = take())) {
		if (item->child) {
			under_way = tell(item);
		} else {
			books_remove_call(item->notif.id);
			supervisor_take(&item->notif);
		}
		free(item);
	}
}

bool forks_hold(const struct seccomp_notif *notif)
{
	struct item *item;

	if (!nr_hooked || native_is_injected(notif->pid))
		return false;
	meet(notif->pid);
	look_for_children(notif->pid);
	if (!first && !under_way)
		return false;
	item = append(0, 0);
	if (!item)
		return false;
	item->notif = *notif;
	books_add_call(notif->id);
	go_on();
	return true;
}

void forks_hooked(unsigned int nr, bool on)
{
	size_t i;

	for (i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		if (calls[i] != nr)
			continue;
		if (on && !nr_hooked++)
			know_family(spawner);
		else if (!on && !--nr_hooked)
			forget_all();
	}
}
