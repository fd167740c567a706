// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading a module file into the running kernel.
 *
 * Any thread, no locks; blocks on disk, and as long as the module's init
 * function takes.  Not signal-safe.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/instance_call.h"
#include "lib/decompress.h"
#include "lib/file.h"
#include "tools/kernel.h"

#define COMPRESSED_FILE 4 /* MODULE_INIT_COMPRESSED_FILE */
#define SHORTEST_FILE	6 /* less cannot even say what it is */
#define LARGEST_MODULE	((size_t)1 << 30)

/* ---- an image in memory -------------------------------------------------- */

/* The bytes of a section, cut off where the image ends. */
static char *section_data(char *image, size_t size, const ElfW(Shdr) * section,
			  size_t *len)
{
	if (section->sh_type == SHT_NOBITS || section->sh_offset > size)
		return NULL;
	*len = size - section->sh_offset;
	if (*len > section->sh_size)
		*len = section->sh_size;
	return image + section->sh_offset;
}

static bool has_name(char *names, size_t names_len, size_t at, const char *name)
{
	size_t len = strlen(name) + 1;

	return at < names_len && names_len - at >= len &&
	       !memcmp(names + at, name, len);
}

/* The header of the section @name; the copy goes to @section.  NULL: none. */
static char *find_section(char *image, size_t size, const char *name,
			  ElfW(Shdr) * section)
{
	ElfW(Ehdr) head;
	ElfW(Shdr) strings;
	char *names, *table;
	size_t names_len;

	if (size < sizeof(head))
		return NULL;
	memcpy(&head, image, sizeof(head));
	if (head.e_shentsize != sizeof(strings) || head.e_shoff > size ||
	    (size - head.e_shoff) / sizeof(strings) < head.e_shnum ||
	    head.e_shstrndx >= head.e_shnum)
		return NULL;
	table = image + head.e_shoff;
	memcpy(&strings, table + head.e_shstrndx * sizeof(strings),
	       sizeof(strings));
	names = section_data(image, size, &strings, &names_len);
	if (!names)
		return NULL;
	for (unsigned int i = 0; i < head.e_shnum; i++) {
		char *at = table + i * sizeof(*section);

		memcpy(section, at, sizeof(*section));
		if (has_name(names, names_len, section->sh_name, name))
			return at;
	}
	return NULL;
}

/* Without it, the kernel takes the module for one of any version. */
static void strip_vermagic(char *image, size_t size)
{
	static const char key[] = "vermagic=";
	ElfW(Shdr) section;
	char *text;
	size_t len;

	if (!find_section(image, size, ".modinfo", &section))
		return;
	text = section_data(image, size, &section, &len);
	for (size_t at = 0; text && at < len;) {
		size_t n = strnlen(text + at, len - at);

		if (!strncmp(text + at, key, sizeof(key) - 1))
			memset(text + at, '\0', n);
		at += n + 1;
	}
}

/* The kernel looks at sections that are to be in memory only. */
static void strip_versions(char *image, size_t size)
{
	static const char *const names[] = {"__versions", "__version_ext_crcs",
					    "__version_ext_names"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		ElfW(Shdr) section;
		char *at = find_section(image, size, names[i], &section);

		if (!at)
			continue;
		section.sh_flags &= ~(ElfW(Xword))SHF_ALLOC;
		memcpy(at, &section, sizeof(section));
	}
}

static int insert_image(char *image, size_t size, const char *params,
			unsigned int flags)
{
	if (size < SELFMAG || memcmp(image, ELFMAG, SELFMAG) != 0)
		return -EINVAL;
	if (flags & INSERT_ANY_VERMAGIC)
		strip_vermagic(image, size);
	if (flags & INSERT_ANY_VERSIONS)
		strip_versions(image, size);
	return instance_call(SYS_init_module, (unsigned long)image, size,
			     (unsigned long)params)
		       ? -errno
		       : 0;
}

/* ---- a file -------------------------------------------------------------- */

static int finit_module(int fd, const char *params, unsigned int flags)
{
	return instance_call(SYS_finit_module, fd, (unsigned long)params, flags)
		       ? -errno
		       : 0;
}

static int insert_content(int fd, const char *params, unsigned int flags)
{
	void *data, *image;
	size_t size, image_size;
	int err = file_read_fd(fd, &data, &size);

	if (err)
		return err;
	if (compression_of(data, size) == COMPRESSION_NONE) {
		err = insert_image(data, size, params, flags);
		free(data);
		return err;
	}
	err = decompress(data, size, LARGEST_MODULE, &image, &image_size);
	free(data);
	if (err)
		return err == -ENOMEM ? err : -EINVAL;
	err = insert_image(image, image_size, params, flags);
	free(image);
	return err;
}

/* Whether the kernel can decompress such a file itself. */
static bool kernel_decompresses(enum compression format)
{
	char text[32] = "";
	int fd = open("/sys/module/compression", O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return !strcmp(text, compression_name(format));
}

static int insert_fd(int fd, const char *params, unsigned int flags)
{
	unsigned char magic[16];
	enum compression format;
	ssize_t n = pread(fd, magic, sizeof(magic), 0);
	int err = -ENOSYS;

	if (n < 0)
		return -errno;
	if (n < SHORTEST_FILE)
		return -EINVAL;
	format = compression_of(magic, n);
	if (format == COMPRESSION_NONE)
		err = finit_module(fd, params, flags);
	else if (kernel_decompresses(format))
		err = finit_module(fd, params, flags | COMPRESSED_FILE);
	if (err == -ENOSYS || (err == -EOPNOTSUPP && format))
		err = insert_content(fd, params, flags);
	return err;
}

int kernel_insert(const char *path, const char *params, unsigned int flags)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = insert_fd(fd, params, flags);
	close(fd);
	return err;
}
