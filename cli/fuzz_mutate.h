/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inputs made from others by small changes, as fuzzers do.
 *
 * No state but the generator's; does not allocate.
 */
#ifndef CLI_FUZZ_MUTATE_H
#define CLI_FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>

uint64_t fuzz_random(uint64_t *state);

/*
 * Changes the @n bytes at @data, which have room for @max, in some places;
 * @other: another input to take parts from.  Returns the new size.
 */
size_t fuzz_mutate(uint64_t *state, unsigned char *data, size_t n, size_t max,
		   const unsigned char *other, size_t other_n);

/*
 * Makes the input fit a comparison of @a with @b, numbers of @size bytes that
 * were not the same: the other takes the place of one of them where that stands
 * in the input, or any place if it does not.  Returns the new size.
 */
size_t fuzz_match(uint64_t *state, unsigned char *data, size_t n, size_t max,
		  uint64_t a, uint64_t b, size_t size);

#endif
