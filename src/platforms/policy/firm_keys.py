"""A table of firms that can be asked for one: by number, by credit code, by folded name.

A key that two firms share finds neither of them; that is told, not guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from platforms.issues import IssueTable
from platforms.layers.firm_identity import CODE_LENGTH, code_keys, name_keys, wrong_check_digits

__all__ = ["Firms", "Places", "cells_of", "long_codes", "plain_id", "plain_text"]

_SHOWN_CODES = 5
_EMPTY = frozenset({"nan", "<NA>", "None", "NaT"})


class Places:
    """Where each key of a column stands; empty keys stand nowhere.

    Parameters
    ----------
    keys
        One a row.

    Attributes
    ----------
    one
        Row of each key that stands once.
    several
        Rows of each key that stands more often.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self.one = dict(zip(keys, range(len(keys)), strict=True))
        blank = keys.count("") if "" in self.one else 0
        self.one.pop("", None)
        self.several: dict[str, list[int]] = {}
        if len(self.one) < len(keys) - blank:
            counts = Counter(keys)
            self.several = {key: [] for key in self.one if counts[key] > 1}
            for at, key in enumerate(keys):
                if key in self.several:
                    self.several[key].append(at)
            for key in self.several:
                del self.one[key]

    def all(self, key: str) -> Sequence[int]:
        """Return every row of a key."""
        found = self.one.get(key)
        return self.several.get(key, ()) if found is None else (found,)


class Firms:
    """A table of firms that can be asked for one.

    Parameters
    ----------
    frame
        Columns firm_id, credit_code and name, each of which may be missing.
    issues
        Takes what is wrong with the codes.

    Attributes
    ----------
    codes, names
        Keys of each firm, empty where it has none.
    keys
        What each firm is known by: the same whatever the order of the rows.
    labels, shown_ids
        How messages and tables call each firm.
    by_id, by_code, by_name
        Where each key stands.
    """

    def __init__(self, frame: pd.DataFrame, issues: IssueTable) -> None:
        names, written = cells_of(frame, "name"), cells_of(frame, "credit_code")
        self.shown_ids = [plain_id(value) for value in cells_of(frame, "firm_id")]
        codes = code_keys(written)
        ids = name_keys(self.shown_ids)
        self.codes = long_codes(codes)
        self.names = name_keys(names)
        self.labels = [
            plain_text(name) or code or own or "?"
            for name, code, own in zip(names, codes, ids, strict=True)
        ]
        self.keys = ["\x1f".join(key) for key in zip(self.codes, self.names, ids, strict=True)]
        self.by_id = Places(ids)
        self.by_code = Places(self.codes)
        self.by_name = Places(self.names)
        _remark_codes(codes, issues)
        for code, places in self.by_code.several.items():
            told = "、".join(sorted(self.labels[at] for at in places))
            issues.add("firm_double", "error", feature=code, field="credit_code", names=told)

    def __len__(self) -> int:
        """Return the number of firms."""
        return len(self.codes)


def cells_of(frame: pd.DataFrame, column: str) -> list[object]:
    """Return the cells of a column, None for each where there is no such column."""
    if column not in frame.columns:
        return [None] * len(frame)
    return list(frame[column].tolist())


def long_codes(keys: Sequence[str]) -> list[str]:
    """Return the codes of 18 characters; others are empty."""
    return [key if len(key) == CODE_LENGTH else "" for key in keys]


def plain_text(value: object) -> str:
    """Return the text of a cell, empty where it holds nothing."""
    text = value.strip() if isinstance(value, str) else "" if value is None else str(value).strip()
    return "" if text in _EMPTY else text


def plain_id(value: object) -> str:
    """Return an id as text; a number that a sheet made a float is still that number."""
    text = plain_text(value)
    return text.removesuffix(".0") if isinstance(value, float) else text


def _remark_codes(keys: Sequence[str], issues: IssueTable) -> None:
    short = sorted({key for key in keys if key and len(key) != CODE_LENGTH})
    for kind, found in (("code_length", short), ("code_check_digit", wrong_check_digits(keys))):
        if found:
            some = "、".join(found[:_SHOWN_CODES])
            issues.add(kind, "warning", field="credit_code", count=len(found), some=some)
