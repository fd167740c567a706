// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module's information as text, in the form that modinfo has had ever since.
 *
 * Main thread.
 */
#include "tools/modinfo/show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/log.h"
#include "tools/modinfo/info.h"

/* Where values begin. */
#define COLUMN 16

/* Bytes in a row of hexadecimal digits. */
#define ROW 20

static void put(const char *text, size_t size)
{
	fwrite_unlocked(text, 1, size, stdout);
}

static void put_key(const char *key, size_t size)
{
	static const char blanks[COLUMN] = "                ";

	put(key, size);
	putc_unlocked(':', stdout);
	if (size + 1 < COLUMN)
		put(blanks, COLUMN - size - 1);
}

/* A line of which only the value stands if a field was asked for. */
static void show_line(const struct show_how *how, const char *key,
		      size_t key_size, const char *value, size_t size)
{
	if (!how->field && how->separator) {
		put_key(key, key_size);
	} else if (!how->field) {
		put(key, key_size);
		putc_unlocked('=', stdout);
	} else if (strncmp(how->field, key, key_size) || how->field[key_size]) {
		return;
	}
	put(value, size);
	putc_unlocked(how->separator, stdout);
}

static void show_string(const struct show_how *how, const char *key,
			const char *value, size_t size)
{
	show_line(how, key, strlen(key), value, size);
}

static void show_hex(const struct show_how *how, const char *key,
		     const unsigned char *data, size_t size)
{
	static const char digits[] = "0123456789ABCDEF";
	/* two digits and a colon, and a line break for each row */
	char *text = malloc(size * 3 + size / ROW * 3 + 1), *end = text;

	if (!text)
		log_fatal("out of memory\n");
	for (size_t i = 0; i < size; i++) {
		if (i)
			*end++ = ':';
		if (i && i % ROW == 0)
			end = mempcpy(end, "\n\t\t", 3);
		*end++ = digits[data[i] >> 4];
		*end++ = digits[data[i] & 15];
	}
	show_string(how, key, text, end - text);
	free(text);
}

static void show_signature(const struct show_how *how,
			   const struct signature *sig)
{
	show_string(how, "sig_id", sig->id, strlen(sig->id));
	show_string(how, "signer", (const char *)sig->signer.data,
		    sig->signer.size);
	show_hex(how, "sig_key", sig->key.data, sig->key.size);
	show_string(how, "sig_hashalgo", sig->hash, strlen(sig->hash));
	show_hex(how, "signature", sig->data.data, sig->data.size);
}

static void bad_parm(const struct info_line *line)
{
	log_err("Found invalid \"%.*s=%s\": missing ':'\n", (int)line->key_size,
		line->key, line->value);
}

static void show_parm(const struct show_how *how, const struct info_parm *parm)
{
	if (!how->field)
		put_key("parm", strlen("parm"));
	put(parm->name, parm->name_size);
	putc_unlocked(':', stdout);
	if (parm->text)
		put(parm->text, strlen(parm->text));
	if (parm->type && (parm->text || how->field))
		printf(" (%s)", parm->type);
	else if (parm->type)
		put(parm->type, strlen(parm->type));
	putc_unlocked(how->separator, stdout);
}

/* The last one that was named comes first. */
static void show_parms(const struct info *info, const struct show_how *how)
{
	struct info_parm *parms;
	size_t n;

	info_parms(info, &parms, &n, bad_parm);
	while (n)
		show_parm(how, &parms[--n]);
	free(parms);
}

void show_text_head(const struct info *info, const struct show_how *how)
{
	const char *path = info->path ? info->path : "(builtin)";
	bool is_name = how->field && !strcmp(how->field, "name");

	if (!info->path && (!how->field || is_name)) {
		if (!how->field)
			put_key("name", strlen("name"));
		put(info->name, strlen(info->name));
		putc_unlocked(how->separator, stdout);
	}
	if (how->field && strcmp(how->field, "filename"))
		return;
	if (!how->field)
		put_key("filename", strlen("filename"));
	put(path, strlen(path));
	putc_unlocked(how->separator, stdout);
}

void show_text(const struct info *info, const struct show_how *how)
{
	bool is_parm = how->field && !strcmp(how->field, "parm");

	if (is_parm) {
		show_parms(info, how);
		return;
	}
	for (size_t i = 0; i < info->nr_lines; i++) {
		const struct info_line *line = &info->line[i];

		if (!how->field && (info_key_is(line, "parm") ||
				    info_key_is(line, "parmtype")))
			continue;
		show_line(how, line->key, line->key_size, line->value,
			  line->value_size);
	}
	if (info->build_id)
		show_hex(how, "build-id", info->build_id, info->build_id_size);
	if (info->is_signed)
		show_signature(how, &info->signature);
	if (!how->field)
		show_parms(info, how);
}
