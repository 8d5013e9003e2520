"""The worker shuts itself in, with what the kernel offers to any process.

Three things, each on its own and each left out where the system has it not: an empty network
(``unshare``), a filter that refuses sockets and other programs (seccomp), and a list of the
folders that may be read and written (Landlock). None needs a privilege but the first, which
some systems keep for the administrator; the other two hold there all the same.
"""

from __future__ import annotations

import contextlib
import ctypes
import mimetypes
import os
import platform
import struct
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

__all__ = ["LAYERS", "leave_network", "refuse_calls", "refuse_files", "seal"]

LAYERS = ("network", "calls", "files")
"""What the worker takes from itself, in that order."""

_CLONE_NEWNET, _CLONE_NEWUSER = 0x40000000, 0x10000000
_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER = 38, 22, 2
# machine → audit code, and the numbers of socket, connect, execve, execveat, ptrace, io_uring_setup
_CALLS = {
    "x86_64": (0xC000003E, (41, 42, 59, 322, 101, 425)),
    "aarch64": (0xC00000B7, (198, 203, 221, 281, 117, 425)),
}
_X32 = 0x40000000
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001
_CREATE, _ADD, _RESTRICT = 444, 445, 446
# rights of the first Landlock; later ones add to them
_READ = 1 << 0 | 1 << 2 | 1 << 3
_FILE_ONLY = 1 << 0 | 1 << 1 | 1 << 2
_ALL = (1 << 13) - 1
_LATER = {2: 1 << 13, 3: 1 << 14}
_SYSTEM = (
    "/usr", "/lib", "/lib64", "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system",
    "/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/urandom", "/dev/random",
)  # fmt: skip


def seal(*, read: Iterable[Path], write: Iterable[Path]) -> frozenset[str]:
    """Take the network, new programs and all other files from this process, for good.

    Parameters
    ----------
    read, write
        Folders that it still needs, beside Python's own and the system's libraries.

    Returns
    -------
    layers
        Those of ``LAYERS`` that hold.
    """
    held = (leave_network(), refuse_calls(), refuse_files(read=read, write=write))
    return frozenset(name for name, holds in zip(LAYERS, held, strict=True) if holds)


def leave_network() -> bool:
    """Enter an empty network; say whether the system allowed it."""
    flags = _CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWNET | _CLONE_NEWUSER
    with contextlib.suppress(OSError, AttributeError):
        return bool(_libc().unshare(flags) == 0)
    return False


def refuse_calls() -> bool:
    """Have sockets, other programs and other processes refused; say whether that holds."""
    known = _CALLS.get(platform.machine())
    if known is None:
        return False
    audit, numbers = known
    # each jump counts the lines to the last one, which refuses: another machine's numbering,
    # and the calls that are named
    left = len(numbers)
    code = [(_LOAD, 0, 0, 4), (_EQUAL, 0, left + 3, audit), (_LOAD, 0, 0, 0)]
    code += [(_AT_LEAST, left + 1, 0, _X32)]
    code += [(_EQUAL, left - at, 0, number) for at, number in enumerate(numbers)]
    code += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    program = b"".join(struct.pack("=HBBI", *one) for one in code)
    held = ctypes.create_string_buffer(program, len(program))
    told = struct.pack("@HP", len(code), ctypes.addressof(held))
    return _without_privileges() and _libc().prctl(_SET_SECCOMP, _FILTER, told, 0, 0) == 0


def refuse_files(*, read: Iterable[Path], write: Iterable[Path]) -> bool:
    """Have every file refused that lies in none of the folders; say whether that holds."""
    libc = _libc()
    version = libc.syscall(_CREATE, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    rights = _ALL | sum(bit for since, bit in _LATER.items() if version >= since)
    told = struct.pack("=Q", rights)
    rules = libc.syscall(_CREATE, told, ctypes.c_size_t(len(told)), 0)
    if rules < 0:
        return False
    try:
        for places, allowed in ((_own_places(read), _READ), (write, rights)):
            for place in places:
                _add(libc, rules, place, allowed)
        return _without_privileges() and libc.syscall(_RESTRICT, rules, 0) == 0
    finally:
        os.close(rules)


def _own_places(read: Iterable[Path]) -> Iterator[Path]:
    """Yield what must be read: given folders, Python, its packages, libraries of the system."""
    yield from read
    python = {sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path}
    for place in {*python, *_SYSTEM, *mimetypes.knownfiles}:
        # an empty entry is the folder one stands in
        if place:
            yield Path(place)


def _add(libc: ctypes.CDLL, rules: int, place: Path, rights: int) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(place, os.O_PATH | os.O_CLOEXEC)
        try:
            allowed = rights if place.is_dir() else rights & _FILE_ONLY
            told = struct.pack("=Qi", allowed, handle)
            libc.syscall(_ADD, rules, 1, told, 0)
        finally:
            os.close(handle)


def _without_privileges() -> bool:
    """Give up that a program may ever have more rights: the kernel asks for it."""
    return bool(_libc().prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
