// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the undefined behaviour sanitizer's code calls when it found something.
 *
 * Any context; the structures are as compilers lay them out.
 */
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>
#include "sanitize/internal.h"
#include "sanitize/runtime.h"

RING3_UNDEFINED(RUNTIME_DECLARE)
RING3_UNDEFINED(RUNTIME_UNDEFINED_SYMBOL)

struct location {
	const char *file;
	u32 line, column;
};

enum {
	TYPE_INTEGER = 0,
	TYPE_FLOAT = 1
};

struct type {
	u16 kind;
	u16 info; /* of an integer: bit 0 signed, above the logarithm of its
		   * bits */
	char name[];
};

/* One that fits is the value, a larger one is pointed to. */
typedef unsigned long value_t;

#define VALUE_TEXT 48

static bool is_signed(const struct type *type)
{
	return type->kind == TYPE_INTEGER && type->info & 1;
}

static unsigned int bits_of(const struct type *type)
{
	return 1u << (type->info >> 1);
}

static s64 signed_value(const struct type *type, value_t value)
{
	unsigned int unused;

	if (bits_of(type) > 64)
		return *(s64 *)value;
	unused = 64 - bits_of(type);
	return (s64)(value << unused) >> unused;
}

static const char *value_text(char *text, const struct type *type,
			      value_t value)
{
	if (type->kind != TYPE_INTEGER)
		snprintf(text, VALUE_TEXT, "(a value of %s)", type->name);
	else if (is_signed(type))
		snprintf(text, VALUE_TEXT, "%lld", signed_value(type, value));
	else
		snprintf(text, VALUE_TEXT, "%llu",
			 bits_of(type) > 64 ? *(u64 *)value : (u64)value);
	return text;
}

static bool value_is_negative(const struct type *type, value_t value)
{
	return is_signed(type) && signed_value(type, value) < 0;
}

/* As far as the folder that the source lies in. */
static const char *short_path(const char *path)
{
	const char *name = strrchr(path, '/');

	while (name && name > path && name[-1] != '/')
		name--;
	return name ? name : path;
}

/* Whether there is to be a report; then its head is printed. */
static bool begin(const char *kind, const struct location *at,
		  const struct report_place *place)
{
	if (!report_begin("UBSAN", place->ip))
		return false;
	pr_err("UBSAN: %s in %s:%u:%u\n", kind, short_path(at->file), at->line,
	       at->column);
	return true;
}

static void end(const struct report_place *place)
{
	report_stack(place);
	report_end();
}

#define PLACE const struct report_place place = REPORT_PLACE_OF_CALLER()
#define HANDLER(name, ...)                                                     \
	void name(__VA_ARGS__);                                                \
	void name(__VA_ARGS__)

/* ---- arithmetic ---- */

struct overflow {
	struct location at;
	const struct type *type;
};

static void report_overflow(const struct overflow *data, value_t left,
			    value_t right, const char *operator,
			    const struct report_place * place)
{
	char a[VALUE_TEXT], b[VALUE_TEXT];

	if (!begin(is_signed(data->type) ? "signed-integer-overflow"
					 : "unsigned-integer-overflow",
		   &data->at, place))
		return;
	pr_err("%s %s %s cannot be represented in type %s\n",
	       value_text(a, data->type, left), operator,
	       value_text(b, data->type, right), data->type->name);
	end(place);
}

HANDLER(__ubsan_handle_add_overflow, const struct overflow *data, value_t left,
	value_t right)
{
	PLACE;

	report_overflow(data, left, right, "+", &place);
}

HANDLER(__ubsan_handle_sub_overflow, const struct overflow *data, value_t left,
	value_t right)
{
	PLACE;

	report_overflow(data, left, right, "-", &place);
}

HANDLER(__ubsan_handle_mul_overflow, const struct overflow *data, value_t left,
	value_t right)
{
	PLACE;

	report_overflow(data, left, right, "*", &place);
}

HANDLER(__ubsan_handle_negate_overflow, const struct overflow *data,
	value_t value)
{
	char text[VALUE_TEXT];
	PLACE;

	if (!begin("negation-overflow", &data->at, &place))
		return;
	pr_err("negation of %s cannot be represented in type %s:\n",
	       value_text(text, data->type, value), data->type->name);
	end(&place);
}

HANDLER(__ubsan_handle_divrem_overflow, const struct overflow *data,
	value_t left, value_t right)
{
	char text[VALUE_TEXT];
	PLACE;

	if (!begin("division-overflow", &data->at, &place))
		return;
	if (is_signed(data->type) && signed_value(data->type, right) == -1)
		pr_err("division of %s by -1 cannot be represented in type %s\n",
		       value_text(text, data->type, left), data->type->name);
	else
		pr_err("division by zero\n");
	end(&place);
}

/* ---- shifts ---- */

struct shift {
	struct location at;
	const struct type *left, *right;
};

static void tell_shift(const struct shift *data, value_t left, value_t right)
{
	char a[VALUE_TEXT], b[VALUE_TEXT];

	value_text(a, data->left, left);
	value_text(b, data->right, right);
	if (value_is_negative(data->right, right))
		pr_err("shift exponent %s is negative\n", b);
	else if (right >= bits_of(data->left))
		pr_err("shift exponent %s is too large for %u-bit type %s\n", b,
		       bits_of(data->left), data->left->name);
	else if (value_is_negative(data->left, left))
		pr_err("left shift of negative value %s\n", a);
	else
		pr_err("left shift of %s by %s places cannot be represented in type %s\n",
		       a, b, data->left->name);
}

HANDLER(__ubsan_handle_shift_out_of_bounds, const struct shift *data,
	value_t left, value_t right)
{
	PLACE;

	if (!begin("shift-out-of-bounds", &data->at, &place))
		return;
	tell_shift(data, left, right);
	end(&place);
}

/* ---- memory ---- */

struct bounds {
	struct location at;
	const struct type *array, *index;
};

HANDLER(__ubsan_handle_out_of_bounds, const struct bounds *data, value_t index)
{
	char text[VALUE_TEXT];
	PLACE;

	if (!begin("array-index-out-of-bounds", &data->at, &place))
		return;
	pr_err("index %s is out of range for type %s\n",
	       value_text(text, data->index, index), data->array->name);
	end(&place);
}

struct mismatch {
	struct location at;
	const struct type *type;
	u8 alignment; /* its logarithm */
	u8 action;
};

HANDLER(__ubsan_handle_type_mismatch_v1, const struct mismatch *data,
	value_t address)
{
	static const char *const actions[] = {
		"load of",
		"store to",
		"reference binding to",
		"member access within",
		"member call on",
		"constructor call on",
		"downcast of",
		"downcast of",
		"upcast of",
		"cast to virtual base of",
	};
	const char *action = data->action < ARRAY_SIZE(actions)
				     ? actions[data->action]
				     : "use of";
	unsigned long alignment = 1ul << data->alignment;
	PLACE;

	if (!address) {
		if (!begin("null-ptr-deref", &data->at, &place))
			return;
		pr_err("%s null pointer of type %s\n", action,
		       data->type->name);
	} else if (address & (alignment - 1)) {
		if (!begin("misaligned-access", &data->at, &place))
			return;
		pr_err("%s misaligned address %px for type %s\n", action,
		       (void *)address, data->type->name);
		pr_err("which requires %lu byte alignment\n", alignment);
	} else {
		if (!begin("object-size-mismatch", &data->at, &place))
			return;
		pr_err("%s address %px with insufficient space\n", action,
		       (void *)address);
		pr_err("for an object of type %s\n", data->type->name);
	}
	end(&place);
}

HANDLER(__ubsan_handle_pointer_overflow, const struct location *at,
	value_t base, value_t result)
{
	PLACE;

	if (!begin("pointer-overflow", at, &place))
		return;
	pr_err("pointer %px became %px\n", (void *)base, (void *)result);
	end(&place);
}

struct nonnull {
	struct location at, attribute;
	int argument;
};

HANDLER(__ubsan_handle_nonnull_arg, const struct nonnull *data)
{
	PLACE;

	if (!begin("nonnull-arg", &data->at, &place))
		return;
	pr_err("null pointer passed as argument %d, which is declared to never be null\n",
	       data->argument);
	end(&place);
}

/* ---- values ---- */

struct invalid {
	struct location at;
	const struct type *type;
};

HANDLER(__ubsan_handle_load_invalid_value, const struct invalid *data,
	value_t value)
{
	char text[VALUE_TEXT];
	PLACE;

	if (!begin("invalid-load", &data->at, &place))
		return;
	pr_err("load of value %s is not a valid value for type %s\n",
	       value_text(text, data->type, value), data->type->name);
	end(&place);
}

HANDLER(__ubsan_handle_vla_bound_not_positive, const struct invalid *data,
	value_t bound)
{
	char text[VALUE_TEXT];
	PLACE;

	if (!begin("vla-bound-not-positive", &data->at, &place))
		return;
	pr_err("variable length array bound value %s <= 0\n",
	       value_text(text, data->type, bound));
	end(&place);
}

/* What follows is nothing that could go on. */
HANDLER(__ubsan_handle_builtin_unreachable, const struct location *at)
{
	PLACE;

	if (begin("unreachable", at, &place)) {
		pr_err("calling __builtin_unreachable()\n");
		end(&place);
	}
	panic("can't return from __builtin_unreachable()");
}
