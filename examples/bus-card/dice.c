// SPDX-License-Identifier: GPL-2.0-only
/*
 * A PCI driver: a card that rolls a die, with registers in a BAR and an
 * interrupt when the die has come to rest.
 *
 * The bus finds the card by its numbers and calls probe(), which enables it,
 * maps its registers and takes its interrupt. Registers are only accessed by
 * ioread32() and its like: they are no memory. Whoever reads /dev/dice waits
 * for a roll, and gets its number as text.
 *
 * There is no such card; dice.py stands for one in ring3.
 */
#include <linux/bits.h>
#include <linux/completion.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/uaccess.h>

#define DICE_VENDOR 0x1d1c
#define DICE_DEVICE 0x0006

/* Registers in BAR 0. */
#define REG_ROLL   0x00 /* a write rolls a die with so many sides */
#define REG_STATUS 0x04
#define REG_RESULT 0x08

#define STATUS_RESTS BIT(0) /* also the interrupt; written, it is cleared */

#define SIDES 6

struct dice {
	struct pci_dev *pdev;
	void __iomem *registers;
	struct mutex lock; /* one roll at a time */
	struct completion rests;
	u32 result;
	struct miscdevice misc;
};

/* The line may be shared: whose interrupt it is, the card's status says. */
static irqreturn_t dice_interrupt(int irq, void *data)
{
	struct dice *dice = data;

	if (!(ioread32(dice->registers + REG_STATUS) & STATUS_RESTS))
		return IRQ_NONE;
	iowrite32(STATUS_RESTS, dice->registers + REG_STATUS);
	dice->result = ioread32(dice->registers + REG_RESULT);
	complete(&dice->rests);
	return IRQ_HANDLED;
}

/* The number, or a negative error. */
static int roll(struct dice *dice)
{
	int ret = mutex_lock_interruptible(&dice->lock);

	if (ret)
		return ret;
	reinit_completion(&dice->rests);
	iowrite32(SIDES, dice->registers + REG_ROLL);
	ret = wait_for_completion_interruptible_timeout(&dice->rests, HZ);
	if (ret > 0)
		ret = dice->result;
	else if (!ret)
		ret = -ETIMEDOUT;
	mutex_unlock(&dice->lock);
	return ret;
}

static ssize_t dice_read(struct file *file, char __user *buf, size_t count,
			 loff_t *pos)
{
	struct dice *dice = container_of(file->private_data, struct dice, misc);
	char text[16];
	int n;

	if (*pos) /* one roll for each open */
		return 0;
	n = roll(dice);
	if (n < 0)
		return n;
	n = scnprintf(text, sizeof(text), "%d\n", n);
	return simple_read_from_buffer(buf, count, pos, text, n);
}

static const struct file_operations dice_fops = {
	.owner = THIS_MODULE,
	.read = dice_read,
};

static int dice_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct dice *dice;
	int ret;

	dice = devm_kzalloc(&pdev->dev, sizeof(*dice), GFP_KERNEL);
	if (!dice)
		return -ENOMEM;
	dice->pdev = pdev;
	mutex_init(&dice->lock);
	init_completion(&dice->rests);
	pci_set_drvdata(pdev, dice);

	/* pcim_ functions undo themselves, as devm_ ones do. */
	ret = pcim_enable_device(pdev);
	if (ret)
		return ret;
	ret = pcim_iomap_regions(pdev, BIT(0), "dice");
	if (ret)
		return ret;
	dice->registers = pcim_iomap_table(pdev)[0];
	ret = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_ALL_TYPES);
	if (ret < 0)
		return ret;
	ret = request_irq(pci_irq_vector(pdev, 0), dice_interrupt, IRQF_SHARED,
			  "dice", dice);
	if (ret)
		goto free_vectors;

	dice->misc.minor = MISC_DYNAMIC_MINOR;
	dice->misc.name = "dice";
	dice->misc.fops = &dice_fops;
	dice->misc.mode = 0444;
	ret = misc_register(&dice->misc);
	if (ret)
		goto free_irq;
	pci_info(pdev, "a die with %d sides\n", SIDES);
	return 0;

free_irq:
	free_irq(pci_irq_vector(pdev, 0), dice);
free_vectors:
	pci_free_irq_vectors(pdev);
	return ret;
}

static void dice_remove(struct pci_dev *pdev)
{
	struct dice *dice = pci_get_drvdata(pdev);

	misc_deregister(&dice->misc);
	free_irq(pci_irq_vector(pdev, 0), dice);
	pci_free_irq_vectors(pdev);
}

static const struct pci_device_id dice_ids[] = {
	{PCI_DEVICE(DICE_VENDOR, DICE_DEVICE)},
	{},
};
MODULE_DEVICE_TABLE(pci, dice_ids);

static struct pci_driver dice_driver = {
	.name = "dice",
	.id_table = dice_ids,
	.probe = dice_probe,
	.remove = dice_remove,
};
module_pci_driver(dice_driver);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A PCI card that rolls a die");
