# SPDX-License-Identifier: GPL-2.0-only
# A GPIO that is not there.
insmod buttons.ko led=300 on=301 off=302
insmod buttons-tasklet.ko button=300
insmod buttons-threaded.ko line=300
lsmod | grep -c ^buttons
