"""Letters with accents in a text that does not say its encoding: what tells é from 茅.

The two bytes that UTF-8 has for é are 茅 in GBK, and what GBK makes of Western text are rare
signs within words. A lone letter or sign tells nothing; one within a word of plain letters does,
since nobody writes ideographs there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["all_in_words", "is_thin", "strange_words", "words_with_letters"]

_LETTERS = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_WORD = re.compile(f"[{_LETTERS}]+")
# what UTF-8 writes with three bytes and people write beside any letters: ’ – …
_BESIDE = re.compile("(?<=m)[²³]|[\u2010-\u2040\u20ac\u3000-\u303f\uff00-\uffef]")
_TWO_BYTES = "\u07ff"
_IDEOGRAPH = "\u3400-\u9fff"
_WITHIN = re.compile(
    f"[A-Za-z]*(?:[a-z]{{2}}[{_IDEOGRAPH}]{{1,2}}[a-z]|[A-Za-z][{_IDEOGRAPH}]{{1,2}}[a-z]{{2}})[A-Za-z]*"
)
_BESIDE_ONE = re.compile(f"[A-Za-z]*[a-z]{{2}}[{_IDEOGRAPH}]|[{_IDEOGRAPH}][a-z]{{2}}[A-Za-z]*")
_SHOWN = 5


def is_thin(texts: Iterable[str]) -> bool:
    """Say whether a UTF-8 text has nothing of three bytes, so that it may be pairs of GBK."""
    return all(char <= _TWO_BYTES for text in texts for char in text)


def all_in_words(texts: Iterable[str], *, plain: int) -> bool:
    """Say whether all that is not ASCII are accented letters in words of Latin script.

    Parameters
    ----------
    texts
        As read in UTF-8.
    plain
        How many letters without accents such a word has at least.
    """

    def taken(word: re.Match[str]) -> str:
        return "" if sum(char.isascii() for char in word[0]) >= plain else word[0]

    return all(_WORD.sub(taken, _BESIDE.sub("", text)).isascii() for text in texts)


def words_with_letters(texts: Iterable[str]) -> list[str]:
    """Return the first words that have an accented letter."""
    found = (word for text in texts for word in _WORD.findall(text) if not word.isascii())
    return _first(found)


def strange_words(texts: Iterable[str]) -> list[str]:
    """Return the first words of Latin letters in which an ideograph stands.

    At the end of a word only rare ideographs are strange: ``km路`` is not.
    """
    found = (
        word
        for text in texts
        for word in _WITHIN.findall(text) or filter(_is_rare, _BESIDE_ONE.findall(text))
    )
    return _first(found)


def _is_rare(word: str) -> bool:
    (sign,) = (char for char in word if not char.isascii())
    try:
        return not sign.encode("gb2312")[0] <= 0xD7  # noqa: PLR2004 the first level ends there
    except UnicodeEncodeError:
        return True


def _first(words: Iterable[str]) -> list[str]:
    seen: dict[str, None] = {}
    for word in words:
        seen[word] = None
        if len(seen) == _SHOWN:
            break
    return list(seen)
