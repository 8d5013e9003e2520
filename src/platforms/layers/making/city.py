"""A new workspace: a county, its towns, the cards and the empty tables, whole or not at all.

Nothing is put in that nobody gave: where no towns are given the layer is empty, and a table of
the plan has its header and no row. What was taken from where stands on the cards.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from platforms import messages
from platforms.errors import InputError, PlatformsError
from platforms.geo.crs import describe, parse_crs, plane_for
from platforms.geo.write import atomic_folder
from platforms.layers.cards import Document, read_plan
from platforms.layers.cities import known_workspaces
from platforms.layers.copying import refuse_full
from platforms.layers.making.blank import GEO_LAYERS, PLAN_LAYERS, write_card, write_layer
from platforms.layers.making.boundary import Boundary, Units, find_boundary, read_units
from platforms.layers.making.codes import checked_code
from platforms.layers.making.package import package_units
from platforms.layers.making.plan_text import plan_text
from platforms.layers.making.seats import read_seats
from platforms.layers.making.towns import derive_towns, read_towns
from platforms.layers.making.wishes import GivenDocument, NewCity

__all__ = ["MadeCity", "make_workspace"]

_GEO = "geo"
_LAYERS = "layers"


@dataclass(frozen=True)
class MadeCity:
    """A workspace that was made.

    Attributes
    ----------
    folder
        Where it stands.
    name, county_code
        Of the county.
    crs, central_meridian
        Survey plane and its meridian, degrees.
    boundary
        What the outline was taken from.
    checked
        Whether that file itself says that the outline is this county's.
    units, neighbours, towns
        How many there are: counties that the outline is made of, counties around, towns.
    town_basis
        ``declared``, ``derived`` or empty.
    documents
        Their ids.
    layers
        Names of the layers, empty ones too.
    """

    folder: Path
    name: str
    county_code: str
    crs: str
    central_meridian: float
    boundary: str
    checked: bool
    units: int
    neighbours: int
    towns: int
    town_basis: str
    documents: tuple[str, ...] = ()
    layers: tuple[str, ...] = field(default=(*GEO_LAYERS, *PLAN_LAYERS))

    def to_json(self) -> dict[str, object]:
        """Return what ``platforms init --json`` prints."""
        return {
            "folder": str(self.folder),
            "name": self.name,
            "county_code": self.county_code,
            "crs": self.crs,
            "central_meridian": self.central_meridian,
            "boundary": {
                "source": self.boundary,
                "checked": self.checked,
                "units": self.units,
                "neighbours": self.neighbours,
            },
            "towns": {"count": self.towns, "basis": self.town_basis or None},
            "documents": list(self.documents),
            "layers": list(self.layers),
        }


def make_workspace(folder: str | os.PathLike[str], city: NewCity) -> MadeCity:
    """Make a workspace for a city that has none.

    Parameters
    ----------
    folder
        The new folder; must not hold anything.
    city
        What is known of it.

    Returns
    -------
    made
        What was made, and of what. The folder appears whole or not at all.

    Raises
    ------
    InputError
        For a code that is none, an outline that is not there or another's, towns or documents
        that cannot be used, a name that nobody gave.
    OutputError
        When the folder holds something or cannot be written.
    """
    refuse_full(folder)
    code = checked_code(city.county_code)
    _check_documents(city.documents)
    if city.towns and city.seats:
        raise InputError("city.towns_and_seats")
    with atomic_folder(folder) as staging:
        geo, layers = staging / _GEO, staging / _LAYERS
        geo.mkdir()
        layers.mkdir()
        found = _boundary(city, code)
        name = (city.name or found.name or "").strip()
        if not name:
            raise InputError("city.name_missing", file=found.units.file, code=code)
        outline = shapely.union_all(found.county.geometry.to_numpy())
        plane = plane_for(found.county)
        towns, seats = _towns(city, outline, code)
        ids = [document.id for document in city.documents]
        _write_geo(geo, found, city, towns, seats)
        for layer in PLAN_LAYERS:
            write_layer(write_card(layer, layers, documents=_cited(layer, ids)), layers)
        epsg, meridian = plane.to_epsg(), describe(plane).central_meridian or 0.0
        year = city.year or dt.datetime.now(tz=dt.UTC).year
        zone = (int(epsg or 0), meridian)
        (layers / "plan.yaml").write_text(
            plan_text(name=name, code=code, zone=zone, year=year, documents=city.documents),
            encoding="utf-8",
        )
        read_plan(layers / "plan.yaml")
    return MadeCity(
        folder=Path(folder),
        name=name,
        county_code=code,
        crs=f"EPSG:{epsg}",
        central_meridian=meridian,
        boundary=found.units.file,
        checked=found.checked,
        units=len(found.county),
        neighbours=len(found.neighbours),
        towns=len(towns),
        town_basis=str(towns["basis"].iloc[0]) if len(towns) else "",
        documents=tuple(ids),
        layers=tuple(
            name
            for name in (*GEO_LAYERS, *PLAN_LAYERS)
            if name != "neighbours" or len(found.neighbours)
        ),
    )


def _check_documents(documents: Sequence[GivenDocument]) -> None:
    """Refuse ids that stand twice or that no file could have."""
    seen: set[str] = set()
    for document in documents:
        if document.id in seen:
            raise InputError("city.document_twice", id=document.id)
        seen.add(document.id)
        try:
            Document(id=document.id, title=document.title)
        except ValueError:
            raise InputError("city.document_id", id=document.id) from None


def _boundary(city: NewCity, code: str) -> Boundary:
    if city.boundary is None:
        return find_boundary(package_units(), code, name=city.name)
    units = read_units(city.boundary, crs=city.crs, layer=city.layer)
    return find_boundary(units, code, name=city.name, others=_known_units())


def _known_units() -> Iterator[Units]:
    """Yield the outlines that ship, to compare a nameless one with; read only when asked for."""
    for name in known_workspaces():
        # a city without an outline has nothing to compare with
        with contextlib.suppress(PlatformsError):
            yield read_units(name)


def _towns(
    city: NewCity, outline: BaseGeometry, code: str
) -> tuple[gpd.GeoDataFrame | pd.DataFrame, pd.DataFrame | None]:
    """Return the towns, and their seats where areas were derived of them."""
    if city.towns:
        return read_towns(city.towns, outline, code, crs=city.crs), None
    if city.seats:
        seats = read_seats(city.seats, outline, code)
        west, _, east, _ = shapely.bounds(outline)
        plane = plane_for((float(west) + float(east)) / 2)
        return derive_towns(seats, outline, parse_crs(plane)), seats
    return pd.DataFrame(), None


def _write_geo(
    geo: Path,
    found: Boundary,
    city: NewCity,
    towns: gpd.GeoDataFrame | pd.DataFrame,
    seats: pd.DataFrame | None,
) -> None:
    """Write the base geography with where it comes from."""
    units = found.units
    told: Mapping[str, object] = {
        "source": units.source or f"由 platforms init 取自 {units.file}；请补写来源",
        "date": units.date,
        "licence": units.licence,
    }
    write_layer(write_card("county", geo, told=told), geo, found.county)
    if len(found.neighbours):
        write_layer(write_card("neighbours", geo, told=told), geo, found.neighbours)
    made_up = seats is not None and bool(seats["basis"].eq("sample").any())
    if len(towns):
        own: dict[str, object] = {"source": str(towns["source"].iloc[0]), "sample": made_up}
        if seats is not None:
            own |= {name: _both(f"city.card.towns_{name}") for name in ("title", "description")}
        write_layer(write_card("towns", geo, told=own), geo, towns)
    else:
        # a GeoJSON without features has no columns
        told = {"file": "towns.gpkg", "description": _both("city.card.towns_none")}
        write_layer(write_card("towns", geo, told=told), geo)
    rows = None
    if seats is not None:
        rows = seats.rename(columns={"town_id": "place_id"}).assign(
            type="town_seat", town=seats["name"], town_id=seats["town_id"]
        )
    told = {"sample": made_up, "source": "" if seats is None else _sources(seats, city.seats)}
    write_layer(write_card("gazetteer", geo, told=told), geo, rows)


def _sources(seats: pd.DataFrame, file: str | None) -> str:
    """Return where all seats come from as they say; empty where one says nothing."""
    named = seats["source"].unique().tolist()
    # a seat without a source carries the name of its file
    return "" if Path(file or "").name in named else "；".join(named)


def _both(key: str) -> dict[str, str]:
    """Return a text in both languages, as cards have them."""
    return {"zh": messages.text(key, "zh_CN"), "en": messages.text(key, "en")}


def _cited(layer: str, ids: Sequence[str]) -> Sequence[str]:
    """Return the documents that a layer's rows may come from."""
    return () if layer in {"reported", "plots"} else ids
