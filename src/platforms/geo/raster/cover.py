"""Which part of an area lies on which class of a raster.

Areas are brought to the raster, never the raster to the areas: nothing is resampled, and a
plot smaller than a cell gets its right share. Coverage is exact (`platforms.geo.raster.cells`);
where the raster has another system, edges are divided before they are moved, and rows count
as much as they cover in the survey plane. Cells are read tile by tile, each tile once, only
where areas lie. Land beyond the raster and on cells without a value is unknown, never zero.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from platforms.geo.crs import plane_for
from platforms.geo.raster.cells import class_areas
from platforms.geo.raster.claim import parse_claim
from platforms.geo.raster.slope import slope_classes, window_slope
from platforms.geo.raster.tiles import inside_raster, pieces_by_tile, pixel_shapes, row_weights
from platforms.geo.transform import reproject
from platforms.issues import IssueTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from pyproj import CRS

    from platforms.geo.raster.claim import Claim
    from platforms.geo.raster.opened import Raster, Reader, Window

__all__ = [
    "UNKNOWN_SHARE",
    "Cover",
    "cover",
    "coverage_shares",
    "report_cover",
    "slope_shares",
    "window_codes",
]

UNKNOWN_SHARE = 1e-6
"""An area with a larger share without a value is reported as unknown."""

_NOISE = 1e-12


@dataclasses.dataclass(frozen=True)
class Cover:
    """Shares of areas.

    Attributes
    ----------
    shares
        Areas by classes, then what no class takes, then cells without a value; NaN for what
        is no area.
    beyond
        Share of each area beyond the raster.
    """

    shares: NDArray[np.float64]
    beyond: NDArray[np.float64]

    @property
    def unknown(self) -> NDArray[np.float64]:
        """Share without a value or beyond the raster."""
        unknown: NDArray[np.float64] = self.shares[:, -1] + self.beyond
        return unknown


def coverage_shares(
    raster: Raster,
    areas: gpd.GeoDataFrame,
    plane: object = None,
    classes: Mapping[str, str | Claim] | None = None,
    *,
    issues: IssueTable | None = None,
) -> pd.DataFrame:
    """Return the share of each area by class.

    Parameters
    ----------
    raster
        From `open_raster`.
    areas
        Valid polygons with a CRS.
    plane
        Survey plane in which shares are meant; default as in `measure_frame`.
    classes
        Name to claim (see `parse_claim`); a cell belongs to the first that takes it. Default
        the slope classes.
    issues
        Takes a row where areas lie beyond the raster or on cells without a value.

    Returns
    -------
    shares
        Index of the areas; one column a class, ``other`` for values that no class takes,
        ``unknown`` for land beyond the raster or without a value. Each row sums to one; NaN
        for what is no valid area.

    Raises
    ------
    InputError
        For a claim that cannot be read.
    FormatError
        When cells cannot be read, and for slopes of what are no heights.
    CRSError
        For areas without a coordinate system.
    """
    named = slope_classes() if classes is None else classes
    claims = [parse_claim(claim) for claim in named.values()]
    target = plane_for(areas, default=plane)
    shapes = reproject(areas[[areas.geometry.name]], target).geometry.to_numpy()
    covered = cover(raster, shapes, target, claims)
    if issues is not None:
        report_cover(covered, issues, layer=raster.name)
    shares = pd.DataFrame(covered.shares[:, :-1], index=areas.index, columns=[*named, "other"])
    shares["unknown"] = covered.unknown
    return shares


def slope_shares(
    dem: Raster,
    areas: gpd.GeoDataFrame,
    plane: object = None,
    *,
    issues: IssueTable | None = None,
) -> pd.DataFrame:
    """Return the share of each area by slope class.

    Parameters
    ----------
    dem
        Heights in metres, from `open_raster`.
    areas, plane, issues
        As in `coverage_shares`.

    Returns
    -------
    shares
        Index of the areas; ``slope_0_2``, ``slope_2_6``, ``slope_6_15``, ``slope_15_25``,
        ``slope_over_25`` (degrees, upper bound included) and ``slope_unknown``.

    Raises
    ------
    FormatError
        When cells cannot be read or are no heights.
    CRSError
        For areas without a coordinate system.
    """
    shares = coverage_shares(dem, areas, plane, issues=issues)
    return shares.drop(columns="other").rename(columns={"unknown": "slope_unknown"})


def report_cover(covered: Cover, issues: IssueTable, *, layer: str) -> None:
    """Add a row for areas beyond a raster, and one for areas on cells without a value."""
    if len(covered.beyond) and np.nanmin(covered.unknown, initial=1.0) >= 1 - UNKNOWN_SHARE:
        issues.add("raster_nowhere", "error", layer=layer)
        return
    for kind, share in (
        ("raster_beyond", covered.beyond),
        ("raster_without_value", covered.shares[:, -1]),
    ):
        count = int((share > UNKNOWN_SHARE).sum())
        if count:
            issues.add(kind, "warning", layer=layer, count=count)


def cover(
    raster: Raster, shapes: NDArray[np.object_], plane: CRS, claims: Sequence[Claim]
) -> Cover:
    """Return the shares of shapes in the plane; see `coverage_shares`."""
    pixels = pixel_shapes(raster, shapes, plane)
    count = len(claims) + 2
    areas = np.zeros((len(shapes), count))
    whole = shapely.area(pixels)
    inside, beyond = inside_raster(pixels, raster)
    with raster.reading() as reader:
        for window, pieces, owner in pieces_by_tile(inside, raster):
            codes = window_codes(raster, reader, window, claims)
            found = class_areas(
                pieces, codes, count, origin=(window.row, window.col),
                row_weights=row_weights(raster, plane, window),
            )  # fmt: skip
            np.add.at(areas, owner, found)
    known = areas.sum(axis=1)
    scale = np.divide(1 - beyond, known, out=np.zeros_like(known), where=known > 0)
    no_area = ~(whole > 0)
    areas *= scale[:, None]
    # a class that is not there leaves binary noise, and so does one that is everywhere
    areas[areas < _NOISE] = 0.0
    areas[areas > 1 - _NOISE] = 1.0
    areas[no_area] = np.nan
    beyond[no_area] = np.nan
    return Cover(areas, beyond)


def window_codes(
    raster: Raster, reader: Reader, window: Window, claims: Sequence[Claim]
) -> NDArray[np.uint8]:
    """Return the class of each cell of a window.

    Returns
    -------
    codes
        Number of the first claim that takes the cell, then that of all others, then that of
        cells without a value.
    """
    kinds = {claim.quantity for claim in claims}
    known = np.ones((window.height, window.width), dtype=bool)
    held: dict[str, NDArray[np.float64]] = {}
    if "slope" in kinds:
        held["slope"] = window_slope(raster, reader, window)
        known &= np.isfinite(held["slope"])
    if "value" in kinds or not kinds:
        held["value"], has_value = reader.read(window)
        known &= has_value
    codes = np.full(known.shape, len(claims), dtype=np.uint8)
    # the first claim has the last word
    for number, claim in reversed(list(enumerate(claims))):
        codes[claim.takes(held[claim.quantity])] = number
    codes[~known] = len(claims) + 1
    return codes
