// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clients' controlling terminals: current->signal->tty stands for the host's,
 * so that what a driver prints to it appears there.
 *
 * terminal_adopt() runs in the client's task and sleeps; the driver's write()
 * may be called in any context.  Terminals stay as long as the instance.
 */
#include <linux/err.h>
#include <linux/kdev_t.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/tty_port.h>
#include "syscall/clients.h"

#define MAX_TERMINALS  64
#define PTS_MAJOR      136
#define PTS_MAJOR_LAST 143
#define ROOM	       65536

static struct terminal {
	unsigned int number; /* the host's, as proc_pid_stat(5) has it */
	struct tty_struct *tty;
	struct tty_port port;
} terminals[MAX_TERMINALS];

static struct tty_driver *driver;
static DEFINE_MUTEX(terminals_lock);

#if HAVE_TTY_WRITE_SIZE
static ssize_t terminal_write(struct tty_struct *tty, const u8 *text, size_t n)
#else
static int terminal_write(struct tty_struct *tty, const unsigned char *text,
			  int n)
#endif
{
	return host_terminal_write(terminals[tty->index].number, text, n);
}

static unsigned int write_room(struct tty_struct *tty)
{
	return ROOM;
}

static const struct tty_operations operations = {
	.write = terminal_write,
	.write_room = write_room,
};

static const struct tty_port_operations port_operations = {};

/* Of no module, and not registered: the nodes for it are the host's. */
static int make_driver(void)
{
	struct tty_driver *d;

	if (driver)
		return 0;
	d = __tty_alloc_driver(MAX_TERMINALS, NULL,
			       TTY_DRIVER_REAL_RAW | TTY_DRIVER_DYNAMIC_DEV);
	if (IS_ERR(d))
		return PTR_ERR(d);
	d->driver_name = "ring3-terminal";
	d->name = "pts";
	d->type = TTY_DRIVER_TYPE_SYSTEM;
	d->init_termios = tty_std_termios;
	tty_set_operations(d, &operations);
	driver = d;
	return 0;
}

/* As the host's is called: "pts3". */
static void name_terminal(struct tty_struct *tty, unsigned int number)
{
	dev_t dev = new_decode_dev(number);

	if (MAJOR(dev) >= PTS_MAJOR && MAJOR(dev) <= PTS_MAJOR_LAST)
		snprintf(tty->name, sizeof(tty->name), "pts%u",
			 (MAJOR(dev) - PTS_MAJOR) * 256 + MINOR(dev));
	else
		snprintf(tty->name, sizeof(tty->name), "tty%u", MINOR(dev));
}

static struct tty_struct *make_terminal(unsigned int index, unsigned int number)
{
	struct terminal *t = &terminals[index];
	struct tty_struct *tty;

	tty_port_init(&t->port);
	t->port.ops = &port_operations;
	tty_port_link_device(&t->port, driver, index);
	tty = tty_init_dev(driver, index);
	if (IS_ERR(tty)) {
		tty_port_destroy(&t->port);
		return NULL;
	}
	name_terminal(tty, number);
	t->number = number;
	t->tty = tty;
	tty_unlock(tty);
	return tty;
}

/* NULL if there can be no more. */
static struct tty_struct *find_terminal(unsigned int number)
{
	struct tty_struct *tty = NULL;
	unsigned int i;

	mutex_lock(&terminals_lock);
	for (i = 0; i < MAX_TERMINALS && terminals[i].tty; i++)
		if (terminals[i].number == number)
			tty = terminals[i].tty;
	if (!tty && i < MAX_TERMINALS && !make_driver())
		tty = make_terminal(i, number);
	mutex_unlock(&terminals_lock);
	return tty;
}

void terminal_adopt(unsigned int number)
{
	struct tty_struct *tty = number ? find_terminal(number) : NULL;
	struct tty_struct *old;

	spin_lock_irq(&current->sighand->siglock);
	old = current->signal->tty;
	current->signal->tty = tty_kref_get(tty);
	spin_unlock_irq(&current->sighand->siglock);
	tty_kref_put(old);
}
