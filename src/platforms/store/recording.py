"""Writing what is kept: its content once, how it stands now, and each word said about it.

Every function takes part in a transaction of its caller, so an event and what it made so are
written together or not at all.
"""

from __future__ import annotations

import uuid
from typing import NamedTuple

import sqlalchemy as sa

from platforms.planning.scenarios.fingerprint import table_hash
from platforms.planning.scenarios.record import Scenario
from platforms.store import finding, sayings
from platforms.store.frames import record_text, to_bytes
from platforms.store.moments import moment
from platforms.store.schema import content, content_table, event, kept, standing

__all__ = ["Content", "Words", "add_content", "add_kept", "content_of", "say", "stand"]


class Content(NamedTuple):
    """A scenario as rows: one of ``scenario``, and one a table of ``scenario_table``."""

    scenario: dict[str, object]
    tables: list[dict[str, object]]


class Words(NamedTuple):
    """What people say of what is kept."""

    name: str
    author: str
    note: str


def content_of(scenario: Scenario) -> Content:
    """Return a scenario as the rows that the store keeps of it."""
    hashes = {title: table_hash(table) for title, table in scenario.tables.items()}
    own = {"scenario_id": scenario.scenario_id}
    tables: list[dict[str, object]] = [
        {**own, "name": title, "sha256": hashes[title], "parquet": to_bytes(table)}
        for title, table in scenario.tables.items()
    ]
    record = record_text(scenario, hashes)
    return Content({**own, "kind": scenario.kind, "record": record}, tables)


def add_content(connection: sa.Connection, made: Content) -> None:
    """Write a scenario, unless the same is there already."""
    mine = content.c.scenario_id == made.scenario["scenario_id"]
    if connection.execute(sa.select(content.c.id).where(mine)).first() is not None:
        return
    connection.execute(sa.insert(content).values(made.scenario))
    if made.tables:
        connection.execute(sa.insert(content_table), made.tables)


def add_kept(
    connection: sa.Connection, workspace: str, scenario_id: str, words: Words, *, what: str,
    parent: str | None, why: str = "",
) -> str:  # fmt: skip
    """Add what is kept, how it stands, and the first of its history.

    Parameters
    ----------
    connection, workspace
        Where to write.
    scenario_id
        Of its content.
    words
        What it is called, by whom, and what is said of it.
    what
        ``keep`` or ``copy``.
    parent
        Key of what it follows.
    why
        The reason.

    Returns
    -------
    key
        Its own.

    Raises
    ------
    InputError
        For a name that is taken, or words that are too long.
    """
    finding.refuse_taken(connection, workspace, words.name)
    key = uuid.uuid4().hex[:12]
    who, said = sayings.who(words.author), sayings.said(words.note)
    place, now = {"key": key, "workspace": workspace}, moment(connection)
    connection.execute(
        sa.insert(kept).values(
            **place, scenario_id=scenario_id, author=who, created_at=now, parent=parent
        )
    )
    connection.execute(
        sa.insert(standing).values(**place, name=words.name, note=said, locked=False, removed=False)
    )
    say(connection, key, what, who, was=parent, became=words.name, why=why)
    return key


def say(
    connection: sa.Connection, key: str, what: str, who: str, *, was: str | None = None,
    became: str | None = None, why: str = "",
) -> None:  # fmt: skip
    """Write an event: what was done by whom, what it changed, and why.

    Raises
    ------
    InputError
        For words that are too long.
    """
    connection.execute(
        sa.insert(event).values(
            key=key, what=what, who=sayings.who(who), at=moment(connection), was=was, became=became,
            why=sayings.said(why),
        )
    )  # fmt: skip


def stand(connection: sa.Connection, key: str, **now: object) -> None:
    """Write how it stands now: ``name``, ``note``, ``locked`` or ``removed``."""
    connection.execute(sa.update(standing).where(standing.c.key == key).values(**now))
