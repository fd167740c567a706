# SPDX-License-Identifier: GPL-2.0-only
"""Sockets of an instance that has the network, with lo up and
tests/modules/answer.c loaded.

Prints "ok - WHAT" or "not ok - WHAT".
"""
import errno
import fcntl
import os
import select
import signal
import socket
import stat
import struct
import threading
import time


def check(what, good):
    print("ok" if good else "not ok", "-", what)


def error_of(call, *args):
    try:
        call(*args)
    except OSError as e:
        return e.errno
    return 0


def server():
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("127.0.0.1", 0))
    s.listen()
    return s


check("the interfaces are the instance's",
      sorted(n for _, n in socket.if_nameindex()) ==
      sorted(os.listdir("/sys/class/net")))

s = server()
check("nothing is there to accept", s.setblocking(False) or
      error_of(s.accept) == errno.EAGAIN)
poll = select.poll()
poll.register(s, select.POLLIN)
check("poll says so", poll.poll(0) == [])
c = socket.create_connection(s.getsockname())
check("poll says that there is", poll.poll(5000) == [(s.fileno(),
                                                      select.POLLIN)])
a, peer = s.accept()
a.setblocking(True)
# Small pieces would wait for each other.
for each in a, c:
    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
check("accept tells whom", peer == c.getsockname() == a.getpeername())
check("the file is a socket", stat.S_ISSOCK(os.fstat(a.fileno()).st_mode))
check("accept4 closes at exec", fcntl.fcntl(a, fcntl.F_GETFD) ==
      fcntl.FD_CLOEXEC)
c.sendall(b"words")
check("send and recv", a.recv(10) == b"words")
os.write(a.fileno(), b"more")
check("write and read", os.read(c.fileno(), 10) == b"more")
c.sendall(b"peek")
check("MSG_PEEK", a.recv(2, socket.MSG_PEEK) == b"pe" and
      a.recv(10) == b"peek")
check("MSG_DONTWAIT", error_of(a.recv, 1, socket.MSG_DONTWAIT) == errno.EAGAIN)
check("FIONREAD", c.send(b"123") == 3 and
      struct.unpack("i", fcntl.ioctl(a, 0x541b, bytes(4)))[0] == 3 and
      a.recv(3) == b"123")

epoll = select.epoll()
epoll.register(a, select.EPOLLIN | select.EPOLLET)
check("epoll: nothing", epoll.poll(0) == [])
threading.Timer(0.1, c.sendall, [b"late"]).start()
check("epoll waits", epoll.poll(5) == [(a.fileno(), select.EPOLLIN)])
a.recv(10)
threading.Timer(0.1, c.sendall, [b"later"]).start()
check("recv waits", a.recv(10) == b"later")
a.settimeout(0.05)
try:
    a.recv(1)
    check("a time limit", False)
except TimeoutError:
    check("a time limit", True)
a.settimeout(None)
a.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 50000))
check("SO_RCVTIMEO", error_of(a.recv, 1) == errno.EAGAIN)
a.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 0))


class Alarm(Exception):
    pass


def on_alarm(number, frame):
    raise Alarm


signal.signal(signal.SIGALRM, on_alarm)
signal.setitimer(signal.ITIMER_REAL, 0.1)
try:
    a.recv(1)
    check("a signal ends recv", False)
except Alarm:
    check("a signal ends recv", True)

if not os.fork():
    c.sendall(b"child")
    os._exit(0)
os.wait()
check("a child has it, too", a.recv(10) == b"child")
copy = os.dup(a.fileno())
c.sendall(b"copy")
check("so has a copy of the descriptor", os.read(copy, 10) == b"copy")
left, right = socket.socketpair()
socket.send_fds(left, [b"x"], [copy])
os.close(copy)
passed = socket.recv_fds(right, 1, 1)[1][0]
c.sendall(b"passed")
check("and who is passed one, by a local socket",
      os.read(passed, 10) == b"passed")
os.close(passed)
c.shutdown(socket.SHUT_WR)
check("shutdown is an end", a.recv(10) == b"")
a.close()
check("close is one", c.recv(10) == b"")
port = s.getsockname()
s.close()
c.close()
time.sleep(0.1)
check("refused", error_of(socket.socket().connect, port) == errno.ECONNREFUSED)

u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u.bind(("127.0.0.1", 0))
v = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
check("SOCK_NONBLOCK", error_of(v.recv, 1) == errno.EAGAIN)
v.sendto(b"datagram", u.getsockname())
check("sendto and recvfrom", u.recvfrom(20) == (b"datagram",
                                                ("127.0.0.1",
                                                 v.getsockname()[1])))
v.connect(u.getsockname())
v.sendmsg([b"in ", b"pieces"])
check("sendmsg and recvmsg", u.recvmsg(20)[0] == b"in pieces")
check("sizes", v.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE) ==
      socket.SOCK_DGRAM)
check("large ones", v.send(bytes(60000)) == 60000 and
      len(u.recv(65536)) == 60000)
check("too large ones", error_of(v.send, bytes(70000)) == errno.EMSGSIZE)

n = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 31)
n.bind((0, 0))
n.send(struct.pack("IHHII", 16 + 6, 2, 1, 7, 0) + b"answer")
reply = n.recv(100)
check("a module's netlink protocol", reply[16:22] == b"ANSWER" and
      struct.unpack("IHHII", reply[:16])[3] == 7)
check("a family that is not there", error_of(socket.socket, 9) ==
      errno.EAFNOSUPPORT)
print("ok - all parts came to their end")
