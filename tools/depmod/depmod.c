// SPDX-License-Identifier: GPL-2.0-only
/*
 * depmod: its options, and the steps from a tree of modules to its indexes.
 *
 * Main thread.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "lib/file.h"
#include "tools/depmod/depmod.h"
#include "tools/depmod/listing.h"
#include "tools/log.h"
#include "tools/tool.h"

#ifndef MODULE_DIRECTORY
#define MODULE_DIRECTORY "/lib/modules"
#endif

/* What the command line says. */
struct options {
	const char *basedir, *outdir, *module_dir;
	const char *symvers, *system_map;
	const char **config; /* NULL-terminated, or NULL */
	size_t nr_configs;
	bool all, quick, cache, no_cache;
};

enum {
	OPT_COMPAT = 256,
	OPT_MAP,
	OPT_THREADS,
	OPT_CACHE,
	OPT_NO_CACHE,
};

static const char short_options[] = "aAb:m:o:C:E:F:evnP:wuqrVh";

static const struct option long_options[] = {
	{"all", no_argument, NULL, 'a'},
	{"quick", no_argument, NULL, 'A'},
	{"basedir", required_argument, NULL, 'b'},
	{"moduledir", required_argument, NULL, 'm'},
	{"outdir", required_argument, NULL, 'o'},
	{"config", required_argument, NULL, 'C'},
	{"symvers", required_argument, NULL, 'E'},
	{"filesyms", required_argument, NULL, 'F'},
	{"errsyms", no_argument, NULL, 'e'},
	{"verbose", no_argument, NULL, 'v'},
	{"show", no_argument, NULL, 'n'},
	{"dry-run", no_argument, NULL, 'n'},
	{"symbol-prefix", required_argument, NULL, 'P'},
	{"warn", no_argument, NULL, 'w'},
	{"version", no_argument, NULL, 'V'},
	{"help", no_argument, NULL, 'h'},
	{"unresolved-error", no_argument, NULL, 'u'},
	{"quiet", no_argument, NULL, 'q'},
	{"root", no_argument, NULL, 'r'},
	{"map", no_argument, NULL, OPT_MAP},
	{"compat", required_argument, NULL, OPT_COMPAT},
	{"threads", required_argument, NULL, OPT_THREADS},
	{"cache", no_argument, NULL, OPT_CACHE},
	{"no-cache", no_argument, NULL, OPT_NO_CACHE},
	{NULL, 0, NULL, 0},
};

static void print_help(void)
{
	printf("Usage:\n"
	       "\t%s -[aA] [options] [forced_version]\n"
	       "\n"
	       "If no arguments (except options) are given, \"depmod -a\" is assumed\n"
	       "\n"
	       "depmod will output a dependency list suitable for the modprobe utility.\n"
	       "\n"
	       "Options:\n"
	       "\t-a, --all            Probe all modules\n"
	       "\t-A, --quick          Only does the work if there's a new module\n"
	       "\t-e, --errsyms        Report not supplied symbols\n"
	       "\t-n, --show           Write the dependency file on stdout only\n"
	       "\t-P, --symbol-prefix  Architecture symbol prefix\n"
	       "\t-C, --config=PATH    Read configuration from PATH\n"
	       "\t-v, --verbose        Enable verbose mode\n"
	       "\t-w, --warn           Warn on duplicates\n"
	       "\t-V, --version        show version\n"
	       "\t-h, --help           show this help\n"
	       "\n"
	       "The following options are useful for people managing distributions:\n"
	       "\t-b, --basedir=DIR    Use an image of a module tree.\n"
	       "\t-m, --moduledir=DIR  Module directory, below basedir\n"
	       "\t-o, --outdir=DIR     Output directory for generated files.\n"
	       "\t-F, --filesyms=FILE  Use the file instead of the\n"
	       "\t                     current kernel symbols.\n"
	       "\t-E, --symvers=FILE   Use Module.symvers file to check\n"
	       "\t                     symbol versions.\n"
	       "\t    --compat=VERSION Write files as that version of kmod does\n"
	       "\t    --cache          Keep what was read for the next run; the\n"
	       "\t                     default without -b, -m and -o\n"
	       "\t    --no-cache       Read all, and remove the cache\n"
	       "\t    --threads=N      How many files to read at a time\n",
	       log_program());
}

static unsigned int parse_number(const char *what, const char *text,
				 unsigned int least, unsigned int most)
{
	char *end;
	unsigned long number;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno || !*text || *end || number < least || number > most)
		log_fatal("%s takes a number from %u to %u, not '%s'\n", what,
			  least, most, text);
	return number;
}

static void add_config(struct options *options, const char *path)
{
	options->config = xrealloc(options->config,
				   (options->nr_configs + 2) * sizeof(char *));
	options->config[options->nr_configs++] = path;
	options->config[options->nr_configs] = NULL;
}

static char parse_prefix(const char *text)
{
	if (!text[0] || text[1])
		log_fatal("-P only takes a single char\n");
	return text[0];
}

/* An option with a value; false when it is another's. */
static bool take_value(int option, struct depmod *depmod,
		       struct options *options)
{
	switch (option) {
	case 'b':
		options->basedir = optarg;
		return true;
	case 'm':
		options->module_dir = optarg;
		return true;
	case 'o':
		options->outdir = optarg;
		return true;
	case 'C':
		add_config(options, optarg);
		return true;
	case 'E':
		options->symvers = optarg;
		depmod->check_versions = true;
		return true;
	case 'F':
		options->system_map = optarg;
		return true;
	case 'P':
		depmod->prefix = parse_prefix(optarg);
		return true;
	case OPT_COMPAT:
		depmod->compat = parse_number("--compat", optarg, 1, 99);
		return true;
	case OPT_THREADS:
		depmod->threads = parse_number("--threads", optarg, 1, 32);
		return true;
	default:
		return false;
	}
}

static bool take_flag(int option, struct depmod *depmod,
		      struct options *options)
{
	switch (option) {
	case 'a':
		options->all = true;
		return true;
	case 'A':
		options->quick = true;
		return true;
	case 'e':
		depmod->report_unknown = true;
		return true;
	case 'v':
		depmod->verbose = true;
		return true;
	case 'n':
		depmod->dry_run = true;
		return true;
	case 'w':
		depmod->warn_duplicates = true;
		return true;
	case OPT_CACHE:
		options->cache = true;
		return true;
	case OPT_NO_CACHE:
		options->no_cache = true;
		return true;
	default:
		return false;
	}
}

/* Options that once meant something.  @which: of the long ones, or 0. */
static bool is_of_old(int option, int which)
{
	if (option != OPT_MAP && !strchr("uqr", option))
		return false;
	if (which)
		log_warn("Ignored deprecated option --%s\n",
			 long_options[which].name);
	else
		log_warn("Ignored deprecated option -%c\n", option);
	return true;
}

/* -1: go on; otherwise the exit status. */
static int parse_options(int argc, char **argv, struct depmod *depmod,
			 struct options *options)
{
	int option, which = 0;

	while ((option = getopt_long(argc, argv, short_options, long_options,
				     &which)) != -1) {
		if (option == 'h') {
			print_help();
			return TOOL_OK;
		}
		if (option == 'V') {
			tool_print_version();
			return TOOL_OK;
		}
		if (!take_value(option, depmod, options) &&
		    !take_flag(option, depmod, options) &&
		    !is_of_old(option, which))
			return TOOL_FAILED;
		which = 0;
	}
	if (depmod->verbose)
		log_set_level(LOG_NOTICE);
	return -1;
}

/* ---- directories ---------------------------------------------------------------- */

static char *absolute(const char *path)
{
	char *cwd, *result;

	if (path[0] == '/')
		return str_printf("%s", path);
	cwd = getcwd(NULL, 0);
	if (!cwd)
		log_fatal("invalid image path %s: %s\n", path, strerror(errno));
	result = str_printf("%s/%s", cwd, path);
	free(cwd);
	return result;
}

/* Without the slashes at its end: paths are compared by their beginnings. */
static char *module_dir_of(const char *base, const char *module_dir,
			   const char *release)
{
	char *root = base ? absolute(base) : str_printf("%s", "");
	char *result;

	for (size_t len = strlen(root); len && root[len - 1] == '/';)
		root[--len] = '\0';
	module_dir += strspn(module_dir, "/");
	result = str_printf("%s/%.*s/%s", root,
			    (int)(strlen(module_dir) -
				  (module_dir[0] &&
				   module_dir[strlen(module_dir) - 1] == '/')),
			    module_dir, release);
	free(root);
	return result;
}

static bool is_release(const char *word)
{
	unsigned int major, minor;

	return sscanf(word, "%u.%u", &major, &minor) == 2;
}

static const char *running_release(void)
{
	static struct utsname name;

	if (uname(&name))
		log_fatal("uname() failed: %s\n", strerror(errno));
	return name.release;
}

static void set_directories(struct depmod *depmod,
			    const struct options *options)
{
	const char *module_dir = options->module_dir ? options->module_dir
						     : MODULE_DIRECTORY;
	int err;

	depmod->dirname =
		module_dir_of(options->basedir, module_dir, depmod->release);
	depmod->outdir = options->outdir
				 ? module_dir_of(options->outdir, module_dir,
						 depmod->release)
				 : depmod->dirname;
	if (!options->outdir || depmod->dry_run)
		return;
	err = file_make_dirs(depmod->outdir);
	if (err)
		log_fatal("could not create directory %s: %s\n", depmod->outdir,
			  strerror(-err));
}

/* ---- steps ------------------------------------------------------------------------- */

static void load_kernel_symbols(struct depmod *depmod,
				const struct options *options)
{
	const char *path = options->symvers ? options->symvers
					    : options->system_map;
	int err = 0;

	if (options->symvers)
		err = symbols_load_symvers(depmod, path);
	else if (options->system_map)
		err = symbols_load_map(depmod, path);
	else if (depmod->report_unknown) {
		log_warn("-e needs -E or -F\n");
		depmod->report_unknown = false;
	}
	if (err)
		log_fatal("could not load %s: %s\n", path, strerror(-err));
}

static void find_modules(struct depmod *depmod, const struct options *options,
			 char **files)
{
	int err;

	if (*files && !options->all) {
		for (; *files; files++)
			scan_file(depmod, *files);
		return;
	}
	config_load(&depmod->config, (const char *const *)options->config,
		    depmod->dirname, depmod->release);
	err = scan_all(depmod);
	if (err)
		log_fatal("could not search modules: %s\n", strerror(-err));
}

/* Whether files beside the indexes are wanted, for the next run. */
static bool may_keep(const struct options *options)
{
	if (options->no_cache)
		return false;
	return options->cache ||
	       !(options->basedir || options->outdir || options->module_dir);
}

static int make_indexes(struct depmod *depmod, const struct options *options,
			char **files)
{
	bool cache = may_keep(options) && !*files;

	depmod->started = time(NULL);
	load_kernel_symbols(depmod, options);
	find_modules(depmod, options, files);
	modules_sort(depmod);
	if (cache)
		cache_load(depmod);
	read_all(depmod);
	symbols_collect(depmod);
	if (graph_make(depmod) || output_all(depmod))
		return TOOL_FAILED;
	if (cache && !depmod->dry_run) {
		cache_save(depmod);
		current_save(depmod);
	}
	if (options->no_cache && !depmod->dry_run) {
		cache_remove(depmod);
		listing_remove(depmod);
	}
	return TOOL_OK;
}

int depmod_main(int argc, char **argv)
{
	struct depmod depmod = {.compat = COMPAT_NEWEST};
	struct options options = {0};
	int status;

	status = parse_options(argc, argv, &depmod, &options);
	if (status >= 0)
		return status;
	argv += optind;
	if (*argv && !is_release(*argv)) {
		log_err("Bad version passed %s\n", *argv);
		return TOOL_FAILED;
	}
	depmod.release = *argv ? *argv++ : running_release();
	set_directories(&depmod, &options);
	if (options.quick &&
	    (depmod.dry_run || is_current(&depmod, may_keep(&options))))
		return TOOL_OK;
	if (options.quick)
		options.all = true;
	return make_indexes(&depmod, &options, argv);
}
