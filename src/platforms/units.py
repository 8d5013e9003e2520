"""Units of Chinese land work, and official rounding.

1 亩 is 2000/3 m² exactly (15 亩 make a hectare); the common 666.67 is a rounding and is not
used. Official results are rounded half up (四舍五入) on the decimal value that is printed,
not half to even and not on the binary one: 2.675 becomes 2.68. Python's ``:.2f`` and a
browser's ``toFixed`` round the binary value, so a number that a user reads goes through
``printed`` or was rounded by ``half_up`` before.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "M2_PER_HA",
    "M2_PER_MU",
    "MU_PER_M2",
    "half_up",
    "m2_to_ha",
    "m2_to_mu",
    "mu_to_m2",
    "printed",
    "printed_column",
]

M2_PER_MU = 2000 / 3
MU_PER_M2 = 0.0015
M2_PER_HA = 10_000.0

# a double this near to a tie may stand for the tie itself; decimals decide
_TIE = 1e-6


@overload
def m2_to_mu(area_m2: float) -> float: ...
@overload
def m2_to_mu(area_m2: NDArray[np.float64]) -> NDArray[np.float64]: ...
def m2_to_mu(area_m2: float | NDArray[np.float64]) -> float | NDArray[np.float64]:
    """Return 亩 for m² (× 0.0015)."""
    return area_m2 * MU_PER_M2


@overload
def m2_to_ha(area_m2: float) -> float: ...
@overload
def m2_to_ha(area_m2: NDArray[np.float64]) -> NDArray[np.float64]: ...
def m2_to_ha(area_m2: float | NDArray[np.float64]) -> float | NDArray[np.float64]:
    """Return hectares for m²."""
    return area_m2 / M2_PER_HA


@overload
def mu_to_m2(area_mu: float) -> float: ...
@overload
def mu_to_m2(area_mu: NDArray[np.float64]) -> NDArray[np.float64]: ...
def mu_to_m2(area_mu: float | NDArray[np.float64]) -> float | NDArray[np.float64]:
    """Return m² for 亩 (× 2000/3)."""
    return area_mu * M2_PER_MU


@overload
def half_up(value: float, digits: int = 2) -> float: ...
@overload
def half_up(value: NDArray[np.float64], digits: int = 2) -> NDArray[np.float64]: ...
def half_up(value: ArrayLike, digits: int = 2) -> float | NDArray[np.float64]:
    """Round half up, away from zero, on the shortest decimal that the number prints as.

    Parameters
    ----------
    value
        Number or array; NaN stays NaN.
    digits
        Decimals to keep.

    Returns
    -------
    rounded
        float for a number, float64 array for an array.

    Examples
    --------
    >>> half_up(2.675), half_up(1.005), half_up(-0.125)
    (2.68, 1.01, -0.13)
    """
    array = np.atleast_1d(np.asarray(value, dtype=np.float64))
    scaled = np.abs(array) * 10.0**digits
    whole = np.floor(scaled)
    part = scaled - whole
    rounded = np.copysign(np.floor(scaled + 0.5) / 10.0**digits, array)
    # floor(x + 0.5) is wrong where x is a hair under the tie in binary only
    unsure = np.isfinite(array) & (np.abs(part - 0.5) < _TIE * np.maximum(1.0, whole * 1e-9))
    if unsure.any():
        quantum = Decimal(1).scaleb(-digits)
        rounded[unsure] = [
            float(Decimal(repr(float(v))).quantize(quantum, ROUND_HALF_UP)) for v in array[unsure]
        ]
    return rounded if np.ndim(value) else float(rounded[0])


def printed(value: float | None, digits: int = 2, *, unknown: str = "—") -> str:
    """Return a number as users read it: half up, with thousands separators.

    Parameters
    ----------
    value
        The number; None and NaN are unknown.
    digits
        Decimals to print.
    unknown
        What stands for a number that is not known.

    Returns
    -------
    text
        Without a minus before a nought.

    Examples
    --------
    >>> printed(8020.075), printed(-0.001), printed(None)
    ('8,020.08', '0.00', '—')
    """
    return printed_column([np.nan if value is None else value], digits, unknown=unknown)[0]


def printed_column(values: ArrayLike, digits: int = 2, *, unknown: str = "—") -> list[str]:
    """Return many numbers as `printed` does, rounded together.

    Parameters
    ----------
    values
        The numbers, in one dimension; NaN is unknown.
    digits, unknown
        As in `printed`.
    """
    # adding 0.0 takes the minus from a nought
    rounded = (half_up(np.asarray(values, dtype=np.float64), digits) + 0.0).tolist()
    form = f"{{:,.{digits}f}}".format
    return [unknown if number != number else form(number) for number in rounded]  # noqa: PLR0124
