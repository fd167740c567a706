/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a target offers to modules, for lib/modabi.h to judge them by.
 *
 * One owner, may block on disk, not signal-safe.
 */
#ifndef IMAGE_TARGET_ABI_H
#define IMAGE_TARGET_ABI_H

#include "image/target.h"

struct modabi_kernel;

/*
 * Describes @target; the caller frees *result.  The first time, and when its
 * files have changed, the image is unpacked, which takes a second or two; then
 * it comes from the cache.  0 or -errno, report->error says why.
 */
int target_abi(const struct target *target, struct target_report *report,
	       struct modabi_kernel **result);

#endif
