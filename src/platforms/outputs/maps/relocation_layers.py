"""The layers of a relocation's map: flows, parks, firms that stay."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from platforms import messages
from platforms.layers.workspace import Workspace
from platforms.outputs.maps.map_parts import Column, MapLayer
from platforms.outputs.source_words import source_words
from platforms.planning.moves.relocation_sums import firm_parts, firm_towns, town_flows
from platforms.units import printed

if TYPE_CHECKING:
    # the answer brings the solver with it, which a run without one does not need
    from platforms.planning.moves.relocation_answer import Relocation

__all__ = [
    "firm_names", "named_elsewhere", "park_names", "part_title", "reason_words",
    "relocation_layers",
]  # fmt: skip

# how many colours the styles have for neighbouring parks
_TONES = 8
_PERCENT = 100.0
_PART, _COST = "part_", "cost"
_MU, _KM = "mu", "km"
_WORDED = (_MU, _KM, "work")
_UNITS = {
    "mu": _MU, "km": _KM, "km_mean": _KM, "work": "work", "capacity_mu": _MU, "used_mu": _MU,
    "free_mu": _MU, "used_share": "%", "accuracy_m": "m",
}  # fmt: skip
_WHOLE = ("firms", "admitting", "reachable", "tone")
_HIDDEN = ("tone", "park_id", "id", "label")
_TIPS = {
    "flows_by_town": ("firms", "mu", "km_mean"),
    "flows": ("mu", "km", "cost"),
    "moving_parks": ("used_mu", "capacity_mu", "firms"),
    "staying_firms": ("mu", "message"),
}
_STAYS = (
    "title", "firm_id", "name", "industry", "town", "mu", "reason", "message", "admitting",
    "reachable",
)  # fmt: skip
_CITED = ("direction_text", "doc", "section", "row", "page", "basis", "accuracy_m")


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"flows.{entry}", None, **fields)


def park_names(relocation: Relocation) -> dict[str, str]:
    """Return what readers call each park."""
    return _names(relocation.parks, "park_id")


def firm_names(relocation: Relocation) -> dict[str, str]:
    """Return what readers call each firm."""
    return _names(relocation.firms, "firm_id")


def _names(frame: pd.DataFrame, key: str) -> dict[str, str]:
    ids = [str(one) for one in frame[key]]
    if "name" not in frame:
        return dict(zip(ids, ids, strict=True))
    names = ["" if pd.isna(one) else str(one).strip() for one in frame["name"]]
    return {one: name or one for one, name in zip(ids, names, strict=True)}


def reason_words(relocation: Relocation) -> list[str]:
    """Return why each firm stays, a sentence each, in the order of ``unassigned``."""
    # as the JSON says it
    return relocation.why_unassigned()


def part_title(relocation: Relocation, column: str) -> str:
    """Return what a part of the objective is called, its weight in sight."""
    name = column.removeprefix(_PART)
    weight = f"{relocation.weights[name]:g}"
    return _t("part", term=messages.text(f"moves.term.{name}"), weight=weight)


def _with_parts(relocation: Relocation, found: pd.DataFrame) -> pd.DataFrame:
    """Add what each firm adds to the objective, as far as it adds anything of a kind."""
    parts = firm_parts(relocation).reindex(found["firm_id"])
    for name in parts:
        values = parts[name].to_numpy(dtype=np.float64)
        if name == _COST or np.nan_to_num(values).any():
            found[name] = values
    return found


def relocation_layers(workspace: Workspace, relocation: Relocation) -> list[MapLayer]:
    """Return the layers that have something to show, EPSG:4490."""
    towns = firm_towns(relocation, workspace)
    parks = _parks(relocation)
    tones = dict(zip(parks["park_id"], parks["tone"], strict=True))
    frames = {
        "flows_by_town": _sums(relocation, towns, tones),
        "flows": _flows(relocation, towns, tones),
        "moving_parks": parks,
        "staying_firms": _stays(relocation, towns),
    }
    keys = {"flows_by_town": "id", "flows": "firm_id", "moving_parks": "park_id"}
    source, date = _origin(workspace, relocation)
    return [
        MapLayer(
            name=name, title=_t(f"layer.{name}"), frame=frame, key=keys.get(name, "firm_id"),
            columns=[
                _part(relocation, column) if column.startswith(_PART) else _column(name, column)
                for column in frame.columns
                if column != "geometry"
            ],
            source=source, date=date, sample=relocation.sample, note=_note(relocation, name),
        )
        for name, frame in frames.items()
        if len(frame)
    ]  # fmt: skip


def _note(relocation: Relocation, name: str) -> str:
    """Say what a layer shows, and of all flows how many firms and how much land they are."""
    about = _t(f"about.{name}")
    if name != "flows_by_town":
        return about
    moved = relocation.assignments
    mu = printed(float(moved["mu"].sum()))
    return _t("about.total", n=f"{len(moved):,}", mu=mu, about=about)


def named_elsewhere(layers: Iterable[MapLayer], ids: Collection[str]) -> list[MapLayer]:
    """Return the layers without a name on the ground for parks that another layer names.

    Parameters
    ----------
    layers
        What :func:`relocation_layers` gave.
    ids
        Parks that the map shows as something else, too, such as a platform of the plan.
    """
    found = []
    for layer in layers:
        if layer.name == "moving_parks":
            twice = layer.frame["park_id"].astype("str").isin(ids)
            label = layer.frame["label"].mask(twice, "")
            found.append(replace(layer, frame=layer.frame.assign(label=label)))
        else:
            found.append(layer)
    return found


def _origin(workspace: Workspace, relocation: Relocation) -> tuple[str, str]:
    if not (relocation.sample and workspace.has("sample_firms")):
        return "", ""
    card = workspace.card("sample_firms")
    return source_words(card.source), card.date


def _unit(name: str) -> str:
    """Return the unit of a column in the reader's language."""
    if name == "firms":
        return _t("unit.firms_unit")
    unit = _UNITS.get(name, "")
    return _t(f"unit.{unit}") if unit in _WORDED else unit


def _column(layer: str, name: str) -> Column:
    role = "title" if name == "title" else "hidden" if name in _HIDDEN else ""
    role = "tip" if name in _TIPS[layer] else "quote" if name == "direction_text" else role
    labels = {}
    if name == "reason":
        room = messages.catalogue(messages.language(), "flows")
        labels = {k.removeprefix("reason."): v for k, v in room.items() if k.startswith("reason.")}
    number = name in _UNITS or name == _COST
    kind = (
        "number" if number else "integer" if name in _WHOLE else "category" if labels else "string"
    )
    if name == "admits":
        kind = "list"
    return Column(
        name=name,
        title=_t(f"column.{name}"),
        unit=_unit(name),
        type="boolean" if name == "locked" else kind,
        labels=labels,
        digits=0 if name == "accuracy_m" else 1 if name == "used_share" else 2 if number else None,
        role=role,
    )


def _part(relocation: Relocation, name: str) -> Column:
    return Column(name=name, title=part_title(relocation, name), type="number", digits=2)


def _sums(relocation: Relocation, towns: pd.Series, tones: dict[str, int]) -> gpd.GeoDataFrame:
    found = town_flows(relocation, towns)
    names = park_names(relocation)
    unknown = _t("town_unknown")
    told = [town or unknown for town in found["town"]]
    parks = [names[one] for one in found["park_id"]]
    found["id"] = [f"{a} {b}" for a, b in zip(found["town"], found["park_id"], strict=True)]
    found["title"] = [_t("pair", a=a, b=b) for a, b in zip(told, parks, strict=True)]
    found["town"], found["park"] = told, parks
    found["tone"] = [tones[one] for one in found["park_id"]]
    return found


def _flows(relocation: Relocation, towns: pd.Series, tones: dict[str, int]) -> gpd.GeoDataFrame:
    found = relocation.flows()
    moved = relocation.assignments
    firms, parks = firm_names(relocation), park_names(relocation)
    found["name"] = [firms[one] for one in found["firm_id"]]
    found["park"] = [parks[one] for one in found["park_id"]]
    pairs = zip(found["name"], found["park"], strict=True)
    found["title"] = [_t("pair", a=a, b=b) for a, b in pairs]
    found["town"] = towns.reindex(found["firm_id"]).to_numpy()
    if "industry" in relocation.firms:
        industries = relocation.firms.set_index("firm_id")["industry"]
        found["industry"] = industries.reindex(found["firm_id"]).to_numpy()
    found["work"] = found["km"] * found["mu"]
    found["locked"] = moved["locked"].to_numpy(dtype=bool)
    found["tone"] = [tones[one] for one in found["park_id"]]
    _with_parts(relocation, found)
    return found


def _parks(relocation: Relocation) -> gpd.GeoDataFrame:
    parks = relocation.parks
    found = relocation.by_park().reset_index(drop=True)
    names = park_names(relocation)
    found["title"] = [names[str(one)] for one in found["park_id"]]
    found["name"] = found["title"]
    found["label"] = found["title"]
    room = found["capacity_mu"].to_numpy(dtype=np.float64)
    used = found["used_mu"].to_numpy(dtype=np.float64)
    share = np.divide(used, room, out=np.full(len(found), np.nan), where=room > 0)
    found["used_share"] = share * _PERCENT
    for name in ("admits", *_CITED):
        if name in parks:
            found[name] = parks[name].to_numpy()
    # neighbours stand next to each other in this order, so they get different colours
    order = np.lexsort([parks["lon"].to_numpy(), parks["lat"].to_numpy()])
    order = order[np.argsort(used[order] <= 0, kind="stable")]
    tone = np.empty(len(found), dtype=np.int64)
    tone[order] = np.arange(len(found)) % _TONES
    found["tone"] = tone
    points = gpd.points_from_xy(parks["lon"], parks["lat"])
    return gpd.GeoDataFrame(found, geometry=points, crs="EPSG:4490")


def _stays(relocation: Relocation, towns: pd.Series) -> gpd.GeoDataFrame:
    found = relocation.unassigned.reset_index(drop=True)
    names = firm_names(relocation)
    found["title"] = [names.get(str(one), str(one)) for one in found["firm_id"]]
    found["name"] = found["title"]
    found["message"] = reason_words(relocation)
    known = relocation.firms.set_index("firm_id")
    places = known[["lon", "lat"]].reindex(found["firm_id"])
    found["town"] = towns.reindex(found["firm_id"]).fillna("").to_numpy()
    if "industry" in known:
        found["industry"] = known["industry"].reindex(found["firm_id"]).to_numpy()
    points = gpd.points_from_xy(places["lon"], places["lat"])
    columns = map(str, _with_parts(relocation, found))
    own = [name for name in columns if name.startswith((_PART, _COST))]
    kept = [*(name for name in _STAYS if name in found), *own]
    out = gpd.GeoDataFrame(found[kept], geometry=points, crs="EPSG:4490")
    # a firm that was set aside for its data has no place
    out.loc[places["lon"].isna().to_numpy(), "geometry"] = None
    return out
