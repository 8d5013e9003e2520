"""What of a raster is meant, in a few words: ``slope>25``, ``value in 3,4``, ``value``.

The words are parsed into data and never run. A cell without a value is taken by no claim:
whether it counts as unknown or as nothing is decided where the claim is used.
"""

from __future__ import annotations

import dataclasses
import math
import operator
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from platforms.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["Claim", "Quantity", "parse_claim"]

Quantity = Literal["value", "slope"]

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
_SIGNS = str.maketrans({"≥": ">=", "≤": "<=", "≠": "!=", "、": ",", "°": ""})
_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?"
_FORM = re.compile(
    rf"(?P<quantity>value|slope)\s*"
    rf"(?:(?P<sign>>=|<=|==|!=|=|>|<)\s*(?P<number>{_NUMBER})"
    rf"|in\s*(?P<numbers>{_NUMBER}(?:\s*,\s*{_NUMBER})*))?"
)
_MOST_LETTERS = 2000


@dataclasses.dataclass(frozen=True)
class Claim:
    """Which cells of a raster are meant.

    Attributes
    ----------
    quantity
        ``value``: what the raster holds; ``slope``: degrees, from heights.
    sign
        A comparison, ``in``, or ``mask`` for every value but zero.
    numbers
        What is compared with.
    """

    quantity: Quantity
    sign: str
    numbers: tuple[float, ...] = ()

    def __str__(self) -> str:
        """Return the claim in its own words."""
        if self.sign == "mask":
            return self.quantity
        written = ",".join(f"{n:.17g}" for n in self.numbers)
        gap = " " if self.sign == "in" else ""
        return f"{self.quantity}{gap}{self.sign}{gap}{written}"

    def takes(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        """Say which values are meant; an unknown one (NaN) never is."""
        if self.sign == "mask":
            return np.asarray((values != 0) & (values == values))  # noqa: PLR0124 nan
        if self.sign == "in":
            taken = np.zeros(values.shape, dtype=bool)
            for number in self.numbers:
                taken |= values == number
            return taken
        taken = np.asarray(_COMPARE[self.sign](values, self.numbers[0]))
        return taken & (values == values) if self.sign == "!=" else taken  # noqa: PLR0124 nan


def parse_claim(text: str | Claim) -> Claim:
    """Read a claim.

    Parameters
    ----------
    text
        ``slope>25`` (degrees), ``value>=1``, ``value in 3,4``, ``value`` (every value but
        zero); signs ``>  >=  <  <=  ==  !=``, also written as ≥ ≤ ≠ or in full width.

    Returns
    -------
    claim
        The claim as data.

    Raises
    ------
    InputError
        For anything else; lists the forms.

    Examples
    --------
    >>> parse_claim("slope ＞ 25")
    Claim(quantity='slope', sign='>', numbers=(25.0,))
    >>> str(parse_claim("value in 3, 4"))
    'value in 3,4'
    """
    if isinstance(text, Claim):
        return text
    plain = unicodedata.normalize("NFKC", text[:_MOST_LETTERS]).translate(_SIGNS)
    found = _FORM.fullmatch(plain.strip().casefold())
    if found is None or len(text) > _MOST_LETTERS:
        raise InputError("raster.claim", claim=text[:60])
    quantity: Quantity = "slope" if found["quantity"] == "slope" else "value"
    if found["numbers"] is not None:
        sign, numbers = "in", tuple(float(n) for n in found["numbers"].split(","))
    elif found["sign"] is not None:
        sign = "==" if found["sign"] == "=" else found["sign"]
        numbers = (float(found["number"]),)
    else:
        sign, numbers = "mask", ()
    # a slope is measured: it equals nothing, and there is no mask of slopes
    odd = quantity == "slope" and sign in {"mask", "in", "==", "!="}
    if odd or not all(math.isfinite(number) for number in numbers):
        raise InputError("raster.claim", claim=text[:60])
    return Claim(quantity, sign, numbers)
