"""Why a firm goes nowhere.

One reason each, from the strictest: no park admits it; those that do are too far; a lock
holds it; its area is more than each has; those that it could reach are full; or room is left,
even enough in sum, but not enough in any one park: three firms of 4 亩 do not go into two
parks of 6 亩, although 12 are wanted and 12 are there.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms import messages
from platforms.planning.moves.relocation_admission import Bar
from platforms.planning.moves.relocation_bound import Ints
from platforms.planning.moves.relocation_data import UNITS, Ready

__all__ = ["REASON_COLUMNS", "barred_text", "barred_words", "reason_sentences", "unassigned_rows"]

# what a sentence on a reason is made of, beside the firm's 亩
REASON_COLUMNS = ("reason", "admitting", "reachable", "most_left_mu", "sum_left_mu", "barred")

_RULES = (Bar.direction, Bar.transfer, Bar.industry, Bar.tax, Bar.energy)


def unassigned_rows(
    tables: Ready, barred: NDArray[np.uint8], place: Ints, left: Ints
) -> pd.DataFrame:
    """Return the firms that go nowhere, with reasons.

    Parameters
    ----------
    tables
        Checked tables.
    barred
        What bars each firm from each park, locks included.
    place
        Park of each firm; the number of parks for none.
    left
        Units of room that the answer leaves in each park.

    Returns
    -------
    unassigned
        ``firm_id``, ``mu`` (亩, NaN where not known), ``reason``, and what the reason speaks
        of: ``admitting`` (parks that admit the firm), ``reachable`` (of these, neither too
        far nor locked), ``most_left_mu`` and ``sum_left_mu`` (room left in the reachable),
        and ``barred``: what bars how many parks, such as ``direction:6;industry:20``.
    """
    rows = []
    parks = len(tables.room)
    for firm in np.flatnonzero(place == parks):
        row = barred[firm]
        admits = ~np.isin(row, _RULES)
        reach = row == Bar.none
        free = left[reach]
        rows.append(
            {
                "firm_id": tables.firms["firm_id"].iloc[firm],
                "mu": float(tables.firms["demand_mu"].iloc[firm]),
                "reason": _reason(row, tables.room, free, int(tables.demand[firm])),
                "admitting": int(admits.sum()),
                "reachable": int(reach.sum()),
                "most_left_mu": float(free.max(initial=0)) / UNITS,
                "sum_left_mu": float(free.sum()) / UNITS,
                "barred": barred_text(row),
            }
        )
    nothing = {
        "admitting": 0,
        "reachable": 0,
        "most_left_mu": 0.0,
        "sum_left_mu": 0.0,
        "barred": "",
    }
    rows += [{"firm_id": firm, "mu": np.nan, "reason": "data", **nothing} for firm in tables.aside]
    columns = ["firm_id", "mu", "reason", *nothing]
    return pd.DataFrame(rows, columns=columns)


def barred_text(row: NDArray[np.uint8]) -> str:
    """Return what bars how many parks, most first: names of `Bar` with numbers."""
    counts = {bar.name: int((row == bar).sum()) for bar in Bar if bar}
    told = sorted((-count, name) for name, count in counts.items() if count)
    return ";".join(f"{name}:{-count}" for count, name in told)


def barred_words(barred: str) -> str:
    """Return what `barred_text` says as a sentence; empty where nothing is barred."""
    parts = [part.partition(":") for part in barred.split(";") if part]
    told = [messages.text(f"moves.bar.{name}", None, count=count) for name, _, count in parts]
    return messages.text("moves.barred", None, parts=told) if told else ""


def reason_sentences(rows: pd.DataFrame) -> list[str]:
    """Return why firms go nowhere and what bars them, a sentence each.

    Parameters
    ----------
    rows
        ``mu`` and ``REASON_COLUMNS``, as `unassigned_rows` gives them.

    Returns
    -------
    sentences
        In the current language; where only the kind of the reason is known, its own sentence
        without figures is not made up and the text is empty.
    """
    if not set(REASON_COLUMNS) <= set(rows.columns):
        return [""] * len(rows)
    told = []
    for row in rows[["mu", *REASON_COLUMNS]].to_dict("records"):
        fields = {str(name): value for name, value in row.items()}
        # a table that was kept has counts as numbers with a point
        fields |= {name: int(fields[name]) for name in ("admitting", "reachable")}
        said = messages.text(f"moves.reason.{fields['reason']}", **fields)
        # where no park is in reach, what bars which of them is the reason
        told.append(said if fields["reachable"] else said + barred_words(fields["barred"]))
    return told


def _reason(row: NDArray[np.uint8], room: Ints, free: Ints, need: int) -> str:
    admits = ~np.isin(row, _RULES)
    reach = row == Bar.none
    if not reach.any():
        if len(row) and (row == Bar.locked).all():
            return "locked"
        if not admits.any():
            return "no_admitting_park"
        return "locked" if (row[admits] == Bar.locked).any() else "too_far"
    if need > int(room[reach].max()):
        return "larger_than_room"
    if int(free.max()) >= need:
        return "price"
    return "fragmentation" if int(free.sum()) >= need else "no_room"
