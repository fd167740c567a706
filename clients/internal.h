/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of clients/ know of each other, sectioned by the file that
 * defines it.
 *
 * All run in the instance's process.  The supervisor's state belongs to
 * whoever holds supervisor_lock(); functions take it as held unless they say
 * otherwise.  The kernel's thread never waits for it while it runs the kernel:
 * it takes it only within a host operation, and holders do not block.
 */
#ifndef CLIENTS_INTERNAL_H
#define CLIENTS_INTERNAL_H

#include <linux/seccomp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>
#include <ring3/boundary.h>

/* A system call must be started again, or not if the signal's handler says so:
 * the kernel's own, which no header of programs has. */
#define ERESTARTSYS 512

#define PATH_SIZE 4096

struct client;
struct vfile;
struct request;
struct poll_list;
struct stat;

/* spawner.c */
int spawner_start(void);

/* filter.c: what programs' system calls are caught */
int filter_install(void);

/* supervisor.c: notifications, and answers to them */
void supervisor_lock(void);
void supervisor_unlock(void);
/* Makes the kernel's thread look at the queue.  Any thread, locked or not. */
void supervisor_kick(void);
/* A call that was received, and held back. */
void supervisor_take(const struct seccomp_notif *notif);
int supervisor_thread(void *(*fn)(void *), void *arg);
/* What supervisor_lock() locks, to wait with. */
pthread_mutex_t *supervisor_mutex(void);

/* request.c and reply.c: one caught call, until it is answered */
struct request {
	struct seccomp_notif notif;
	struct ring3_call call; /* for the instance */
	struct client *client;
	struct request *next; /* in a list of free ones, */
	struct request *next_running; /* of those that the instance has */
	/* Called with the instance's result, lock held; answers, or queues a
	 * further call.  NULL: the result is the answer. */
	void (*done)(struct request *r);
	/* fetch(): called with 0 or -errno. */
	void (*fetched)(struct request *r, int err);
	struct vfile *vfile; /* the file concerned */
	char *scratch; /* REQUEST_SCRATCH bytes both halves see, or NULL */
	struct poll_list *list; /* of a call that waits for descriptors */
	struct ring3_lent lent; /* what goes along, if call.lent says so */
	struct vfile *lent_vfile; /* whose file that is, or NULL */
	int fd; /* of ours, or -1 */
	bool cloexec; /* of the descriptor that is the answer */
	bool running; /* the instance has it */
	bool interrupted; /* and has been told of a signal */
	/* A call of the host's with a hook in the instance (native.c). */
	enum {
		NATIVE_NOT,
		NATIVE_THROUGH, /* on its way; no thread for it yet */
		NATIVE_CALL, /* the thread is to make the program call */
		NATIVE_RETURNED, /* it has; the hook goes on */
		NATIVE_FINISHED, /* the hook has returned */
		NATIVE_AFTER, /* the program will call by itself */
	} native;
	bool no_restart; /* which another thread may take */
	pid_t child; /* whose making this tells of (forks.c), or 0 */
	long position; /* that a directory is to have (dir_calls.c) */
	unsigned long until; /* poll_wait(): CLOCK_MONOTONIC, ns */
	unsigned long since; /* when it got it, CLOCK_MONOTONIC, ns */
};

/* Two paths, and room for what a call takes or gives. */
#define REQUEST_SCRATCH (4ul * PATH_SIZE)

int request_set_up(void);
/* A request for @notif, or NULL: out of memory, and it is answered. */
struct request *request_new(const struct seccomp_notif *notif);
void request_free(struct request *r);
/* Memory at RING3_SCRATCH for the request; NULL if there is none. */
char *request_scratch(struct request *r);
/* Hands the call to the instance. */
void request_queue(struct request *r);
struct ring3_call *request_next(void);
/* On the kernel's thread: until request_expected(), a call of @client's that is
 * the only one queued raises no interrupt, and is what that returns. */
void request_expect(const struct ring3_client *client);
struct ring3_call *request_expected(void);
void request_done(struct ring3_call *call);
/* For a signal that the thread has; or because it is dead, and not again
 * before the instance knows. */
void request_interrupt(struct request *r);
void request_end(struct request *r);
/* Sends the instance what is no call, and has no answer. */
struct request *request_tell(struct client *c, enum ring3_call_kind kind,
			     unsigned long arg);
struct request *request_of(struct ring3_call *call);
bool request_is_queued(void);
unsigned int request_nr_running(void);
/* The kernel killed the thread with @sig; so does this. */
void request_kill(struct request *r, int sig);
/* Those that the instance has; lock held. */
struct request *request_first_running(void);
/* The one of @c, or NULL. */
struct request *request_running_of(const struct client *c);
/* The last call: ends RING3_JOB_SERVE. */
void request_queue_stop(void);

/* Answers, and frees; for the request's thread. */
void request_answer(struct request *r, long result);
void request_continue(struct request *r);
/* Whether the thread still waits for the answer. */
bool request_is_valid(const struct request *r);
/* Gives the program @fd as the result, and closes ours. */
void request_answer_fd(struct request *r, int fd, bool cloexec);
/* Gives it what the instance has opened, call.file. */
void request_answer_file(struct request *r, const char *path, bool cloexec);
/* Gives the program @fd at a number; the number, or -errno.  @fd stays. */
int request_add_fd(struct request *r, int fd, int number, bool cloexec);

/* reply.c: raw answers, without a request; for the quick way */
void reply_continue(uint64_t id);
void reply_value(uint64_t id, long result);
void reply_set_up(void);
/* Before and after a call is received by this thread, into @notif. */
void reply_expect(struct seccomp_notif *notif);
void reply_received(const struct seccomp_notif *notif);
extern int reply_listener;

/* orphans.c: what outlives the supervisor */
void books_add_call(uint64_t id);
void books_remove_call(uint64_t id);
void books_add_pipe(ino_t ino);
void books_remove_pipe(ino_t ino);

/* thread.c: clients' threads */
struct client {
	struct ring3_client shared;
	struct client *next; /* in the hash */
	int pidfd; /* of the thread, else the process, or -1 */
	bool pidfd_is_own; /* its descriptors are the thread's */
	bool stale; /* ids, name, ... may have changed */
	bool ending; /* request_end() is under way */
	bool exiting;
	bool injected; /* native.c makes a call for it */
};
/* The thread's, made if it is new; NULL if it is gone already. */
struct client *thread_get(int tid);
struct client *thread_find(int tid);
/* Its name, ids or umask may be others from now on. */
void thread_changed(int tid);
/* It is dead: its task is to end. */
void thread_ended(int tid);
void thread_end_all(void);
/* From then on, filters beyond those of process @pid are a `sudo` of ours. */
void thread_count_filters(int pid);
/* The number of the thread's process, @tid itself if it is gone; and of that
 * one's parent, or 0. */
pid_t thread_process(int tid);
pid_t thread_parent(int tid);
/* What /proc/@tid/@name leads to, into @to of PATH_SIZE; 0 or -errno. */
int thread_link(int tid, const char *name, char *to);
int thread_copy_fd(int tid, int fd);
/* fstat(2) of the thread's descriptor, in half the time of a look through /proc,
 * but we hold the file meanwhile; -EPERM if that cannot be. */
int thread_stat_fd(int tid, int fd, struct stat *st);
/* access(2) of one of the host's files as the thread; 0 or -errno. */
int thread_access(int tid, const char *path, int mode);
/* Whether our own rights, which may be more, say nothing of the thread's. */
bool thread_is_others(int tid);
int thread_set_up(int epoll);

/* memory.c: programs' memory; any thread */
/* How it is reached: once, before anything else. */
void memory_choose(void);
unsigned long memory_read(int tid, void *to, unsigned long from,
			  unsigned long n);
unsigned long memory_write(int tid, unsigned long to, const void *from,
			   unsigned long n);
/* A string with its NUL; its length, -EFAULT, or -ENAMETOOLONG. */
int memory_string(int tid, unsigned long from, char *to, size_t size);

/* file.c: open files of the instance that programs hold */
enum pipe_state {
	PIPE_EMPTY, /* writable */
	PIPE_HALF, /* readable and writable */
	PIPE_FULL, /* readable */
};
struct vfile {
	struct vfile *next;
	void *handle; /* the kernel half's */
	int pipe; /* our end */
	dev_t dev; /* the program's end: */
	ino_t ino;
	unsigned int mode; /* S_IFMT */
	unsigned int flags; /* O_* */
	bool can_poll;
	unsigned int ready; /* its events of poll(2) */
	unsigned int wanted; /* those that programs ask for */
	bool urgent; /* some program has asked for POLLPRI */
	bool spent; /* was told by EPOLLONESHOT, and not asked for again */
	unsigned int changes; /* so often has the instance told of them ... */
	unsigned int told; /* ... when they were last told by EPOLLET */
	enum pipe_state state;
	unsigned int calls; /* requests that use it */
	bool closed; /* the program's last descriptor is gone */
	char *path; /* as opened */
};
extern unsigned int file_count; /* of all; read without the lock */
int file_set_up(int epoll);
/* Takes @handle over; *@fd is the program's end. */
int file_new(void *handle, unsigned int mode, unsigned int flags, bool can_poll,
	     const char *path, struct vfile **result, int *fd);
/* The file at the program's descriptor, or NULL. */
struct vfile *file_at(int tid, int fd);
/* A handle that no program has, or none any more. */
void file_drop_handle(void *handle);
/* @r is a call on @f, which stays until that is over. */
void file_use(struct vfile *f, struct request *r);
void file_put(struct vfile *f); /* a request is over with it */
/* Releases those whose last descriptor is gone: before each operation, so that
 * a close() before it counts. */
void file_drain(void);
/* What epoll says of our end of a pipe. */
struct epoll_event;
void file_event(const struct epoll_event *event);
/* Makes the pipe as ready as the file is, for who asks for @wanted. */
void file_mirror(struct vfile *f, unsigned int wanted);
void file_changed(void *handle, unsigned int events);
struct vfile *file_first(void);
/* One of our own, opened anew with @flags, at its start; or -errno. */
int file_reopen(int fd, unsigned int flags);

/* path.c: which paths are the instance's */
enum path_kind {
	PATH_HOST, /* none of ours */
	PATH_INSTANCE,
	PATH_MERGED, /* a directory with entries of both */
	PATH_MAPPED, /* the person's files elsewhere */
};
/* Where a path argument leads: canonical but for the last component if
 * @nofollow; @out of PATH_SIZE. */
int path_resolve(int tid, int dirfd, const char *path, bool nofollow, char *out,
		 enum path_kind *kind);
enum path_kind path_classify(const char *path);
/* Quick: false only if it is the person's for certain. */
bool path_may_concern_us(const char *path, int dirfd);
/* The file that keeps the places, those in it included; 0 or -errno. */
int path_keep_places(const char *file);
int path_add_place(const char *path, bool is_tree);
void path_remove_place(const char *path);
const char *path_place_in(const char *dir, unsigned int nr);
bool path_has_places(void);
/* The directory that canonical @path is in, into @parent of PATH_SIZE. */
void path_parent(const char *path, char *parent);
/* The person's directory that @path's place is in, into @parent of PATH_SIZE;
 * false: there is none. */
bool path_host_parent(const char *path, char *parent);
/* File systems are mounted; one at @path. */
bool path_has_trees(void);
bool path_is_tree(const char *path);
void path_set_modules(const char *dir);
void path_note_link(const char *target);

/* shadow.c: directories that stand for the instance's */
int shadow_set_up(const char *run_dir);
int shadow_open(const char *path); /* a descriptor of the directory */
/* The instance's path of a directory of ours, into @out; 0 or -ENOENT. */
int shadow_path_at(const char *real, char *out);
bool shadow_used(void);
bool shadow_is_fd(int tid, int fd, char *path);

/* shortcut.c: programs that make uninteresting calls uncaught */
void shortcut_set_up(void);
/* None does as long as @reason, SHORTCUT_NO_*, is @on. */
void shortcut_forbid(unsigned int reason, bool on);
/* @tid is about to run @path. */
void shortcut_note_exec(int tid, const char *path);
/* One of those that shortcuts are found by, and @tid may get one. */
bool shortcut_is_name(int tid, const char *path);
/* A call with such a name, canonical, which @opens it, or else does anything;
 * whether it is answered by it. */
bool shortcut_call(struct request *r, const char *path, bool opens,
		   bool cloexec);

/* dispatch.c: what is done for each call.  Runs locked, on any thread. */
void dispatch(struct request *r);
/* Whether @notif can be let go on without a request; quick. */
bool dispatch_is_boring(const struct seccomp_notif *notif);
/* Whether the filter is to catch system call @nr; it is below the limit. */
bool dispatch_catches(unsigned int nr);
unsigned int dispatch_limit(void);

/* poll_calls.c */
void poll_list_free(struct poll_list *list);
/* poll_wait.c: some file's readiness has changed */
void poll_wait_changed(void);
/* Ends waiting where time is up or a signal came; whether anyone still waits. */
bool poll_wait_tick(void);

/* worker.c: what may block, on a thread of its own; runs unlocked */
int worker_start(void);
void worker_queue(struct request *r, void (*run)(struct request *r));
/* The request is over: with 0 the program has its answer, otherwise gets @err.
 * Takes the lock. */
void worker_finish(struct request *r, int err);

/* watch.c: signals for threads that wait in the instance */
int watch_start(void);
/* Whether the thread has one that it is to see, or would with @mask for the
 * signals that it blocks, if that is not NULL. */
bool watch_has_signal(struct request *r, const unsigned long *mask);
void watch_wake(void);

/* inject.c: system calls made in the program's place; blocks, unlocked */
struct tracee {
	pid_t tid;
	int sig; /* to be delivered when it goes on */
	struct user_regs_struct regs; /* behind the caught call */
};
struct injected {
	long nr;
	unsigned long args[6];
	bool is_relative; /* args[0] to the result of the first call */
};
int inject(struct request *r, const struct injected *calls, int n,
	   long *result);
/* One call whose result is the program's own; with 0, the rest is too. */
int inject_last(struct request *r, const struct injected *call);
/* In steps, on one thread: from inject_begin() on, which answers the caught
 * call, the program is stopped; inject_call() has it make a call; inject_end()
 * lets it go with @result of call @nr. */
int inject_begin(struct request *r, struct tracee *t);
int inject_call(struct tracee *t, const struct injected *call, long *result);
void inject_end(struct tracee *t, long nr, long result);

/* native.c: calls of the host's that have a hook in the instance */
bool native_is_hooked(unsigned int nr);
/* The program is being made to call: what is caught is that. */
bool native_is_injected(int tid);
/* Sends the request, which was to be continued, by way of the hook. */
void native_start(struct request *r);
void native_hooked(unsigned int nr, bool on);
void native_call(struct ring3_call *call);
/* The kernel has killed the request's task: so does this its thread. */
void native_kill(const struct request *r);

/* forks.c: what programs make with fork(2) and its kin, for hooks on these */
void forks_set_up(pid_t spawner);
void forks_hooked(unsigned int nr, bool on);
/* A call was caught.  True: a hook is to see first what came before it, and
 * supervisor_take() gets it then. */
bool forks_hold(const struct seccomp_notif *notif);

#endif
