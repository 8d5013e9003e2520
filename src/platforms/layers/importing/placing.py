"""Stand-in places for rows that the gazetteer has no place for: the seat of their town.

Such a place is a row of the gazetteer with the basis ``town_fallback`` and an accuracy that
reaches to the far end of the town, so that nobody takes it for the place itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from platforms.layers.cards import Card
from platforms.layers.importing.references import singular

if TYPE_CHECKING:
    from platforms.layers.workspace import Workspace

__all__ = ["seat_places"]

_BASIS = "town_fallback"
_STEP_M = 100


def seat_places(
    card: Card,
    workspace: Workspace,
    cells: Mapping[str, list[str]],
    rows: Sequence[int],
    file: str,
) -> list[dict[str, str]]:
    """Give rows without a place the seat of their town, in place.

    Parameters
    ----------
    card
        The layer's; its key and names stand in ``cells``.
    workspace
        Has the seats (gazetteer, under the town's id) and the towns.
    cells
        Columns of the rows; ``place_id`` is changed.
    rows
        Those that are to be placed.
    file
        Name of the file that came, for the source of the place.

    Returns
    -------
    places
        New rows of the gazetteer, as text by its columns. A row whose town has no seat there
        stays without a place.
    """
    gazetteer = workspace.card("gazetteer")
    known = workspace.table("gazetteer").set_index("place_id", drop=False)
    taken = set(known.index)
    added: list[dict[str, str]] = []
    radii: dict[str, int | None] = {}
    for row in rows:
        town = cells.get("town_id", [""] * (row + 1))[row]
        if not town or town not in known.index or cells["place_id"][row]:
            continue
        seat = known.loc[town]
        if town not in radii:
            radii[town] = _accuracy(workspace, town, seat)
        accuracy = radii[town]
        if accuracy is None:
            continue
        place = _free(f"{singular(card.layer)}-{cells[str(card.key)][row]}".lower(), taken)
        told = _told(card, cells, row, place, file)
        told |= {"lon": f"{seat['lon']}", "lat": f"{seat['lat']}", "accuracy_m": f"{accuracy}"}
        record = {c.name: told.get(c.name, "") for c in gazetteer.columns}
        if "crs" in seat:
            record["crs"] = str(seat["crs"])
        kind = gazetteer.column("type")
        if kind is not None:
            allowed = kind.allowed or (singular(card.layer),)
            record["type"] = next(
                k for k in (singular(card.layer), "area", *allowed) if k in allowed
            )
        added.append(record)
        cells["place_id"][row] = place
    return added


def _told(
    card: Card, cells: Mapping[str, Sequence[str]], row: int, place: str, file: str
) -> dict[str, str]:
    def cell(name: str) -> str:
        return cells[name][row] if name in cells else ""

    cited = " ".join(part for part in (cell("doc"), cell("section")) if part)
    return {
        "place_id": place,
        "name": cell("name") or cell(str(card.key)),
        "town": cell("town") or cell("town_id"),
        "town_id": cell("town_id"),
        "basis": _BASIS,
        "source": f"town seat; row came with {file}",
        "doc_ref": f"{cited}-{cell('row')}" if cited and cell("row") else cited,
    }


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    taken.add(free)
    return free


def _accuracy(workspace: Workspace, town: str, seat: Any) -> int | None:  # noqa: ANN401 a row
    """Return how far from its seat something in a town can be, metres; None where that is open."""
    known = workspace.table("gazetteer")
    if "town_id" in known:
        same = known[known["town_id"].eq(town) & known["basis"].eq(_BASIS)]
        if same["accuracy_m"].notna().any():
            return int(same["accuracy_m"].max())
    if not workspace.has("towns"):
        return None
    towns = workspace.layer("towns")
    own = towns[towns["town_id"].eq(town)]
    if own.empty or own.geometry.isna().all():
        return None
    plane = workspace.plane
    area = own.to_crs(plane).geometry.union_all()
    point = gpd.GeoSeries.from_xy([seat["lon"]], [seat["lat"]], crs=towns.crs).to_crs(plane)[0]
    far = float(max(shapely.distance(shapely.points(shapely.get_coordinates(area)), point)))
    # a seat whose own accuracy nobody knows is taken for the middle that it is used as
    own_error = seat.get("accuracy_m")
    own_error = float(own_error) if pd.notna(own_error) else 0.0
    return int(math.ceil((far + own_error) / _STEP_M) * _STEP_M)
