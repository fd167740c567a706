# SPDX-License-Identifier: GPL-2.0-only
"""Uses /dev/pinned (tests/modules/pinned.c): its own pages, held by the driver.

Prints "ok - WHAT" or "not ok - WHAT".
"""
import ctypes
import errno
import mmap
import os
import threading

HOLD, PUT, GET, DROP = (ord("p") << 8 | n for n in range(1, 5))
libc = ctypes.CDLL(None, use_errno=True)


def check(what, good):
    print("ok" if good else "not ok", "-", what)


def write(fd, address, n):
    result = libc.write(fd, ctypes.c_void_p(address), ctypes.c_size_t(n))
    return -ctypes.get_errno() if result < 0 else result


def ioctl(command, value=0):
    return libc.ioctl(fd, ctypes.c_ulong(command), ctypes.c_ulong(value))


memory = mmap.mmap(-1, 8 * 4096)
start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
fd = os.open("/dev/pinned", os.O_RDWR)

memory[4090:4110] = bytes(range(20))
check("a driver changes the program's pages", write(fd, start + 4092, 10) == 10)
check("what it has changed is there", memory[4090:4110] ==
      bytes([0, 1] + [n ^ 0xff for n in range(2, 12)] + list(range(12, 20))))
libc.munmap(ctypes.c_void_p(start + 5 * 4096), 4096)
check("no memory: EFAULT", write(fd, start + 5 * 4096, 10) == -errno.EFAULT)
check("none behind: EFAULT", write(fd, start + 5 * 4096 - 5, 10)
      == -errno.EFAULT)
check("NULL: EFAULT", write(fd, 0, 10) == -errno.EFAULT)
libc.mprotect(ctypes.c_void_p(start + 7 * 4096), 4096, mmap.PROT_READ)
check("not writable: EFAULT",
      write(fd, start + 7 * 4096, 10) == -errno.EFAULT)

memory[0] = 7
ioctl(HOLD, start)
check("a page is held", ioctl(GET) == 7)
memory[0] = 8
check("what the program writes later is seen", ioctl(GET) == 8)
ioctl(PUT, 9)
check("what the driver writes later is seen", memory[1] == 9)
memory[2] = 10
ioctl(PUT, 11)
check("what lies beside it stays", memory[0:3] == bytes([8, 11, 10]))
seen = []
thread = threading.Thread(target=lambda: seen.append(ioctl(PUT, 12)))
thread.start()
thread.join()
check("by another thread, too", seen == [0] and memory[1] == 12)
ioctl(DROP)
memory[0] = 13
ioctl(HOLD, start)
check("it can be held again", ioctl(GET) == 13)
if not os.fork():
    os._exit(0)
os.wait()
check("and outlives a child", ioctl(GET) == 13)
ioctl(DROP)
