"""Refusing who may not write before something long is computed for them.

The write itself asks again, in its own transaction: a role may be taken away in between.
"""

from __future__ import annotations

from platforms.store.keeping import Store
from platforms.store.ledger.fields import signed
from platforms.store.members.asking import allow
from platforms.store.schema import has_tables, member
from platforms.store.turns import refuse_writing

__all__ = ["check_writer"]


def check_writer(store: Store, by: str, deed: str = "write", *, nameless: bool = False) -> None:
    """Refuse who may not write into a store, before a long computation and not after it.

    Parameters
    ----------
    store
        What is to be written to.
    by
        Who wants to.
    deed
        What is to be done: ``write``, or ``others`` where it needs an approver.
    nameless
        Nobody has to be named where the store has no members.

    Raises
    ------
    InputError
        When nobody is named.
    StoreError
        When the store cannot be written to, or this person may not; names who may.
    """
    if not nameless:
        signed(by)
    refuse_writing(store.path, writable=store.writable)
    with store.turns.reading() as connection:
        # a store of an older version has no members
        if has_tables(connection, member):
            allow(connection, store.workspace, by, deed)
