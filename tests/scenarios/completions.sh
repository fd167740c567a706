# SPDX-License-Identifier: GPL-2.0-only
# Threads of which one has to be first.
insmod completions.ko
sleep 0.2
rmmod completions
