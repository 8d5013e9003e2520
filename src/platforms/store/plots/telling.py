"""What became of plots, told field by field; a shape is one field, told by its area."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import shapely

from platforms.errors import CRSError
from platforms.geo.area import official_area_m2
from platforms.geo.crs import plane_for
from platforms.store.plots.records import CRS, Record

__all__ = ["HISTORY", "SHAPE", "areas_told", "conflict", "fields_of", "history_table"]

SHAPE = "geometry"
_OF_VERSION = ("at", "plot_id", "what", "who", "why", "act", "undoes")
HISTORY = ("at", "plot_id", "what", "who", "field", "was", "became", "why", "version", "act",
           "undoes")  # fmt: skip


def fields_of(record: Record | None) -> dict[str, Any]:
    """Return what a plot says, by field; its shape is the WKB."""
    if record is None:
        return {}
    told: dict[str, Any] = json.loads(record.attributes)
    return {**told, SHAPE: record.wkb}


def history_table(versions: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return each field that changed as a row.

    Parameters
    ----------
    versions
        Of any plots, each plot's oldest first, from its first or with the one before the first.
    """
    rows: list[dict[str, Any]] = []
    held: dict[str, dict[str, Any]] = {}
    for one in versions:
        record = None if one["sha256"] is None else _record(one)
        now, was = fields_of(record), held.get(one["plot_id"], {})
        held[one["plot_id"]] = now
        told = {name: one[name] for name in _OF_VERSION}
        names = [name for name in dict.fromkeys([*was, *now]) if was.get(name) != now.get(name)]
        rows += [
            {**told, "version": one["number"], "field": name, "was": was.get(name),
             "became": now.get(name)}
            for name in names
        ]  # fmt: skip
    _tell_areas(rows)
    table = pd.DataFrame(rows, columns=list(HISTORY))
    table["at"] = pd.to_datetime(table["at"], utc=True, format="ISO8601")
    return table


def _record(version: Mapping[str, Any]) -> Record:
    return Record(version["wkb"], version["attributes"], version["sha256"])


def _tell_areas(rows: Iterable[dict[str, Any]]) -> None:
    """Put areas in the place of shapes."""
    shaped = [row for row in rows if row["field"] == SHAPE]
    sides = [(row, side) for row in shaped for side in ("was", "became") if row.get(side)]
    areas = areas_told([row[side] for row, side in sides])
    for (row, side), area in zip(sides, areas, strict=True):
        row[side] = area


def areas_told(many: Sequence[bytes]) -> list[str]:
    """Return official areas as people read them, in m²."""
    found = []
    for shape in map(shapely.from_wkb, many):
        # several shapes of one history may lie in two zones, and one outside all
        try:
            plane = plane_for(shape.bounds)
            area = float(official_area_m2(shape, plane, crs=CRS)[0])
        except CRSError:
            found.append("—")
        else:
            found.append(f"{area:.2f} m²")
    return found


def conflict(
    plot_id: str, mine: Mapping[str, Any], base: Mapping[str, Any] | None,
    versions: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:  # fmt: skip
    """Return the fields in which a change and what holds now have gone apart.

    Parameters
    ----------
    plot_id
        The plot.
    mine
        Fields as the change wants them; None takes one away.
    base
        The version that it was made on; None where there is none of that number.
    versions
        Those after it, the oldest first, at least one.
    """
    last = versions[-1]
    then = fields_of(_record(base)) if base and base["sha256"] else {}
    now = fields_of(_record(last)) if last["sha256"] else {}
    wanted = {name: value for name, value in mine.items() if value != then.get(name)}
    if last["sha256"] and all(now.get(name) == value for name, value in wanted.items()):
        # what was wanted holds already: a second press of the same button
        return []
    by = _writers(then, versions)
    rows: list[dict[str, Any]] = []
    for name in dict.fromkeys([*then, *now, *wanted]):
        if now.get(name) == then.get(name) and name not in wanted:
            continue
        rows.append(
            {
                "key": plot_id, "field": name, "base": then.get(name), "theirs": now.get(name),
                "ours": wanted.get(name, then.get(name)), "mine": name in wanted,
                "version": None if base is None else base["number"],
                "version_now": last["number"], "who": None, "at": None, "why": None,
                **by.get(name, {}),
            }
        )  # fmt: skip
    for side in ("base", "theirs", "ours"):
        known = [row for row in rows if row["field"] == SHAPE and row[side]]
        for row, area in zip(known, areas_told([one[side] for one in known]), strict=True):
            row[side] = area
    return rows


def _writers(
    then: Mapping[str, Any], versions: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return who wrote each field last, of those that changed."""
    by: dict[str, dict[str, Any]] = {}
    held = then
    for one in versions:
        now = fields_of(_record(one)) if one["sha256"] else {}
        for name in {*held, *now}:
            if held.get(name) != now.get(name):
                by[name] = {"who": one["who"], "at": one["at"], "why": one["why"]}
        held = now
    return by
