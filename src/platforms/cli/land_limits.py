"""Which limits ``reclaim`` deducts, and in what order: the options about them.

A limit is a file of polygons, or a raster with a rule that says which cells it claims. One
that has no coordinate system is not refused: what it takes is unknown, and so is the net area
of the plots, which a row of the issues tells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import wraps
from typing import Any

import click

import platforms as ip
from platforms import messages
from platforms.cli.limit_files import Limit, LimitFile, is_raster
from platforms.issues import IssueTable

__all__ = ["LimitWords", "limit_options", "limit_title"]

_Function = Callable[..., Any]
_RETAINED, _ROAD = "retained_buildings", "road"
# as it is written in Chinese too
_COMMA = re.compile("[,，、]")


@dataclass(frozen=True)
class LimitWords:
    """Limits as the command line names them.

    Attributes
    ----------
    constraints
        ``NAME=FILE``, in their order; without any, the limits of the workspace.
    systems
        ``NAME=CODE``: coordinate systems of limits whose files state none.
    bands, claims, nodata
        ``NAME=N``, ``NAME=RULE`` and ``NAME=none``, of rasters.
    without
        Names of limits that are switched off, each alone or several joined by commas.
    retain
        File of buildings that stay.
    order
        Names in order of priority, joined by commas; limits that are not named follow.
    """

    constraints: tuple[str, ...]
    systems: tuple[str, ...]
    bands: tuple[str, ...]
    claims: tuple[str, ...]
    nodata: tuple[str, ...]
    without: tuple[str, ...]
    retain: str | None
    order: str | None

    def read(self, city: ip.Workspace, issues: IssueTable) -> dict[str, Limit]:
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
        bands = _pairs(self.bands, "band_form")
        if set(nodata.values()) - {"none", "unknown"}:
            _misused("nodata_form", value=self.nodata[-1])
        if not all(number.isdecimal() for number in bands.values()):
            _misused("band_form", value=self.bands[-1])
        systems = self._systems(files)
        rasters = [name for name, path in files.items() if is_raster(path)]
        for name in (*claims, *nodata, *bands):
            if name not in rasters:
                _misused("not_a_raster", name=name, known=_known(rasters))
        limits: dict[str, Limit] = {}
        for name, path in files.items():
            file = LimitFile(
                name, path, crs=systems.get(name), claim=claims.get(name, "value"),
                band=int(bands[name]) if name in bands else None,
                nodata=nodata.get(name, "unknown"),
            )  # fmt: skip
            limits[name] = file.read(city, issues, raster=name in rasters)
        found = limits or dict(city.constraints)
        if self.retain is not None:
            if _RETAINED in found:
                _misused("retain_twice", name=_RETAINED)
            stay = LimitFile(_RETAINED, self.retain, crs=systems.get(_RETAINED))
            found = _after_road(found, stay.read(city, issues, raster=False))
        return self._placed(found)

    def _systems(self, files: Mapping[str, str]) -> dict[str, str]:
        """Return the coordinate systems that are given, each of a file that is given."""
        systems = _pairs(self.systems, "crs_form")
        given = [*files, *([_RETAINED] if self.retain is not None else [])]
        for name in systems:
            if name not in given:
                _misused("not_a_file", name=name, known=_known(given))
        return systems

    def _placed(self, limits: Mapping[str, Limit]) -> dict[str, Limit]:
        """Take out what is switched off, and put all in order."""
        named = list(limits)
        order = _names([self.order or ""], named)
        without = _names(self.without, named)
        for name in (*without, *order):
            if name not in named:
                _misused("no_limit", name=name, known=_known(named))
        if len(set(order)) < len(order):
            _misused("order_twice", value=str(self.order))
        placed = [*order, *(name for name in named if name not in order)]
        return {name: limits[name] for name in placed if name not in without}


def _after_road(limits: Mapping[str, Limit], retained: Limit) -> dict[str, Limit]:
    """Put the buildings that stay behind the road, or last where there is none."""
    named = list(limits)
    at = named.index(_ROAD) + 1 if _ROAD in named else len(named)
    pairs = list(limits.items())
    return dict([*pairs[:at], (_RETAINED, retained), *pairs[at:]])


def _names(texts: Iterable[str], known: list[str]) -> list[str]:
    """Return the names in lists; a name that itself has a comma stays one."""
    return [
        name.strip()
        for text in texts
        for name in ([text] if text in known else _COMMA.split(text))
        if name.strip()
    ]


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
        _option("band", "bands", "NAME=N", multiple=True),
        _option("claim", "claims", "NAME=RULE", multiple=True),
        _option("constraint-crs", "systems", "NAME=CODE", multiple=True),
        _option("constraint", "constraints", "NAME=FILE", multiple=True),
    ):
        command = add(command)
    return command


def _option(name: str, field: str, metavar: str, **more: Any) -> Callable[[_Function], _Function]:  # noqa: ANN401 as click has it
    told = messages.text(f"cli.reclaim.{name.replace('-', '_')}")
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
