"""Dates as documents give them: a year, a month or a day, each of which must exist."""

from __future__ import annotations

import datetime as dt
import re

__all__ = ["is_written_date"]

_PARTS = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


def is_written_date(text: str) -> bool:
    """Say whether a text is a date that exists: ``2022``, ``2022-05`` or ``2022-05-07``."""
    found = _PARTS.fullmatch(text)
    if found is None:
        return False
    try:
        dt.date(*(int(part or 1) for part in found.groups()))
    except ValueError:
        return False
    return True
