// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the modules of a tree and, of several with one name, the one that
 * rules.  What the file system's order would decide, the path's does.
 *
 * Main thread; blocks on disk.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/depmod/depmod.h"
#include "tools/log.h"

/* A directory that is being walked, and those above it. */
struct level {
	const struct level *above;
	int fd, depth;
};

/* For entries of a directory: all that most have. */
#define READ_SIZE (16ul << 10)

/* Deeper than any path goes that can be opened. */
#define DEEPEST 1000

struct walk {
	struct depmod *depmod;
	struct strbuf path; /* of what is being looked at */
	/* What to do with a module file; not 0 ends the walk. */
	int (*found)(struct walk *walk, int dirfd, const char *name);
};

/* ---- which of two rules --------------------------------------------------------- */

static bool starts_with(const char *path, const char *start, size_t len)
{
	return !strncmp(path, start, len) &&
	       (path[len] == '/' || path[len] == '\0');
}

static bool is_override(const struct module *mod, const char *override)
{
	return strlen(override) == mod->stem_len &&
	       !memcmp(override, mod->path, mod->stem_len);
}

/* Higher is better; what no search names has the place of "built-in", and the
 * lowest without one. */
static int search_rank(const struct config *config, const struct module *mod)
{
	int n = config->nr_searches * (config->nr_externals + 1);
	int builtin = -1;

	for (size_t i = 0; i < config->nr_searches; i++) {
		const struct search *search = &config->search[i];

		if (search->kind == SEARCH_BUILTIN && builtin < 0)
			builtin = n;
		if (search->kind == SEARCH_DIR &&
		    starts_with(mod->path, search->path, search->len))
			return n;
		for (size_t j = 0; j < config->nr_externals; j++, n--) {
			const struct search *external = &config->external[j];

			if (search->kind == SEARCH_EXTERNAL &&
			    starts_with(mod->path, external->path,
					external->len))
				return n;
		}
		n--;
	}
	return builtin;
}

static bool replaces(const struct config *config, const struct module *old,
		     const struct module *new)
{
	int old_rank, new_rank;

	for (size_t i = config->nr_overrides; i-- > 0;) {
		if (is_override(new, config->override[i]))
			return true;
		if (is_override(old, config->override[i]))
			return false;
	}
	old_rank = search_rank(config, old);
	new_rank = search_rank(config, new);
	if (old_rank != new_rank)
		return new_rank > old_rank;
	return strcmp(new->path, old->path) < 0;
}

/* ---- walking ---------------------------------------------------------------------- */

bool scan_leaves_out(const struct config *config, const char *name)
{
	if (!strcmp(name, ".") || !strcmp(name, "..") ||
	    !strcmp(name, "build") || !strcmp(name, "source"))
		return true;
	for (size_t i = 0; i < config->nr_excludes; i++)
		if (!strcmp(name, config->exclude[i]))
			return true;
	return false;
}

static int walk_dir(struct walk *walk, const struct level *level);
static bool is_loop(const struct level *level);

static void complain(const struct walk *walk, const char *what, int err)
{
	log_err("%s %s: %s\n", what, walk->path.text, strerror(err));
}

/* @is_link: it was reached by a link. */
static int walk_subdir(struct walk *walk, const struct level *above,
		       const char *name, bool is_link)
{
	struct level level = {.above = above, .depth = above->depth + 1};
	int ret = 0;

	level.fd = openat(above->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (level.fd < 0) {
		complain(walk, "could not open directory", errno);
		return 0;
	}
	if (is_link && is_loop(&level))
		complain(walk, "not entering", ELOOP);
	else
		ret = walk_dir(walk, &level);
	close(level.fd);
	return ret;
}

/* Of entries whose kind the directory does not tell, and of links. */
static unsigned char kind_of(struct walk *walk, int dirfd, const char *name)
{
	struct stat st;

	if (fstatat(dirfd, name, &st, 0)) {
		complain(walk, "could not look at", errno);
		return DT_UNKNOWN;
	}
	if (S_ISREG(st.st_mode))
		return DT_REG;
	if (S_ISDIR(st.st_mode))
		return DT_DIR;
	log_err("unsupported file type %s: %o\n", walk->path.text,
		st.st_mode & S_IFMT);
	return DT_UNKNOWN;
}

static int walk_entry(struct walk *walk, const struct level *level,
		      const struct dirent64 *entry)
{
	const char *name = entry->d_name;
	unsigned char kind = entry->d_type;
	size_t before = walk->path.len, stem;
	bool is_module = module_has_extension(name, strlen(name), &stem);
	int ret = 0;

	if (kind == DT_REG && !is_module)
		return 0;
	strbuf_puts(&walk->path, "/");
	strbuf_puts(&walk->path, name);
	if (kind != DT_REG && kind != DT_DIR)
		kind = kind_of(walk, level->fd, name);
	if (kind == DT_DIR)
		ret = walk_subdir(walk, level, name, entry->d_type != DT_DIR);
	else if (kind == DT_REG && is_module)
		ret = walk->found(walk, level->fd, name);
	walk->path.len = before;
	walk->path.text[before] = '\0';
	return ret;
}

/* A link may lead back to where we came from. */
static bool is_loop(const struct level *level)
{
	struct stat st, above;

	if (level->depth > DEEPEST || fstat(level->fd, &st))
		return true;
	for (const struct level *up = level->above; up; up = up->above)
		if (!fstat(up->fd, &above) && above.st_dev == st.st_dev &&
		    above.st_ino == st.st_ino)
			return true;
	return false;
}

/* One read of a directory; its entries. */
static int walk_entries(struct walk *walk, const struct level *level,
			const char *data, size_t size)
{
	const struct dirent64 *entry;
	int ret = 0;

	for (size_t at = 0; !ret && at < size; at += entry->d_reclen) {
		entry = (const struct dirent64 *)(data + at);
		if (!scan_leaves_out(&walk->depmod->config, entry->d_name))
			ret = walk_entry(walk, level, entry);
	}
	return ret;
}

/* Without opendir(), which asks the kernel four times more for each. */
static int walk_dir(struct walk *walk, const struct level *level)
{
	char *data = xrealloc(NULL, READ_SIZE);
	ssize_t size;
	int ret = 0;

	do {
		size = getdents64(level->fd, data, READ_SIZE);
		if (size < 0)
			complain(walk, "could not read directory", errno);
		else
			ret = walk_entries(walk, level, data, size);
	} while (!ret && size > 0);
	free(data);
	return ret;
}

static int walk_tree(struct walk *walk, const char *dir)
{
	struct level level = {0};
	int ret;

	level.fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (level.fd < 0) {
		ret = -errno;
		log_err("could not open directory %s: %s\n", dir,
			strerror(-ret));
		return ret;
	}
	strbuf_reset(&walk->path);
	strbuf_puts(&walk->path, dir);
	ret = walk_dir(walk, &level);
	strbuf_free(&walk->path);
	close(level.fd);
	return ret;
}

/* ---- collecting --------------------------------------------------------------------- */

static int take_module(struct walk *walk, int dirfd, const char *name)
{
	struct depmod *depmod = walk->depmod;
	char *path =
		arena_text(&depmod->arena, walk->path.text, walk->path.len);
	char *mod_name = module_name(&depmod->arena, name);
	struct module *old, new = {0};

	(void)dirfd;
	if (!*mod_name) {
		log_err("could not get modname from path %s\n", path);
		return 0;
	}
	old = modules_find(depmod, mod_name);
	if (!old) {
		modules_add(depmod, path, mod_name);
		return 0;
	}
	modules_set_path(depmod, &new, path);
	if (replaces(&depmod->config, old, &new))
		modules_set_path(depmod, old, path);
	return 0;
}

int scan_all(struct depmod *depmod)
{
	struct walk walk = {.depmod = depmod, .found = take_module};
	const struct config *config = &depmod->config;
	int err = walk_tree(&walk, depmod->dirname);

	for (size_t i = config->nr_externals; !err && i-- > 0;)
		walk_tree(&walk, config->external[i].path);
	return err;
}

void scan_file(struct depmod *depmod, const char *path)
{
	char *name = module_name(&depmod->arena, path);
	struct stat st;

	if (path[0] != '/')
		log_fatal("%s: not absolute path.\n", path);
	if (stat(path, &st))
		log_fatal("could not create module %s: %s\n", path,
			  strerror(errno));
	if (!*name)
		log_fatal("could not create module %s: %s\n", path,
			  strerror(EINVAL));
	if (modules_find(depmod, name)) {
		log_err("hash_add_unique %s: %s\n", name, strerror(EEXIST));
		log_fatal("could not add module %s: %s\n", path,
			  strerror(EEXIST));
	}
	modules_add(depmod, arena_text(&depmod->arena, path, strlen(path)),
		    name);
}
