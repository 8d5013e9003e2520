"""Ids of rows: the file's own, and what a row is called that has none or shares one.

What a row is called here serves one reading. Another order of the same rows gives other names,
so who keeps plots by their ids is told which rows had none of their own.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, cast

import pandas as pd

from platforms.geo.ingest.columns import Meaning
from platforms.geo.ingest.values import id_text
from platforms.issues import IssueTable

__all__ = ["RowIds", "folded_id", "row_ids"]


class RowIds(NamedTuple):
    """What rows are called.

    Attributes
    ----------
    ids
        One id a row, no two the same.
    own
        The id that the file gives, None where it gives none.
    source
        The column that became the id whole; empty where none did.
    """

    ids: list[str]
    own: list[str | None]
    source: str

    @property
    def twice(self) -> tuple[str, ...]:
        """Ids that the file gives to several rows, in their order."""
        counted = Counter(one for one in self.own if one is not None)
        return tuple(one for one, count in counted.items() if count > 1)


def row_ids(
    attributes: pd.DataFrame,
    rows: Sequence[int],
    meanings: dict[str, list[Meaning]],
    issues: IssueTable,
) -> RowIds:
    """Return one id a row, the file's own or else its 1-based position.

    Parameters
    ----------
    attributes
        The file's columns.
    rows
        Numbers of the rows in the file, to name those without an id; none where gaps are usual.
    meanings
        What columns mean; that of the id is taken out.
    issues
        Takes what is to be said.
    """
    count = len(attributes)
    found = meanings.pop("plot_id", [])
    read = [(m, _column_ids(attributes[m.source])) for m in found]
    whole = [(m, ids) for m, ids in read if len({i for i in ids if i}) == count]
    some = [(m, ids) for m, ids in read if any(ids)]
    if not some:
        return RowIds([str(i + 1) for i in range(count)], [None] * count, "")
    meaning, ids = (whole or some)[0]
    _name_alike(ids, meaning.source, issues)
    if whole:
        if some[0][0] is not meaning:
            _name_passed_over(*some[0], meaning.source, issues)
        if meaning.source != "plot_id":
            issues.add("id_column", "info", field=meaning.source)
        return RowIds(cast("list[str]", ids), ids, meaning.source)
    return RowIds(_told_apart(ids, rows, meaning.source, issues), ids, "")


def _column_ids(cells: pd.Series) -> list[str | None]:
    if isinstance(cells.dtype, pd.StringDtype):
        words = (cell.strip() if isinstance(cell, str) else "" for cell in cells.tolist())
        return [word or None for word in words]
    return [None if pd.isna(c) or not str(c).strip() else id_text(c) for c in cells.tolist()]


def _name_alike(ids: Sequence[str | None], field: str, issues: IssueTable) -> None:
    """Name ids that look the same: they differ by case, width, blanks or signs nobody sees."""
    first: dict[str, str] = {}
    for own in dict.fromkeys(one for one in ids if one):
        like = first.setdefault(folded_id(own), own)
        if like != own:
            issues.add("id_alike", "warning", feature=own, field=field, value=like)


def folded_id(text: str) -> str:
    """Return an id without what the eye passes over.

    Parameters
    ----------
    text
        An id.

    Examples
    --------
    >>> folded_id("Ａ 1") == folded_id("a1")
    True
    """
    if text.isascii() and text.isalnum():
        return text.casefold()
    wide = unicodedata.normalize("NFKC", text).casefold()
    unseen = ("Cf", "Cc", "Zs")
    return "".join(sign for sign in wide if unicodedata.category(sign) not in unseen)


def _name_passed_over(
    meaning: Meaning, ids: Sequence[str | None], taken: str, issues: IssueTable
) -> None:
    """Name the column that would go first if it told the rows apart."""
    repeated = len(ids) - len({one for one in ids if one})
    issues.add("id_passed_over", "warning", field=meaning.source, count=repeated, taken=taken)


def _told_apart(
    ids: Sequence[str | None], rows: Sequence[int], field: str, issues: IssueTable
) -> list[str]:
    """Give each row an id of its own, and name those of ``rows`` that had none."""
    taken: Counter[str] = Counter()
    out: list[str] = []
    used = {i for i in ids if i}
    for at, own in enumerate(ids):
        if not own:
            free = str(at + 1) if str(at + 1) not in used else f"#{at + 1}"
            if rows:
                issues.add("id_missing", "warning", feature=free, field=field, row=rows[at])
        else:
            taken[own] += 1
            free = own if taken[own] == 1 else f"{own}#{taken[own]}"
            if free != own:
                issues.add("id_double", "warning", feature=free, field=field, value=own)
        out.append(free)
    return out
