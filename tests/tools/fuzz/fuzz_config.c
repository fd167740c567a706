// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: a file of modprobe.d, and the questions to it.  The input begins
 * with the name that is asked for, up to a newline.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tools/fuzz/fuzz.h"
#include "tools/config.h"
#include "tools/log.h"

/* What was read goes here, so that it is read. */
static volatile size_t sink;

static void ask(const struct config *config, const char *name)
{
	const struct config_line *line;
	struct config_words words;
	size_t n;
	char *word;

	for (int kind = 0; kind < CONFIG_KINDS; kind++) {
		line = config_lines(config, kind, &n);
		for (size_t i = 0; i < n; i++)
			sink += strlen(line[i].name) + strlen(line[i].value);
		for (int wild = 0; wild < 2; wild++)
			for (line = NULL;
			     (line = config_find(config, kind, name, wild,
						 line));)
				sink++;
	}
	config_is_blacklisted(config, name);
	config_forbids(config, name);
	for (int post = 0; post < 2; post++) {
		config_softdeps(config, name, post, &words);
		while ((word = config_next_word(&words)))
			free(word);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, '\n', size);
	const char *paths[2] = {NULL, NULL};
	struct config *config;
	char *name;

	log_set_level(LOG_CRIT);
	if (!end)
		return 0;
	name = strndup((const char *)data, end - data);
	paths[0] = fuzz_file(end + 1, size - (end + 1 - data));
	if (name && config_normalize(name) &&
	    !config_read(paths, NULL, &config)) {
		ask(config, name);
		config_close(config);
	}
	free(name);
	return 0;
}
