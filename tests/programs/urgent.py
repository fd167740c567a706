# SPDX-License-Identifier: GPL-2.0-only
"""Waiting for POLLPRI of a file of sysfs, alone and with a file of the host's;
run in an instance that has the example sysfs-notify.

Prints "ok - WHAT" or "not ok - WHAT" for each check.
"""
import ctypes
import errno
import os
import select
import signal
import threading

LIBC = ctypes.CDLL(None, use_errno=True)

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


class Time(ctypes.Structure):
    """struct timeval, or struct timespec."""
    _fields_ = [("seconds", ctypes.c_long), ("parts", ctypes.c_long)]


class PollFd(ctypes.Structure):
    """struct pollfd."""
    _fields_ = [("fd", ctypes.c_int), ("events", ctypes.c_short),
                ("revents", ctypes.c_short)]


def ppoll(fds, wanted, mask):
    """The result, or -errno, and what the files are ready for."""
    polled = (PollFd * len(fds))(*[PollFd(*f) for f in zip(fds, wanted)])
    blocked = (ctypes.c_ulong * 16)(mask)
    result = LIBC.ppoll(polled, len(fds), ctypes.byref(Time(5, 0)), blocked)
    return (result if result >= 0 else -ctypes.get_errno(),
            [p.revents for p in polled])


def check_mask(fd, out):
    """A signal that only the call lets through, and one that it does not."""
    main_thread = threading.main_thread().ident
    caught = []
    signal.signal(signal.SIGUSR1, lambda number, frame: caught.append(number))
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    wanted = select.POLLPRI, select.POLLIN
    late = threading.Timer(0.2, lambda: signal.pthread_kill(main_thread, signal.SIGUSR1))
    late.start()
    result, _ = ppoll((fd, out), wanted, 0)
    late.join()
    check("ppoll: a signal that it lets through", result == -errno.EINTR)
    check("ppoll: the handler has run", caught == [signal.SIGUSR1])
    signal.pthread_kill(main_thread, signal.SIGUSR1)
    result, ready = rung_later(lambda: ppoll((fd, out), wanted, 1 << signal.SIGUSR1 - 1))
    check("ppoll wakes up, whatever is blocked", (result, ready) == (1, [RUNG, 0]))
    check("ppoll: that is still blocked", len(caught) == 1)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])
    check("and comes in the end", len(caught) == 2)


def check_time_left(fd):
    fds = (ctypes.c_ulong * 16)(1 << fd)
    left = Time(5, 0)
    result = rung_later(lambda: LIBC.select(fd + 1, None, None, fds, ctypes.byref(left)))
    check("select says how much time was left", result == 1 and 0 < left.seconds < 5)


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
    read_rings(fd)
    epoll.modify(fd, select.EPOLLPRI | select.EPOLLONESHOT)
    check("one shot: one", rung_later(lambda: epoll.poll(5)) == [(fd, RUNG)])
    ring()
    check("one shot: no other", epoll.poll(0.05) == [])
    epoll.modify(fd, select.EPOLLPRI | select.EPOLLONESHOT)
    check("one shot: until it is asked for again", epoll.poll(5) == [(fd, RUNG)])
    read_rings(fd)
    check_mask(fd, out)
    read_rings(fd)
    check_time_left(fd)


main()
