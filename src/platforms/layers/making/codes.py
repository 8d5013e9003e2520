"""Administrative codes (GB/T 2260), also in the longer forms that files carry them in.

A county has six digits; 天地图 puts 156 before them, statistics put zeros or a town's digits
behind. A code that ends in 00 is a prefecture's and stands for all its counties.
"""

from __future__ import annotations

import re

from platforms.errors import InputError

__all__ = ["checked_code", "county_code", "holds", "town_code"]

# the first two digits of every province
_PROVINCES = frozenset(
    str(number)
    for group in ((11, 16), (21, 24), (31, 38), (41, 47), (50, 55), (61, 66), (71, 72), (81, 83))
    for number in range(*group)
)
_COUNTRY = "156"
_COUNTY, _TOWN, _VILLAGE = 6, 9, 12


def _digits(value: object) -> str:
    """Return the digits of a cell that is nothing but a code, else an empty text."""
    text = str(value).strip().removesuffix(".0")
    if not re.fullmatch(r"\d{6,12}", text):
        return ""
    if len(text) == _TOWN and text.startswith(_COUNTRY) and text[3:5] in _PROVINCES:
        text = text[3:]
    return text if text[:2] in _PROVINCES else ""


def county_code(value: object) -> str | None:
    """Return the six digits of a county, as a cell of a file has it; None for anything else.

    Examples
    --------
    >>> county_code(330302), county_code("156330302"), county_code("330302000000")
    ('330302', '330302', '330302')
    >>> county_code("330302001"), county_code("992001"), county_code("鹿城区")
    (None, None, None)
    """
    text = _digits(value)
    if len(text) == _VILLAGE and text.endswith("000000"):
        text = text[:_COUNTY]
    return text if len(text) == _COUNTY else None


def town_code(value: object) -> str | None:
    """Return the nine digits of a town, as a cell of a file has it; None for anything else.

    Examples
    --------
    >>> town_code("330302001"), town_code("330302001000"), town_code("330302000000")
    ('330302001', '330302001', None)
    """
    text = _digits(value)
    if len(text) == _VILLAGE and text.endswith("000"):
        text = text[:_TOWN]
    return text if len(text) == _TOWN and not text.endswith("000") else None


def checked_code(code: str) -> str:
    """Return a code that a user gave.

    Raises
    ------
    InputError
        When it is not six digits, or no province begins so.
    """
    found = county_code(code)
    if found is None or found != code.strip():
        raise InputError("city.code_unknown", code=code[:_VILLAGE])
    return found


def holds(code: str, other: str) -> bool:
    """Say whether a code is, or as a prefecture's holds, another.

    Examples
    --------
    >>> holds("330302", "330302"), holds("331000", "331082"), holds("330302", "330382")
    (True, True, False)
    """
    return other == code or (code.endswith("00") and other.startswith(code[:4]) and other != code)
