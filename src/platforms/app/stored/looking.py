"""Looking at the store's plots: once for all sessions, and again when they were changed.

What is held are numbers of each plot; shapes and words are read from the store for whoever
looks there. A session holds none of it.
"""

from __future__ import annotations

import threading
import time

import platforms as ip
from platforms import messages
from platforms.app import opened
from platforms.app.plots.shelf import Job, Progress, Shelf

__all__ = ["any_stored", "spoken_job", "store_job"]

_KEPT = 2
_MAPS: Shelf[ip.StoreMap] = Shelf(_KEPT)
# the same in another language: only its sums and words are made anew
_SPOKEN: Shelf[ip.StoreMap] = Shelf(_KEPT)
_TURNS: dict[tuple[str, str], int] = {}
_LOCK = threading.Lock()
# whether there are plots is asked anew after so many seconds
_AGAIN_S = 5.0
_THERE: dict[tuple[str, str], tuple[float, bool]] = {}


def _place(workspace: str) -> tuple[str, str]:
    return workspace, str(ip.store_place(workspace))


def any_stored() -> bool:
    """Say whether the workspace's store keeps plots; a store that cannot be read keeps none."""
    try:
        city = opened.workspace()
        key = _place(city.name)
        asked, there = _THERE.get(key, (0.0, False))
        if not asked or time.monotonic() - asked > _AGAIN_S:
            there = len(ip.open_store(city, make=False).plots.frame(limit=1)) > 0
            _THERE[key] = (time.monotonic(), there)
    except Exception:  # noqa: BLE001 asked outside the guard of a page, before there is one
        # the page that needs the store says what is wrong with it
        return False
    return there


def store_job() -> Job[ip.StoreMap]:
    """Return the job that looks at the plots of now, in whatever language came first.

    Raises
    ------
    PlatformsError
        When the store cannot be read.
    """
    city = opened.workspace()
    place = _place(city.name)
    with _LOCK:
        turn = _TURNS.setdefault(place, 0)
        job = _ask(city, (*place, city.fingerprint, turn))
        if job.ready and not job.result().current():
            _TURNS[place] = turn + 1
            job = _ask(city, (*place, city.fingerprint, turn + 1))
    return job


def spoken_job(looked: ip.StoreMap) -> Job[ip.StoreMap]:
    """Return the job that says the same in the session's language."""
    lang = messages.language()
    key = (looked.document.id, lang)
    return _SPOKEN.ask(key, lambda _: looked if looked.lang == lang else looked.spoken())


def _ask(city: ip.Workspace, key: tuple[str | int, ...]) -> Job[ip.StoreMap]:
    return _MAPS.ask(key, lambda progress: _looked(city, progress))


def _looked(city: ip.Workspace, progress: Progress) -> ip.StoreMap:
    progress("stored", 0.0)
    store = ip.open_store(city, make=False)
    return ip.store_map(store, city, progress=lambda share: progress("stored", share))
