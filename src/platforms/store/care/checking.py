"""Whether a store is sound: nothing is taken on trust, and nothing is repaired."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from platforms.errors import StoreError
from platforms.store.care.content_look import look_at_content
from platforms.store.care.database_look import look_at_database, look_beside
from platforms.store.care.findings import Findings, StoreFault
from platforms.store.care.ledger_look import look_at_ledger
from platforms.store.copying.strands import content_hash
from platforms.store.keeping import Store
from platforms.store.status import refuse_older

__all__ = ["StoreCheck", "check_store", "looked_through"]


@dataclass(frozen=True)
class StoreCheck:
    """What a check found.

    Attributes
    ----------
    store
        Name of the store.
    looked
        How many of each were looked at.
    faults
        What is wrong, and what lies about.
    more
        How many more of a sort there are than are named.
    content
        The hash of all that the store keeps, of every workspace; empty where it cannot be read.
    """

    store: str
    looked: dict[str, int]
    faults: tuple[StoreFault, ...]
    more: dict[str, int]
    content: str

    @property
    def sound(self) -> bool:
        """Whether nothing that is kept is hurt."""
        return not any(one.wrong for one in self.faults)


def check_store(store: Store) -> StoreCheck:
    """Check a store: pages, references, histories, hashes, numbers, index, guards, leftovers.

    Parameters
    ----------
    store
        An opened store; all its workspaces are looked at.

    Returns
    -------
    check
        What was looked at, and each fault.

    Raises
    ------
    StoreError
        When the store cannot be read at all.
    """
    refuse_older(store)
    found, content = Findings(), ""
    try:
        with store.turns.reading() as connection:
            content = looked_through(connection, found)
    except StoreError as error:
        # what breaks under the look is damage as well
        if error.key != "store.damaged":
            raise
        found.tell("database", "pages", [str(error.fields.get("reason", ""))])
    look_beside(store.path, found)
    return StoreCheck(store.path.name, found.looked, tuple(found.faults), found.more, content)


def looked_through(connection: sa.Connection, found: Findings) -> str:
    """Look at everything in a database; return the hash of what it keeps.

    Parameters
    ----------
    connection
        Where to look.
    found
        Takes what is found.
    """
    look_at_database(connection, found)
    look_at_ledger(connection, found)
    look_at_content(connection, found)
    return content_hash(connection)
