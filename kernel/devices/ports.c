// SPDX-License-Identifier: GPL-2.0-only
/*
 * I/O ports: a serial port of the 16550 kind with nothing connected, and
 * otherwise an empty bus, which reads as ones.
 *
 * Called in a trap, virtual interrupts off.
 */
#include <linux/bits.h>
#include <linux/serial_reg.h>
#include "internal.h"

#define SERIAL_BASE  0x3f8
#define SERIAL_PORTS 8

/* What was written and reads back. */
static u8 serial_registers[SERIAL_PORTS];
static u8 serial_divisor[2];

static bool divisor_latched(void)
{
	return serial_registers[UART_LCR] & UART_LCR_DLAB;
}

/* In loop-back the modem control lines come back as the status lines. */
static u8 modem_status(void)
{
	u8 mcr = serial_registers[UART_MCR];
	u8 msr = 0;

	if (!(mcr & UART_MCR_LOOP))
		return 0;
	if (mcr & UART_MCR_DTR)
		msr |= UART_MSR_DSR;
	if (mcr & UART_MCR_RTS)
		msr |= UART_MSR_CTS;
	if (mcr & UART_MCR_OUT1)
		msr |= UART_MSR_RI;
	if (mcr & UART_MCR_OUT2)
		msr |= UART_MSR_DCD;
	return msr;
}

static u8 serial_read(unsigned int reg)
{
	switch (reg) {
	case UART_RX:
		return divisor_latched() ? serial_divisor[0] : 0;
	case UART_IER:
		return divisor_latched() ? serial_divisor[1]
					 : serial_registers[UART_IER];
	case UART_IIR:
		return UART_IIR_NO_INT |
		       (serial_registers[UART_FCR] & UART_FCR_ENABLE_FIFO ? 0xc0
									  : 0);
	case UART_LSR:
		return UART_LSR_THRE | UART_LSR_TEMT;
	case UART_MSR:
		return modem_status();
	}
	return serial_registers[reg];
}

static void serial_write(unsigned int reg, u8 value)
{
	if (reg < 2 && divisor_latched())
		serial_divisor[reg] = value;
	else if (reg == UART_IER)
		serial_registers[reg] = value & 0x0f;
	else if (reg != UART_LSR && reg != UART_MSR)
		serial_registers[reg] = value;
}

static bool is_serial(unsigned int port)
{
	return port >= SERIAL_BASE && port < SERIAL_BASE + SERIAL_PORTS;
}

unsigned int port_read(unsigned int port, unsigned int width)
{
	if (width == 1 && is_serial(port))
		return serial_read(port - SERIAL_BASE);
	return ~0u;
}

void port_write(unsigned int port, unsigned int width, unsigned int value)
{
	if (width == 1 && is_serial(port))
		serial_write(port - SERIAL_BASE, value);
}
