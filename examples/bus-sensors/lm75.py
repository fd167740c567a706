#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""An LM75 thermometer on an I2C bus, which becomes half a degree warmer with
each look at it.

The first byte of a write selects a register; bytes behind it are stored there,
and a read gives what is in it.  Registers: 0 temperature, 1 configuration,
2 and 3 the temperatures at which an alarm ends and begins.  Temperatures are
two bytes, in 1/256 of a degree.
"""
import sys

DEGREE = 256
registers = {0: 20 * DEGREE, 1: 0, 2: 75 * DEGREE, 3: 80 * DEGREE}


def answer(words):
    written = bytes.fromhex(words[1])
    register = written[0]
    if register not in registers:
        return "error"
    if len(written) > 1:
        registers[register] = int.from_bytes(written[1:], "big")
        return "ok"
    size = int(words[3])
    if register == 0:
        registers[0] += DEGREE // 2
    return registers[register].to_bytes(2, "big")[2 - size:].hex()


for line in sys.stdin:
    print(answer(line.split()), flush=True)
