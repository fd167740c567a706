// SPDX-License-Identifier: GPL-2.0-only
/*
 * depmod.d: where to search for modules, and which of two wins.
 *
 * Main thread; blocks on disk; bad lines are reported and left out.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"
#include "tools/depmod/depmod.h"
#include "tools/log.h"

static const char *const usual_paths[] = {
	"/etc/depmod.d",     "/run/depmod.d", "/usr/local/lib/depmod.d",
	"/usr/lib/depmod.d", "/lib/depmod.d", NULL,
};

/* A file to read; the earlier directory's hides others of the same name. */
struct source {
	char *path;
	const char *name; /* in path */
	size_t order;
};

struct sources {
	struct source *source;
	size_t n;
};

static void add_source(struct sources *sources, char *path)
{
	const char *slash = strrchr(path, '/');

	sources->source = xrealloc(sources->source,
				   (sources->n + 1) * sizeof(struct source));
	sources->source[sources->n] =
		(struct source){path, slash ? slash + 1 : path, sources->n};
	sources->n++;
}

static bool is_config_name(const char *name)
{
	size_t len = strlen(name);

	return name[0] != '.' && len > 5 && !strcmp(name + len - 5, ".conf");
}

/* What is not there adds nothing. */
static void add_path(struct sources *sources, const char *path)
{
	struct dirent *entry;
	struct stat st;
	DIR *dir;

	if (stat(path, &st))
		return;
	if (!S_ISDIR(st.st_mode)) {
		add_source(sources, str_printf("%s", path));
		return;
	}
	dir = opendir(path);
	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (is_config_name(entry->d_name))
			add_source(sources,
				   str_printf("%s/%s", path, entry->d_name));
	closedir(dir);
}

static int by_name_and_order(const void *a, const void *b)
{
	const struct source *x = a, *y = b;
	int diff = strcmp(x->name, y->name);

	return diff ? diff : (x->order > y->order) - (x->order < y->order);
}

/* ---- lines ---------------------------------------------------------------- */

struct line {
	struct config *config;
	const char *dirname, *release;
	char *rest; /* words that were not taken yet */
};

/* NULL when there is no further one. */
static char *next_word(struct line *line)
{
	return strtok_r(NULL, "\t ", &line->rest);
}

static void append(struct search **list, size_t *n, enum search_kind kind,
		   char *path)
{
	*list = xrealloc(*list, (*n + 1) * sizeof(**list));
	(*list)[(*n)++] = (struct search){kind, path, path ? strlen(path) : 0};
}

static void append_word(char ***list, size_t *n, char *word)
{
	*list = xrealloc(*list, (*n + 1) * sizeof(**list));
	(*list)[(*n)++] = word;
}

static void add_search(struct line *line, const char *word)
{
	struct config *config = line->config;
	enum search_kind kind = SEARCH_DIR;
	char *path = NULL;

	if (!strcmp(word, "built-in"))
		kind = SEARCH_BUILTIN;
	else if (!strcmp(word, "external"))
		kind = SEARCH_EXTERNAL;
	else
		path = str_printf("%s/%s", line->dirname, word);
	append(&config->search, &config->nr_searches, kind, path);
}

/* A pattern that does not compile matches nothing. */
static bool is_for(const char *pattern, const char *release)
{
	regex_t regex;
	bool match;

	if (!strcmp(pattern, "*"))
		return true;
	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB))
		return false;
	match = !regexec(&regex, release, 0, NULL, 0);
	regfree(&regex);
	return match;
}

static bool parse_search(struct line *line)
{
	char *word;

	while ((word = next_word(line)))
		add_search(line, word);
	return true;
}

static bool parse_override(struct line *line)
{
	struct config *config = line->config;
	const char *module = next_word(line);
	const char *pattern = next_word(line);
	const char *subdir = next_word(line);

	if (!module || !pattern || !subdir)
		return false;
	if (is_for(pattern, line->release))
		append_word(&config->override, &config->nr_overrides,
			    str_printf("%s/%s/%s", line->dirname, subdir,
				       module));
	return true;
}

static bool parse_external(struct line *line)
{
	struct config *config = line->config;
	const char *pattern = next_word(line);
	char *word;

	if (!pattern)
		return false;
	if (!is_for(pattern, line->release))
		return true;
	while ((word = next_word(line)))
		append(&config->external, &config->nr_externals,
		       SEARCH_EXTERNAL, str_printf("%s", word));
	return true;
}

static bool parse_exclude(struct line *line)
{
	struct config *config = line->config;
	char *word;

	while ((word = next_word(line)))
		append_word(&config->exclude, &config->nr_excludes,
			    str_printf("%s", word));
	return true;
}

/* Of the tools before kmod; accepted, without effect there and here. */
static bool parse_nothing(struct line *line)
{
	(void)line;
	return true;
}

static const struct {
	const char *word;
	bool (*parse)(struct line *line);
} commands[] = {
	{"search", parse_search},     {"override", parse_override},
	{"external", parse_external}, {"exclude", parse_exclude},
	{"include", parse_nothing},   {"make_map_files", parse_nothing},
};

static bool parse_line(struct line *line, const char *command)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (!strcmp(commands[i].word, command))
			return commands[i].parse(line);
	return false;
}

/*
 * Cuts the line at *at off, and moves *at behind it; lines that end in '\' are
 * joined.  @number counts them.
 */
static char *take_line(char **at, unsigned int *number)
{
	char *start = *at, *to = start, *from = start;

	for (; *from && *from != '\n'; from++) {
		if (*from == '\\' && from[1] == '\n') {
			(*number)++;
			from++;
			continue;
		}
		*to++ = *from;
	}
	(*number)++;
	*at = *from ? from + 1 : from;
	*to = '\0';
	return start;
}

static int parse_file(struct line *line, const char *path)
{
	unsigned int number = 0;
	char *at, *command;
	void *data;
	size_t size;
	int err;

	err = file_read(path, &data, &size);
	if (err)
		return err;
	for (at = data; *at;) {
		char *text = take_line(&at, &number);

		if (*text == '#')
			continue;
		command = strtok_r(text, "\t ", &line->rest);
		if (command && !parse_line(line, command))
			log_err("%s:%u: ignoring bad line starting with '%s'\n",
				path, number, command);
	}
	free(data);
	return 0;
}

void config_load(struct config *config, const char *const *paths,
		 const char *dirname, const char *release)
{
	struct line line = {config, dirname, release, NULL};
	struct sources sources = {0};

	for (const char *const *path = paths ? paths : usual_paths; *path;
	     path++)
		add_path(&sources, *path);
	if (sources.n)
		qsort(sources.source, sources.n, sizeof(*sources.source),
		      by_name_and_order);
	for (size_t i = 0; i < sources.n; i++) {
		struct source *source = &sources.source[i];

		if (i && !strcmp(source->name, source[-1].name))
			continue;
		if (parse_file(&line, source->path))
			log_err("could not open '%s', ignoring it\n",
				source->path);
	}
	for (size_t i = 0; i < sources.n; i++)
		free(sources.source[i].path);
	free(sources.source);
	if (!config->nr_searches)
		add_search(&line, "updates");
}

static void free_searches(struct search *search, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(search[i].path);
	free(search);
}

static void free_words(char **word, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(word[i]);
	free(word);
}

void config_free(struct config *config)
{
	free_searches(config->search, config->nr_searches);
	free_searches(config->external, config->nr_externals);
	free_words(config->override, config->nr_overrides);
	free_words(config->exclude, config->nr_excludes);
	memset(config, 0, sizeof(*config));
}
