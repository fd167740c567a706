// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module's information as JSON.  Keys that a module may have several times
 * are always arrays, so that the type of a value never depends on the module.
 *
 * Main thread.
 */
#include "tools/modinfo/show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/modinfo/check.h"
#include "tools/modinfo/info.h"

static const char *const single_keys[] = {
	"license", "description", "version", "srcversion", "vermagic",
};

static const char *const array_keys[] = {
	"author", "alias", "softdep", "weakdep", "firmware", "import_ns",
};

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(*(a)))

/* How many bytes the UTF-8 character at @p has; 0: it is none. */
static size_t utf8_size(const unsigned char *p, size_t left)
{
	size_t size = *p < 0xc2 ? 0 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;

	if (*p > 0xf4 || !size || size > left)
		return 0;
	for (size_t i = 1; i < size; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	/* too long for what it says, surrogates, beyond the last character */
	if ((*p == 0xe0 && p[1] < 0xa0) || (*p == 0xed && p[1] > 0x9f) ||
	    (*p == 0xf0 && p[1] < 0x90) || (*p == 0xf4 && p[1] > 0x8f))
		return 0;
	return size;
}

static void put_ascii(unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		printf("\\%c", c);
		break;
	case '\n':
		printf("\\n");
		break;
	case '\t':
		printf("\\t");
		break;
	default:
		if (c < 0x20 || c >= 0x7f)
			printf("\\u%04x", c);
		else
			putchar_unlocked(c);
	}
}

/* A byte that is no character stands for that of Latin-1. */
static void put_string(const char *text, size_t left)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t size;

	putchar_unlocked('"');
	for (; left; p += size, left -= size) {
		size = utf8_size(p, left);
		if (size)
			fwrite_unlocked(p, 1, size, stdout);
		else
			put_ascii(*p);
		size += !size;
	}
	putchar_unlocked('"');
}

static void put_text(const char *text)
{
	put_string(text, strlen(text));
}

/* Of an object's later members. */
static void put_member(const char *key)
{
	printf(",\n    ");
	put_text(key);
	printf(": ");
}

static void put_hex(const unsigned char *data, size_t size)
{
	putchar_unlocked('"');
	for (size_t i = 0; i < size; i++)
		printf("%02x", data[i]);
	putchar_unlocked('"');
}

/* The values of @key, as an array. */
static void put_values(const struct info *info, const struct info_line *key)
{
	const char *comma = "";

	putchar_unlocked('[');
	for (size_t i = 0; i < info->nr_lines; i++) {
		const struct info_line *line = &info->line[i];

		if (line->key_size != key->key_size ||
		    memcmp(line->key, key->key, key->key_size))
			continue;
		fputs_unlocked(comma, stdout);
		put_string(line->value, line->value_size);
		comma = ", ";
	}
	putchar_unlocked(']');
}

/* What "depends" has between commas. */
static void put_depends(const struct info *info)
{
	const char *at = info_value(info, "depends"), *comma = "";
	size_t size;

	put_member("depends");
	putchar_unlocked('[');
	for (; at && *at; at += size + (at[size] == ',')) {
		size = strcspn(at, ",");
		if (!size)
			continue;
		fputs_unlocked(comma, stdout);
		put_string(at, size);
		comma = ", ";
	}
	putchar_unlocked(']');
}

static bool is_listed(const struct info_line *line, const char *const *keys,
		      size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (info_key_is(line, keys[i]))
			return true;
	return false;
}

/* Has a member of its own. */
static bool is_known(const struct info_line *line)
{
	return is_listed(line, single_keys, ARRAY_SIZE(single_keys)) ||
	       is_listed(line, array_keys, ARRAY_SIZE(array_keys)) ||
	       info_key_is(line, "name") || info_key_is(line, "depends") ||
	       info_key_is(line, "parm") || info_key_is(line, "parmtype");
}

static int by_key(const void *a, const void *b)
{
	const struct info_line *x = *(const struct info_line *const *)a;
	const struct info_line *y = *(const struct info_line *const *)b;
	size_t least = x->key_size < y->key_size ? x->key_size : y->key_size;
	int order = memcmp(x->key, y->key, least);

	if (order)
		return order;
	if (x->key_size != y->key_size)
		return x->key_size < y->key_size ? -1 : 1;
	return x < y ? -1 : x > y;
}

static bool same_key(const struct info_line *a, const struct info_line *b)
{
	return a->key_size == b->key_size &&
	       !memcmp(a->key, b->key, a->key_size);
}

/* Keys that only some modules have, sorted, each an array. */
static void put_other(const struct info *info)
{
	const struct info_line **line =
		calloc(info->nr_lines + 1, sizeof(*line));
	size_t n = 0;

	if (!line)
		return;
	for (size_t i = 0; i < info->nr_lines; i++)
		if (!is_known(&info->line[i]))
			line[n++] = &info->line[i];
	qsort(line, n, sizeof(*line), by_key);
	put_member("other");
	putchar_unlocked('{');
	for (size_t i = 0; i < n; i++) {
		bool is_new = !i || !same_key(line[i - 1], line[i]);

		fputs_unlocked(!is_new ? ", " : i ? "], " : "", stdout);
		if (is_new) {
			put_string(line[i]->key, line[i]->key_size);
			fputs_unlocked(": [", stdout);
		}
		put_string(line[i]->value, line[i]->value_size);
	}
	fputs_unlocked(n ? "]}" : "}", stdout);
	free(line);
}

/* A wrong line was reported by whoever prints text; here it is left out. */
static void ignore_parm(const struct info_line *line)
{
	(void)line;
}

static void put_or_null(const char *text)
{
	if (text)
		put_text(text);
	else
		fputs_unlocked("null", stdout);
}

static void put_parms(const struct info *info)
{
	struct info_parm *parms;
	size_t n;

	info_parms(info, &parms, &n, ignore_parm);
	put_member("parameters");
	putchar_unlocked('[');
	for (size_t i = 0; i < n; i++) {
		printf("%s\n      {\"name\": ", i ? "," : "");
		put_string(parms[i].name, parms[i].name_size);
		printf(", \"type\": ");
		put_or_null(parms[i].type);
		printf(", \"description\": ");
		put_or_null(parms[i].text);
		putchar_unlocked('}');
	}
	printf(n ? "\n    ]" : "]");
	free(parms);
}

static void put_signature(const struct info *info)
{
	const struct signature *sig = &info->signature;

	put_member("signature");
	if (!info->is_signed) {
		fputs_unlocked("null", stdout);
		return;
	}
	printf("{\n      \"id\": ");
	put_text(sig->id);
	printf(",\n      \"signer\": ");
	put_string((const char *)sig->signer.data, sig->signer.size);
	printf(",\n      \"key\": ");
	put_hex(sig->key.data, sig->key.size);
	printf(",\n      \"hash\": \"%s\",\n      \"algorithm\": \"%s\"",
	       sig->hash, sig->algorithm);
	printf(",\n      \"value\": ");
	put_hex(sig->data.data, sig->data.size);
	printf("\n    }");
}

static void put_reasons(const char *key, const struct reasons *reasons)
{
	printf(",\n      \"%s\": [", key);
	for (size_t i = 0; i < reasons->n; i++) {
		fputs_unlocked(i ? ", " : "", stdout);
		put_text(reasons->text[i]);
	}
	putchar_unlocked(']');
}

static void put_verdict(const struct verdict *verdict)
{
	put_member("check");
	printf("{\n      \"kernel\": ");
	put_text(verdict->kernel);
	printf(",\n      \"loads\": %s", verdict->loads	  ? "true"
					 : verdict->why.n ? "false"
							  : "null");
	put_reasons("why_not", &verdict->why);
	put_reasons("notes", &verdict->notes);
	printf("\n    }");
}

static void put_keys(const struct info *info)
{
	for (size_t i = 0; i < ARRAY_SIZE(single_keys); i++) {
		put_member(single_keys[i]);
		put_or_null(info_value(info, single_keys[i]));
	}
	for (size_t i = 0; i < ARRAY_SIZE(array_keys); i++) {
		struct info_line key = {.key = array_keys[i],
					.key_size = strlen(array_keys[i])};

		put_member(array_keys[i]);
		put_values(info, &key);
	}
}

static const char *between = "";

void show_json_begin(void)
{
	putchar_unlocked('[');
}

void show_json_end(void)
{
	printf(*between ? "\n]\n" : "]\n");
}

void show_json(const struct info *info, const struct verdict *verdict)
{
	const char *name = info_value(info, "name");

	printf("%s\n  {\n    \"name\": ", between);
	between = ",";
	put_text(name && info->path ? name : info->name);
	put_member("filename");
	put_or_null(info->path);
	put_member("builtin");
	fputs_unlocked(info->path ? "false" : "true", stdout);
	put_keys(info);
	put_depends(info);
	put_parms(info);
	put_member("build_id");
	if (info->build_id)
		put_hex(info->build_id, info->build_id_size);
	else
		fputs_unlocked("null", stdout);
	put_signature(info);
	put_other(info);
	if (verdict)
		put_verdict(verdict);
	printf("\n  }");
}
