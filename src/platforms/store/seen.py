"""Files that this process has had open as stores: one that is gone is away, and is no new store.

A folder that was renamed or a share that drops looks like a store that was never made. A server
that has seen the store knows better: it says so, and neither shows nothing for what is kept nor
lets anybody begin anew, with other roles, beside it.
"""

from __future__ import annotations

from pathlib import Path

from platforms.errors import StoreError

__all__ = ["is_away", "note_seen", "refuse_away"]

_SEEN: set[Path] = set()


def note_seen(path: Path) -> None:
    """Note that a store lies at a place."""
    _SEEN.add(path.absolute())


def is_away(path: Path) -> bool:
    """Say whether a store that was there is not there now."""
    if path.absolute() not in _SEEN:
        return False
    try:
        path.stat()
    except PermissionError:
        return False
    # also a share that does not answer
    except OSError:
        return True
    return False


def refuse_away(path: Path) -> None:
    """Refuse to look at a store that was there and is not.

    Raises
    ------
    StoreError
        Says where it lay.
    """
    if is_away(path):
        raise StoreError("store.away", path=path.name, folder=str(path.parent))
