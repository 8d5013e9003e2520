"""An answer of the search told in tables, and a refusal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms.planning.moves.relocation_answer import Relocation
from platforms.planning.moves.relocation_bound import Floats, Ints
from platforms.planning.moves.relocation_data import Ready
from platforms.planning.moves.relocation_effort import Effort, Found
from platforms.planning.moves.relocation_locks import Lock
from platforms.planning.moves.relocation_reasons import unassigned_rows
from platforms.planning.moves.relocation_terms import Terms

__all__ = ["Asked", "answer", "as_given", "asked_for", "refusal"]

_DIGITS = 6


@dataclass(frozen=True)
class Asked:
    """What was asked, and what was found out before anything was solved.

    Attributes
    ----------
    tables, terms
        Checked tables, and what an answer is measured by.
    km, barred
        Distances, and what bars each firm from each park, locks included.
    falling
        Locks that contradict.
    max_km
        Longest distance.
    told
        What `asked_for` gave.
    """

    tables: Ready
    terms: Terms
    km: Floats
    barred: NDArray[np.uint8]
    falling: list[tuple[Lock, str]]
    max_km: float | None
    told: Mapping[str, object]


def asked_for(
    held: list[Lock], tables: Ready, *, relax: bool, transfers: str | None, effort: Effort
) -> dict[str, object]:
    """Return what an answer was asked with, JSON-ready, beside the tables and the weights.

    Returns
    -------
    asked
        ``locks`` (``firm_id``, ``park_id`` or None, ``lock``; in the order of the ids),
        ``relax``, ``transfers`` (None where it is not known) and ``effort`` (``seconds``,
        ``rounds``, ``gap``, ``seed``).
    """
    return {
        "locks": [_lock(lock, tables) for lock in held],
        "relax": relax,
        "transfers": transfers,
        "effort": effort.to_record(),
    }


def refusal(asked: Asked, seconds: float) -> Relocation:
    """Tell that locks make an answer impossible, and which must fall."""
    tables = asked.tables
    nobody = np.full(len(tables.firms), len(tables.parks), dtype=np.int64)
    return Relocation(
        status="infeasible", ended="refused", objective=None, bound=None, gap=None, terms={},
        weights=asked.terms.weights, nearest=None,
        assignments=_assignments(asked, nobody, {}),
        unassigned=unassigned_rows(tables, asked.barred, nobody, tables.room).iloc[:0],
        relaxations=_records(asked.falling, tables), firms=tables.firms, parks=tables.parks,
        max_km=asked.max_km, seconds=seconds, rounds=0, issues=tables.issues,
        asked=asked.told,
    )  # fmt: skip


def answer(
    asked: Asked, found: Found, nearest: Ints, fixed: Mapping[int, int], seconds: float
) -> Relocation:
    """Tell an answer in tables.

    Parameters
    ----------
    asked
        What was asked.
    found
        Places of the firms, cost and bound.
    nearest
        Places by nearest-first.
    fixed
        Firms that locks put in a park.
    seconds
        What it took.
    """
    tables, terms, place = asked.tables, asked.terms, found.place
    used = np.bincount(place, tables.demand, len(tables.parks) + 1)[:-1]
    left = tables.room - used.astype(np.int64)
    parts = terms.parts(place)
    # what the firms' parts sum to, to the last digit
    cost = round(math.fsum(value for part in parts.values() for value in part), _DIGITS)
    bound = min(cost, round(found.bound, _DIGITS))
    return Relocation(
        status="optimal" if found.ended == "proved" else "feasible", ended=found.ended,
        objective=cost, bound=bound, gap=(cost - bound) / abs(cost) if cost else 0.0,
        terms={name: round(value, _DIGITS) for name, value in terms.amounts(place).items()},
        weights=terms.weights, nearest=round(terms.value(nearest), _DIGITS),
        assignments=_assignments(asked, place, fixed),
        unassigned=unassigned_rows(tables, asked.barred, place, left),
        relaxations=_records(asked.falling, tables), firms=tables.firms, parks=tables.parks,
        max_km=asked.max_km, seconds=seconds, rounds=found.rounds, issues=tables.issues,
        parts=pd.DataFrame({"firm_id": tables.firms["firm_id"], **parts}), asked=asked.told,
    )  # fmt: skip


def as_given(told: Relocation, tables: Ready, barred: NDArray[np.uint8]) -> Relocation:
    """Return an answer with all tables in the order in which they were given."""
    firms = tables.firms.iloc[tables.firm_rows].reset_index(drop=True)
    parks = tables.parks.iloc[tables.park_rows].reset_index(drop=True)
    at = {name: row for row, name in enumerate(firms["firm_id"])}

    def ordered(frame: pd.DataFrame) -> pd.DataFrame:
        # firms that were set aside come last, as they stand
        rows = frame["firm_id"].map(at).fillna(len(at)).to_numpy()
        return frame.iloc[np.argsort(rows, kind="stable")].reset_index(drop=True)

    return replace(
        told, firms=firms, parks=parks, assignments=ordered(told.assignments),
        unassigned=ordered(told.unassigned),
        parts=None if told.parts is None else ordered(told.parts),
        barred=barred[np.ix_(tables.firm_rows, tables.park_rows)],
    )  # fmt: skip


def _assignments(asked: Asked, place: Ints, fixed: Mapping[int, int]) -> pd.DataFrame:
    """Return the firms that move, in their order."""
    tables = asked.tables
    moved = np.flatnonzero(place < len(tables.parks))
    return pd.DataFrame(
        {
            "firm_id": tables.firms["firm_id"].to_numpy()[moved],
            "park_id": tables.parks["park_id"].to_numpy()[place[moved]],
            "km": asked.km[moved, place[moved]],
            "mu": tables.firms["demand_mu"].to_numpy()[moved],
            "locked": np.isin(moved, list(fixed)),
        }
    )


def _records(falling: list[tuple[Lock, str]], tables: Ready) -> list[dict[str, object]]:
    """Return the locks that have to fall."""
    return [
        {
            "kind": "lock",
            **_lock(lock, tables),
            "reason": reason,
        }
        for lock, reason in falling
    ]


def _lock(lock: Lock, tables: Ready) -> dict[str, object]:
    return {
        "firm_id": tables.firms["firm_id"].iloc[lock.firm],
        "park_id": None if lock.park is None else tables.parks["park_id"].iloc[lock.park],
        "lock": "in" if lock.goes else "out",
    }
