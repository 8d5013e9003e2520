"""Files of a plot: the content once under its hash, and who put it there or took it off.

A file that is attached or taken off is an entry of the history and is undone like any other;
its content stays, since the history names it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import pandas as pd
import sqlalchemy as sa

from platforms.errors import InputError, StoreError
from platforms.geo.ingest.preflight import Upload
from platforms.geo.write import atomic_path
from platforms.store.ledger.fields import reasoned, signed
from platforms.store.ledger.file_kinds import FileKinds, file_kinds
from platforms.store.ledger.writing import Act, Change, current_rows, events_of, write
from platforms.store.schema import attachment, has_tables, ledger_attachment, ledger_event
from platforms.store.turns import Writing

__all__ = ["AttachedFile", "LedgerFiles", "attachment_key", "files_events", "plot_of_key"]

_HASH = 64
_PREFIX = re.compile(r"[0-9a-f]{8,64}")
_LISTED = ("plot_id", "name", "sha256", "media_type", "size", "by", "at")
_Reading = Callable[[], AbstractContextManager[sa.Connection]]


class AttachedFile(NamedTuple):
    """A file of a plot with its content."""

    name: str
    sha256: str
    media_type: str
    data: bytes


def attachment_key(sha256: str, plot_id: str) -> str:
    """Return the key of a file at a plot."""
    return f"{sha256}/{plot_id}"


def plot_of_key(key: str) -> str:
    """Return the plot of what :func:`attachment_key` gave."""
    return key[_HASH + 1 :]


def has_files(connection: sa.Connection) -> bool:
    """Say whether there is the table: a store of an older version that is only read has not."""
    return has_tables(connection, ledger_attachment, ledger_event)


def files_events(
    connection: sa.Connection, workspace: str, plot_id: str | None, act: str | None
) -> list[dict[str, Any]]:
    """Return the entries of the files of a plot, or of all; of one act."""
    if not has_files(connection):
        return []
    keys = None if plot_id is None else _keys(connection, workspace, plot_id)
    return events_of(connection, workspace, keys, subject="attachment", act=act)


def _keys(connection: sa.Connection, workspace: str, plot_id: str) -> list[str]:
    key = ledger_attachment.c.key
    mine = sa.func.substr(key, _HASH + 2) == plot_id, ledger_attachment.c.workspace == workspace
    return list(connection.execute(sa.select(key).where(*mine)).scalars())


class LedgerFiles:
    """The part of :class:`platforms.Ledger` that keeps files.

    Parameters
    ----------
    workspace
        Name of the workspace.
    reading, writing
        Transactions of the store.
    """

    def __init__(self, workspace: str, *, reading: _Reading, writing: Writing) -> None:
        self.workspace = workspace
        self._reading = reading
        self._writing = writing

    @cached_property
    def file_kinds(self) -> FileKinds:
        """The kinds of files that are taken, and how large they may be."""
        return file_kinds(self.workspace)

    def attach(
        self, plot_id: str, file: str | os.PathLike[str] | Upload | bytes, *, by: str,
        why: str = "", name: str | None = None,
    ) -> str:  # fmt: skip
        """Put a file to a plot; the same file again changes nothing.

        Parameters
        ----------
        plot_id
            The plot.
        file
            A path, what arrived as bytes with its name, or the content itself.
        by, why
            Who does it, and why.
        name
            What to call it; default as the file is called.

        Returns
        -------
        sha256
            Of the content, under which it is found.

        Raises
        ------
        InputError
            For a plot that is not there, a kind that is not taken, a name that says another
            kind than the content is, a content that the plot has under another name, or
            nobody named.
        LimitError
            For a file that is too large.
        StoreError
            When whoever asks may not, or the store cannot be written to.
        """
        if isinstance(file, (str, os.PathLike)):
            # what is too large is not read, and told with its whole size
            with contextlib.suppress(OSError):
                self.file_kinds.refuse_large(name or Path(file).name, Path(file).stat().st_size)
        given, data = _read(file, self.file_kinds.most_mb)
        called, kind = self.file_kinds.checked(name or given, data)
        sha256 = hashlib.sha256(data).hexdigest()
        act = Act("attach", signed(by), reasoned(why), subject="attachment")
        with self._writing(by) as connection:
            if plot_id not in current_rows(connection, self.workspace, [plot_id]):
                raise InputError("ledger.plot_unknown", names=[plot_id], count=1)
            _refuse_renaming(connection, self.workspace, plot_id, sha256, called)
            _keep(connection, sha256, kind.media_type, data)
            change = Change(attachment_key(sha256, plot_id), {"attachment": called})
            write(connection, self.workspace, [change], act)
        return sha256

    def detach(self, plot_id: str, sha256: str, *, by: str, why: str = "") -> None:
        """Take a file off a plot; its content and history stay.

        Parameters
        ----------
        plot_id
            The plot.
        sha256
            Of the content; its first eight letters or more.
        by, why
            Who does it, and why.

        Raises
        ------
        InputError
            When the plot has no such file, or nobody is named.
        StoreError
            When whoever asks may not, or the store cannot be written to.
        """
        act = Act("detach", signed(by), reasoned(why), subject="attachment")
        with self._writing(by) as connection:
            held = _held(connection, self.workspace, plot_id)
            found = [row for row in held if _begins(row["sha256"], sha256)]
            if len(found) != 1:
                raise InputError("attachments.unknown", sha256=sha256, plot=plot_id,
                                 known=[row["name"] for row in held])  # fmt: skip
            key = attachment_key(found[0]["sha256"], plot_id)
            write(connection, self.workspace, [Change(key, {"attachment": None})], act)

    def attachments(self, plot_id: str | None = None) -> pd.DataFrame:
        """Return the files of a plot, or of all, in the order they came.

        Returns
        -------
        files
            ``plot_id``, ``name``, ``sha256``, ``media_type``, ``size`` (bytes), ``by`` and
            ``at`` (UTC) of who put it there.
        """
        with self._reading() as connection:
            rows = _held(connection, self.workspace, plot_id) if has_files(connection) else []
        table = pd.DataFrame(rows, columns=list(_LISTED))
        table["at"] = pd.to_datetime(table["at"], utc=True, format="ISO8601")
        return table.astype({"size": "int64"})

    def fetch(self, sha256: str) -> AttachedFile:
        """Return a file that is or was at a plot of this workspace, its hash checked.

        Parameters
        ----------
        sha256
            Of the content; its first eight letters or more.

        Raises
        ------
        InputError
            When no plot had such a file, or several begin so.
        StoreError
            When the content was changed by other means.
        """
        with self._reading() as connection:
            events = files_events(connection, self.workspace, None, None)
            named = {
                one["key"][:_HASH]: str(one["became"])
                for one in events
                if one["became"] is not None and _begins(one["key"], sha256)
            }
            if len(named) != 1:
                entry = "not_kept" if not named else "several"
                raise InputError(f"attachments.{entry}", sha256=sha256, known=list(named)[:5])
            [(key, name)] = named.items()
            row = connection.execute(
                sa.select(attachment).where(attachment.c.sha256 == key)
            ).first()
        if row is None or hashlib.sha256(row.content).hexdigest() != key:
            raise StoreError("attachments.changed", file=name, sha256=key)
        return AttachedFile(name, key, row.media_type, bytes(row.content))

    def save_attachment(
        self, sha256: str, path: str | os.PathLike[str], *, overwrite: bool = False
    ) -> AttachedFile:
        """Write what :meth:`fetch` gives to a place that the caller names.

        Raises
        ------
        InputError, StoreError
            As :meth:`fetch`.
        OutputError
            When it cannot be written; nothing half-written is left.
        """
        found = self.fetch(sha256)
        with atomic_path(Path(path), overwrite=overwrite) as made:
            made.write_bytes(found.data)
        return found


def _begins(key: str, sha256: str) -> bool:
    return bool(_PREFIX.fullmatch(sha256)) and key.startswith(sha256)


def _read(file: str | os.PathLike[str] | Upload | bytes, most_mb: float) -> tuple[str, bytes]:
    """Return a file's name and content; of one that is too large no more than shows it."""
    most = int(most_mb * 1_000_000) + 1
    if isinstance(file, bytes):
        return "", file
    if isinstance(file, Upload):
        return file.name, file.data if isinstance(file.data, bytes) else _part(file.data, most)
    path = Path(file)
    try:
        with path.open("rb") as opened:
            return path.name, _part(opened, most)
    except OSError as error:
        raise InputError("attachments.unreadable", file=path.name,
                         reason=error.strerror or str(error)) from None  # fmt: skip


def _part(opened: BinaryIO, most: int) -> bytes:
    return opened.read(most)


def _keep(connection: sa.Connection, sha256: str, media_type: str, data: bytes) -> None:
    """Keep a content, unless it is there."""
    mine = sa.select(attachment.c.id).where(attachment.c.sha256 == sha256)
    if connection.execute(mine).first() is not None:
        return
    row = {"sha256": sha256, "media_type": media_type, "size": len(data), "content": data}
    try:
        # another may be putting the same there at this moment
        with connection.begin_nested():
            connection.execute(sa.insert(attachment).values(**row))
    except sa.exc.IntegrityError:
        if connection.execute(mine).first() is None:
            raise


def _refuse_renaming(
    connection: sa.Connection, workspace: str, plot_id: str, sha256: str, called: str
) -> None:  # fmt: skip
    """Refuse what would only give another name to a file that is there."""
    held = _held(connection, workspace, plot_id)
    known = next((row["name"] for row in held if row["sha256"] == sha256), called)
    if known != called:
        raise InputError("attachments.there", file=called, known=known, plot=plot_id,
                         sha256=sha256[:8])  # fmt: skip


def _held(connection: sa.Connection, workspace: str, plot_id: str | None) -> list[dict[str, Any]]:
    """Return what is at a plot, or at all, without the contents."""
    key = ledger_attachment.c.key
    both = ledger_attachment.join(attachment, attachment.c.sha256 == sa.func.substr(key, 1, _HASH))
    query = (
        sa.select(
            sa.func.substr(key, _HASH + 2).label("plot_id"),
            ledger_attachment.c.attachment.label("name"),
            attachment.c.sha256, attachment.c.media_type, attachment.c.size,
            ledger_attachment.c.changed_by.label("by"), ledger_attachment.c.changed_at.label("at"),
        )
        .select_from(both)
        .where(
            ledger_attachment.c.workspace == workspace, ledger_attachment.c.attachment.is_not(None)
        )
        .order_by(ledger_attachment.c.id)
    )  # fmt: skip
    if plot_id is not None:
        query = query.where(sa.func.substr(key, _HASH + 2) == plot_id)
    return [dict(row) for row in connection.execute(query).mappings()]
