"""Locks: firms that must go to a park, that may not go there, or that stay where they are.

Locks that contradict each other, the rules or the room are not overwritten: nothing is
solved, and the smallest set of locks that would have to fall is named, of equal sets the one
with the least 亩.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from platforms.errors import InputError
from platforms.issues import IssueTable
from platforms.planning.moves.relocation_admission import Bar
from platforms.planning.moves.relocation_data import Ready

__all__ = ["Lock", "apply_locks", "read_locks", "relaxations"]

_IN = {"in", "", "锁定", "迁入"}
_OUT = {"out", "forbid", "forbidden", "禁止", "不迁"}


@dataclass(frozen=True)
class Lock:
    """One lock.

    Attributes
    ----------
    firm, park
        Rows of the checked tables; no park means everywhere.
    goes
        Whether the firm must go there, or may not.
    """

    firm: int
    park: int | None
    goes: bool


def read_locks(locks: pd.DataFrame | None, tables: Ready) -> list[Lock]:
    """Read locks; unknown ids are errors and their locks are left out.

    Parameters
    ----------
    locks
        ``firm_id``, ``park_id`` (empty with ``out``: the firm stays), ``lock`` (``in``,
        default, or ``out``).
    tables
        Checked tables; faults are added to their issues.

    Raises
    ------
    InputError
        For a table without ``firm_id`` or ``park_id``.
    """
    if locks is None:
        return []
    missing = [name for name in ("firm_id", "park_id") if name not in locks]
    if missing:
        raise InputError(
            "moves.columns_missing", table="locks", columns=missing,
            needed=("firm_id", "park_id", "lock"),
        )  # fmt: skip
    firms = {name: at for at, name in enumerate(tables.firms["firm_id"])}
    parks = {name: at for at, name in enumerate(tables.parks["park_id"])}
    found: dict[Lock, None] = {}
    text = locks.astype("object").where(locks.notna(), "")
    for row, given in enumerate(text.to_dict("records"), start=2):
        names = [str(given.get(name, "")).strip() for name in ("firm_id", "park_id", "lock")]
        lock = _lock(names, firms, parks, tables.issues, row)
        if lock is not None:
            found[lock] = None
    # in the order of the ids, so that of equal sets the same locks fall however they were written
    return sorted(found, key=lambda one: (one.firm, one.goes, -1 if one.park is None else one.park))


def _lock(
    names: list[str],
    firms: dict[str, int],
    parks: dict[str, int],
    issues: IssueTable,
    row: int,
) -> Lock | None:
    firm, park, word = names[0], names[1], names[2].casefold()
    wrong = None
    if firm not in firms:
        wrong = ("move_lock_firm_unknown", "firm_id")
    elif word not in _IN | _OUT or (not park and word in _IN):
        wrong = ("move_lock_unclear", "lock")
    elif park and park not in parks:
        wrong = ("move_lock_park_unknown", "park_id")
    if wrong is not None:
        issues.add(wrong[0], "error", feature=firm or None, field=wrong[1], layer="locks",
                   row=row, firm=firm, park=park, lock=names[2])  # fmt: skip
        return None
    return Lock(firms[firm], parks[park] if park else None, goes=word in _IN)


def apply_locks(locks: list[Lock], barred: NDArray[np.uint8]) -> None:
    """Bar what locks keep out; the pairs of firms that are locked in stay as they are."""
    for lock in locks:
        if lock.goes:
            continue
        row = barred[lock.firm]
        if lock.park is None:
            row[:] = Bar.locked
        elif row[lock.park] == Bar.none:
            row[lock.park] = Bar.locked


def relaxations(
    locks: list[Lock], barred: NDArray[np.uint8], tables: Ready
) -> list[tuple[Lock, str]]:
    """Return the smallest set of locks that must fall, each with its reason.

    Parameters
    ----------
    locks
        All locks.
    barred
        What rules bar, before locks.
    tables
        Checked tables with room and demand.

    Returns
    -------
    falling
        Empty where all locks can be kept. A reason is the name of a `Bar`, ``conflict`` for
        locks against each other, or ``room``.
    """
    forced = {
        lock: Bar(int(barred[lock.firm, lock.park])).name
        for lock in locks
        if lock.goes and lock.park is not None and barred[lock.firm, lock.park] != Bar.none
    }
    rest = [lock for lock in locks if lock not in forced]
    fallen = _fewest(rest, tables)
    kept = [lock for lock in rest if lock not in fallen]
    reasons = {lock: "conflict" if _against(lock, kept) else "room" for lock in fallen}
    return [(lock, (forced | reasons)[lock]) for lock in locks if lock in forced or lock in fallen]


def _against(lock: Lock, others: list[Lock]) -> bool:
    """Tell whether a lock contradicts another one, whatever the room."""
    return any(
        one.firm == lock.firm
        and (
            (one.goes and lock.goes and one.park != lock.park)
            or (one.goes != lock.goes and (None in {one.park, lock.park} or one.park == lock.park))
        )
        for one in others
    )


def _fewest(locks: list[Lock], tables: Ready) -> set[Lock]:
    """Choose the fewest locks to drop, by a small program with a slack on each lock."""
    of_firm: dict[int, list[int]] = {}
    for at, lock in enumerate(locks):
        of_firm.setdefault(lock.firm, []).append(at)
    pairs = [
        (one, two)
        for own in of_firm.values()
        for one, two in combinations(own, 2)
        if _against(locks[one], [locks[two]])
    ]
    goes = [(at, lock.park) for at, lock in enumerate(locks) if lock.goes and lock.park is not None]
    need = [int(tables.demand[lock.firm]) for lock in locks]
    load = np.zeros(len(tables.room))
    for at, park in goes:
        load[park] += need[at]
    if not pairs and (load <= tables.room).all():
        return set()
    # a row a contradicting pair, at most one of it kept; then a row a park
    table = sparse.lil_array((len(pairs) + len(tables.room), len(locks)), dtype=np.float64)
    for row, pair in enumerate(pairs):
        table[row, list(pair)] = 1.0
    for at, park in goes:
        table[len(pairs) + park, at] = need[at]
    # all the 亩 together weigh less than one lock
    weight = 1.0 + np.asarray(need) / (2.0 * max(sum(need), 1))
    solved = milp(
        -weight,
        integrality=np.ones(len(locks), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(
            sparse.csc_array(table), -np.inf, np.r_[np.ones(len(pairs)), tables.room]
        ),
        options={"mip_rel_gap": 0.0},
    )
    kept = np.zeros(len(locks)) if solved.x is None else solved.x
    return {lock for at, lock in enumerate(locks) if kept[at] < 0.5}  # noqa: PLR2004 nearer 0
