// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which directories and modules a tree had when it was last looked through: a
 * file beside the indexes, modules.tree.bin, that lets depmod -A ask for times
 * without reading directories.
 *
 * A directory counts as known by device, inode, and time of change to the
 * nanosecond, which nobody can set back.  One that changed since, or shortly
 * before it was listed, is read again; if its entries are others, so is the
 * tree.  A list of another version or machine, or a damaged one, is as good as
 * none.
 *
 * Main thread, and a helper that is gone on return; blocks on disk.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"
#include "tools/depmod/depmod.h"
#include "tools/depmod/listing.h"

#define LISTING_NAME "modules.tree.bin"

/* All numbers are this machine's.  What is known of each directory follows, then
 * their names, each with a NUL: a directory's path, and those of its files. */
struct header {
	char magic[8];
	uint32_t format; /* of this file; differs where the order of bytes does */
	uint32_t nr_dirs;
	uint64_t names_size;
	uint64_t checksum; /* of all that follows */
};

static const char magic[8] = "r3dptree";

#define FORMAT 0x01000002u

#define READ_SIZE (32ul << 10)

/* The directories that a thread takes at a time. */
#define STEP 8

/* From how many files on it is faster to open a directory than to have the
 * kernel walk to it for each. */
#define WORTH_OPENING 2

struct list {
	const struct listing_dir *dir;
	size_t nr_dirs;
	const char *names, *end;
};

struct check {
	const struct list *list;
	int root;
	int64_t since;
	atomic_size_t next; /* to take */
	atomic_bool known, newer; /* of directories; of files */
};

/* ---- loading -------------------------------------------------------------------- */

static bool find_parts(const void *data, size_t size, struct list *list)
{
	const struct header *header = data;
	size_t left = size - sizeof(*header);

	if (size < sizeof(*header) ||
	    memcmp(header->magic, magic, sizeof(magic)) ||
	    header->format != FORMAT || !header->nr_dirs ||
	    header->nr_dirs > left / sizeof(*list->dir))
		return false;
	list->dir = (const void *)(header + 1);
	list->nr_dirs = header->nr_dirs;
	list->names = (const char *)(list->dir + list->nr_dirs);
	left -= list->nr_dirs * sizeof(*list->dir);
	list->end = list->names + left;
	return left == header->names_size && left && !list->end[-1] &&
	       header->checksum ==
		       cache_checksum(header + 1, size - sizeof(*header));
}

/* The names of a directory, its own first; NULL if the list is wrong. */
static const char *names_of(const struct list *list, size_t i)
{
	size_t at = list->dir[i].names;

	return at < (size_t)(list->end - list->names) ? list->names + at : NULL;
}

/* The one behind; NULL if there is none. */
static const char *next_name(const struct list *list, const char *name)
{
	name += strlen(name) + 1;
	return name < list->end ? name : NULL;
}

/* ---- checking -------------------------------------------------------------------- */

uint64_t listing_digest(const struct dirent64 *entry)
{
	static const struct config none;
	const char *name = entry->d_name;

	if (scan_leaves_out(&none, name) ||
	    (entry->d_type == DT_REG && !listing_is_module(name)))
		return 0;
	return cache_checksum(name, strlen(name)) * (2 * entry->d_type + 3);
}

static bool has_same_entries(const struct check *check, const char *path,
			     uint64_t known)
{
	int fd = openat(check->root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char *data = xrealloc(NULL, READ_SIZE);
	const struct dirent64 *entry;
	uint64_t digest = 0;
	ssize_t size = -1;

	while (fd >= 0 && (size = getdents64(fd, data, READ_SIZE)) > 0)
		for (ssize_t at = 0; at < size; at += entry->d_reclen) {
			entry = (const struct dirent64 *)(data + at);
			digest += listing_digest(entry);
		}
	if (fd >= 0)
		close(fd);
	free(data);
	return !size && digest == known;
}

static bool is_same(const struct listing_dir *dir, const struct stat *st)
{
	return dir->dev == st->st_dev && dir->ino == st->st_ino &&
	       dir->ctime == st->st_ctim.tv_sec &&
	       dir->ctime_ns == st->st_ctim.tv_nsec;
}

/* What a link leads to may have become a directory. */
static void check_file(struct check *check, int dir, const char *path)
{
	struct stat st;

	if (fstatat(dir, path, &st, 0))
		return;
	if (S_ISDIR(st.st_mode))
		check->known = false;
	else if (S_ISREG(st.st_mode) && st.st_mtim.tv_sec > check->since &&
		 listing_is_module(path))
		check->newer = true;
}

/* On the stack: a second thread's first allocation is dear. */
static bool join(char path[PATH_MAX], const char *dir, const char *name)
{
	size_t dir_len = strlen(dir), size = strlen(name) + 1;

	if (dir_len + 1 + size > PATH_MAX)
		return false;
	memcpy(path, dir, dir_len);
	path[dir_len] = '/';
	memcpy(path + dir_len + 1, name, size);
	return true;
}

/* By whole paths. */
static void check_few(struct check *check, const struct listing_dir *dir,
		      const char *path)
{
	const char *name = path;
	char file[PATH_MAX];
	struct stat st;

	if ((fstatat(check->root, path, &st, 0) || !is_same(dir, &st)) &&
	    !has_same_entries(check, path, dir->digest))
		check->known = false;
	for (size_t n = dir->nr_files; n && check->known; n--) {
		name = next_name(check->list, name);
		if (name && join(file, path, name))
			check_file(check, check->root, file);
		else
			check->known = false;
	}
}

static void check_many(struct check *check, const struct listing_dir *dir,
		       const char *path)
{
	int fd = openat(check->root, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	const char *name = path;
	struct stat st;

	if (fd < 0 ||
	    ((fstatat(fd, "", &st, AT_EMPTY_PATH) || !is_same(dir, &st)) &&
	     !has_same_entries(check, path, dir->digest)))
		check->known = false;
	for (size_t n = dir->nr_files; n && check->known; n--) {
		name = next_name(check->list, name);
		if (name)
			check_file(check, fd, name);
		else
			check->known = false;
	}
	if (fd >= 0)
		close(fd);
}

static void check_dir(struct check *check, size_t i)
{
	const struct listing_dir *dir = &check->list->dir[i];
	const char *path = names_of(check->list, i);

	if (!path)
		check->known = false;
	else if (dir->nr_files < WORTH_OPENING)
		check_few(check, dir, path);
	else
		check_many(check, dir, path);
}

static void *check_some(void *context)
{
	struct check *check = context;
	size_t n = check->list->nr_dirs, at;

	while (check->known && !check->newer &&
	       (at = atomic_fetch_add(&check->next, STEP)) < n)
		for (size_t i = at; i < at + STEP && i < n; i++)
			check_dir(check, i);
	return NULL;
}

/* With descriptors of its own, if that is allowed: what two threads share, the
 * kernel counts for each call. */
static void *help(void *context)
{
	unshare(CLONE_FILES);
	return check_some(context);
}

static enum listing_says ask(const struct depmod *depmod,
			     const struct list *list, int64_t since)
{
	struct check check = {.list = list, .since = since, .known = true};
	pthread_t helper;
	bool helped;

	check.root = open(depmod->dirname, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (check.root < 0)
		return LISTING_UNKNOWN;
	helped = !pthread_create(&helper, NULL, help, &check);
	check_some(&check);
	if (helped)
		pthread_join(helper, NULL);
	close(check.root);
	if (check.newer)
		return LISTING_NEWER;
	return check.known ? LISTING_CURRENT : LISTING_UNKNOWN;
}

/* Lists are replaced, never written to. */
static const void *map(const char *path, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *data = MAP_FAILED;
	struct stat st;

	if (fd < 0)
		return NULL;
	if (!fstat(fd, &st) && st.st_size) {
		*size = st.st_size;
		data = mmap(NULL, *size, PROT_READ, MAP_PRIVATE | MAP_POPULATE,
			    fd, 0);
	}
	close(fd);
	return data == MAP_FAILED ? NULL : data;
}

enum listing_says listing_ask(const struct depmod *depmod, int64_t since)
{
	char *path = str_printf("%s/" LISTING_NAME, depmod->outdir);
	enum listing_says says = LISTING_UNKNOWN;
	struct list list = {0};
	const void *data;
	size_t size;

	data = map(path, &size);
	free(path);
	if (!data)
		return LISTING_UNKNOWN;
	if (find_parts(data, size, &list))
		says = ask(depmod, &list, since);
	munmap((void *)data, size);
	return says;
}

/* ---- saving ------------------------------------------------------------------------ */

bool listing_is_module(const char *path)
{
	size_t stem;

	return module_has_extension(path, strlen(path), &stem);
}

static void add_name(struct listing *listing, const char *name)
{
	strbuf_add(&listing->names, name, strlen(name) + 1);
}

void listing_begin_dir(struct listing *listing, const char *path)
{
	listing->dir = (struct listing_dir){.names = listing->names.len};
	add_name(listing, path);
}

void listing_add_file(struct listing *listing, const char *name)
{
	listing->dir.nr_files++;
	add_name(listing, name);
}

void listing_end_dir(struct listing *listing, const struct stat *st,
		     uint64_t digest)
{
	struct listing_dir *dir = &listing->dir;

	dir->digest = digest;
	if (st->st_ctim.tv_sec < listing->settled) {
		dir->dev = st->st_dev;
		dir->ino = st->st_ino;
		dir->ctime = st->st_ctim.tv_sec;
		dir->ctime_ns = st->st_ctim.tv_nsec;
	}
	strbuf_add(&listing->dirs, dir, sizeof(*dir));
}

/* Its directories, with the places that their names have behind all others. */
static void add_dirs(struct strbuf *all, const struct listing *part,
		     uint64_t names_before)
{
	size_t n = part->dirs.len / sizeof(struct listing_dir);
	struct listing_dir dir;

	for (size_t i = 0; i < n; i++) {
		memcpy(&dir, part->dirs.text + i * sizeof(dir), sizeof(dir));
		dir.names += names_before;
		strbuf_add(all, &dir, sizeof(dir));
	}
}

void listing_save(const struct depmod *depmod, const struct listing *part,
		  size_t n)
{
	struct header header = {.format = FORMAT};
	struct output_file file = {.name = LISTING_NAME};
	struct strbuf all = STRBUF_INIT;

	if (access(depmod->outdir, W_OK))
		return;
	memcpy(header.magic, magic, sizeof(magic));
	strbuf_add(&all, &header, sizeof(header));
	for (size_t i = 0; i < n; i++) {
		add_dirs(&all, &part[i], header.names_size);
		header.nr_dirs += part[i].dirs.len / sizeof(struct listing_dir);
		header.names_size += part[i].names.len;
	}
	for (size_t i = 0; i < n; i++)
		strbuf_add(&all, part[i].names.text, part[i].names.len);
	header.checksum = cache_checksum(all.text + sizeof(header),
					 all.len - sizeof(header));
	memcpy(all.text, &header, sizeof(header));
	file.data = all.text;
	file.size = all.len;
	write_files(depmod->outdir, &file, 1);
	strbuf_free(&all);
}

void listing_free(struct listing *listing)
{
	strbuf_free(&listing->dirs);
	strbuf_free(&listing->names);
}

void listing_remove(const struct depmod *depmod)
{
	char *path = str_printf("%s/" LISTING_NAME, depmod->outdir);

	unlink(path);
	free(path);
}
