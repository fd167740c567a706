// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files of modprobe.d: which ones, in which order, and their lines.
 *
 * One owner, no locks, blocks on disk, not signal-safe.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/file.h"
#include "lib/strbuf.h"
#include "tools/config_parts.h"
#include "tools/log.h"

#define BLANKS " \t"

struct source {
	char *path; /* owned */
	const char *name; /* its base name, in path */
};

struct sources {
	struct source *source;
	size_t n, cap;
};

static const char *const usual_paths[] = {
	"/etc/modprobe.d",     "/run/modprobe.d", "/usr/local/lib/modprobe.d",
	"/usr/lib/modprobe.d", "/lib/modprobe.d", NULL,
};

/* ---- one file ------------------------------------------------------------ */

struct parser {
	struct config *config;
	const char *path;
	unsigned int line; /* the last that was read */
	char *at; /* in the text, which ends with a NUL */
	char *end;
};

/* The next line, with continued ones joined, or NULL. */
static char *take_line(struct parser *parser)
{
	char *start = parser->at, *to = start, *from = start;

	if (from >= parser->end)
		return NULL;
	parser->line++;
	for (; from < parser->end && *from != '\n'; from++) {
		if (*from != '\\') {
			*to++ = *from;
			continue;
		}
		/* what follows is taken as it is, except for a line's end */
		if (++from >= parser->end)
			break;
		if (*from == '\n')
			parser->line++;
		else
			*to++ = *from;
	}
	parser->at = from + 1;
	*to = '\0'; /* at most where the newline or the final NUL was */
	return start;
}

/* Cuts the next word off *@rest, and one blank behind it; NULL: none. */
static char *take_word(char **rest)
{
	char *word = *rest + strspn(*rest, BLANKS);
	size_t len = strcspn(word, BLANKS);

	if (!len)
		return NULL;
	*rest = word + len;
	if (**rest)
		*(*rest)++ = '\0';
	return word;
}

static int keyword_kind(const char *word)
{
	for (int kind = 0; kind < CONFIG_KINDS; kind++)
		if (!strcmp(word, config_keyword(kind)))
			return kind;
	return -1;
}

/* -EINVAL: nothing sensible behind the keyword. */
static int add_forbidden(struct parser *parser, char *rest)
{
	char *name = take_word(&rest);
	char *where;
	int err;

	if (!name)
		return -EINVAL;
	where = str_printf("%s line %u", parser->path, parser->line);
	err = config_keep(parser->config, where);
	for (; !err && name; name = take_word(&rest))
		err = config_normalize(name)
			      ? config_add(parser->config, CONFIG_FORBID, name,
					   where)
			      : -EINVAL;
	return err;
}

static int add_line(struct parser *parser, enum config_kind kind, char *rest)
{
	char *name, *value = "";

	if (kind == CONFIG_FORBID)
		return add_forbidden(parser, rest);
	name = take_word(&rest);
	if (!name || !config_normalize(name))
		return -EINVAL;
	if (kind == CONFIG_ALIAS) {
		value = take_word(&rest);
		if (!value || !config_normalize(value))
			return -EINVAL;
	} else if (kind != CONFIG_BLACKLIST) {
		value = rest;
		if (!*value)
			return -EINVAL;
	}
	return config_add(parser->config, kind, name, value);
}

static int parse_line(struct parser *parser, char *line)
{
	char *rest = line;
	char *word = *line == '#' ? NULL : take_word(&rest);
	int kind, err;

	if (!word)
		return 0;
	if (!strcmp(word, "include") || !strcmp(word, "config")) {
		log_err("%s: command %s is deprecated and not parsed anymore\n",
			parser->path, word);
		return 0;
	}
	kind = keyword_kind(word);
	err = kind < 0 ? -EINVAL : add_line(parser, kind, rest);
	if (err != -EINVAL)
		return err;
	log_err("%s line %u: ignoring bad line starting with '%s'\n",
		parser->path, parser->line, word);
	return 0;
}

static int parse_file(struct config *config, const char *path)
{
	struct parser parser = {config, path, 0, NULL, NULL};
	void *text;
	size_t size;
	char *line;
	int err;

	/* a file that went away or may not be read says nothing */
	if (file_read(path, &text, &size))
		return 0;
	err = config_keep(config, text);
	if (err)
		return err;
	parser.at = text;
	parser.end = parser.at + size;
	while (!err && (line = take_line(&parser)))
		err = parse_line(&parser, line);
	return err;
}

/* ---- which files --------------------------------------------------------- */

/* The first file of a name hides those in later directories. */
static bool is_known(const struct sources *sources, const char *name)
{
	for (size_t i = 0; i < sources->n; i++)
		if (!strcmp(sources->source[i].name, name))
			return true;
	return false;
}

/* Owns @path. */
static int add_source(struct sources *sources, char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	if (is_known(sources, name)) {
		free(path);
		return 0;
	}
	if (sources->n == sources->cap) {
		size_t cap = sources->cap ? sources->cap * 2 : 16;
		struct source *more;

		more = reallocarray(sources->source, cap, sizeof(*more));
		if (!more) {
			free(path);
			return -ENOMEM;
		}
		sources->source = more;
		sources->cap = cap;
	}
	sources->source[sources->n++] = (struct source){path, name};
	return 0;
}

static bool is_config_name(const char *name)
{
	size_t len = strlen(name);

	return name[0] != '.' && len > 5 && !strcmp(name + len - 5, ".conf");
}

/* A directory's files, or what is a file itself. */
static int add_path(struct sources *sources, const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int err = 0;

	if (!dir)
		return errno == ENOTDIR
			       ? add_source(sources, str_printf("%s", path))
			       : 0;
	while (!err && (entry = readdir(dir))) {
		struct stat st;

		if (!is_config_name(entry->d_name))
			continue;
		/* one that leads nowhere still hides those behind it */
		if (entry->d_type != DT_REG &&
		    !fstatat(dirfd(dir), entry->d_name, &st, 0) &&
		    S_ISDIR(st.st_mode)) {
			log_err("Directories inside directories are not "
				"supported: %s/%s\n",
				path, entry->d_name);
			continue;
		}
		err = add_source(sources,
				 str_printf("%s/%s", path, entry->d_name));
	}
	closedir(dir);
	return err;
}

static int compare_sources(const void *a, const void *b)
{
	const struct source *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int find_sources(struct sources *sources, const char *const *paths,
			const char *tree)
{
	static const char *const of_tree[] = {"softdep", "weakdep"};
	int err = 0;

	if (!paths)
		paths = usual_paths;
	for (; !err && *paths; paths++)
		err = add_path(sources, *paths);
	for (size_t i = 0; tree && !err && i < 2; i++)
		err = add_source(sources,
				 str_printf("%s/modules.%s", tree, of_tree[i]));
	if (sources->n)
		qsort(sources->source, sources->n, sizeof(*sources->source),
		      compare_sources);
	return err;
}

int config_read_files(struct config *config, const char *const *paths,
		      const char *tree)
{
	struct sources sources = {NULL, 0, 0};
	int err = find_sources(&sources, paths, tree);

	for (size_t i = 0; i < sources.n; i++) {
		if (!err)
			err = parse_file(config, sources.source[i].path);
	}
	/* messages and forbidden modules have copies of what they need */
	for (size_t i = 0; i < sources.n; i++)
		free(sources.source[i].path);
	free(sources.source);
	return err;
}
