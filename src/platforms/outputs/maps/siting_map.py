"""Sites for a project as a map: the best numbered, what is excluded grey, each with its reasons.

Nothing is scored here. A number on the map is the rank by what is certain; the ranks that the
unknown leaves open, the terms and what excludes a site stand in the card of each.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import geopandas as gpd
import pandas as pd
from shapely import get_dimensions, point_on_surface

from platforms import messages
from platforms.outputs.maps.city_sheet import city_sheet, town_ground
from platforms.outputs.maps.map_document import MapDocument, map_document
from platforms.outputs.maps.map_parts import Column, MapLayer
from platforms.planning.siting.ranking import Site, Siting, Term
from platforms.policy.workspace import Workspace
from platforms.units import printed

__all__ = ["SITE_LAYERS", "site_score", "siting_document"]

# numbered, other points, other areas
SITE_LAYERS = ("sites", "site_points", "site_areas")
_TOP = 20
_AREA = 2
_SCORE = 2


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"siting.map.{entry}", None, **fields)


def site_score(low: float, high: float) -> str:
    """Return a score or a term as it is read: one number, or the range it lies in."""
    ends = [printed(one, _SCORE) for one in (low, high)]
    return ends[0] if low == high else "–".join(ends)


def siting_document(
    workspace: Workspace,
    siting: Siting,
    *,
    top: int = _TOP,
    sample: bool = False,
    compress: bool = True,
    day: dt.date | None = None,
) -> MapDocument:
    """Make the map of a project's sites.

    Parameters
    ----------
    workspace
        The city.
    siting
        What :func:`platforms.site` gave.
    top
        How many of the best are numbered.
    sample
        Whether the sites are synthetic though no layer of the workspace says so, as plots of
        a run are; a siting that names sample layers is marked in any case.
    compress
        Compress the geometry; False for browsers without DecompressionStream.
    day
        Date printed on the sheet; default today.

    Returns
    -------
    document
        Layers ``sites`` (the numbered ones as points), ``site_points`` and ``site_areas``
        (the others, and the shapes of all plots), each with the key ``site``, such as
        ``park:YQ-P13``; for :func:`platforms.save_html` and for the app's map.
    """
    rows = _rows(siting, top)
    synthetic = sample or bool(siting.sample_layers)
    project = siting.project
    sheet = city_sheet(
        workspace,
        title=_t("title", name=str(workspace.plan.name)),
        subtitle=_t("subtitle", project=project.name or messages.text("siting.table.unnamed"),
                    industry=project.industry),
        day=day,
        notes=_notes(siting, sample=synthetic),
    )  # fmt: skip
    layers = [*town_ground(workspace), *_site_layers(rows, sample=synthetic)]
    return map_document(layers, sheet, compress=compress)


def _rows(siting: Siting, top: int) -> gpd.GeoDataFrame:
    """Return one row a site with the words of its card."""
    told = [_row(one, top) for one in siting.sites]
    shapes = siting.frame.geometry.to_numpy()
    return gpd.GeoDataFrame(pd.DataFrame(told), geometry=shapes, crs=siting.frame.crs)


def _row(one: Site, top: int) -> dict[str, object]:
    numbered = one.rank is not None and one.rank <= top
    state = "excluded" if one.excluded else "best" if numbered else "usable"
    span = "" if one.rank is None else _t("range", best=one.rank_best, worst=one.rank_worst)
    reasons = [str(reason["text"]) for reason in _records(one)]
    return {
        "site": f"{one.kind}:{one.site_id}",
        "name": one.name,
        "label": str(one.rank) if numbered else "",
        "state": state,
        "kind": one.kind,
        "rank": one.rank,
        "span": span,
        "score": "" if one.excluded else site_score(one.low, one.high),
        "excluded": _t("between").join(reasons),
        **{term.name: _term(term) for term in one.terms},
    }


def _records(one: Site) -> list[dict[str, object]]:
    excluded = one.record()["excluded"]
    return excluded if isinstance(excluded, list) else []


def _term(term: Term) -> str:
    return _t("term", value=site_score(term.low, term.high), text=term.text())


def _site_layers(rows: gpd.GeoDataFrame, *, sample: bool) -> list[MapLayer]:
    area = get_dimensions(rows.geometry.to_numpy()) == _AREA
    best = rows["state"].eq("best").to_numpy(dtype=bool)
    numbered = rows[best].set_geometry(
        gpd.GeoSeries(point_on_surface(rows.geometry.to_numpy()[best]), crs=rows.crs).set_axis(
            rows.index[best]
        )
    )
    parts = (numbered, rows[~area & ~best], rows[area])
    return [
        MapLayer(
            name=name, title=_t(f"layer.{name}"), frame=part, key="site",
            columns=_columns(part), style=name, sample=sample,
        )
        for name, part in zip(SITE_LAYERS, parts, strict=True)
        if len(part)
    ]  # fmt: skip


def _columns(part: pd.DataFrame) -> list[Column]:
    kinds = {kind: messages.text(f"siting.table.kind.{kind}") for kind in ("park", "plot")}
    states = {name: _t(f"state.{name}") for name in ("best", "usable", "excluded")}
    labels = {"kind": kinds, "state": states}
    hidden = {"site", "label"}
    return [
        Column(
            name=name,
            title="" if name in hidden else _t(f"column.{name}"),
            type="category" if name in labels else "integer" if name == "rank" else "string",
            labels=labels.get(name, {}),
            role="hidden" if name in hidden else "title" if name == "name" else "",
        )
        for name in part.columns
        if name != "geometry"
    ]


def _notes(siting: Siting, *, sample: bool) -> Sequence[str]:
    method = siting.method
    weights = [
        messages.text("siting.table.weight", None, title=str(one.title), weight=f"{one.weight:g}")
        for one in method.terms
    ]
    told = [
        _t("order"),
        messages.text(
            "siting.table.method", None, title=str(method.title), mark=method.mark, weights=weights
        ),
    ]
    return [messages.text("sheet.note.sample"), *told] if sample else told
