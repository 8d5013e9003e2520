"""The process that is forked for each job of :mod:`warm_reading`; it knows the library only."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import sys
from collections.abc import Callable


def serve(place: str, main: Callable[[str], int]) -> None:
    """Do each job that comes in a fork, and tell its number and how it ended.

    Parameters
    ----------
    place
        The socket to listen at.
    main
        Does a job and returns the exit code.
    """
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(place)
    listener.listen(64)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    jobs: dict[int, tuple[int, socket.socket]] = {}
    while True:
        ready, _, _ = select.select([listener, sys.stdin, *jobs], [], [])
        if sys.stdin in ready:
            # nothing is ever said there: whoever started this is gone
            return
        for one in ready:
            if one is listener:
                line, _ = listener.accept()
                told = b"".join(iter(lambda line=line: line.recv(65536), b"")).decode()
                child = os.fork()
                if child == 0:
                    _do(told, main)
                with contextlib.suppress(OSError):
                    # who asked may have been killed since
                    line.sendall(f"{child}\n".encode())
                jobs[os.pidfd_open(child)] = child, line
            else:
                os.close(one)
                child, line = jobs.pop(one)
                _, status = os.waitpid(child, 0)
                with contextlib.suppress(OSError):
                    line.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
                line.close()


def _do(told: str, main: Callable[[str], int]) -> None:
    code = 1
    try:
        code = main(told)
    finally:
        # a fork must not run on in the loop that it came from
        os._exit(code)
