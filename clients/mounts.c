// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/PID/mounts and mountinfo, as proc_pid_mounts(5) has them: the host's
 * lines, and those of what is mounted in the instance.
 *
 * A program gets them as they are when it opens the file.  Locked.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "clients/internal.h"
#include "clients/rules.h"

/* Numbers of the instance's mounts, in mountinfo, begin behind the host's. */
#define FIRST_ID 1000000

enum table {
	TABLE_NONE,
	TABLE_MOUNTS,
	TABLE_MOUNTINFO,
};

/* Behind "/proc/PID", "/proc/PID/task/TID" or "/proc". */
static enum table table_of(const char *path)
{
	const char *name = strrchr(path, '/');

	if (strncmp(path, "/proc/", 6) || !isdigit((unsigned char)path[6]))
		return TABLE_NONE;
	if (!strcmp(name, "/mounts"))
		return TABLE_MOUNTS;
	return strcmp(name, "/mountinfo") ? TABLE_NONE : TABLE_MOUNTINFO;
}

bool is_mounts(const char *path)
{
	return path_has_trees() && table_of(path) != TABLE_NONE;
}

/* Field @nr of the line, from 0, with \ooo undone. */
static void get_field(const char *line, unsigned int nr, char *to)
{
	while (nr-- && (line = strchr(line, ' ')))
		line++;
	while (line && *line && *line != ' ') {
		if (*line == '\\' && isdigit((unsigned char)line[1])) {
			*to++ = strtol((char[]){line[1], line[2], line[3], 0},
				       NULL, 8);
			line += 4;
		} else {
			*to++ = *line++;
		}
	}
	*to = 0;
}

static void put_line(FILE *to, enum table table, const char *line, int parent)
{
	int id, own_parent, n;

	if (table == TABLE_MOUNTINFO &&
	    sscanf(line, "%d %d %n", &id, &own_parent, &n) == 2)
		fprintf(to, "%d %d %s", FIRST_ID + id, parent, line + n);
	else
		fputs(line, to);
}

static FILE *reading(int fd)
{
	int copy = dup(fd);
	FILE *f = copy < 0 ? NULL : fdopen(copy, "r");

	if (!f && copy >= 0)
		close(copy);
	if (f)
		rewind(f);
	return f;
}

/* The number of the host's mount at "/". */
static int copy_host(FILE *to, FILE *from, enum table table)
{
	char line[2 * PATH_SIZE], at[2 * PATH_SIZE];
	int root = 0;

	while (fgets(line, sizeof(line), from)) {
		fputs(line, to);
		get_field(line, 4, at);
		if (table == TABLE_MOUNTINFO && !strcmp(at, "/"))
			root = atoi(line);
	}
	return root;
}

static void copy_instance(FILE *to, FILE *from, enum table table, int root)
{
	char line[2 * PATH_SIZE], at[2 * PATH_SIZE];

	while (fgets(line, sizeof(line), from)) {
		get_field(line, table == TABLE_MOUNTS ? 1 : 4, at);
		if (path_is_tree(at))
			put_line(to, table, line, root);
	}
}

/* @fd: the instance's; the program gets both, as one file to be read. */
static int merge(const struct request *r, const char *path)
{
	enum table table = table_of(path);
	FILE *host = fopen(path, "re"), *own = reading(r->fd), *to = NULL;
	int fd = memfd_create("mounts", MFD_CLOEXEC), result = -EIO;

	if (fd >= 0)
		to = fdopen(fd, "w");
	if (host && own && to) {
		copy_instance(to, own, table, copy_host(to, host, table));
		fflush(to);
		result = file_reopen(fd, O_RDONLY);
	}
	if (host)
		fclose(host);
	if (own)
		fclose(own);
	if (to)
		fclose(to);
	return result;
}

static void fetched(struct request *r, int err)
{
	int fd = err ? err : merge(r, r->scratch + 3 * PATH_SIZE);

	if (fd < 0)
		request_answer(r, fd);
	else
		request_answer_fd(r, fd, r->cloexec);
}

void call_open_mounts(struct request *r, bool cloexec)
{
	strcpy(r->scratch + 3 * PATH_SIZE, r->scratch);
	r->cloexec = cloexec;
	strcpy(r->scratch, table_of(r->scratch) == TABLE_MOUNTS
				   ? "/proc/thread-self/mounts"
				   : "/proc/thread-self/mountinfo");
	fetch(r, fetched);
}
