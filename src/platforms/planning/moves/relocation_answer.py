"""The answer to a relocation: tables, flows on the map, and what is proved of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from platforms import messages
from platforms.errors import InputError
from platforms.issues import IssueTable
from platforms.planning.moves.relocation_admission import Bar, distances_km
from platforms.planning.moves.relocation_bound import Floats, Ints
from platforms.planning.moves.relocation_data import Ready
from platforms.planning.moves.relocation_locks import Lock
from platforms.planning.moves.relocation_reasons import barred_words, unassigned_rows
from platforms.planning.moves.relocation_search import Found
from platforms.planning.moves.relocation_terms import Terms

__all__ = ["Asked", "Relocation", "answer", "as_given", "refusal"]

_DIGITS = 6
_LON_LAT = ["lon", "lat"]


@dataclass(frozen=True)
class Relocation:
    """Firms in parks.

    Attributes
    ----------
    status
        ``optimal`` (proved), ``feasible`` (an answer with a gap), or ``infeasible`` (locks
        contradict; nothing was assigned).
    ended
        Why the search ended: ``proved``, ``gap``, ``settled``, ``rounds``; ``seconds`` and
        ``stopped`` where a clock or a person decided, ``refused`` where nothing was solved.
    objective, bound, gap
        Weighted sum, what any answer costs at least, and (objective - bound) / objective;
        None where infeasible.
    terms, weights
        Amount of each term, not weighted, and its weight.
    nearest
        Objective of nearest-first, by hand; None where infeasible.
    assignments
        ``firm_id``, ``park_id``, ``km`` (geodesic), ``mu`` (亩), ``locked``; in the order of
        the firms.
    unassigned
        ``firm_id``, ``mu``, ``reason`` and the room that it speaks of.
    relaxations
        Locks that have to fall, or fell: ``kind``, ``firm_id``, ``park_id``, ``lock``,
        ``reason``.
    firms, parks
        The checked tables.
    max_km, seconds, rounds
        Longest distance; what the answer took on the clock; neighbourhoods solved.
    issues
        Faults of the tables.
    sample
        Whether sample data were used.
    barred
        What bars each firm (rows of ``firms``) from each park (rows of ``parks``), as `Bar`;
        None where that was not kept.
    """

    status: str
    ended: str
    objective: float | None
    bound: float | None
    gap: float | None
    terms: Mapping[str, float]
    weights: Mapping[str, float]
    nearest: float | None
    assignments: pd.DataFrame
    unassigned: pd.DataFrame
    relaxations: list[dict[str, object]]
    firms: pd.DataFrame
    parks: pd.DataFrame
    max_km: float | None
    seconds: float
    rounds: int
    issues: IssueTable
    sample: bool = False
    barred: NDArray[np.uint8] | None = None

    @property
    def gain(self) -> float | None:
        """Return how much less the answer costs than nearest-first."""
        if self.nearest is None or self.objective is None:
            return None
        return round(self.nearest - self.objective, _DIGITS)

    def flows(self) -> gpd.GeoDataFrame:
        """Return a line from each moved firm to its park.

        Returns
        -------
        flows
            EPSG:4490: ``firm_id``, ``park_id``, ``mu``, ``km``, ``geometry``; straight lines,
            no roads.
        """
        firms = self.firms.set_index("firm_id").loc[self.assignments["firm_id"], _LON_LAT]
        parks = self.parks.set_index("park_id").loc[self.assignments["park_id"], _LON_LAT]
        ends = np.stack([firms.to_numpy(dtype=float), parks.to_numpy(dtype=float)], axis=1)
        lines: Any = shapely.linestrings(ends) if len(ends) else []
        columns = self.assignments[["firm_id", "park_id", "mu", "km"]]
        return gpd.GeoDataFrame(columns, geometry=lines, crs="EPSG:4490")

    def by_park(self) -> pd.DataFrame:
        """Return a row a park.

        Returns
        -------
        parks
            ``park_id``, ``name`` where known, ``firms``, ``capacity_mu``, ``used_mu``,
            ``free_mu``, ``km_mean`` (of its firms, weighted by 亩; NaN without firms).
        """
        moved = self.assignments.assign(work=self.assignments["km"] * self.assignments["mu"])
        sums = moved.groupby("park_id")[["mu", "work"]].sum()
        sums = sums.reindex(self.parks["park_id"]).fillna(0.0)
        count = moved["park_id"].value_counts().reindex(self.parks["park_id"]).fillna(0)
        used = sums["mu"].round(_DIGITS).to_numpy()
        named = [name for name in ("park_id", "name") if name in self.parks]
        out = self.parks[named].copy()
        out["firms"] = count.to_numpy(dtype=np.int64)
        out["capacity_mu"] = self.parks["capacity_mu"]
        out["used_mu"] = used
        # the room is counted in units, so nothing is below nought but rounding
        out["free_mu"] = (out["capacity_mu"] - used).round(_DIGITS).clip(lower=0.0)
        mean = sums["work"].to_numpy() / np.where(used > 0, used, np.nan)
        out["km_mean"] = np.round(mean, _DIGITS)
        return out

    def by_firm(self) -> pd.DataFrame:
        """Return a row a firm: ``firm_id``, ``name``, ``mu``, ``park_id``, ``km``, ``reason``."""
        named = [name for name in ("firm_id", "name", "industry") if name in self.firms]
        out = self.firms[named].assign(mu=self.firms["demand_mu"])
        moved = self.assignments.set_index("firm_id")[["park_id", "km"]]
        out = out.join(moved, on="firm_id")
        return out.join(self.unassigned.set_index("firm_id")["reason"], on="firm_id")

    def options(self, firm_id: str) -> pd.DataFrame:
        """Return what each park is for one firm.

        Returns
        -------
        options
            ``park_id``, ``name`` where known, ``km``, ``bar`` (empty where it may go, else the
            name of a `Bar`), ``why`` in words, ``free_mu``, ``chosen``; nearest first.

        Raises
        ------
        InputError
            For a firm that there is not, or an answer that was not made here.
        """
        rows = np.flatnonzero(self.firms["firm_id"].eq(firm_id).to_numpy())
        if self.barred is None or not len(rows):
            raise InputError("moves.firm_unknown", firm=firm_id)
        bar = [Bar(int(value)) for value in self.barred[rows[0]]]
        parks = self.by_park()
        out = parks[[name for name in ("park_id", "name") if name in parks]].copy()
        out["km"] = distances_km(self.firms.iloc[rows], self.parks)[0]
        out["bar"] = ["" if one is Bar.none else one.name for one in bar]
        out["why"] = [
            messages.text(f"moves.relaxation.{name}") if name else "" for name in out["bar"]
        ]
        out["free_mu"] = parks["free_mu"]
        gone = self.assignments.loc[self.assignments["firm_id"].eq(firm_id), "park_id"]
        out["chosen"] = out["park_id"].isin(gone)
        return out.sort_values(["km", "park_id"], kind="stable", ignore_index=True)

    def to_record(self) -> dict[str, Any]:
        """Return all of it, ready for JSON."""
        told: list[dict[str, Any]] = _rows(self.unassigned)
        for row in told:
            said = messages.text(f"moves.reason.{row['reason']}", **row)
            # where no park is in reach, what bars which of them is the reason
            more = "" if row["reachable"] else barred_words(row["barred"])
            row["message"] = said + more
        numbers = {"objective": self.objective, "bound": self.bound, "gap": self.gap}
        return {
            "status": self.status,
            **numbers,
            "assignments": self.assignments.to_dict("records"),
            "unassigned": told,
            "relaxations": self.relaxations,
            "seconds": self.seconds,
            "ended": self.ended,
            "rounds": self.rounds,
            "terms": dict(self.terms),
            "weights": dict(self.weights),
            "nearest": self.nearest,
            "gain": self.gain,
            "max_km": self.max_km,
            "parks": self.by_park().to_dict("records"),
            "sample": self.sample,
            "issues": self.issues.to_records(),
        }


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
    """

    tables: Ready
    terms: Terms
    km: Floats
    barred: NDArray[np.uint8]
    falling: list[tuple[Lock, str]]
    max_km: float | None


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
    cost = round(found.cost, _DIGITS)
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
        barred=barred[np.ix_(tables.firm_rows, tables.park_rows)],
    )  # fmt: skip


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


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
            "firm_id": tables.firms["firm_id"].iloc[lock.firm],
            "park_id": None if lock.park is None else tables.parks["park_id"].iloc[lock.park],
            "lock": "in" if lock.goes else "out",
            "reason": reason,
        }
        for lock, reason in falling
    ]
