"""What features can be filtered by: town, layout unit, direction, industry, verdict.

A layer is filtered by what is known of it and left alone by the rest: a verdict is told of
plots only, so it hides no project. Towns and units are compared by their ids, plots take the
direction of the platform they were given to, and a point belongs to the schematic unit that it
lies in. A plot near several platforms has the directions of all of them. Plots name their
industry as the national classification does, the plans in words of their own: a word of one
vocabulary does not hide what is named by the other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from platforms.app.scene import Scene

__all__ = ["FACETS", "NONE", "Bools", "Facets", "digest", "make_facets"]

FACETS = ("town", "unit", "direction", "industry", "verdict")
# what stands in the address for features of which a value is not known
NONE = "-"

_PLACED = ("platforms", "projects", "firms", "micro_parks", "special_towns", "logistics_parks")
_DIGEST = 12

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Known:
    """The values of one layer: a code a feature, and what each code stands for."""

    codes: npt.NDArray[np.int64]
    named: tuple[frozenset[str], ...]

    def fits(self, wanted: Iterable[str]) -> Bools:
        chosen = set(wanted)
        table = np.array([bool(value & chosen) for value in self.named], dtype=bool)
        return table[self.codes] if len(table) else np.zeros(len(self.codes), dtype=bool)

    @property
    def words(self) -> set[str]:
        return {word for value in self.named for word in value}


@dataclass(frozen=True)
class Facets:
    """What the features of a scene can be filtered by.

    Attributes
    ----------
    options
        Of each facet the values that can be chosen, in the order shown.
    titles
        Of each facet how its values read.
    """

    options: Mapping[str, Sequence[str]]
    titles: Mapping[str, Mapping[str, str]]
    _known: Mapping[str, Mapping[str, _Known]]
    _inside: Mapping[str, Sequence[str]]

    def passing(self, chosen: Mapping[str, Sequence[str]]) -> dict[str, Bools]:
        """Return which rows of each layer pass; layers that nothing restricts are left out.

        Parameters
        ----------
        chosen
            Values by facet: any of them will do, and each facet has to agree.
        """
        masks: dict[str, Bools] = {}
        for layer, known in self._known.items():
            parts = [
                known[name].fits(values)
                for name, values in chosen.items()
                if values and name in known and self._speaks(known[name], name, values)
            ]
            if parts:
                masks[layer] = np.logical_and.reduce(parts)
        if "plots" in masks and "buildings" in self._inside:
            # a building is shown with its plot
            kept = np.asarray(self._inside["plots"])[masks["plots"]]
            masks["buildings"] = np.isin(np.asarray(self._inside["buildings"]), kept)
        return masks

    def _speaks(self, known: _Known, name: str, values: Sequence[str]) -> bool:
        return name != "industry" or bool(known.words & set(values))


def digest(chosen: Mapping[str, Sequence[str]]) -> str:
    """Return what tells one filter from another; empty when nothing is chosen."""
    kept = {name: sorted(values) for name, values in sorted(chosen.items()) if values}
    if not kept:
        return ""
    return hashlib.sha256(json.dumps(kept, ensure_ascii=False).encode()).hexdigest()[:_DIGEST]


def make_facets(scene: Scene) -> Facets:
    """Return what the features of a scene can be filtered by."""
    frames = {name: frame for name in _PLACED if (frame := scene.frame(name)) is not None}
    members, plots = scene.frame("layout_members"), scene.run.plots
    known: dict[str, dict[str, _Known]] = {"plots": _of_plots(scene, plots)}
    units = scene.frame("layout_units")
    for name, frame in frames.items():
        columns = {"town": _column(frame, "town_id"), "unit": _units_at(frame, units)}
        if name == "platforms":
            columns |= {
                "direction": _column(frame, "direction"),
                "industry": _column(frame, "industries"),
            }
        known[name] = {key: _coded(values) for key, values in columns.items() if values is not None}
    if members is not None:
        known["layout_members"] = {"unit": _coded(members["unit_id"])}
    buildings = scene.frame("buildings")
    inside = {"plots": plots["plot_id"].astype(str).tolist()}
    if buildings is not None and "plot_id" in buildings:
        inside["buildings"] = buildings["plot_id"].astype(str).tolist()
    titles = _titles(scene)
    return Facets(_options(scene, known, titles), titles, known, inside)


def _of_plots(scene: Scene, plots: gpd.GeoDataFrame) -> dict[str, _Known]:
    platforms = scene.frame("platforms")
    columns = {
        "town": _column(plots, "town_id"),
        "unit": _column(plots, "layout_unit_id"),
        "industry": _column(plots, "industry"),
        "verdict": _column(plots, "verdict"),
    }
    known = {key: _coded(values) for key, values in columns.items() if values is not None}
    if platforms is None or "platform" not in plots or "direction" not in platforms:
        return known
    directions = dict(zip(platforms["name"], platforms["direction"].fillna(""), strict=True))
    near = plots["platform"].fillna("").astype(str)
    if "platform_tied" in plots:
        near = near + ";" + plots["platform_tied"].fillna("").astype(str)
    groups = _coded(near)
    values = tuple(
        frozenset({directions.get(name) or NONE for name in names}) for names in groups.named
    )
    return {**known, "direction": _Known(groups.codes, values)}


def _column(frame: pd.DataFrame, name: str) -> pd.Series | None:
    return frame.get(name)


def _coded(values: pd.Series) -> _Known:
    """Return the values as numbers; several in one cell are parted by ``;``."""
    text = values.map(_text).astype(object)
    codes, unique = pd.factorize(text)
    parts = (frozenset(p.strip() for p in str(one).split(";") if p.strip()) for one in unique)
    return _Known(codes.astype(np.int64), tuple(part or frozenset({NONE}) for part in parts))


def _text(value: object) -> str:
    if isinstance(value, (list, tuple, set)):
        return ";".join(str(one) for one in value)
    return "" if value is None or value is pd.NA or value != value else str(value)  # noqa: PLR0124 nan


def _units_at(frame: gpd.GeoDataFrame, units: gpd.GeoDataFrame | None) -> pd.Series | None:
    """Return the ids of the schematic units that the features lie in, joined by ``;``."""
    if units is None or units.empty:
        return None
    places = frame.geometry.to_numpy()
    found = [
        np.where(shapely.intersects(places, shape), unit, "")
        for unit, shape in zip(units["unit_id"], units.geometry, strict=True)
    ]
    rows = [";".join(one for one in row if one) for row in zip(*found, strict=True)]
    return pd.Series(rows, index=frame.index, dtype=object)


def _titles(scene: Scene) -> dict[str, dict[str, str]]:
    """Return how values read: names of towns and units, words of the map for the others."""
    titles: dict[str, dict[str, str]] = {name: {} for name in FACETS}
    for facet, layer, key in (("town", "towns", "town_id"), ("unit", "layout_units", "unit_id")):
        frame = scene.frame(layer)
        if frame is not None:
            titles[facet] = dict(
                zip(frame[key].astype(str), frame["name"].astype(str), strict=True)
            )
    for facet, layer in (("direction", "platforms"), ("verdict", "plots")):
        described = scene.layer(layer)
        columns = described["columns"] if described else []
        titles[facet] = next((dict(c["labels"]) for c in columns if c["name"] == facet), {})
    return titles


def _options(
    scene: Scene, known: Mapping[str, Mapping[str, _Known]], titles: Mapping[str, Mapping[str, str]]
) -> dict[str, list[str]]:
    """Return what can be chosen: what occurs, in the order of the city's own lists."""
    options = {}
    for facet in FACETS:
        layers = [one[facet] for one in known.values() if facet in one]
        found = {word for one in layers for word in one.words}
        plots = known["plots"].get(facet)
        first = [*titles[facet]] if facet != "verdict" else [*scene.run.verdicts]
        if facet == "industry" and plots is not None:
            # what stands for most plots comes first
            counts = np.bincount(plots.codes, minlength=len(plots.named))
            first = [word for i in np.argsort(-counts, kind="stable") for word in plots.named[i]]
        rest = sorted(found - {NONE} - set(first))
        options[facet] = [w for w in dict.fromkeys([*first, *rest]) if w in found and w != NONE]
        if NONE in found:
            options[facet].append(NONE)
    return options
