"""The answer to a relocation: tables, flows on the map, and what is proved of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
from platforms.planning.moves.relocation_reasons import reason_sentences

__all__ = ["PART", "Relocation"]

# what a firm adds to the objective by a term is a column that begins so
PART = "part_"

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
    parts
        ``firm_id`` and what each firm adds to the objective by each term, weighted and not
        rounded; all of it sums to ``objective``. None where nothing was solved.
    asked
        What it was asked with beside tables, weights and distance: ``locks`` (``firm_id``,
        ``park_id``, ``lock``), ``relax``, ``transfers``, ``effort``.
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
    parts: pd.DataFrame | None = None
    asked: Mapping[str, Any] = field(default_factory=dict)

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
        """Return a row a firm.

        Returns
        -------
        firms
            ``firm_id``, ``name`` and ``industry`` where known, ``mu`` (亩), ``park_id`` and
            ``km`` or ``reason``, and ``part_<term>``: what the firm adds to the objective by
            each term, weighted. All parts of all firms sum to ``objective``.
        """
        named = [name for name in ("firm_id", "name", "industry") if name in self.firms]
        out = self.firms[named].assign(mu=self.firms["demand_mu"])
        moved = self.assignments.set_index("firm_id")[["park_id", "km"]]
        out = out.join(moved, on="firm_id")
        out = out.join(self.unassigned.set_index("firm_id")["reason"], on="firm_id")
        if self.parts is None:
            return out
        return out.join(self.parts.set_index("firm_id").add_prefix(PART), on="firm_id")

    def why_unassigned(self) -> list[str]:
        """Return why each firm goes nowhere and what bars it, a sentence each.

        In the order of ``unassigned`` and in the current language, for whoever shows a reason.
        """
        return reason_sentences(self.unassigned)

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
        said = self.why_unassigned()
        told = _rows(self.unassigned.assign(message=pd.Series(said, dtype="object")))
        moved = _rows(self.assignments)
        parts = self._parts()
        for row in (*moved, *told):
            # a firm that was set aside took no part
            row["parts"] = parts.get(row["firm_id"], {})
        numbers = {"objective": self.objective, "bound": self.bound, "gap": self.gap}
        return {
            "status": self.status,
            **numbers,
            "assignments": moved,
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
            "asked": dict(self.asked),
            "parks": self.by_park().to_dict("records"),
            "sample": self.sample,
            "issues": self.issues.to_records(),
        }

    def _parts(self) -> dict[str, dict[str, Any]]:
        """Return by firm what it adds to the objective by each term that has a weight."""
        if self.parts is None:
            return {}
        weighted = _rows(self.parts[[name for name, weight in self.weights.items() if weight]])
        return dict(zip(self.parts["firm_id"], weighted, strict=True))


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]
