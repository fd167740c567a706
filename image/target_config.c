// SPDX-License-Identifier: GPL-2.0-only
/*
 * What ring3 needs a kernel to be configured with, and the compiler that its
 * configuration names.
 *
 * One owner, no locks, may block on disk, not signal-safe.
 */
#include "image/target_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "lib/strbuf.h"

static const struct {
	const char *name;
	const char *reason;
} needed[] = {
	{"CONFIG_X86_64", "the machine is an x86-64 one"},
	{"CONFIG_MODULES", "modules are what it is for"},
	{"CONFIG_MODULE_UNLOAD", "modules are taken out again"},
	{"CONFIG_PARAVIRT_XXL",
	 "privileged instructions are replaced through its tables"},
	{"CONFIG_KALLSYMS_ALL", "the kernel's data is found by name"},
	{"CONFIG_RELOCATABLE",
	 "the image is moved to where a process has room"},
	{"CONFIG_DYNAMIC_FTRACE", "functions are hooked at their entry"},
	{"CONFIG_HAVE_FENTRY", "functions are hooked at their entry"},
	{"CONFIG_SPARSEMEM_VMEMMAP", "the memory map is one array"},
	{"CONFIG_VMAP_STACK", "a stack that overflows is noticed"},
};

char *target_config_path(const struct target *target)
{
	const char *slash = strrchr(target->vmlinuz, '/');
	char *path;

	if (target->headers) {
		path = str_printf("%s/.config", target->headers);
		if (file_exists(path))
			return path;
		free(path);
	}
	return str_printf("%.*s/config-%s", (int)(slash - target->vmlinuz),
			  target->vmlinuz, target->release);
}

/* The value behind "@name=" at the start of a line, or NULL. */
static const char *config_value(const char *config, const char *name)
{
	size_t len = strlen(name);

	for (const char *line = config; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, name, len) && line[len] == '=')
			return line + len + 1;
	}
	return NULL;
}

static void name_missing(const char *config, struct strbuf *missing)
{
	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++) {
		const char *value = config_value(config, needed[i].name);

		if (value && *value == 'y')
			continue;
		strbuf_printf(missing, "%s%s (%s)", missing->len ? ", " : "",
			      needed[i].name, needed[i].reason);
	}
}

int target_check_config(const struct target *target,
			const struct target_report *report)
{
	struct strbuf missing = STRBUF_INIT;
	char *path = target_config_path(target);
	void *config = NULL;
	size_t size;
	int ret = file_read(path, &config, &size);

	if (ret) {
		target_fail(report, ret,
			    "Cannot read the configuration of %s, %s: %s.",
			    target->release, path, strerror(-ret));
		goto out;
	}
	name_missing(config, &missing);
	if (missing.len)
		ret = target_fail(report, -ENOTSUP,
				  "The kernel %s is not configured with what "
				  "ring3 needs: %s.",
				  target->release, missing.text);
out:
	strbuf_free(&missing);
	free(config);
	free(path);
	return ret;
}

/* "\"gcc-12 (Debian 12.2.0) ...\"": the first word is the program. */
static char *first_word(const char *value)
{
	size_t len;

	value += *value == '"';
	len = strcspn(value, " \"\n");
	return str_printf("%.*s", (int)len, value);
}

char *target_compiler(const struct target *target)
{
	char *path = target_config_path(target);
	char *program = NULL;
	void *config;
	size_t size;

	if (!file_read(path, &config, &size)) {
		const char *value =
			config_value(config, "CONFIG_CC_VERSION_TEXT");
		char *name = value ? first_word(value) : NULL;

		if (name && *name)
			program = target_find_program(name);
		free(name);
		free(config);
	}
	free(path);
	return program ? program : target_find_program("gcc");
}
