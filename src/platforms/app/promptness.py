"""Answers leave at once.

Streamlit binds its socket without naming the protocol, so asyncio does not know it for TCP and
leaves Nagle's algorithm on: the body of each answer waits until the browser has acknowledged its
head, a twenty-fifth of a second for each of the hundred files of a first visit, and the last
message of a run waits as long. What the listening socket is told, its connections inherit.
"""

from __future__ import annotations

import os
import socket
import stat

__all__ = ["answer_at_once"]

# the server has just begun: its sockets are among the first files that it opened
_MOST = 256


def answer_at_once() -> int:
    """Tell the listening sockets of this process to hold nothing back; return how many there are.

    Where a system tells files and sockets apart otherwise than POSIX, nothing is done.
    """
    if os.name != "posix":
        return 0
    return sum(_told(number) for number in range(3, _MOST))


def _told(number: int) -> bool:
    try:
        if not stat.S_ISSOCK(os.fstat(number).st_mode):
            return False
        with socket.socket(fileno=os.dup(number)) as one:
            listens = one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
            if one.family not in {socket.AF_INET, socket.AF_INET6} or not listens:
                return False
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return True
    except OSError:
        return False
