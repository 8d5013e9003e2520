"""Filling the ledger from a run: rows come in and are brought up to date, none is lost.

A plot enters at the step that takes its verdict. A plot that is there already is found by its
id: what the run says of it now is written beside what people wrote, which stays. One that is
no longer low-efficient, or that the run does not have, stays and is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa

from platforms.errors import InputError
from platforms.planning.run import Run
from platforms.store.ledger.fields import FACTS, Value, plain
from platforms.store.ledger.steps import LedgerSteps
from platforms.store.ledger.writing import Act, Change, current_rows, write

__all__ = ["LedgerTaken", "run_rows", "take_rows"]

# column of a run → fact of the ledger, where they are called otherwise
_COLUMNS = {"platform": "platform_group", "measure": "measure_suggested"}
_NAMED = 5


@dataclass(frozen=True)
class LedgerTaken:
    """What taking a run did.

    Attributes
    ----------
    added
        Ids of plots that are new.
    changed
        ``plot_id``, ``field``, ``was``, ``became``: facts of plots that were there.
    same
        How many plots that were there did not change.
    no_longer
        Ids of plots whose verdict does not bring them in any more; they stay.
    absent
        Ids of plots that the run does not have; they stay.
    act
        Key of the act; None where nothing was written.
    """

    added: tuple[str, ...]
    changed: pd.DataFrame
    same: int
    no_longer: tuple[str, ...]
    absent: tuple[str, ...]
    act: str | None


def run_rows(run: Run) -> dict[str, dict[str, Value]]:
    """Return the facts of all plots of a run, by plot id.

    Raises
    ------
    InputError
        Names ids that stand twice.
    """
    plots = run.plots
    ids = plots["plot_id"].astype("str")
    twice = sorted(set(ids[ids.duplicated()]))
    if twice:
        raise InputError("ledger.plot_twice", names=twice[:_NAMED], count=len(twice))
    said: dict[str, Value] = {
        "source": str(run.input["name"]),
        "rules": run.pack.pack,
        "absent": None,
    }
    said["sample"] = "yes" if run.sample else None
    columns: dict[str, list[object]] = {
        name: plots[column].tolist() if column in plots else [None] * len(plots)
        for name in FACTS
        if name not in said
        for column in [_COLUMNS.get(name, name)]
    }
    return {
        key: said | {name: plain(values[at]) for name, values in columns.items()}
        for at, key in enumerate(ids)
    }


def take_rows(
    connection: sa.Connection,
    workspace: str,
    rows: Mapping[str, Mapping[str, Value]],
    *,
    steps: LedgerSteps,
    verdicts: Iterable[str],
    act: tuple[str, str],
) -> LedgerTaken:
    """Bring the ledger up to the rows of a run, in a transaction that writes.

    Parameters
    ----------
    connection, workspace
        Where to write.
    rows
        What :func:`run_rows` gave.
    steps
        The steps, which say where a plot enters.
    verdicts
        Those that bring a plot in.
    act
        Who, and why.
    """
    wanted, there = set(verdicts), current_rows(connection, workspace)
    first = Act("add", *act)
    added = [
        Change(key, {**row, "step": steps.entry(str(row["verdict"]))})
        for key, row in rows.items()
        if key not in there and row["verdict"] in wanted
    ]
    write(connection, workspace, added, first)
    again = Act("retake", *act, id=first.id, at=first.at)
    renewed = [Change(key, rows.get(key, {"absent": "yes"})) for key in there]
    changed = [
        {"plot_id": one.key, "field": name, "was": there[one.key][name], "became": value}
        for one in renewed
        for name, value in one.became.items()
        if there[one.key][name] != value
    ]
    write(connection, workspace, renewed, again)
    moved = {one["plot_id"] for one in changed}
    return LedgerTaken(
        added=tuple(one.key for one in added),
        changed=pd.DataFrame(changed, columns=["plot_id", "field", "was", "became"]),
        same=len(there) - len(moved),
        no_longer=tuple(k for k in there if k in rows and not _comes_in(rows[k], steps)),
        absent=tuple(key for key in there if key not in rows),
        act=first.id if added or changed else None,
    )


def _comes_in(row: Mapping[str, Any], steps: LedgerSteps) -> bool:
    return steps.entry(str(row["verdict"])) is not None
