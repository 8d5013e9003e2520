"""The members of a workspace, what each may do, and who named them.

The first member is an approver and names themselves; the last approver stays one. Whoever was
a member stays in the history, which only grows.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pandas as pd
import sqlalchemy as sa

from platforms import messages
from platforms.errors import InputError
from platforms.store import sayings
from platforms.store.members.asking import (
    ROLES,
    Standing,
    key_of,
    role_title,
    same_person,
    standings,
)
from platforms.store.moments import moment
from platforms.store.schema import has_tables, member, member_event

__all__ = ["Members"]

_LISTED = ("name", "role", "changed_by", "changed_at")
_PAST = ("at", "name", "what", "was", "became", "who", "why")
_NAMED = 5


class Members:
    """Who may do what in a workspace; ``platforms.open_store(ws).members``.

    Parameters
    ----------
    workspace
        Name of the workspace.
    reading, writing
        Open a connection to read with, and a transaction that asks whether somebody may do
        something and writes.
    """

    def __init__(
        self,
        workspace: str,
        *,
        reading: Callable[[], AbstractContextManager[sa.Connection]],
        writing: Callable[[str, str], AbstractContextManager[sa.Connection]],
    ) -> None:
        self.workspace = workspace
        self._reading = reading
        self._writing = writing

    def __repr__(self) -> str:
        """Name the workspace."""
        return f"Members({self.workspace!r})"

    @property
    def single_user(self) -> bool:
        """Whether there is no member, so that whoever has the store may do everything."""
        return not self._known()

    def role_of(self, who: str) -> str | None:
        """Return the role of a person; None for one who is not a member."""
        found = self._known().get(key_of(who))
        return None if found is None else found.role

    def approvers(self) -> list[str]:
        """Return the names of those who may name members."""
        return [one.name for one in self._known().values() if one.role == "approver"]

    def list(self) -> pd.DataFrame:
        """Return the members in the order they came.

        Returns
        -------
        members
            ``name``, ``role`` (reader, editor, approver), ``changed_by`` who named them last,
            ``changed_at`` (UTC).
        """
        with self._reading() as connection:
            rows = []
            if has_tables(connection, member):
                mine = member.c.workspace == self.workspace, member.c.role != ""
                query = sa.select(*(member.c[name] for name in _LISTED)).where(*mine)
                rows = [tuple(row) for row in connection.execute(query.order_by(member.c.id))]
        return _dated(pd.DataFrame(rows, columns=list(_LISTED)), "changed_at")

    def history(self) -> pd.DataFrame:
        """Return what was done, the oldest first.

        Returns
        -------
        history
            ``at`` (UTC), ``name``, ``what`` (add, role, remove), ``was`` and ``became`` (roles;
            empty for none), ``who``, ``why``.
        """
        with self._reading() as connection:
            rows = []
            if has_tables(connection, member_event):
                query = sa.select(*(member_event.c[name] for name in _PAST))
                query = query.where(member_event.c.workspace == self.workspace)
                rows = [tuple(row) for row in connection.execute(query.order_by(member_event.c.id))]
        return _dated(pd.DataFrame(rows, columns=list(_PAST)), "at")

    def add(self, name: str, role: str, *, by: str, why: str = "") -> None:
        """Make somebody a member.

        Parameters
        ----------
        name
            The person, as they are named where they write: a name, an address, or
            ``name <address>``, of which the address counts.
        role
            ``reader``, ``editor`` or ``approver``, or its title.
        by, why
            Who does it, and why. The first member is an approver who names themselves.

        Raises
        ------
        InputError
            For a name or role that cannot be used, a member who is there already, or a first
            member who is no approver or another than who names them.
        StoreError
            When whoever asks may not, or the store cannot be written to.
        """
        called, became = _called(name), _role(role)
        with self._writing(by, "name") as connection:
            number, known = self._now(connection)
            if not known and (became != "approver" or not same_person(called, by)):
                raise InputError("members.first", who=sayings.who(by) or "—")
            if key_of(called) in known:
                there = known[key_of(called)]
                raise InputError("members.there", name=there.name, role=role_title(there.role))
            self._write(connection, number, Standing(called, ""), became, ("add", by, why))

    def change(self, name: str, role: str, *, by: str, why: str = "") -> None:
        """Give a member another role.

        Raises
        ------
        InputError
            For somebody who is no member, or the last approver.
        StoreError
            When whoever asks may not, or the store cannot be written to.
        """
        became = _role(role)
        with self._writing(by, "name") as connection:
            number, known = self._now(connection)
            was = _found(known, name)
            if was.role == became:
                return
            _refuse_last(known, was)
            self._write(connection, number, was, became, ("role", by, why))

    def remove(self, name: str, *, by: str, why: str = "") -> None:
        """Let somebody be a member no more; what they did stays.

        Raises
        ------
        InputError
            For somebody who is no member, or the last approver.
        StoreError
            When whoever asks may not, or the store cannot be written to.
        """
        with self._writing(by, "name") as connection:
            number, known = self._now(connection)
            was = _found(known, name)
            _refuse_last(known, was)
            self._write(connection, number, was, "", ("remove", by, why))

    def _known(self) -> dict[str, Standing]:
        with self._reading() as connection:
            # a store of an older version that is only read has no members
            if not has_tables(connection, member):
                return {}
            return standings(connection, self.workspace)

    def _now(self, connection: sa.Connection) -> tuple[int, dict[str, Standing]]:
        """Return the number of the newest entry, and the members; the number is read first.

        Of two who write at once both take the same number, and one of them is refused.
        """
        newest = sa.select(sa.func.max(member_event.c.number))
        number = connection.execute(newest.where(member_event.c.workspace == self.workspace))
        return int(number.scalar_one() or 0), standings(connection, self.workspace)

    def _write(
        self, connection: sa.Connection, number: int, was: Standing, became: str,
        act: tuple[str, str, str],
    ) -> None:  # fmt: skip
        what, who, why = act[0], sayings.who(act[1]), sayings.said(act[2])
        key, at = key_of(was.name), moment(connection)
        told = {
            "workspace": self.workspace, "number": number + 1, "key": key, "name": was.name,
            "what": what, "was": was.role, "became": became, "who": who, "at": at, "why": why,
        }  # fmt: skip
        try:
            connection.execute(sa.insert(member_event).values(told))
        except sa.exc.IntegrityError:
            raise InputError("members.meanwhile", name=was.name) from None
        stands: dict[str, Any] = {
            "name": was.name, "role": became, "changed_by": who, "changed_at": at,
        }  # fmt: skip
        mine = sa.and_(member.c.workspace == self.workspace, member.c.key == key)
        if connection.execute(sa.update(member).where(mine).values(**stands)).rowcount == 0:
            connection.execute(
                sa.insert(member).values(workspace=self.workspace, key=key, **stands)
            )


def _dated(table: pd.DataFrame, column: str) -> pd.DataFrame:
    table[column] = pd.to_datetime(table[column], utc=True, format="ISO8601")
    return table


def _called(name: str) -> str:
    said = sayings.called(name)
    if not key_of(said):
        raise InputError("store.name_empty")
    return said


def _role(said: str) -> str:
    for role in ROLES:
        titles = {messages.text(f"members.role.{role}", lang) for lang in messages.LANGUAGES}
        if said.strip().casefold() in {role, *(title.casefold() for title in titles)}:
            return role
    known = [f"{role}（{role_title(role)}）" for role in ROLES]
    raise InputError("members.role_unknown", role=said, known=known)


def _found(known: dict[str, Standing], name: str) -> Standing:
    found = known.get(key_of(name))
    if found is None:
        names = [one.name for one in known.values()]
        entry = "unknown" if names else "none"
        raise InputError(f"members.{entry}", name=sayings.who(name), known=names[:_NAMED],
                         count=len(names))  # fmt: skip
    return found


def _refuse_last(known: dict[str, Standing], was: Standing) -> None:
    """Refuse to take away the last who could name another."""
    approvers = [one for one in known.values() if one.role == "approver"]
    if approvers == [was]:
        raise InputError("members.last", name=was.name)
