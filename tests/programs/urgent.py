# SPDX-License-Identifier: GPL-2.0-only
"""Waiting for POLLPRI of a file of sysfs, alone and with a file of the host's;
run in an instance that has the example sysfs-notify.

Prints "ok - WHAT" or "not ok - WHAT" for each check.
"""
import os
import select
import threading

RINGS = "/sys/kernel/doorbell/rings"
RUNG = select.POLLPRI | select.POLLERR


def check(what, good):
    print(("ok - " if good else "not ok - ") + what, flush=True)


def ring():
    with open("/sys/kernel/doorbell/ring", "w") as f:
        f.write("x")


def rung_later(wait):
    timer = threading.Timer(0.2, ring)
    timer.start()
    result = wait()
    timer.join()
    return result


def read_rings(fd):
    os.lseek(fd, 0, os.SEEK_SET)
    return os.read(fd, 64)


def main():
    fd = os.open(RINGS, os.O_RDONLY)
    out, into = os.pipe()
    epoll = select.epoll()
    epoll.register(fd, select.EPOLLPRI)
    epoll.register(out, select.EPOLLIN)
    poll = select.poll()
    poll.register(fd, select.POLLPRI)
    poll.register(out, select.POLLIN)
    read_rings(fd)
    for name, wait, second in ("epoll", epoll.poll, 1), ("poll", poll.poll, 1000):
        check(name + ": nothing, in time", wait(0.05 * second) == [])
        check(name + " wakes up", rung_later(lambda: wait(5 * second)) == [(fd, RUNG)])
        check(name + ": until it is read", wait(second) == [(fd, RUNG)])
        read_rings(fd)
        check(name + ": no more then", wait(0.05 * second) == [])
        os.write(into, b"x")
        check(name + " tells of the pipe", wait(5 * second) == [(out, select.POLLIN)])
        ring()
        check(name + " tells of both", sorted(wait(5 * second)) ==
              sorted([(fd, RUNG), (out, select.POLLIN)]))
        read_rings(fd)
        os.read(out, 1)
    check("select wakes up", rung_later(lambda: select.select([out], [], [fd], 5)) ==
          ([], [], [fd]))
    read_rings(fd)
    epoll.modify(fd, select.EPOLLPRI | select.EPOLLET)
    check("edges: one", rung_later(lambda: epoll.poll(5)) == [(fd, RUNG)])
    check("edges: is told once", epoll.poll(0.05) == [])


main()
