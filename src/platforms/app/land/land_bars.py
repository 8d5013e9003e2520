"""From gross to net as bars that fall: of the county, and of one plot.

Each bar begins where the one before ended, so that what is left can be seen; the numbers
beside them are exact and sum to the cent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

import platforms as ip
from platforms import messages
from platforms.app.land.land_trial import LandTrial
from platforms.app.markup import Html, el
from platforms.app.scene import Scene
from platforms.units import half_up, m2_to_mu

__all__ = [
    "Step",
    "county_fall",
    "falling",
    "mu_text",
    "plot_land",
    "printed_mu",
    "steps",
    "trial_mark",
]

_GROSS, _LIMIT = "#8fa3b8", "#aa4499"


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"app.land.{entry}", None, **fields)


class Step(NamedTuple):
    """One bar: its name, where it begins and how long it is, m²."""

    label: str
    start: float
    area_m2: float
    color: str


def printed_mu(area_m2: float) -> float:
    """Return m² as 亩 with the two decimals that are printed, half up."""
    # the product's own noise would decide what lies half way
    return half_up(half_up(m2_to_mu(area_m2), 8), 2)


def mu_text(area_m2: float) -> str:
    """Return m² as 亩 to be read; what is unknown says so."""
    return _t("not_known") if pd.isna(area_m2) else f"{printed_mu(area_m2):,.2f}"


def trial_mark(trial: LandTrial) -> Html | None:
    """Return the mark of figures that come from a trial; None for those of the run."""
    return el("span", _t("mark"), cls="ip-trial-mark") if trial.switches.changed else None


def steps(
    gross_m2: float, deductions: Mapping[str, float], net_m2: float, *, overlap_m2: float = 0.0
) -> list[Step]:
    """Return the bars from gross to net, each limit in its colour on the map of claims.

    Parameters
    ----------
    gross_m2, net_m2
        Before and after, m².
    deductions
        By name of the limit, in order, m².
    overlap_m2
        What of the net land several plots have, m²; where there is any, two more bars lead to
        the land counted once.
    """
    fills = ip.claim_colors()
    bars = [Step(_t("gross"), 0.0, gross_m2, _GROSS)]
    left = gross_m2
    for name, area in deductions.items():
        left -= 0.0 if pd.isna(area) else area
        bars.append(
            Step(_t("less", name=ip.limit_title(name)), left, area, fills.get(name, _LIMIT))
        )
    bars.append(Step(_t("net"), 0.0, net_m2, fills["none"]))
    if overlap_m2 > 0:
        once = net_m2 - overlap_m2
        bars.append(Step(_t("overlap"), once, overlap_m2, _LIMIT))
        bars.append(Step(_t("net_once"), 0.0, once, fills["none"]))
    return bars


def falling(bars: Sequence[Step], *, mu_first: bool) -> Html:
    """Return bars that fall, with 亩 and m² beside them.

    Parameters
    ----------
    bars
        From :func:`steps`.
    mu_first
        Print 亩 large and m² small, as for a county; else the other way round.
    """
    top = max((bar.area_m2 for bar in bars if pd.notna(bar.area_m2)), default=0.0)
    return el("div", *(_line(bar, top, mu_first=mu_first) for bar in bars), cls="ip-fall")


def _line(bar: Step, top: float, *, mu_first: bool) -> Html:
    known = pd.notna(bar.area_m2)
    texts = [
        _t("mu", mu=mu_text(bar.area_m2)) if known else _t("not_known"),
        _t("m2", m2=f"{bar.area_m2:,.2f}") if known else "",
    ]
    large, small = texts if mu_first or not known else reversed(texts)
    drawn = None
    if known and bar.area_m2 > 0 and top > 0:
        left, wide = 100 * max(bar.start, 0.0) / top, 100 * bar.area_m2 / top
        # a sliver of a bar is still a bar
        style = f"margin-left:min({left:.2f}%,calc(100% - 2px));width:max({wide:.2f}%,2px);"
        drawn = el("i", style=f"{style}background:{bar.color}")
    return el(
        "div",
        el("span", bar.label, cls="ip-fall-label", title=bar.label),
        el("span", drawn, cls="ip-fall-bar"),
        el("span", el("b", large), el("small", small), cls="ip-fall-text"),
        cls="ip-fall-row",
    )


def county_fall(trial: LandTrial) -> Html:
    """Return the low-efficiency land of the county from gross to net, or why it is not known."""
    if trial.silence:
        nothing = el("p", el("b", _t("nothing")), el("span", trial.silence), cls="ip-silence")
        return el("section", el("h4", _t("fall"), trial_mark(trial)), nothing, cls="ip-chart")
    totals = trial.totals
    # what was not given took nothing, which is not 0
    absent = {name for name, limit in trial.base.limits.items() if limit is None}
    taken = {name: area for name, area in totals["deductions"].items() if name not in absent}
    overlap = totals["overlap_m2"]
    bars = steps(totals["gross_m2"], taken, totals["net_m2"], overlap_m2=overlap)
    unknown = totals["unknown"]
    note = el("p", _t("unknown_apart", plots=unknown), cls="ip-warning") if unknown else None
    counted = el("small", _t("plots", plots=len(trial.low), unknown=totals["unknown"]))
    head = el("h4", _t("fall"), counted, trial_mark(trial))
    return el("section", head, falling(bars, mu_first=True), note, cls="ip-chart")


def plot_land(scene: Scene, plot_id: str) -> Html | None:
    """Return what a plot's land gives, for the panel; None where nothing was deducted.

    Parameters
    ----------
    scene
        A run, or a trial of one: what the trial says is shown.
    plot_id
        The plot.
    """
    plots = scene.run.plots
    if "net_m2" not in plots or "gross_m2" not in plots:
        return None
    rows = plots[plots["plot_id"].astype(str).eq(plot_id)]
    if rows.empty:
        return None
    row: dict[str, Any] = {str(name): value for name, value in rows.iloc[0].items()}
    parts = {
        name.removeprefix("deduct_").removesuffix("_m2"): value
        for name, value in row.items()
        if name.startswith("deduct_")
    }
    bars = falling(steps(row["gross_m2"], parts, row["net_m2"]), mu_first=False)
    facts = [*_potential(rows, row), *_place(row)]
    pairs = [part for label, text in facts for part in (el("dt", label), el("dd", text))]
    asked = "low_efficiency" in scene.run.pack.outcomes
    other = asked and row["verdict"] != "low_efficiency"
    entry = "unjudged_plot" if row["verdict"] == "unknown" else "not_counted"
    note = el("p", _t(entry), cls="ip-note") if other else None
    return el(
        "section", el("h4", _t("plot_fall")), bars, note,
        el("dl", *pairs, cls="ip-facts") if pairs else None, cls="ip-cite ip-land",
    )  # fmt: skip


def _potential(rows: pd.DataFrame, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    if "potential_reason" not in row:
        return []
    (told,) = ip.potential_records(rows)
    facts = [(_t("fact.potential"), str(told["potential_reason_text"]))]
    for name in ("land", "floor", "demand"):
        area = row[f"potential_{name}_m2"]
        if pd.notna(area) and area > 0:
            facts.append((_t(f"fact.{name}"), _areas(area)))
    if pd.notna(row.get("unused_m2")):
        facts.append((_t("fact.unused"), _areas(row["unused_m2"])))
    if pd.notna(row.get("realistic_m2")):
        text = f"{_areas(row['realistic_m2'])} · {told['realistic_method_text']}"
        facts.append((_t("fact.realistic"), text))
    return facts


def _place(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    facts = []
    if "control_line" in row:
        side = row["control_line"]
        facts.append((_t("fact.line"), _t(f"line.{side if pd.notna(side) else 'unknown'}")))
    if row.get("area_group"):
        facts.append((_t("fact.group"), str(row["area_group"])))
    return facts


def _areas(area_m2: float) -> str:
    both = [_t("m2", m2=f"{area_m2:,.2f}"), _t("mu", mu=mu_text(area_m2))]
    return " · ".join(both)
