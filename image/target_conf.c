// SPDX-License-Identifier: GPL-2.0-only
/*
 * target.conf: what running needs to know of a build, as "name=value" lines.
 *
 * One owner, no locks, may block on disk, not signal-safe.
 */
#include "image/target_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "lib/strbuf.h"

static const struct {
	const char *name;
	size_t offset; /* in struct target_build */
} numbers[] = {
	{"image_base", offsetof(struct target_build, image_base)},
	{"image_end", offsetof(struct target_build, image_end)},
	{"percpu_load", offsetof(struct target_build, percpu_load)},
	{"percpu_size", offsetof(struct target_build, percpu_size)},
	{"kernel_base", offsetof(struct target_build, kernel_base)},
	{"kernel_end", offsetof(struct target_build, kernel_end)},
};

static const struct {
	const char *name;
	size_t offset; /* in struct target_conf */
} words[] = {
	{"release", offsetof(struct target_conf, release)},
	{"banner", offsetof(struct target_conf, banner)},
	{"compression", offsetof(struct target_conf, compression)},
	{"vmlinuz", offsetof(struct target_conf, vmlinuz)},
	{"headers", offsetof(struct target_conf, headers)},
	{"data_dir", offsetof(struct target_conf, data_dir)},
	{"image_id", offsetof(struct target_conf, image_id)},
};

#define NR_NUMBERS (sizeof(numbers) / sizeof(*numbers))
#define NR_WORDS   (sizeof(words) / sizeof(*words))

static uint64_t *number_of(struct target_build *build, size_t i)
{
	return (uint64_t *)((char *)build + numbers[i].offset);
}

static char **word_of(struct target_conf *conf, size_t i)
{
	return (char **)((char *)conf + words[i].offset);
}

int target_conf_write(const char *path, const struct target_conf *conf)
{
	struct target_conf copy = *conf;
	struct strbuf text = STRBUF_INIT;
	int ret;

	for (size_t i = 0; i < NR_NUMBERS; i++)
		strbuf_printf(&text, "%s=0x%" PRIx64 "\n", numbers[i].name,
			      *number_of(&copy.build, i));
	for (size_t i = 0; i < NR_WORDS; i++)
		strbuf_printf(&text, "%s=%s\n", words[i].name,
			      *word_of(&copy, i));
	ret = file_replace(path, text.text, text.len, 0644);
	strbuf_free(&text);
	return ret;
}

/* A number's or a word's line.  @found: a bit each. */
static int take_line(struct target_conf *conf, const char *name,
		     const char *value, uint64_t *found)
{
	for (size_t i = 0; i < NR_NUMBERS; i++) {
		char *end;

		if (strcmp(name, numbers[i].name))
			continue;
		*number_of(&conf->build, i) = strtoull(value, &end, 16);
		*found |= 1ULL << i;
		return end == value || *end ? -EINVAL : 0;
	}
	for (size_t i = 0; i < NR_WORDS; i++) {
		if (strcmp(name, words[i].name) || *word_of(conf, i))
			continue;
		*word_of(conf, i) = str_printf("%s", value);
		*found |= 1ULL << (NR_NUMBERS + i);
	}
	return 0;
}

int target_conf_read(const char *path, struct target_conf *conf)
{
	uint64_t found = 0;
	void *data;
	size_t size;
	char *save;
	int ret = file_read(path, &data, &size);

	memset(conf, 0, sizeof(*conf));
	if (ret)
		return ret;
	for (char *line = strtok_r(data, "\n", &save); line && !ret;
	     line = strtok_r(NULL, "\n", &save)) {
		char *value = strchr(line, '=');

		if (value) {
			*value++ = '\0';
			ret = take_line(conf, line, value, &found);
		}
	}
	free(data);
	if (!ret && found != (1ULL << (NR_NUMBERS + NR_WORDS)) - 1)
		ret = -EINVAL;
	if (ret)
		target_conf_free(conf);
	return ret;
}

void target_conf_free(struct target_conf *conf)
{
	for (size_t i = 0; i < NR_WORDS; i++)
		free(*word_of(conf, i));
	memset(conf, 0, sizeof(*conf));
}
