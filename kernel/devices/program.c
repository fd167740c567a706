// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices that programs of the host stand for: requests are lines of text, and
 * so are their answers (ring3-device(5)).
 *
 * Asking is possible in any context, also in traps with interrupts off.  The
 * list of programs only grows, by jobs of PID 1.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "devices/program.h"
#include "internal.h"

static struct program *programs[RING3_DEVICES];
static unsigned int nr_programs;

/* ---- asking -------------------------------------------------------------------- */

static const char *host_text(int err)
{
	switch (err) {
	case -EPIPE:
		return "its program has ended";
	case -ETIMEDOUT:
		return "its program does not answer";
	case -EMSGSIZE:
		return "its program's line is too long";
	case -EILSEQ:
		return "its program sent a zero byte";
	case -EBADMSG:
		return "its program spoke without being asked";
	}
	return "its program cannot be reached";
}

/* Told once: from then on it is always so. */
static int lose(struct program *p, int err)
{
	if (!p->lost)
		pr_err("ring3: device %s: %s\n", p->name, host_text(err));
	p->lost = true;
	return -EIO;
}

/* In case no value comes: what the answer says, 1 if there is a value. */
static int understand(const char *answer, int nak)
{
	unsigned int error;

	if (!strcmp(answer, "ok") || !*answer)
		return 0;
	if (!strcmp(answer, "error"))
		return nak;
	if (sscanf(answer, "error %u", &error) == 1 && error &&
	    error <= MAX_ERRNO)
		return -(int)error;
	return 1;
}

static int misunderstand(struct program *p, const char *request,
			 const char *answer)
{
	pr_err("ring3: device %s: '%.60s' was answered by '%.60s'\n", p->name,
	       request, answer);
	return -EIO;
}

/* One buffer for all: asking is not interrupted, nor does it sleep. */
static char answer_buffer[RING3_DEVICE_LINE];

/* The answer without what may stand at its ends. */
static int ask(struct program *p, const char *request, char **answer)
{
	int err = host_device_ask(p->nr, request, answer_buffer);

	if (err)
		return lose(p, err);
	*answer = strim(answer_buffer);
	return 0;
}

static int take_bytes(struct program *p, const char *request, char *answer,
		      u8 *bytes, unsigned int n, bool short_is_zeros)
{
	unsigned int have = strlen(answer) / 2;

	if (strlen(answer) % 2 || have > n || (have < n && !short_is_zeros) ||
	    hex2bin(bytes, answer, have))
		return misunderstand(p, request, answer);
	memset(bytes + have, 0, n - have);
	return 0;
}

int program_bytes(struct program *p, const char *request, u8 *bytes,
		  unsigned int n, bool short_is_zeros, int nak)
{
	unsigned long flags;
	char *answer;
	int err;

	local_irq_save(flags);
	err = ask(p, request, &answer);
	if (!err)
		err = understand(answer, nak);
	if (err == 1)
		err = take_bytes(p, request, answer, bytes, n, short_is_zeros);
	else if (!err && n && !short_is_zeros)
		err = misunderstand(p, request, answer);
	else if (!err)
		memset(bytes, 0, n);
	local_irq_restore(flags);
	return err;
}

int program_number(struct program *p, const char *request, u64 *value, int nak)
{
	unsigned long flags;
	char *answer;
	int err;

	*value = 0;
	local_irq_save(flags);
	err = ask(p, request, &answer);
	if (!err)
		err = understand(answer, nak);
	if (err == 1)
		err = kstrtou64(answer, 16, value)
			      ? misunderstand(p, request, answer)
			      : 0;
	local_irq_restore(flags);
	return err;
}

void request_printf(struct request *request, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	request->n += vscnprintf(request->text + request->n,
				 sizeof(request->text) - request->n, format,
				 args);
	va_end(args);
}

void request_bytes(struct request *request, const void *bytes, unsigned int n)
{
	n = min_t(unsigned int, n,
		  (sizeof(request->text) - 1 - request->n) / 2);
	bin2hex(request->text + request->n, bytes, n);
	request->n += 2 * n;
	request->text[request->n] = 0;
}

/* ---- devices -------------------------------------------------------------------- */

static int add_to_bus(struct program *p, const char *description)
{
	struct pci_words w;
	char chip[32];
	unsigned int number;

	if (sscanf(description, RING3_DEVICE_I2C, chip, &number) == 2)
		return i2c_add(p, chip, number);
	if (sscanf(description, RING3_DEVICE_SPI, chip, &number) == 2)
		return spi_add(p, chip, number);
	if (sscanf(description, RING3_DEVICE_PCI, &w.vendor, &w.device,
		   &w.class, &w.bar[0], &w.bar[1], &w.bar[2], &w.bar[3],
		   &w.bar[4], &w.bar[5]) == 9)
		return pci_add(p, &w);
	return -EINVAL;
}

int device_add_program(unsigned int nr, const char *description)
{
	struct program *p = kzalloc(sizeof(*p), GFP_KERNEL);
	int err;

	if (!p)
		return -ENOMEM;
	if (nr != nr_programs || nr >= RING3_DEVICES) {
		kfree(p);
		return -EINVAL;
	}
	p->nr = nr;
	strscpy(p->name, description, sizeof(p->name));
	/* Before a driver asks; and it stays, if only as a number. */
	programs[nr_programs++] = p;
	err = add_to_bus(p, description);
	if (err)
		p->interrupt = NULL;
	return err;
}

void devices_interrupt(void)
{
	unsigned int i, pending;

	if (!nr_programs)
		return;
	pending = host_device_interrupts();
	for (i = 0; i < nr_programs; i++)
		if ((pending & 1u << i) && programs[i]->interrupt)
			programs[i]->interrupt(programs[i]);
}
