// SPDX-License-Identifier: GPL-2.0-only
/*
 * insmod: loads one module from its file.  One thread; blocks as long as the
 * module's init function does.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/strbuf.h"
#include "tools/kernel.h"
#include "tools/log.h"
#include "tools/tool.h"

static void usage(void)
{
	printf("Usage: %s [OPTION]... FILE [PARAMETER=VALUE]...\n\n"
	       "Loads the module in FILE; modprobe also loads what it needs.\n\n"
	       "  -f, --force              whatever kernel it was built for\n"
	       "      --force-modversion   whatever versions its symbols have\n"
	       "      --force-vermagic     whatever kernel release it names\n"
	       "  -s, --syslog             messages go to the system's log\n"
	       "  -v, --verbose            more messages\n"
	       "  -V, --version            show the version\n"
	       "  -h, --help               show this text\n",
	       log_program());
}

/* The kernel's errors mean something else here than their usual names say. */
static const char *reason(int err)
{
	switch (err) {
	case -ENOEXEC:
		return "Invalid module format";
	case -ENOENT:
		return "Unknown symbol in module";
	case -ESRCH:
		return "Module has wrong symbol version";
	case -EINVAL:
		return "Invalid parameters";
	default:
		return strerror(-err);
	}
}

static int insert(const char *path, char *const words[], unsigned int flags)
{
	struct strbuf params = STRBUF_INIT;
	struct stat st;
	int err;

	if (stat(path, &st)) {
		log_err("could not load module %s: %s\n", path,
			strerror(errno));
		return TOOL_FAILED;
	}
	strbuf_puts(&params, "");
	for (; *words; words++)
		strbuf_printf(&params, "%s%s", params.len ? " " : "", *words);
	err = kernel_insert(path, params.text, flags);
	strbuf_free(&params);
	if (!err)
		return TOOL_OK;
	log_err("could not insert module %s: %s\n", path, reason(err));
	return TOOL_FAILED;
}

int insmod_main(int argc, char **argv)
{
	static const struct option options[] = {
		{"force", no_argument, NULL, 'f'},
		{"force-modversion", no_argument, NULL, 'm'},
		{"force-vermagic", no_argument, NULL, 'g'},
		{"syslog", no_argument, NULL, 's'},
		{"verbose", no_argument, NULL, 'v'},
		{"version", no_argument, NULL, 'V'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	unsigned int flags = 0;
	int c, status;

	while ((c = getopt_long(argc, argv, "fpsvVh", options, NULL)) != -1) {
		switch (c) {
		case 'f':
			flags |= INSERT_ANY_VERSIONS | INSERT_ANY_VERMAGIC;
			break;
		case 'm':
			flags |= INSERT_ANY_VERSIONS;
			break;
		case 'g':
			flags |= INSERT_ANY_VERMAGIC;
			break;
		case 'p':
			break; /* of old, and means nothing */
		default:
			status = tool_take_option(c, usage);
			if (status >= 0)
				return status;
		}
	}
	if (optind == argc) {
		log_err("missing filename.\n");
		return TOOL_FAILED;
	}
	if (!strcmp(argv[optind], "-")) {
		log_err("this tool does not support loading from stdin!\n");
		return TOOL_FAILED;
	}
	return insert(argv[optind], argv + optind + 1, flags);
}
