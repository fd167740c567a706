// SPDX-License-Identifier: GPL-2.0-only
/* A tty driver's write() takes and gives sizes, not ints. */
#include <linux/tty_driver.h>

ssize_t probe_write(struct tty_struct *tty, const u8 *text, size_t n);
extern const struct tty_operations probe;

const struct tty_operations probe = {.write = probe_write};
