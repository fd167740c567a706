// SPDX-License-Identifier: GPL-2.0-only
/*
 * The image's own symbol table, found by its structure and decoded.
 *
 * Nothing in an image points to the table.  But the token index (256 rising
 * 16-bit offsets) with the token table before it (256 strings that end where
 * the index says) is unmistakable, and the rest lies around these two:
 *
 *   to 6.3:   offsets, base, count, names, markers, [sequence], tokens, index
 *   from 6.4: count, names, markers, tokens, index, offsets, base, [sequence]
 *
 * One owner, no locks, allocates, reads nothing but the image's own bytes.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "image/internal.h"

#define TOKENS	       256
#define INDEX_SIZE     (TOKENS * sizeof(uint16_t))
#define LONGEST_TOKEN  512
#define FEWEST_SYMBOLS 10000
#define MOST_SYMBOLS   4000000
#define MOST_NAMES     (256ul << 20) /* bytes, decoded */
#define PATIENCE       (1ul << 28) /* far beyond what any kernel needs */
#define MARKER_STEP    256 /* a marker for so many names */

struct kallsyms {
	const unsigned char *start, *end; /* the image */
	const unsigned char *tokens; /* NUL-terminated strings */
	const unsigned char *index; /* where in tokens each begins */
	const unsigned char *names;
	const unsigned char *count_at; /* where the number of symbols is */
	const unsigned char *offsets;
	uint32_t count;
	bool absolute_percpu; /* offsets >= 0 are values, not distances */
	size_t token_len[TOKENS];
	size_t patience; /* names and tokens that may still be looked at */
};

/* The parts are aligned in the image, and so is it, but mem may not be. */
static const unsigned char *align_up(const struct kallsyms *k,
				     const unsigned char *p, size_t to)
{
	return k->start + (((size_t)(p - k->start) + to - 1) & ~(to - 1));
}

static size_t min_size(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool is_rising(const unsigned char *index)
{
	if (load16(index) != 0)
		return false;
	for (size_t i = 1; i < TOKENS; i++)
		if (load16(index + 2 * i) <= load16(index + 2 * i - 2))
			return false;
	return true;
}

/* An image made to look like a table everywhere must not keep us for ever. */
static bool be_patient(struct kallsyms *k)
{
	return k->patience && k->patience--;
}

/* Whether the strings at @tokens end exactly where @index says. */
static bool tokens_fit(struct kallsyms *k, const unsigned char *tokens,
		       const unsigned char *index)
{
	size_t at = 0;

	for (size_t i = 0; i < TOKENS; i++) {
		const unsigned char *nul;

		if (load16(index + 2 * i) != at || !be_patient(k))
			return false;
		nul = memchr(tokens + at, '\0',
			     min_size(index - tokens - at, LONGEST_TOKEN));
		if (!nul)
			return false;
		at = nul + 1 - tokens;
	}
	return index - tokens - at < 8;
}

/* The last token's length is in no index, so its table may begin earlier. */
static bool find_tokens(struct kallsyms *k, const unsigned char *index)
{
	size_t least = load16(index + INDEX_SIZE - 2) + 1;
	const unsigned char *p = index - (least & ~3u);

	if (least > (size_t)(index - k->start))
		return false;
	for (; p >= k->start && index - p < (ptrdiff_t)least + LONGEST_TOKEN;
	     p -= 4) {
		if (!tokens_fit(k, p, index))
			continue;
		k->tokens = p;
		k->index = index;
		return true;
	}
	return false;
}

static bool find_index(struct kallsyms *k)
{
	const unsigned char *p;

	for (p = k->start; k->end - p >= (ptrdiff_t)INDEX_SIZE; p += 4)
		if (is_rising(p) && find_tokens(k, p))
			return true;
	return false;
}

/* A name is a length, of one byte or two, and so many token numbers. */
static bool next_name(const unsigned char **p, const unsigned char *end,
		      struct bytes *name)
{
	const unsigned char *at = *p;
	size_t len;

	if (at >= end)
		return false;
	len = *at++;
	if (len & 0x80) {
		if (at >= end)
			return false;
		len = (len & 0x7f) | (size_t)*at++ << 7;
	}
	if (!len || len > (size_t)(end - at))
		return false;
	*name = (struct bytes){at, len};
	*p = at + len;
	return true;
}

static const unsigned char *skip_names(struct kallsyms *k,
				       const unsigned char *p, uint32_t n)
{
	struct bytes name;

	while (n--)
		if (!next_name(&p, k->tokens, &name) || !be_patient(k))
			return NULL;
	return p;
}

/* Whether each marker tells where its group of names begins. */
static bool markers_fit(struct kallsyms *k, const unsigned char *names,
			const unsigned char *markers, uint32_t count)
{
	const unsigned char *p = names;

	for (uint32_t i = 0; i < count; i += MARKER_STEP, markers += 4) {
		uint32_t step = count - i;

		if (k->tokens - markers < 4 || load32(markers) != p - names)
			return false;
		if (step > MARKER_STEP)
			step = MARKER_STEP;
		p = skip_names(k, p, step);
		if (!p)
			return false;
	}
	return true;
}

/* Between the markers and the tokens nothing is, or three bytes a symbol. */
static bool is_count(struct kallsyms *k, const unsigned char *at,
		     const unsigned char *names)
{
	const unsigned char *markers, *end;
	uint32_t count = load32(at);
	size_t rest;

	if (count < FEWEST_SYMBOLS || count > MOST_SYMBOLS ||
	    count > (size_t)(k->tokens - names) / 2)
		return false;
	end = skip_names(k, names, count);
	if (!end)
		return false;
	markers = align_up(k, end, 4);
	for (int i = 0; i < 2; i++, markers += 4) {
		if (!markers_fit(k, names, markers, count))
			continue;
		markers +=
			4 * (((size_t)count + MARKER_STEP - 1) / MARKER_STEP);
		if (markers > k->tokens)
			return false;
		rest = k->tokens - markers;
		return rest < 8 ||
		       (rest >= 3ul * count && rest < 3ul * count + 16);
	}
	return false;
}

/* Backwards from the tokens; the names of so many symbols lie in between. */
static bool find_names(struct kallsyms *k)
{
	const unsigned char *p = align_up(k, k->tokens, 8);
	size_t back = MOST_SYMBOLS * 32ul;

	if (back > (size_t)(p - k->start))
		back = p - k->start;
	for (size_t i = 8; i <= back; i += 4) {
		const unsigned char *at = p - i;
		const unsigned char *names = at + 4;

		/* where parts are aligned to 8, four zeros follow */
		if (k->tokens - at < 8)
			continue;
		if (!load32(names))
			names += 4;
		if (!is_count(k, at, names))
			continue;
		k->count_at = at;
		k->count = load32(at);
		k->names = names;
		return true;
	}
	return false;
}

static bool is_base(const struct image *image, const struct kallsyms *k,
		    const unsigned char *p)
{
	return p >= k->start && k->end - p >= 8 && load64(p) == image->base;
}

static bool find_offsets(const struct image *image, struct kallsyms *k)
{
	size_t size = 4ul * k->count;
	size_t padded = (size + 7) & ~7ul;
	const unsigned char *p;

	p = align_up(k, k->index + INDEX_SIZE, 4);
	for (int i = 0; i < 2; i++, p += 4) {
		if (size + 16 > (size_t)(k->end - p))
			break;
		k->offsets = p;
		if (is_base(image, k, align_up(k, p + size, 8)))
			return true;
	}
	if ((size_t)(k->count_at - k->start) < padded + 8)
		return false;
	p = k->count_at - 8;
	k->offsets = p - padded;
	return is_base(image, k, p);
}

/* With per-CPU values in the table, distances from the base are negative;
 * tables without them have distances from 0 up only. */
static bool has_absolute_percpu(const struct kallsyms *k)
{
	for (uint32_t i = 0; i < k->count; i++)
		if (load32(k->offsets + 4ul * i) >> 31)
			return true;
	return false;
}

static void measure_tokens(struct kallsyms *k)
{
	for (size_t i = 0; i < TOKENS; i++) {
		const unsigned char *token;

		token = k->tokens + load16(k->index + 2 * i);
		k->token_len[i] = strlen((const char *)token);
	}
}

static size_t name_size(const struct kallsyms *k, struct bytes name)
{
	size_t size = 1;

	for (size_t i = 0; i < name.size; i++)
		size += k->token_len[name.data[i]];
	return size;
}

/* All names are in bounds: find_names() has walked them. */
static size_t all_names_size(const struct kallsyms *k)
{
	const unsigned char *p = k->names;
	struct bytes name;
	size_t size = 0;

	for (uint32_t i = 0; i < k->count; i++)
		if (next_name(&p, k->tokens, &name))
			size += name_size(k, name);
	return size;
}

/* The first character of what the tokens make up is the symbol's type. */
static char *expand(const struct kallsyms *k, struct bytes name, char *out)
{
	for (size_t i = 0; i < name.size; i++) {
		size_t token = name.data[i];

		memcpy(out, k->tokens + load16(k->index + 2 * token),
		       k->token_len[token]);
		out += k->token_len[token];
	}
	*out++ = '\0';
	return out;
}

static void set_value(const struct image *image, const struct kallsyms *k,
		      uint32_t i, struct image_symbol *symbol)
{
	uint32_t offset = load32(k->offsets + 4ul * i);

	if (!k->absolute_percpu) {
		symbol->value = image->base + offset;
	} else if (offset >> 31) {
		symbol->value = image->base + (0xffffffffu - offset);
	} else {
		symbol->value = offset;
		symbol->percpu = offset < image->percpu_size;
	}
}

static int decode(struct image *image, const struct kallsyms *k)
{
	const unsigned char *p = k->names;
	size_t size = all_names_size(k);
	struct bytes name;
	char *out;

	if (size > MOST_NAMES)
		return image_fail(image, -ENOEXEC,
				  "the names of kallsyms are damaged");
	image->symbols = calloc(k->count, sizeof(*image->symbols));
	image->names = out = malloc(size);
	if (!image->symbols || !image->names)
		return image_fail(image, -ENOMEM, "out of memory");
	for (uint32_t i = 0; i < k->count; i++) {
		struct image_symbol *symbol = &image->symbols[i];

		if (!next_name(&p, k->tokens, &name) || name_size(k, name) < 2)
			return image_fail(image, -ENOEXEC,
					  "symbol %u of kallsyms has no name",
					  i);
		symbol->name = out + 1;
		out = expand(k, name, out);
		symbol->type = symbol->name[-1];
		set_value(image, k, i, symbol);
	}
	image->nr_symbols = k->count;
	return 0;
}

/* Of one value in the order of the table, in which the names lie. */
static int compare(const void *a, const void *b)
{
	const struct image_symbol *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return x->name < y->name ? -1 : x->name > y->name;
}

static void sort(struct image *image)
{
	struct image_symbol *symbols = image->symbols;

	for (size_t i = 1; i < image->nr_symbols; i++) {
		if (symbols[i].value >= symbols[i - 1].value)
			continue;
		qsort(symbols, image->nr_symbols, sizeof(*symbols), compare);
		break;
	}
}

int image_read_kallsyms(struct image *image)
{
	struct kallsyms k = {
		.start = image->mem,
		.end = image->mem + (image->end - image->base),
		.patience = PATIENCE,
	};
	int err;

	if (!find_index(&k))
		return image_fail(
			image, -ENOEXEC,
			"there is no kallsyms token table in the image");
	if (!find_names(&k))
		return image_fail(image, -ENOTSUP,
				  "the names of kallsyms are of another form");
	if (!find_offsets(image, &k))
		return image_fail(
			image, -ENOTSUP,
			"the offsets of kallsyms are of another form");
	k.absolute_percpu = has_absolute_percpu(&k);
	measure_tokens(&k);
	err = decode(image, &k);
	if (!err)
		sort(image);
	return err;
}
