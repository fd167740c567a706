// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel's command line says to modules: options, and what not to
 * load.
 *
 * One owner, no locks, may block on disk, not signal-safe.
 */
#include <errno.h>
#include <string.h>

#include "lib/file.h"
#include "lib/strbuf.h"
#include "tools/config_parts.h"
#include "tools/log.h"

#define SPACES " \t\n\r\v\f"

/*
 * Cuts the next word off *@rest, as the kernel does it: blanks between double
 * quotes belong to the word.  NULL: no more, or quotes that do not close.
 */
static char *take_word(char **rest)
{
	char *word = *rest + strspn(*rest, SPACES);
	char *at = word;
	bool quoted = false;

	for (; *at && (quoted || !strchr(SPACES, *at)); at++)
		if (*at == '"')
			quoted = !quoted;
	if (at == word || quoted)
		return NULL;
	*rest = *at ? at + 1 : at;
	*at = '\0';
	return word;
}

/* Takes double quotes around all of *@text away; whether there were any. */
static bool unquote(char **text)
{
	size_t len = strlen(*text);

	if (len < 2 || (*text)[0] != '"' || (*text)[len - 1] != '"')
		return false;
	(*text)[len - 1] = '\0';
	(*text)++;
	return true;
}

static int add_names(struct config *config, enum config_kind kind, char *list)
{
	char *at = NULL;
	int err = 0;

	for (char *name = strtok_r(list, ",", &at); !err && name;
	     name = strtok_r(NULL, ",", &at))
		if (config_normalize(name))
			err = config_add(config, kind, name,
					 "the kernel command line");
	return err;
}

/* Quotes that were around the whole word go around the value. */
static int add_option(struct config *config, const char *module,
		      const char *parameter, const char *value, bool quoted)
{
	char *option;
	int err;

	if (!value)
		option = str_printf("%s", parameter);
	else
		option = str_printf(quoted ? "%s=\"%s\"" : "%s=%s", parameter,
				    value);
	err = config_keep(config, option);
	return err ? err : config_add(config, CONFIG_OPTIONS, module, option);
}

/* @word: "module.parameter", or with "=value". */
static int add_word(struct config *config, char *word)
{
	char *module = word;
	bool quoted = unquote(&module);
	char *value = strchr(module, '=');
	char *parameter;

	if (value)
		*value++ = '\0';
	parameter = strchr(module, '.');
	if (!parameter || parameter == module || !parameter[1] ||
	    strchr(parameter + 1, '.') || strpbrk(module, "\" "))
		return 0;
	*parameter++ = '\0';
	if (!config_normalize(module)) {
		log_err("Ignoring bad option on kernel command line while "
			"parsing module name: '%s'\n",
			module);
		return 0;
	}
	if (!strcmp(module, "modprobe") && value) {
		if (!strcmp(parameter, "blacklist"))
			return add_names(config, CONFIG_BLACKLIST, value);
		if (!strcmp(parameter, "forbid"))
			return add_names(config, CONFIG_FORBID, value);
	}
	return add_option(config, module, parameter, value, quoted);
}

int config_read_cmdline(struct config *config, const char *path)
{
	void *text;
	size_t size;
	char *rest, *word;
	int err;

	/* where there is no /proc, there is no command line */
	if (file_read(path, &text, &size))
		return 0;
	err = config_keep(config, text);
	rest = text;
	while (!err && (word = take_word(&rest)))
		err = add_word(config, word);
	return err;
}
