"""A workspace: what a city has on disk, opened and checked.

A workspace is two folders: ``geo/`` says what the land is, ``layers/`` what the plans say.
In a city's own folder they stand as ``<city>/geo`` and ``<city>/layers``; in a collection of
cities as ``geo/<city>`` and ``layers/<city>``. Opening reads the plan and the cards; a layer
is read and checked when it is first asked for. Stored coordinates are EPSG:4490.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self, TypeVar

import geopandas as gpd
import pandas as pd
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from platforms.errors import CardError, TableError, WorkspaceError
from platforms.geo.raster.limit import RasterLimit
from platforms.geo.raster.opened import open_raster
from platforms.layers.cards import Card, Plan, read_card, read_plan
from platforms.layers.cities import DEFAULT_WORKSPACE, find_workspace, known_workspaces
from platforms.layers.consistency import Outline, check_inside, check_references, placed
from platforms.layers.positions import PositionSet, laid_over
from platforms.layers.tables import STORED_CRS, Faults, read_geometry_file, read_table

__all__ = ["DEFAULT_WORKSPACE", "Workspace", "find_workspace", "known_workspaces"]

T = TypeVar("T")

_DATA = {".csv", ".geojson", ".gpkg", ".tif"}


@dataclass(frozen=True)
class Workspace:
    """A city's data.

    Attributes
    ----------
    name
        Name of the workspace.
    geo_dir, layers_dir
        The two folders.
    plan
        plan.yaml.
    cards
        Cards by layer name.
    positions
        Positions that users gave, laid over the files; None for the files alone.
    """

    name: str
    geo_dir: Path
    layers_dir: Path
    plan: Plan
    cards: Mapping[str, Card]
    _files: Mapping[str, Path] = field(repr=False)
    _read: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)
    positions: PositionSet | None = None
    # of this view alone: another one begins without
    _made: dict[Hashable, tuple[Hashable, Any]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def open(cls, name: str | os.PathLike[str] | None = None) -> Self:
        """Open a workspace.

        Parameters
        ----------
        name
            Name of a known workspace, or a folder; default the setting
            ``PLATFORMS_WORKSPACE``, a workspace in the current folder, then 乐清.

        Raises
        ------
        UnknownWorkspaceError
            Lists the workspaces that are known.
        CardError
            For a plan or card that is missing or wrong.
        """
        label, geo_dir, layers_dir = find_workspace(name)
        plan = read_plan(layers_dir / "plan.yaml")
        cards: dict[str, Card] = {}
        files: dict[str, Path] = {}
        for folder in (geo_dir, layers_dir):
            for file in sorted(folder.iterdir()):
                if file.suffix not in _DATA:
                    continue
                path = file.with_suffix(".yaml")
                if not path.is_file():
                    raise CardError("layers.card_missing", file=file.name, card=path.name)
            for path in sorted(folder.glob("*.yaml")):
                if path.name == "plan.yaml":
                    continue
                card = read_card(path)
                cards[card.layer] = card
                files[card.layer] = folder / card.file
        return cls(label, geo_dir, layers_dir, plan, cards, files)

    def corrected(self, positions: PositionSet | None) -> Self:
        """Return the workspace with positions in the place of those of its files.

        Parameters
        ----------
        positions
            As :meth:`platforms.Store.positions` gives them; None for the files alone.

        Returns
        -------
        workspace
            Another view of the same files; this one is not changed. Its fingerprint is
            another when there is a position.

        Raises
        ------
        WorkspaceError
            For positions of another workspace.
        """
        if positions is not None and positions.workspace != self.name:
            raise WorkspaceError(
                "positions.other_workspace", workspace=self.name, other=positions.workspace
            )
        laid = positions if positions is not None and len(positions) else None
        before = () if self.positions is None else self.positions.positions
        touched = {one.layer for one in (*before, *(laid or ()))}
        kept = {name: frame for name, frame in self._read.items() if name not in touched}
        return replace(self, positions=laid, _read=kept)

    def has(self, layer: str) -> bool:
        """Say whether there is a layer of this name."""
        return layer in self.cards

    def card(self, layer: str) -> Card:
        """Return a layer's card.

        Raises
        ------
        WorkspaceError
            Lists the layers that there are.
        """
        try:
            return self.cards[layer]
        except KeyError:
            raise WorkspaceError(
                "layers.layer_unknown",
                workspace=self.name,
                layer=layer,
                known=sorted(self.cards),
            ) from None

    def path(self, layer: str) -> Path:
        """Return the data file of a layer."""
        self.card(layer)
        return self._files[layer]

    def table(self, layer: str) -> pd.DataFrame:
        """Return a layer without geometry, typed and checked by its card.

        Raises
        ------
        TableError
            Names file, row and what is allowed.
        """
        return self._layer(layer).copy()

    def layer(self, layer: str) -> gpd.GeoDataFrame:
        """Return a layer with its geometry.

        Returns
        -------
        layer
            Columns as the card says, then geometry, EPSG:4490. A layer whose places come
            from the gazetteer also has ``basis`` and ``accuracy_m`` (metres); a place that
            the gazetteer lacks has no geometry.

        Raises
        ------
        TableError
            Names file, row and what is allowed.
        """
        frame = self._layer(layer)
        if not isinstance(frame, gpd.GeoDataFrame):
            raise WorkspaceError(
                "layers.layer_unknown",
                workspace=self.name,
                layer=layer,
                known=sorted(
                    k for k, c in self.cards.items() if c.geometry not in {"none", "raster"}
                ),
            )
        return frame.copy()

    def kept(self, name: Hashable, key: Hashable, make: Callable[[], T]) -> T:
        """Return what was made of the layers, made when it is first asked for.

        Parameters
        ----------
        name
            What it is; the newest of each name is kept.
        key
            All that it depends on beside the files and positions of this workspace.
        make
            Makes it. All who ask share what it gives, and nobody changes it.
        """
        held = self._made.get(name)
        if held is None or held[0] != key:
            held = self._made[name] = (key, make())
        made: T = held[1]
        return made

    def _layer(self, layer: str) -> pd.DataFrame:
        if layer not in self._read:
            self._read[layer] = self._load(self.card(layer))
        return self._read[layer]

    def _load(self, card: Card) -> pd.DataFrame:
        if card.geometry == "raster":
            raise WorkspaceError("layers.raster_has_no_table", layer=card.layer)
        path = self._files[card.layer]
        documents = [document.id for document in self.plan.documents]
        if card.geometry in {"polygon", "line"} or path.suffix != ".csv":
            frame: pd.DataFrame = read_geometry_file(card, path, documents=documents)
        else:
            frame = read_table(card, path, documents=documents)
        faults = Faults(path.name)
        check_references(frame, card, self._layer, faults)
        if card.geometry == "point" and not isinstance(frame, gpd.GeoDataFrame):
            points = gpd.points_from_xy(frame["lon"], frame["lat"])
            frame = gpd.GeoDataFrame(frame, geometry=points, crs=STORED_CRS)
        elif card.geometry == "place":
            frame = placed(frame, self._layer("gazetteer"))
        if isinstance(frame, gpd.GeoDataFrame) and card.layer not in {"county", "neighbours"}:
            check_inside(frame, card, self.outline, faults)
        faults.raise_any()
        if self.positions is not None and isinstance(frame, gpd.GeoDataFrame) and card.key:
            frame = laid_over(frame, card.key, self.positions.of(card.layer))
        return frame

    @cached_property
    def plane(self) -> pyproj.CRS:
        """Survey plane of the plan, for distances and areas."""
        try:
            return pyproj.CRS.from_user_input(self.plan.crs)
        except pyproj.exceptions.CRSError:
            raise CardError(
                "layers.value_wrong", file="plan.yaml", line=1, key="crs", problem=self.plan.crs
            ) from None

    @cached_property
    def county(self) -> BaseGeometry:
        """Outline of the county, EPSG:4490."""
        outline = self._layer("county")
        if not isinstance(outline, gpd.GeoDataFrame):
            raise TableError("layers.file_not_spatial", file=self._files["county"].name)
        return shapely.union_all(outline.geometry.to_numpy())

    @cached_property
    def outline(self) -> Outline:
        """Outline of the county, as positions are checked against it."""
        outline = gpd.GeoSeries([self.county], crs=STORED_CRS).to_crs(self.plane)
        in_plane = shapely.union_all(outline.to_numpy())
        return Outline(self.plan.name, self.county, in_plane, self.plane)

    @cached_property
    def constraints(self) -> dict[str, gpd.GeoDataFrame | RasterLimit | None]:
        """Constraints by name, in the plan's order of priority.

        Polygons (EPSG:4490), None where there is no layer of them, and rasters with a claim.
        """
        frame = self.layer("constraints") if self.has("constraints") else None
        found = dict[str, gpd.GeoDataFrame | RasterLimit | None].fromkeys(self.plan.constraints)
        for name in self.plan.constraints:
            written = self.plan.raster_limits.get(name)
            if written is not None:
                raster = open_raster(self.path(written.layer))
                found[name] = RasterLimit(raster, written.claim, nodata=written.nodata)
            elif frame is not None:
                found[name] = frame[frame["constraint"].eq(name)].reset_index(drop=True)
        return found

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the files of the workspace and the positions laid over them."""
        digest = hashlib.sha256()
        for folder in (self.geo_dir, self.layers_dir):
            for file in sorted(p for p in folder.rglob("*") if p.is_file()):
                digest.update(file.relative_to(folder).as_posix().encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
        if self.positions is not None:
            digest.update(self.positions.sha256.encode())
        return digest.hexdigest()

    def check(self) -> list[WorkspaceError]:
        """Read every layer and return what is wrong, one error a layer."""
        wrong: list[WorkspaceError] = []
        for name, card in self.cards.items():
            if card.geometry == "raster":
                if not self._files[name].is_file():
                    wrong.append(
                        TableError(
                            "layers.file_missing", file=card.file, folder=self.layers_dir.name
                        )
                    )
                continue
            try:
                self._layer(name)
            except WorkspaceError as error:
                wrong.append(error)
        return wrong
