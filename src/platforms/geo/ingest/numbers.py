"""Numbers as people type them, read strictly.

Full-width digits are digits, a comma is a thousands mark only where it stands like one, a
unit behind the number is kept, and everything else is not a number: ``12,34``, ``1_000``,
``(12)`` and a typographic minus are refused, not guessed. Decimal all the way, so no digit
is lost before a number is a float.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

__all__ = ["AREA_UNITS", "parse_area", "parse_coordinate", "parse_number", "split_unit"]

# square metres in one unit; 亩 is 2000/3 m² exactly
AREA_UNITS: dict[str, Decimal] = {
    "㎡": Decimal(1),
    "m2": Decimal(1),
    "m²": Decimal(1),
    "平方米": Decimal(1),
    "平米": Decimal(1),
    "亩": Decimal(2000) / Decimal(3),
    "mu": Decimal(2000) / Decimal(3),
    "公顷": Decimal(10_000),
    "ha": Decimal(10_000),
    "hm2": Decimal(10_000),
    "hm²": Decimal(10_000),
    "平方公里": Decimal(1_000_000),
    "平方千米": Decimal(1_000_000),
    "km2": Decimal(1_000_000),
    "km²": Decimal(1_000_000),
}

# a coordinate has at most nine digits before the point; a thousand times more is none
_LARGEST = 11
_DUST = Decimal("1e-9")
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)
_BLANKED = re.compile(r"[+-]?\d{1,3}( \d{3})+(\.\d*)?", re.ASCII)
_COORDINATE = re.compile(r"(?P<number>.*?)\s*(m|米|度|°)?", re.DOTALL | re.IGNORECASE)
# 120,950 may be degrees with a comma for the point; no easting is that far from its meridian
_DEGREES = re.compile(r"[+-]?(\d{1,2}|1[0-7]\d|180)[, ]\d{3}(\.\d*)?", re.ASCII)
_LEADING = re.compile(r"^([+-]?[\d.,]*(?:[eE][+-]?\d+)?)\s*(.*)$", re.DOTALL | re.ASCII)


def split_unit(text: str) -> tuple[str, str]:
    """Split a cell into the number's text and the unit behind it (both may be empty)."""
    # ㎡ must survive the folding of widths, which would make it m2 with a raised two
    folded = unicodedata.normalize("NFKC", text.replace("㎡", "m2").replace("²", "2")).strip()
    match = _LEADING.match(folded)
    return (match.group(1), match.group(2).strip()) if match else (folded, "")


def parse_number(value: object) -> Decimal | None:
    """Return the number that a cell holds, or None where it holds none.

    Parameters
    ----------
    value
        Number or text. Text may have full-width digits, thousands marks and blanks around,
        no unit.

    Examples
    --------
    >>> parse_number("１，２３４．５"), parse_number("12,34"), parse_number("1_000")
    (Decimal('1234.5'), None, None)
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, Decimal)):
        return Decimal(value)
    if isinstance(value, float):
        number = Decimal(repr(value))
        return number if number.is_finite() else None
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if _THOUSANDS.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    return None


def parse_coordinate(value: object) -> Decimal | None:
    """Return the coordinate that a cell holds, in the unit of its column, or None.

    Parameters
    ----------
    value
        Number or text. Text may have 米, m, 度 or ° behind it, and blanks or commas between
        thousands where they can be nothing else.

    Examples
    --------
    >>> parse_coordinate("40598100米"), parse_coordinate("3 121 100"), parse_coordinate("1,20")
    (Decimal('40598100'), Decimal('3121100'), None)
    """
    if not isinstance(value, str):
        return parse_number(value)
    folded = unicodedata.normalize("NFKC", value).strip()
    match = _COORDINATE.fullmatch(folded)
    text = match["number"] if match else folded
    if _DEGREES.fullmatch(text):
        return None
    number = parse_number(text.replace(" ", "") if _BLANKED.fullmatch(text) else text)
    return number if number is None or number.adjusted() <= _LARGEST else None


def parse_area(value: object, *, unit: str = "") -> tuple[Decimal | None, str]:
    """Return an area in m² and the unit that it was written in.

    Parameters
    ----------
    value
        Number, or text like ``12.5亩``. A unit in the cell goes before ``unit``.
    unit
        Unit of the column, a key of ``AREA_UNITS``; empty means m².

    Returns
    -------
    area_m2, unit
        None where the cell holds no area.

    Examples
    --------
    >>> parse_area("15亩")
    (Decimal('10000'), '亩')
    """
    own = ""
    if isinstance(value, str):
        value, own = split_unit(value)
    number = parse_number(value)
    name = own or unit or "m2"
    factor = AREA_UNITS.get(name.casefold())
    if number is None or factor is None:
        return None, name
    area = number * factor
    whole = area.to_integral_value()
    # two thirds have no end; what is whole but for the 28th digit is whole
    return (whole if abs(area - whole) < _DUST else area), name
