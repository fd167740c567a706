// SPDX-License-Identifier: GPL-2.0-only
/*
 * look: maps the page of /dev/shared-page, writes into it, kicks the module,
 * and sees what the module wrote.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "shared-page.h"

static void die(const char *what)
{
	perror(what);
	exit(1);
}

int main(void)
{
	int fd = open("/dev/shared-page", O_RDWR);
	struct shared_page *page;

	if (fd < 0)
		die("/dev/shared-page");
	page = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		    0);
	if (page == MAP_FAILED)
		die("mmap");
	strcpy(page->text, "written by a program");
	printf("before: %u\n", page->kicks);
	if (write(fd, "", 1) != 1)
		die("write");
	printf("after: %u\n", page->kicks);

	/* Two pages are more than there is. */
	if (mmap(NULL, 8192, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED)
		perror("two pages");
	return 0;
}
