// SPDX-License-Identifier: GPL-2.0-only
/*
 * The instance's own mappings, as the host lists them.
 *
 * Runs in the instance's process, in its jail: the list was opened before, or by
 * the process that started the instance.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <ring3/sanitizers.h>
#include "machine/internal.h"

#define MAPS_SIZE    (2ul << 20)
#define MAX_MAPPINGS 16384

/* Not what clients' supervisor has there. */
static bool is_ours(unsigned long va)
{
	if (va >= RING3_SCRATCH && va < RING3_SCRATCH_END)
		return false;
	return (va >= LAYOUT_LOW && va < LAYOUT_LOW_END) ||
	       (va >= LAYOUT_PAGE_ARRAY && va < LAYOUT_HOST);
}

static bool is_shadow(unsigned long va)
{
	return va >= RING3_SHADOW_OFFSET &&
	       va < RING3_SHADOW_OFFSET + RING3_SHADOWED / 8;
}

/* A line of proc(5), /proc/PID/maps. */
static bool parse(const char *line, struct mapping *m)
{
	char rights[5];

	if (sscanf(line, "%lx-%lx %4s %lx", &m->start, &m->end, rights,
		   &m->offset) != 4)
		return false;
	m->prot = (rights[0] == 'r' ? PROT_READ : 0) |
		  (rights[1] == 'w' ? PROT_WRITE : 0) |
		  (rights[2] == 'x' ? PROT_EXEC : 0);
	m->is_shared = rights[3] == 's';
	m->is_view = strstr(line, "/memfd:ring3-ram");
	m->is_shadow = is_shadow(m->start);
	return m->is_shadow || is_ours(m->start);
}

static void read_all(int fd, char *text)
{
	size_t n = 0;
	ssize_t got;

	while ((got = read(fd, text + n, MAPS_SIZE - 1 - n)) > 0)
		n += got;
}

/* The process does not outlive its use; what it is given is not freed. */
long maps_read(int fd, struct mapping **result)
{
	char *text = memory_allocate(MAPS_SIZE), *line, *next;
	struct mapping *m = memory_allocate(MAX_MAPPINGS * sizeof(*m));
	long n = 0;

	if (!text || !m)
		return -ENOMEM;
	read_all(fd, text);
	for (line = text; *line && n < MAX_MAPPINGS; line = next) {
		next = strchr(line, '\n');
		if (!next)
			break;
		*next++ = 0;
		n += parse(line, &m[n]);
	}
	munmap(text, MAPS_SIZE);
	*result = m;
	return n;
}
