"""A download stays until the browser has had time to fetch it.

Streamlit makes a file when its button is pressed, tells the browser where it is, and throws away
what no page shows whenever anybody's page is done: two other people whose pages are done between
the answer and the browser's request are enough, and the visitor gets nothing. Here what is thrown
away is still there for a while.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator
from weakref import WeakSet

from streamlit.runtime import memory_media_file_storage
from streamlit.runtime.media_file_storage import MediaFileKind
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

__all__ = ["STAYS_S", "Lasting", "let_downloads_last", "sweeping"]

# a slow line begins to fetch by then; what is being sent needs the storage no more
STAYS_S = 30.0
_EVERY_S = 15.0
_MADE: WeakSet[Lasting] = WeakSet()


class Lasting(MemoryMediaFileStorage):
    """Files by id; one that is thrown away goes ``STAYS_S`` seconds later."""

    clock = staticmethod(time.monotonic)

    def __init__(self, media_endpoint: str) -> None:
        super().__init__(media_endpoint)
        # when each goes that was thrown away, the first first
        self._goes: dict[str, float] = {}
        self._turn = threading.Lock()
        _MADE.add(self)

    def load_and_get_id(
        self,
        path_or_data: str | bytes,
        mimetype: str,
        kind: MediaFileKind,
        filename: str | None = None,
    ) -> str:
        """Keep a file, and keep it if it was about to go; return its id."""
        with self._turn:
            file_id = super().load_and_get_id(path_or_data, mimetype, kind, filename)
            self._goes.pop(file_id, None)
            self._sweep()
        return file_id

    def delete_file(self, file_id: str) -> None:
        """Let a file go after a while."""
        with self._turn:
            self._goes.setdefault(file_id, self.clock() + STAYS_S)
            self._sweep()

    def sweep(self) -> None:
        """Let go what was to go by now."""
        with self._turn:
            self._sweep()

    def _sweep(self) -> None:
        now = self.clock()
        for file_id in [one for one, at in self._goes.items() if at <= now]:
            del self._goes[file_id]
            super().delete_file(file_id)


def let_downloads_last() -> None:
    """Have the server that is made from now on keep its files in :class:`Lasting`."""
    # where it asks for its storage; it offers no setting
    memory_media_file_storage.MemoryMediaFileStorage = Lasting  # type: ignore[misc]


@contextlib.asynccontextmanager
async def sweeping() -> AsyncIterator[None]:
    """Let files go in time for as long as the server runs, also where nobody comes."""

    async def go_on() -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            for one in tuple(_MADE):
                one.sweep()

    task = asyncio.create_task(go_on())
    try:
        yield
    finally:
        task.cancel()
