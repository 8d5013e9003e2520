"""What the columns of a firm table are: their names, units, and how they reach a plot.

The catalogue is data (``firm_columns.yaml``): for each column of ours the headers that
counties use, the units that are known, and whether several firms on one plot are added
(``sum``), or the main firm speaks (``main``). A year stands in the name: ``tax_wan_2021``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

__all__ = ["FirmColumn", "catalogue_order", "firm_column", "known_headers", "plain"]

_YEAR = "{year}"


@dataclass(frozen=True)
class FirmColumn:
    """One column of the catalogue.

    Attributes
    ----------
    column
        Our name; ``{year}`` stands for a year.
    kind
        ``text``, ``code``, ``number``, ``category``, ``grade``, ``boolean`` or ``year``.
    join
        ``sum``, ``main``, or empty for what stays with the firm.
    unit
        Unit of our column, empty where it has none.
    units
        Factor of each unit that is known; empty for a column without a unit.
    names
        Headers, folded.
    words
        Words of a category.
    """

    column: str
    kind: str
    join: str
    unit: str
    units: Mapping[str, float]
    names: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]

    @property
    def yearly(self) -> bool:
        """Whether each year has a column of its own."""
        return _YEAR in self.column

    def named(self, year: int | None) -> str:
        """Return our name for one year; without a year, that of the year left out."""
        return self.column.replace(f"_{_YEAR}", "" if year is None else f"_{year}")


@cache
def _catalogue() -> tuple[FirmColumn, ...]:
    text = resources.files("platforms.layers").joinpath("firm_columns.yaml").read_text("utf-8")
    entries: list[dict[str, Any]] = yaml.safe_load(text)
    return tuple(
        FirmColumn(
            column=entry["column"],
            kind=entry["kind"],
            join=entry.get("join", ""),
            unit=entry.get("unit", ""),
            units={plain(u): float(f) for u, f in entry.get("units", {}).items()},
            names=tuple(plain(name) for name in entry["names"]),
            words={k: tuple(map(plain, v)) for k, v in entry.get("values", {}).items()},
        )
        for entry in entries
    )


@cache
def known_headers() -> Mapping[str, FirmColumn]:
    """Return the columns by folded header, years and units left out."""
    return {name: column for column in reversed(_catalogue()) for name in column.names}


@cache
def _by_pattern() -> tuple[tuple[re.Pattern[str], FirmColumn], ...]:
    return tuple(
        (re.compile(re.escape(c.column).replace(re.escape(_YEAR), r"(?P<year>20\d\d)")), c)
        for c in _catalogue()
    )


def firm_column(name: str) -> tuple[FirmColumn, int | None] | None:
    """Return what a column of ours is, and of which year.

    Parameters
    ----------
    name
        Name of a column, for example ``tax_wan_2021``.

    Returns
    -------
    found
        None for a name that is not ours.

    Examples
    --------
    >>> column, year = firm_column("tax_wan_2021")
    >>> column.join, column.unit, year
    ('sum', '万元', 2021)
    """
    for pattern, column in _by_pattern():
        match = pattern.fullmatch(name)
        if match:
            year = match.groupdict().get("year")
            return column, None if year is None else int(year)
    return None


def catalogue_order(name: str) -> tuple[int, int]:
    """Return where a column of ours stands in a table: as in the catalogue, then by year."""
    found = firm_column(name)
    if found is None:
        return len(_catalogue()), 0
    return _catalogue().index(found[0]), found[1] or 0


def plain(text: str) -> str:
    """Return a header or word without width, case and blanks, for comparing."""
    folded = unicodedata.normalize("NFKC", text.replace("㎡", "m2").replace("²", "2"))
    return re.sub(r"\s+", "", folded).casefold()
