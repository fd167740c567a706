// SPDX-License-Identifier: GPL-2.0-only
/*
 * Snapshots: the instance's memory in a file from which another process goes
 * on.
 *
 * The file holds a head, records, and pages.  Private memory is mapped from it
 * copy-on-write; pages with several addresses are copied into the new
 * instance's RAM file and mapped as they were.  The host's state is not in it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <ring3/sanitizers.h>
#include "machine/internal.h"

#define MAGIC	    0x33676e697231736eul
#define MAX_RECORDS 16384
/* Pages left out between others that stay holes of the file, so that one
 * mapping covers them: a hole reads as zeros, if a little slower. */
#define GAP_PAGES 512
#define IOV_BATCH 512

enum record_kind {
	RECORD_ANONYMOUS, /* [va, va + n) reads as zeros */
	RECORD_PRIVATE, /* mapped from the file's offset */
	RECORD_CONTENT, /* RAM file's va: read from the file's offset */
	RECORD_VIEW, /* mapped from the RAM file's offset */
	/* A view that nobody may write through: mapped from the file, and
	 * shared with its pages at pa only when those are to be written. */
	RECORD_LAZY_VIEW,
};

struct record {
	unsigned long va, n, offset;
	unsigned long pa; /* LAZY_VIEW */
	unsigned int kind;
	int prot;
};

struct head {
	unsigned long magic;
	unsigned long nr_records;
	unsigned long now; /* guest time */
	unsigned long gs;
	unsigned long image_end, half_end;
	unsigned long size; /* of the file, to notice a cut one */
};

#define RECORDS_OFFSET PAGE_SIZE
#define PAGES_OFFSET   (RECORDS_OFFSET + MAX_RECORDS * sizeof(struct record))

/* Neighbouring mappings of the same rights. */
struct span {
	unsigned long start, end;
	int prot;
};

struct writer {
	int fd, maps_fd;
	unsigned long offset; /* where the next page goes */
	struct mapping *mappings;
	long nr_mappings;
	unsigned char *viewed; /* by page of RAM */
	struct record *records;
	unsigned long n;
	struct span span; /* not saved yet */
	int err;
};

static struct writer writer = {.fd = -1, .maps_fd = -1};

/* Before the jail closes: later nothing can be opened. */
int snapshot_open_for_saving(const char *path)
{
	writer.fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (writer.fd < 0)
		return -errno;
	writer.maps_fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	return writer.maps_fd < 0 ? -errno : 0;
}

static void write_at(struct writer *w, const void *data, unsigned long n,
		     unsigned long offset)
{
	if (!w->err && pwrite(w->fd, data, n, offset) != (ssize_t)n)
		w->err = errno ? -errno : -ENOSPC;
}

static void add_record(struct writer *w, struct record r)
{
	struct record *last = w->n ? &w->records[w->n - 1] : NULL;

	if (last && last->kind == r.kind && r.kind != RECORD_ANONYMOUS &&
	    last->prot == r.prot && last->va + last->n == r.va &&
	    last->offset + last->n == r.offset &&
	    (r.kind != RECORD_LAZY_VIEW || last->pa + last->n == r.pa)) {
		last->n += r.n;
		return;
	}
	if (w->n == MAX_RECORDS) {
		w->err = -EFBIG;
		return;
	}
	w->records[w->n++] = r;
}

/* Lets a private record run on over what is left out up to @va. */
static void bridge_gap(struct writer *w, unsigned long start, unsigned long va)
{
	struct record *last = &w->records[w->n - 1];
	unsigned long end = last->va + last->n;

	if (last->kind != RECORD_PRIVATE || last->va < start ||
	    va - end > GAP_PAGES * PAGE_SIZE ||
	    last->offset + last->n != w->offset)
		return;
	w->offset += va - end;
	last->n += va - end;
}

static bool is_viewed(const struct writer *w, unsigned long va)
{
	return va >= LAYOUT_RAM && va < LAYOUT_RAM_END &&
	       w->viewed[(va - LAYOUT_RAM) >> PAGE_SHIFT];
}

/* Private memory; viewed pages among it are saved apart. */
static void save_span(struct writer *w)
{
	struct span s = w->span;
	unsigned long va;

	w->span = (struct span){0};
	if (!(s.prot & PROT_READ))
		return;
	add_record(w, (struct record){s.start, s.end - s.start, 0, 0,
				      RECORD_ANONYMOUS, s.prot});
	for (va = s.start; va < s.end; va += PAGE_SIZE) {
		if (is_viewed(w, va) || memory_is_free(va) ||
		    memory_is_zero((void *)va))
			continue;
		bridge_gap(w, s.start, va);
		write_at(w, (void *)va, PAGE_SIZE, w->offset);
		add_record(w, (struct record){va, PAGE_SIZE, w->offset, 0,
					      RECORD_PRIVATE, s.prot});
		w->offset += PAGE_SIZE;
	}
}

static void extend_span(struct writer *w, unsigned long start,
			unsigned long end, int prot)
{
	if (w->span.end == start && w->span.prot == prot) {
		w->span.end = end;
		return;
	}
	save_span(w);
	w->span = (struct span){start, end, prot};
}

/* The viewed pages' content, together; free pages and zeros are left out. */
static void save_viewed_content(struct writer *w)
{
	unsigned long va;

	for (va = LAYOUT_RAM; va < LAYOUT_RAM_END; va += PAGE_SIZE) {
		if (!is_viewed(w, va) || memory_is_free(va) ||
		    memory_is_zero((void *)va))
			continue;
		write_at(w, (void *)va, PAGE_SIZE, w->offset);
		add_record(w, (struct record){va - LAYOUT_RAM, PAGE_SIZE,
					      w->offset, 0, RECORD_CONTENT, 0});
		w->offset += PAGE_SIZE;
	}
}

static bool is_in_ram(unsigned long va)
{
	return va >= LAYOUT_RAM && va < LAYOUT_RAM_END;
}

/* The viewed pages at their address in RAM itself. */
static void save_ram_views(struct writer *w)
{
	unsigned long i;

	for (i = 0; i < LAYOUT_RAM_SIZE >> PAGE_SHIFT; i++)
		if (w->viewed[i])
			add_record(w, (struct record){
					      LAYOUT_RAM + (i << PAGE_SHIFT),
					      PAGE_SIZE, i << PAGE_SHIFT, 0,
					      RECORD_VIEW,
					      PROT_READ | PROT_WRITE});
}

static bool is_view(const struct mapping *m)
{
	return m->is_view && !is_in_ram(m->start);
}

static void mark_viewed(struct writer *w, const struct mapping *m)
{
	memset(w->viewed + (m->offset >> PAGE_SHIFT), 1,
	       (m->end - m->start) >> PAGE_SHIFT);
}

/* None of its pages can be written at another address but that in RAM. */
static bool can_be_lazy(const struct writer *w, const struct mapping *m)
{
	return !(m->prot & PROT_WRITE) &&
	       !memchr(w->viewed + (m->offset >> PAGE_SHIFT), 1,
		       (m->end - m->start) >> PAGE_SHIFT);
}

static void save_lazy_view(struct writer *w, const struct mapping *m)
{
	unsigned long n = m->end - m->start;

	write_at(w, (void *)m->start, n, w->offset);
	add_record(w, (struct record){m->start, n, w->offset,
				      LAYOUT_RAM + m->offset, RECORD_LAZY_VIEW,
				      m->prot});
	w->offset += n;
}

static unsigned long shadow_of(unsigned long va)
{
	return RING3_SHADOW_OFFSET + (va >> 3);
}

/* One of the pages that tell about [from, to) is saved only once: @next. */
static unsigned long save_shadow_of(struct writer *w, unsigned long from,
				    unsigned long to, unsigned long next)
{
	unsigned long end = shadow_of(to), va = shadow_of(from) & -PAGE_SIZE;

	for (va = va < next ? next : va; va < end; va += PAGE_SIZE) {
		if (memory_is_zero((void *)va))
			continue;
		write_at(w, (void *)va, PAGE_SIZE, w->offset);
		add_record(w, (struct record){va, PAGE_SIZE, w->offset, 0,
					      RECORD_PRIVATE,
					      PROT_READ | PROT_WRITE});
		w->offset += PAGE_SIZE;
	}
	return va;
}

/* It is by far too large to look through: only what tells about memory that is
 * there, which comes before it in the list. */
static void save_shadow(struct writer *w, const struct mapping *shadow)
{
	const struct mapping *m;
	unsigned long next = 0;

	add_record(w,
		   (struct record){shadow->start, shadow->end - shadow->start,
				   0, 0, RECORD_ANONYMOUS, shadow->prot});
	for (m = w->mappings; m < shadow; m++)
		if (m->prot & PROT_READ && m->start < RING3_SHADOWED)
			next = save_shadow_of(w, m->start, m->end, next);
}

static void save_view(struct writer *w, const struct mapping *m)
{
	if (can_be_lazy(w, m))
		save_lazy_view(w, m);
	else
		add_record(w,
			   (struct record){m->start, m->end - m->start,
					   m->offset, 0, RECORD_VIEW, m->prot});
}

/*
 * A view outside RAM holds its pages in the RAM file; other pages may have been
 * there once, but are private again in the next instance.  Views come last, so
 * that they are mapped over what is private.
 */
static void save_mappings(struct writer *w)
{
	const struct mapping *m, *end = w->mappings + w->nr_mappings;

	for (m = w->mappings; m < end; m++)
		if (is_view(m) && (m->prot & PROT_WRITE))
			mark_viewed(w, m);
	for (m = w->mappings; m < end; m++)
		if (is_view(m) && !can_be_lazy(w, m))
			mark_viewed(w, m);
	for (m = w->mappings; m < end; m++)
		if (!is_view(m) && !m->is_shadow)
			extend_span(w, m->start, m->end, m->prot);
	save_span(w);
	for (m = w->mappings; m < end; m++)
		if (m->is_shadow)
			save_shadow(w, m);
	for (m = w->mappings; m < end; m++)
		if (is_view(m))
			save_view(w, m);
	save_ram_views(w);
}

static void save_all(struct writer *w)
{
	struct head head = {
		.magic = MAGIC,
		.now = clock_now(),
		.gs = cpu_get_gs(),
		.image_end = guest.image_end,
		.half_end = guest.half_end,
	};

	save_mappings(w);
	save_viewed_content(w);
	write_at(w, w->records, w->n * sizeof(*w->records), RECORDS_OFFSET);
	head.nr_records = w->n;
	head.size = w->offset;
	if (!w->err && ftruncate(w->fd, w->offset))
		w->err = -errno;
	write_at(w, &head, sizeof(head), 0);
}

/* Returns 0 or -errno; the instance goes on either way. */
int snapshot_save(void)
{
	struct writer *w = &writer;

	if (w->fd < 0)
		return -EBADF;
	parked_forget();
	w->n = 0;
	w->span = (struct span){0};
	w->err = 0;
	w->records = memory_allocate(PAGES_OFFSET);
	w->viewed = memory_allocate(LAYOUT_RAM_SIZE >> PAGE_SHIFT);
	w->nr_mappings = maps_read(w->maps_fd, &w->mappings);
	if (!w->records || !w->viewed || w->nr_mappings < 0)
		return -ENOMEM;
	w->offset = PAGES_OFFSET;
	save_all(w);
	close(w->maps_fd);
	close(w->fd);
	w->fd = -1;
	return w->err;
}

static int restore_view(const struct record *r)
{
	void *p = mmap((void *)r->va, r->n, r->prot, MAP_SHARED | MAP_FIXED,
		       memory_ram_fd(), r->offset);

	if (p == MAP_FAILED)
		return -errno;
	memory_note_view(r->va, r->n);
	return 0;
}

static int restore_record(int fd, const struct record *r)
{
	switch (r->kind) {
	case RECORD_ANONYMOUS:
		return memory_map_file(-1, r->va, r->n, 0, r->prot);
	case RECORD_PRIVATE:
		return memory_map_file(fd, r->va, r->n, r->offset, r->prot);
	case RECORD_CONTENT:
		return 0; /* all at once, when the views are there */
	case RECORD_VIEW:
		return restore_view(r);
	case RECORD_LAZY_VIEW:
		memory_note_lazy_view(r->va, r->pa, r->n);
		return memory_map_file(fd, r->va, r->n, r->offset, r->prot);
	}
	return -EINVAL;
}

/*
 * The content of shared pages lies together in the file, in the order of its
 * records; it is read straight to where RAM maps the pages.
 */
static int restore_content(int fd, const struct record *r, unsigned long n)
{
	static struct iovec iov[IOV_BATCH];
	unsigned long i, size;
	int count;

	for (i = 0; i < n;) {
		unsigned long offset = r[i].offset;

		for (count = 0, size = 0; i < n && count < IOV_BATCH &&
					  r[i].kind == RECORD_CONTENT &&
					  r[i].offset == offset + size;
		     i++, count++) {
			iov[count].iov_base = (void *)(LAYOUT_RAM + r[i].va);
			iov[count].iov_len = r[i].n;
			size += r[i].n;
		}
		if (!count)
			i++;
		else if (preadv(fd, iov, count, offset) != (ssize_t)size)
			return -EIO;
	}
	return 0;
}

static int read_head(int fd, struct head *head)
{
	struct stat st;

	if (pread(fd, head, sizeof(*head), 0) != (ssize_t)sizeof(*head) ||
	    fstat(fd, &st))
		return -EIO;
	if (head->magic != MAGIC || head->size != (unsigned long)st.st_size ||
	    head->nr_records > MAX_RECORDS)
		return -EINVAL;
	return 0;
}

/* Called in the starting process. */
bool instance_snapshot_is_whole(const char *path)
{
	struct head head;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err = fd < 0 ? -errno : read_head(fd, &head);

	if (fd >= 0)
		close(fd);
	return !err;
}

static int restore_all(int fd, const struct head *head)
{
	size_t size = head->nr_records * sizeof(struct record);
	struct record *records = malloc(size);
	unsigned long i;
	int err = 0;

	if (!records)
		return -ENOMEM;
	if (pread(fd, records, size, RECORDS_OFFSET) != (ssize_t)size)
		err = -EIO;
	for (i = 0; !err && i < head->nr_records; i++)
		err = restore_record(fd, &records[i]);
	if (!err)
		err = restore_content(fd, records, head->nr_records);
	free(records);
	return err;
}

/*
 * Fills the instance's memory, GS and clock; the caller goes on with the
 * kernel half's resume().
 */
int snapshot_restore(const char *path)
{
	struct head head;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = read_head(fd, &head);
	if (!err)
		err = restore_all(fd, &head);
	close(fd);
	if (err)
		return err;
	guest.image_end = head.image_end;
	guest.half_end = head.half_end;
	guest.kernel = (void *)LAYOUT_HALF;
	cpu_set_gs(head.gs);
	return clock_set_up(guest.config->virtual_time, head.now);
}
