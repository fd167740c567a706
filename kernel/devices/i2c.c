// SPDX-License-Identifier: GPL-2.0-only
/*
 * An I2C bus whose devices are programs of the host: a transfer is one line,
 * "write HEX" and "read N" for its messages.
 *
 * The bus's lock is held in transfers, so that one request is enough.
 */
#include <linux/err.h>
#include <linux/i2c.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "devices/program.h"
#include "internal.h"

#define MAX_MESSAGE (PROGRAM_BYTES / 4)

struct client {
	struct program *program;
	unsigned int address;
};

static struct client clients[RING3_DEVICES];
static unsigned int nr_clients;
static struct request request;
static u8 received[PROGRAM_BYTES];

/* Nobody acknowledges the address of an empty place. */
static struct program *program_at(unsigned int address)
{
	unsigned int i;

	for (i = 0; i < nr_clients; i++)
		if (clients[i].address == address)
			return clients[i].program;
	return NULL;
}

/* How many bytes are to be read, or -errno. */
static int put_messages(const struct i2c_msg *msgs, int num)
{
	int i, n = 0;

	request.n = 0;
	for (i = 0; i < num; i++) {
		if (msgs[i].addr != msgs[0].addr)
			return -EOPNOTSUPP;
		if (i)
			request_printf(&request, " ");
		if (msgs[i].flags & I2C_M_RD) {
			request_printf(&request, "read %u", msgs[i].len);
			n += msgs[i].len;
		} else {
			request_printf(&request, "write ");
			request_bytes(&request, msgs[i].buf, msgs[i].len);
		}
	}
	return n <= sizeof(received) ? n : -EOPNOTSUPP;
}

static void get_messages(const struct i2c_msg *msgs, int num)
{
	const u8 *at = received;
	int i;

	for (i = 0; i < num; i++) {
		if (!(msgs[i].flags & I2C_M_RD))
			continue;
		memcpy(msgs[i].buf, at, msgs[i].len);
		at += msgs[i].len;
	}
}

static int transfer(struct i2c_adapter *adapter, struct i2c_msg *msgs, int num)
{
	struct program *program = program_at(msgs[0].addr);
	int n, err;

	if (!program)
		return -ENXIO;
	n = put_messages(msgs, num);
	if (n < 0)
		return n;
	err = program_bytes(program, request.text, received, n, false, -ENXIO);
	if (err)
		return err;
	get_messages(msgs, num);
	return num;
}

static u32 functionality(struct i2c_adapter *adapter)
{
	return I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL;
}

static const struct i2c_algorithm algorithm = {
	.master_xfer = transfer,
	.functionality = functionality,
};

static const struct i2c_adapter_quirks quirks = {
	.max_num_msgs = 4,
	.max_write_len = MAX_MESSAGE,
	.max_read_len = MAX_MESSAGE,
};

static struct i2c_adapter adapter = {
	.name = "ring3 I2C bus",
	.algo = &algorithm,
	.quirks = &quirks,
};

static int add_adapter(void)
{
	struct platform_device *parent;
	int err;

	if (adapter.dev.parent)
		return 0;
	parent = platform_device_register_simple("ring3-i2c", -1, NULL, 0);
	if (IS_ERR(parent))
		return PTR_ERR(parent);
	adapter.dev.parent = &parent->dev;
	err = i2c_add_adapter(&adapter);
	if (err) {
		adapter.dev.parent = NULL;
		platform_device_unregister(parent);
	}
	return err;
}

int i2c_add(struct program *program, const char *chip, unsigned int address)
{
	struct i2c_board_info info = {.addr = address};
	int err = add_adapter();

	if (err)
		return err;
	if (program_at(address))
		return -EBUSY;
	snprintf(program->name, sizeof(program->name), "%s@%#x", chip, address);
	strscpy(info.type, chip, sizeof(info.type));
	/* Before the driver asks. */
	clients[nr_clients++] = (struct client){program, address};
	err = PTR_ERR_OR_ZERO(i2c_new_client_device(&adapter, &info));
	if (err)
		nr_clients--;
	return err;
}
