"""A port of this machine that counts who comes, for files that name an address."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Listener", "listening"]


class Listener:
    """An open port. Nobody is answered; the system itself keeps who came until they are counted."""

    def __init__(self, server: socket.socket) -> None:
        self._server = server
        self.port = int(server.getsockname()[1])
        self._came: list[object] = []

    def came(self) -> list[object]:
        """Return the addresses that connected so far."""
        while True:
            try:
                connection, address = self._server.accept()
            except BlockingIOError:
                return self._came
            connection.close()
            self._came.append(address)


@contextmanager
def listening() -> Iterator[Listener]:
    """Open a port for a while."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(64)
        server.setblocking(False)
        yield Listener(server)
