"""Which firm is on which plot: by a table of links, else by code, else by name.

A code or name that two firms share decides nothing, and is reported; so is every row that
found no partner. Names are equal after folding or they are not; likeness is not looked at.
Where a plot and a firm carry the same name and different codes, they are not the same firm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from platforms.geo.ingest.numbers import parse_number
from platforms.issues import IssueTable
from platforms.layers.firm_identity import (
    code_keys,
    lists_several,
    name_key,
    name_keys,
    split_names,
)
from platforms.policy.firm_keys import (
    Firms,
    Places,
    cells_of,
    long_codes,
    plain_id,
    plain_text,
)

__all__ = ["ABSENT", "ROLES", "Pairs", "match_cells", "match_links", "ways"]

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

    def keep(self, where: NDArray[np.bool_ | np.integer]) -> Pairs:
        """Return some of the pairs, by a mask or in an order."""
        return Pairs(
            self.plot[where], self.firm[where], self.share[where], self.role[where], self.way[where]
        )


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
    ids = cells_of(plots, "plot_id")
    silent, by_code = 0, firms.by_code.one
    for plot, named in enumerate(_named(plots)):
        silent += not named
        for code, name in named:
            found, way = by_code.get(code), "code"
            if found is None:
                found, way = _find(firms, code, name, str(ids[plot]), issues)
            if found is not None:
                seen[found, plot] = min(way, seen.get((found, plot), way))
    if silent:
        issues.add("plots_without_name", "info", count=silent)
    places = np.array(list(seen), dtype=np.int64).reshape(-1, 2)
    size = len(places)
    return _ordered(
        Pairs(
            plot=places[:, 1],
            firm=places[:, 0],
            share=np.full(size, np.nan),
            role=np.full(size, "", dtype=object),
            way=np.array(list(seen.values()), dtype=object),
        ),
        firms,
        ids,
    )


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
    ids = [str(v) for v in cells_of(plots, "plot_id")]
    places = Places(ids)
    found: dict[tuple[int, str], tuple[float | None, str]] = {}
    differing: dict[tuple[int, str], set[tuple[float | None, str]]] = {}
    named = [plain_id(value) for value in cells_of(links, "plot_id")]
    partners = _linked(links, firms)
    shares, roles = cells_of(links, "share"), cells_of(links, "role")
    rows = zip(named, partners, shares, roles, strict=True)
    for row, (plot_id, firm, said, role) in enumerate(rows, start=1):
        if firm is None or not plot_id:
            told = " ".join(t for t in _told(links, row - 1) if t)
            issues.add("link_unmatched", "warning", feature=plot_id or None, row=row, text=told)
            continue
        share = _share(said)
        if share is None and (value := plain_text(said)):
            issues.add("link_share_wrong", "warning", feature=plot_id, row=row, value=value)
        entry = (share, _role(role))
        first = found.setdefault((firm, plot_id), entry)
        if first != entry:
            differing.setdefault((firm, plot_id), {first}).add(entry)
    for pair, entries in differing.items():
        issues.add("link_double", "warning", feature=pair[1], firm=firms.labels[pair[0]])
        found[pair] = _one(entries)
    plot = [places.one.get(plot_id, ABSENT) for _, plot_id in found]
    for (firm, plot_id), at in zip(found, plot, strict=True):
        if at == ABSENT:
            issues.add("link_plot_absent", "warning", feature=plot_id, firm=firms.labels[firm])
    stated = [np.nan if share is None else share for share, _ in found.values()]
    return _ordered(
        Pairs(
            plot=np.array(plot, dtype=np.int64),
            firm=np.array([firm for firm, _ in found], dtype=np.int64),
            share=np.array(stated, dtype=np.float64),
            role=np.array([role for _, role in found.values()], dtype=object),
            way=np.full(len(found), "links", dtype=object),
        ),
        firms,
        ids,
    )


def _ordered(pairs: Pairs, firms: Firms, ids: Sequence[object]) -> Pairs:
    """Sort by what firms and plots are known by: no order of rows plays a part."""
    keys = pa.array(firms.keys, pa.string()).take(pa.array(pairs.firm))
    # the last is for plots that are not here
    names = pa.array([*map(str, ids), ""], pa.string())
    table = pa.table({"firm": keys, "plot": names.take(pa.array(pairs.plot % len(names)))})
    order = pc.sort_indices(table, [("firm", "ascending"), ("plot", "ascending")])
    return pairs.keep(order.to_numpy())


def _named(plots: pd.DataFrame) -> Iterator[list[tuple[str, str]]]:
    """Go through the firms that each plot names, as code and name."""
    codes, names = cells_of(plots, "credit_code"), cells_of(plots, "firm_name")
    listed = zip(lists_several(codes), lists_several(names), strict=True)
    several = [one or other for one, other in listed]
    single = zip(long_codes(code_keys(codes)), name_keys(names), strict=True)
    for at, (code, name) in enumerate(single):
        if several[at]:
            yield _parties(codes[at], names[at])
        else:
            yield [(code, name)] if code or name else []


def _parties(code_cell: object, name_cell: object) -> list[tuple[str, str]]:
    """Return code and name of each firm that a plot names."""
    codes = [code for code in long_codes(code_keys(split_names(code_cell))) if code]
    names = [name for name in name_keys(split_names(name_cell)) if name]
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
    """Return the firm that a plot names and how it was found, where its code finds none."""
    namesakes = firms.by_name.all(name) if name else ()
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


def _linked(links: pd.DataFrame, firms: Firms) -> Iterator[int | None]:
    """Go through the firms of the links: what a row fills first decides alone."""
    ids = name_keys([plain_id(value) for value in cells_of(links, "firm_id")])
    codes = long_codes(code_keys(cells_of(links, "credit_code")))
    names = name_keys(cells_of(links, "name"))
    by_id, by_code, by_name = firms.by_id.one, firms.by_code.one, firms.by_name.one
    for own, code, name in zip(ids, codes, names, strict=True):
        if own:
            yield by_id.get(own)
        elif code:
            yield by_code.get(code)
        else:
            yield by_name.get(name)


def _told(links: pd.DataFrame, row: int) -> Iterator[str]:
    for column in ("plot_id", "firm_id", "credit_code", "name"):
        if column in links:
            yield plain_text(links[column].iloc[row])


def _role(value: object) -> str:
    if value is None or value == "":
        return ""
    word = name_key(value)
    return next((role for role, words in ROLES.items() if word in words), "")


def _share(value: object) -> float | None:
    """Return a share, None where the cell holds none."""
    text = plain_text(value)
    if not text:
        return None
    percent = text.endswith(("%", "％"))
    number = parse_number(text.rstrip("%％"))
    if number is None:
        return None
    share = float(number) / (100 if percent else 1)
    return share if 0 <= share <= 1 else None


def _one(entries: set[tuple[float | None, str]]) -> tuple[float | None, str]:
    """Return share and role of a pair; what its rows say differently is not known."""
    shares, roles = {share for share, _ in entries}, {role for _, role in entries}
    return (shares.pop() if len(shares) == 1 else None), (roles.pop() if len(roles) == 1 else "")


def ways(pairs: Pairs) -> dict[str, int]:
    """Count the pairs on plots by the way in which they were found."""
    found = Counter(pairs.way[pairs.plot != ABSENT].tolist())
    return {way: found.get(way, 0) for way in ("links", "code", "name")}
