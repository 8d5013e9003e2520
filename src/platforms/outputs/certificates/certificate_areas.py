"""The areas of a plot side by side, each with its difference to the official one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from platforms import messages
from platforms.units import half_up, m2_to_ha, m2_to_mu, printed

__all__ = ["AreaRow", "adjusted_words", "area_rows"]

# column, decimals of the m²
_ROWS = (
    ("area_m2", 2),
    ("planar_m2", 2),
    ("declared_m2", 2),
    ("adjusted_m2", 2),
    ("geodesic_m2", 3),
)
_ALWAYS = ("area_m2", "planar_m2", "declared_m2")


@dataclass(frozen=True)
class AreaRow:
    """One area, as text.

    Attributes
    ----------
    name, label
        Column and its title.
    area_m2, area_mu, area_ha
        The area; 亩 and 公顷 come from the printed m².
    difference_m2, difference_ppm
        This area less the official one; empty for the official one itself.
    """

    name: str
    label: str
    area_m2: str
    area_mu: str
    area_ha: str
    difference_m2: str
    difference_ppm: str


def area_rows(row: Mapping[str, object]) -> tuple[AreaRow, ...]:
    """Return the areas of a plot for printing.

    Parameters
    ----------
    row
        A plot with ``area_m2``, ``planar_m2``, ``geodesic_m2`` (m²), and ``declared_m2`` and
        ``adjusted_m2`` where there are such.
    """
    official = _number(row.get("area_m2"))
    shown = []
    for name, digits in _ROWS:
        area = _number(row.get(name))
        if math.isnan(area) and name not in _ALWAYS:
            continue
        shown.append(_row(name, area, official, digits))
    return tuple(shown)


def adjusted_words(row: Mapping[str, object], adjustment: object) -> str:
    """Say how a plot was adjusted to a control total, with the numbers that close.

    Parameters
    ----------
    row
        A plot with ``area_m2``, ``adjusted_m2`` and ``residue_m2``, m².
    adjustment
        What :func:`platforms.planning.adjustment.adjust` left in the frame's attributes.

    Returns
    -------
    words
        Empty where nothing was adjusted.
    """
    if "adjusted_m2" not in row:
        return ""
    adjusted, residue = _number(row["adjusted_m2"]), _number(row.get("residue_m2"))
    if math.isnan(adjusted):
        return messages.text("certificate.not_adjusted")
    own = {
        "area_m2": _plain(_number(row.get("area_m2")), 2),
        "residue_m2": _signed(residue, 2),
        "adjusted_m2": _plain(adjusted, 2),
    }
    words = messages.text("certificate.adjusted", None, **own)
    total = _total(row, adjustment)
    if total is None:
        return words
    told = {
        name: printed(v).replace("-", "−") if isinstance(v, float) else v
        for name, v in total.items()
    }
    told["group"] = f"{total['group']}：" if total["group"] else ""
    return messages.text("certificate.control", None, **told) + words


def _total(row: Mapping[str, object], adjustment: object) -> Mapping[str, object] | None:
    """Return the control total that covers a plot."""
    if not isinstance(adjustment, Mapping):
        return None
    column = adjustment["column"]
    name = "" if column is None else str(row.get(column))
    found = [total for total in adjustment["totals"] if total["group"] == name]
    return found[0] if found else None


def _row(name: str, area: float, official: float, digits: int) -> AreaRow:
    label = messages.text(f"certificate.area.{name}")
    if math.isnan(area):
        return AreaRow(name, label, "—", "—", "—", "—", "—")
    exact = half_up(area, digits)
    apart = half_up(exact - official, digits)
    same = name == "area_m2"
    return AreaRow(
        name,
        label,
        _plain(exact, digits),
        _plain(m2_to_mu(exact), 4),
        _plain(m2_to_ha(exact), 4),
        "" if same else _signed(apart, digits),
        "" if same else _signed((exact - official) / official * 1e6, 1),
    )


def _plain(value: float, digits: int) -> str:
    # numbers that are signed for stand without separators, as in the exchange file
    return printed(value, digits).replace(",", "")


def _signed(value: float, digits: int) -> str:
    # a minus sign of its own width; nothing is neither more nor less
    text = _plain(abs(value), digits)
    if float(text) == 0:
        return text
    return f"{'+' if value > 0 else '−'}{text}"


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return math.nan
