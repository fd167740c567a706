// SPDX-License-Identifier: GPL-2.0-only
/*
 * depmod -A: whether any module is newer than modules.dep.
 *
 * Two threads ask for the files' times, directory by directory.  Nothing is
 * reported here: what cannot be looked at is for the full run to tell.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/depmod/depmod.h"

#define READ_SIZE (32ul << 10)

/* Where a link led. */
struct place {
	dev_t dev;
	ino_t ino;
};

struct search_queue {
	const struct config *config;
	int root;
	struct timespec since;
	pthread_mutex_t lock; /* for all below */
	pthread_cond_t more;
	char **dir; /* yet to be looked at, below the root */
	size_t nr_dirs, cap_dirs;
	struct place *place;
	size_t nr_places;
	unsigned int busy; /* threads that may still add directories */
	bool newer; /* one was found */
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
	return st->st_mtim.tv_sec > queue->since.tv_sec;
}

/* True: it is a newer module. */
static bool look_at(struct search_queue *queue, const char *dir, int dirfd,
		    const struct dirent64 *entry)
{
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
	if (fstatat(dirfd, name, &st, 0))
		return false;
	if (S_ISDIR(st.st_mode) && is_new_place(queue, &st))
		push(queue, str_printf("%s/%s", dir, name));
	return S_ISREG(st.st_mode) && is_module && is_newer(queue, &st);
}

static bool look_into(struct search_queue *queue, const char *dir, char *data)
{
	int fd = openat(queue->root, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool newer = false;
	ssize_t size;

	if (fd < 0)
		return false;
	while (!newer && (size = getdents64(fd, data, READ_SIZE)) > 0) {
		const struct dirent64 *entry;

		for (ssize_t at = 0; at < size && !newer;
		     at += entry->d_reclen) {
			entry = (const struct dirent64 *)(data + at);
			if (!scan_leaves_out(queue->config, entry->d_name))
				newer = look_at(queue, dir, fd, entry);
		}
	}
	close(fd);
	return newer;
}

static void *look_at_all(void *context)
{
	struct search_queue *queue = context;
	char *data = xrealloc(NULL, READ_SIZE);
	char *dir;

	while ((dir = pop(queue))) {
		done(queue, look_into(queue, dir, data));
		free(dir);
	}
	free(data);
	return NULL;
}

static bool none_is_newer(const struct depmod *depmod,
			  const struct timespec *since)
{
	struct search_queue queue = {
		.config = &depmod->config,
		.since = *since,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.more = PTHREAD_COND_INITIALIZER,
	};
	pthread_t helper;
	bool helped;

	queue.root = open(depmod->dirname, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (queue.root < 0)
		return false;
	push(&queue, str_printf("."));
	helped = !pthread_create(&helper, NULL, look_at_all, &queue);
	look_at_all(&queue);
	if (helped)
		pthread_join(helper, NULL);
	for (size_t i = 0; i < queue.nr_dirs; i++)
		free(queue.dir[i]);
	free(queue.dir);
	free(queue.place);
	close(queue.root);
	return !queue.newer;
}

bool is_current(const struct depmod *depmod)
{
	char *path = str_printf("%s/modules.dep", depmod->outdir);
	struct stat st;
	int err = stat(path, &st);

	free(path);
	return !err && none_is_newer(depmod, &st.st_mtim);
}
