// SPDX-License-Identifier: GPL-2.0-only
/*
 * Blinks the keyboard's LEDs: a timer, and the driver of the virtual terminal.
 *
 * The terminal's ioctl KDSETLED sets the LEDs, 1 for scroll lock, 2 for num
 * lock, 4 for caps lock; a value above 7 gives them back to the terminal. The
 * foreground terminal has a tty only while somebody has it open, as the login
 * program has on most machines.
 */
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kd.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/timer.h>
#include <linux/tty.h>
#include <linux/vt_kern.h>

#define LEDS_BACK 0xff

static unsigned int pattern = 7;
module_param(pattern, uint, 0644);
MODULE_PARM_DESC(pattern, "which LEDs blink: 1 scroll, 2 num, 4 caps, or sums");

static unsigned int interval = 200;
module_param(interval, uint, 0644);
MODULE_PARM_DESC(interval, "milliseconds on, and off");

static struct tty_struct *tty;
static bool lit;

static void set_leds(unsigned int value)
{
	tty->ops->ioctl(tty, KDSETLED, value);
}

static void blink(struct timer_list *timer)
{
	lit = !lit;
	set_leds(lit ? pattern & 7 : 0);
	mod_timer(timer, jiffies + msecs_to_jiffies(interval));
}

static DEFINE_TIMER(blinker, blink);

static int __init leds_start(void)
{
	if (!vc_cons[fg_console].d)
		return -ENODEV;
	tty = tty_kref_get(vc_cons[fg_console].d->port.tty);
	if (!tty) {
		pr_info("leds: nobody has the terminal open\n");
		return -ENODEV;
	}
	blink(&blinker);
	return 0;
}

static void __exit leds_end(void)
{
	del_timer_sync(&blinker);
	set_leds(LEDS_BACK);
	tty_kref_put(tty);
}

module_init(leds_start);
module_exit(leds_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Blinks the LEDs of the keyboard");
