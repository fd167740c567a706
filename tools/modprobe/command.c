// SPDX-License-Identifier: GPL-2.0-only
/*
 * Install and remove commands of the configuration, run by a shell.  One
 * thread; blocks until the command has ended.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "lib/strbuf.h"
#include "tools/modprobe/modprobe.h"

char *modprobe_expand_command(const char *command, const char *options)
{
	static const char variable[] = "$CMDLINE_OPTS";
	struct strbuf text = STRBUF_INIT;
	const char *at;

	strbuf_puts(&text, "");
	while ((at = strstr(command, variable))) {
		strbuf_add(&text, command, at - command);
		strbuf_puts(&text, options);
		command = at + sizeof(variable) - 1;
	}
	strbuf_puts(&text, command);
	return text.text;
}

int modprobe_run_command(const char *command, const char *module,
			 char **failure)
{
	int status;

	setenv("MODPROBE_MODULE", module, 1);
	status = system(command);
	unsetenv("MODPROBE_MODULE");
	if (!status)
		return 0;
	*failure = status == -1 ? str_printf("%s", strerror(errno))
				: str_printf("retcode %d",
					     WIFEXITED(status)
						     ? WEXITSTATUS(status)
						     : 128 + WTERMSIG(status));
	return -EINVAL;
}
