// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a build depends on, in two forms: a list of files with size and time,
 * cheap to check at every start, and a hash of their contents, which names the
 * build.  A file that was touched but not changed makes the list stale, not
 * the build.
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

#define FNV_BASIS 0xcbf29ce484222325ULL
#define FNV_PRIME 0x100000001b3ULL

/* The last line of a list that is whole. */
#define END_MARK ".\n"

static uint64_t fnv(uint64_t hash, const void *data, size_t size)
{
	const unsigned char *p = data;

	while (size--)
		hash = (hash ^ *p++) * FNV_PRIME;
	return hash;
}

/* The size keeps "ab","c" apart from "a","bc". */
static void add_to_key(struct target_inputs *inputs, const void *data,
		       size_t size)
{
	uint64_t len = size;

	inputs->key = fnv(inputs->key, &len, sizeof(len));
	inputs->key = fnv(inputs->key, data, size);
}

static void add_text(struct target_inputs *inputs, const char *text)
{
	add_to_key(inputs, text, strlen(text));
}

static int stat_input(const char *path, struct target_input *input)
{
	struct stat st;

	if (stat(path, &st))
		return -errno;
	input->size = (uint64_t)st.st_size;
	input->mtime =
		(int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	return 0;
}

/* Lists @path; what matters of it is hashed by the caller. */
static int add_input(struct target_inputs *inputs, const char *path)
{
	struct target_input *more;
	struct target_input input;
	int ret = stat_input(path, &input);

	if (ret)
		return ret;
	more = reallocarray(inputs->input, inputs->n + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	inputs->input = more;
	input.path = str_printf("%s", path);
	more[inputs->n++] = input;
	return 0;
}

static int add_content(struct target_inputs *inputs, const char *path)
{
	void *data;
	size_t size;
	int ret = add_input(inputs, path);

	if (!ret)
		ret = file_read(path, &data, &size);
	if (ret)
		return ret;
	add_to_key(inputs, data, size);
	free(data);
	return 0;
}

/* What of @path lies behind @dir, or NULL. */
static const char *behind(const char *path, const char *dir)
{
	size_t n = dir ? strlen(dir) : 0;

	return n && !strncmp(path, dir, n) && path[n] == '/' ? path + n : NULL;
}

/* A path, which is the same wherever the cache is, or what it links to. */
static void add_place(struct target_inputs *inputs, const char *path)
{
	char *targets = target_cache_path("targets", NULL);
	char *real = targets ? realpath(targets, NULL) : NULL;
	const char *name = behind(path, targets) ?: behind(path, real);

	add_text(inputs, name ?: path);
	free(real);
	free(targets);
}

/* A file too big to read each time, or whose place matters. */
static int add_stamp(struct target_inputs *inputs, const char *path)
{
	struct target_input *last;
	int ret = add_input(inputs, path);

	if (ret)
		return ret;
	last = &inputs->input[inputs->n - 1];
	add_place(inputs, path);
	add_to_key(inputs, &last->size, sizeof(last->size));
	add_to_key(inputs, &last->mtime, sizeof(last->mtime));
	return 0;
}

bool target_is_source(const char *name)
{
	static const char *const suffix[] = {".c", ".h", ".S", ".lds", ".inc"};
	const char *dot = strrchr(name, '.');

	if (!strcmp(name, "Kbuild") || !strcmp(name, "Makefile"))
		return true;
	for (size_t i = 0; dot && i < sizeof(suffix) / sizeof(*suffix); i++)
		if (!strcmp(dot, suffix[i]))
			return true;
	return false;
}

static int add_source(const char *path, const char *name, void *arg)
{
	struct target_inputs *inputs = arg;
	struct stat st;
	int ret;

	if (stat(path, &st))
		return -errno;
	if (S_ISDIR(st.st_mode)) {
		/* Listed for its time, which tells of files that are new. */
		ret = add_input(inputs, path);
		add_text(inputs, name);
		if (!ret)
			ret = target_each_entry(path, add_source, inputs);
		add_text(inputs, "/");
		return ret;
	}
	if (!S_ISREG(st.st_mode) || !target_is_source(name))
		return 0;
	add_text(inputs, name);
	return add_content(inputs, path);
}

static int add_sources(struct target_inputs *inputs,
		       const struct target_report *report)
{
	static const char *const dir[] = {"kernel", "include/ring3"};
	char *data_dir = target_data_dir();
	int ret = 0;

	for (size_t i = 0; !ret && i < sizeof(dir) / sizeof(*dir); i++) {
		char *path = str_printf("%s/%s", data_dir, dir[i]);

		ret = add_source(path, dir[i], inputs);
		if (ret)
			target_fail(report, ret,
				    "Cannot read ring3's own sources in %s: "
				    "%s.",
				    path, strerror(-ret));
		free(path);
	}
	free(data_dir);
	return ret;
}

static int add_header(struct target_inputs *inputs, const struct target *target,
		      const char *name,
		      int (*add)(struct target_inputs *, const char *))
{
	char *path = str_printf("%s/%s", target->headers, name);
	int ret = add(inputs, path);

	free(path);
	/* Absence is told apart from an empty file by the names hashed. */
	if (ret == -ENOENT)
		return 0;
	add_text(inputs, name);
	return ret;
}

static int add_compiler(struct target_inputs *inputs,
			const struct target *target,
			const struct target_report *report)
{
	char *compiler = target_compiler(target);
	int ret;

	if (!compiler)
		return target_fail(report, -ENOENT,
				   "There is no compiler to build ring3's "
				   "part of the kernel with: install gcc.");
	ret = add_stamp(inputs, compiler);
	free(compiler);
	return ret;
}

static int add_target(struct target_inputs *inputs, const struct target *target,
		      const struct target_report *report)
{
	char *config = target_config_path(target);
	int ret = add_stamp(inputs, target->vmlinuz);

	if (ret)
		target_fail(report, ret, "Cannot read %s: %s.", target->vmlinuz,
			    strerror(-ret));
	if (!ret)
		ret = add_content(inputs, config);
	free(config);
	add_place(inputs, target->headers);
	if (!ret)
		ret = add_header(inputs, target,
				 "include/generated/utsrelease.h", add_content);
	if (!ret)
		ret = add_header(inputs, target, "Module.symvers", add_stamp);
	if (!ret)
		ret = add_compiler(inputs, target, report);
	return ret;
}

int target_inputs_collect(const struct target *target,
			  const struct target_report *report,
			  struct target_inputs *result)
{
	int ret;

	memset(result, 0, sizeof(*result));
	result->key = FNV_BASIS;
	add_text(result, target_image_id());
	add_text(result, target->release);
	ret = add_sources(result, report);
	if (!ret)
		ret = add_target(result, target, report);
	if (ret)
		target_inputs_free(result);
	return ret;
}

void target_inputs_free(struct target_inputs *inputs)
{
	for (size_t i = 0; i < inputs->n; i++)
		free(inputs->input[i].path);
	free(inputs->input);
	memset(inputs, 0, sizeof(*inputs));
}

int target_inputs_write(const struct target_inputs *inputs, const char *path)
{
	struct strbuf text = STRBUF_INIT;
	int ret;

	for (size_t i = 0; i < inputs->n; i++)
		strbuf_printf(&text, "%" PRIu64 " %" PRId64 " %s\n",
			      inputs->input[i].size, inputs->input[i].mtime,
			      inputs->input[i].path);
	strbuf_puts(&text, END_MARK);
	ret = file_replace(path, text.text, text.len, 0644);
	strbuf_free(&text);
	return ret;
}

/* @line: "size mtime path", which is changed in place. */
static bool line_current(char *line)
{
	struct target_input was, now;
	char *end;

	was.size = strtoull(line, &end, 10);
	if (*end != ' ')
		return false;
	was.mtime = strtoll(end + 1, &end, 10);
	if (*end != ' ')
		return false;
	memset(&now, 0, sizeof(now));
	if (stat_input(end + 1, &now))
		return false;
	return was.size == now.size && was.mtime == now.mtime;
}

bool target_inputs_current(const char *path)
{
	size_t mark = strlen(END_MARK);
	bool current;
	void *data;
	char *line;
	size_t size;

	if (file_read(path, &data, &size))
		return false;
	/* A list that was cut off says nothing of the rest. */
	line = data;
	current = size > mark && !strcmp(line + size - mark, END_MARK);
	if (current)
		line[size - mark] = '\0';
	while (current && *line) {
		char *end = line + strcspn(line, "\n");

		if (*end)
			*end++ = '\0';
		current = line_current(line);
		line = end;
	}
	free(data);
	return current;
}
