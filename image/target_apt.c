// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks apt about kernel packages and has it download them.
 *
 * One owner, runs apt-cache and apt-get, which may use the network, not
 * signal-safe.
 */
#include "image/target_apt.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image/target_internal.h"
#include "lib/spawn.h"
#include "lib/strbuf.h"

#define IMAGE_PREFIX	"linux-image-"
#define UNSIGNED_SUFFIX "-unsigned"

/* How far a meta-package may be from a real one. */
#define MAX_HOPS 5

void package_list_add(struct package_list *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->name[i], name))
			return;
	list->name = reallocarray(list->name, list->n + 1, sizeof(*list->name));
	if (!list->name)
		abort();
	list->name[list->n++] = str_printf("%s", name);
}

void package_list_free(struct package_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->name[i]);
	free(list->name);
	list->name = NULL;
	list->n = 0;
}

/* Runs "apt-cache @command ...", in the language that is parsed here. */
static int apt_cache(const struct target_report *report, char *const *args,
		     struct strbuf *output, int *status)
{
	char *argv[16] = {(char *)"env", (char *)"LC_ALL=C",
			  (char *)"apt-cache"};
	int ret;

	for (size_t n = 3; *args && n < 15; args++)
		argv[n++] = *args;
	ret = spawn_wait(argv, output, status);
	if (ret)
		target_fail(report, ret, "Cannot run apt-cache: %s.",
			    strerror(-ret));
	return ret;
}

/* "  Depends: x", " |PreDepends: x": the name, or NULL for other lines. */
static char *depends_of_line(char *line, bool *alternative)
{
	*alternative = line[0] == ' ' && line[1] == '|';
	line += strspn(line, " |");
	if (!strncmp(line, "Pre", 3))
		line += 3;
	if (strncmp(line, "Depends: ", 9) || line[9] == '<')
		return NULL;
	return line + 9;
}

static void parse_depends(char *text, struct package_list *list)
{
	bool taken = false; /* an alternative before this one */
	char *save;

	for (char *line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		bool alternative;
		char *name = depends_of_line(line, &alternative);

		if (name && !taken)
			package_list_add(list, name);
		taken = name && alternative;
	}
}

/* A name that is only mentioned by other packages is printed as "<name>". */
static int apt_depends(const char *package, const struct target_report *report,
		       struct package_list *list, bool *known)
{
	char *args[] = {(char *)"depends",	 (char *)"--no-recommends",
			(char *)"--no-suggests", (char *)"--no-conflicts",
			(char *)"--no-breaks",	 (char *)"--no-replaces",
			(char *)"--no-enhances", (char *)"--",
			(char *)package,	 NULL};
	struct strbuf output = STRBUF_INIT;
	int status;
	int ret = apt_cache(report, args, &output, &status);

	if (ret)
		return ret;
	*known = !status && output.len &&
		 !strncmp(output.text, package, strlen(package));
	if (*known)
		parse_depends(output.text, list);
	strbuf_free(&output);
	return 0;
}

int apt_known(const char *package, const struct target_report *report,
	      bool *known)
{
	struct package_list list = {NULL, 0};
	int ret = apt_depends(package, report, &list, known);

	package_list_free(&list);
	return ret;
}

static bool has_digit_after(const char *name, const char *prefix)
{
	size_t len = strlen(prefix);

	return !strncmp(name, prefix, len) && isdigit((unsigned char)name[len]);
}

static const char *next_image(const struct package_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (has_digit_after(list->name[i], IMAGE_PREFIX))
			return list->name[i];
	return NULL;
}

/* One step from a meta-package towards a real one.  @package is replaced;
 * *done: it was the real one. */
static int follow(char **package, const struct target_report *report,
		  bool *known, bool *done)
{
	struct package_list list = {NULL, 0};
	int ret = apt_depends(*package, report, &list, known);
	const char *next;

	if (!ret && *known) {
		next = next_image(&list);
		*done = !next;
		if (next) {
			free(*package);
			*package = str_printf("%s", next);
		}
	}
	package_list_free(&list);
	return ret;
}

static char *release_of(const char *package)
{
	const char *release = package + strlen(IMAGE_PREFIX);
	size_t len = strlen(release);
	size_t suffix = strlen(UNSIGNED_SUFFIX);

	if (len > suffix && !strcmp(release + len - suffix, UNSIGNED_SUFFIX))
		len -= suffix;
	return str_printf("%.*s", (int)len, release);
}

static int find_real(char **package, const struct target_report *report,
		     bool *known)
{
	bool done = false;
	int ret = 0;

	*known = true;
	for (int hop = 0; !ret && *known && !done && hop < MAX_HOPS; hop++)
		ret = follow(package, report, known, &done);
	return ret;
}

int apt_find_image(const char *name, const struct target_report *report,
		   char **release, char **package)
{
	bool full = !strncmp(name, IMAGE_PREFIX, strlen(IMAGE_PREFIX));
	char *real = str_printf("%s%s", full ? "" : IMAGE_PREFIX, name);
	bool known;
	int ret = find_real(&real, report, &known);

	if (!ret && !known) {
		char *other = str_printf("%s" UNSIGNED_SUFFIX, real);

		ret = apt_known(other, report, &known);
		free(real);
		real = other;
	}
	if (!ret && !known)
		ret = target_fail(report, -ENOENT,
				  "No package is known for the kernel %s. If "
				  "it is new, run `apt-get update` first.",
				  name);
	if (!ret) {
		*release = release_of(real);
		*package = real;
		if (target_valid_release(*release))
			return 0;
		ret = target_fail(report, -EINVAL, "%s is no name of a kernel.",
				  *release);
		free(*release);
	}
	free(real);
	return ret;
}

static bool wanted(const char *name, const char *const *prefixes)
{
	for (; *prefixes; prefixes++)
		if (has_digit_after(name, *prefixes))
			return true;
	return false;
}

int apt_collect(const char *package, const char *const *prefixes,
		const struct target_report *report, struct package_list *list)
{
	struct package_list depends = {NULL, 0};
	size_t before = list->n;
	bool known;
	int ret = apt_depends(package, report, &depends, &known);

	if (!ret && !known)
		ret = target_fail(report, -ENOENT,
				  "The package %s is not known. If it is new, "
				  "run `apt-get update` first.",
				  package);
	if (!ret)
		package_list_add(list, package);
	/* One that was there already has been through this. */
	for (size_t i = 0; !ret && list->n > before && i < depends.n; i++)
		if (wanted(depends.name[i], prefixes))
			ret = apt_collect(depends.name[i], prefixes, report,
					  list);
	package_list_free(&depends);
	return ret;
}

int apt_names(const char *prefix, const struct target_report *report,
	      struct package_list *list)
{
	char *args[] = {(char *)"pkgnames", (char *)"--", (char *)prefix, NULL};
	struct strbuf output = STRBUF_INIT;
	char *save;
	int status;
	int ret = apt_cache(report, args, &output, &status);

	if (!ret && !status && output.len)
		for (char *name = strtok_r(output.text, "\n", &save); name;
		     name = strtok_r(NULL, "\n", &save))
			package_list_add(list, name);
	strbuf_free(&output);
	return ret;
}

static unsigned long long sum_field(const char *text, const char *field)
{
	unsigned long long sum = 0;
	size_t len = strlen(field);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, field, len))
			sum += strtoull(line + len, NULL, 10);
	}
	return sum;
}

int apt_sizes(const struct package_list *list,
	      const struct target_report *report, unsigned long long *download,
	      unsigned long long *unpacked)
{
	*download = 0;
	*unpacked = 0;
	for (size_t i = 0; i < list->n; i++) {
		char *args[] = {(char *)"show", (char *)"--no-all-versions",
				(char *)"--", list->name[i], NULL};
		struct strbuf output = STRBUF_INIT;
		int status;
		int ret = apt_cache(report, args, &output, &status);

		if (ret)
			return ret;
		if (output.len) {
			*download += sum_field(output.text, "Size: ");
			*unpacked +=
				sum_field(output.text, "Installed-Size: ") *
				1024;
		}
		strbuf_free(&output);
	}
	return 0;
}

int apt_download(const struct package_list *list, const char *dir,
		 const struct target_report *report)
{
	static const char script[] = "cd \"$1\" && shift && exec apt-get -q "
				     "\"$@\"";
	char **argv = calloc(list->n + 9, sizeof(*argv));
	size_t n = 0;
	int ret;

	if (!argv)
		return -ENOMEM;
	argv[n++] = (char *)"sh";
	argv[n++] = (char *)"-c";
	argv[n++] = (char *)script;
	argv[n++] = (char *)"sh";
	argv[n++] = (char *)dir;
	/* apt's own user may not be able to write here; others have no choice
	 * of users anyway. */
	if (!geteuid()) {
		argv[n++] = (char *)"-o";
		argv[n++] = (char *)"APT::Sandbox::User=root";
	}
	argv[n++] = (char *)"download";
	for (size_t i = 0; i < list->n; i++)
		argv[n++] = list->name[i];
	ret = target_run(report, "Downloading the packages", argv, NULL);
	free(argv);
	return ret;
}
