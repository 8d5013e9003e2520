"""Faults of parts, brought into the order in which a run on all plots finds them.

A part finds its faults kind by kind and plot by plot, as the whole does; put in the order of the
kinds and then of the rows they are the whole's. What the whole tells in one row for many plots is
added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from platforms.issues import Issue, IssueTable

__all__ = ["CHECKED", "CUT", "DECLARED", "PLACED", "UNKNOWN", "Fault", "faults_of", "in_order"]

_NAMED = 5

_LAST = 99
# the kinds in the order in which a run on all plots names them; those of one number by row alone
_RANKS = {
    "shape_repaired": 0, "shape_unrepaired": 0,
    "shape_missing": 1, "shape_empty": 2, "shape_not_polygon": 3, "shape_crossed": 4,
    "shape_parts": 5, "shape_repeated_points": 6, "shape_sliver": 7, "shape_spike": 8,
    "shape_duplicate": 9, "shape_overlap": 9, "shape_outside": 10, "shape_partly_outside": 10,
    "declared_differs": 20, "declared_close": 21,
    "plot_repaired": 30, "plot_not_area": 31,
    "limit_unknown_for_plot": 40,
    "accuracy_unclear": 50, "accuracy_short_town": 51, "accuracy_short_platform": 52,
    "accuracy_short_layout_unit": 53,
    "town_contradicts": 60, "town_undecided": 60,
}  # fmt: skip
CHECKED, DECLARED, CUT, UNKNOWN, PLACED = (0, 19), (20, 29), (30, 39), (40, 49), (50, _LAST)
_PAIRS = {"shape_duplicate", "shape_overlap"}
# told once for many plots: the field that lists some of them
_LISTS = {"limit_unknown_for_plot": "plots", "accuracy_unclear": "features"}
_COUNTED = {*_LISTS, "accuracy_short_town", "accuracy_short_platform", "accuracy_short_layout_unit"}


@dataclass(frozen=True)
class Fault:
    """A fault and where it stands among those of all plots.

    Attributes
    ----------
    order
        Rank of the kind, then the rows that it speaks of.
    issue
        What is told, by the names of the plots.
    rows
        Rows of the plots that it lists, where it is told once for many.
    """

    order: tuple[int, int, int]
    issue: Issue
    rows: tuple[int, ...] = ()


def faults_of(
    issues: Iterable[Issue],
    names: Mapping[str, str],
    *,
    own: set[str] | None = None,
    layers: Sequence[str] = (),
) -> list[Fault]:
    """Return the faults of a part whose plots are named by their rows.

    Parameters
    ----------
    issues
        What was found.
    names
        What plots are called, by row.
    own
        The part's own plots; faults of neighbours are left out. Default all.
    layers
        Names of the limits in their order.
    """
    made = []
    for issue in issues:
        if issue.feature is not None and own is not None and issue.feature not in own:
            continue
        rank = _RANKS.get(issue.kind, _LAST)
        row = -1 if issue.feature is None else int(issue.feature)
        order: tuple[int, int, int] = (rank, row, -1)
        rows: tuple[int, ...] = ()
        values = dict(issue.values)
        if issue.kind in _PAIRS:
            # pairs stand in the order of their first plot
            order = (rank, int(str(values["other"])), row)
            values["other"] = names[str(values["other"])]
        elif issue.kind in _LISTS:
            listed = [str(one) for one in values[_LISTS[issue.kind]]]  # type: ignore[attr-defined]
            rows = tuple(int(one) for one in listed)
            if issue.kind == "limit_unknown_for_plot":
                order = (rank, layers.index(str(issue.layer)), -1)
                values["plots"] = [names[one] for one in listed]
        feature = None if issue.feature is None else names[issue.feature]
        made.append(Fault(order, replace(issue, feature=feature, values=values), rows))
    return made


def in_order(faults: Iterable[Fault], first: int = 0, last: int = _LAST) -> IssueTable:
    """Return the faults of all parts as one table, those told for many plots added up.

    Parameters
    ----------
    faults
        Of all parts, in any order.
    first, last
        Ranks of the kinds that are wanted, see ``CHECKED``, ``DECLARED`` and the like.
    """
    single: list[Fault] = []
    many: dict[tuple[str, str | None], list[Fault]] = {}
    for fault in faults:
        issue = fault.issue
        if not first <= fault.order[0] <= last:
            continue
        if issue.kind in _COUNTED:
            many.setdefault((issue.kind, issue.layer), []).append(fault)
        else:
            single.append(fault)
    single += [_added(held) for held in many.values()]
    return IssueTable(fault.issue for fault in sorted(single, key=lambda one: one.order))


def _added(faults: list[Fault]) -> Fault:
    first = faults[0]
    values = dict(first.issue.values)
    for name in ("count", "points"):
        if name in values:
            values[name] = sum(int(str(fault.issue.values[name])) for fault in faults)
    if "worst_m" in values:
        worst = max(int(str(fault.issue.values["worst_m"])) for fault in faults)
        values["worst_m"] = str(worst)
    listed = _LISTS.get(first.issue.kind)
    if listed is not None:
        told = [
            pair
            for fault in faults
            for pair in zip(fault.rows, fault.issue.values[listed], strict=True)  # type: ignore[call-overload]
        ]
        values[listed] = [name for _, name in sorted(told, key=lambda one: one[0])[:_NAMED]]
    return replace(first, issue=replace(first.issue, values=values))
