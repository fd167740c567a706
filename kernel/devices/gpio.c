// SPDX-License-Identifier: GPL-2.0-only
/*
 * A GPIO chip whose lines a person drives: each input has a file that sets its
 * level, each output one that shows it.
 *
 * The files are /sys/devices/platform/ring3-gpio/lines/N; used, beside lines,
 * lists those that drivers have, with direction, level and name.  Numbers of the old
 * interface begin at 0, as on the boards that textbooks use.  Levels and
 * interrupt state are under lines_lock, which is innermost and taken with
 * interrupts off; the chip's callbacks never sleep.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/gpio/driver.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/kstrtox.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include "internal.h"

#define NR_LINES 32

struct line {
	bool output;
	bool level;
	bool masked;
	bool edge_seen; /* while masked */
	unsigned int type; /* IRQ_TYPE_* */
};

static struct line lines[NR_LINES];
static DEFINE_RAW_SPINLOCK(lines_lock);
static struct gpio_chip chip;

/* ---- interrupts ---- */

static void raise_line(unsigned int offset)
{
	unsigned int irq = irq_find_mapping(chip.irq.domain, offset);

	if (irq)
		irq_raise(irq);
}

static bool is_active(const struct line *line)
{
	return line->type ==
	       (line->level ? IRQ_TYPE_LEVEL_HIGH : IRQ_TYPE_LEVEL_LOW);
}

/* What a masked line has to say waits for the unmasking. */
static void note_change(unsigned int offset)
{
	struct line *line = &lines[offset];
	unsigned int edge = line->level ? IRQ_TYPE_EDGE_RISING
					: IRQ_TYPE_EDGE_FALLING;

	if (line->type & edge) {
		line->edge_seen = line->masked;
		if (!line->masked)
			raise_line(offset);
	} else if (is_active(line) && !line->masked) {
		raise_line(offset);
	}
}

static void line_ack(struct irq_data *d)
{
	lines[irqd_to_hwirq(d)].edge_seen = false;
}

static void line_mask(struct irq_data *d)
{
	unsigned int offset = irqd_to_hwirq(d);
	unsigned long flags;

	raw_spin_lock_irqsave(&lines_lock, flags);
	lines[offset].masked = true;
	raw_spin_unlock_irqrestore(&lines_lock, flags);
	gpiochip_disable_irq(&chip, offset);
}

static void line_unmask(struct irq_data *d)
{
	unsigned int offset = irqd_to_hwirq(d);
	struct line *line = &lines[offset];
	unsigned long flags;

	gpiochip_enable_irq(&chip, offset);
	raw_spin_lock_irqsave(&lines_lock, flags);
	line->masked = false;
	if (line->edge_seen || is_active(line))
		raise_line(offset);
	line->edge_seen = false;
	raw_spin_unlock_irqrestore(&lines_lock, flags);
}

static int line_set_type(struct irq_data *d, unsigned int type)
{
	struct line *line = &lines[irqd_to_hwirq(d)];
	unsigned long flags;

	raw_spin_lock_irqsave(&lines_lock, flags);
	line->type = type & IRQ_TYPE_SENSE_MASK;
	line->edge_seen = false;
	raw_spin_unlock_irqrestore(&lines_lock, flags);
	irq_set_handler_locked(d, type & IRQ_TYPE_EDGE_BOTH ? handle_edge_irq
							    : handle_level_irq);
	return 0;
}

static const struct irq_chip line_irq_chip = {
	.name = "ring3-gpio",
	.irq_ack = line_ack,
	.irq_mask = line_mask,
	.irq_unmask = line_unmask,
	.irq_set_type = line_set_type,
	.flags = IRQCHIP_IMMUTABLE | IRQCHIP_SKIP_SET_WAKE,
	GPIOCHIP_IRQ_RESOURCE_HELPERS,
};

/* ---- the kernel's side ---- */

static int get_direction(struct gpio_chip *gc, unsigned int offset)
{
	return lines[offset].output ? GPIO_LINE_DIRECTION_OUT
				    : GPIO_LINE_DIRECTION_IN;
}

static int make_input(struct gpio_chip *gc, unsigned int offset)
{
	lines[offset].output = false;
	return 0;
}

static void set_level(unsigned int offset, bool level)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lines_lock, flags);
	if (lines[offset].level != level) {
		lines[offset].level = level;
		note_change(offset);
	}
	raw_spin_unlock_irqrestore(&lines_lock, flags);
}

static int make_output(struct gpio_chip *gc, unsigned int offset, int level)
{
	lines[offset].output = true;
	set_level(offset, level);
	return 0;
}

static int get_value(struct gpio_chip *gc, unsigned int offset)
{
	return lines[offset].level;
}

static void set_value(struct gpio_chip *gc, unsigned int offset, int level)
{
	set_level(offset, level);
}

static struct gpio_chip chip = {
	.label = "ring3-gpio",
	.base = 0,
	.ngpio = NR_LINES,
	.get_direction = get_direction,
	.direction_input = make_input,
	.direction_output = make_output,
	.get = get_value,
	.set = set_value,
};

/* ---- the person's side ---- */

struct line_file {
	struct device_attribute attr;
	char name[4];
};

static struct line_file files[NR_LINES];
static struct attribute *file_list[NR_LINES + 1];
static const struct attribute_group files_group = {
	.name = "lines",
	.attrs = file_list,
};

static unsigned int offset_of(const struct device_attribute *attr)
{
	return container_of(attr, struct line_file, attr) - files;
}

static ssize_t line_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	return sysfs_emit(buf, "%d\n", lines[offset_of(attr)].level);
}

/* Whoever drives a line that drives itself makes a short circuit. */
static ssize_t line_store(struct device *dev, struct device_attribute *attr,
			  const char *buf, size_t count)
{
	unsigned int offset = offset_of(attr);
	bool level;
	int err = kstrtobool(buf, &level);

	if (err)
		return err;
	if (lines[offset].output)
		return -EPERM;
	set_level(offset, level);
	return count;
}

/* What the line's user calls it, to be freed; NULL if it has none. */
static char *label_of(unsigned int offset)
{
#if HAVE_GPIO_LINE_LABEL
	char *label = gpiochip_dup_line_label(&chip, offset);

	return IS_ERR(label) ? NULL : label;
#else
	const char *label = gpiochip_is_requested(&chip, offset);

	return label ? kstrdup(label, GFP_KERNEL) : NULL;
#endif
}

static ssize_t used_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	unsigned int i;
	int n = 0;

	for (i = 0; i < NR_LINES; i++) {
		char *label = label_of(i);

		if (label)
			n += sysfs_emit_at(buf, n, "%u %s %d %s\n", i,
					   lines[i].output ? "out" : "in",
					   lines[i].level, label);
		kfree(label);
	}
	return n;
}
static DEVICE_ATTR_RO(used);

static void fill_files(void)
{
	unsigned int i;

	for (i = 0; i < NR_LINES; i++) {
		struct line_file *file = &files[i];

		snprintf(file->name, sizeof(file->name), "%u", i);
		sysfs_attr_init(&file->attr.attr);
		file->attr.attr.name = file->name;
		file->attr.attr.mode = 0644;
		file->attr.show = line_show;
		file->attr.store = line_store;
		file_list[i] = &file->attr.attr;
	}
}

static int add_chip(struct device *parent)
{
	unsigned int i;

	for (i = 0; i < NR_LINES; i++)
		lines[i].masked = true;
	chip.parent = parent;
	gpio_irq_chip_set_chip(&chip.irq, &line_irq_chip);
	chip.irq.default_type = IRQ_TYPE_NONE;
	chip.irq.handler = handle_bad_irq;
	return gpiochip_add_data(&chip, NULL);
}

void gpio_set_up(void)
{
	struct platform_device *dev =
		platform_device_register_simple("ring3-gpio", -1, NULL, 0);
	int err = PTR_ERR_OR_ZERO(dev);

	if (!err)
		err = add_chip(&dev->dev);
	fill_files();
	if (!err)
		err = sysfs_create_group(&dev->dev.kobj, &files_group);
	if (!err)
		err = device_create_file(&dev->dev, &dev_attr_used);
	if (err)
		pr_err("ring3: no GPIO chip: error %d\n", err);
}
