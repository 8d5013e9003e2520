"""Whole names for the ten bytes that a shapefile keeps of them.

What we export brings a table of its names; it is believed where the short name is the whole
one's beginning. Without it, and only in a file that has our ``plot_id``, a name of ten bytes
is completed where a single known column begins that way. A file of others that happens to
have a field ``completion`` keeps it.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

from platforms.geo.ingest.columns import COMPUTED, columns_beginning
from platforms.geo.ingest.raw import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["whole_names"]

_BYTES = 10
_MAP_BYTES = 1 << 20
_OURS = "plot_id"
_INERT = re.compile(r"'(?=[=+\-@\t\r])")


def whole_names(
    columns: Mapping[str, Any], field_map: Path | None
) -> tuple[dict[str, Any], list[Fault]]:
    """Give columns their whole names back.

    Parameters
    ----------
    columns
        By the names of the file.
    field_map
        The table that came with it (field, name), or None.

    Returns
    -------
    columns, faults
        In the same order; an info row names what was completed and how.
    """
    told = _read(field_map) if field_map else {}
    by_map = {short: told[short] for short in columns if short in told}
    guess = _OURS in columns
    by_prefix = {s: _guessed(s) for s in columns if guess and s not in told}
    faults: list[Fault] = []
    named: dict[str, str] = {}
    for kind, found in (("names_from_map", by_map), ("names_completed", by_prefix)):
        taken = {*columns, *named.values()}
        new = {s: n for s, n in found.items() if n and n not in taken}
        # two short names that stand for one are none of them that one
        new = {s: n for s, n in new.items() if list(new.values()).count(n) == 1}
        named |= new
        if new:
            names = ", ".join(f"{s} → {n}" for s, n in new.items())
            faults.append(Fault(kind, "info", 0, None, {"names": names}))
    return {named.get(name, name): values for name, values in columns.items()}, faults


def _read(path: Path) -> dict[str, str]:
    """Return short name to whole name, without the lines that cannot be true."""
    if path.stat().st_size > _MAP_BYTES:
        return {}
    text = path.read_bytes().decode("utf-8-sig", "replace")
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error:
        return {}
    if not rows or rows[0][:2] != ["field", "name"]:
        return {}
    pairs = ((_INERT.sub("", r[0], 1), _INERT.sub("", r[1], 1)) for r in rows[1:] if len(r) > 1)
    return {short: name for short, name in pairs if _begins(name, short)}


def _begins(name: str, short: str) -> bool:
    stem = re.sub(r"_\d+$", "", short)
    return bool(stem) and any(name.startswith(s) for s in (short, stem))


def _guessed(short: str) -> str:
    if not short.isascii() or len(short) != _BYTES:
        return ""
    found = columns_beginning(short) | {c for c in COMPUTED if c.startswith(short)}
    return next(iter(found)) if len(found) == 1 else ""
