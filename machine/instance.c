// SPDX-License-Identifier: GPL-2.0-only
/*
 * The starting side of an instance: its child process, the messages from it,
 * and its end.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "image/target.h"
#include "lib/strbuf.h"
#include "machine/internal.h"

/*
 * nokaslr: addresses as linked by us.  nowatchdog: the host watches.
 * preempt=full: on one CPU a busy task must not keep the others away, as on a
 * machine with several it would not.
 */
const char instance_command_line[] =
	"nokaslr nowatchdog preempt=full rcupdate.rcu_expedited=1 "
	"loglevel=8";

/* How long an instance may stay silent beyond a job's own time. */
#define GRACE_MS 10000

struct instance {
	struct instance_config config;
	pid_t pid;
	bool is_clone; /* not our child: it is not waited for */
	char *views; /* of memory that clones get copies of; NULL: not known */
	int fd;
	bool wants_job; /* its WIRE_NEXT_JOB is unanswered */
	bool ended;
	struct instance_end end;
	const struct module_image *request; /* answers still to be sent */
	int nr_request, next_request;
	char buffer[WIRE_MAX + 1024];
};

int instance_start(const struct instance_config *config,
		   struct instance **result)
{
	struct instance *in = calloc(1, sizeof(*in));
	int pair[2], err;

	if (!in)
		return -ENOMEM;
	in->config = *config;
	in->end.snapshot = -EAGAIN;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair)) {
		err = -errno;
		goto free;
	}
	in->fd = pair[0];
	in->pid = fork();
	if (!in->pid) {
		close(pair[0]);
		guest_main(&in->config, pair[1]);
	}
	err = in->pid < 0 ? -errno : 0;
	close(pair[1]);
	if (err)
		goto close;
	*result = in;
	return 0;

close:
	close(pair[0]);
free:
	free(in);
	return err;
}

static void send_message(struct instance *in, enum wire_kind kind,
			 const void *head, size_t head_size, const char *text,
			 int fd)
{
	unsigned int tag = kind;
	struct iovec iov[] = {
		{&tag, sizeof(tag)},
		{(void *)head, head_size},
		{(void *)text, text ? strlen(text) : 0},
	};
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = {{0}};
	struct msghdr msg = {.msg_iov = iov, .msg_iovlen = 3};
	struct cmsghdr *c;

	if (fd >= 0) {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	/* An instance that is gone is noticed when it is listened to. */
	while (sendmsg(in->fd, &msg, MSG_NOSIGNAL) < 0 && errno == EINTR)
		;
}

static void on_request(struct instance *in, const char *name)
{
	const struct instance_listener *l = &in->config.listener;

	in->nr_request = l->request ? l->request(l->arg, name, &in->request)
				    : -ENOENT;
	in->next_request = 0;
	send_message(in, WIRE_COUNT, &in->nr_request, sizeof(in->nr_request),
		     NULL, -1);
}

static void on_next_module(struct instance *in)
{
	const struct module_image *image;
	struct wire_module head = {0};

	if (in->next_request >= in->nr_request) {
		send_message(in, WIRE_MODULE, &head, sizeof(head), NULL, -1);
		return;
	}
	image = &in->request[in->next_request++];
	head.size = image->size;
	snprintf(head.name, sizeof(head.name), "%s", image->name);
	send_message(in, WIRE_MODULE, &head, sizeof(head), image->args,
		     image->fd);
}

static void on_hook(struct instance *in, const char *data, const char *text)
{
	const struct instance_listener *l = &in->config.listener;
	const char *kind = text + strlen(text) + 1;
	struct wire_hook hook;

	memcpy(&hook, data, sizeof(hook));
	if (l->hook)
		l->hook(l->arg, text, kind, kind + strlen(kind) + 1, hook.hits,
			hook.must_be_reached);
}

static void on_bench(struct instance *in, const char *data, const char *text)
{
	const struct instance_listener *l = &in->config.listener;
	unsigned long value;

	memcpy(&value, data, sizeof(value));
	if (l->bench)
		l->bench(l->arg, text, value, text + strlen(text) + 1);
}

static void on_coverage(struct instance *in, const char *data, const char *text)
{
	const struct instance_listener *l = &in->config.listener;
	struct wire_coverage head;

	memcpy(&head, data, sizeof(head));
	if (l->coverage)
		l->coverage(l->arg, text, text + strlen(text) + 1, head.offset,
			    head.hits);
}

static void on_coverage_file(struct instance *in, const char *text,
			     const char *end)
{
	const struct instance_listener *l = &in->config.listener;
	const char *data = text + strlen(text) + 1;

	if (l->coverage_file && data <= end)
		l->coverage_file(l->arg, text, data, end - data);
}

static void on_exit_message(struct instance *in, const char *data,
			    const char *text)
{
	int why;

	memcpy(&why, data, sizeof(why));
	in->end.kind = INSTANCE_EXITED;
	in->end.why = why;
	snprintf(in->end.text, sizeof(in->end.text), "%s", text);
	in->ended = true;
}

static void on_crash(struct instance *in, const char *data, const char *text)
{
	struct wire_crash crash;

	memcpy(&crash, data, sizeof(crash));
	in->end.kind = INSTANCE_CRASHED;
	in->end.frame = crash.frame;
	in->end.address = crash.address;
	snprintf(in->end.text, sizeof(in->end.text), "%s", text);
	in->ended = true;
}

static size_t head_size(unsigned int kind)
{
	switch (kind) {
	case WIRE_JOB_DONE:
		return sizeof(struct ring3_job);
	case WIRE_HOOK:
		return sizeof(struct wire_hook);
	case WIRE_BENCH:
		return sizeof(unsigned long);
	case WIRE_COVERAGE:
		return sizeof(struct wire_coverage);
	case WIRE_SNAPSHOT:
	case WIRE_EXIT:
		return sizeof(int);
	case WIRE_CRASH:
		return sizeof(struct wire_crash);
	}
	return 0;
}

/* Does what the message asks; returns its kind, or -EPROTO. */
static int handle(struct instance *in, size_t n, struct ring3_job *done)
{
	const struct instance_listener *l = &in->config.listener;
	const char *data = in->buffer + sizeof(unsigned int), *text;
	unsigned int kind;

	in->buffer[n] = 0;
	memcpy(&kind, in->buffer, sizeof(kind));
	if (n < sizeof(kind) + head_size(kind))
		return -EPROTO;
	text = data + head_size(kind);
	switch (kind) {
	case WIRE_LOG:
		if (l->log)
			l->log(l->arg, text, in->buffer + n - text);
		break;
	case WIRE_CONTENT:
		if (l->content)
			l->content(l->arg, text, in->buffer + n - text);
		break;
	case WIRE_EXPLAIN:
		if (l->explain)
			l->explain(l->arg, text, in->buffer + n - text);
		break;
	case WIRE_COVERAGE:
		on_coverage(in, data, text);
		break;
	case WIRE_COVERAGE_FILE:
		on_coverage_file(in, text, in->buffer + n);
		break;
	case WIRE_NEXT_JOB:
		in->wants_job = true;
		break;
	case WIRE_JOB_DONE:
		if (done)
			memcpy(done, data, sizeof(*done));
		break;
	case WIRE_REQUEST:
		on_request(in, text);
		break;
	case WIRE_NEXT_MODULE:
		on_next_module(in);
		break;
	case WIRE_HOOK:
		on_hook(in, data, text);
		break;
	case WIRE_BENCH:
		on_bench(in, data, text);
		break;
	case WIRE_SNAPSHOT:
		memcpy(&in->end.snapshot, data, sizeof(int));
		break;
	case WIRE_EXIT:
		on_exit_message(in, data, text);
		break;
	case WIRE_CRASH:
		on_crash(in, data, text);
		break;
	default:
		return -EPROTO;
	}
	return kind;
}

static void lost(struct instance *in, enum instance_end_kind kind,
		 const char *text)
{
	if (in->ended)
		return;
	in->ended = true;
	in->end.kind = kind;
	snprintf(in->end.text, sizeof(in->end.text), "%s", text);
}

/* Waits for one message; its kind, or -EPIPE when the instance ended. */
static int listen_once(struct instance *in, struct ring3_job *done)
{
	struct pollfd p = {.fd = in->fd, .events = POLLIN};
	int ready, kind;
	ssize_t n;

	do {
		ready = poll(&p, 1, in->config.timeout * 1000 + GRACE_MS);
	} while (ready < 0 && errno == EINTR);
	if (!ready) {
		kill(in->pid, SIGKILL);
		lost(in, INSTANCE_KILLED, "it did not answer any more");
		return -EPIPE;
	}
	n = recv(in->fd, in->buffer, sizeof(in->buffer) - 1, 0);
	if (n <= 0) {
		lost(in, INSTANCE_KILLED, "it ended without a word");
		return -EPIPE;
	}
	kind = handle(in, n, done);
	if (kind < 0)
		lost(in, INSTANCE_KILLED, "it sent what is no message");
	return in->ended ? -EPIPE : kind;
}

/* Until the instance asks for work: boot, or the work before, is over. */
static int wait_ready(struct instance *in)
{
	int kind = 0;

	while (!in->wants_job && kind >= 0)
		kind = listen_once(in, NULL);
	return in->wants_job ? 0 : -EPIPE;
}

int instance_begin(struct instance *in, struct ring3_job *job,
		   const struct module_image *image)
{
	int err = wait_ready(in);

	if (err)
		return err;
	in->wants_job = false;
	if (image)
		job->size = image->size;
	send_message(in, WIRE_JOB, job, sizeof(*job),
		     job->args || !image ? job->args : image->args,
		     image ? image->fd : -1);
	return 0;
}

int instance_fd(const struct instance *in)
{
	return in->fd;
}

int instance_step(struct instance *in, struct ring3_job *job)
{
	int kind = listen_once(in, job);

	if (kind < 0)
		return -EPIPE;
	return kind == WIRE_JOB_DONE;
}

int instance_job(struct instance *in, struct ring3_job *job,
		 const struct module_image *image)
{
	int done = instance_begin(in, job, image);

	while (!done)
		done = instance_step(in, job);
	return done < 0 ? done : 0;
}

static void drain(struct instance *in)
{
	int kind;

	do {
		kind = listen_once(in, NULL);
	} while (kind >= 0);
}

void instance_wait(struct instance *in, struct instance_end *end)
{
	struct ring3_job job = {.kind = RING3_JOB_END};

	if (!in->ended && !wait_ready(in)) {
		send_message(in, WIRE_JOB, &job, sizeof(job), NULL, -1);
		drain(in);
	}
	while (!in->is_clone && waitpid(in->pid, &in->end.status, 0) < 0 &&
	       errno == EINTR)
		;
	in->pid = 0;
	*end = in->end;
}

void instance_free(struct instance *in)
{
	if (!in)
		return;
	if (in->pid > 0) {
		kill(in->pid, SIGKILL);
		if (!in->is_clone)
			waitpid(in->pid, NULL, 0);
	}
	close(in->fd);
	free(in->views);
	free(in);
}

/* What of its process's memory is shared, for memory_separate(). */
static char *read_views(pid_t pid)
{
	struct strbuf views = STRBUF_INIT;
	unsigned long from, to, offset;
	char path[64], line[512], rights[8];
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = fopen(path, "r");
	while (maps && fgets(line, sizeof(line), maps)) {
		if (!strstr(line, "ring3-ram") ||
		    sscanf(line, "%lx-%lx %7s %lx", &from, &to, rights,
			   &offset) != 4 ||
		    rights[3] != 's')
			continue;
		strbuf_printf(&views, "%lx-%lx %lx %x\n", from, to, offset,
			      (rights[0] == 'r' ? PROT_READ : 0) |
				      (rights[1] == 'w' ? PROT_WRITE : 0) |
				      (rights[2] == 'x' ? PROT_EXEC : 0));
	}
	if (maps)
		fclose(maps);
	return views.text;
}

static int ask_for_clone(struct instance *from, struct instance *in, int fd)
{
	struct module_image image = {.fd = fd, .args = from->views};
	struct ring3_job job = {.kind = RING3_JOB_CLONE};
	int err = instance_job(from, &job, &image);

	if (err || job.result < 0)
		return err ? err : job.result;
	in->pid = job.result;
	return 0;
}

int instance_clone(struct instance *from, struct instance **result)
{
	struct instance *in = calloc(1, sizeof(*in));
	int pair[2], err = wait_ready(from);

	if (!in)
		return -ENOMEM;
	in->config = from->config;
	in->is_clone = true;
	if (!from->views)
		from->views = read_views(from->pid);
	if (!from->views || strlen(from->views) >= WIRE_MAX - 1024)
		err = -E2BIG;
	if (!err && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		err = -errno;
	if (err) {
		free(in);
		return err;
	}
	in->fd = pair[0];
	err = ask_for_clone(from, in, pair[1]);
	close(pair[1]);
	if (!err) {
		*result = in;
		return 0;
	}
	close(pair[0]);
	free(in);
	return err;
}

/* Gives it @job with an open list of its mappings. */
static int give_maps(struct instance *in, struct ring3_job *job)
{
	struct module_image image = {.args = ""};
	char path[64];
	int err = wait_ready(in);

	snprintf(path, sizeof(path), "/proc/%d/maps", in->pid);
	image.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (image.fd < 0)
		return -errno;
	if (!err)
		err = instance_job(in, job, &image);
	close(image.fd);
	return err;
}

int instance_checkpoint(struct instance *in)
{
	struct ring3_job job = {.kind = RING3_JOB_CHECKPOINT};

	return give_maps(in, &job);
}

int instance_keep(struct instance *in)
{
	struct ring3_job job = {.kind = RING3_JOB_KEEP};
	int err = give_maps(in, &job);

	return err ? err : job.result;
}

int instance_back(struct instance *in)
{
	struct ring3_job job = {.kind = RING3_JOB_BACK, .args = ""};
	int err = instance_job(in, &job, NULL);

	return err ? err : job.result;
}

static uint64_t hash_bytes(uint64_t hash, const void *data, size_t n)
{
	const unsigned char *p = data;

	for (; n; n--)
		hash = (hash ^ *p++) * 0x100000001b3ull;
	return hash;
}

/* The linker's build id of this program: another build, another snapshot. */
static int hash_build_id(struct dl_phdr_info *info, size_t size, void *arg)
{
	uint64_t *hash = arg;
	int i;

	(void)size;
	for (i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_NOTE)
			*hash = hash_bytes(*hash,
					   (void *)(info->dlpi_addr +
						    info->dlpi_phdr[i].p_vaddr),
					   info->dlpi_phdr[i].p_memsz);
	return 1; /* the program comes first, libraries do not matter */
}

char *instance_snapshot_path(const struct target_build *build,
			     const char *append)
{
	uint64_t hash = cpu_features_hash(0xcbf29ce484222325ull);

	hash = hash_bytes(hash, instance_command_line,
			  sizeof(instance_command_line));
	if (append)
		hash = hash_bytes(hash, append, strlen(append));
	dl_iterate_phdr(hash_build_id, &hash);
	return str_printf("%s/snapshot-%016lx", build->dir,
			  (unsigned long)hash);
}
