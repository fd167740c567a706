// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module file as an ELF object: opening it, its parts, its sections.
 *
 * One owner, no locks, may block on disk, not signal-safe.
 */
#include "lib/modelf.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/modelf_priv.h"

/* More than any module, little enough for any machine. */
#define LARGEST_MODULE (1ul << 30)

/* Less is not even worth a look at what it might be. */
#define SHORTEST_MAGIC 6

#define SMALLEST_CHUNK (64ul << 10)

static struct modelf_chunk *add_chunk(struct modelf *elf, size_t least)
{
	size_t size = elf->chunks ? elf->chunks->size * 2 : SMALLEST_CHUNK;
	struct modelf_chunk *chunk;

	if (size < least)
		size = least;
	chunk = malloc(sizeof(*chunk) + size);
	if (!chunk)
		return NULL;
	chunk->next = elf->chunks;
	chunk->size = size;
	chunk->used = 0;
	elf->chunks = chunk;
	return chunk;
}

void *modelf_alloc(struct modelf *elf, size_t size)
{
	struct modelf_chunk *chunk = elf->chunks;
	void *data;

	if (size > SIZE_MAX / 4)
		return NULL;
	size = (size + 15) & ~15ul;
	if (!chunk || size > chunk->size - chunk->used)
		chunk = add_chunk(elf, size);
	if (!chunk)
		return NULL;
	data = chunk->data + chunk->used;
	chunk->used += size;
	return data;
}

/* Keeps the newest, which is the largest but for one that was too large. */
static void reset_chunks(struct modelf *elf)
{
	struct modelf_chunk *chunk = elf->chunks;

	if (!chunk)
		return;
	while (chunk->next) {
		struct modelf_chunk *next = chunk->next;

		chunk->next = next->next;
		free(next);
	}
	chunk->used = 0;
}

static int read_fully(int fd, void *data, size_t size, uint64_t offset)
{
	unsigned char *p = data;

	while (size) {
		ssize_t got = pread(fd, p, size, offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			return -EINVAL; /* it was cut under our hands */
		p += got;
		offset += got;
		size -= got;
	}
	return 0;
}

static const unsigned char *find_range(const struct modelf *elf,
				       uint64_t offset, uint64_t size)
{
	for (size_t i = 0; i < elf->nr_ranges; i++) {
		const struct modelf_range *range = &elf->range[i];

		if (offset >= range->offset &&
		    offset - range->offset <= range->size &&
		    size <= range->size - (offset - range->offset))
			return range->data + (offset - range->offset);
	}
	return NULL;
}

/* Headers that lie may name the same bytes over and over. */
static bool spend(struct modelf *elf, uint64_t bytes)
{
	elf->read_bytes += bytes;
	return elf->read_bytes <= 8 * elf->size + SMALLEST_CHUNK;
}

int modelf_view(struct modelf *elf, uint64_t offset, uint64_t size,
		const unsigned char **data)
{
	unsigned char *room;
	int err;

	if (offset > elf->size || size > elf->size - offset)
		return -EINVAL;
	*data = elf->image ? elf->image + offset
			   : find_range(elf, offset, size);
	if (*data)
		return 0;
	if (!spend(elf, size))
		return -EINVAL;
	room = modelf_alloc(elf, size);
	if (!room)
		return -ENOMEM;
	err = read_fully(elf->fd, room, size, offset);
	if (err)
		return err;
	if (elf->nr_ranges < MODELF_RANGES)
		elf->range[elf->nr_ranges++] =
			(struct modelf_range){offset, size, room};
	*data = room;
	return 0;
}

/* ---- opening ------------------------------------------------------------ */

static void forget_file(struct modelf *elf)
{
	struct modelf_chunk *chunks = elf->chunks;

	if (elf->fd >= 0)
		close(elf->fd);
	free(elf->unpacked);
	memset(elf, 0, sizeof(*elf));
	elf->fd = -1;
	elf->chunks = chunks;
	reset_chunks(elf);
}

static int check_ident(struct modelf *elf, const unsigned char *head)
{
	const uint16_t one = 1;
	bool native_big = !*(const unsigned char *)&one;

	if (memcmp(head, ELFMAG, SELFMAG))
		return -ENOEXEC;
	if (head[EI_CLASS] != ELFCLASS32 && head[EI_CLASS] != ELFCLASS64)
		return -ENOEXEC;
	if (head[EI_DATA] != ELFDATA2LSB && head[EI_DATA] != ELFDATA2MSB)
		return -ENOEXEC;
	elf->is_64bit = head[EI_CLASS] == ELFCLASS64;
	elf->is_big_endian = head[EI_DATA] == ELFDATA2MSB;
	elf->is_native = elf->is_64bit && elf->is_big_endian == native_big;
	return 0;
}

/*
 * Linkers put the sections' names right before the section headers, as a rule:
 * one read gets both.
 */
static int read_shdrs(struct modelf *elf, uint64_t offset)
{
	uint64_t size = (uint64_t)elf->nr_shdrs * elf->shentsize;
	uint64_t more = offset < MODELF_TAIL ? 0 : MODELF_TAIL;
	int err;

	err = modelf_view(elf, offset - more, size + more, &elf->shdrs);
	if (!err)
		elf->shdrs += more;
	return err;
}

/* The fields of the header that are of interest, and the section headers. */
static int read_header(struct modelf *elf, const unsigned char *head)
{
	size_t word = elf->is_64bit ? 8 : 4;
	/* e_shoff follows e_entry and e_phoff; then five fields of 4 + 2 * 4 */
	const unsigned char *shoff = head + 24 + 2 * word;
	const unsigned char *tail = shoff + word;
	size_t least = elf->is_64bit ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);

	elf->machine = modelf_get(elf, head + 18, 2);
	elf->shentsize = modelf_get(elf, tail + 10, 2);
	elf->nr_shdrs = modelf_get(elf, tail + 12, 2);
	elf->shstrndx = modelf_get(elf, tail + 14, 2);
	if (!elf->nr_shdrs)
		return 0;
	if (elf->shentsize < least)
		return -EINVAL;
	return read_shdrs(elf, modelf_get(elf, shoff, word));
}

/* elf->head has the beginning of the ELF file. */
static int parse_elf(struct modelf *elf)
{
	int err;

	if (elf->size < SHORTEST_MAGIC)
		return -EINVAL;
	err = check_ident(elf, elf->head);
	if (err)
		return err;
	if (elf->size <
	    (elf->is_64bit ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr)))
		return -EINVAL;
	return read_header(elf, elf->head);
}

static void set_image(struct modelf *elf, const void *image, size_t size)
{
	size_t head = size < MODELF_HEAD ? size : MODELF_HEAD;

	elf->image = image;
	elf->size = size;
	memset(elf->head, 0, MODELF_HEAD);
	if (head)
		memcpy(elf->head, image, head);
}

static int unpack(struct modelf *elf)
{
	void *packed;
	size_t size, out_size;
	int err;

	err = file_read_fd(elf->fd, &packed, &size);
	if (err)
		return err;
	err = decompress(packed, size, LARGEST_MODULE, &elf->unpacked,
			 &out_size);
	free(packed);
	if (err)
		return err == -EILSEQ ? -EINVAL : err;
	set_image(elf, elf->unpacked, out_size);
	return 0;
}

static int read_head(struct modelf *elf)
{
	size_t size = MODELF_HEAD;
	int err;

	if (fstat(elf->fd, &elf->st))
		return -errno;
	if (S_ISDIR(elf->st.st_mode))
		return -EISDIR;
	if (!S_ISREG(elf->st.st_mode))
		return -EINVAL;
	elf->size = elf->st.st_size;
	if (size > elf->size)
		size = elf->size;
	err = read_fully(elf->fd, elf->head, size, 0);
	if (!err)
		elf->compression = compression_of(elf->head, size);
	return err;
}

static int open_file(struct modelf *elf, int dirfd, const char *path)
{
	int err;

	/* O_NONBLOCK: a pipe of that name is not to hold us up. */
	elf->fd = openat(dirfd, path,
			 O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (elf->fd < 0)
		return -errno;
	err = read_head(elf);
	if (!err && elf->compression != COMPRESSION_NONE)
		err = unpack(elf);
	if (!err)
		err = parse_elf(elf);
	return err;
}

int modelf_new(struct modelf **result)
{
	struct modelf *elf = calloc(1, sizeof(*elf));

	if (!elf)
		return -ENOMEM;
	elf->fd = -1;
	*result = elf;
	return 0;
}

int modelf_reopen(struct modelf *elf, int dirfd, const char *path)
{
	int err;

	forget_file(elf);
	err = open_file(elf, dirfd, path);
	if (err)
		forget_file(elf);
	return err;
}

int modelf_open(const char *path, struct modelf **result)
{
	struct modelf *elf;
	int err = modelf_new(&elf);

	if (err)
		return err;
	err = modelf_reopen(elf, AT_FDCWD, path);
	if (err) {
		modelf_close(elf);
		return err;
	}
	*result = elf;
	return 0;
}

int modelf_from_memory(const void *data, size_t size, struct modelf **result)
{
	struct modelf *elf;
	int err = modelf_new(&elf);

	if (err)
		return err;
	set_image(elf, data, size);
	err = parse_elf(elf);
	if (err) {
		modelf_close(elf);
		return err;
	}
	*result = elf;
	return 0;
}

void modelf_close(struct modelf *elf)
{
	if (!elf)
		return;
	forget_file(elf);
	free(elf->chunks);
	free(elf);
}

/* ---- the file as a whole ------------------------------------------------ */

enum compression modelf_compression(const struct modelf *elf)
{
	return elf->compression;
}

int modelf_fd(const struct modelf *elf)
{
	return elf->fd;
}

int modelf_image(struct modelf *elf, const void **data, size_t *size)
{
	const unsigned char *bytes;
	int err;

	if (!elf->size)
		return -ENODATA;
	err = modelf_view(elf, 0, elf->size, &bytes);
	if (err)
		return err;
	*data = bytes;
	*size = elf->size;
	return 0;
}

const struct stat *modelf_stat(const struct modelf *elf)
{
	return elf->fd >= 0 ? &elf->st : NULL;
}

bool modelf_is_64bit(const struct modelf *elf)
{
	return elf->is_64bit;
}

bool modelf_is_big_endian(const struct modelf *elf)
{
	return elf->is_big_endian;
}

unsigned int modelf_machine(const struct modelf *elf)
{
	return elf->machine;
}

/* ---- sections ----------------------------------------------------------- */

/* The fields of interest, by the file's own class and byte order. */
static void get_foreign_shdr(const struct modelf *elf, const unsigned char *p,
			     struct modelf_shdr *shdr)
{
	unsigned int word = elf->is_64bit ? 8 : 4;

	/* name, type; flags, addr, offset, size of a word each; link, info */
	shdr->name = modelf_get(elf, p, 4);
	shdr->type = modelf_get(elf, p + 4, 4);
	shdr->offset = modelf_get(elf, p + 8 + 2 * word, word);
	shdr->size = modelf_get(elf, p + 8 + 3 * word, word);
	shdr->link = modelf_get(elf, p + 8 + 4 * word, 4);
	shdr->info = modelf_get(elf, p + 12 + 4 * word, 4);
}

int modelf_shdr(const struct modelf *elf, unsigned int index,
		struct modelf_shdr *shdr)
{
	const unsigned char *p;
	Elf64_Shdr native;

	if (!elf->shdrs || index >= elf->nr_shdrs)
		return -EINVAL;
	p = elf->shdrs + (size_t)index * elf->shentsize;
	if (!elf->is_native) {
		get_foreign_shdr(elf, p, shdr);
		return 0;
	}
	memcpy(&native, p, sizeof(native));
	shdr->name = native.sh_name;
	shdr->type = native.sh_type;
	shdr->offset = native.sh_offset;
	shdr->size = native.sh_size;
	shdr->link = native.sh_link;
	shdr->info = native.sh_info;
	return 0;
}

/* sh_name and sh_type are words at the beginning, in both classes. */
static uint32_t section_name(const struct modelf *elf, unsigned int index)
{
	return modelf_get(elf, elf->shdrs + (size_t)index * elf->shentsize, 4);
}

uint32_t modelf_section_type(const struct modelf *elf, unsigned int index)
{
	return modelf_get(elf, elf->shdrs + (size_t)index * elf->shentsize + 4,
			  4);
}

int modelf_section_view(struct modelf *elf, unsigned int index,
			const unsigned char **data, size_t *size)
{
	struct modelf_shdr shdr;
	int err = modelf_shdr(elf, index, &shdr);

	if (err)
		return err;
	if (shdr.type == SHT_NOBITS)
		return -ENODATA;
	err = modelf_view(elf, shdr.offset, shdr.size, data);
	if (!err)
		*size = shdr.size;
	return err;
}

/* What the names of sections that modules alone have begin with. */
static bool is_special(const char *name, size_t size)
{
	return size > 2 && ((name[0] == '_' && name[1] == '_') ||
			    (name[0] == '.' && name[1] == 'm'));
}

static void find_special(struct modelf *elf, const char *names, size_t size)
{
	elf->knows_special = true;
	for (unsigned int i = 1; i < elf->nr_shdrs; i++) {
		uint32_t at = section_name(elf, i);

		if (at >= size || !is_special(names + at, size - at))
			continue;
		if (elf->nr_special == MODELF_SPECIAL) {
			elf->knows_special = false;
			return;
		}
		elf->special[elf->nr_special++] = i;
	}
}

static bool has_name(const struct modelf *elf, unsigned int index,
		     const char *names, size_t size, const char *name)
{
	size_t at = section_name(elf, index), len = strlen(name) + 1;

	return at < size && len <= size - at && !memcmp(names + at, name, len);
}

int modelf_find(struct modelf *elf, const char *name, unsigned int *index)
{
	const unsigned char *data;
	const char *names;
	size_t size;
	int err;

	if (!elf->shdrs)
		return -ENODATA;
	err = modelf_section_view(elf, elf->shstrndx, &data, &size);
	if (err)
		return err;
	names = (const char *)data;
	if (!elf->knows_special && !elf->nr_special)
		find_special(elf, names, size);
	if (elf->knows_special && is_special(name, strlen(name))) {
		for (unsigned int i = 0; i < elf->nr_special; i++) {
			*index = elf->special[i];
			if (has_name(elf, *index, names, size, name))
				return 0;
		}
		return -ENODATA;
	}
	for (*index = 1; *index < elf->nr_shdrs; (*index)++)
		if (has_name(elf, *index, names, size, name))
			return 0;
	return -ENODATA;
}

static const struct modelf_named *find_named(const struct modelf *elf,
					     unsigned int index)
{
	for (size_t i = 0; i < elf->nr_named; i++)
		if (elf->named[i].index == index)
			return &elf->named[i];
	return NULL;
}

/* A copy of its own, for the NUL behind it; of most sections the only one. */
static int copy_section(struct modelf *elf, unsigned int index,
			struct modelf_named *result)
{
	const unsigned char *known;
	struct modelf_shdr shdr;
	unsigned char *room;
	int err = 0;

	modelf_shdr(elf, index, &shdr);
	if (shdr.type == SHT_NOBITS)
		return -ENODATA;
	if (shdr.offset > elf->size || shdr.size > elf->size - shdr.offset ||
	    !spend(elf, shdr.size))
		return -EINVAL;
	room = modelf_alloc(elf, shdr.size + 1);
	if (!room)
		return -ENOMEM;
	known = elf->image ? elf->image + shdr.offset
			   : find_range(elf, shdr.offset, shdr.size);
	if (known)
		memcpy(room, known, shdr.size);
	else
		err = read_fully(elf->fd, room, shdr.size, shdr.offset);
	room[shdr.size] = '\0';
	*result = (struct modelf_named){index, room, shdr.size};
	return err;
}

int modelf_section(struct modelf *elf, const char *name, const void **data,
		   size_t *size)
{
	const struct modelf_named *known;
	struct modelf_named fresh;
	unsigned int index;
	int err;

	err = modelf_find(elf, name, &index);
	if (err)
		return err;
	known = find_named(elf, index);
	if (!known) {
		err = copy_section(elf, index, &fresh);
		if (err)
			return err;
		if (elf->nr_named < MODELF_NAMED)
			elf->named[elf->nr_named++] = fresh;
		known = &fresh;
	}
	*data = known->data;
	*size = known->size;
	return 0;
}

#define ALIGN4(x) (((x) + 3) & ~(uint64_t)3)

int modelf_build_id(struct modelf *elf, const void **data, size_t *size)
{
	const unsigned char *note;
	const void *section;
	size_t left;
	int err;

	err = modelf_section(elf, ".note.gnu.build-id", &section, &left);
	if (err)
		return err;
	for (note = section; left > sizeof(Elf64_Nhdr);) {
		uint64_t name_size = modelf_get(elf, note, 4);
		uint64_t desc_size = modelf_get(elf, note + 4, 4);
		uint64_t desc = sizeof(Elf64_Nhdr) + ALIGN4(name_size);
		uint64_t next = desc + ALIGN4(desc_size);

		if (desc > left || desc_size > left - desc)
			return -EINVAL;
		if (modelf_get(elf, note + 8, 4) == NT_GNU_BUILD_ID &&
		    name_size == sizeof("GNU") &&
		    !memcmp(note + 12, "GNU", 4)) {
			*data = note + desc;
			*size = desc_size;
			return 0;
		}
		if (next > left)
			break;
		note += next;
		left -= next;
	}
	return -ENODATA;
}

/* ---- .modinfo ----------------------------------------------------------- */

const char *modelf_info_next(struct modelf *elf, const char *previous)
{
	const char *at;
	const void *data;
	size_t size;

	if (!elf->modinfo) {
		if (modelf_section(elf, ".modinfo", &data, &size))
			return NULL;
		elf->modinfo = data;
		elf->modinfo_end = elf->modinfo + size;
	}
	at = previous ? previous + strlen(previous) : elf->modinfo;
	while (at < elf->modinfo_end && !*at)
		at++;
	return at < elf->modinfo_end ? at : NULL;
}

const char *modelf_info(struct modelf *elf, const char *key)
{
	size_t len = strlen(key);

	for (const char *info = modelf_info_next(elf, NULL); info;
	     info = modelf_info_next(elf, info))
		if (!strncmp(info, key, len) && info[len] == '=')
			return info + len + 1;
	return NULL;
}
