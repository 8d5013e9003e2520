"""What of the ledger needs an approver: steps that are approved, and taking back what others did.

Asked where there are members; see :mod:`platforms.store.members.asking`.
"""

from __future__ import annotations

import sqlalchemy as sa

from platforms.store.ledger.steps import LedgerSteps
from platforms.store.members.asking import allow, allow_on
from platforms.store.schema import ledger_event as event

__all__ = ["ask_steps", "ask_undo"]


def ask_steps(
    connection: sa.Connection, workspace: str, who: str, steps: LedgerSteps,
    *, act: str | None = None, undoes: str | None = None,
) -> None:  # fmt: skip
    """Refuse, and so take back, an act that moves a plot into or out of an approved step.

    Parameters
    ----------
    connection, workspace
        The transaction that the act was written in.
    who
        Who did it.
    steps
        The steps, which say what is approved.
    act, undoes
        The act by its key, or by that of the one that it takes back.

    Raises
    ------
    StoreError
        When whoever did it is no approver.
    """
    mine = event.c.act == act if undoes is None else event.c.undoes == undoes
    moved = sa.or_(event.c.was.in_(steps.approved), event.c.became.in_(steps.approved))
    query = sa.select(event.c.id).where(
        mine, event.c.workspace == workspace, event.c.field == "step", moved
    )
    if connection.execute(query.limit(1)).first() is not None:
        allow(connection, workspace, who, "approve")


def ask_undo(connection: sa.Connection, workspace: str, who: str, act: str) -> None:
    """Refuse to take back what another did, unless by an approver.

    Raises
    ------
    StoreError
        When whoever asks is neither.
    """
    query = sa.select(event.c.who).where(event.c.workspace == workspace, event.c.act == act)
    found = connection.execute(query.limit(1)).first()
    if found is not None:
        allow_on(connection, workspace, who, owner=found.who)
