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
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"
#include "tools/depmod/depmod.h"
#include "tools/depmod/listing.h"

#define LISTING_NAME "modules.tree.bin"

/* All numbers are this machine's.  Keys of directories follow, then paths, each
 * with a NUL: those of directories, then those of files. */
struct header {
	char magic[8];
	uint32_t format; /* of this file; differs where the order of bytes does */
	uint32_t nr_dirs;
	uint64_t nr_files, paths_size;
	uint64_t checksum; /* of all that follows */
};

static const char magic[8] = "r3dptree";

#define FORMAT 0x01000001u

#define READ_SIZE (32ul << 10)

/* What a thread takes at a time. */
#define STEP 64

struct list {
	const struct header *header;
	const struct listing_dir *dir;
	const char *paths;
	const char **path; /* each of them */
	size_t n;
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
	    header->format != FORMAT ||
	    header->nr_dirs > left / sizeof(*list->dir))
		return false;
	list->header = header;
	list->dir = (const void *)(header + 1);
	list->paths = (const char *)(list->dir + header->nr_dirs);
	left -= header->nr_dirs * sizeof(*list->dir);
	return left == header->paths_size && left && !list->paths[left - 1] &&
	       header->nr_dirs && header->nr_files <= left &&
	       header->checksum ==
		       cache_checksum(header + 1, size - sizeof(*header));
}

static bool find_paths(struct list *list)
{
	const char *at = list->paths, *end = at + list->header->paths_size;
	size_t want = list->header->nr_dirs + list->header->nr_files;

	list->path = xcalloc(want, sizeof(*list->path));
	for (list->n = 0; at < end && list->n < want; at += strlen(at) + 1)
		list->path[list->n++] = at;
	return at == end && list->n == want;
}

/* ---- checking -------------------------------------------------------------------- */

static void set_dir(struct listing_dir *dir, const struct stat *st,
		    uint64_t digest)
{
	*dir = (struct listing_dir){
		.dev = st->st_dev,
		.ino = st->st_ino,
		.ctime = st->st_ctim.tv_sec,
		.ctime_ns = st->st_ctim.tv_nsec,
		.digest = digest,
	};
}

uint64_t listing_digest(const struct dirent64 *entry)
{
	static const struct config none;
	const char *name = entry->d_name;

	if (scan_leaves_out(&none, name) ||
	    (entry->d_type == DT_REG && !listing_is_module(name)))
		return 0;
	return cache_checksum(name, strlen(name)) * (2 * entry->d_type + 3);
}

static bool has_same_entries(const struct check *check, size_t i)
{
	const char *path = check->list->path[i];
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
	return !size && digest == check->list->dir[i].digest;
}

static void check_dir(struct check *check, size_t i)
{
	const struct listing_dir *known = &check->list->dir[i];
	struct listing_dir dir;
	struct stat st;

	if (!fstatat(check->root, check->list->path[i], &st, 0)) {
		set_dir(&dir, &st, known->digest);
		if (!memcmp(&dir, known, sizeof(dir)))
			return;
	}
	if (!has_same_entries(check, i))
		check->known = false;
}

/* What a link leads to may have become a directory. */
static void check_file(struct check *check, const char *path)
{
	struct stat st;

	if (fstatat(check->root, path, &st, 0))
		return;
	if (S_ISDIR(st.st_mode))
		check->known = false;
	else if (S_ISREG(st.st_mode) && st.st_mtim.tv_sec > check->since &&
		 listing_is_module(path))
		check->newer = true;
}

static void *check_some(void *context)
{
	struct check *check = context;
	const struct list *list = check->list;
	size_t at;

	while (check->known && !check->newer &&
	       (at = atomic_fetch_add(&check->next, STEP)) < list->n)
		for (size_t i = at; i < at + STEP && i < list->n; i++) {
			if (i < list->header->nr_dirs)
				check_dir(check, i);
			else
				check_file(check, list->path[i]);
		}
	return NULL;
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
	helped = !pthread_create(&helper, NULL, check_some, &check);
	check_some(&check);
	if (helped)
		pthread_join(helper, NULL);
	close(check.root);
	if (check.newer)
		return LISTING_NEWER;
	return check.known ? LISTING_CURRENT : LISTING_UNKNOWN;
}

enum listing_says listing_ask(const struct depmod *depmod, int64_t since)
{
	char *path = str_printf("%s/" LISTING_NAME, depmod->outdir);
	enum listing_says says = LISTING_UNKNOWN;
	struct list list = {0};
	void *data;
	size_t size;

	if (!file_read(path, &data, &size)) {
		if (find_parts(data, size, &list) && find_paths(&list))
			says = ask(depmod, &list, since);
		free(list.path);
		free(data);
	}
	free(path);
	return says;
}

/* ---- saving ------------------------------------------------------------------------ */

bool listing_is_module(const char *path)
{
	size_t stem;

	return module_has_extension(path, strlen(path), &stem);
}

void listing_add_dir(struct listing *listing, const char *path,
		     const struct stat *st, uint64_t digest)
{
	struct listing_dir dir = {.digest = digest};

	if (st->st_ctim.tv_sec < listing->settled)
		set_dir(&dir, st, digest);
	strbuf_add(&listing->dirs, &dir, sizeof(dir));
	strbuf_add(&listing->dir_paths, path, strlen(path) + 1);
}

void listing_add_file(struct listing *listing, const char *dir,
		      const char *name)
{
	strbuf_puts(&listing->file_paths, dir);
	strbuf_puts(&listing->file_paths, "/");
	strbuf_add(&listing->file_paths, name, strlen(name) + 1);
	listing->nr_files++;
}

void listing_save(const struct depmod *depmod, const struct listing *part,
		  size_t n)
{
	struct header header = {.format = FORMAT};
	struct output_file file = {.name = LISTING_NAME};
	struct strbuf all = STRBUF_INIT;
	struct header *placed;

	if (access(depmod->outdir, W_OK))
		return;
	memcpy(header.magic, magic, sizeof(magic));
	strbuf_add(&all, &header, sizeof(header));
	for (size_t i = 0; i < n; i++)
		strbuf_add(&all, part[i].dirs.text, part[i].dirs.len);
	for (size_t i = 0; i < n; i++)
		strbuf_add(&all, part[i].dir_paths.text, part[i].dir_paths.len);
	for (size_t i = 0; i < n; i++)
		strbuf_add(&all, part[i].file_paths.text,
			   part[i].file_paths.len);
	placed = (struct header *)all.text;
	for (size_t i = 0; i < n; i++) {
		placed->nr_dirs +=
			part[i].dirs.len / sizeof(struct listing_dir);
		placed->nr_files += part[i].nr_files;
		placed->paths_size +=
			part[i].dir_paths.len + part[i].file_paths.len;
	}
	placed->checksum =
		cache_checksum(placed + 1, all.len - sizeof(*placed));
	file.data = all.text;
	file.size = all.len;
	write_files(depmod->outdir, &file, 1);
	strbuf_free(&all);
}

void listing_free(struct listing *listing)
{
	strbuf_free(&listing->dirs);
	strbuf_free(&listing->dir_paths);
	strbuf_free(&listing->file_paths);
}

void listing_remove(const struct depmod *depmod)
{
	char *path = str_printf("%s/" LISTING_NAME, depmod->outdir);

	unlink(path);
	free(path);
}
