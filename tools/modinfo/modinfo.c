// SPDX-License-Identifier: GPL-2.0-only
/*
 * modinfo: shows what modules say of themselves, and whether they would load.
 *
 * Main thread.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "lib/modelf.h"
#include "lib/strbuf.h"
#include "tools/log.h"
#include "tools/modinfo/check.h"
#include "tools/modinfo/find.h"
#include "tools/modinfo/info.h"
#include "tools/modinfo/show.h"
#include "tools/modinfo/target.h"
#include "tools/tool.h"

/* For those who ask for all modules.  As long as the program: stdio writes what
 * is left at its very end. */
static char output_buffer[256 << 10];

struct options {
	struct show_how how;
	bool is_name; /* -m */
	bool json, check;
	const char *release; /* NULL: the one that runs */
	const char *base; /* or NULL */
};

struct modinfo {
	struct options options;
	char *base; /* absolute; "" for the root */
	char *release;
	bool is_running;
	struct finder *finder;
	struct target *target; /* with --check */
	struct modelf *elf; /* used for one file after the other */
	struct info info;
};

enum {
	OPTION_JSON = 256,
	OPTION_CHECK
};

static const char short_options[] = "adlpn0mF:k:b:Vh";

static const struct option long_options[] = {
	{"author", no_argument, NULL, 'a'},
	{"description", no_argument, NULL, 'd'},
	{"license", no_argument, NULL, 'l'},
	{"parameters", no_argument, NULL, 'p'},
	{"filename", no_argument, NULL, 'n'},
	{"null", no_argument, NULL, '0'},
	{"modname", no_argument, NULL, 'm'},
	{"field", required_argument, NULL, 'F'},
	{"set-version", required_argument, NULL, 'k'},
	{"basedir", required_argument, NULL, 'b'},
	{"json", no_argument, NULL, OPTION_JSON},
	{"check", no_argument, NULL, OPTION_CHECK},
	{"version", no_argument, NULL, 'V'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static void print_help(void)
{
	printf("Usage: %s [OPTION...] MODULE|FILE...\n"
	       "Show what kernel modules say of themselves.\n\n"
	       "  -a, --author              only the authors\n"
	       "  -d, --description         only the description\n"
	       "  -l, --license             only the licence\n"
	       "  -p, --parameters          only the parameters\n"
	       "  -n, --filename            only the file's name\n"
	       "  -F, --field=FIELD         only the values of FIELD\n"
	       "  -0, --null                end values with NUL, not newline\n"
	       "  -m, --modname             take arguments for module names,\n"
	       "                            not files or aliases\n"
	       "  -k, --set-version=KERNEL  modules of KERNEL, not of the one\n"
	       "                            that runs\n"
	       "  -b, --basedir=DIR         lib/modules is below DIR\n"
	       "      --check               say whether they would load, and\n"
	       "                            why not; status 1 if one would not\n"
	       "      --json                everything, as JSON\n"
	       "  -V, --version             show the version\n"
	       "  -h, --help                show this\n",
	       log_program());
}

static const char *field_of(int option)
{
	switch (option) {
	case 'a':
		return "author";
	case 'd':
		return "description";
	case 'l':
		return "license";
	case 'p':
		return "parm";
	case 'n':
		return "filename";
	}
	return NULL;
}

static void set_option(struct options *options, int option)
{
	switch (option) {
	case '0':
		options->how.separator = '\0';
		break;
	case 'm':
		options->is_name = true;
		break;
	case 'F':
		options->how.field = optarg;
		break;
	case 'k':
		options->release = optarg;
		break;
	case 'b':
		options->base = optarg;
		break;
	case OPTION_JSON:
		options->json = true;
		break;
	case OPTION_CHECK:
		options->check = true;
		break;
	default:
		options->how.field = field_of(option);
	}
}

/* False: that was all, and @status is what to exit with. */
static bool read_options(int argc, char **argv, struct options *options,
			 int *status)
{
	int option;

	*status = TOOL_OK;
	while ((option = getopt_long(argc, argv, short_options, long_options,
				     NULL)) != -1) {
		switch (option) {
		case 'h':
			print_help();
			return false;
		case 'V':
			tool_print_version();
			return false;
		case '?':
			*status = TOOL_FAILED;
			return false;
		}
		set_option(options, option);
	}
	*status = TOOL_FAILED;
	if (optind >= argc) {
		log_err("missing module or filename.\n");
		return false;
	}
	if (options->how.field && (options->json || options->check)) {
		log_err("a single field goes with neither --json nor "
			"--check.\n");
		return false;
	}
	return true;
}

static char *absolute(const char *path)
{
	char *folder, *result;

	if (*path == '/')
		return str_printf("%s", path);
	folder = getcwd(NULL, 0);
	result = str_printf("%s/%s", folder ? folder : "", path);
	free(folder);
	return result;
}

static void open_tree(struct modinfo *modinfo)
{
	const struct options *options = &modinfo->options;
	struct utsname running;
	char *tree;

	if (uname(&running))
		log_fatal("uname: %s\n", strerror(errno));
	modinfo->base = options->base ? absolute(options->base)
				      : str_printf("%s", "");
	modinfo->release = str_printf("%s", options->release ? options->release
							     : running.release);
	modinfo->is_running = !options->base &&
			      !strcmp(modinfo->release, running.release);
	tree = str_printf("%s/lib/modules/%s", modinfo->base, modinfo->release);
	finder_open(tree, &modinfo->finder);
	free(tree);
}

/* How long kmod's users know it: a file that begins as it should, or is empty,
 * but does not hold together is an invalid argument. */
static int plain_error(const char *path, int err)
{
	char magic[SELFMAG] = ELFMAG;
	ssize_t got = 0;
	int fd;

	if (err == -EILSEQ)
		return -EINVAL;
	if (err != -ENOEXEC)
		return err;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0) {
		got = read(fd, magic, sizeof(magic));
		close(fd);
	}
	return got == 0 || !memcmp(magic, ELFMAG, SELFMAG) ? -EINVAL : err;
}

static int read_file(struct modinfo *modinfo)
{
	const char *path = modinfo->info.path;
	int err = modelf_reopen(modinfo->elf, AT_FDCWD, path);

	if (!err)
		err = info_from_elf(&modinfo->info, modinfo->elf);
	return err ? plain_error(path, err) : 0;
}

/* Older kernels have no such file: then there is nothing to show. */
static int read_builtin(struct modinfo *modinfo)
{
	const char *data = "";
	size_t size = 0;
	int err = finder_builtin_info(modinfo->finder, &data, &size);

	if (err && err != -ENOENT)
		return err;
	info_from_builtin(&modinfo->info, data, size, modinfo->info.name);
	return 0;
}

/* False: it would not load, or that cannot be told. */
static bool show_checked(struct modinfo *modinfo)
{
	struct verdict verdict;
	bool loads, may_load;

	if (!modinfo->target)
		target_open(modinfo->finder, modinfo->base, modinfo->release,
			    modinfo->is_running, &modinfo->target);
	check_module(modinfo->target, &modinfo->info,
		     modinfo->info.path ? modinfo->elf : NULL, &verdict);
	if (modinfo->options.json)
		show_json(&modinfo->info, &verdict);
	else
		check_print(&modinfo->info, &verdict);
	loads = verdict.loads;
	may_load = !verdict.why.n;
	verdict_free(&verdict);
	/* Those that follow on the command line may use it. */
	if (may_load && modinfo->info.path)
		target_add_exports(modinfo->target, modinfo->elf,
				   modinfo->info.name);
	return loads;
}

/* Shows the module in @modinfo's info, of which only name and path are set. */
static int show(struct modinfo *modinfo)
{
	const struct options *options = &modinfo->options;
	bool is_text = !options->json && !options->check;
	const char *field = options->how.field;
	int err;

	if (is_text)
		show_text_head(&modinfo->info, &options->how);
	if (is_text && field && !strcmp(field, "filename"))
		return TOOL_OK;
	err = modinfo->info.path ? read_file(modinfo) : read_builtin(modinfo);
	if (err) {
		log_err("could not get modinfo from '%s': %s\n",
			modinfo->info.name, strerror(-err));
		return TOOL_FAILED;
	}
	if (options->check)
		return show_checked(modinfo) ? TOOL_OK : TOOL_FAILED;
	if (options->json)
		show_json(&modinfo->info, NULL);
	else
		show_text(&modinfo->info, &options->how);
	return TOOL_OK;
}

static int show_file(struct modinfo *modinfo, const char *argument)
{
	char *path = absolute(argument), *name = find_name_of(argument);
	int status;

	modinfo->info.path = path;
	modinfo->info.name = name;
	status = show(modinfo);
	free(name);
	free(path);
	return status;
}

/* All that the name stands for, up to the first that cannot be shown. */
static int show_found(struct modinfo *modinfo, const char *argument)
{
	bool is_name = modinfo->options.is_name;
	struct found_list list = {0};
	int status = TOOL_OK, err;

	err = is_name ? finder_by_name(modinfo->finder, argument, &list)
		      : finder_look_up(modinfo->finder, argument, &list);
	if (err == -EINVAL)
		log_err("Module alias %s not found.\n", argument);
	else if (err)
		log_err("Module %s%s not found.\n", is_name ? "name " : "",
			argument);
	for (size_t i = 0; i < list.n && status == TOOL_OK; i++) {
		modinfo->info.path = list.item[i].path;
		modinfo->info.name = list.item[i].name;
		status = show(modinfo);
	}
	found_list_free(&list);
	return err ? TOOL_FAILED : status;
}

static int show_all(struct modinfo *modinfo, char **arguments)
{
	bool is_name = modinfo->options.is_name;
	int status = TOOL_OK;

	for (; *arguments; arguments++) {
		bool is_file = !is_name && find_is_file(*arguments);

		if ((is_file ? show_file(modinfo, *arguments)
			     : show_found(modinfo, *arguments)) != TOOL_OK)
			status = TOOL_FAILED;
	}
	return status;
}

int modinfo_main(int argc, char **argv)
{
	struct modinfo modinfo = {.options.how.separator = '\n'};
	int status;

	if (!read_options(argc, argv, &modinfo.options, &status))
		return status;
	if (!isatty(STDOUT_FILENO))
		setvbuf(stdout, output_buffer, _IOFBF, sizeof(output_buffer));
	open_tree(&modinfo);
	if (modelf_new(&modinfo.elf))
		log_fatal("out of memory\n");
	if (modinfo.options.json)
		show_json_begin();
	status = show_all(&modinfo, argv + optind);
	if (modinfo.options.json)
		show_json_end();
	if (fflush(stdout) || ferror(stdout)) {
		log_err("cannot write: %s\n", strerror(errno));
		status = TOOL_FAILED;
	}
	target_close(modinfo.target);
	finder_close(modinfo.finder);
	modelf_close(modinfo.elf);
	info_free(&modinfo.info);
	free(modinfo.release);
	free(modinfo.base);
	return status;
}
