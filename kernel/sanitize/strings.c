// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions of the kernel that touch memory for checked modules: what they are
 * given is checked before.
 *
 * As the functions that these stand for.
 */
#define __NO_FORTIFY
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "check/calls.h"
#include "sanitize/fence.h"
#include "sanitize/internal.h"
#include "sanitize/shadow.h"
#include "sanitize/wrap.h"

#define PLACE	     const struct report_place place = REPORT_PLACE_OF_CALLER()
#define READS(p, n)  address_check(p, n, false, &place)
#define WRITES(p, n) address_check(p, n, true, &place)

/* ---- copies; compilers have several names for them ---- */

#define COPY(name, function)                                                   \
	void *name(void *to, const void *from, size_t n);                      \
	void *name(void *to, const void *from, size_t n)                       \
	{                                                                      \
		PLACE;                                                         \
                                                                               \
		if (!READS(from, n) || !WRITES(to, n))                         \
			return to;                                             \
		function(to, from, n);                                         \
		fence_reclose();                                               \
		return to;                                                     \
	}

#define SET(name)                                                              \
	void *name(void *to, int c, size_t n);                                 \
	void *name(void *to, int c, size_t n)                                  \
	{                                                                      \
		PLACE;                                                         \
                                                                               \
		if (!WRITES(to, n))                                            \
			return to;                                             \
		memset(to, c, n);                                              \
		fence_reclose();                                               \
		return to;                                                     \
	}

COPY(__asan_memcpy, memcpy)
COPY(__asan_memmove, memmove)
SET(__asan_memset)
COPY(__hwasan_memcpy, memcpy)
COPY(__hwasan_memmove, memmove)
SET(__hwasan_memset)

RUNTIME_SYMBOL(memcpy, __asan_memcpy, RUNTIME_ADDRESS | RUNTIME_FENCES);
RUNTIME_SYMBOL(memmove, __asan_memmove, RUNTIME_ADDRESS | RUNTIME_FENCES);
RUNTIME_SYMBOL(memset, __asan_memset, RUNTIME_ADDRESS | RUNTIME_FENCES);
RUNTIME_SYMBOL(__memcpy, __asan_memcpy, RUNTIME_ADDRESS | RUNTIME_FENCES);
RUNTIME_SYMBOL(__memmove, __asan_memmove, RUNTIME_ADDRESS | RUNTIME_FENCES);
RUNTIME_SYMBOL(__memset, __asan_memset, RUNTIME_ADDRESS | RUNTIME_FENCES);

WRAP(memcmp, int, const void *a, const void *b, size_t n)
{
	PLACE;

	READS(a, n);
	READS(b, n);
	return memcmp(a, b, n);
}

WRAP(memchr, void *, const void *p, int c, size_t n)
{
	PLACE;

	READS(p, n);
	return memchr(p, c, n);
}

/* ---- strings ---- */

/* Up to and with the NUL, but not more than @max bytes. */
static void reads_string(const char *s, size_t max,
			 const struct report_place *place)
{
	size_t n;

	for (n = 0; n < max; n++)
		if (!address_check(s + n, 1, false, place) || !s[n])
			return;
}

#define READS_STRING(s)	     reads_string(s, ~0ul, &place)
#define READS_STRING_N(s, n) reads_string(s, n, &place)

WRAP(strlen, size_t, const char *s)
{
	PLACE;

	READS_STRING(s);
	return strlen(s);
}

WRAP(strnlen, size_t, const char *s, size_t n)
{
	PLACE;

	READS_STRING_N(s, n);
	return strnlen(s, n);
}

WRAP(strcmp, int, const char *a, const char *b)
{
	PLACE;

	READS_STRING(a);
	READS_STRING(b);
	return strcmp(a, b);
}

WRAP(strncmp, int, const char *a, const char *b, size_t n)
{
	PLACE;

	READS_STRING_N(a, n);
	READS_STRING_N(b, n);
	return strncmp(a, b, n);
}

WRAP(strchr, char *, const char *s, int c)
{
	PLACE;

	READS_STRING(s);
	return strchr(s, c);
}

WRAP(strrchr, char *, const char *s, int c)
{
	PLACE;

	READS_STRING(s);
	return strrchr(s, c);
}

WRAP(strstr, char *, const char *s, const char *part)
{
	PLACE;

	READS_STRING(s);
	READS_STRING(part);
	return strstr(s, part);
}

WRAP(strcpy, char *, char *to, const char *from)
{
	PLACE;

	READS_STRING(from);
	WRITES(to, strlen(from) + 1);
	return NATIVE_OF(strcpy)(to, from);
}

WRAP(strncpy, char *, char *to, const char *from, size_t n)
{
	PLACE;

	READS_STRING_N(from, n);
	WRITES(to, n);
	return NATIVE_OF(strncpy)(to, from, n);
}

static size_t copied(const char *from, size_t size)
{
	return size ? min(strnlen(from, size) + 1, size) : 0;
}

WRAP(strscpy, ssize_t, char *to, const char *from, size_t size)
{
	PLACE;

	READS_STRING_N(from, size);
	WRITES(to, copied(from, size));
	return NATIVE_OF(strscpy)(to, from, size);
}

WRAP(strlcpy, size_t, char *to, const char *from, size_t size)
{
	PLACE;

	READS_STRING(from);
	WRITES(to, copied(from, size));
	return NATIVE_OF(strlcpy)(to, from, size);
}

WRAP(strcat, char *, char *to, const char *from)
{
	PLACE;

	READS_STRING(to);
	READS_STRING(from);
	WRITES(to + strlen(to), strlen(from) + 1);
	return NATIVE_OF(strcat)(to, from);
}

/* ---- to and from programs ---- */

WRAP(_copy_from_user, unsigned long, void *to, const void __user *from,
     unsigned long n)
{
	PLACE;

	user_pointer((__force const void *)from, &place);
	if (!WRITES(to, n))
		return n;
	n = NATIVE_OF(_copy_from_user)(to, from, n);
	fence_reclose();
	user_copied();
	return n;
}

WRAP(_copy_to_user, unsigned long, void __user *to, const void *from,
     unsigned long n)
{
	PLACE;

	user_pointer((__force const void *)to, &place);
	if (!READS(from, n))
		return n;
	n = NATIVE_OF(_copy_to_user)(to, from, n);
	fence_reclose();
	user_copied();
	return n;
}

WRAP(strncpy_from_user, long, char *to, const char __user *from, long n)
{
	PLACE;

	if (!WRITES(to, n))
		return -EFAULT;
	return NATIVE_OF(strncpy_from_user)(to, from, n);
}
