// SPDX-License-Identifier: GPL-2.0-only
/*
 * The instance's memory: RAM, and views of its pages at further addresses.
 *
 * RAM is at first private to the process (of a snapshot's file, or anonymous).
 * A page that the kernel maps a second time moves to a memory file, of RAM's
 * size and offsets, and is mapped from there at all its addresses: so both see
 * the same bytes, and pages that have one address cost nothing.
 *
 * Called through struct ring3_host, on the host's stack.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "machine/guest.h"
#include "machine/internal.h"

#define RAM_PAGES      (LAYOUT_RAM_SIZE / PAGE_SIZE)
#define VOID_SIZE      (2ul << 20)
#define MAX_LAZY_VIEWS 256
/* Runs of pages from here on are faulted in at once. */
#define POPULATE_MIN (2 * PAGE_SIZE)

static int ram_fd = -1;
static int void_fd = -1;
static int mem_fd = -1; /* /proc/self/mem */
static unsigned char moved[RAM_PAGES]; /* the page lies in ram_fd */
static unsigned char unused[RAM_PAGES]; /* told by memory_free_hint() */

int memory_ram_fd(void)
{
	return ram_fd;
}

/* Claims what must not be taken by the host's own allocations. */
static int reserve_low(void)
{
	void *low = (void *)LAYOUT_LOW;
	void *p = mmap(low, LAYOUT_LOW_END - LAYOUT_LOW, PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
			       MAP_FIXED_NOREPLACE,
		       -1, 0);

	if (p == low)
		return 0;
	return p == MAP_FAILED ? -errno : -EEXIST;
}

int memory_set_up(void)
{
	int err = reserve_low();

	if (err)
		return err;
	mem_fd = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
	ram_fd = memfd_create("ring3-ram", MFD_CLOEXEC);
	if (ram_fd < 0 || ftruncate(ram_fd, LAYOUT_RAM_SIZE))
		return -errno;
	return 0;
}

/* @fd: -1 for memory that reads as zeros. */
int memory_map_file(int fd, unsigned long va, unsigned long n, off_t offset,
		    int prot)
{
	int flags = MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE;
	void *p = mmap((void *)va, n, prot,
		       flags | (fd < 0 ? MAP_ANONYMOUS : 0), fd, offset);

	return p == MAP_FAILED ? -errno : 0;
}

void *memory_allocate(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static int protection(unsigned int rights)
{
	return (rights & RING3_READ ? PROT_READ : 0) |
	       (rights & RING3_WRITE ? PROT_WRITE : 0) |
	       (rights & RING3_EXEC ? PROT_EXEC : 0);
}

bool memory_is_zero(const void *page)
{
	const unsigned long *p = page, *end = p + PAGE_SIZE / sizeof(*p);

	for (; p < end; p++)
		if (*p)
			return false;
	return true;
}

static unsigned long frame_number(unsigned long pa)
{
	return (pa - LAYOUT_RAM) >> PAGE_SHIFT;
}

static int map_ram(unsigned long va, unsigned long pa, unsigned long n,
		   int prot)
{
	void *p = mmap((void *)va, n, prot, MAP_SHARED | MAP_FIXED, ram_fd,
		       pa - LAYOUT_RAM);

	return p == MAP_FAILED ? -errno : 0;
}

/* Moves the pages of [pa, end), none of which has been moved. */
static int move_run(unsigned long pa, unsigned long end)
{
	unsigned long p;

	checkpoint_keep(pa, end - pa);
	for (p = pa; p < end; p += PAGE_SIZE) {
		if (!memory_is_zero((void *)p) &&
		    pwrite(ram_fd, (void *)p, PAGE_SIZE, p - LAYOUT_RAM) !=
			    (ssize_t)PAGE_SIZE)
			return -ENOMEM;
		moved[frame_number(p)] = 1;
	}
	return map_ram(pa, pa, end - pa, PROT_READ | PROT_WRITE);
}

static int move_to_file(unsigned long pa, unsigned long n)
{
	unsigned long p = pa, end = pa + n, run;
	int err = 0;

	while (!err && p < end) {
		if (moved[frame_number(p)]) {
			p += PAGE_SIZE;
			continue;
		}
		for (run = p; run < end && !moved[frame_number(run)];)
			run += PAGE_SIZE;
		err = move_run(p, run);
		p = run;
	}
	return err;
}

int guest_memory_share(unsigned long pa, unsigned long n)
{
	if (pa < LAYOUT_RAM || pa + n > LAYOUT_RAM_END)
		return -ENXIO;
	return move_to_file(pa, n);
}

int guest_memory_fd(void)
{
	return ram_fd;
}

unsigned long guest_memory_offset(unsigned long pa)
{
	return pa - LAYOUT_RAM;
}

int memory_map(unsigned long va, unsigned long pa, unsigned long n,
	       unsigned int rights)
{
	int err;

	if (pa < LAYOUT_RAM || pa + n > LAYOUT_RAM_END)
		return -EINVAL;
	checkpoint_keep(pa, n);
	checkpoint_replace(va, n);
	err = move_to_file(pa, n);
	if (!err && parked_open(va, pa, n, protection(rights)))
		return 0;
	parked_clear(va, n);
	if (!err)
		err = map_ram(va, pa, n, protection(rights));
	if (!err)
		parked_note(va, pa, n);
	/* A module's sections and the like: all of it will be touched. */
	if (!err && n >= POPULATE_MIN)
		madvise((void *)va, n, MADV_POPULATE_WRITE);
	return err;
}

/*
 * Views of a snapshot that are read-only: private copies, page by page made
 * shared when the page is to be written at its address in RAM.
 */
static struct lazy_view {
	unsigned long va, pa, n;
} lazy_views[MAX_LAZY_VIEWS];
static int nr_lazy_views;
static unsigned char is_shared[RAM_PAGES]; /* pages of them that are */

void memory_note_lazy_view(unsigned long va, unsigned long pa, unsigned long n)
{
	if (nr_lazy_views == MAX_LAZY_VIEWS)
		guest_bug("too many read-only views in the snapshot");
	lazy_views[nr_lazy_views++] = (struct lazy_view){va, pa, n};
}

static int share_page(unsigned long va, unsigned long pa)
{
	int err;

	if (is_shared[frame_number(pa)])
		return 0;
	is_shared[frame_number(pa)] = 1;
	/* No change to a checkpoint: the bytes are the same. */
	err = move_to_file(pa, PAGE_SIZE);
	return err ? err : map_ram(va, pa, PAGE_SIZE, PROT_READ | PROT_EXEC);
}

/* Before [va, va + n) is written to through RAM, or made writable. */
int memory_share(unsigned long va, unsigned long n)
{
	int i, err = 0;

	for (i = 0; i < nr_lazy_views; i++) {
		const struct lazy_view *v = &lazy_views[i];
		unsigned long p = va & ~(PAGE_SIZE - 1);

		for (; !err && p < va + n; p += PAGE_SIZE)
			if (p >= v->va && p < v->va + v->n)
				err = share_page(p, v->pa + (p - v->va));
	}
	return err;
}

/* An unmapped view is none any more. */
static void forget_lazy_view(unsigned long va, unsigned long n)
{
	int i;

	for (i = 0; i < nr_lazy_views; i++)
		if (lazy_views[i].va >= va && lazy_views[i].va < va + n)
			lazy_views[i].n = 0;
}

/* After a snapshot: these pages lie in the file already. */
void memory_note_view(unsigned long va, unsigned long n)
{
	if (va >= LAYOUT_RAM && va + n <= LAYOUT_RAM_END)
		memset(moved + frame_number(va), 1, n >> PAGE_SHIFT);
}

static int make_void(void)
{
	void *p;

	void_fd = memfd_create("ring3-void", MFD_CLOEXEC);
	if (void_fd < 0 || ftruncate(void_fd, VOID_SIZE))
		return -errno;
	p = mmap(NULL, VOID_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, void_fd,
		 0);
	if (p == MAP_FAILED)
		return -errno;
	memset(p, 0xff, VOID_SIZE);
	munmap(p, VOID_SIZE);
	return 0;
}

int memory_map_void(unsigned long va, unsigned long n)
{
	unsigned long done, piece;
	int err = 0;

	checkpoint_replace(va, n);
	if (void_fd < 0)
		err = make_void();
	for (done = 0; !err && done < n; done += piece) {
		piece = n - done < VOID_SIZE ? n - done : VOID_SIZE;
		err = memory_map_file(void_fd, va + done, piece, 0,
				      PROT_READ | PROT_WRITE);
	}
	return err;
}

/* What is zero is not written: in a clone, each write copies a page. */
static void forget_moved(void)
{
	unsigned long i;

	for (i = 0; i < RAM_PAGES; i++)
		if (moved[i])
			moved[i] = 0;
}

/*
 * Views of one page become separate copies.  That is right for those that are
 * written at one address only, as vmalloc memory is; those of pages that are
 * mapped from now on lie in a file of their own again.
 */
int memory_separate(const char *views)
{
	unsigned long from, to, offset;
	unsigned int prot;
	int used;

	while (sscanf(views, "%lx-%lx %lx %x\n%n", &from, &to, &offset, &prot,
		      &used) == 4) {
		void *p = mmap((void *)from, to - from, prot,
			       MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE, ram_fd,
			       offset);

		if (p == MAP_FAILED)
			return -errno;
		views += used;
	}
	forget_moved();
	parked_disown();
	mem_fd = -1; /* the other's memory */
	ram_fd = memfd_create("ring3-ram", MFD_CLOEXEC);
	if (ram_fd < 0 || ftruncate(ram_fd, LAYOUT_RAM_SIZE))
		return -errno;
	return 0;
}

int memory_map_zero(unsigned long va, unsigned long n)
{
	checkpoint_replace(va, n);
	return memory_map_file(-1, va, n, 0, PROT_READ | PROT_WRITE);
}

/* In the low range the reservation comes back, so that nothing of the host's
 * ever lies there. */
void memory_unmap(unsigned long va, unsigned long n)
{
	checkpoint_replace(va, n);
	forget_lazy_view(va, n);
	if (parked_close(va, n))
		return;
	parked_clear(va, n);
	if (va >= LAYOUT_LOW && va < LAYOUT_LOW_END)
		memory_map_file(-1, va, n, 0, PROT_NONE);
	else
		munmap((void *)va, n);
}

int memory_protect(unsigned long va, unsigned long n, unsigned int rights)
{
	int err = rights & RING3_WRITE ? memory_share(va, n) : 0;

	if (err)
		return err;
	checkpoint_protect(va, n, protection(rights));
	return mprotect((void *)va, n, protection(rights)) ? -errno : 0;
}

/* The file of the process's memory ignores protection, and leaves it alone. */
int memory_overwrite(void *to, const void *from, unsigned long n)
{
	unsigned long page = (unsigned long)to & ~(PAGE_SIZE - 1);
	unsigned long size = (unsigned long)to + n - page;

	if (pwrite(mem_fd, from, n, (unsigned long)to) == (ssize_t)n)
		return 0;
	/* A host may forbid that; then the text is left as after boot. */
	if (mprotect((void *)page, size, PROT_READ | PROT_WRITE | PROT_EXEC))
		return -errno;
	memcpy(to, from, n);
	return mprotect((void *)page, size, PROT_READ | PROT_EXEC) ? -errno : 0;
}

int memory_poke(unsigned long to, const void *from, unsigned long n)
{
	checkpoint_keep(to, n);
	return memory_overwrite((void *)to, from, n);
}

void memory_free_hint(unsigned long pa, unsigned long n)
{
	if (pa >= LAYOUT_RAM && pa + n <= LAYOUT_RAM_END)
		memset(unused + frame_number(pa), 1, n >> PAGE_SHIFT);
}

bool memory_is_free(unsigned long pa)
{
	return pa >= LAYOUT_RAM && pa < LAYOUT_RAM_END &&
	       unused[frame_number(pa)];
}
