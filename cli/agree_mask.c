// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is masked in a transcript: addresses, times, process numbers, and of a
 * stack trace all but the modules' own functions, since the loaders' lie below
 * them.
 *
 * No input or output of its own; one thread.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/agree.h"

/* Sections are shorter than this; what is further away is of something else. */
#define SECTION_MAX (16ul << 20)
/* What is less is a size or a number, no address. */
#define ADDRESS_MIN 0x10000ul

/* A module that came again lies elsewhere. */
static void forget_older(struct agree_mask *mask, const char *module)
{
	int i, n = 0;

	for (i = 0; i < mask->nr_sections; i++)
		if (mask->sections[i].listing == mask->listing ||
		    strcmp(mask->sections[i].module, module))
			mask->sections[n++] = mask->sections[i];
	mask->nr_sections = n;
}

void agree_mask_learn(struct agree_mask *mask, const char *listing)
{
	struct agree_section s;
	const char *line;

	mask->listing++;
	for (line = listing; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (sscanf(line,
			   "f %*o /sys/module/%63[^/]/sections/%63s %*d = %lx",
			   s.module, s.name, &s.start) != 3)
			continue;
		forget_older(mask, s.module);
		s.listing = mask->listing;
		mask->sections = realloc(mask->sections,
					 (mask->nr_sections + 1) *
						 sizeof(*mask->sections));
		mask->sections[mask->nr_sections++] = s;
	}
}

void agree_mask_free(struct agree_mask *mask)
{
	free(mask->sections);
	memset(mask, 0, sizeof(*mask));
}

/* The section that begins last before @address. */
static const struct agree_section *section_at(const struct agree_mask *mask,
					      const char *module,
					      unsigned long address)
{
	const struct agree_section *best = NULL, *s;
	int i;

	for (i = mask->nr_sections - 1; i >= 0; i--) {
		s = &mask->sections[i];
		if (strcmp(s->module, module) || s->start > address ||
		    address - s->start > SECTION_MAX)
			continue;
		if (!best || s->start > best->start)
			best = s;
	}
	return best;
}

static void put_address(const struct agree_mask *mask, const char *module,
			unsigned long address, struct strbuf *text)
{
	const struct agree_section *s;

	s = module ? section_at(mask, module, address) : NULL;
	if (s)
		strbuf_printf(text, "<%s+%#lx>", s->name, address - s->start);
	else if (address < ADDRESS_MIN)
		strbuf_printf(text, "%#lx", address);
	else
		strbuf_puts(text, "ADDRESS");
}

/* The length of the address at @p, if it is one that stands alone: 16 digits,
 * or 7 and more behind 0x. */
static int address_length(const char *line, const char *p)
{
	bool prefix = p[0] == '0' && p[1] == 'x';
	int n = strspn(p + 2 * prefix, "0123456789abcdef");

	if (p > line && (isalnum((unsigned char)p[-1]) || p[-1] == '_'))
		return 0;
	if (isalnum((unsigned char)p[2 * prefix + n]))
		return 0;
	if (n != 16 && !(prefix && n >= 7 && n < 16))
		return 0;
	return n + 2 * prefix;
}

/* "PID: 57", "after 12 usecs": the digits at @p differ from run to run. */
static int number_length(const char *line, const char *p)
{
	static const char *const before[] = {"PID: ",	"pid ",	  "process ",
					     "insmod[", "rmmod[", "modprobe["};
	int n = strspn(p, "0123456789");
	size_t i, m;

	if (!n || (p > line && isdigit((unsigned char)p[-1])))
		return 0;
	if (!strncmp(p + n, " usecs", 6) || !strncmp(p + n, " msecs", 6))
		return n;
	for (i = 0; i < sizeof(before) / sizeof(*before); i++) {
		m = strlen(before[i]);
		if ((size_t)(p - line) >= m && !strncmp(p - m, before[i], m))
			return n;
	}
	return 0;
}

/* "val 7f00": what a relocation would have written depends on addresses. */
static int value_length(const char *line, const char *p)
{
	if (p - line < 5 || strncmp(p - 5, " val ", 5))
		return 0;
	return strspn(p, "0123456789abcdef");
}

/* The module of a line of /proc/kallsyms: "ADDRESS t name\t[module]". */
static bool module_of_symbol(const char *line, char *module)
{
	return sscanf(line, "%*[0-9a-f] %*c %*s [%63[^]]", module) == 1;
}

static void mask_words(const struct agree_mask *mask, const char *line,
		       struct strbuf *text)
{
	char module[64];
	bool symbol = module_of_symbol(line, module);
	const char *p = line;
	int n;

	while (*p) {
		n = value_length(line, p) ? 0 : address_length(line, p);
		if (n) {
			put_address(mask, symbol ? module : NULL,
				    strtoul(p, NULL, 16), text);
			p += n;
			continue;
		}
		n = value_length(line, p);
		if (!n)
			n = number_length(line, p);
		if (n) {
			strbuf_puts(text, "N");
			p += n;
			continue;
		}
		strbuf_add(text, p++, 1);
	}
	strbuf_puts(text, "\n");
}

/* "[   12.345678] " in front of what the kernel says. */
static const char *skip_time(const char *line)
{
	unsigned long seconds, rest;
	int n = 0;

	if (sscanf(line, "[ %lu.%lu]%n", &seconds, &rest, &n) == 2 && n)
		return line + n + (line[n] == ' ');
	return line;
}

static bool starts(const char *line, const char *with)
{
	return !strncmp(line, with, strlen(with));
}

/* Registers, and code with its addresses. */
static bool is_dump(const char *line)
{
	static const char *const heads[] = {
		"RSP: ", "RAX: ", "RDX: ", "RBP: ", "R10: ",  "R13: ", "FS:  ",
		"CS:  ", "CR2: ", "DR0: ", "DR3: ", "Code: ", "PGD "};
	size_t i;

	for (i = 0; i < sizeof(heads) / sizeof(*heads); i++)
		if (starts(line, heads[i]))
			return true;
	return false;
}

/* A line of a trace that stays: a module's function that was surely called. */
static bool is_module_frame(const char *line)
{
	const char *bracket = strrchr(line, '[');

	return !starts(line, " ? ") && bracket && bracket[-1] == ' ' &&
	       islower((unsigned char)bracket[1]);
}

void agree_mask_line(struct agree_mask *mask, const char *line,
		     struct strbuf *text)
{
	line = skip_time(line);
	if (mask->in_trace && *line != ' ')
		mask->in_trace = false;
	if (is_dump(line))
		return;
	if (mask->in_trace && !starts(line, " <") && !is_module_frame(line))
		return;
	if (starts(line, "Call Trace:"))
		mask->in_trace = true;
	mask_words(mask, line, text);
}
