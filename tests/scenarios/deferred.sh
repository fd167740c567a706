# SPDX-License-Identifier: GPL-2.0-only
# Work that is done later, in all ways there are.
insmod tasklet.ko; sleep 0.2; rmmod tasklet
insmod timer.ko; sleep 0.5; rmmod timer
insmod hr-timer.ko; sleep 0.2; rmmod hr-timer
insmod kitchen.ko; sleep 0.3; rmmod kitchen
insmod repeat.ko; sleep 0.5; rmmod repeat
insmod thread.ko; sleep 0.3; rmmod thread
