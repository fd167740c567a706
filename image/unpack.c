// SPDX-License-Identifier: GPL-2.0-only
/*
 * The container: a bzImage, the compressed payload in it, the ELF file in
 * that, and its segments laid out as they stand in memory.
 *
 * One owner, no locks, allocates, never blocks on disk.
 */
#include <elf.h>
#include <errno.h>
#include <stdlib.h>

#include "image/internal.h"
#include "lib/decompress.h"

/* Offsets in the setup header, from the file's start. */
#define SETUP_SECTS    0x1f1
#define SETUP_MAGIC    0x202
#define SETUP_VERSION  0x206
#define PAYLOAD_OFFSET 0x248
#define PAYLOAD_LENGTH 0x24c
#define SETUP_END      0x250
#define SECTOR	       512
#define HDRS	       0x53726448 /* "HdrS" */

#define PAYLOAD_MAX (512u << 20)
#define MEMORY_MAX  (512ull << 20)
#define IMAGE_ALIGN (2ull << 20)

static int find_payload(struct image *image, struct bytes file,
			struct bytes *payload)
{
	uint64_t start, length;
	unsigned int sectors;

	if (file.size < SETUP_END || load32(file.data + SETUP_MAGIC) != HDRS)
		return image_fail(image, -ENOEXEC, "this is no bzImage");
	if (load16(file.data + SETUP_VERSION) < 0x208)
		return image_fail(image, -ENOTSUP,
				  "boot protocol %x.%02x tells of no payload",
				  file.data[SETUP_VERSION + 1],
				  file.data[SETUP_VERSION]);
	sectors = file.data[SETUP_SECTS] ? file.data[SETUP_SECTS] : 4;
	start = (sectors + 1) * SECTOR +
		(uint64_t)load32(file.data + PAYLOAD_OFFSET);
	length = load32(file.data + PAYLOAD_LENGTH);
	if (start > file.size || length > file.size - start || length < 16)
		return image_fail(
			image, -ENOEXEC,
			"the bzImage is cut short: its payload is not in it");
	*payload = (struct bytes){file.data + start, length};
	return 0;
}

int image_unpack(struct image *image, struct bytes file,
		 unsigned char **payload, size_t *size)
{
	struct bytes packed = {0};
	enum compression format;
	uint32_t expected;
	void *out;
	int err;

	err = find_payload(image, file, &packed);
	if (err)
		return err;
	format = compression_of(packed.data, packed.size);
	image->compression = compression_name(format);
	if (format == COMPRESSION_NONE)
		return image_fail(
			image, -ENOTSUP,
			"the payload begins with %08x, which is no compression known here",
			load32(packed.data));
	expected = load32(packed.data + packed.size - 4);
	if (expected > PAYLOAD_MAX)
		return image_fail(image, -ENOEXEC,
				  "the payload claims to be %u bytes",
				  expected);
	err = decompress(packed.data, packed.size, expected, &out, size);
	if (err)
		return image_fail(image, err, "the %s payload is damaged: %s",
				  image->compression, strerror(-err));
	if (*size != expected) {
		free(out);
		return image_fail(image, -EILSEQ,
				  "the payload has %zu bytes, not %u", *size,
				  expected);
	}
	*payload = out;
	return 0;
}

struct segments {
	const unsigned char *headers;
	unsigned int n;
	uint64_t low, high; /* physical addresses */
};

static Elf64_Phdr segment(const struct segments *segments, unsigned int i)
{
	Elf64_Phdr header;

	memcpy(&header, segments->headers + i * sizeof(header), sizeof(header));
	return header;
}

/* Each segment inside the file, and all of them in a sane range. */
static int check_segments(struct image *image, struct bytes elf,
			  struct segments *segments)
{
	segments->low = UINT64_MAX;
	for (unsigned int i = 0; i < segments->n; i++) {
		Elf64_Phdr ph = segment(segments, i);

		if (ph.p_type != PT_LOAD)
			continue;
		if (ph.p_offset > elf.size ||
		    ph.p_filesz > elf.size - ph.p_offset ||
		    ph.p_filesz > ph.p_memsz || ph.p_memsz > MEMORY_MAX ||
		    ph.p_paddr > MEMORY_MAX)
			return image_fail(image, -ENOEXEC,
					  "segment %u of vmlinux is damaged",
					  i);
		if (ph.p_paddr < segments->low)
			segments->low = ph.p_paddr;
		if (ph.p_paddr + ph.p_memsz > segments->high)
			segments->high = ph.p_paddr + ph.p_memsz;
	}
	if (segments->low >= segments->high ||
	    segments->high - segments->low > MEMORY_MAX)
		return image_fail(image, -ENOEXEC,
				  "vmlinux has no segments to load");
	return 0;
}

/* Virtual and physical addresses have to run in step: symbols are virtual,
 * and the layout is the physical one, which the per-CPU segment shares. */
static int copy_segments(struct image *image, struct bytes elf,
			 const struct segments *segments)
{
	for (unsigned int i = 0; i < segments->n; i++) {
		Elf64_Phdr ph = segment(segments, i);
		uint64_t offset = ph.p_paddr - segments->low;

		if (ph.p_type != PT_LOAD)
			continue;
		memcpy(image->mem + offset, elf.data + ph.p_offset,
		       ph.p_filesz);
		if (!ph.p_vaddr) {
			image->percpu_load = image->base + offset;
			image->percpu_size = ph.p_memsz;
		} else if (ph.p_vaddr - IMAGE_LINK_BASE != offset) {
			return image_fail(
				image, -ENOTSUP,
				"vmlinux is linked to 0x%llx, not 0x%llx",
				(unsigned long long)(ph.p_vaddr - offset),
				IMAGE_LINK_BASE);
		}
	}
	if (!image->percpu_size)
		return image_fail(
			image, -ENOTSUP,
			"vmlinux has no per-CPU segment at address 0");
	return 0;
}

static int read_elf_header(struct image *image, struct bytes elf,
			   struct segments *segments, size_t *elf_end)
{
	Elf64_Ehdr header;
	uint64_t sections;

	if (elf.size < sizeof(header))
		return image_fail(image, -ENOEXEC, "the payload is too short");
	memcpy(&header, elf.data, sizeof(header));
	if (memcmp(header.e_ident, ELFMAG, SELFMAG) ||
	    header.e_ident[EI_CLASS] != ELFCLASS64 ||
	    header.e_machine != EM_X86_64)
		return image_fail(image, -ENOEXEC,
				  "the payload is no x86-64 ELF file");
	sections = (uint64_t)header.e_shnum * sizeof(Elf64_Shdr);
	if (header.e_phentsize != sizeof(Elf64_Phdr) ||
	    header.e_phoff > elf.size ||
	    header.e_phnum * sizeof(Elf64_Phdr) > elf.size - header.e_phoff ||
	    header.e_shoff > elf.size || sections > elf.size - header.e_shoff)
		return image_fail(image, -ENOEXEC,
				  "the ELF header of vmlinux is damaged");
	segments->headers = elf.data + header.e_phoff;
	segments->n = header.e_phnum;
	*elf_end = header.e_shoff + sections;
	return 0;
}

int image_place(struct image *image, struct bytes payload,
		struct bytes *relocations)
{
	struct segments segments = {0};
	size_t elf_end = 0, size;
	int err;

	err = read_elf_header(image, payload, &segments, &elf_end);
	if (!err)
		err = check_segments(image, payload, &segments);
	if (err)
		return err;
	size = segments.high - segments.low;
	size = (size + IMAGE_ALIGN - 1) & ~(IMAGE_ALIGN - 1);
	image->mem = calloc(1, size);
	if (!image->mem)
		return image_fail(image, -ENOMEM, "out of memory");
	image->end = image->base + size;
	*relocations =
		(struct bytes){payload.data + elf_end, payload.size - elf_end};
	return copy_segments(image, payload, &segments);
}
