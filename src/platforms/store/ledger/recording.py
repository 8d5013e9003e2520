"""When plots of the ledger came to a step that finishes, and what was known of them then.

The history is replayed for the plots that stand there now: a plot that came there, left and came
back counts from the last time on. What it counts with was recorded while it was low-efficient: a
plot that was put in order is no longer, and its land is no less for it.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

import pandas as pd
import sqlalchemy as sa

from platforms.planning.recorded import Reached, Recorded, recorded_standing
from platforms.policy.workspace import Workspace
from platforms.store.keeping import Store
from platforms.store.ledger.fields import read_back
from platforms.store.ledger.looking import has_ledger
from platforms.store.ledger.standing import today
from platforms.store.ledger.steps import LedgerSteps
from platforms.store.schema import ledger_event, ledger_plot

__all__ = ["ledger_targets"]

_LOW = "low_efficiency"
# fact of the ledger → as the figures of targets call it
_FACTS = {"area_mu": "area_mu", "reclaimable_mu": "net_mu", "credit_code": "credit_code"}
_ROW = ("plot_id", "step", "day", "verdict", *_FACTS.values())
_PLOT = ("plot_id", "town", "platform", "unit", "credit_code", "area_mu", "sample")

# a page that is drawn anew asks the same again: of which workspace, on which day, what it was
_KEPT: list[tuple[Workspace, dt.date, Recorded]] = []
_KEPT_MOST = 2
_KEEPING = threading.Lock()


def ledger_targets(
    store: Store,
    workspace: Workspace,
    *,
    day: dt.date | None = None,
    reported: pd.DataFrame | None = None,
    plots: pd.DataFrame | None = None,
) -> Recorded:
    """Put what the ledger records as done beside the targets of the documents (对账).

    Parameters
    ----------
    store
        Keeps the ledger.
    workspace
        Gives the targets.
    day
        Look at the ledger as it stands, without what came after this day; default today.
    reported
        What units reported; default what the workspace holds.
    plots
        What :meth:`Ledger.plots` gave a moment ago; default it is read.

    Returns
    -------
    recorded
        Targets, what each plot adds, and sums by period, town, platform and unit; the same
        object as long as nothing of it changed, so not to be written into.
    """
    ledger, until = store.ledger, day or today()
    steps = ledger.steps
    finishing = tuple(one.id for one in steps.steps if one.closed or one.approve)
    done = next(one.id for one in steps.steps if one.closed)
    with store.turns.reading() as connection:
        there = has_ledger(connection)
        begins = _begins(connection, store.workspace) if there else None
        events = _events(connection, store.workspace, steps, finishing) if there else []
    rows = [row for row in _replayed(events, steps, finishing) if row["day"] <= until]
    if plots is None or not {row["plot_id"] for row in rows} <= set(plots["plot_id"]):
        # somebody else may have taken plots since
        plots = ledger.plots()
    reached = Reached(
        finishing, done, begins, until, pd.DataFrame(rows, columns=list(_ROW)),
        plots[list(_PLOT)],
    )  # fmt: skip
    if reported is not None:
        return recorded_standing(workspace, reached, reported=reported)
    return _kept(workspace, reached) or _keep(workspace, reached)


def _kept(workspace: Workspace, reached: Reached) -> Recorded | None:
    """Return what was made of the very same; the ledger is compared, row by row."""
    with _KEEPING:
        held = list(_KEPT)
    return next(
        (
            found
            for city, on, found in held
            if city is workspace and on == today() and _same(found.reached, reached)
        ),
        None,
    )


def _same(one: Reached, other: Reached) -> bool:
    told = [(it.steps, it.done, it.begins, it.day) for it in (one, other)]
    return told[0] == told[1] and one.rows.equals(other.rows) and one.plots.equals(other.plots)


def _keep(workspace: Workspace, reached: Reached) -> Recorded:
    made = recorded_standing(workspace, reached)
    with _KEEPING:
        _KEPT[:] = [(workspace, today(), made), *_KEPT][:_KEPT_MOST]
    return made


def _begins(connection: sa.Connection, workspace: str) -> dt.date | None:
    """Return the day of the first entry."""
    mine = ledger_event.c.workspace == workspace, ledger_event.c.subject == "plot"
    query = sa.select(ledger_event.c.at).where(*mine).order_by(ledger_event.c.id).limit(1)
    at = connection.execute(query).scalar_one_or_none()
    return None if at is None else _day(at)


def _day(at: str) -> dt.date:
    return dt.datetime.fromisoformat(at).astimezone().date()


def _events(
    connection: sa.Connection, workspace: str, steps: LedgerSteps, finishing: tuple[str, ...]
) -> list[Mapping[str, Any]]:
    """Return what was written on the plots that stand at a step which finishes, or beyond."""
    from_here = min(steps.rank(step) for step in finishing)
    wanted = [step for step in steps.ids if steps.rank(step) >= from_here]
    standing = sa.select(ledger_plot.c.key).where(
        ledger_plot.c.workspace == workspace, ledger_plot.c.step.in_(wanted)
    )
    columns = (ledger_event.c[name] for name in ("id", "key", "version", "field", "became", "at"))
    query = sa.select(*columns).where(
        ledger_event.c.workspace == workspace,
        ledger_event.c.subject == "plot",
        ledger_event.c.field.in_(["step", "verdict", *_FACTS]),
        ledger_event.c.key.in_(standing),
    )
    query = query.order_by(ledger_event.c.key, ledger_event.c.at, ledger_event.c.id)
    return [dict(row) for row in connection.execute(query).mappings()]


def _replayed(
    events: Iterable[Mapping[str, Any]], steps: LedgerSteps, finishing: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    """Yield for each plot and each step that it has reached when it came there."""
    for key, of_plot in groupby(events, key=lambda one: str(one["key"])):
        stands: dict[str, Any] = {}
        known: dict[str, Any] | None = None
        since: dict[str, tuple[dt.date, dict[str, Any] | None]] = {}
        for _, together in groupby(of_plot, key=lambda one: one["version"]):
            at = ""
            for one in together:
                stands[one["field"]] = read_back(one["field"], one["became"])
                at = one["at"]
            if stands.get("verdict") == _LOW:
                known = {name: stands.get(fact) for fact, name in _FACTS.items()}
            rank = steps.rank(str(stands.get("step")))
            for step in finishing:
                if rank < steps.rank(step):
                    since.pop(step, None)
                elif step not in since:
                    since[step] = (_day(at), known)
        for step, (day, facts) in since.items():
            verdict = "unknown" if facts is None else _LOW
            nothing = dict.fromkeys(_FACTS.values())
            yield {"plot_id": key, "step": step, "day": day, "verdict": verdict,
                   **(facts or nothing)}  # fmt: skip
