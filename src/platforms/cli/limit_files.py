"""Files of limits: what is in them, and how to speak of it.

A file of a limit is read like a file of plots, but what is wrong with it is told of the limit:
by its name and file, and with the options that there are for limits. Whether it is a raster is
told by its content, as the reader of rasters does.
"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

import platforms as ip
from platforms import messages
from platforms.errors import CRSError, FormatError, InputError, PlatformsError
from platforms.issues import Issue, IssueTable

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["Limit", "LimitFile", "is_raster"]

Limit: TypeAlias = "gpd.GeoDataFrame | ip.RasterLimit | None"

_RASTERS = (".tif", ".tiff", ".asc")
# no system is stated and none can be told, by rasters and by tables
_NO_SYSTEM = ("raster.no_crs", "read.crs_none", "read.crs_open")
# which field of a refusal names the datum that leads nowhere
_OLD_DATUM = {
    "geo.datum_refused": "system",
    "geo.datum_unknown": "crs",
    "read.crs_against_datum": "stated",
}
# said again, with the m² that its repair changed, where the limit is deducted
_SAID_LATER = ("geometry_invalid",)


@dataclasses.dataclass(frozen=True, slots=True)
class _OfLimit(Issue):
    """A fault in the file of a limit, told of the limit."""

    def message(self, lang: str | None = None) -> str:
        """Say what is wrong, after the limit and its file."""
        told = Issue.message(self, lang)
        named = {"layer": self.layer, "file": self.file, "told": told}
        return messages.text("cli.reclaim.of_limit", lang, **named)

    def action(self, lang: str | None = None) -> str:
        """Say what to do, with the option of limits in place of that of plots."""
        return _with_option(Issue.action(self, lang), str(self.layer))


@dataclasses.dataclass(frozen=True)
class LimitFile:
    """A limit as it is given.

    Attributes
    ----------
    name, path
        What it is called, and its file.
    crs
        Coordinate system where the file states none.
    band, claim, nodata
        Of a raster: its band, what of it is claimed, what a cell without a value means.
    """

    name: str
    path: str
    crs: str | None = None
    band: int | None = None
    claim: str = "value"
    nodata: str = "unknown"

    def read(self, city: ip.Workspace, issues: IssueTable, *, raster: bool) -> Limit:
        """Read the file.

        Parameters
        ----------
        city
            Where the land lies, for systems that no file states.
        issues
            Takes what is wrong in the file, told of the limit.
        raster
            Whether the file is a raster.

        Returns
        -------
        limit
            One without a coordinate system is a frame without one: what it takes is unknown.

        Raises
        ------
        PlatformsError
            For a file that is no limit; names limit and file.
        """
        try:
            return self._raster(issues) if raster else self._polygons(city, issues)
        except PlatformsError as error:
            if error.key in _NO_SYSTEM and self.crs is None:
                issues.add(
                    "constraint_crs_open", "error", layer=self.name, file=Path(self.path).name
                )
                return _frame(nowhere=True)
            if error.key == "read.no_rows":
                return _frame(nowhere=False)
            raise self._told(error) from None

    def _told(self, error: PlatformsError) -> PlatformsError:
        """Return an error about plots or files as one about this limit."""
        named = {"name": self.name, "file": Path(self.path).name}
        if error.key in _OLD_DATUM:
            system = error.fields[_OLD_DATUM[error.key]]
            return CRSError("cli.reclaim.limit_datum", **named, system=system)
        if error.key == "raster.band_open":
            return InputError("cli.reclaim.limit_band", **named, count=error.fields["count"])
        if error.key == "read.no_polygon_layer":
            return FormatError("cli.reclaim.limit_lines", **named, types=error.fields["types"])
        if isinstance(error, CRSError):
            reason = _with_option(str(error), self.name)
            return CRSError("cli.reclaim.limit_system", **named, reason=reason)
        return error

    def _raster(self, issues: IssueTable) -> ip.RasterLimit:
        raster = ip.open_raster(self.path, crs=self.crs, band=self.band)
        _, b, _, d, *_ = raster.transform
        if b or d:
            issues.add("raster_turned", "info", layer=self.name)
        if raster.of_web_map and self.crs is None:
            issues.add("raster_web_map", "warning", layer=self.name, crs=raster.crs.name)
        nodata = cast("Literal['unknown', 'none']", self.nodata)
        return ip.RasterLimit(raster, self.claim, nodata)

    def _polygons(self, city: ip.Workspace, issues: IssueTable) -> gpd.GeoDataFrame:
        read = ip.inspect(self.path, workspace=city, crs=self.crs)
        place = {"layer": self.name, "file": Path(self.path).name}
        for one in read.issues:
            if one.kind not in _SAID_LATER:
                given = {field.name: getattr(one, field.name) for field in dataclasses.fields(one)}
                issues.extend([_OfLimit(**(given | place))])
        return read.frame


def _with_option(told: str, name: str) -> str:
    """Put the option of limits in the place of that of plots."""
    told = re.sub(r"--crs (?=[A-Z0-9!])", f"--constraint-crs {name}=", told)
    return re.sub(r"--crs\b", "--constraint-crs", told)


def is_raster(path: str) -> bool:
    """Say whether a file is a raster, by its content; by its name where that tells nothing."""
    try:
        ip.open_raster(path)
    except PlatformsError as error:
        told = error.key not in ("raster.unknown", "raster.missing")
        return told or Path(path).suffix.lower() in _RASTERS
    return True


def _frame(*, nowhere: bool) -> gpd.GeoDataFrame:
    """Return a limit without shapes, or one that lies no one knows where."""
    import geopandas as gpd

    if nowhere:
        return gpd.GeoDataFrame(geometry=gpd.points_from_xy([0.0], [0.0]))
    return gpd.GeoDataFrame(geometry=[], crs="EPSG:4490")
