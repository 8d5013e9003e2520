"""Looking at the ledger: how its rows stand, and how they stood when a period ended.

A store of an older version that can only be read has no ledger; its ledger is empty.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from platforms.store.ledger.fields import Value
from platforms.store.ledger.standing import moment_after, period_end
from platforms.store.ledger.writing import current_rows, events_of, replayed
from platforms.store.schema import has_tables, ledger_event, ledger_plot

__all__ = ["has_ledger", "mark_of", "plots_then", "rows_of"]


def has_ledger(connection: sa.Connection) -> bool:
    """Say whether there are the tables."""
    return has_tables(connection, ledger_plot, ledger_event)


def rows_of(
    connection: sa.Connection, workspace: str, subject: str = "plot"
) -> dict[str, dict[str, Any]]:
    """Return how every plot, or every milestone, stands now, by key.

    Parameters
    ----------
    connection
        Where to look.
    workspace
        Name of the workspace.
    subject
        ``plot`` or ``milestone``.
    """
    if not has_ledger(connection):
        return {}
    return current_rows(connection, workspace, subject=subject)


def mark_of(connection: sa.Connection, workspace: str) -> str:
    """Return what is another after each act on the plots, without reading them."""
    if not has_ledger(connection):
        return ""
    plots, events = ledger_plot.c, ledger_event.c
    # each act raises the version of its rows, and a row that was brought in is one more
    asked = sa.select(
        sa.func.count(), sa.func.sum(plots.version), sa.func.max(plots.changed_at)
    ).where(plots.workspace == workspace)
    grown = sa.select(sa.func.count(), sa.func.max(events.id)).where(events.workspace == workspace)
    return " ".join(str(one) for query in (asked, grown) for one in connection.execute(query).one())


def plots_then(
    connection: sa.Connection, workspace: str, milestones: Iterable[str], day: dt.date
) -> dict[str, dict[str, dict[str, Value]]]:
    """Return how the plots stood when the periods of milestones ended, of those that have.

    Parameters
    ----------
    connection
        Where to look.
    workspace
        Name of the workspace.
    milestones
        Their keys, which begin with the period.
    day
        Periods that end before it have ended.

    Returns
    -------
    plots
        By period, by plot, by field.
    """
    return {
        period: replayed(events_of(connection, workspace, until=moment_after(ends)))
        for period in {key.split("/")[0] for key in milestones}
        if (ends := period_end(period)) < day
    }
