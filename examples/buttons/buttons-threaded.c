// SPDX-License-Identifier: GPL-2.0-only
/*
 * A button whose interrupt wakes a thread, and whose line is a descriptor.
 *
 * The thread is an interrupt's own, and may sleep: it waits until the contacts
 * have come to rest, and looks again. IRQF_ONESHOT keeps the line masked
 * meanwhile. gpio_to_desc() leads from the old number to the descriptor; a
 * driver of a device that firmware describes would call gpiod_get() instead.
 */
#include <linux/delay.h>
#include <linux/gpio.h>
#include <linux/gpio/consumer.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

static unsigned int line = 17;
module_param(line, uint, 0444);
MODULE_PARM_DESC(line, "of the button");

static struct gpio_desc *button;
static int irq;

/* The hard part could ask the device whether it was the one. */
static irqreturn_t wake_thread(int unused_irq, void *unused)
{
	return IRQ_WAKE_THREAD;
}

static irqreturn_t debounce(int unused_irq, void *unused)
{
	msleep(5);
	pr_info("buttons-threaded: %s\n",
		gpiod_get_value_cansleep(button) ? "pressed" : "released");
	return IRQ_HANDLED;
}

static int __init start(void)
{
	int ret = gpio_request(line, "button");

	if (ret)
		return ret;
	button = gpio_to_desc(line);
	ret = gpiod_direction_input(button);
	if (ret)
		goto free_line;
	irq = gpiod_to_irq(button);
	if (irq < 0) {
		ret = irq;
		goto free_line;
	}
	ret = request_threaded_irq(irq, wake_thread, debounce,
				   IRQF_TRIGGER_RISING | IRQF_TRIGGER_FALLING |
					   IRQF_ONESHOT,
				   "button", NULL);
	if (ret)
		goto free_line;
	return 0;

free_line:
	gpio_free(line);
	return ret;
}

static void __exit end(void)
{
	free_irq(irq, NULL);
	gpio_free(line);
}

module_init(start);
module_exit(end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A button with a threaded interrupt");
