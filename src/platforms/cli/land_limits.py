"""Which limits ``reclaim`` deducts, and in what order: the options about them.

A limit is a file of polygons, or a raster with a rule that says which cells it claims. One
that has no coordinate system is not refused: what it takes is unknown, and so is the net area
of the plots, which a row of the issues tells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

import click

import platforms as ip
from platforms import messages
from platforms.errors import CRSError, FormatError
from platforms.issues import IssueTable

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["LimitWords", "limit_options", "limit_title"]

_Function = Callable[..., Any]
_Limit: TypeAlias = "gpd.GeoDataFrame | ip.RasterLimit"
_RETAINED, _ROAD = "retained_buildings", "road"
_RASTERS = (".tif", ".tiff", ".asc")
# no system is stated and none can be told, by rasters and by tables
_NO_SYSTEM = ("raster.no_crs", "read.crs_none", "read.crs_open")
# said again, with the m² that its repair changed, where the limit is deducted
_SAID_LATER = ("geometry_invalid",)


@dataclass(frozen=True)
class LimitWords:
    """Limits as the command line names them.

    Attributes
    ----------
    constraints
        ``NAME=FILE``, in their order; without any, the limits of the workspace.
    claims, nodata
        ``NAME=RULE`` and ``NAME=none``, of rasters.
    without
        Names of limits that are switched off.
    retain
        File of buildings that stay.
    order
        Names in order of priority, joined by commas; limits that are not named follow.
    """

    constraints: tuple[str, ...]
    claims: tuple[str, ...]
    nodata: tuple[str, ...]
    without: tuple[str, ...]
    retain: str | None
    order: str | None

    def read(self, city: ip.Workspace, issues: IssueTable) -> dict[str, _Limit]:
        """Read the limits.

        Parameters
        ----------
        city
            Its own limits are the default.
        issues
            Takes what is wrong in the files.

        Returns
        -------
        limits
            By name, in order of priority.

        Raises
        ------
        UsageError
            For a name that there is not, or words that are not ``NAME=…``.
        """
        files = _pairs(self.constraints, "constraint_form")
        claims = _pairs(self.claims, "claim_form")
        nodata = _pairs(self.nodata, "nodata_form")
        if set(nodata.values()) - {"none", "unknown"}:
            _misused("nodata_form", value=self.nodata[-1])
        rasters = [name for name, path in files.items() if _is_raster(path)]
        for name in (*claims, *nodata):
            if name not in rasters:
                _misused("not_a_raster", name=name, known=_known(rasters))
        limits: dict[str, _Limit] = {}
        for name, path in files.items():
            if name in rasters:
                limits[name] = _raster(
                    name, path, claims.get(name, "value"), nodata.get(name, "unknown"), issues
                )
            else:
                limits[name] = _polygons(path, city, issues)
        return self._placed(limits or dict(city.constraints), city, issues)

    def _placed(
        self, limits: Mapping[str, _Limit], city: ip.Workspace, issues: IssueTable
    ) -> dict[str, _Limit]:
        """Add what is retained, take out what is switched off, and put all in order."""
        named = list(limits)
        found = dict(limits)
        if self.retain is not None:
            found[_RETAINED] = _polygons(self.retain, city, issues)
            at = named.index(_ROAD) + 1 if _ROAD in named else len(named)
            named.insert(at, _RETAINED)
        order = [name.strip() for name in (self.order or "").split(",") if name.strip()]
        for name in (*self.without, *order):
            if name not in named:
                _misused("no_limit", name=name, known=_known(named))
        if len(set(order)) < len(order):
            _misused("order_twice", value=str(self.order))
        placed = [*order, *(name for name in named if name not in order)]
        return {name: found[name] for name in placed if name not in self.without}


def limit_title(name: str) -> str:
    """Return what a limit is called in the user's language; a name of the user's own stays."""
    return messages.catalogue(messages.language(), "sheet").get(f"constraint.{name}", name)


def limit_options(function: _Function) -> _Function:
    """Add the options; the command gets them as one ``limits``."""
    names = [field.name for field in fields(LimitWords)]

    @wraps(function)
    def bundled(**given: Any) -> Any:  # noqa: ANN401 passed on as it is
        words = {name: given.pop(name) for name in names}
        return function(limits=LimitWords(**words), **given)

    command: _Function = bundled
    for add in (
        _option("order", "order", "A,B,C"),
        _option("retain", "retain", "FILE", type=click.Path(dir_okay=False)),
        _option("without", "without", "NAME", multiple=True),
        _option("nodata", "nodata", "NAME=none", multiple=True),
        _option("claim", "claims", "NAME=RULE", multiple=True),
        _option("constraint", "constraints", "NAME=FILE", multiple=True),
    ):
        command = add(command)
    return command


def _option(name: str, field: str, metavar: str, **more: Any) -> Callable[[_Function], _Function]:  # noqa: ANN401 as click has it
    told = messages.text(f"cli.reclaim.{name}")
    return click.option(f"--{name}", field, metavar=metavar, help=told, **more)


def _pairs(texts: tuple[str, ...], entry: str) -> dict[str, str]:
    """Read ``NAME=…``, each name once."""
    found: dict[str, str] = {}
    for text in texts:
        name, sign, value = (part.strip() for part in text.partition("="))
        if not (name and sign and value):
            _misused(entry, value=text)
        if name in found:
            _misused("name_twice", name=name)
        found[name] = value
    return found


def _misused(entry: str, **named: object) -> None:
    raise click.UsageError(messages.text(f"cli.reclaim.{entry}", **named).rstrip("。."))


def _known(names: list[str]) -> list[str]:
    return names or ["—"]


def _is_raster(path: str) -> bool:
    return Path(path).suffix.lower() in _RASTERS


def _raster(name: str, path: str, claim: str, nodata: str, issues: IssueTable) -> _Limit:
    try:
        raster = ip.open_raster(path)
    except CRSError as error:
        if error.key not in _NO_SYSTEM:
            raise
        return _nowhere()
    _, b, _, d, *_ = raster.transform
    if b or d:
        issues.add("raster_turned", "info", layer=name)
    return ip.RasterLimit(raster, claim, cast("Literal['unknown', 'none']", nodata))


def _polygons(path: str, city: ip.Workspace, issues: IssueTable) -> gpd.GeoDataFrame:
    try:
        read = ip.inspect(path, workspace=city)
    except CRSError as error:
        if error.key not in _NO_SYSTEM:
            raise
        return _nowhere()
    except FormatError as error:
        if error.key != "read.no_rows":
            raise
        return _empty()
    issues.extend(IssueTable(one for one in read.issues if one.kind not in _SAID_LATER))
    return read.frame


def _empty() -> gpd.GeoDataFrame:
    import geopandas as gpd

    return gpd.GeoDataFrame(geometry=[], crs="EPSG:4490")


def _nowhere() -> gpd.GeoDataFrame:
    """Return a limit that lies no one knows where: what it takes is unknown."""
    import geopandas as gpd

    return gpd.GeoDataFrame(geometry=gpd.points_from_xy([0.0], [0.0]))
