// SPDX-License-Identifier: GPL-2.0-only
/*
 * depmod -A: whether any module is newer than modules.dep.
 *
 * The list that the last run left says what to ask for the time; where there is
 * none, or the tree is another since, two threads look into each directory, and
 * leave a list.  Nothing is reported here: what cannot be looked at is for the
 * full run to tell.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tools/depmod/depmod.h"
#include "tools/depmod/listing.h"

#define READ_SIZE (32ul << 10)
#define THREADS	  2

/* The coarsest times that file systems keep. */
#define SETTLE_SECONDS 2

/* As kmod: what depmod.d excludes is asked for its time, too. */
static const struct config none_excluded;

/* Where a link led. */
struct place {
	dev_t dev;
	ino_t ino;
};

struct search_queue {
	int root;
	int64_t since; /* seconds, as kmod compares */
	pthread_mutex_t lock; /* for all below */
	pthread_cond_t more;
	char **dir; /* yet to be looked at, below the root */
	size_t nr_dirs, cap_dirs;
	struct place *place;
	size_t nr_places;
	unsigned int busy; /* threads that may still add directories */
	bool newer; /* one was found */
};

/* A thread. */
struct looker {
	struct search_queue *queue;
	struct listing *listing; /* NULL: none is to be made */
	char *data; /* of a directory */
	pthread_t thread;
};

static void push(struct search_queue *queue, char *dir)
{
	pthread_mutex_lock(&queue->lock);
	if (queue->nr_dirs == queue->cap_dirs) {
		queue->cap_dirs = queue->cap_dirs * 2 + 64;
		queue->dir = xrealloc(queue->dir,
				      queue->cap_dirs * sizeof(*queue->dir));
	}
	queue->dir[queue->nr_dirs++] = dir;
	pthread_cond_signal(&queue->more);
	pthread_mutex_unlock(&queue->lock);
}

/* NULL when all is done.  Until done(), others wait for what we may add. */
static char *pop(struct search_queue *queue)
{
	char *dir = NULL;

	pthread_mutex_lock(&queue->lock);
	while (!queue->newer && !queue->nr_dirs && queue->busy)
		pthread_cond_wait(&queue->more, &queue->lock);
	if (!queue->newer && queue->nr_dirs) {
		dir = queue->dir[--queue->nr_dirs];
		queue->busy++;
	}
	pthread_mutex_unlock(&queue->lock);
	return dir;
}

static void done(struct search_queue *queue, bool newer)
{
	pthread_mutex_lock(&queue->lock);
	queue->busy--;
	queue->newer |= newer;
	pthread_cond_broadcast(&queue->more);
	pthread_mutex_unlock(&queue->lock);
}

/* A directory that a link leads to is entered once, wherever it lies. */
static bool is_new_place(struct search_queue *queue, const struct stat *st)
{
	bool is_new = true;

	pthread_mutex_lock(&queue->lock);
	for (size_t i = 0; i < queue->nr_places && is_new; i++)
		is_new = queue->place[i].dev != st->st_dev ||
			 queue->place[i].ino != st->st_ino;
	if (is_new) {
		queue->place =
			xrealloc(queue->place,
				 (queue->nr_places + 1) * sizeof(struct place));
		queue->place[queue->nr_places++] =
			(struct place){st->st_dev, st->st_ino};
	}
	pthread_mutex_unlock(&queue->lock);
	return is_new;
}

static bool is_newer(const struct search_queue *queue, const struct stat *st)
{
	return st->st_mtim.tv_sec > queue->since;
}

/* True: it is a newer module. */
static bool look_at(struct looker *looker, const char *dir, int dirfd,
		    const struct dirent64 *entry)
{
	struct search_queue *queue = looker->queue;
	const char *name = entry->d_name;
	size_t stem;
	bool is_module = module_has_extension(name, strlen(name), &stem);
	struct stat st;

	if (entry->d_type == DT_DIR) {
		push(queue, str_printf("%s/%s", dir, name));
		return false;
	}
	if (entry->d_type == DT_REG && !is_module)
		return false;
	if (looker->listing && entry->d_type == DT_REG)
		listing_add_file(looker->listing, name);
	if (fstatat(dirfd, name, &st, 0))
		st.st_mode = 0;
	if (S_ISDIR(st.st_mode) && is_new_place(queue, &st))
		push(queue, str_printf("%s/%s", dir, name));
	else if (looker->listing && entry->d_type != DT_REG &&
		 !S_ISDIR(st.st_mode))
		listing_add_file(looker->listing, name);
	return S_ISREG(st.st_mode) && is_module && is_newer(queue, &st);
}

static bool look_into(struct looker *looker, const char *dir)
{
	const struct search_queue *queue = looker->queue;
	int fd = openat(queue->root, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	uint64_t digest = 0;
	bool newer = false;
	struct stat st;
	ssize_t size;

	if (fd < 0)
		return false;
	if (looker->listing) {
		listing_begin_dir(looker->listing, dir);
		/* From before: what comes while we read makes a later time. */
		if (fstat(fd, &st))
			memset(&st, 0, sizeof(st));
	}
	while (!newer && (size = getdents64(fd, looker->data, READ_SIZE)) > 0) {
		const struct dirent64 *entry;

		for (ssize_t at = 0; at < size && !newer;
		     at += entry->d_reclen) {
			entry = (const struct dirent64 *)(looker->data + at);
			if (scan_leaves_out(&none_excluded, entry->d_name))
				continue;
			newer = look_at(looker, dir, fd, entry);
			if (looker->listing)
				digest += listing_digest(entry);
		}
	}
	close(fd);
	if (looker->listing)
		listing_end_dir(looker->listing, &st, digest);
	return newer;
}

static void *look_at_all(void *context)
{
	struct looker *looker = context;
	char *dir;

	looker->data = xrealloc(NULL, READ_SIZE);
	while ((dir = pop(looker->queue))) {
		done(looker->queue, look_into(looker, dir));
		free(dir);
	}
	free(looker->data);
	return NULL;
}

/* Until all is looked at, or one is newer. */
static void search(struct search_queue *queue, struct listing *listing)
{
	struct looker looker[THREADS] = {0};
	unsigned int n = 1;

	push(queue, str_printf("."));
	for (unsigned int i = 0; i < THREADS; i++)
		looker[i] = (struct looker){
			.queue = queue,
			.listing = listing ? &listing[i] : NULL,
		};
	while (n < THREADS && !pthread_create(&looker[n].thread, NULL,
					      look_at_all, &looker[n]))
		n++;
	look_at_all(&looker[0]);
	while (n > 1)
		pthread_join(looker[--n].thread, NULL);
}

/* @listing: of each thread, or NULL. */
static bool none_is_newer(const struct depmod *depmod, int64_t since,
			  struct listing *listing)
{
	struct search_queue queue = {
		.since = since,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.more = PTHREAD_COND_INITIALIZER,
	};

	queue.root = open(depmod->dirname, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (queue.root < 0)
		return false;
	search(&queue, listing);
	for (size_t i = 0; i < queue.nr_dirs; i++)
		free(queue.dir[i]);
	free(queue.dir);
	free(queue.place);
	close(queue.root);
	return !queue.newer;
}

/* The same, and a list for the next time. */
static bool search_and_save(const struct depmod *depmod, int64_t since)
{
	struct listing listing[THREADS] = {0};
	bool current;

	for (int i = 0; i < THREADS; i++)
		listing[i].settled = time(NULL) - SETTLE_SECONDS;
	current = none_is_newer(depmod, since, listing);
	if (current)
		listing_save(depmod, listing, THREADS);
	for (int i = 0; i < THREADS; i++)
		listing_free(&listing[i]);
	return current;
}

bool is_current(const struct depmod *depmod, bool save)
{
	char *path = str_printf("%s/modules.dep", depmod->outdir);
	struct stat dep;
	int err = stat(path, &dep);
	int64_t since;

	free(path);
	if (err)
		return false;
	since = dep.st_mtim.tv_sec;
	switch (listing_ask(depmod, since)) {
	case LISTING_CURRENT:
		return true;
	case LISTING_NEWER:
		return false;
	default:
		return save ? search_and_save(depmod, since)
			    : none_is_newer(depmod, since, NULL);
	}
}

void current_save(const struct depmod *depmod)
{
	search_and_save(depmod, INT64_MAX);
}
