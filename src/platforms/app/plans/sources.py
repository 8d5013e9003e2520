"""Where something is written, in short, and of which data a list is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import platforms as ip
from platforms import messages

__all__ = ["fingerprint", "place_of", "units_told"]

_ID_LENGTH = 16


def place_of(row: Mapping[Any, Any]) -> str:
    """Return section, row and page of a row, without the title of its document."""
    parts = [str(row.get("section") or "")]
    parts += [
        messages.text(f"plans_page.place.{name}", None, **{name: row[name]})
        for name in ("row", "page")
        if row.get(name)
    ]
    return " ".join(part for part in parts if part)


def fingerprint(city: ip.Workspace) -> str:
    """Return what tells the data of a city from other data, as the targets' page has it."""
    return str(city.fingerprint)[:_ID_LENGTH]


def units_told(cell: object) -> str:
    """Return units that are joined by semicolons as users read them."""
    between = "、" if messages.language() == "zh_CN" else ", "
    return str(cell or "").replace(";", between)
