"""A land review as plain dicts and lists: what JSON and pages show of it.

Only the low-efficiency plots are listed one by one; the sums are theirs. What is unknown is
None, so that a reader never takes it for 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from platforms import messages
from platforms.planning.figures import mu_of
from platforms.planning.land.potential import freed_overlap_m2, potential_records
from platforms.planning.land.review import LandReview
from platforms.planning.land.sites import plain

__all__ = ["land_meanings", "review_records"]

# beside what a plot gives by its measure
_PLOT = (
    "verdict", "town", "platform_group", "layout_unit", "industry", "gross_m2", "net_m2",
    "building_m2", "unused_m2", "far_present", "floor_potential_m2", "idle_verdict", "idle_days",
    "energy_freed_tce", "energy_moved_tce", "emission_freed_t", "inside_m2", "outside_m2",
    "control_line", "area_group",
)  # fmt: skip
_TARGET = ("target_id", "doc", "indicator", "year", "value", "unit", "computed", "gap", "state")


def review_records(review: LandReview, lang: str | None = None) -> dict[str, object]:
    """Return a review as what JSON can hold.

    Parameters
    ----------
    review
        What :func:`platforms.land_review` gave.
    lang
        Language of titles and reasons; default the current one.

    Returns
    -------
    records
        ``plots`` (the low-efficiency ones), ``sums`` (rows by table of ``LAND_GROUPS``; the
        group stands under ``group``), ``measures``, ``targets``, ``meanings`` (see
        ``land_meanings``), ``within_m``, ``areas``,
        ``control_line`` (rows by ``town`` and ``verdict``), ``balance`` (None without land
        changes), ``overlap`` (``plots``: whose land, ``limits`` in their order and ``m2``, a row a
        limit),
        ``parameters``, ``factors``, ``method`` (whose method the estimate is) and
        ``sample_layers``. Areas in m² or 亩 as their names say; None is not known.
    """
    return {
        "plots": _plots(review, lang),
        "sums": {name: _rows(_known(table)) for name, table in review.sums.items()},
        "measures": _rows(review.measures),
        "targets": _targets(review.targets),
        "meanings": land_meanings(review, lang),
        "within_m": review.areas.within_m,
        "areas": review.areas.records(),
        "control_line": {by: _rows(table) for by, table in review.control.items()},
        "balance": None if review.balance is None else review.balance.to_json(),
        "overlap": {
            "plots": "low_efficiency",
            "limits": list(review.order),
            "m2": [[plain(cell) for cell in row] for row in review.overlap.to_numpy().tolist()],
        },
        "parameters": review.parameters.records(lang),
        "factors": review.factors.records(lang),
        "method": review.factors.method,
        "sample_layers": list(review.sample_layers),
    }


def land_meanings(review: LandReview, lang: str | None = None) -> dict[str, object]:
    """Return the two figures that are both called reclaimable land, and what tells them apart.

    Parameters
    ----------
    review
        What :func:`platforms.land_review` gave.
    lang
        Language of the sentence; default the current one.

    Returns
    -------
    meanings
        ``net_mu``: net land of all low-efficiency plots, shared land once, which the targets
        are compared with; ``net_unknown`` plots are not in it. ``freed_mu``: what plots to
        vacate or relocate and stated mergers free of it; ``freed_unknown`` plots are not in
        it. 亩; None where no plot is known. ``text``: both in one sentence.
    """
    low = review.chosen()
    net, freed = low["net_m2"], low["potential_land_m2"]
    twice = low["net_overlap_m2"] if "net_overlap_m2" in low else net * 0.0
    told: dict[str, object] = {
        "net_mu": _sum_mu(net - twice),
        "net_unknown": int(net.isna().sum()),
        "freed_mu": _sum_mu(freed - freed_overlap_m2(low)),
        "freed_unknown": int(freed.isna().sum()),
    }
    shown = {name: "—" if value is None else value for name, value in told.items()}
    return {**told, "text": messages.text("sheet.land.two_meanings", lang, **shown)}


def _sum_mu(area_m2: pd.Series) -> float | None:
    return None if len(area_m2) and area_m2.isna().all() else mu_of(area_m2)


def _plots(review: LandReview, lang: str | None) -> list[dict[str, object]]:
    chosen = pd.DataFrame(review.chosen())
    known = [name for name in _PLOT if name in chosen]
    told = potential_records(chosen, lang)
    rows = chosen[known].to_dict("records")
    return [
        {"plot_id": record["plot_id"], **_plain(row), **record}
        for record, row in zip(told, rows, strict=True)
    ]


def _rows(table: pd.DataFrame) -> list[dict[str, object]]:
    """Return the rows of a table that is indexed by its groups."""
    return [
        {"group": plain(group), **_plain(row)}
        for group, row in zip(table.index, table.to_dict("records"), strict=True)
    ]


def _known(sums: pd.DataFrame) -> pd.DataFrame:
    """Empty the sums of groups in which no plot is known; a sum of nothing is not 0."""
    areas = [name for name in sums.columns if str(name).endswith(("_m2", "_mu"))]
    nothing = sums["plots"].gt(0) & sums["unknown"].ge(sums["plots"])
    return sums.assign(**{name: sums[name].mask(nothing) for name in areas})


def _targets(table: pd.DataFrame) -> list[dict[str, object]]:
    known = [name for name in _TARGET if name in table]
    return [_plain(row) for row in table[known].to_dict("records")]


def _plain(row: Mapping[Any, Any]) -> dict[str, object]:
    return {str(name): plain(value) for name, value in row.items()}
