"""What a database says when it cannot, in words that name the next step."""

from __future__ import annotations

import errno

import sqlalchemy as sa

from platforms.errors import ConflictError, StoreError
from platforms.geo.hidden_folder import is_hidden
from platforms.store.place import Place, ServerPlace
from platforms.store.seen import is_away
from platforms.store.server_faults import told_by_server

__all__ = ["told", "whose_faults"]

_WHOSE = "platforms_store"
# parts of what SQLite says, and the message for a person
_SAID = (
    ("readonly", "read_only"),
    ("full", "disk_full"),
    ("locked", "busy"),
    ("unable to open", "no_access"),
    ("not a database", "not_a_store"),
    ("malformed", "damaged"),
    ("does not change", "frozen"),
    # over a quota, or a network folder that went away: what SQLite cannot tell apart
    ("i/o error", "disk_failed"),
    ("no such table", "not_a_store"),
    ("unique constraint", "meanwhile"),
)
_ERRNO = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EFBIG: "disk_full",
    errno.EROFS: "read_only",
    errno.EACCES: "no_access",
    errno.EPERM: "no_access",
    errno.ENOENT: "no_file",
    errno.EISDIR: "not_a_store",
    errno.ENOTDIR: "no_access",
}


def whose_faults(engine: sa.Engine, place: Place) -> None:
    """Have what a database says remember which one said it: two are open where one is copied."""

    @sa.event.listens_for(engine, "handle_error")
    def _remember(context: sa.engine.ExceptionContext) -> None:
        if context.sqlalchemy_exception is not None:
            context.sqlalchemy_exception.__dict__[_WHOSE] = place


def told(
    error: Exception, path: Place, *, committing: bool = False, making: bool = False
) -> StoreError:  # fmt: skip
    """Return the error that a person is shown.

    Parameters
    ----------
    error
        What the system or the database said.
    path
        The store, where the error does not say another.
    committing
        It was said at the last step of a transaction.
    making
        The file was being made: what is not there is a folder that takes none.
    """
    said_by = error.__dict__.get(_WHOSE, path)
    path, committing = said_by, committing and said_by == path
    if isinstance(path, ServerPlace):
        return told_by_server(error, path, committing=committing)
    if isinstance(error, OSError):
        entry = _ERRNO.get(error.errno or 0, "failed")
        entry = "no_access" if making and entry == "no_file" else entry
        said = error.strerror or str(error)
    else:
        said = str(getattr(error, "orig", error))
        words = said.casefold()
        entry = next((name for part, name in _SAID if part in words), "failed")
    if is_away(path):
        # the system's reason would point at rights that nobody lacks
        entry = "away"
    # what is made in a hidden folder is told by the place that it is made for
    folder = next(one for one in path.parents if not is_hidden(one))
    fields = {"path": path.name, "folder": str(folder), "reason": said}
    if entry == "meanwhile":
        return ConflictError("store.meanwhile", conflicts=[], **fields)
    return StoreError(f"store.{entry}", **fields)
