// SPDX-License-Identifier: GPL-2.0-only
/*
 * An SPI bus whose devices are programs of the host: a message is one line,
 * "transfer HEX" with all bytes that go out while the chip is selected; the
 * answer is those that come in.
 *
 * transfer() runs in the core's task for this bus, or in the caller's while it
 * holds the bus; never twice at once, so that one request is enough.
 */
#include <linux/err.h>
#include <linux/platform_device.h>
#include <linux/spi/spi.h>
#include <linux/string.h>
#include <linux/swab.h>
#include "devices/program.h"
#include "internal.h"

static struct spi_controller *controller;
static struct request request;
static u8 sent[PROGRAM_BYTES], received[PROGRAM_BYTES];
static unsigned int nr_chips;

/* Words of more than a byte lie in memory as the processor has them, and go
 * over the wire with the highest bit first. */
static void copy_words(u8 *to, const u8 *from, const struct spi_transfer *t)
{
	unsigned int bytes = t->bits_per_word <= 8    ? 1
			     : t->bits_per_word <= 16 ? 2
						      : 4;
	unsigned int i, k;

	for (i = 0; i + bytes <= t->len; i += bytes)
		for (k = 0; k < bytes; k++)
			to[i + k] = from[i + bytes - 1 - k];
}

/* All that goes out, zeros where nothing does: how many bytes, or -errno. */
static int gather(const struct spi_message *message)
{
	const struct spi_transfer *t;
	unsigned int n = 0;

	list_for_each_entry(t, &message->transfers, transfer_list) {
		if (t->len > sizeof(sent) - n)
			return -EMSGSIZE;
		if (t->tx_buf)
			copy_words(sent + n, t->tx_buf, t);
		else
			memset(sent + n, 0, t->len);
		n += t->len;
	}
	return n;
}

static void scatter(struct spi_message *message)
{
	const struct spi_transfer *t;

	message->actual_length = 0;
	list_for_each_entry(t, &message->transfers, transfer_list) {
		if (t->rx_buf)
			copy_words(t->rx_buf, received + message->actual_length,
				   t);
		message->actual_length += t->len;
	}
}

static int transfer(struct spi_controller *ctlr, struct spi_message *message)
{
	int n = gather(message);

	if (n >= 0) {
		request.n = 0;
		request_printf(&request, "transfer ");
		request_bytes(&request, sent, n);
		n = program_bytes(message->spi->controller_data, request.text,
				  received, n, true, -EIO);
	}
	if (!n)
		scatter(message);
	message->status = n;
	spi_finalize_current_message(ctlr);
	return 0;
}

static size_t max_size(struct spi_device *spi)
{
	return sizeof(sent);
}

static int add_controller(void)
{
	struct platform_device *parent;
	int err;

	if (controller)
		return 0;
	parent = platform_device_register_simple("ring3-spi", -1, NULL, 0);
	if (IS_ERR(parent))
		return PTR_ERR(parent);
	controller = __spi_alloc_controller(&parent->dev, 0, false);
	err = -ENOMEM;
	if (!controller)
		goto unregister;
	controller->bus_num = 0;
	controller->num_chipselect = RING3_DEVICES;
	controller->mode_bits = SPI_CPOL | SPI_CPHA | SPI_CS_HIGH |
				SPI_LSB_FIRST | SPI_3WIRE;
	controller->bits_per_word_mask = SPI_BPW_MASK(8) | SPI_BPW_MASK(16) |
					 SPI_BPW_MASK(32);
	controller->transfer_one_message = transfer;
	controller->max_transfer_size = max_size;
	controller->max_message_size = max_size;
	err = spi_register_controller(controller);
	if (!err)
		return 0;
	spi_controller_put(controller);
	controller = NULL;
unregister:
	platform_device_unregister(parent);
	return err;
}

int spi_add(struct program *program, const char *chip, unsigned int mode)
{
	struct spi_board_info info = {
		.mode = mode,
		.max_speed_hz = 1000000,
		.controller_data = program,
	};
	int err = add_controller();

	if (err)
		return err;
	info.chip_select = nr_chips;
	snprintf(program->name, sizeof(program->name), "%s on spi0.%u", chip,
		 nr_chips);
	strscpy(info.modalias, chip, sizeof(info.modalias));
	if (!spi_new_device(controller, &info))
		return -EINVAL;
	nr_chips++;
	return 0;
}
