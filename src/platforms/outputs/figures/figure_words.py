"""Words on paper: what may be printed, how wide it is, where it breaks.

Widths are those of Noto Sans CJK, a little generous: a Chinese character is one em, and a word
that is told to fit does. Characters that turn the direction of writing, and those that XML
does not allow, are left out: they are no words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["clean", "fitted", "shortened", "width_of", "wrapped"]

# controls, lone surrogates, turns of direction and what has no width
_LEFT_OUT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\uffff\ud800-\udfff]"
)
_BLANKS = re.compile(r"\s+")
_NARROW = frozenset("iljI.,:;|!'()[]{}`")
_WIDE = frozenset("mwMW%@&")
# a line does not begin with these
_CLOSING = frozenset("，。、；：！？）》”’】%,.;:!?)]}")
_BOLD = 1.06
_MOST = 4000


def clean(text: object) -> str:
    """Return a text as one line that may be printed."""
    return _BLANKS.sub(" ", _LEFT_OUT.sub("", str(text)[:_MOST])).strip()


@lru_cache(maxsize=8192)
def _em(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    # of the ambiguous ones a Chinese font makes full ones, quotation marks before all
    if unicodedata.east_asian_width(character) in "WFA" or ord(character) > 0x2E7F:  # noqa: PLR2004
        return 1.0
    if character in _WIDE:
        return 1.0
    if character in _NARROW:
        return 0.34
    if character == " ":
        return 0.25
    return 0.66 if character.isupper() else 0.57


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a line in the unit of its size."""
    return sum(map(_em, text)) * size * (_BOLD if bold else 1.0)


def shortened(text: str, most: float, size: float, *, bold: bool = False) -> str:
    """Return the text, cut with an ellipsis where it is wider than ``most``."""
    if width_of(text, size, bold=bold) <= most:
        return text
    left = most - width_of("…", size, bold=bold)
    for end, character in enumerate(text):
        left -= width_of(character, size, bold=bold)
        if left < 0:
            return text[:end].rstrip() + "…"
    return text


def fitted(
    text: str, most: float, size: float, *, least: float = 0.6, bold: bool = False
) -> tuple[str, float]:
    """Return the text and the size at which it fits, cut where it fits at no size.

    Parameters
    ----------
    text
        One line.
    most
        Room, in the unit of ``size``.
    size
        Largest size.
    least
        Smallest size, as a share of the largest.
    bold
        Whether it is bold.
    """
    wide = width_of(text, size, bold=bold)
    size *= max(least, min(1.0, most / wide if wide else 1.0))
    return shortened(text, most, size, bold=bold), size


def wrapped(text: str, most: float, size: float, *, lines: int = 99) -> list[str]:
    """Break a text into lines that are no wider than ``most``; the last one is cut.

    Parameters
    ----------
    text
        One line.
    most
        Width of a line, in the unit of ``size``.
    size
        Of the letters.
    lines
        At most so many.
    """
    found: list[str] = []
    rest = text
    while rest and len(found) < lines:
        if len(found) == lines - 1:
            found.append(shortened(rest, most, size))
            break
        end = _break(rest, most, size)
        found.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return found


def _break(text: str, most: float, size: float) -> int:
    """Return where the first line ends: after a Chinese character or a blank."""
    left, end = most, 0
    for character in text:
        left -= _em(character) * size
        if left < 0:
            break
        end += 1
    if end >= len(text):
        return len(text)
    end = max(end, 1)
    if text[end] in _CLOSING and end > 1:
        end -= 1
    start = end
    while start > 1 and _tied(text[start - 1], text[start]):
        start -= 1
    # a word longer than a line breaks anywhere
    return start if start > 1 else end


def _tied(before: str, after: str) -> bool:
    return before.isascii() and after.isascii() and not before.isspace() and not after.isspace()
