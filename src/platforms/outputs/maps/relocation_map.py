"""A relocation as a map: who moves where, how full the parks are, who stays and why.

Lines are straight from firm to park and bent only to be told apart; no road is meant. Sums
from town to park are computed here in Python and drawn where single firms would lie on one
another. The map of sample tables is marked as sample, and the exactness of the parks' points
is said beside the distances.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextvars import copy_context
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from platforms import messages
from platforms.layers.workspace import Workspace
from platforms.outputs.maps.city_sheet import city_sheet, town_ground
from platforms.outputs.maps.map_document import MapDocument, map_document
from platforms.outputs.maps.map_parts import Bar, Chart, Figure, MapLayer, Table
from platforms.outputs.maps.relocation_layers import park_names, relocation_layers
from platforms.planning.moves.relocation_sums import relocation_figures
from platforms.units import printed

if TYPE_CHECKING:
    # the answer brings the solver with it, which a run without one does not need
    from platforms.planning.moves.relocation_answer import Relocation

__all__ = [
    "relocation_document",
    "relocation_headline",
    "relocation_marks",
    "relocation_tables",
]

_BARS = 10
_PERCENT = 100.0
# circles of many firms are wide, and must not be cut by the edge
_ROOM = 0.12
_FAR_DEGREES = 2.0
_TABLES = {
    "flows": ("name", "park", "mu", "km"),
    "moving_parks": ("name", "firms", "used_mu", "capacity_mu"),
    "staying_firms": ("name", "mu", "reason", "message"),
    "flows_by_town": ("town", "park", "firms", "mu", "km_mean"),
}


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"flows.{entry}", None, **fields)


def relocation_document(
    workspace: Workspace,
    relocation: Relocation,
    *,
    lang: str | None = None,
    compress: bool = True,
    day: dt.date | None = None,
) -> MapDocument:
    """Make the map of a relocation.

    Parameters
    ----------
    workspace
        The city: its ground, its towns, what its plan is called.
    relocation
        What :func:`platforms.relocate` gave.
    lang
        Language; default the current one.
    compress
        Compress the geometry; False for browsers without DecompressionStream.
    day
        Date printed on the sheet; default today.

    Returns
    -------
    document
        Layers ``flows_by_town`` and, from zoom 12 on, ``flows`` (width by 亩),
        ``moving_parks`` (size by capacity, ring by what is taken), ``staying_firms`` with
        reasons, and ``towns``; for :func:`platforms.save_html` and for the app's map.
    """

    def made() -> MapDocument:
        if lang is not None:
            messages.set_language(lang)
        return _document(workspace, relocation, compress=compress, day=day)

    # the language of the caller stays as it is
    return copy_context().run(made)


def _document(
    workspace: Workspace, relocation: Relocation, *, compress: bool, day: dt.date | None
) -> MapDocument:
    layers = relocation_layers(workspace, relocation)
    sheet = city_sheet(
        workspace,
        title=_t("title", name=workspace.plan.name),
        subtitle=_subtitle(relocation),
        day=day,
        figures=relocation_headline(relocation),
        charts=_charts(relocation),
        tables=relocation_tables(layers),
        notes=relocation_marks(relocation),
        focus=_focus(relocation),
    )
    return map_document([*town_ground(workspace), *layers], sheet, compress=compress)


def relocation_tables(layers: Sequence[MapLayer]) -> list[Table]:
    """Return the tables over those layers of a relocation that are there."""
    shown = {layer.name for layer in layers}
    return [
        Table(id=name, title=_t(f"layer.{name}"), layer=name, columns=columns)
        for name, columns in _TABLES.items()
        if name in shown
    ]


def _subtitle(relocation: Relocation) -> str:
    status = messages.text(f"moves.status.{relocation.status}")
    parts = [status, messages.text(f"moves.ended.{relocation.ended}")]
    if relocation.max_km is not None:
        parts.append(_t("within", km=f"{relocation.max_km:g}"))
    return " · ".join(parts)


def relocation_headline(relocation: Relocation) -> list[Figure]:
    """Return the key figures as they are printed."""
    found = relocation_figures(relocation)
    gain = found["gain_share"]
    reasons = relocation.unassigned["reason"].value_counts()
    why = [f"{_t(f'reason.{name}')} {count:,}" for name, count in reasons.items()]
    joint = "；" if messages.language() == "zh_CN" else "; "
    shown = {
        "firms": (f"{found['firms']:,}", "firms_unit", ""),
        "mu": (printed(found["mu"]), "mu", ""),
        "km_mean": (printed(found["km_mean"]), "km", _t("note.km")),
        "gap": (_percent(found["gap"], 3), "", _t("note.gap")),
        "gain": (_percent(gain, 2), "", _t("note.gain", gain=printed(found["gain"]))),
        "unassigned": (f"{found['unassigned']:,}", "firms_unit", joint.join(why)),
    }
    return [
        Figure(
            key=key, label=_t(f"figure.{key}"), value=value,
            unit=_t(f"unit.{unit}") if unit else "", note=note,
        )
        for key, (value, unit, note) in shown.items()
    ]  # fmt: skip


def _percent(share: float | None, digits: int) -> str:
    return "—" if share is None else f"{printed(share * _PERCENT, digits)} %"


def _charts(relocation: Relocation) -> list[Chart]:
    """Return the 亩 that the fullest parks take in, and the firms that stay by reason."""
    parks = relocation.by_park()
    names = park_names(relocation)
    taken = parks[parks["used_mu"] > 0].sort_values("used_mu", ascending=False, kind="stable")
    bars = [
        Bar(
            label=names[str(row["park_id"])], value=row["used_mu"],
            text=printed(row["used_mu"]),
        )
        for row in taken.head(_BARS).to_dict("records")
    ]  # fmt: skip
    reasons = relocation.unassigned["reason"].value_counts()
    stays = [
        Bar(label=_t(f"reason.{name}"), value=float(count), text=f"{count:,}")
        for name, count in reasons.items()
    ]
    charts = (
        [Chart(id="parks", title=_t("chart.parks"), unit=_t("unit.mu"), bars=bars)] if bars else []
    )
    if stays:
        unit = _t("unit.firms_unit")
        charts.append(Chart(id="stays", title=_t("chart.stays"), unit=unit, bars=stays))
    return charts


def relocation_marks(relocation: Relocation) -> Sequence[str]:
    """Say what the figures mean and leave out, and what is sample."""
    notes = [messages.text("moves.mark_sample")] if relocation.sample else []
    for lock in relocation.relaxations:
        named = {**lock, "park_id": lock["park_id"] or "—"}
        named["why"] = messages.text(f"moves.relaxation.{lock['reason']}")
        notes.append(messages.text("moves.cli.relaxation", None, **named))
    notes.append(_t("note.lines"))
    exact = _exactness(relocation.parks)
    if exact is not None:
        notes.append(_t("note.parks", low=f"{exact[0]:,.0f}", high=f"{exact[1]:,.0f}"))
    weights = [
        _t("weight", term=messages.text(f"moves.term.{name}"), weight=f"{weight:g}")
        for name, weight in relocation.weights.items()
        if weight
    ]
    return [*notes, _t("note.weights", weights=weights), _t("note.towns")]


def _exactness(parks: pd.DataFrame) -> tuple[float, float] | None:
    if "accuracy_m" not in parks:
        return None
    metres = pd.to_numeric(parks["accuracy_m"], errors="coerce").to_numpy(dtype=np.float64)
    known = metres[np.isfinite(metres) & (metres > 0)]
    return (float(known.min()), float(known.max())) if len(known) else None


def _focus(relocation: Relocation) -> tuple[float, float, float, float] | None:
    """Return the box of firms and parks with a margin; None where there are none."""
    both = pd.concat([relocation.firms[["lon", "lat"]], relocation.parks[["lon", "lat"]]])
    if both.empty:
        return None
    # one far from all others, such as at 0, 0, must not shrink the map to a dot
    near = (both - both.median()).abs().max(axis=1).le(_FAR_DEGREES)
    both = both[near] if near.any() else both
    points = gpd.points_from_xy(both["lon"], both["lat"])
    west, south, east, north = (float(v) for v in gpd.GeoSeries(points).total_bounds)
    room = max(east - west, north - south, 0.01) * _ROOM
    return (west - room, south - room, east + room, north + room)
