/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the fuzz targets share.  Each is a program of its own, made with
 * clang's libFuzzer by tests/tools/fuzz/run.
 */
#ifndef TESTS_TOOLS_FUZZ_H
#define TESTS_TOOLS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Puts the input into a file in memory, which is there until the next call, and
 * returns a path to it. */
const char *fuzz_file(const void *data, size_t size);

/* A folder of this program's own, which is gone at its end. */
const char *fuzz_dir(void);

/* Puts the input into the file of that name there. */
void fuzz_file_in(const char *name, const void *data, size_t size);

/* From now on nothing is printed. */
void fuzz_quiet(void);

#endif
