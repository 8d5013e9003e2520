"""A connection of a listening socket inherits that nothing is held back."""

from __future__ import annotations

import os
import socket

import pytest

from platforms.app.promptness import answer_at_once

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sockets are files in POSIX only")


def _accepted(listening: socket.socket) -> int:
    with socket.create_connection(listening.getsockname()):
        line, _ = listening.accept()
        with line:
            return line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_connections_are_told_what_the_listening_socket_is_told():
    with socket.socket(socket.AF_INET) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        assert not _accepted(listening)
        assert answer_at_once() >= 1
        assert _accepted(listening)
