/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Devices that programs of the host stand for: what the buses' files share.
 */
#ifndef KERNEL_DEVICES_PROGRAM_H
#define KERNEL_DEVICES_PROGRAM_H

#include <linux/errno.h>
#include <linux/types.h>
#include <ring3/boundary.h>

/* What a request's bytes may come to as text, with room for words. */
#define PROGRAM_BYTES (RING3_DEVICE_LINE / 2 - 64)

/* A device's program; lives as long as the instance. */
struct program {
	unsigned int nr; /* the host's number for it */
	char name[48]; /* for messages */
	bool lost; /* it was told that the host cannot reach it */
	/* Its line of interrupt; NULL if it has none.  Interrupts off. */
	void (*interrupt)(struct program *program);
};

/*
 * Both ask @program the line @request and take the answer "ok" for no value,
 * and "error" or "error N" for -N, otherwise @nak.  Any context; the instance
 * stands still meanwhile.  What is no answer is told of and -EIO.
 *
 * program_bytes() takes bytes in hexadecimal, without spaces: exactly @n, or
 * if @short_is_zeros, at most.
 */
int program_bytes(struct program *program, const char *request, u8 *bytes,
		  unsigned int n, bool short_is_zeros, int nak);
/* A number in hexadecimal. */
int program_number(struct program *program, const char *request, u64 *value,
		   int nak);

/* A line that a request is put together in; each bus has one, under its own
 * lock. */
struct request {
	unsigned int n;
	char text[RING3_DEVICE_LINE];
};
void request_printf(struct request *request, const char *format, ...)
	__printf(2, 3);
void request_bytes(struct request *request, const void *bytes, unsigned int n);

/* The buses: add what the words of the description say; 0 or -errno.  Process
 * context; may sleep. */
#if IS_BUILTIN(CONFIG_I2C)
int i2c_add(struct program *program, const char *chip, unsigned int address);
#else
static inline int i2c_add(struct program *program, const char *chip,
			  unsigned int address)
{
	return -EOPNOTSUPP;
}
#endif
#if IS_BUILTIN(CONFIG_SPI)
int spi_add(struct program *program, const char *chip, unsigned int mode);
#else
static inline int spi_add(struct program *program, const char *chip,
			  unsigned int mode)
{
	return -EOPNOTSUPP;
}
#endif
struct pci_words {
	unsigned int vendor, device, class;
	unsigned int bar[6]; /* sizes */
};
int pci_add(struct program *program, const struct pci_words *words);

#endif
