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
 * It is read block by block into little memory, each thread its own: where pages
 * are dear, as in virtual machines, those of the list would cost as much as
 * hundreds of the calls that it saves.
 *
 * Main thread, and a helper that is gone on return; blocks on disk.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"
#include "tools/depmod/depmod.h"
#include "tools/depmod/listing.h"

#define LISTING_NAME "modules.tree.bin"

/* All numbers are this machine's.  Blocks follow. */
struct header {
	char magic[8];
	uint32_t format; /* of this file; differs where the order of bytes does */
	uint32_t block_size, nr_blocks;
	uint32_t reserved;
	uint64_t checksum; /* of all before */
};

/* Directories follow, each a struct listing_dir; the rest is 0.  That at or below
 * which they lie is the only one to be opened, since the kernel walks two or three
 * names in less than what a call costs. */
struct block {
	uint64_t checksum; /* of what follows up to size */
	uint32_t size, nr_dirs;
	uint32_t base_len; /* of that one's path, with which theirs begin */
	uint32_t reserved;
};

static const char magic[8] = "r3dptree";

#define FORMAT 0x01000003u

#define READ_SIZE (32ul << 10)

/* Small, so that threads end at the same time; large where a directory's path
 * would not fit. */
#define BLOCK_SIZE     (2u << 10)
#define BLOCK_SIZE_MAX (8u << 10)

/* More than it takes, with sanitizers as well. */
#define HELPER_STACK (256u << 10)

struct check {
	int root, list;
	uint32_t block_size, nr_blocks;
	int64_t since;
	cpu_set_t all, others; /* processors; those without the main thread */
	atomic_uint next; /* block to take */
	atomic_bool known, newer; /* of directories; of files */
};

/* What one thread reads. */
union block_buffer {
	struct block head;
	char data[BLOCK_SIZE_MAX];
};

/* ---- reading -------------------------------------------------------------------- */

static bool read_header(int fd, struct check *check)
{
	struct header header;

	if (pread(fd, &header, sizeof(header), 0) != sizeof(header) ||
	    memcmp(header.magic, magic, sizeof(magic)) ||
	    header.format != FORMAT || !header.nr_blocks ||
	    header.checksum !=
		    cache_checksum(&header, offsetof(struct header, checksum)))
		return false;
	check->list = fd;
	check->block_size = header.block_size;
	check->nr_blocks = header.nr_blocks;
	return header.block_size > sizeof(struct block) &&
	       header.block_size <= BLOCK_SIZE_MAX;
}

static uint64_t block_checksum(const struct block *block)
{
	return cache_checksum(&block->size,
			      block->size - offsetof(struct block, size));
}

static bool read_block(const struct check *check, uint32_t i,
		       union block_buffer *buffer)
{
	off_t at = sizeof(struct header) + (off_t)i * check->block_size;

	return pread(check->list, buffer->data, check->block_size, at) ==
		       check->block_size &&
	       buffer->head.size >= sizeof(struct block) &&
	       buffer->head.size <= check->block_size &&
	       buffer->head.checksum == block_checksum(&buffer->head);
}

/* The directory at that place; NULL: there is none. */
static struct listing_dir *dir_at(union block_buffer *buffer, size_t at)
{
	struct listing_dir *dir = (void *)(buffer->data + at);
	size_t left = buffer->head.size - at;

	if (left <= sizeof(*dir) || dir->size <= sizeof(*dir) ||
	    dir->size > left || dir->size % _Alignof(struct listing_dir) ||
	    buffer->data[at + dir->size - 1])
		return NULL;
	return dir;
}

/* The first name is the directory's path. */
static char *first_name(struct listing_dir *dir)
{
	return (char *)(dir + 1);
}

/* The one behind; NULL if there is none. */
static char *next_name(const struct listing_dir *dir, char *name)
{
	name += strlen(name) + 1;
	return name < (const char *)dir + dir->size ? name : NULL;
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

static bool is_known(const struct check *check, struct listing_dir *dir,
		     int base, const char *below)
{
	struct stat st;

	return (!fstatat(base, below, &st, AT_EMPTY_PATH) &&
		is_same(dir, &st)) ||
	       has_same_entries(check, first_name(dir), dir->digest);
}

/* @below: its path from the base on, "" if it is the base. */
static bool check_dir(struct check *check, int base, struct listing_dir *dir,
		      char *below)
{
	char path[BLOCK_SIZE_MAX], *name = below;
	size_t len = strlen(below);

	if (!is_known(check, dir, base, below))
		return false;
	memcpy(path, below, len);
	if (len)
		path[len++] = '/';
	for (uint32_t n = dir->nr_files; n && check->known; n--) {
		name = next_name(dir, name);
		if (!name)
			return false;
		/* Both are in one block. */
		memcpy(path + len, name, strlen(name) + 1);
		check_file(check, base, path);
	}
	return true;
}

/* What follows the base in the directory's path; NULL if it has no such base. */
static char *path_below(struct listing_dir *dir, uint32_t base_len)
{
	char *path = first_name(dir);

	if (strlen(path) < base_len)
		return NULL;
	path += base_len;
	return *path == '/' ? path + 1 : *path ? NULL : path;
}

static int open_base(const struct check *check, struct listing_dir *first,
		     uint32_t base_len)
{
	char *path = first_name(first), kept;
	int fd;

	if (!path_below(first, base_len))
		return -1;
	kept = path[base_len];
	path[base_len] = '\0';
	fd = openat(check->root, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	path[base_len] = kept;
	return fd;
}

static bool check_dirs(struct check *check, union block_buffer *buffer)
{
	size_t at = sizeof(struct block);
	struct listing_dir *dir;
	bool good = true;
	char *below;
	int base = -1;

	for (uint32_t n = buffer->head.nr_dirs; n && good && check->known;
	     n--) {
		dir = dir_at(buffer, at);
		if (dir && base < 0)
			base = open_base(check, dir, buffer->head.base_len);
		below = dir ? path_below(dir, buffer->head.base_len) : NULL;
		good = base >= 0 && below && check_dir(check, base, dir, below);
		if (good)
			at += dir->size;
	}
	if (base >= 0)
		close(base);
	return good;
}

static void *check_some(void *context)
{
	struct check *check = context;
	union block_buffer buffer;
	uint32_t i;

	while (check->known && !check->newer &&
	       (i = atomic_fetch_add(&check->next, 1)) < check->nr_blocks) {
		if (!read_block(check, i, &buffer) ||
		    !check_dirs(check, &buffer))
			check->known = false;
	}
	return NULL;
}

static bool find_processors(struct check *check)
{
	int here = sched_getcpu();

	if (here < 0 || sched_getaffinity(0, sizeof(check->all), &check->all))
		return false;
	check->others = check->all;
	CPU_CLR(here, &check->others);
	return CPU_COUNT(&check->others);
}

/* Kernels that fill one processor before they use the next start the helper where
 * the main thread runs, and one waits for the other until the balance is looked
 * at, which is too late.  Once away it may go where it likes. */
static void go_elsewhere(pthread_t helper, const struct check *check)
{
	pthread_setaffinity_np(helper, sizeof(check->others), &check->others);
	pthread_setaffinity_np(helper, sizeof(check->all), &check->all);
}

/* With descriptors of its own, if that is allowed: what two threads share, the
 * kernel counts for each call. */
static void *help(void *context)
{
	struct check *check = context;

	go_elsewhere(pthread_self(), check);
	unshare(CLONE_FILES);
	return check_some(check);
}

/* On a stack that is there already: one that comes and goes changes the process's
 * memory, for which the kernel has to interrupt the other processor. */
static bool start_helper(pthread_t *helper, struct check *check)
{
	static _Alignas(64) char stack[HELPER_STACK];
	pthread_attr_t attr;
	bool started;

	if (pthread_attr_init(&attr))
		return false;
	started = !pthread_attr_setstack(&attr, stack, sizeof(stack)) &&
		  !pthread_create(helper, &attr, help, check);
	pthread_attr_destroy(&attr);
	return started;
}

static enum listing_says ask(struct check *check)
{
	pthread_t helper;
	bool helped = find_processors(check) && start_helper(&helper, check);

	/* It may not have come to do so itself yet. */
	if (helped)
		go_elsewhere(helper, check);
	check_some(check);
	if (helped)
		pthread_join(helper, NULL);
	if (check->newer)
		return LISTING_NEWER;
	return check->known ? LISTING_CURRENT : LISTING_UNKNOWN;
}

enum listing_says listing_ask(const struct depmod *depmod, int64_t since)
{
	struct check check = {.since = since, .known = true};
	char *path = str_printf("%s/" LISTING_NAME, depmod->outdir);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum listing_says says = LISTING_UNKNOWN;

	free(path);
	if (fd < 0)
		return LISTING_UNKNOWN;
	check.root = open(depmod->dirname, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (check.root >= 0 && read_header(fd, &check))
		says = ask(&check);
	if (check.root >= 0)
		close(check.root);
	close(fd);
	return says;
}

/* ---- noting ------------------------------------------------------------------------ */

bool listing_is_module(const char *path)
{
	size_t stem;

	return module_has_extension(path, strlen(path), &stem);
}

static void add_name(struct listing *listing, const char *name)
{
	size_t size = strlen(name) + 1;

	strbuf_add(&listing->dirs, name, size);
	if (size > listing->longest)
		listing->longest = size;
}

void listing_begin_dir(struct listing *listing, const char *path)
{
	static const struct listing_dir none;

	listing->at = listing->dirs.len;
	listing->nr_files = 0;
	strbuf_add(&listing->dirs, &none, sizeof(none));
	add_name(listing, path);
}

void listing_add_file(struct listing *listing, const char *name)
{
	listing->nr_files++;
	add_name(listing, name);
}

/* Up to where the next struct may lie. */
static size_t padded(size_t size)
{
	return (size + _Alignof(struct listing_dir) - 1) &
	       -_Alignof(struct listing_dir);
}

void listing_end_dir(struct listing *listing, const struct stat *st,
		     uint64_t digest)
{
	static const char zeros[_Alignof(struct listing_dir)];
	struct strbuf *dirs = &listing->dirs;
	struct listing_dir dir = {.digest = digest};

	strbuf_add(dirs, zeros, padded(dirs->len) - dirs->len);
	dir.nr_files = listing->nr_files;
	dir.size = dirs->len - listing->at;
	if (st->st_ctim.tv_sec < listing->settled) {
		dir.dev = st->st_dev;
		dir.ino = st->st_ino;
		dir.ctime = st->st_ctim.tv_sec;
		dir.ctime_ns = st->st_ctim.tv_nsec;
	}
	memcpy(dirs->text + listing->at, &dir, sizeof(dir));
}

/* ---- saving ------------------------------------------------------------------------ */

struct packer {
	struct strbuf all;
	struct header header;
	union block_buffer block; /* the one at hand */
};

static void begin_block(struct packer *packer)
{
	memset(&packer->block, 0, sizeof(packer->block));
	packer->block.head.size = sizeof(struct block);
}

/* How much of two paths is the same, as far as a directory goes. */
static size_t common_path(const char *a, const char *b)
{
	size_t same = 0, len = 0;

	for (; a[same] && a[same] == b[same]; same++)
		if (a[same] == '/')
			len = same;
	return (!a[same] || a[same] == '/') && (!b[same] || b[same] == '/')
		       ? same
		       : len;
}

static uint32_t common_base(union block_buffer *block)
{
	const char *first = (char *)(block->data + sizeof(struct block) +
				     sizeof(struct listing_dir));
	size_t len = strlen(first), at = sizeof(struct block), same;
	struct listing_dir *dir;

	for (; at < block->head.size; at += dir->size) {
		dir = (void *)(block->data + at);
		same = common_path(first, first_name(dir));
		len = same < len ? same : len;
	}
	return len;
}

static void end_block(struct packer *packer)
{
	struct block *head = &packer->block.head;

	if (!head->nr_dirs)
		return;
	head->base_len = common_base(&packer->block);
	head->checksum = block_checksum(head);
	strbuf_add(&packer->all, head, packer->header.block_size);
	packer->header.nr_blocks++;
	begin_block(packer);
}

/* @size: of what is to be added, without what makes its end even. */
static bool has_room(const struct packer *packer, size_t size)
{
	return padded(packer->block.head.size + size) <=
	       packer->header.block_size;
}

static void *add_to_block(struct packer *packer, const void *data, size_t size)
{
	struct block *head = &packer->block.head;
	void *to = memcpy(packer->block.data + head->size, data, size);

	head->size += size;
	return to;
}

/* One that no block holds is in several, each time with some of its files. */
static void pack_parts(struct packer *packer, struct listing_dir *dir)
{
	struct block *head = &packer->block.head;
	char *name = next_name(dir, first_name(dir));
	size_t path_size = name - first_name(dir);
	struct listing_dir *part;

	for (uint32_t left = dir->nr_files; left;) {
		end_block(packer);
		part = add_to_block(packer, dir, sizeof(*dir));
		part->nr_files = 0;
		add_to_block(packer, first_name(dir), path_size);
		for (; left && has_room(packer, strlen(name) + 1); left--) {
			add_to_block(packer, name, strlen(name) + 1);
			name += strlen(name) + 1;
			part->nr_files++;
		}
		head->size = padded(head->size);
		part->size = head->size - sizeof(*head);
		head->nr_dirs = 1;
	}
}

static void pack_dir(struct packer *packer, struct listing_dir *dir)
{
	if (!has_room(packer, dir->size))
		end_block(packer);
	if (!has_room(packer, dir->size)) {
		pack_parts(packer, dir);
		return;
	}
	add_to_block(packer, dir, dir->size);
	packer->block.head.nr_dirs++;
}

/* All directories of all parts. */
struct all_dirs {
	struct listing_dir **dir;
	size_t n, longest; /* name of theirs */
};

static void collect(struct all_dirs *all, const struct listing *part)
{
	struct listing_dir *dir;

	if (part->longest > all->longest)
		all->longest = part->longest;
	for (size_t at = 0; at < part->dirs.len; at += dir->size) {
		dir = (void *)(part->dirs.text + at);
		if (!(all->n & (all->n + 1)))
			all->dir = xrealloc(all->dir,
					    (all->n + 1) * 2 * sizeof(dir));
		all->dir[all->n++] = dir;
	}
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(first_name(*(struct listing_dir *const *)a),
		      first_name(*(struct listing_dir *const *)b));
}

/* One that holds any path and a file's name; 0: there is none. */
static uint32_t choose_block_size(size_t longest)
{
	size_t least = padded(sizeof(struct block) +
			      sizeof(struct listing_dir) + 2 * longest);

	if (least <= BLOCK_SIZE)
		return BLOCK_SIZE;
	return least <= BLOCK_SIZE_MAX ? BLOCK_SIZE_MAX : 0;
}

static void pack(struct packer *packer, const struct all_dirs *all)
{
	struct header *header = &packer->header;

	strbuf_add(&packer->all, header, sizeof(*header));
	begin_block(packer);
	for (size_t i = 0; i < all->n; i++)
		pack_dir(packer, all->dir[i]);
	end_block(packer);
	memcpy(header->magic, magic, sizeof(magic));
	header->checksum =
		cache_checksum(header, offsetof(struct header, checksum));
	memcpy(packer->all.text, header, sizeof(*header));
}

void listing_save(const struct depmod *depmod, const struct listing *part,
		  size_t n)
{
	struct packer packer = {.header.format = FORMAT};
	struct output_file file = {.name = LISTING_NAME};
	struct all_dirs all = {0};

	if (access(depmod->outdir, W_OK))
		return;
	for (size_t i = 0; i < n; i++)
		collect(&all, &part[i]);
	/* Neighbours have the most of their paths in common. */
	qsort(all.dir, all.n, sizeof(*all.dir), compare_paths);
	packer.header.block_size = choose_block_size(all.longest);
	if (packer.header.block_size) {
		pack(&packer, &all);
		file.data = packer.all.text;
		file.size = packer.all.len;
		write_files(depmod->outdir, &file, 1);
	}
	strbuf_free(&packer.all);
	free(all.dir);
}

void listing_free(struct listing *listing)
{
	strbuf_free(&listing->dirs);
}

void listing_remove(const struct depmod *depmod)
{
	char *path = str_printf("%s/" LISTING_NAME, depmod->outdir);

	unlink(path);
	free(path);
}
