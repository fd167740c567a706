# SPDX-License-Identifier: GPL-2.0-only
"""What programs may not do with the examples' files, and the errors they get.

Runs in an instance, as root there, with the examples loaded.  Prints "ok - WHAT"
or "not ok - WHAT" for each check.
"""
import ctypes
import errno
import glob
import mmap
import os
import struct
import sys

libc = ctypes.CDLL(None, use_errno=True)
BAD = ctypes.c_void_p(8)  # no program has memory there
KERNELS = ctypes.c_void_p(0xffff800000000000)
HUGE = ctypes.c_size_t(-1)
UNKNOWN = 0x5a7e
READ_ONLY = {"proc": errno.EIO, "sys": errno.EACCES, "dev": errno.EINVAL}
NO_MAP = {"proc": errno.EIO, "sys": errno.ENODEV, "dev": errno.ENODEV}


def check(what, good):
    print(("ok - " if good else "not ok - ") + what, flush=True)


def call(name, *args):
    """The result of a function of libc, or the negative error."""
    function = getattr(libc, name)
    function.restype = ctypes.c_int if name in ("open", "ioctl") else ctypes.c_long
    result = function(*args)
    return -ctypes.get_errno() if result == -1 else result


def gives(what, wanted, name, *args):
    got = call(name, *args)
    if got != wanted:
        print("# %s gave %d, not %d" % (what, got, wanted))
    check(what, got == wanted)


def opening(what, wanted, path, flags):
    fd = call("open", path.encode(), flags)
    check(what, fd == wanted)
    if fd >= 0:
        os.close(fd)


class File:
    """One of the examples' files, and what it can do."""

    def __init__(self, path, can, seeks=True, before=b"", refuses=None, preads=True):
        self.path = path
        self.kind = path.split("/")[1]
        self.can = can
        self.seeks = seeks
        self.preads = preads
        self.before = before  # written, so that there is something to read
        self.refuses = refuses  # what every write gives

    def open(self, flags):
        return os.open(self.path, flags | os.O_NONBLOCK)

    def say(self, what):
        return "%s: %s" % (self.path, what)

    def try_reading(self):
        fd = self.open(os.O_RDWR if self.before else os.O_RDONLY)
        buffer = ctypes.create_string_buffer(65536)
        for pointer in BAD, KERNELS:
            if self.before:
                os.write(fd, self.before)
            gives(self.say("read to %#x" % pointer.value), -errno.EFAULT,
                  "read", fd, pointer, ctypes.c_size_t(16))
        gives(self.say("read of the largest size"), -errno.EFAULT,
              "read", fd, buffer, HUGE)
        got = call("read", fd, buffer, ctypes.c_size_t(0x7fffffff))
        check(self.say("read of a huge size gets what there is"), 0 <= got <= len(buffer) or
              got == -errno.EAGAIN)
        if self.preads:
            gives(self.say("pread far behind the end"), 0,
                  "pread", fd, buffer, ctypes.c_size_t(16), ctypes.c_long(1 << 40))
            gives(self.say("pread in front of the start"), -errno.EINVAL,
                  "pread", fd, buffer, ctypes.c_size_t(16), ctypes.c_long(-1))
        os.close(fd)
        fd = self.open(os.O_RDONLY)
        gives(self.say("write to one opened for reading"), -errno.EBADF,
              "write", fd, buffer, ctypes.c_size_t(1))
        os.close(fd)

    def try_writing(self):
        fd = self.open(os.O_WRONLY)
        buffer = ctypes.create_string_buffer(16)
        wanted = -(self.refuses or errno.EFAULT)
        gives(self.say("write from a bad pointer"), wanted,
              "write", fd, BAD, ctypes.c_size_t(1))
        gives(self.say("write of the largest size"), -errno.EFAULT,
              "write", fd, buffer, HUGE)
        gives(self.say("read from one opened for writing"), -errno.EBADF,
              "read", fd, buffer, ctypes.c_size_t(1))
        os.close(fd)

    def try_where_it_cannot(self):
        if "r" not in self.can and self.kind == "sys":
            opening(self.say("opened for reading"), -errno.EACCES, self.path, os.O_RDONLY)
        elif "r" not in self.can:
            fd = self.open(os.O_RDONLY)
            gives(self.say("read"), -errno.EINVAL, "read", fd,
                  ctypes.create_string_buffer(4), ctypes.c_size_t(4))
            os.close(fd)
        if "w" not in self.can and self.kind == "sys":
            opening(self.say("opened for writing"), -errno.EACCES, self.path, os.O_WRONLY)
        elif "w" not in self.can and "m" not in self.can:
            fd = self.open(os.O_WRONLY)
            gives(self.say("write"), -READ_ONLY[self.kind], "write", fd, b"x",
                  ctypes.c_size_t(1))
            os.close(fd)

    def try_the_rest(self):
        fd = self.open(os.O_RDONLY if "r" in self.can or self.kind == "dev" else os.O_WRONLY)
        gives(self.say("an unknown ioctl"), -errno.ENOTTY, "ioctl", fd,
              ctypes.c_ulong(UNKNOWN), BAD)
        if "m" not in self.can and "r" in self.can:
            gives(self.say("mmap"), -NO_MAP[self.kind], "mmap", None,
                  ctypes.c_size_t(4096), mmap.PROT_READ, mmap.MAP_SHARED, fd, ctypes.c_long(0))
        gives(self.say("seeking in front of the start"),
              -errno.EINVAL if self.seeks else -errno.ESPIPE,
              "lseek", fd, ctypes.c_long(-1), os.SEEK_SET)
        os.close(fd)
        opening(self.say("as a folder"), -errno.ENOTDIR, self.path,
                os.O_RDONLY | os.O_DIRECTORY)

    def misuse(self):
        if "r" in self.can:
            self.try_reading()
        if "w" in self.can:
            self.try_writing()
        self.try_where_it_cannot()
        self.try_the_rest()


FILES = [
    File("/dev/counter", "rw", seeks=False, refuses=errno.EINVAL),
    File("/dev/buffer", "rw"),
    File("/dev/fifo", "rw", seeks=False, preads=False, before=b"abc"),
    File("/dev/shared-page", "m", seeks=False),
    File("/dev/box", "", seeks=False),
    File("/proc/hello", "r"),
    File("/proc/note", "rw", before=b"abc"),
    File("/proc/squares", "r"),
    File("/proc/one-at-a-time", "rw"),
    File("/sys/kernel/ring3-example/level", "rw"),
    File("/sys/kernel/doorbell/rings", "r"),
    File("/sys/kernel/doorbell/ring", "w"),
    File("/sys/devices/platform/knob/turn", "w"),
    File("/sys/devices/platform/lamp.0/lit", "rw"),
    File("/sys/kernel/room/doors", "r"),
    File("/sys/kernel/room/lamp/lit", "rw"),
    File("/sys/module/params/parameters/octet", "rw"),
    File("/sys/module/params/parameters/limit", "r"),
    File("/sys/module/params/parameters/label", "rw"),
    File("/proc/init-fails", "r"),
    File("/sys/module/watch_kprobe/parameters/uid", "rw"),
    File("/sys/module/watch_ftrace/parameters/uid", "rw"),
    File("/sys/module/repeat/parameters/interval", "rw"),
    File("/sys/module/static_key/parameters/trace", "rw"),
    File("/sys/module/static_key/parameters/add", "w"),
    File("/sys/module/likely/parameters/look", "w"),
    File("/sys/class/net/cable0/mtu", "rw"),
    File("/sys/class/net/cable1/address", "r"),
    File("/dev/dice", "r", seeks=False),
]

# Where the kernel has what they need; the test knows where.
LEDS = "/sys/module/leds/parameters/pattern"
if os.path.exists(LEDS):
    FILES.append(File(LEDS, "rw"))
SENSOR = "/sys/class/hwmon/hwmon0/temp1_"
if os.path.exists(SENSOR + "input"):
    FILES += [File(SENSOR + "input", "r"), File(SENSOR + "max", "rw")]


def text_to(path, text, wanted):
    fd = os.open(path, os.O_WRONLY)
    gives("%r to %s" % (text[:12], path), -wanted, "write", fd, text,
          ctypes.c_size_t(len(text)))
    os.close(fd)


def values():
    """What sysfs's files do not take."""
    level = "/sys/kernel/ring3-example/level"
    text_to(level, b"many", errno.EINVAL)
    text_to(level, b"-1", errno.EINVAL)
    text_to(level, b"99999999999", errno.ERANGE)
    text_to("/sys/devices/platform/lamp.0/lit", b"bright", errno.EINVAL)
    text_to("/sys/devices/platform/knob/turn", b"back", errno.EINVAL)
    text_to("/sys/kernel/room/lamp/lit", b"?", errno.EINVAL)
    text_to("/sys/module/params/parameters/octet", b"256", errno.ERANGE)
    text_to("/sys/module/params/parameters/octet", b"x", errno.EINVAL)
    text_to("/proc/note", b"x" * 10000, errno.EMSGSIZE)
    parameters()
    if os.path.exists(SENSOR + "max"):
        text_to(SENSOR + "max", b"warm", errno.EINVAL)


def parameters():
    """What parameters do not take, the kernel's kinds and an example's own."""
    of = "/sys/module/%s/parameters/%s"
    text_to(of % ("params", "label"), b"x" * 16, errno.ENOSPC)
    text_to(of % ("params", "list"), b"1,2,3,4,5", errno.EINVAL)
    text_to(of % ("params", "level"), b"10", errno.ERANGE)
    for module in "watch_kprobe", "watch_ftrace":
        text_to(of % (module, "uid"), b"root", errno.EINVAL)
        text_to(of % (module, "uid"), b"4294967296", errno.ERANGE)
    text_to(of % ("repeat", "interval"), b"-1", errno.EINVAL)
    if os.path.exists(LEDS):
        text_to(LEDS, b"all", errno.EINVAL)
    text_to(of % ("static_key", "trace"), b"?", errno.EINVAL)
    text_to(of % ("static_key", "add"), b"1", errno.EINVAL)
    text_to(of % ("likely", "look"), b"-1", errno.EINVAL)
    text_to(of % ("likely", "look"), b"x", errno.EINVAL)


def ends():
    """Where a file of fixed size ends."""
    fd = os.open("/dev/buffer", os.O_RDWR)
    gives("/dev/buffer: seeking to the end", 4096, "lseek", fd, ctypes.c_long(0), os.SEEK_END)
    gives("/dev/buffer: write there", -errno.ENOSPC, "write", fd, b"x", ctypes.c_size_t(1))
    gives("/dev/buffer: read there", 0, "read", fd,
          ctypes.create_string_buffer(4), ctypes.c_size_t(4))
    gives("/dev/buffer: seeking past it", -errno.EINVAL, "lseek", fd,
          ctypes.c_long(4097), os.SEEK_SET)
    gives("/dev/buffer: a whence that there is not", -errno.EINVAL, "lseek", fd,
          ctypes.c_long(0), 77)
    gives("/dev/buffer: more than fits is cut", 96, "pwrite", fd, b"x" * 200,
          ctypes.c_size_t(200), ctypes.c_long(4000))
    os.close(fd)


BOX_GET_STATE = 2 << 30 | 8 << 16 | ord("B") << 8 | 2
BOX_SET_LABEL = 1 << 30 | 32 << 16 | ord("B") << 8 | 3
BOX_GET_LABEL = 2 << 30 | 32 << 16 | ord("B") << 8 | 4


def requests():
    fd = os.open("/dev/box", os.O_RDWR)
    for name, request in ("state", BOX_GET_STATE), ("label", BOX_SET_LABEL), \
            ("its label", BOX_GET_LABEL):
        for pointer in BAD, KERNELS:
            gives("/dev/box: %s at %#x" % (name, pointer.value), -errno.EFAULT, "ioctl", fd,
                  ctypes.c_ulong(request), pointer)
    gives("/dev/box: a label that does not end", -errno.ENAMETOOLONG, "ioctl", fd,
          ctypes.c_ulong(BOX_SET_LABEL), b"x" * 100)
    os.close(fd)


def mapping():
    fd = os.open("/dev/shared-page", os.O_RDWR)
    for what, size, offset in ("two pages", 8192, 0), ("the second page", 4096, 4096):
        gives("/dev/shared-page: mmap of %s" % what, -errno.EINVAL, "mmap", None,
              ctypes.c_size_t(size), mmap.PROT_READ, mmap.MAP_SHARED, fd,
              ctypes.c_long(offset))
    os.close(fd)


def disk():
    fd = os.open("/dev/ramdisk", os.O_RDWR)
    size = os.lseek(fd, 0, os.SEEK_END)
    gives("/dev/ramdisk: read to a bad pointer", -errno.EFAULT, "pread", fd, BAD,
          ctypes.c_size_t(512), ctypes.c_long(0))
    gives("/dev/ramdisk: read at the end", 0, "read", fd,
          ctypes.create_string_buffer(4), ctypes.c_size_t(4))
    gives("/dev/ramdisk: write at the end", -errno.ENOSPC, "write", fd, b"x",
          ctypes.c_size_t(1))
    gives("/dev/ramdisk: seeking past it", -errno.EINVAL, "lseek", fd,
          ctypes.c_long(size + 1), os.SEEK_SET)
    gives("/dev/ramdisk: an unknown ioctl", -errno.ENOTTY, "ioctl", fd,
          ctypes.c_ulong(UNKNOWN), BAD)
    os.close(fd)


EVIOCGVERSION = 2 << 30 | 4 << 16 | ord("E") << 8 | 1
EVIOCGNAME = 2 << 30 | 32 << 16 | ord("E") << 8 | 6
EVIOCGRAB = 1 << 30 | 4 << 16 | ord("E") << 8 | 0x90
EVIOCSCLOCKID = 1 << 30 | 4 << 16 | ord("E") << 8 | 0xa0
EVENT_SIZE = 24


def events():
    """The knob's node, a file of the kernel's input layer."""
    turn = "/sys/devices/platform/knob/turn"
    nodes = glob.glob("/sys/devices/platform/knob/input/input*/event*")
    if not nodes:  # without evdev
        return
    path = "/dev/input/" + os.path.basename(nodes[0])
    fd, other = (os.open(path, os.O_RDWR | os.O_NONBLOCK) for _ in range(2))
    buffer = ctypes.create_string_buffer(256)

    gives("knob: read with no event", -errno.EAGAIN, "read", fd, buffer,
          ctypes.c_size_t(EVENT_SIZE))
    gives("knob: read of less than an event", -errno.EINVAL, "read", fd, buffer,
          ctypes.c_size_t(EVENT_SIZE - 1))
    gives("knob: write of less than an event", -errno.EINVAL, "write", fd, buffer,
          ctypes.c_size_t(1))
    gives("knob: write from a bad pointer", -errno.EFAULT, "write", fd, BAD,
          ctypes.c_size_t(EVENT_SIZE))
    for pointer in BAD, KERNELS:
        with open(turn, "w", encoding="ascii") as file:
            file.write("1")
        gives("knob: read to %#x" % pointer.value, -errno.EFAULT, "read", fd, pointer,
              ctypes.c_size_t(4 * EVENT_SIZE))
        for name, request in ("version", EVIOCGVERSION), ("name", EVIOCGNAME), \
                ("clock", EVIOCSCLOCKID):
            gives("knob: %s at %#x" % (name, pointer.value), -errno.EFAULT, "ioctl", fd,
                  ctypes.c_ulong(request), pointer)
    gives("knob: an unknown ioctl", -errno.EINVAL, "ioctl", fd, ctypes.c_ulong(UNKNOWN), BAD)
    gives("knob: a clock that there is not", -errno.EINVAL, "ioctl", fd,
          ctypes.c_ulong(EVIOCSCLOCKID), ctypes.byref(ctypes.c_int(77)))
    gives("knob: grabbed", 0, "ioctl", fd, ctypes.c_ulong(EVIOCGRAB), ctypes.c_long(1))
    gives("knob: and by another", -errno.EBUSY, "ioctl", other, ctypes.c_ulong(EVIOCGRAB),
          ctypes.c_long(1))
    gives("knob: let go by who has it not", -errno.EINVAL, "ioctl", other,
          ctypes.c_ulong(EVIOCGRAB), ctypes.c_long(0))
    gives("knob: mmap", -errno.ENODEV, "mmap", None, ctypes.c_size_t(4096), mmap.PROT_READ,
          mmap.MAP_SHARED, fd, ctypes.c_long(0))
    os.close(fd)
    os.close(other)


def interfaces():
    """What the files of a network interface do not take."""
    mtu = "/sys/class/net/cable0/mtu"
    text_to(mtu, b"long", errno.EINVAL)
    text_to(mtu, b"67", errno.EINVAL)
    text_to(mtu, b"1501", errno.EINVAL)
    text_to("/sys/class/net/cable0/carrier", b"1", errno.EOPNOTSUPP)
    fd = os.open("/sys/class/net/cable0/speed", os.O_RDONLY)
    gives("the speed of a cable that is down", -errno.EINVAL, "read", fd,
          ctypes.create_string_buffer(16), ctypes.c_size_t(16))
    os.close(fd)


GPIO_GET_CHIPINFO = 2 << 30 | 68 << 16 | 0xb4 << 8 | 1
GPIO_GET_LINEINFO = 3 << 30 | 72 << 16 | 0xb4 << 8 | 2
GPIO_GET_LINEHANDLE = 3 << 30 | 364 << 16 | 0xb4 << 8 | 3


def line_request(*lines, flags=1):
    """A struct gpiohandle_request: lines, flags, values, label, count, fd."""
    words = list(lines) + [0] * (64 - len(lines)) + [flags]
    return struct.pack("65I64s32sIi", *words, b"", b"misuse", len(lines), 0)


def lines():
    """The lines that the buttons have, and whoever asks for them."""
    if not os.path.exists("/sys/module/buttons"):
        return
    fd = os.open("/dev/gpiochip0", os.O_RDWR)
    for pointer in BAD, KERNELS:
        for name, request in ("chip", GPIO_GET_CHIPINFO), ("line", GPIO_GET_LINEINFO), \
                ("lines", GPIO_GET_LINEHANDLE):
            gives("/dev/gpiochip0: %s at %#x" % (name, pointer.value), -errno.EFAULT,
                  "ioctl", fd, ctypes.c_ulong(request), pointer)
    gives("/dev/gpiochip0: an unknown ioctl", -errno.EINVAL, "ioctl", fd,
          ctypes.c_ulong(UNKNOWN), BAD)
    for what, wanted, text in (
            ("a button's line", errno.EBUSY, line_request(17)),
            ("a line that there is not", errno.EINVAL, line_request(60000)),
            ("no lines", errno.EINVAL, line_request()),
            ("flags that there are not", errno.EINVAL, line_request(1, flags=1 << 31))):
        gives("/dev/gpiochip0: " + what, -wanted, "ioctl", fd,
              ctypes.c_ulong(GPIO_GET_LINEHANDLE), ctypes.create_string_buffer(text, 364))
    os.close(fd)


def main():
    for part in [f.misuse for f in FILES] + [
            values, ends, requests, mapping, disk, events, interfaces, lines]:
        try:
            part()
        except OSError as e:  # the others are still to be tried
            check("%s: %r" % (part, e), False)
    return 0


sys.exit(main())
