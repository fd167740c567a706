// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scripts of file operations: from text to what the kernel half runs.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <ring3/script.h>
#include "cli/script.h"
#include "lib/file.h"

#define WORD_MAX 4096

struct parser {
	const char *path;
	struct strbuf *error;
	unsigned int line, task;
	char *names[RING3_SCRIPT_FILES]; /* of files */
	struct strbuf ops, data;
	unsigned int nr_ops;
};

static int wrong(struct parser *p, const char *what, const char *word)
{
	strbuf_printf(p->error, "%s:%u: %s%s%s", p->path, p->line, what,
		      word ? ": " : "", word ? word : "");
	return -EINVAL;
}

/* ---- words ---- */

static char *next_word(char **text)
{
	char *word = *text + strspn(*text, " \t");
	size_t n = strcspn(word, " \t");

	if (!n)
		return NULL;
	*text = word + n + (word[n] != 0);
	word[n] = 0;
	return word;
}

static int number_of(struct parser *p, const char *word, unsigned long *value)
{
	char *end;

	if (!word)
		return wrong(p, "a number is missing", NULL);
	*value = strtoul(word, &end, 0);
	return *end || end == word ? wrong(p, "no number", word) : 0;
}

/* The number of the file called @name; with @add, a new one. */
static int file_of(struct parser *p, const char *name, bool add,
		   unsigned int *file)
{
	unsigned int i;

	if (!name)
		return wrong(p, "the name of a file is missing", NULL);
	for (i = 0; i < RING3_SCRIPT_FILES; i++) {
		if (!p->names[i] && !add)
			break;
		if (!p->names[i])
			p->names[i] = strdup(name);
		if (!strcmp(p->names[i], name)) {
			*file = i;
			return 0;
		}
	}
	return wrong(p, add ? "too many files" : "no file was opened as", name);
}

static int hex_digit(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : (c | 32) - 'a' + 10;
}

/* One character of a string, which may be escaped; what follows it. */
static const char *unescape(const char *s, char *c)
{
	if (*s != '\\' || !s[1]) {
		*c = *s;
		return s + 1;
	}
	if (s[1] == 'x' && isxdigit((unsigned char)s[2]) &&
	    isxdigit((unsigned char)s[3])) {
		*c = hex_digit(s[2]) * 16 + hex_digit(s[3]);
		return s + 4;
	}
	*c = s[1] == 'n' ? '\n' : s[1] == 't' ? '\t' : s[1] == '0' ? 0 : s[1];
	return s + 2;
}

/* ---- operations ---- */

static void add_data(struct parser *p, struct ring3_op *op, const void *data,
		     size_t n)
{
	op->offset = p->data.len; /* from its start, until all is there */
	op->size = n;
	strbuf_add(&p->data, data, n);
}

/* "text", @ or @BYTES. */
static int parse_data(struct parser *p, char *text, struct ring3_op *op)
{
	unsigned long bytes = 0;
	char *out, *end;
	const char *s;

	text += strspn(text, " \t");
	if (*text == '@') {
		op->flags |= RING3_OP_INPUT;
		bytes = strtoul(text + 1, &end, 0);
		op->size = bytes;
		return *end ? wrong(p, "no number of bytes", text + 1) : 0;
	}
	if (*text != '"')
		return wrong(p, "data is \"text\" or @, not", text);
	out = malloc(strlen(text) + 1);
	for (s = text + 1; *s && *s != '"'; bytes++)
		s = unescape(s, &out[bytes]);
	op->flags |= RING3_OP_DATA;
	if (*s && bytes <= RING3_SCRIPT_BUFFER)
		add_data(p, op, out, bytes);
	free(out);
	return *s ? 0 : wrong(p, "no \" at the end", NULL);
}

static int parse_open(struct parser *p, char *text, struct ring3_op *op)
{
	static const struct {
		char c;
		int flag;
	} letters[] = {{'c', O_CREAT}, {'t', O_TRUNC}, {'n', O_NONBLOCK}};
	const char *name = next_word(&text), *path = next_word(&text);
	const char *flags = next_word(&text);
	bool reads, writes;
	size_t i;

	if (!path)
		return wrong(p, "open NAME PATH [FLAGS]", NULL);
	flags = flags ? flags : "rw";
	reads = strchr(flags, 'r');
	writes = strchr(flags, 'w');
	op->a = reads && writes ? O_RDWR : writes ? O_WRONLY : O_RDONLY;
	for (i = 0; i < sizeof(letters) / sizeof(*letters); i++)
		if (strchr(flags, letters[i].c))
			op->a |= letters[i].flag;
	add_data(p, op, path, strlen(path) + 1);
	return file_of(p, name, true, &op->file);
}

static int parse_ioctl(struct parser *p, char *text, struct ring3_op *op)
{
	int err = file_of(p, next_word(&text), false, &op->file);
	char *request = next_word(&text);

	if (err)
		return err;
	if (request && !strcmp(request, "@"))
		op->flags |= RING3_OP_INPUT_REQUEST;
	else
		err = number_of(p, request, &op->a);
	text += strspn(text, " \t");
	if (err || !*text)
		return err;
	if (isdigit((unsigned char)*text))
		return number_of(p, next_word(&text), &op->b);
	return parse_data(p, text, op);
}

static int parse_one(struct parser *p, const char *verb, char *text,
		     struct ring3_op *op)
{
	static const struct {
		const char *verb;
		enum ring3_op_kind kind;
	} verbs[] = {
		{"open", RING3_OP_OPEN},   {"read", RING3_OP_READ},
		{"write", RING3_OP_WRITE}, {"ioctl", RING3_OP_IOCTL},
		{"seek", RING3_OP_SEEK},   {"close", RING3_OP_CLOSE},
		{"sleep", RING3_OP_SLEEP},
	};
	size_t i, n = sizeof(verbs) / sizeof(*verbs);
	int err;

	for (i = 0; i < n && strcmp(verbs[i].verb, verb); i++)
		;
	if (i == n)
		return wrong(p, "no such operation", verb);
	op->kind = verbs[i].kind;
	switch (op->kind) {
	case RING3_OP_OPEN:
		return parse_open(p, text, op);
	case RING3_OP_IOCTL:
		return parse_ioctl(p, text, op);
	case RING3_OP_SLEEP:
		return number_of(p, next_word(&text), &op->a);
	}
	err = file_of(p, next_word(&text), false, &op->file);
	if (err || op->kind == RING3_OP_CLOSE)
		return err;
	return op->kind == RING3_OP_WRITE
		       ? parse_data(p, text, op)
		       : number_of(p, next_word(&text), &op->a);
}

static int parse_line(struct parser *p, char *text)
{
	struct ring3_op op = {.line = p->line};
	char *verb = next_word(&text);
	int err;

	if (!verb || *verb == '#')
		return 0;
	if (!strcmp(verb, "task")) {
		if (p->task >= RING3_SCRIPT_TASKS)
			return wrong(p, "too many tasks", NULL);
		p->task++;
		return 0;
	}
	if (!strcmp(verb, "join")) {
		p->task = RING3_SCRIPT_LAST;
		return 0;
	}
	op.task = p->task;
	err = parse_one(p, verb, text, &op);
	if (!err) {
		strbuf_add(&p->ops, &op, sizeof(op));
		p->nr_ops++;
	}
	return err;
}

static int parse(struct parser *p, char *text)
{
	char *line, *rest = text;
	int err = 0;

	while (!err && (line = strsep(&rest, "\n"))) {
		p->line++;
		err = parse_line(p, line);
	}
	if (!err && !p->nr_ops)
		err = wrong(p, "there is nothing in it", NULL);
	return err;
}

/* ---- the result ---- */

static int write_script(struct parser *p, int fd, size_t *size)
{
	struct ring3_script head = {RING3_SCRIPT_MAGIC, p->nr_ops};
	struct ring3_op *op = (struct ring3_op *)p->ops.text;
	unsigned int i;
	int err;

	for (i = 0; i < p->nr_ops; i++)
		if (op[i].flags & RING3_OP_DATA || op[i].kind == RING3_OP_OPEN)
			op[i].offset += sizeof(head) + p->ops.len;
	*size = sizeof(head) + p->ops.len + p->data.len;
	err = file_write_all(fd, &head, sizeof(head));
	if (!err)
		err = file_write_all(fd, p->ops.text, p->ops.len);
	if (!err && p->data.len)
		err = file_write_all(fd, p->data.text, p->data.len);
	return err;
}

static int make_image(struct parser *p, struct module_image *image)
{
	int err;

	image->fd = memfd_create("script", MFD_CLOEXEC);
	if (image->fd < 0)
		return -errno;
	image->name = strdup("script");
	image->args = strdup("");
	err = write_script(p, image->fd, &image->size);
	if (err)
		close(image->fd);
	return err;
}

int script_open(const char *path, struct module_image *image,
		struct strbuf *error)
{
	struct parser p = {.path = path, .error = error};
	size_t size;
	void *data;
	char *text;
	int i, err = file_read(path, &data, &size);

	if (err) {
		strbuf_printf(error, "%s: %s", path, strerror(-err));
		return err;
	}
	text = strndup(data, size);
	free(data);
	err = parse(&p, text);
	if (!err)
		err = make_image(&p, image);
	for (i = 0; i < RING3_SCRIPT_FILES; i++)
		free(p.names[i]);
	strbuf_free(&p.ops);
	strbuf_free(&p.data);
	free(text);
	return err;
}
