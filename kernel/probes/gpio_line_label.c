// SPDX-License-Identifier: GPL-2.0-only
/* gpiochip_dup_line_label() gives a copy of what a line is requested as; before
 * that, gpiochip_is_requested() gave the text itself. */
#include <linux/gpio/driver.h>

char *probe(struct gpio_chip *gc);

char *probe(struct gpio_chip *gc)
{
	return gpiochip_dup_line_label(gc, 0);
}
