// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines of modules that ran: gcov's files are gathered in a folder of ours, and
 * what gcov(1) prints of each becomes a record for lcov.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "cli/coverage_lines.h"
#include "lib/file.h"
#include "lib/strbuf.h"

#define FILES_MAX 1000

struct line_file {
	char *path; /* as the compiler called it: ".../x.gcda" */
	struct strbuf content;
};

struct coverage_lines {
	struct line_file file[FILES_MAX];
	int n;
};

struct coverage_lines *coverage_lines_open(void)
{
	return calloc(1, sizeof(struct coverage_lines));
}

void coverage_lines_close(struct coverage_lines *lines)
{
	if (!lines)
		return;
	while (lines->n) {
		struct line_file *file = &lines->file[--lines->n];

		free(file->path);
		strbuf_free(&file->content);
	}
	free(lines);
}

void coverage_lines_add(struct coverage_lines *lines, const char *path,
			const void *data, size_t n)
{
	int i;

	for (i = 0; i < lines->n; i++)
		if (!strcmp(lines->file[i].path, path))
			break;
	if (i == FILES_MAX)
		return;
	if (i == lines->n)
		lines->file[lines->n++].path = strdup(path);
	strbuf_add(&lines->file[i].content, data, n);
}

/* gcov's line "  count:  number:text"; @text is where its text begins. */
static const char *split(char *line, char **count, char **number)
{
	char *colon = strchr(line, ':'), *second;

	second = colon ? strchr(colon + 1, ':') : NULL;
	if (!second)
		return NULL;
	*colon = *second = 0;
	*count = line + strspn(line, " ");
	*number = colon + 1 + strspn(colon + 1, " ");
	return second + 1;
}

/* "-": no code; "#####" and "=====": never ran; a number may have a '*'. */
static void write_line(const char *count, const char *number, FILE *out)
{
	if (*count == '-')
		return;
	fprintf(out, "DA:%s,%lu\n", number, strtoul(count, NULL, 10));
}

/* @in: all that gcov prints, one source after the other. */
static void convert(FILE *in, FILE *out)
{
	char *line = NULL, *count, *number;
	bool open = false;
	size_t size = 0;

	while (getline(&line, &size, in) > 0) {
		const char *text = split(line, &count, &number);

		if (!text)
			continue;
		if (strcmp(number, "0")) {
			write_line(count, number, out);
		} else if (!strncmp(text, "Source:", 7)) {
			if (open)
				fputs("end_of_record\n", out);
			fprintf(out, "TN:\nSF:%.*s\n",
				(int)strcspn(text + 7, "\n"), text + 7);
			open = true;
		}
	}
	if (open)
		fputs("end_of_record\n", out);
	free(line);
}

static int run_gcov(const char *file, FILE *out)
{
	int pipe_fd[2], status;
	FILE *in;
	pid_t pid;

	if (pipe(pipe_fd))
		return -errno;
	pid = fork();
	if (!pid) {
		dup2(pipe_fd[1], STDOUT_FILENO);
		close(pipe_fd[0]);
		close(pipe_fd[1]);
		execlp("gcov", "gcov", "-t", file, NULL);
		fprintf(stderr, "ring3: cannot run gcov: %s\n",
			strerror(errno));
		_exit(127);
	}
	close(pipe_fd[1]);
	in = pid < 0 ? NULL : fdopen(pipe_fd[0], "r");
	if (!in) {
		close(pipe_fd[0]);
		return -errno;
	}
	convert(in, out);
	fclose(in);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status ? -EIO : 0;
}

/* The compiler's notes lie beside: ".../x.gcno". */
static char *notes_of(const char *path)
{
	size_t n = strlen(path);

	return n > 5 && !strcmp(path + n - 5, ".gcda")
		       ? str_printf("%.*s.gcno", (int)n - 5, path)
		       : NULL;
}

static int write_one(const struct line_file *file, const char *folder,
		     FILE *out)
{
	char *data = str_printf("%s/file.gcda", folder);
	char *notes = str_printf("%s/file.gcno", folder);
	char *from = notes_of(file->path);
	int err = from ? 0 : -EINVAL;

	unlink(notes);
	if (!err)
		err = access(from, R_OK) || symlink(from, notes) ? -errno : 0;
	if (!err)
		err = file_replace(data, file->content.text, file->content.len,
				   0644);
	if (!err)
		err = run_gcov(data, out);
	if (err)
		fprintf(stderr, "ring3: no lines of %s: %s\n",
			from ? from : file->path, strerror(-err));
	free(from);
	free(notes);
	free(data);
	return err;
}

int coverage_lines_write(struct coverage_lines *lines, FILE *out)
{
	const char *tmp = getenv("TMPDIR");
	char *folder;
	int i, err = 0;

	if (!lines->n)
		return 0;
	folder = str_printf("%s/ring3-gcov-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(folder)) {
		err = -errno;
		free(folder);
		return err;
	}
	for (i = 0; i < lines->n && !err; i++)
		err = write_one(&lines->file[i], folder, out);
	file_remove_tree(folder);
	free(folder);
	return err;
}
