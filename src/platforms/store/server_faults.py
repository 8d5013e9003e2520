"""What a PostgreSQL server says when it cannot, in words that name the next step.

A server that was reached says a state (SQLSTATE). One that did not let us in says only a
sentence, in its own language; what is not known by it is told as it stands. No sentence of a
server holds a password.
"""

from __future__ import annotations

import sqlalchemy as sa

from platforms.errors import ConflictError, StoreError
from platforms.store.place import ServerPlace

__all__ = ["told_by_server"]

_STATES = {
    "28P01": "server.password",
    "28000": "server.password",
    "3D000": "server.no_database",
    "42501": "server.read_only",
    "25006": "server.read_only",
    "42P01": "not_a_store",
    "53100": "server.disk_full",
    "53300": "server.crowded",
    "55P03": "server.busy",
    "57014": "server.busy",
    "57P03": "server.unreachable",
    "XX001": "server.damaged",
    "XX002": "server.damaged",
    "P0001": "frozen",
}
# two who wrote the same at the same moment; the transaction of one was taken back
_MEANWHILE = {"23505", "40001", "40P01"}
_GONE = {"57P01", "57P02", "57P05", "25P03"}
_CONNECTION = "08"
# what a server says before it gives states, in English and in Chinese
_SAID = (
    # it starts, stops or recovers, and is no missing database
    ("the database system is", "server.unreachable"),
    ("数据库系统", "server.unreachable"),
    ("password authentication failed", "server.password"),
    ("empty password", "server.no_password"),
    ("role ", "server.password"),
    ("认证失败", "server.password"),
    ("角色", "server.password"),
    ("too many clients", "server.crowded"),
    ("remaining connection slots", "server.crowded"),
    ("database ", "server.no_database"),
    ("数据库", "server.no_database"),
    ("pg_hba.conf", "server.not_admitted"),
)


def told_by_server(
    error: Exception, place: ServerPlace, *, committing: bool = False
) -> StoreError:  # fmt: skip
    """Return the error that a person is shown.

    Parameters
    ----------
    error
        What the driver raised.
    place
        The database.
    committing
        The connection was at its last step: whether the act was kept is not known.
    """
    said = " ".join(str(getattr(error, "orig", error)).split())
    entry = _entry(error, said, committing=committing)
    fields = {
        "path": place.name, "folder": place.host, "database": place.url.database or "",
        "user": place.url.username or "", "reason": said,
    }  # fmt: skip
    if entry == "meanwhile":
        return ConflictError("store.meanwhile", conflicts=[], **fields)
    return StoreError(f"store.{entry}", **fields)


def _entry(error: Exception, said: str, *, committing: bool) -> str:
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    gone = isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated
    if isinstance(error, sa.exc.TimeoutError):
        entry = "server.crowded"
    elif state in _MEANWHILE:
        entry = "meanwhile"
    elif gone or state in _GONE or (state or "").startswith(_CONNECTION):
        entry = "server.unsure" if committing else "server.gone"
    elif state is not None:
        entry = _STATES.get(state, "failed")
    elif "invalid connection option" in said:
        # no server was asked: the driver knows no such part of an address
        entry = "server.option"
    elif isinstance(error, sa.exc.OperationalError):
        entry = _at_the_door(said.casefold())
    else:
        entry = "failed"
    return entry


def _at_the_door(words: str) -> str:
    """Return what a server meant that let nobody in, or that there was none."""
    if "no password supplied" in words:
        # it asked for one; the driver says so itself
        return "server.no_password"
    if "ssl was required" in words or "does not support ssl" in words:
        return "server.no_tls"
    if "fatal" not in words and "致命" not in words:
        return "server.unreachable"
    part = words.rpartition("fatal:")[2]
    return next((name for sign, name in _SAID if sign in part), "server.not_admitted")
