// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two buttons and an LED on GPIO lines: one button switches the LED on, the
 * other off, by interrupts.
 *
 * Lines are named by number here, as many boards' books do. The handlers run
 * in a hard interrupt: they do the least, and never sleep.
 */
#include <linux/gpio.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

static unsigned int led = 4;
module_param(led, uint, 0444);
MODULE_PARM_DESC(led, "line of the LED");

static unsigned int on = 17;
module_param(on, uint, 0444);
MODULE_PARM_DESC(on, "line of the button that switches it on");

static unsigned int off = 18;
module_param(off, uint, 0444);
MODULE_PARM_DESC(off, "line of the button that switches it off");

static int on_irq, off_irq;

/* The same handler for both: the number tells which it was. */
static irqreturn_t pressed(int irq, void *unused)
{
	gpio_set_value(led, irq == on_irq);
	return IRQ_HANDLED;
}

static int get_line(unsigned int line, const char *label)
{
	int ret = gpio_request(line, label);

	if (ret)
		pr_err("buttons: line %u: error %d\n", line, ret);
	return ret;
}

/* Returns the interrupt of the button on @line. */
static int get_button(unsigned int line, const char *label)
{
	int irq, ret = get_line(line, label);

	if (ret)
		return ret;
	ret = gpio_direction_input(line);
	if (ret)
		goto free_line;
	irq = gpio_to_irq(line);
	if (irq < 0) {
		ret = irq;
		goto free_line;
	}
	ret = request_irq(irq, pressed, IRQF_TRIGGER_RISING, label, NULL);
	if (ret)
		goto free_line;
	return irq;

free_line:
	gpio_free(line);
	return ret;
}

static void put_button(unsigned int line, int irq)
{
	free_irq(irq, NULL);
	gpio_free(line);
}

static int __init buttons_start(void)
{
	int ret = get_line(led, "led");

	if (ret)
		return ret;
	ret = gpio_direction_output(led, 0);
	if (ret)
		goto free_led;
	on_irq = get_button(on, "button-on");
	if (on_irq < 0) {
		ret = on_irq;
		goto free_led;
	}
	off_irq = get_button(off, "button-off");
	if (off_irq < 0) {
		ret = off_irq;
		goto put_on;
	}
	pr_info("buttons: ready\n");
	return 0;

put_on:
	put_button(on, on_irq);
free_led:
	gpio_free(led);
	return ret;
}

static void __exit buttons_end(void)
{
	put_button(off, off_irq);
	put_button(on, on_irq);
	gpio_set_value(led, 0);
	gpio_free(led);
}

module_init(buttons_start);
module_exit(buttons_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Two buttons and an LED, by interrupts");
