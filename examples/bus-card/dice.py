#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A PCI card that rolls a die.

Registers in BAR 0, 32 bits each: 0, a write rolls a die with so many sides;
4, bit 0 says that it has come to rest, and is cleared by writing it; 8, the
number.  It interrupts when the die has come to rest.

With arguments these are the numbers that it shows, again and again.
"""
import itertools
import random
import sys

ROLL, STATUS, RESULT = 0x00, 0x04, 0x08

loaded = itertools.cycle(sys.argv[1:])
status = result = 0


def roll(sides):
    global status, result
    result = int(next(loaded, 0)) or random.randint(1, sides)
    status |= 1
    print("irq")


def read(register):
    return {STATUS: status, RESULT: result}.get(register, 0)


def write(register, value):
    global status
    if register == ROLL:
        roll(value)
    elif register == STATUS:
        status &= ~value


for line in sys.stdin:
    what, _bar, register, _size, *value = line.split()
    if what == "read":
        print("%x" % read(int(register, 16)), flush=True)
    else:
        write(int(register, 16), int(value[0], 16))
        print("ok", flush=True)
