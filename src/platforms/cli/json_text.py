"""JSON as the command line prints it: two blanks deep, numbers that are not finite as null.

The library's encoder is written in C only for JSON without line breaks. A table of 100,000
rows is therefore encoded column by column without them and laid out here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

__all__ = ["json_for_terminals", "json_text"]

_STEP = "  "
# what JSON lets stand inside a text, and a terminal may obey; halves of characters are no UTF-8
_OBEYED = re.compile(
    "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)
_NOT_FINITE = {"NaN", "Infinity", "-Infinity"}


def json_text(value: object, indent: str = "") -> str:
    """Return a value as JSON text.

    Parameters
    ----------
    value
        Dicts, lists, text, numbers (also those of numpy) and None.
    indent
        What stands before each of its lines but the first.
    """
    inner = indent + _STEP
    if isinstance(value, dict):
        lines = [f"{_word(str(key))}: {json_text(v, inner)}" for key, v in value.items()]
        return _bracketed(lines, "{}", indent)
    if isinstance(value, (list, tuple)):
        lines = _records(value, inner) or [json_text(v, inner) for v in value]
        return _bracketed(lines, "[]", indent)
    return _word(value)


def json_for_terminals(text: str) -> str:
    """Return JSON text with signs that could steer a terminal as escapes: the same values.

    Parameters
    ----------
    text
        As `json_text` gives it.
    """
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _bracketed(lines: Sequence[str], brackets: str, indent: str) -> str:
    if not lines:
        return brackets
    inner = f"\n{indent}{_STEP}"
    body = f",{inner}".join(lines)
    return f"{brackets[0]}{inner}{body}\n{indent}{brackets[1]}"


def _records(rows: Sequence[object], indent: str) -> list[str]:
    """Return the text of each of many dicts of the same keys, nothing for other lists."""
    dicts = [row for row in rows if isinstance(row, dict)]
    if len(rows) == 1 or len(dicts) != len(rows) or len(set(map(tuple, dicts))) != 1:
        return []
    keys = list(dicts[0])
    columns = [_column([row[key] for row in dicts]) for key in keys]
    if not keys or not all(columns):
        return []
    lines = [f"{_word(str(key))}: ".replace("%", "%%") + "%s" for key in keys]
    layout = _bracketed(lines, "{}", indent)
    return [layout % row for row in zip(*columns, strict=True)]


def _column(cells: list[object]) -> list[str]:
    """Return each cell's text, nothing where one of them is a list or a dict."""
    if any(issubclass(kind, (dict, list, tuple)) for kind in set(map(type, cells))):
        return []
    # a line break inside a text is escaped, so this one only separates
    text = json.dumps(cells, ensure_ascii=False, separators=("\n", ":"), default=_plain)
    words = text[1:-1].split("\n")
    if _NOT_FINITE.isdisjoint(words):
        return words
    return ["null" if word in _NOT_FINITE else word for word in words]


def _word(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=_plain)
    return "null" if text in _NOT_FINITE else text


def _plain(value: object) -> object:
    """Return a number of numpy as one of Python's."""
    item = getattr(value, "item", None)
    if item is None:
        raise TypeError(type(value).__name__)
    return item()
