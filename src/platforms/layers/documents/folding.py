"""Text as it is compared: the same words, however a file writes them.

Two copies of a document differ in blanks, in where lines are broken, in full and half width, in
the form of quotation marks and dashes, and in whether the marks of footnotes stand in the text.
None of these is a difference of words. Digits, letters and punctuation are.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["fold", "fold_section", "pieces"]

_SAME = str.maketrans(
    dict.fromkeys("“”„‟″＂", '"')
    | dict.fromkeys("‘’‚‛′", "'")
    | dict.fromkeys("‐‑‒–—―－─﹣−", "-")
    | dict.fromkeys("～∼〜˜", "~")
    | dict.fromkeys("•‧∙・", "·")
)
_SQUARED = re.compile(r"([mM])\s*([²³])")
# the marks of footnotes
_MARKS = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
# what some converters leave of bold letters
_BOLD = re.compile(r"\*\*")
_LEFT_OUT = re.compile("…+|\\.{3,}")
_CELLS = re.compile(r"\s*\|\s*|\s+")


def fold(text: str) -> str:
    """Return a text without blanks and in one form of each sign.

    Parameters
    ----------
    text
        Anything; a superscript digit after ``m`` is a unit, any other the mark of a footnote.
    """
    squared = _SQUARED.sub(lambda unit: unit[1] + ("2" if unit[2] == "²" else "3"), text)
    plain = _MARKS.sub("", squared)
    plain = unicodedata.normalize("NFKC", _BOLD.sub("", plain).translate(_SAME))
    return "".join(plain.translate(_SAME).split())


def fold_section(section: str) -> str:
    """Return a section so that two ways of writing it are one: ``五、（二）7`` is ``五（二）7``."""
    return fold(section).replace("、", "")


def pieces(words: str) -> list[str]:
    """Return the folded parts of kept words: between omissions (……), cells (|) and blanks."""
    parts = (part for run in _LEFT_OUT.split(words) for part in _CELLS.split(run))
    return [folded for part in parts if (folded := fold(part))]
