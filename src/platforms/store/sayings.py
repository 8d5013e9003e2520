"""What people say of what they keep: names, notes, who they are, and when they said it."""

from __future__ import annotations

import datetime as dt
import unicodedata

from platforms.errors import InputError

__all__ = ["alike", "called", "now", "said", "seen", "who"]

_LONGEST_NAME = 200
_LONGEST_TEXT = 10_000
# control, format (bidi, no width), half of a pair, private, none; ends of lines and paragraphs
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_LINES = "\n\t"


def called(name: str) -> str:
    """Return a name as it is kept, without blanks around it or twice in it.

    Raises
    ------
    InputError
        For a name that is empty, too long, or holds signs that nobody sees.
    """
    found = " ".join(name.split())
    unseen = sorted({f"U+{ord(one):04X}" for one in found if _unseen(one)})
    if unseen:
        raise InputError("store.name_unseen", signs=unseen)
    if not found:
        raise InputError("store.name_empty")
    if len(found) > _LONGEST_NAME:
        raise InputError("store.name_long", length=len(found), most=_LONGEST_NAME)
    return found


def alike(name: str) -> str:
    """Return what two names share that differ by case or width only."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def seen(text: str) -> str:
    """Return a text without what no database keeps, halves of pairs, and signs of control.

    Ends of lines and tabs stay; a spreadsheet gives the others back in another way.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (one in _LINES or unicodedata.category(one) not in {"Cc", "Cs"} for one in lines)
    return "".join(one for one, keep in zip(lines, kept, strict=True) if keep)


def _unseen(one: str) -> bool:
    return unicodedata.category(one) in _UNSEEN


def said(text: str) -> str:
    """Return a note as it is kept, without signs that nobody sees.

    Raises
    ------
    InputError
        For one that is too long.
    """
    if len(text) > _LONGEST_TEXT:
        raise InputError("store.note_long", length=len(text), most=_LONGEST_TEXT)
    return "".join(one for one in text if one in _LINES or not _unseen(one)).strip()


def who(name: str) -> str:
    """Return the name of a person as it is kept.

    Raises
    ------
    InputError
        For one that is too long: half a name is another's.
    """
    seen = "".join(one for one in name if one in _LINES or not _unseen(one))
    said = " ".join(seen.split())
    if len(said) > _LONGEST_NAME:
        raise InputError("ledger.name_long", length=len(said), most=_LONGEST_NAME)
    return said


def now() -> str:
    """Return the moment, UTC, as ISO text to the microsecond."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
