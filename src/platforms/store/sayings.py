"""What people say of what they keep: names, notes, who they are, and when they said it."""

from __future__ import annotations

import datetime as dt

from platforms.errors import InputError

__all__ = ["called", "now", "said", "who"]

_LONGEST_NAME = 200
_LONGEST_TEXT = 10_000


def called(name: str) -> str:
    """Return a name as it is kept, without blanks around it or twice in it.

    Raises
    ------
    InputError
        For a name that is empty or too long.
    """
    found = " ".join(name.split())
    if not found:
        raise InputError("store.name_empty")
    if len(found) > _LONGEST_NAME:
        raise InputError("store.name_long", length=len(found), most=_LONGEST_NAME)
    return found


def said(text: str) -> str:
    """Return a note as it is kept.

    Raises
    ------
    InputError
        For one that is too long.
    """
    if len(text) > _LONGEST_TEXT:
        raise InputError("store.note_long", length=len(text), most=_LONGEST_TEXT)
    return text.strip()


def who(name: str) -> str:
    """Return the name of a person as it is kept; one that is too long is cut."""
    return " ".join(name.split())[:_LONGEST_NAME]


def now() -> str:
    """Return the moment, UTC, as ISO text to the microsecond."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
