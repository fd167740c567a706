// SPDX-License-Identifier: GPL-2.0-only
/*
 * A button whose interrupt leaves the work to a tasklet.
 *
 * The handler, the top half, only says that there is something to do. The
 * tasklet, the bottom half, runs as soon as no handler does, with interrupts
 * on: others need not wait for it. It cannot sleep either.
 */
#include <linux/atomic.h>
#include <linux/gpio.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

static unsigned int button = 17;
module_param(button, uint, 0444);
MODULE_PARM_DESC(button, "line of the button");

static atomic_t presses = ATOMIC_INIT(0);
static int irq;

static void bottom_half(struct tasklet_struct *tasklet)
{
	pr_info("buttons-tasklet: press %d, in a hard interrupt: %s\n",
		atomic_read(&presses), in_hardirq() ? "yes" : "no");
}

static DECLARE_TASKLET(tasklet, bottom_half);

static irqreturn_t top_half(int unused_irq, void *unused)
{
	atomic_inc(&presses);
	tasklet_schedule(&tasklet);
	return IRQ_HANDLED;
}

static int __init start(void)
{
	int ret = gpio_request(button, "button");

	if (ret)
		return ret;
	ret = gpio_direction_input(button);
	if (ret)
		goto free_line;
	irq = gpio_to_irq(button);
	if (irq < 0) {
		ret = irq;
		goto free_line;
	}
	ret = request_irq(irq, top_half, IRQF_TRIGGER_RISING, "button", NULL);
	if (ret)
		goto free_line;
	return 0;

free_line:
	gpio_free(button);
	return ret;
}

/* First nothing schedules the tasklet any more, then it is waited for. */
static void __exit end(void)
{
	free_irq(irq, NULL);
	tasklet_kill(&tasklet);
	gpio_free(button);
}

module_init(start);
module_exit(end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A button with a tasklet as its bottom half");
