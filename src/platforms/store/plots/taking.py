"""Taking plots into the store: what is new comes in, what differs is a new version.

A plot is found again by its id alone. A file that leaves open which plot a row is, or that is
said to be the whole and holds rows that could not be read, is refused as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from platforms.errors import InputError
from platforms.geo.read import Plots
from platforms.issues import IssueTable
from platforms.store.plots.doubled import kept_twice
from platforms.store.plots.records import Record
from platforms.store.plots.versions import Move, PlotAct, hashes, numbers, write_moves

__all__ = ["PlotsTaken", "refuse_unsure", "take_records"]

_NAMED = 5


@dataclass(frozen=True)
class PlotsTaken:
    """What taking plots did.

    Attributes
    ----------
    added, changed, same
        How many plots are new, have a new version, and are as they were.
    removed
        How many were taken out, since the whole was given and lacked them.
    act
        Key of the act; None where nothing was written.
    issues
        New plots whose land, or an id that looks like theirs, the store has under another id.
    """

    added: int
    changed: int
    same: int
    removed: int
    act: str | None
    issues: IssueTable = field(default_factory=IssueTable, compare=False, repr=False)


def refuse_unsure(plots: Plots, *, whole: bool) -> None:
    """Refuse plots of a file of which it is open which plot a row is, or what there is.

    Parameters
    ----------
    plots
        As they were read.
    whole
        They are said to be all that there are.

    Raises
    ------
    InputError
        Names the rows without an id, the ids that stand twice, or with ``whole`` the rows that
        were set aside; and for coordinates of a web map, whose areas are never certified.
    """
    file, rows, twice = plots.source.name, plots.unnamed, plots.twice
    if not plots.source.certified:
        # what is kept has no source any more that could keep it from being certified
        raise InputError("plots.uncertified", file=file)
    if rows:
        raise InputError("plots.rows_unnamed", file=file, rows=list(rows[:_NAMED]), count=len(rows))
    if twice:
        raise InputError("plots.twice", names=list(twice[:_NAMED]), count=len(twice))
    lost = list(dict.fromkeys(one.feature for one in plots.issues if one.severity == "error"))
    if whole and lost:
        names = [name or file for name in lost[:_NAMED]]
        raise InputError("plots.whole_unread", file=file, names=names, count=len(lost))


def take_records(
    connection: sa.Connection, workspace: str, given: Mapping[str, Record], act: PlotAct,
    *, whole: bool,
) -> PlotsTaken:  # fmt: skip
    """Write plots that are new or differ.

    Parameters
    ----------
    connection
        In a transaction that writes.
    workspace
        Name of the workspace.
    given
        Plots by id.
    act
        Who, and why.
    whole
        Take out what is not among them.
    """
    there, last = hashes(connection, workspace), numbers(connection, workspace)
    moves = [
        Move(key, last.get(key, 0) + 1, "change" if key in there else "add", new)
        for key, new in given.items()
        if key not in there or there[key][1] != new.sha256
    ]
    gone = [key for key in there if key not in given] if whole else []
    moves += [Move(key, last[key] + 1, "remove", None) for key in gone]
    new = {key: one for key, one in given.items() if key not in there}
    left = set(gone)
    stay = [key for key in there if key not in left]
    issues = kept_twice(connection, workspace, new, stay)
    if moves:
        write_moves(connection, workspace, moves, act)
    added = sum(one.what == "add" for one in moves)
    changed = len(moves) - added - len(gone)
    same = len(given) - added - changed
    return PlotsTaken(added, changed, same, len(gone), act.id if moves else None, issues)
