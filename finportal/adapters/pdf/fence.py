"""What the drawing process may not do: reach the network, other files, or more than its share."""

import os
import resource
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path
from typing import Any

NICENESS = 5
"""Behind the pages by a factor of three, and still alive on a machine that has no rest."""
OPEN_FILES = 64
CLOCKS = ("/etc/localtime", "/etc/timezone", "/usr/share/zoneinfo", "/dev/urandom", "/dev/null")
_FORBIDDEN = frozenset(
    {
        *("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname"),
        *("socket.gethostbyaddr", "socket.sendto", "socket.sendmsg", "urllib.Request"),
        *("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn"),
        *("os.spawn", "os.kill", "pty.spawn", "ftplib.connect", "http.client.connect"),
    }
)
_UNIX = 1
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Fence:
    """An audit hook that refuses, and the limits the system keeps.

    It holds back libraries that follow what a document says. It is no wall against machine code
    run inside the process; that is what a user of its own and the unit's sandbox are for.
    """

    def __init__(self, readable: Iterable[Path], writable: Path) -> None:
        own = (sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib"), *CLOCKS)
        self._readable = [os.path.realpath(str(path)) for path in (*own, *readable, writable)]
        self._writable = os.path.realpath(writable)
        self._admitted: set[str] = set()

    def close(self) -> None:
        """From now on; there is no way back (PEP 578)."""
        sys.addaudithook(self._judge)

    def admit(self, paths: Iterable[str]) -> None:
        """Let exactly these files be read, in the place of those admitted before."""
        self._admitted = {os.path.realpath(path) for path in paths}

    def _judge(self, event: str, given: tuple[Any, ...]) -> None:
        if event == "open":
            self._judge_file(given[0], given[2])
        elif event in _FORBIDDEN or (event == "socket.__new__" and given[1] != _UNIX):
            raise PermissionError(f"drawing may not do {event}")

    def _judge_file(self, path: Any, flags: Any) -> None:
        if not isinstance(path, str | bytes | os.PathLike):
            return
        real = os.path.realpath(os.fsdecode(path))
        if isinstance(flags, int) and flags & _WRITING:
            allowed = _is_below(real, self._writable) or real == "/dev/null"
        else:
            allowed = real in self._admitted or any(_is_below(real, top) for top in self._readable)
        if not allowed:
            raise PermissionError("drawing may not open that file")


def limit(*, memory: int, file_size: int) -> None:
    """Bytes of address space and of any one file; no core dumps; last in line for the processor."""
    os.nice(NICENESS)
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, file_size),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def limit_next_cpu(seconds: int) -> None:
    """So many seconds of processor from now on; the system kills what takes more (SIGXCPU)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


def _is_below(path: str, top: str) -> bool:
    return path == top or path.startswith(top + os.sep)
