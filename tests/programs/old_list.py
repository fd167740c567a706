# SPDX-License-Identifier: GPL-2.0-only
"""old_list.py FOLDER...: for each, says whether getdents(2) gives the names and
types that listdir() and scandir() find, by getdents64().
"""
import ctypes
import os
import struct
import sys

GETDENTS = 78
HEADER = "QQH"
libc = ctypes.CDLL(None, use_errno=True)


def entries(path):
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    buffer = ctypes.create_string_buffer(1024)
    while True:
        n = libc.syscall(GETDENTS, fd, buffer, len(buffer))
        if n <= 0:
            os.close(fd)
            return
        at = 0
        while at < n:
            _, _, length = struct.unpack_from(HEADER, buffer, at)
            name = buffer.raw[at + 18:at + length - 1].split(b"\0")[0]
            yield name.decode(), buffer.raw[at + length - 1]
            at += length


for folder in sys.argv[1:]:
    old = {name: kind for name, kind in entries(folder) if name not in (".", "..")}
    new = {e.name: e.is_dir(follow_symlinks=False) for e in os.scandir(folder)}
    same = old.keys() == new.keys() and all(
        kind == 0 or (kind == 4) == new[name] for name, kind in old.items())
    print(("ok - " if same and old else "not ok - ") + "getdents of " + folder, flush=True)
