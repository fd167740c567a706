// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the language does not define.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include "sanitized.h"

static volatile long result;
static int array[4] = {1, 2, 3, 4};

static void bounds(void)
{
	result = array[4 * one];
}

static void shift(void)
{
	result = one << (32 + zero);
}

static void load_bool(void)
{
	char byte = 2 + zero;
	bool value;

	memcpy(&value, &byte, 1);
	OPTIMIZER_HIDE_VAR(byte);
	result = *(volatile bool *)&value;
}

static void vla(void)
{
	char text[zero - 1];

	result = sizeof(text);
}

const struct mistake undefined_mistakes[] = {
	{"bounds", bounds},
	{"shift", shift},
	{"bool", load_bool},
	{"vla", vla},
	{},
};
