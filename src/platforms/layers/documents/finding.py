"""Kept words in a full text: there as they stand, there but cut, or not there.

Words may be cut in the text by the end of a page, with lines of a footnote or a page number
between, and in what is kept by an omission (……) or by the border of a cell. Each part must stand
there, in order. What is not there is shown beside the nearest words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from platforms.layers.documents.folding import fold, pieces

__all__ = ["find_words", "nearest_words"]

# how many signs, and how often, the end of a page may put between two lines
_GAP, _CUTS, _BACK = 700, 3, 12
_GRAM = 3
_SHOWN = 60


def find_words(
    flat: str, words: str, first: int, end: int, *, breaks: Collection[int] = ()
) -> int | None:
    """Return where words stand in a part of a text, or None.

    Parameters
    ----------
    flat
        A folded text.
    words
        As they are kept.
    first, end
        The part of the text that is looked at.
    breaks
        Where lines begin, at which the end of a page may cut words.
    """
    whole = fold(words)
    if not whole:
        return None
    at = flat.find(whole, first, end)
    if at >= 0:
        return at
    start: int | None = None
    here = first
    for part in pieces(words):
        found = _find(flat, part, (here, end), breaks)
        if found is None:
            return None
        start = found[0] if start is None else start
        here = found[1]
    return start


def nearest_words(flat: str, words: str) -> str:
    """Return the part of a text that has most in common with words; empty where nothing has."""
    asked = fold(words)
    where: Counter[int] = Counter()
    for offset in range(len(asked) - _GRAM + 1):
        gram = asked[offset : offset + _GRAM]
        at = flat.find(gram)
        while at >= 0:
            where[at - offset] += 1
            at = flat.find(gram, at + 1)
    if not where:
        return ""
    # words put in or left out move the rest: near beginnings are one
    near = {first: sum(where[first + n] for n in range(_GRAM)) for first in where}
    best = max(near, key=lambda first: (near[first], where[first]))
    if near[best] * _GRAM < len(asked) // _GRAM:
        return ""
    first = max(best, 0)
    return flat[first : first + min(len(asked) + _GRAM, _SHOWN)]


def _find(
    flat: str, part: str, within: tuple[int, int], breaks: Collection[int]
) -> tuple[int, int] | None:
    """Return where a part begins and ends, cut by up to three ends of pages."""
    at = flat.find(part, *within)
    if at >= 0:
        return at, at + len(part)
    length, at = _longest(flat, part, within)
    start, end = at, at + length
    for _ in range(_CUTS):
        # a line may begin with what the cut line would go on with
        cut = next((n for n in range(end, max(at, end - _BACK), -1) if n in breaks), None)
        if not length or cut is None:
            return None
        rest = part[length - (end - cut) :]
        places = (n for n in range(cut + 1, min(cut + _GAP, within[1])) if n in breaks)
        done = [(n, _common(flat, rest, n)) for n in places]
        at, length_here = max(done, key=lambda one: one[1], default=(0, 0))
        if length_here == len(rest):
            return start, at + length_here
        if not length_here:
            return None
        length, end = len(part) - len(rest) + length_here, at + length_here
    return None


def _common(flat: str, part: str, at: int) -> int:
    """Return how much of the beginning of a part stands at a position."""
    length = 0
    while length < len(part) and flat.startswith(part[length], at + length):
        length += 1
    return length


def _longest(flat: str, part: str, within: tuple[int, int]) -> tuple[int, int]:
    """Return length and place of the longest beginning of a part that stands there."""
    low, high, place = 0, len(part), within[0]
    while low < high:
        middle = (low + high + 1) // 2
        at = flat.find(part[:middle], *within)
        if at >= 0:
            low, place = middle, at
        else:
            high = middle - 1
    return low, place
