"""The workspace as all visitors see it: its files with the positions that the store keeps.

Whether the store changed is told by its files' sizes and times, of a store on a server by its
newest entry, so that a rerun which changes nothing reads no shapes. A store that cannot be read
takes no page away: the files alone are shown then, and the title says so. Why it could not may be
over without a trace in sizes and times, so each run asks such a store once more.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import platforms as ip
from platforms.errors import PlatformsError

__all__ = ["corrected", "fault_of"]

_LOG = logging.getLogger(__name__)
_LOCK = threading.Lock()
# by the workspace as its files are: state of the store, the workspace corrected, the fault
_HELD: dict[str, tuple[ip.Workspace, object, ip.Workspace, PlatformsError | None]] = {}


def corrected(city: ip.Workspace, *, again: bool = True) -> ip.Workspace:
    """Return a workspace with the positions of its store, the same object while they hold.

    Parameters
    ----------
    city
        As its files are.
    again
        False where this run has asked before: a store that could not be read is not asked anew
        unless it changed.
    """
    with _LOCK:
        state, fault = None, None
        try:
            state = _state(city)
        except PlatformsError as error:
            fault = error
        held = _HELD.get(city.name)
        same = held is not None and held[0] is city and held[1] == state and fault is None
        if held is not None and same and (held[3] is None or not again):
            return held[2]
        made = city
        if fault is None:
            try:
                made = ip.with_positions(city)
            except PlatformsError as error:
                fault = error
        if fault is not None:
            _LOG.warning("%s", fault.message("en"))
        before = held[2] if held is not None and held[0] is city else None
        # what was made of the same positions is still good
        if before is not None and before.positions == made.positions:
            made = before
        # read off the files once, and they may change
        _ = made.fingerprint
        _HELD[city.name] = (city, state, made, fault)
        return made


def fault_of(city: ip.Workspace) -> PlatformsError | None:
    """Return why the corrections of a workspace could not be read; None where they were."""
    held = _HELD.get(city.name)
    return None if held is None else held[3]


def _state(city: ip.Workspace) -> object:
    """Return what is another as soon as the positions of the store are."""
    path = ip.store_place(city.name)
    if isinstance(path, Path):
        return str(path), _stamp(path), _stamp(path.with_name(f"{path.name}-wal"))
    return str(path), ip.open_store(city, make=False).positions.mark()


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_mtime_ns, told.st_size
