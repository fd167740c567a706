// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lines of modprobe's configuration, by kind, and what is asked of them.
 *
 * One owner, no locks, allocates, not signal-safe.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "lib/modlookup.h"
#include "tools/config_parts.h"

int config_add(struct config *config, enum config_kind kind, const char *name,
	       const char *value)
{
	struct config_list *list = &config->lists[kind];

	if (list->n == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 16;
		struct config_line *more;

		more = reallocarray(list->line, cap, sizeof(*more));
		if (!more)
			return -ENOMEM;
		list->line = more;
		list->cap = cap;
	}
	list->line[list->n++] = (struct config_line){name, value};
	return 0;
}

int config_keep(struct config *config, void *text)
{
	void **more = reallocarray(config->texts, config->nr_texts + 1,
				   sizeof(*more));

	if (!more) {
		free(text);
		return -ENOMEM;
	}
	config->texts = more;
	config->texts[config->nr_texts++] = text;
	return 0;
}

int config_read(const char *const *paths, const char *tree,
		struct config **result)
{
	struct config *config = calloc(1, sizeof(*config));
	int err;

	if (!config)
		return -ENOMEM;
	err = config_read_files(config, paths, tree);
	if (!err)
		err = config_read_cmdline(config, "/proc/cmdline");
	if (err) {
		config_close(config);
		return err;
	}
	*result = config;
	return 0;
}

void config_close(struct config *config)
{
	if (!config)
		return;
	for (size_t i = 0; i < CONFIG_KINDS; i++)
		free(config->lists[i].line);
	for (size_t i = 0; i < config->nr_texts; i++)
		free(config->texts[i]);
	free(config->texts);
	free(config);
}

const struct config_line *config_lines(const struct config *config,
				       enum config_kind kind, size_t *n)
{
	*n = config->lists[kind].n;
	return config->lists[kind].line;
}

const char *config_keyword(enum config_kind kind)
{
	static const char *const words[CONFIG_KINDS] = {
		[CONFIG_BLACKLIST] = "blacklist", [CONFIG_INSTALL] = "install",
		[CONFIG_REMOVE] = "remove",	  [CONFIG_ALIAS] = "alias",
		[CONFIG_OPTIONS] = "options",	  [CONFIG_SOFTDEP] = "softdep",
		[CONFIG_WEAKDEP] = "weakdep",	  [CONFIG_FORBID] = "forbid",
	};

	return words[kind];
}

const struct config_line *config_find(const struct config *config,
				      enum config_kind kind, const char *name,
				      bool wildcards,
				      const struct config_line *previous)
{
	const struct config_list *list = &config->lists[kind];
	size_t i = previous ? previous - list->line + 1 : 0;

	for (; i < list->n; i++) {
		const char *own = list->line[i].name;

		if (wildcards ? !fnmatch(own, name, 0) : !strcmp(own, name))
			return &list->line[i];
	}
	return NULL;
}

bool config_is_blacklisted(const struct config *config, const char *module)
{
	return config_find(config, CONFIG_BLACKLIST, module, false, NULL);
}

const char *config_forbids(const struct config *config, const char *module)
{
	const struct config_line *line;

	line = config_find(config, CONFIG_FORBID, module, true, NULL);
	return line ? line->value : NULL;
}

void config_softdeps(const struct config *config, const char *module, bool post,
		     struct config_words *words)
{
	*words = (struct config_words){
		.config = config,
		.module = module,
		.at = "",
		.post = post,
	};
}

/* On to the next line for the module; false when there is none. */
static bool next_line(struct config_words *words)
{
	words->line = config_find(words->config, CONFIG_SOFTDEP, words->module,
				  true, words->line);
	if (!words->line)
		return false;
	words->at = words->line->value;
	words->in_list = false;
	return true;
}

static bool is_word(const char *text, size_t len, const char *word)
{
	return strlen(word) == len && !memcmp(text, word, len);
}

char *config_next_word(struct config_words *words)
{
	for (;;) {
		const char *word = words->at + strspn(words->at, " \t\n\r");
		size_t len = strcspn(word, " \t\n\r");

		words->at = word + len;
		if (!len) {
			if (!next_line(words))
				return NULL;
		} else if (is_word(word, len, "pre:")) {
			words->in_list = !words->post;
		} else if (is_word(word, len, "post:")) {
			words->in_list = words->post;
		} else if (words->in_list) {
			return strndup(word, len);
		}
	}
}

bool config_normalize(char *name)
{
	return modtable_normalize(name);
}
