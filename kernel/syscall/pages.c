// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages of a client that the kernel or a driver holds: get_user_pages(),
 * pin_user_pages() and what is built on them, direct I/O above all.
 *
 * A client's memory is another process's, so such a page is a copy.  The task's
 * address space has a mapping where clients have memory, whose fault handler
 * makes the copy; what has changed on either side since is exchanged at the
 * beginning and at the end of each call of the program, byte by byte, for as long
 * as anyone holds it.
 *
 * In a client's task, or, the handler, in one that uses its address space; sleeps.
 */
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/hashtable.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include "syscall/clients.h"

/* A program may ask for more than there is. */
#define GFP_HELD (GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN)

struct held_page {
	struct hlist_node node;
	struct page *page;
	int tgid; /* whose it is a copy of, */
	unsigned long address; /* and where it lies */
	u8 *common; /* what both sides had last */
};

static DEFINE_HASHTABLE(held, 10);
static unsigned int nr_held;
static DEFINE_MUTEX(held_mutex);

/* ---- one page ---------------------------------------------------------------------- */

static struct held_page *find(int tgid, unsigned long address)
{
	struct held_page *h;

	hash_for_each_possible(held, h, node, address)
		if (h->tgid == tgid && h->address == address)
			return h;
	return NULL;
}

static void free_held(struct held_page *h)
{
	if (h->page)
		put_page(h->page);
	kfree(h->common);
	kfree(h);
}

static struct held_page *make(const struct ring3_client *client,
			      unsigned long address)
{
	struct held_page *h = kzalloc(sizeof(*h), GFP_KERNEL);
	int err;

	if (!h)
		return ERR_PTR(-ENOMEM);
	h->tgid = client->tgid;
	h->address = address;
	h->common = kmalloc(PAGE_SIZE, GFP_HELD);
	h->page = alloc_page(GFP_HELD);
	err = -ENOMEM;
	if (!h->common || !h->page)
		goto free;
	err = -EFAULT;
	if (host_client_read(client->tid, h->common, address, PAGE_SIZE) !=
	    PAGE_SIZE)
		goto free;
	memcpy(page_address(h->page), h->common, PAGE_SIZE);
	hash_add(held, &h->node, address);
	nr_held++;
	return h;

free:
	free_held(h);
	return ERR_PTR(err);
}

static void drop(struct held_page *h)
{
	hash_del(&h->node);
	nr_held--;
	free_held(h);
}

/* Bytes from @from on that differ from what both sides had; none: 0. */
static unsigned int next_change(const u8 *now, const u8 *common,
				unsigned int *from)
{
	unsigned int end;

	while (*from < PAGE_SIZE && now[*from] == common[*from])
		++*from;
	for (end = *from; end < PAGE_SIZE && now[end] != common[end];)
		end++;
	return end - *from;
}

/* What the kernel has written. */
static int give_back(struct held_page *h, int tid)
{
	u8 *now = page_address(h->page);
	unsigned int at, n;

	if (!memcmp(now, h->common, PAGE_SIZE))
		return 0;
	for (at = 0; (n = next_change(now, h->common, &at)); at += n) {
		if (host_client_write(tid, h->address + at, now + at, n) != n)
			return -EFAULT;
		memcpy(h->common + at, now + at, n);
	}
	return 0;
}

/* What the program has written; into @buffer of a page first. */
static void take_over(struct held_page *h, int tid, u8 *buffer)
{
	u8 *now = page_address(h->page);
	unsigned int at, n;

	if (host_client_read(tid, buffer, h->address, PAGE_SIZE) != PAGE_SIZE)
		return;
	for (at = 0; (n = next_change(buffer, h->common, &at)); at += n) {
		memcpy(now + at, buffer + at, n);
		memcpy(h->common + at, buffer + at, n);
	}
}

/* ---- the mapping --------------------------------------------------------------------- */

/* The client whose task has @mm, or NULL: it is gone. */
static struct client_task *client_of(const struct mm_struct *mm)
{
	struct client_task *ct = client_current();

	if (ct && current->mm == mm)
		return ct;
#ifdef CONFIG_MEMCG
	if (mm->owner && !(mm->owner->flags & (PF_KTHREAD | PF_EXITING)))
		ct = mm->owner->worker_private;
#endif
	return ct && ct->task && ct->task->mm == mm ? ct : NULL;
}

static vm_fault_t provide(const struct vm_special_mapping *mapping,
			  struct vm_area_struct *vma, struct vm_fault *vmf)
{
	unsigned long address = vmf->address & PAGE_MASK;
	struct client_task *ct = client_of(vma->vm_mm);
	struct held_page *h;
	int err;

	if (!ct)
		return VM_FAULT_SIGSEGV;
	mutex_lock(&held_mutex);
	h = find(ct->client->tgid, address);
	if (!h)
		h = make(ct->client, address);
	err = PTR_ERR_OR_ZERO(h);
	if (!err)
		err = vm_insert_page(vma, address, h->page);
	ct->has_pages = true;
	mutex_unlock(&held_mutex);
	if (err == -ENOMEM)
		return VM_FAULT_OOM;
	return err && err != -EBUSY ? VM_FAULT_SIGSEGV : VM_FAULT_NOPAGE;
}

static const struct vm_special_mapping mapping = {
	.name = "[program]",
	.fault = provide,
};

/*
 * Above all that the instance has mapped, where programs have nearly all memory.
 * Of what lies lower, as only programs of fixed addresses have it, the page
 * tables are the kernel's own; who asks for a page there gets EFAULT.
 */
void pages_map(void)
{
	struct mm_struct *mm = current->mm;

	mmap_write_lock(mm);
	_install_special_mapping(
		mm, RING3_SCRATCH_END, TASK_SIZE_MAX - RING3_SCRATCH_END,
		VM_SHARED | VM_MAYSHARE | VM_READ | VM_WRITE | VM_MAYREAD |
			VM_MAYWRITE | VM_MIXEDMAP | VM_DONTDUMP,
		&mapping);
	mmap_write_unlock(mm);
}

static void unmap(void)
{
	vm_munmap(RING3_SCRATCH_END, TASK_SIZE_MAX - RING3_SCRATCH_END);
}

/* ---- a call ---------------------------------------------------------------------------- */

void pages_before_call(const struct ring3_client *client)
{
	struct held_page *h;
	unsigned int i;
	u8 *buffer;

	if (!READ_ONCE(nr_held))
		return;
	buffer = kmalloc(PAGE_SIZE, GFP_KERNEL);
	if (!buffer)
		return;
	mutex_lock(&held_mutex);
	hash_for_each(held, i, h, node)
		if (h->tgid == client->tgid)
			take_over(h, client->tid, buffer);
	mutex_unlock(&held_mutex);
	kfree(buffer);
}

int pages_after_call(struct client_task *ct)
{
	struct hlist_node *next;
	struct held_page *h;
	unsigned int i;
	int err = 0;

	if (!READ_ONCE(nr_held))
		return 0;
	if (ct->has_pages) {
		ct->has_pages = false;
		unmap();
		pages_map();
	}
	mutex_lock(&held_mutex);
	hash_for_each_safe(held, i, next, h, node) {
		if (h->tgid != ct->client->tgid)
			continue;
		err = give_back(h, ct->client->tid) ?: err;
		/* Nobody else has it any more. */
		if (page_count(h->page) == 1)
			drop(h);
	}
	mutex_unlock(&held_mutex);
	return err;
}

/* Of a program that is gone; who holds one keeps it. */
void pages_forget(int tgid)
{
	struct hlist_node *next;
	struct held_page *h;
	unsigned int i;

	if (!READ_ONCE(nr_held))
		return;
	mutex_lock(&held_mutex);
	hash_for_each_safe(held, i, next, h, node)
		if (h->tgid == tgid)
			drop(h);
	mutex_unlock(&held_mutex);
}
