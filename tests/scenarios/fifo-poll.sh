# SPDX-License-Identifier: GPL-2.0-only
# What poll, select and epoll say of it.
insmod fifo.ko
./calls /dev/fifo rwn poll:0 write:abc poll:0 select:0 epoll:0 read:10 poll:0 poll:50:in epoll:0
./calls /dev/fifo rwn fill:60 poll:0 fill:60 poll:0 fill:1 poll:0:out select:0 epoll:0 read:100 poll:0
./calls /dev/fifo rwn getfl nonblock:0 getfl nonblock:1 getfl read:1
./calls /dev/fifo rw seek:0:set seek:0:cur pread:1:0 pwrite:x:0 mmap:4096:sr
(sleep 0.3; echo now >/dev/fifo) & ./calls /dev/fifo r poll:5000:in read:10
wait
rmmod fifo
