// SPDX-License-Identifier: GPL-2.0-only
/*
 * boxctl: does requests of /dev/box.
 *
 *   boxctl                   show what is there
 *   boxctl weight NUMBER     boxctl label TEXT     boxctl empty
 *   boxctl wrong             requests that must be refused
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "box.h"

static int box;

static int report(const char *what, int ret)
{
	if (ret < 0)
		printf("%s: %s\n", what, strerror(errno));
	else
		printf("%s: done\n", what);
	return ret < 0;
}

static int show(void)
{
	char label[BOX_LABEL_MAX];
	struct box_state state;

	if (ioctl(box, BOX_GET_STATE, &state) ||
	    ioctl(box, BOX_GET_LABEL, label))
		return report("show", -1);
	printf("%s: weight %u, changed %u times\n", label, state.weight,
	       state.changes);
	return 0;
}

static int wrong(void)
{
	char endless[2 * BOX_LABEL_MAX];

	memset(endless, 'x', sizeof(endless));
	report("unknown request", ioctl(box, _IO(BOX_MAGIC, 99)));
	report("too heavy", ioctl(box, BOX_SET_WEIGHT, 1001ul));
	report("pointer to nowhere", ioctl(box, BOX_GET_STATE, NULL));
	report("text from nowhere", ioctl(box, BOX_SET_LABEL, 1ul));
	report("endless text", ioctl(box, BOX_SET_LABEL, endless));
	return 0;
}

int main(int argc, char **argv)
{
	box = open("/dev/box", O_RDWR);
	if (box < 0) {
		perror("/dev/box");
		return 1;
	}
	if (argc == 1)
		return show();
	if (argc == 2 && !strcmp(argv[1], "empty"))
		return report("empty", ioctl(box, BOX_EMPTY));
	if (argc == 2 && !strcmp(argv[1], "wrong"))
		return wrong();
	if (argc == 3 && !strcmp(argv[1], "weight"))
		return report("weight", ioctl(box, BOX_SET_WEIGHT,
					      strtoul(argv[2], NULL, 0)));
	if (argc == 3 && !strcmp(argv[1], "label"))
		return report("label", ioctl(box, BOX_SET_LABEL, argv[2]));
	fprintf(stderr,
		"usage: boxctl [weight NUMBER|label TEXT|empty|wrong]\n");
	return 2;
}
