"""Firms and parks as the solver needs them, and their faults, named before anything is solved.

Missing is missing: a firm without an area is set aside and said to be unassigned for its
data; a firm without an industry can go only where all industries are admitted. Areas are
counted in whole units of 0.01 亩, demand rounded up and room down, so that no park is ever
over-full by rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms.errors import InputError
from platforms.issues import IssueTable, Severity
from platforms.planning.moves.relocation_bound import Ints

__all__ = ["FIRM_COLUMNS", "PARK_COLUMNS", "UNITS", "Ready", "latest_figure", "ready"]

FIRM_COLUMNS = ("firm_id", "lon", "lat", "industry", "demand_mu")
PARK_COLUMNS = ("park_id", "lon", "lat", "capacity_mu", "admits")
# what a park may ask of a firm for each 亩
_STANDARDS = ("min_tax_wan_per_mu", "max_energy_tce_per_mu")
_RULES = ("only", "prefer")
# 0.01 亩
UNITS = 100
_ROUNDING = 1e-6
_MOST_MU = 1e7
# about 200 km: no county is so wide
_FAR_DEGREES = 2.0


@dataclass(frozen=True)
class Ready:
    """What can be solved.

    Attributes
    ----------
    firms, parks
        Rows without faults in the order of their ids, so that the order of a file has no say
        in the answer; index 0..n-1, with all columns that were given.
    firm_rows, park_rows
        The rows of these in the order in which they were given.
    demand, room
        Whole units of 0.01 亩, of each firm and each park.
    aside
        Ids of firms that were set aside for their data.
    issues
        Faults.
    """

    firms: pd.DataFrame
    parks: pd.DataFrame
    demand: Ints
    room: Ints
    aside: tuple[str, ...]
    issues: IssueTable
    firm_rows: Ints
    park_rows: Ints


def ready(firms: pd.DataFrame, parks: pd.DataFrame) -> Ready:
    """Check the tables and set rows with faults aside.

    Parameters
    ----------
    firms
        ``firm_id``, ``lon``, ``lat`` (degrees, CGCS2000; or points), ``industry``,
        ``demand_mu``.
    parks
        ``park_id``, ``lon``, ``lat``, ``capacity_mu``, ``admits``.

    Returns
    -------
    ready
        Rows that can be solved, and the faults of the others.

    Raises
    ------
    InputError
        For a table without a column that is needed.
    """
    issues = IssueTable()
    firms, parks = _placed(firms), _placed(parks)
    _need(firms, FIRM_COLUMNS, "firms")
    _need(parks, PARK_COLUMNS, "parks")
    firms, aside = _firms(firms, issues)
    firms, firm_rows = _by_id(firms, "firm_id")
    parks, park_rows = _by_id(_parks(parks, issues), "park_id")
    demand = np.ceil(firms["demand_mu"].to_numpy() * UNITS - _ROUNDING).astype(np.int64)
    room = np.floor(parks["capacity_mu"].to_numpy() * UNITS + _ROUNDING).astype(np.int64)
    for name, rows in (("firm", firms), ("park", parks)):
        if rows.empty:
            issues.add(f"move_no_{name}s", "error", layer=f"{name}s")
    _far_away(firms, parks, issues)
    wanted, free = float(firms["demand_mu"].sum()), float(parks["capacity_mu"].sum())
    if wanted > free + _ROUNDING:
        issues.add("move_demand_exceeds", "warning", layer="parks", field="capacity_mu",
                   demand_mu=f"{wanted:,.2f}", capacity_mu=f"{free:,.2f}")  # fmt: skip
    return Ready(firms, parks, demand, room, aside, issues, firm_rows, park_rows)


def _far_away(firms: pd.DataFrame, parks: pd.DataFrame, issues: IssueTable) -> None:
    """Name what lies so far from most firms that its position must be wrong, such as 0, 0."""
    if firms.empty:
        return
    middle = firms[["lon", "lat"]].median()
    for layer, table, key in (("firms", firms, "firm_id"), ("parks", parks, "park_id")):
        off = (table[["lon", "lat"]] - middle).abs().max(axis=1)
        for row in table[off.gt(_FAR_DEGREES)].to_dict("records"):
            issues.add("move_far_away", "warning", feature=str(row[key]), layer=layer,
                       field="lon", lon=f"{row['lon']:g}", lat=f"{row['lat']:g}")  # fmt: skip


def _by_id(frame: pd.DataFrame, key: str) -> tuple[pd.DataFrame, Ints]:
    """Return rows in the order of their ids, and where each that was given now stands."""
    order = np.argsort(frame[key].to_numpy(dtype="str"), kind="stable")
    return frame.iloc[order].reset_index(drop=True), np.argsort(order).astype(np.int64)


def latest_figure(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return a yearly figure of its last year: ``name``, else the greatest ``name_<year>``."""
    years = sorted(c for c in frame.columns if str(c).removeprefix(f"{name}_").isdigit())
    column = name if name in frame else (years[-1] if years else None)
    if column is None:
        return pd.Series(np.nan, index=frame.index, dtype="float64")
    return _numbers(frame[column])


def _placed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with longitude and latitude, those of its points where it has none."""
    out = pd.DataFrame(frame).reset_index(drop=True).copy()
    if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name is not None:
        if not {"lon", "lat"} <= set(out.columns) and frame.crs is not None:
            points = frame.geometry.to_crs("EPSG:4490").representative_point()
            out["lon"], out["lat"] = points.x.to_numpy(), points.y.to_numpy()
        out = out.drop(columns=frame.active_geometry_name)
    return out


def _need(frame: pd.DataFrame, columns: tuple[str, ...], table: str) -> None:
    missing = [name for name in columns if name not in frame]
    if missing:
        raise InputError("moves.columns_missing", table=table, columns=missing, needed=columns)


def _numbers(values: pd.Series) -> pd.Series:
    found = pd.to_numeric(values, errors="coerce").astype("float64")
    return found.where(np.isfinite(found))


def _words(values: pd.Series) -> pd.Series:
    text = values.astype("object").where(values.notna(), "").map(lambda v: str(v).strip())
    return text.astype("object")


class _Rows:
    """Rows that are kept or set aside, each with one fault."""

    def __init__(self, frame: pd.DataFrame, key: str, layer: str, issues: IssueTable) -> None:
        self.frame, self.key, self.layer, self.issues = frame, key, layer, issues
        self.kept = np.ones(len(frame), dtype=bool)

    def check(
        self, wrong: pd.Series | NDArray[np.bool_], kind: str, field: str,
        severity: Severity = "error",
    ) -> None:  # fmt: skip
        """Name the rows that are wrong; an error sets them aside."""
        for at in np.flatnonzero(np.asarray(wrong, dtype=bool) & self.kept):
            name = str(self.frame[self.key].iloc[at]) or None
            # the header is line 1 of a file
            told = {"row": int(at) + 2, "value": self.frame[field].iloc[at]}
            self.issues.add(kind, severity, feature=name, field=field, layer=self.layer, **told)
            if severity == "error":
                self.kept[at] = False


def _named(frame: pd.DataFrame, key: str, kind: str, issues: IssueTable) -> _Rows:
    """Check what both tables have: an id that stands once, and a place."""
    frame[key] = _words(frame[key])
    rows = _Rows(frame, key, f"{kind}s", issues)
    rows.check(frame[key].eq(""), f"move_{kind}_without_id", key)
    rows.check(frame[key].duplicated(), f"move_{kind}_twice", key)
    for name, most in (("lon", 180.0), ("lat", 90.0)):
        numbers = _numbers(frame[name])
        rows.check(numbers.isna() | (numbers.abs() > most), "move_no_place", name)
        frame[name] = numbers
    return rows


def _firms(frame: pd.DataFrame, issues: IssueTable) -> tuple[pd.DataFrame, tuple[str, ...]]:
    rows = _named(frame, "firm_id", "firm", issues)
    demand = _numbers(frame["demand_mu"])
    rows.check(~demand.between(0, _MOST_MU, inclusive="right"), "move_no_demand", "demand_mu")
    frame["demand_mu"] = demand
    frame["industry"] = _words(frame["industry"])
    code = _words(frame["industry_code"]) if "industry_code" in frame else frame["industry"]
    frame["industry_code"] = code
    rows.check(frame["industry"].eq("") & code.eq(""), "move_no_industry", "industry", "warning")
    if "plan_rule" in frame:
        frame["plan_rule"] = _words(frame["plan_rule"])
        unclear = ~frame["plan_rule"].isin({"", *_RULES})
        rows.check(unclear, "move_plan_rule_unclear", "plan_rule", "warning")
    known = set(frame.loc[rows.kept, "firm_id"])
    named = frame.loc[~rows.kept, "firm_id"]
    aside = tuple(dict.fromkeys(one for one in named if one and one not in known))
    return frame[rows.kept].reset_index(drop=True), aside


def _parks(frame: pd.DataFrame, issues: IssueTable) -> pd.DataFrame:
    rows = _named(frame, "park_id", "park", issues)
    room = _numbers(frame["capacity_mu"])
    rows.check(~room.between(0, _MOST_MU), "move_no_capacity", "capacity_mu")
    frame["capacity_mu"] = room
    frame["admits"] = _words(frame["admits"])
    shut = rows.kept & room.eq(0).to_numpy()
    if shut.any():
        names = frame.loc[shut, "park_id"].tolist()
        issues.add("move_parks_full", "info", layer="parks", field="capacity_mu",
                   count=len(names), parks=names)  # fmt: skip
    rows.check(frame["admits"].eq("") & room.gt(0), "move_admits_none", "admits", "warning")
    for name in (name for name in _STANDARDS if name in frame):
        asked = _numbers(frame[name])
        wrong = _words(frame[name]).ne("") & ~asked.ge(0)
        rows.check(wrong, "move_standard_unclear", name, "warning")
        frame[name] = asked.where(asked.ge(0))
    return frame[rows.kept].reset_index(drop=True)
