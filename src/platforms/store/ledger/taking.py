"""Filling the ledger from a run: rows come in and are brought up to date, none is lost.

A plot enters at the step that takes its verdict. A plot that is there already is found by its
id: what the run says of it now is written beside what people wrote, which stays. One that is
no longer low-efficient stays and is told. One that the run does not have is told and not touched:
a file of a few plots says nothing of the others. Only a run that is said to hold the whole ledger
marks what it lacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import sqlalchemy as sa

from platforms.errors import InputError
from platforms.planning.run import Run
from platforms.store.ledger.fields import FACTS, Value, plain
from platforms.store.ledger.steps import LedgerSteps
from platforms.store.ledger.writing import Act, Change, write

__all__ = ["LedgerTaken", "Taking", "look_rows", "run_rows", "take_rows"]

# column of a run → fact of the ledger, where they are called otherwise
_COLUMNS = {"platform": "platform_group", "measure": "measure_suggested"}
_NAMED = 5
_LOW = "low_efficiency"


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
        How many plots that were there and that the run has did not change.
    no_longer
        Ids of plots whose verdict does not bring them in any more; they stay.
    absent
        Ids of plots that the run does not have; they stay as they are.
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
        Names ids that stand twice; when the rules judge no low efficiency.
    """
    if _LOW not in run.pack.outcomes:
        raise InputError("ledger.no_verdict", rules=run.pack.pack)
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


@dataclass(frozen=True)
class Taking:
    """What taking a run would write, and what is told of it.

    Attributes
    ----------
    added, renewed
        Rows that come in, and rows that are brought up to date.
    told
        Without an act.
    """

    added: list[Change]
    renewed: list[Change]
    told: LedgerTaken


def look_rows(
    there: Mapping[str, Mapping[str, Any]],
    rows: Mapping[str, Mapping[str, Value]],
    steps: LedgerSteps,
    *,
    survey: bool = False,
    whole: bool = False,
) -> Taking:
    """Say what the rows of a run would do to the ledger, and write nothing.

    Parameters
    ----------
    there
        The ledger as it stands, by plot id.
    rows
        What :func:`run_rows` gave.
    steps
        The steps, which say where a plot enters.
    survey
        Plots that cannot be judged come in as well.
    whole
        The run holds all plots of the ledger: those that it lacks are marked.
    """
    wanted = {_LOW, "unknown"} if survey else {_LOW}
    absent = tuple(key for key in there if key not in rows)
    added = [
        Change(key, {**row, "step": steps.entry(str(row["verdict"]))})
        for key, row in rows.items()
        if key not in there and row["verdict"] in wanted
    ]
    renewed = [Change(key, rows[key]) for key in there if key in rows]
    renewed += [Change(key, {"absent": "yes"}) for key in absent if whole]
    changed = [
        {"plot_id": one.key, "field": name, "was": there[one.key][name], "became": value}
        for one in renewed
        for name, value in one.became.items()
        if there[one.key][name] != value
    ]
    moved = {one["plot_id"] for one in changed}
    told = LedgerTaken(
        added=tuple(one.key for one in added),
        changed=pd.DataFrame(changed, columns=["plot_id", "field", "was", "became"]),
        same=sum(key in rows and key not in moved for key in there),
        no_longer=tuple(k for k in there if k in rows and not _comes_in(rows[k], steps)),
        absent=absent,
        act=None,
    )
    return Taking(added, renewed, told)


def take_rows(
    connection: sa.Connection, workspace: str, found: Taking, act: tuple[str, str]
) -> LedgerTaken:
    """Write what :func:`look_rows` found, as one act, in the transaction that it looked in.

    Parameters
    ----------
    connection, workspace
        Where to write.
    found
        What to write.
    act
        Who, and why.
    """
    first = Act("add", *act)
    write(connection, workspace, found.added, first)
    again = Act("retake", *act, id=first.id, at=first.at)
    moved = write(connection, workspace, found.renewed, again)
    return replace(found.told, act=first.id if found.added or moved else None)


def _comes_in(row: Mapping[str, Any], steps: LedgerSteps) -> bool:
    return steps.entry(str(row["verdict"])) is not None
