# SPDX-License-Identifier: GPL-2.0-only
# Locks of all kinds.
insmod mutex.ko; sleep 0.3; rmmod mutex
insmod spinlock.ko; sleep 0.3; rmmod spinlock
insmod rwlock.ko; rmmod rwlock
insmod atomics.ko; rmmod atomics
insmod rcu-list.ko; rmmod rcu-list
