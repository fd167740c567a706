// SPDX-License-Identifier: GPL-2.0-only
/*
 * modprobe: printing the configuration, and the symbols of a module file.  One
 * thread.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/modelf.h"
#include "lib/strbuf.h"
#include "tools/modprobe/modprobe.h"

/* ---- the configuration --------------------------------------------------- */

/* The words behind "pre:" or "post:", each with a blank before. */
static size_t add_softdeps(struct strbuf *text, const char *value, bool post)
{
	bool in_list = false;
	size_t n = 0;

	for (value += strspn(value, " \t\r"); *value;
	     value += strspn(value, " \t\r")) {
		size_t len = strcspn(value, " \t\r");
		bool is_pre = len == 4 && !memcmp(value, "pre:", 4);
		bool is_post = len == 5 && !memcmp(value, "post:", 5);

		if (is_pre || is_post) {
			in_list = post ? is_post : is_pre;
		} else if (in_list) {
			if (!n++)
				strbuf_puts(text, post ? " post:" : " pre:");
			strbuf_printf(text, " %.*s", (int)len, value);
		}
		value += len;
	}
	return n;
}

static void print_softdep(const struct config_line *line)
{
	struct strbuf text = STRBUF_INIT;
	size_t n = add_softdeps(&text, line->value, false);

	n += add_softdeps(&text, line->value, true);
	printf("softdep %s%s\n", line->name, n ? text.text : " ");
	strbuf_free(&text);
}

static void print_words(const char *keyword, const struct config_line *line)
{
	const char *at = line->value;

	printf("%s %s", keyword, line->name);
	for (at += strspn(at, " \t\r"); *at; at += strspn(at, " \t\r")) {
		size_t len = strcspn(at, " \t\r");

		printf(" %.*s", (int)len, at);
		at += len;
	}
	putchar('\n');
}

static void print_line(enum config_kind kind, const struct config_line *line)
{
	const char *keyword = config_keyword(kind);

	switch (kind) {
	case CONFIG_SOFTDEP:
		print_softdep(line);
		return;
	case CONFIG_WEAKDEP:
		print_words(keyword, line);
		return;
	case CONFIG_BLACKLIST:
	case CONFIG_FORBID:
		printf("%s %s\n", keyword, line->name);
		return;
	default:
		printf("%s %s %s\n", keyword, line->name, line->value);
	}
}

/* One of tens of thousands of lines: printf() would be most of the time. */
static int print_alias(void *context, const char *key, const char *value)
{
	struct strbuf *text = context;

	strbuf_add(text, "alias ", 6);
	strbuf_add(text, key, strlen(key));
	strbuf_add(text, " ", 1);
	strbuf_add(text, value, strlen(value));
	strbuf_add(text, "\n", 1);
	if (text->len < 1 << 16)
		return 0;
	if (fwrite(text->text, 1, text->len, stdout) != text->len)
		return -EIO;
	strbuf_reset(text);
	return 0;
}

static int print_index(struct modprobe *modprobe, const char *index)
{
	struct strbuf text = STRBUF_INIT;
	int err = modules_walk(modprobe->modules, index, print_alias, &text);

	if (text.len)
		fwrite(text.text, 1, text.len, stdout);
	strbuf_free(&text);
	return err;
}

int modprobe_show_config(struct modprobe *modprobe)
{
	int err;

	for (int kind = 0; kind < CONFIG_KINDS; kind++) {
		const struct config_line *line;
		size_t n;

		line = config_lines(modprobe->config, kind, &n);
		for (size_t i = 0; i < n; i++)
			print_line(kind, &line[i]);
	}
	puts("\n# End of configuration files. Dumping indexes now:\n");
	err = print_index(modprobe, "alias");
	return err ? err : print_index(modprobe, "symbols");
}

/* ---- symbols ------------------------------------------------------------- */

static int print_symbol(void *context, const struct modelf_symbol *symbol)
{
	(void)context;
	printf("0x%08llx\t%s\n", (unsigned long long)symbol->crc, symbol->name);
	return 0;
}

static int show_symbols(struct modprobe *modprobe, const char *path,
			const char *what,
			int (*list)(struct modelf *elf, modelf_symbol_fn *found,
				    void *context))
{
	struct modelf *elf;
	int err;

	if (access(path, F_OK)) {
		modprobe_complain(modprobe, "Module %s not found.\n", path);
		return -ENOENT;
	}
	err = modelf_open(path, &elf);
	if (!err) {
		err = list(elf, print_symbol, NULL);
		modelf_close(elf);
	}
	if (err == -ENODATA)
		err = -ENOENT; /* as all the world knows this message */
	else if (err == -ENOEXEC || err == -EILSEQ)
		err = -EINVAL;
	if (err)
		modprobe_complain(modprobe, "could not get %s of %s: %s\n",
				  what, path, strerror(-err));
	return err;
}

int modprobe_show_versions(struct modprobe *modprobe, const char *path)
{
	return show_symbols(modprobe, path, "modversions", modelf_versions);
}

int modprobe_show_exports(struct modprobe *modprobe, const char *path)
{
	return show_symbols(modprobe, path, "symbols", modelf_exports);
}
