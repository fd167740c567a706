#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# An LM70 thermometer on an SPI bus, a degree colder with each look at it.
#
# It has nothing but its temperature, which it sends as 16 bits when it is
# selected: the upper 11 are in quarters of a degree.
quarters=$((30 * 4))

while read -r request; do
	case $request in
	"transfer "*)
		printf '%04x\n' $((quarters << 5))
		quarters=$((quarters - 4))
		;;
	*)
		echo error
		;;
	esac
done
