"""Who brought which file in, who took what out, and who signed in: lines that are only added.

The ledger and the other parts say what was changed; the journal says what came and went
without changing anything that is kept. Whoever does it is noted, also a reader.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager

import pandas as pd
import sqlalchemy as sa

from platforms.errors import InputError
from platforms.store import sayings
from platforms.store.moments import moment
from platforms.store.schema import has_tables, journal
from platforms.store.turns import Writing

__all__ = ["JOURNAL_ACTS", "Journal"]

JOURNAL_ACTS = ("upload", "export", "sign_in", "sign_out")
_COLUMNS = ("at", "who", "what", "name", "sha256", "size", "note")
_LONGEST = 300


class Journal:
    """The journal of a workspace; ``platforms.open_store(ws).journal``.

    Parameters
    ----------
    workspace
        Name of the workspace.
    reading, writing
        Open a connection to read with, and a transaction to write in.
    """

    def __init__(
        self, workspace: str, *, reading: Callable[[], AbstractContextManager[sa.Connection]],
        writing: Writing,
    ) -> None:  # fmt: skip
        self.workspace = workspace
        self._reading = reading
        self._writing = writing

    def __repr__(self) -> str:
        """Name the workspace."""
        return f"Journal({self.workspace!r})"

    def note(
        self, what: str, name: str = "", *, by: str, data: bytes | None = None, note: str = ""
    ) -> None:
        """Add a line.

        Parameters
        ----------
        what
            One of ``JOURNAL_ACTS``.
        name
            Of the file, or of what was exported.
        by
            Who did it; may be empty where nobody said.
        data
            The content where it is at hand; its hash and size are kept, not itself.
        note
            What else is to be said.

        Raises
        ------
        InputError
            For another act.
        StoreError
            When the store cannot be written to.
        """
        if what not in JOURNAL_ACTS:
            raise InputError("journal.act_unknown", what=what, known=list(JOURNAL_ACTS))
        line = {
            "workspace": self.workspace, "who": sayings.who(by), "what": what,
            "name": sayings.who(name)[:_LONGEST], "note": sayings.said(note),
            "sha256": None if data is None else hashlib.sha256(data).hexdigest(),
            "size": None if data is None else len(data),
        }  # fmt: skip
        with self._writing(by, "note", rows=True) as connection:
            connection.execute(sa.insert(journal).values(**line, at=moment(connection)))

    def lines(self, since: dt.date | None = None) -> pd.DataFrame:
        """Return the lines, the oldest first.

        Parameters
        ----------
        since
            Only from this day on, as the day is here.

        Returns
        -------
        lines
            ``at`` (UTC), ``who``, ``what`` (upload, export, sign_in, sign_out), ``name``,
            ``sha256`` and ``size`` (bytes) where the content was at hand, ``note``.
        """
        query = sa.select(*(journal.c[name] for name in _COLUMNS))
        query = query.where(journal.c.workspace == self.workspace).order_by(journal.c.id)
        if since is not None:
            begins = dt.datetime.combine(since, dt.time()).astimezone().astimezone(dt.UTC)
            query = query.where(journal.c.at >= begins.isoformat(timespec="microseconds"))
        with self._reading() as connection:
            # a store of an older version that is only read has none
            there = has_tables(connection, journal)
            rows = connection.execute(query).all() if there else []
        table = pd.DataFrame([tuple(row) for row in rows], columns=list(_COLUMNS))
        table["at"] = pd.to_datetime(table["at"], utc=True, format="ISO8601")
        table["size"] = table["size"].astype("Int64")
        return table
