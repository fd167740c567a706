// SPDX-License-Identifier: GPL-2.0-only
/*
 * A page of memory that the module and programs see at the same time, by mmap.
 *
 * The module counts the kicks it gets, as any write to the device is one. The
 * program sees the count change without a system call, and the module prints
 * what the program wrote behind it.
 */
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>

#include "shared-page.h"

static struct page *page;

static struct shared_page *content(void)
{
	return page_address(page);
}

/* Any write is a kick; what is written does not matter. */
static ssize_t shared_write(struct file *file, const char __user *buf,
			    size_t count, loff_t *pos)
{
	struct shared_page *shared = content();

	shared->kicks++;
	/* The program may change the text at any time: never beyond its end. */
	pr_info("shared-page: kick %u, text \"%.*s\"\n", shared->kicks,
		(int)sizeof(shared->text), shared->text);
	return count;
}

/* The first touch of an address that mmap() gave: here is its page. */
static vm_fault_t shared_fault(struct vm_fault *vmf)
{
	if (vmf->pgoff)
		return VM_FAULT_SIGBUS;
	get_page(page);
	vmf->page = page;
	return 0;
}

static const struct vm_operations_struct shared_vm_ops = {
	.fault = shared_fault,
};

static int shared_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (vma->vm_pgoff || vma->vm_end - vma->vm_start > PAGE_SIZE)
		return -EINVAL;
	vma->vm_ops = &shared_vm_ops;
	return 0;
}

static const struct file_operations shared_fops = {
	.owner = THIS_MODULE,
	.write = shared_write,
	.mmap = shared_mmap,
};

static struct miscdevice shared_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "shared-page",
	.fops = &shared_fops,
	.mode = 0666,
};

static int __init shared_start(void)
{
	int ret;

	page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!page)
		return -ENOMEM;
	ret = misc_register(&shared_device);
	if (ret)
		__free_page(page);
	return ret;
}

/* Programs that have it mapped still hold the page; this gives up our hold. */
static void __exit shared_end(void)
{
	misc_deregister(&shared_device);
	__free_page(page);
}

module_init(shared_start);
module_exit(shared_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A page that a module and programs share");
