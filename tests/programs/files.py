# SPDX-License-Identifier: GPL-2.0-only
"""What a program may do with an instance's files; run in one, by ring3 run.

Needs the examples fifo, box, buffer and shared-page loaded, whose devices
everybody may open.  Prints "ok - WHAT" or "not ok - WHAT" for each check.
"""
import array
import errno
import fcntl
import mmap
import os
import select
import signal
import socket
import stat
import struct
import sys
import threading
import time

FIFO = "/dev/fifo"


def check(what, good):
    print(("ok - " if good else "not ok - ") + what, flush=True)


def fails(what, code, fn, *args):
    try:
        result = fn(*args)
    except OSError as e:
        check(what, e.errno == code)
    else:
        print("# %s gave %r" % (what, result))
        check(what, False)


def child(fn):
    """The exit status of a child that runs fn."""
    pid = os.fork()
    if not pid:
        status = 1
        try:
            status = fn() or 0
        finally:
            os._exit(status)
    return pid


def status_of(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def later(seconds, fn):
    timer = threading.Timer(seconds, fn)
    timer.start()
    return timer


def reading_and_writing():
    fd = os.open(FIFO, os.O_RDWR)
    check("write gives the count", os.write(fd, b"abcdef") == 6)
    check("read gets it", os.read(fd, 100) == b"abcdef")
    check("writev", os.writev(fd, [b"12", b"345"]) in (2, 5))
    check("readv", os.readv(fd, [bytearray(2), bytearray(3)]) in (2, 5))
    fails("a pipe-like file has no position", errno.ESPIPE, os.lseek, fd, 0, 0)
    fails("pread is refused", errno.ESPIPE, os.pread, fd, 1, 0)
    st = os.fstat(fd)
    check("fstat: a character device", stat.S_ISCHR(st.st_mode))
    check("fstat: as stat", os.stat(FIFO).st_rdev == st.st_rdev)
    check("fstat: as lstat", os.lstat(FIFO).st_ino == st.st_ino)
    os.close(fd)
    fails("a closed one is closed", errno.EBADF, os.read, fd, 1)


def access_modes():
    fd = os.open(FIFO, os.O_RDONLY)
    fails("no write to one opened for reading", errno.EBADF, os.write, fd, b"x")
    check("F_GETFL: read only", fcntl.fcntl(fd, fcntl.F_GETFL) & 3 == os.O_RDONLY)
    os.close(fd)
    fd = os.open(FIFO, os.O_WRONLY)
    fails("no read from one opened for writing", errno.EBADF, os.read, fd, 1)
    check("F_GETFL: write only", fcntl.fcntl(fd, fcntl.F_GETFL) & 3 == os.O_WRONLY)
    os.close(fd)
    fails("what is no directory", errno.ENOTDIR, os.open, FIFO, os.O_RDONLY | os.O_DIRECTORY)
    fails("what is not there", errno.ENOENT, os.open, "/dev/nonesuch", os.O_RDONLY)


def without_blocking():
    fd = os.open(FIFO, os.O_RDWR | os.O_NONBLOCK)
    fails("an empty one, O_NONBLOCK", errno.EAGAIN, os.read, fd, 1)
    check("F_GETFL has it", fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_NONBLOCK)
    total = 0
    try:
        while True:
            total += os.write(fd, b"x" * 10)
    except OSError as e:
        check("a full one, O_NONBLOCK", e.errno == errno.EAGAIN)
    check("it was full", total == 64)
    check("read in pieces", sum(len(os.read(fd, 7)) for _ in range(10)) == 64)
    fcntl.fcntl(fd, fcntl.F_SETFL, 0)
    check("F_SETFL takes it away", not fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_NONBLOCK)
    os.set_blocking(fd, False)
    fails("FIONBIO or F_SETFL brings it back", errno.EAGAIN, os.read, fd, 1)
    os.close(fd)


def blocking():
    fd = os.open(FIFO, os.O_RDWR)
    begin = time.monotonic()
    timer = later(0.2, lambda: os.write(fd, b"late"))
    check("read waits for a writer", os.read(fd, 10) == b"late")
    check("it did wait", time.monotonic() - begin > 0.1)
    timer.join()
    pid = child(lambda: os.write(fd, b"c") != 1)
    check("another process's data", os.read(fd, 1) == b"c")
    check("whose write succeeded", status_of(pid) == 0)
    os.close(fd)


class Interrupted(Exception):
    pass


def raise_interrupted(*unused):
    raise Interrupted


def signals():
    fd = os.open(FIFO, os.O_RDWR)
    signal.signal(signal.SIGALRM, raise_interrupted)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        os.read(fd, 1)
        check("a signal ends a read that waits", False)
    except Interrupted:
        check("a signal ends a read that waits", True)
    seen = []
    signal.signal(signal.SIGALRM, lambda *unused: seen.append(1))
    signal.siginterrupt(signal.SIGALRM, False)
    signal.setitimer(signal.ITIMER_REAL, 0.1, 0.1)
    timer = later(0.5, lambda: os.write(fd, b"r"))
    check("SA_RESTART: the read goes on", os.read(fd, 1) == b"r")
    signal.setitimer(signal.ITIMER_REAL, 0)
    timer.join()
    check("the handler ran meanwhile", len(seen) >= 2)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    pid = child(lambda: os.read(fd, 1) and 0)
    time.sleep(0.2)
    os.kill(pid, signal.SIGKILL)
    check("kill -9 ends one that waits", status_of(pid) == -signal.SIGKILL)
    pid = child(lambda: os.read(fd, 1) != b"s")
    time.sleep(0.2)
    os.kill(pid, signal.SIGSTOP)
    check("one that waits stops", os.WIFSTOPPED(os.waitpid(pid, os.WUNTRACED)[1]))
    os.kill(pid, signal.SIGCONT)
    os.write(fd, b"s")
    check("and goes on", status_of(pid) == 0)
    os.close(fd)


def waiting_for_several():
    fd = os.open(FIFO, os.O_RDWR)
    check("poll: writable", dict(poll(fd, select.POLLIN | select.POLLOUT)) == {fd: select.POLLOUT})
    check("poll: nothing to read, in time", poll(fd, select.POLLIN, 50) == [])
    os.write(fd, b"p")
    check("poll: readable", poll(fd, select.POLLIN) == [(fd, select.POLLIN)])
    check("select: readable", select.select([fd], [], [], 1)[0] == [fd])
    os.read(fd, 1)
    check("select: no more", select.select([fd], [], [], 0.05)[0] == [])
    timer = later(0.2, lambda: os.write(fd, b"q"))
    check("poll waits for a writer", poll(fd, select.POLLIN, 5000) == [(fd, select.POLLIN)])
    timer.join()
    os.read(fd, 1)
    epoll = select.epoll()
    epoll.register(fd, select.EPOLLIN)
    check("epoll: nothing to read, in time", epoll.poll(0.05) == [])
    timer = later(0.2, lambda: os.write(fd, b"e"))
    check("epoll waits for a writer", epoll.poll(5) == [(fd, select.EPOLLIN)])
    timer.join()
    os.read(fd, 1)
    check("epoll: read, and no more", epoll.poll(0.05) == [])
    ends = os.pipe()
    os.write(ends[1], b"x")
    ready = select.select([fd, ends[0]], [], [], 1)[0]
    check("select: of both kinds", ready == [ends[0]])
    os.write(fd, b"x" * 64)
    check("poll: full", poll(fd, select.POLLOUT, 50) == [])
    os.read(fd, 64)
    os.close(fd)


def poll(fd, events, timeout=1000):
    p = select.poll()
    p.register(fd, events)
    return p.poll(timeout)


def users():
    with open("/proc/modules") as f:
        for line in f:
            words = line.split()
            if words[0] == "fifo":
                return int(words[2])
    return -1


def descriptors():
    fd = os.open(FIFO, os.O_RDWR)
    check("an open file uses the module", users() == 1)
    copy = os.dup(fd)
    os.close(fd)
    check("a copy keeps it in use", users() == 1)
    os.write(copy, b"d")
    pid = child(lambda: os.read(copy, 1) != b"d")
    check("a child inherits it", status_of(pid) == 0)
    ends = socket.socketpair()
    socket.send_fds(ends[0], [b"x"], [copy])
    os.close(copy)
    passed = socket.recv_fds(ends[1], 1, 1)[1][0]
    check("one that was passed over a socket", os.write(passed, b"s") == 1)
    check("in use", users() == 1)
    os.set_inheritable(passed, True)
    pid = os.spawnv(os.P_NOWAIT, "/bin/sh", ["sh", "-c", "test \"$(head -c1 <&%d)\" = s" % passed])
    check("over exec", status_of(pid) == 0)
    os.close(passed)
    check("the last close releases it", users() == 0)
    fd = os.open(FIFO, os.O_RDWR)
    os.dup2(fd, 0)
    os.close(fd)
    check("as standard input", os.write(0, b"0") == 1 and os.read(0, 1) == b"0")
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    check("replaced, it is released", users() == 0)


BOX_SET_WEIGHT = ord("B") << 8 | 1
BOX_GET_STATE = 2 << 30 | 8 << 16 | ord("B") << 8 | 2
BOX_SET_LABEL = 1 << 30 | 32 << 16 | ord("B") << 8 | 3
BOX_GET_LABEL = 2 << 30 | 32 << 16 | ord("B") << 8 | 4


def ioctls():
    fd = os.open("/dev/box", os.O_RDWR)
    check("ioctl: a number", fcntl.ioctl(fd, BOX_SET_WEIGHT, 7) == 0)
    state = array.array("I", [0, 0])
    fcntl.ioctl(fd, BOX_GET_STATE, state, True)
    check("ioctl: a structure comes back", state[0] == 7)
    fcntl.ioctl(fd, BOX_SET_LABEL, b"books".ljust(32, b"\0"))
    label = fcntl.ioctl(fd, BOX_GET_LABEL, b"\0" * 32)
    check("ioctl: a string, there and back", label.startswith(b"books\0"))
    fails("ioctl: unknown", errno.ENOTTY, fcntl.ioctl, fd, ord("B") << 8 | 99, 0)
    fails("ioctl: a bad pointer", errno.EFAULT, fcntl.ioctl, fd, BOX_GET_STATE, 1)
    fcntl.ioctl(fd, 0x5451)  # FIOCLEX
    check("FIOCLEX is the descriptor's", fcntl.fcntl(fd, fcntl.F_GETFD) & fcntl.FD_CLOEXEC)
    os.close(fd)


def positions():
    fd = os.open("/dev/buffer", os.O_RDWR)
    os.write(fd, b"0123456789")
    check("lseek", os.lseek(fd, 3, os.SEEK_SET) == 3)
    check("read from there", os.read(fd, 3) == b"345")
    check("pread elsewhere", os.pread(fd, 2, 8) == b"89")
    check("pread leaves the position", os.lseek(fd, 0, os.SEEK_CUR) == 6)
    check("pwrite", os.pwrite(fd, b"ab", 0) == 2)
    copy = os.dup(fd)
    os.lseek(copy, 0, os.SEEK_SET)
    check("copies share the position", os.read(fd, 4) == b"ab23")
    os.close(copy)
    os.close(fd)


def mapping():
    fd = os.open("/dev/shared-page", os.O_RDWR)
    m = mmap.mmap(fd, 4096)
    kicks = struct.unpack("I", m[0:4])[0]
    os.write(fd, b"k")
    check("mmap: the program sees the kernel's writes",
          struct.unpack("I", m[0:4])[0] == kicks + 1)
    m[0:4] = struct.pack("I", 100)
    os.write(fd, b"k")
    check("mmap: the kernel sees the program's", struct.unpack("I", m[0:4])[0] == 101)
    private = mmap.mmap(fd, 4096, flags=mmap.MAP_PRIVATE)
    private[0:4] = struct.pack("I", 5)
    check("mmap: a private copy is one's own", struct.unpack("I", m[0:4])[0] == 101)
    fails("mmap: more than there is", errno.EINVAL, mmap.mmap, fd, 8192)
    os.close(fd)
    fd = os.open(FIFO, os.O_RDWR)
    fails("mmap: of what cannot", errno.ENODEV, mmap.mmap, fd, 4096)
    os.close(fd)


def threads():
    fd = os.open(FIFO, os.O_RDWR)
    got = []
    readers = [threading.Thread(target=lambda: got.append(os.read(fd, 1))) for _ in range(4)]
    for t in readers:
        t.start()
    time.sleep(0.2)
    for c in b"wxyz":
        os.write(fd, bytes([c]))
    for t in readers:
        t.join(5)
    check("four threads wait, each gets one", sorted(got) == [b"w", b"x", b"y", b"z"])
    os.close(fd)


def directories():
    check("listdir", "fifo" in os.listdir("/sys/module"))
    check("listdir of both", {"self", "modules", "cpuinfo"} <= set(os.listdir("/proc")))
    os.chdir("/sys/module/fifo")
    check("getcwd", os.getcwd() == "/sys/module/fifo")
    check("a relative path", os.path.exists("refcnt"))
    check("upwards", os.path.isdir("../box"))
    check("out of it", os.path.samefile("../../../proc/self", "/proc/self"))
    fd = os.open("/sys/module", os.O_RDONLY)
    check("openat", os.open("fifo/refcnt", os.O_RDONLY, dir_fd=fd) >= 0)
    check("a link is one", os.path.islink("/sys/class/misc/fifo"))
    check("readlink", os.readlink("/sys/class/misc/fifo").endswith("misc/fifo"))
    fails("no new file in /proc", errno.ENOENT, os.open, "/proc/new", os.O_CREAT | os.O_WRONLY)
    os.chdir("/")


def main():
    os.umask(0o022)
    for part in (reading_and_writing, access_modes, without_blocking, blocking,
                 signals, waiting_for_several, descriptors, ioctls, positions,
                 mapping, threads, directories):
        try:
            part()
        except Exception as e:  # the others are still to be tried
            check("%s: %r" % (part.__name__, e), False)
    return 0


sys.exit(main())
