"""Which program is behind a connection from this machine."""

import contextlib
import os
import socket
import struct
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

import psutil

# Programs that run other people's programs; the script is then who asks.
_INTERPRETERS = ("python", "node", "ruby", "perl", "php", "java", "deno", "bun", "pwsh")
_KEPT_PIDS = 16
_SOCK_DIAG, _BY_FAMILY, _IS_REQUEST = 4, 20, 1
_ANY_STATE = 0xFFFFFFFF
_NO_COOKIE = b"\xff" * 8
_INODE_AT = 68

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Program:
    """A running program."""

    name: str
    """As people know it: of a script, the script's."""
    path: str
    """The file that runs; of a script, the interpreter's and the script's."""


class Peers:
    """Finds the process at the other end. Thread-safe as far as one thread asks at a time."""

    def __init__(self) -> None:
        self._recent: list[int] = []  # processes that were found, the last one first
        self._links: dict[str, int] = {}  # sockets of the last one: it may open many at once

    def program(self, peer: Address, own: Address) -> Program | None:
        """Who has the connection from `peer` to `own` open; None if that cannot be found out.

        Takes up to some milliseconds, where a program is new.
        """
        with contextlib.suppress(OSError, ValueError, psutil.Error):
            pid = self._pid_on_linux(peer, own) if sys.platform == "linux" else _pid(peer, own)
            return _program(pid) if pid else None
        return None

    def _pid_on_linux(self, peer: Address, own: Address) -> int | None:
        """psutil would read the open files of all processes, and all their connections."""
        inode = _inode(peer, own)
        if inode is None:
            return None
        link = f"socket:[{inode}]"
        if link in self._links:
            return self._links[link]
        newest_first = sorted((int(n) for n in os.listdir("/proc") if n.isdigit()), reverse=True)
        for pid in _each_once([*self._recent, *newest_first]):
            links = _open_links(pid)
            if link in links:
                others = [other for other in self._recent if other != pid]
                self._recent = [pid, *others][:_KEPT_PIDS]
                self._links = dict.fromkeys(links, pid)
                return pid
        return None


def _inode(peer: Address, own: Address) -> int | None:
    """Of the socket at the other end of a connection within this machine; None: it is gone.

    The kernel is asked about this one connection: to read the table of all takes 5 ms.
    Source: Linux, `include/uapi/linux/inet_diag.h`, `inet_diag_req_v2` and `inet_diag_msg`.
    """
    (host, port), (own_host, own_port) = _plain(peer), _plain(own)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    hosts = [socket.inet_pton(family, each).ljust(16, b"\0") for each in (host, own_host)]
    ports = struct.pack(">HH", port, own_port)
    request = struct.pack("=BBBxI", family, socket.IPPROTO_TCP, 0, _ANY_STATE) + ports
    request += hosts[0] + hosts[1] + struct.pack("=I", 0) + _NO_COOKIE
    header = struct.pack("=IHHII", 16 + len(request), _BY_FAMILY, _IS_REQUEST, 1, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _SOCK_DIAG) as kernel:
        kernel.settimeout(0.5)
        kernel.send(header + request)
        reply = kernel.recv(4096)
    if struct.unpack_from("=IH", reply)[1] != _BY_FAMILY:
        return None
    return int(struct.unpack_from("=I", reply, 16 + _INODE_AT)[0])


def _plain(address: Address) -> Address:
    """An IPv4 address as one, also where a socket takes both kinds."""
    return address[0].removeprefix("::ffff:"), address[1]


def _open_links(pid: int) -> set[str]:
    """Of all that a process has open; empty if it ended, or is somebody else's."""
    folder, links = f"/proc/{pid}/fd", set[str]()
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            with contextlib.suppress(OSError):  # closed meanwhile
                links.add(os.readlink(f"{folder}/{name}"))
    return links


def _pid(peer: Address, own: Address) -> int | None:
    """On Windows one table has it all; on macOS only our own user's processes can be asked."""
    if sys.platform == "win32":
        return _pid_in(psutil.net_connections("tcp"), peer, own)
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if _pid_in(process.net_connections("tcp"), peer, own) is not None:
                return int(process.pid)
    return None


def _pid_in(connections: Iterable[object], peer: Address, own: Address) -> int | None:
    for each in connections:
        if getattr(each, "laddr", None) == peer and getattr(each, "raddr", None) == own:
            return getattr(each, "pid", None) or 0
    return None


def _program(pid: int) -> Program | None:
    process = psutil.Process(pid)
    return describe(process.exe() or process.name(), process.cmdline())


def describe(executable: str, command: list[str]) -> Program:
    """The program that this command line has started.

    >>> describe("/usr/bin/curl", ["curl", "-N", "localhost"])
    Program(name='curl', path='/usr/bin/curl')
    >>> describe("/usr/bin/python3.11", ["python", "-u", "/home/me/bot.py", "--key=1"])
    Program(name='bot.py', path='/usr/bin/python3.11|/home/me/bot.py')
    >>> describe("/usr/bin/python3.11", ["python", "-m", "flask"])
    Program(name='flask', path='/usr/bin/python3.11|-m flask')
    """
    name = _stem(executable)
    if name.lower().rstrip("0123456789.w") not in _INTERPRETERS:
        return Program(name, executable)
    arguments = iter(command[1:])
    for argument in arguments:
        if argument in ("-m", "-jar"):
            module = next(arguments, "")
            return Program(_base(module), f"{executable}|{argument} {module}")
        if argument in ("-c", "-e", "-"):
            break
        if not argument.startswith("-"):
            return Program(_base(argument), f"{executable}|{argument}")
    return Program(name, executable)


def _stem(path: str) -> str:
    base = _base(path)
    return base[:-4] if base.lower().endswith((".exe", ".app")) else base


def _base(path: str) -> str:
    return PurePath(path.replace("\\", "/")).name or path


def _each_once(numbers: Iterable[int]) -> Iterator[int]:
    return iter(dict.fromkeys(numbers))
