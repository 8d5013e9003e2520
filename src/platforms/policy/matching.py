"""Which firm is on which plot: by a table of links, else by code, else by name.

A code or name that two firms share decides nothing, and is reported; so is every row that
found no partner. Names are equal after folding or they are not; likeness is not looked at.
Where a plot and a firm carry the same name and different codes, they are not the same firm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms.geo.ingest.numbers import parse_number
from platforms.issues import IssueTable
from platforms.layers.firm_identity import (
    CODE_LENGTH,
    code_key,
    has_check_digit,
    name_key,
    split_names,
)

__all__ = ["ABSENT", "ROLES", "Firms", "Pairs", "match_cells", "match_links", "ways"]

# place of a plot that a link names and the plots do not hold
ABSENT = -1

ROLES = {
    "owner": {
        "owner",
        "业主",
        "产权人",
        "自有",
        "出租方",
        "出租",
        "权利人",
        "所有",
        "土地使用权人",
    },
    "tenant": {"tenant", "租户", "租赁", "承租", "承租方", "承租企业", "租用"},
}
_SHOWN_CODES = 5


@dataclass(frozen=True)
class Pairs:
    """Firms on plots, one entry a pair, ordered by firm, then plot.

    Attributes
    ----------
    plot, firm
        Places in the two tables; plot is ``ABSENT`` for a plot that is not there.
    share
        Part of the firm (0 to 1) on the plot, NaN where none is given.
    role
        ``owner``, ``tenant`` or empty.
    way
        ``links``, ``code`` or ``name``.
    """

    plot: NDArray[np.int64]
    firm: NDArray[np.int64]
    share: NDArray[np.float64]
    role: NDArray[np.object_]
    way: NDArray[np.object_]

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.plot)

    def keep(self, where: NDArray[np.bool_]) -> Pairs:
        """Return some of the pairs."""
        return Pairs(
            self.plot[where], self.firm[where], self.share[where], self.role[where], self.way[where]
        )


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
    keys
        What each firm is known by: the same whatever the order of the rows.
    labels, shown_ids
        How messages and tables call each firm.
    """

    def __init__(self, frame: pd.DataFrame, issues: IssueTable) -> None:
        self.shown_ids = [_plain_id(v) for v in _cells(frame, "firm_id")]
        self.ids = [name_key(v) for v in self.shown_ids]
        self.codes = [_code(v) for v in _cells(frame, "credit_code")]
        self.names = [name_key(v) for v in _cells(frame, "name")]
        shown = zip(_cells(frame, "name"), _cells(frame, "credit_code"), self.ids, strict=True)
        self.labels = [_label(*parts) for parts in shown]
        self.keys = ["\x1f".join(key) for key in zip(self.codes, self.names, self.ids, strict=True)]
        self.by_id = _places(self.ids)
        self.by_code = _places(self.codes)
        self.by_name = _places(self.names)
        _remark_codes(_cells(frame, "credit_code"), issues)
        for code, places in self.by_code.items():
            if len(places) > 1:
                told = "、".join(sorted(self.labels[p] for p in places))
                issues.add("firm_double", "error", feature=code, field="credit_code", names=told)

    def __len__(self) -> int:
        """Return the number of firms."""
        return len(self.codes)

    def by(self, places: Mapping[str, Sequence[int]], key: str) -> int | None:
        """Return the one firm of a key, None for none or several."""
        found = places.get(key, ()) if key else ()
        return found[0] if len(found) == 1 else None


def match_cells(plots: pd.DataFrame, firms: Firms, issues: IssueTable) -> Pairs:
    """Match by the codes and names that the plots themselves carry.

    Parameters
    ----------
    plots
        Columns plot_id, credit_code, firm_name; a cell may list several, parted by ``；`` or
        ``、``.
    firms
        The firms.
    issues
        Takes matched_by_name, name_ambiguous, firm_code_differs and plot_without_firm.

    Returns
    -------
    pairs
        Each pair once.
    """
    seen: dict[tuple[int, int], str] = {}
    silent = 0
    ids = _cells(plots, "plot_id")
    rows = zip(ids, _cells(plots, "credit_code"), _cells(plots, "firm_name"), strict=True)
    for plot, (plot_id, code_cell, name_cell) in enumerate(rows):
        named = _parties(code_cell, name_cell)
        if not named:
            silent += 1
        for code, name in named:
            found, way = _find(firms, code, name, str(plot_id), issues)
            if found is not None:
                way = min(way, seen.get((found, plot), way))
                seen[found, plot] = way
    if silent:
        issues.add("plots_without_name", "info", count=silent)
    pairs = [(firm, plot, np.nan, "", way) for (firm, plot), way in seen.items()]
    return _pairs(pairs, firms, ids)


def match_links(
    links: pd.DataFrame, plots: pd.DataFrame, firms: Firms, issues: IssueTable
) -> Pairs:
    """Match by a table of links.

    Parameters
    ----------
    links
        Columns plot_id; firm_id, credit_code or name (the first that a row fills decides);
        share (0 to 1, or per cent with its sign) and role (owner, tenant), both optional.
    plots
        Column plot_id.
    firms
        The firms.
    issues
        Takes link_unmatched, link_plot_absent, link_double and link_share_wrong.

    Returns
    -------
    pairs
        Each pair once; those whose plot is not there have the plot ``ABSENT``.
    """
    ids = [str(v) for v in _cells(plots, "plot_id")]
    places = _places(ids)
    found: dict[tuple[int, str], set[tuple[float | None, str]]] = {}
    columns = ("plot_id", "firm_id", "credit_code", "name", "share", "role")
    for row, cells in enumerate(zip(*(_cells(links, c) for c in columns), strict=True), start=1):
        plot_id = _plain_id(cells[0])
        firm = _linked(firms, cells[1], cells[2], cells[3])
        if firm is None or not plot_id:
            told = " ".join(t for t in (_text(c) for c in cells[:4]) if t)
            issues.add("link_unmatched", "warning", feature=plot_id or None, row=row, text=told)
            continue
        share = _share(cells[4])
        if share is None and _text(cells[4]):
            value = _text(cells[4])
            issues.add("link_share_wrong", "warning", feature=plot_id, row=row, value=value)
        found.setdefault((firm, plot_id), set()).add((share, _role(cells[5])))
    pairs = []
    for (firm, plot_id), entries in found.items():
        at, label = places.get(plot_id, ()), firms.labels[firm]
        if len(entries) > 1:
            issues.add("link_double", "warning", feature=plot_id, firm=label)
        if len(at) != 1:
            issues.add("link_plot_absent", "warning", feature=plot_id, firm=label)
        share, role = _one(entries)
        pairs.append((firm, at[0] if len(at) == 1 else ABSENT, share, role, "links"))
    return _pairs(pairs, firms, ids)


def _pairs(
    found: Sequence[tuple[int, int, float, str, str]], firms: Firms, ids: Sequence[object]
) -> Pairs:
    def place(pair: tuple[int, int, float, str, str]) -> tuple[str, str]:
        return firms.keys[pair[0]], "" if pair[1] == ABSENT else str(ids[pair[1]])

    ordered = sorted(found, key=place)
    firm, plot, share, role, way = zip(*ordered, strict=True) if ordered else ((),) * 5
    return Pairs(
        np.array(plot, dtype=np.int64),
        np.array(firm, dtype=np.int64),
        np.array(share, dtype=np.float64),
        np.array(role, dtype=object),
        np.array(way, dtype=object),
    )


def _parties(code_cell: object, name_cell: object) -> list[tuple[str, str]]:
    """Return code and name of each firm that a plot names."""
    codes = [code for code in map(_code, split_names(code_cell)) if code]
    names = [name for name in map(name_key, split_names(name_cell)) if name]
    if not codes or not names or len(codes) == len(names):
        size = max(len(codes), len(names))
        codes += [""] * (size - len(codes))
        names += [""] * (size - len(names))
        return list(zip(codes, names, strict=True))
    # which name belongs to which code is open: the codes speak
    return [(code, "") for code in codes]


def _find(
    firms: Firms, code: str, name: str, plot_id: str, issues: IssueTable
) -> tuple[int | None, str]:
    """Return the firm that a plot names and how it was found."""
    by_code = firms.by(firms.by_code, code)
    if by_code is not None:
        return by_code, "code"
    namesakes = firms.by_name.get(name, ()) if name else ()
    if len(namesakes) > 1:
        issues.add("name_ambiguous", "warning", feature=plot_id, name=name, count=len(namesakes))
        return None, ""
    if not namesakes:
        issues.add("plot_without_firm", "warning", feature=plot_id, name=name or code)
        return None, ""
    (at,) = namesakes
    if code and firms.codes[at] and code != firms.codes[at]:
        issues.add(
            "firm_code_differs", "warning", feature=plot_id, field="credit_code",
            name=firms.labels[at], code=code, other=firms.codes[at],
        )  # fmt: skip
        return None, ""
    issues.add("matched_by_name", "info", feature=plot_id, name=firms.labels[at])
    return at, "name"


def _linked(firms: Firms, firm_id: object, code: object, name: object) -> int | None:
    """Return the firm of a link: what the row fills first decides alone."""
    for places, key in (
        (firms.by_id, name_key(_plain_id(firm_id))),
        (firms.by_code, _code(code)),
        (firms.by_name, name_key(name)),
    ):
        if key:
            return firms.by(places, key)
    return None


def _remark_codes(cells: Sequence[object], issues: IssueTable) -> None:
    codes = [code for code in map(code_key, cells) if code]
    short = sorted({code for code in codes if len(code) != CODE_LENGTH})
    wrong = sorted({c for c in codes if len(c) == CODE_LENGTH and not has_check_digit(c)})
    for kind, found in (("code_length", short), ("code_check_digit", wrong)):
        if found:
            some = "、".join(found[:_SHOWN_CODES])
            issues.add(kind, "warning", field="credit_code", count=len(found), some=some)


def _code(value: object) -> str:
    code = code_key(value)
    return code if len(code) == CODE_LENGTH else ""


def _cells(frame: pd.DataFrame, column: str) -> list[object]:
    if column not in frame.columns:
        return [None] * len(frame)
    return list(frame[column].tolist())


def _places(keys: Sequence[str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for at, key in enumerate(keys):
        if key:
            places.setdefault(key, []).append(at)
    return places


def _label(name: object, code: object, firm_id: str) -> str:
    return _text(name) or code_key(code) or firm_id or "?"


def _text(value: object) -> str:
    text = "" if value is None else str(value).strip()
    return "" if text in {"nan", "<NA>", "None", "NaT"} else text


def _plain_id(value: object) -> str:
    text = _text(value)
    # a number that a sheet made a float is still the plot's number
    return text.removesuffix(".0") if isinstance(value, float) else text


def _role(value: object) -> str:
    word = name_key(value)
    return next((role for role, words in ROLES.items() if word in words), "")


def _share(value: object) -> float | None:
    """Return a share, None where the cell holds none."""
    text = _text(value)
    percent = text.endswith(("%", "％"))
    number = parse_number(text.rstrip("%％"))
    if number is None:
        return None
    share = float(number) / (100 if percent else 1)
    return share if 0 <= share <= 1 else None


def _one(entries: set[tuple[float | None, str]]) -> tuple[float, str]:
    """Return share and role of a pair; what its rows say differently is not known."""
    shares, roles = ({entry[part] for entry in entries} for part in (0, 1))
    (share,) = shares if len(shares) == 1 else (None,)
    (role,) = roles if len(roles) == 1 else ("",)
    return (np.nan if share is None else float(share)), str(role)


def ways(pairs: Pairs) -> dict[str, int]:
    """Count the pairs on plots by the way in which they were found."""
    found = Counter(pairs.way[pairs.plot != ABSENT].tolist())
    return {way: found.get(way, 0) for way in ("links", "code", "name")}
