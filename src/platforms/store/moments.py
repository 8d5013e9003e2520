"""The moment at which a transaction writes.

Those who write into a server sit at machines whose clocks differ, so the moment is that of the
server, taken once a transaction, when it holds what it locks: of two who wait for the same row
the later has the later moment.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

__all__ = ["AT", "moment", "utc_text"]

# where a connection keeps the moment of its transaction
AT = "platforms_at"


def utc_text(at: dt.datetime) -> str:
    """Return a moment as ISO text in UTC, to the microsecond."""
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")


def moment(connection: sa.Connection, *, now: str | None = None, after: str | None = None) -> str:
    """Return the moment of a transaction that writes, as ISO text in UTC.

    Parameters
    ----------
    connection
        In a transaction that writes.
    now
        What a clock here said, for a store that has none of its own; default now.
    after
        An earlier moment of the same history: a clock that was set back does not turn the
        order round.
    """
    told = connection.info.get(AT)
    if isinstance(told, str):
        now = told
    elif now is None:
        now = utc_text(dt.datetime.now(dt.UTC))
    return now if after is None else max(now, after)
