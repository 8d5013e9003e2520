"""The key figures and charts of a run as a map sheet prints them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from platforms import messages
from platforms.outputs.maps.map_parts import Bar, Chart, Figure
from platforms.outputs.verdict_words import silence, verdict_words
from platforms.planning.run import Run
from platforms.units import printed

__all__ = ["VERDICT_COLORS", "charts_of", "figure_is_sample", "headline"]

# colour-blind safe, and apart in grey (standards: Tol muted, hatched on the map)
VERDICT_COLORS = {
    "low_efficiency": "#cc6677",
    "idle": "#ddcc77",
    "review_city": "#ee8866",
    "review_province": "#882255",
    "not": "#88ccee",
    "unknown": "#bbbbbb",
}


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"sheet.{entry}", None, **fields)


def headline(run: Run) -> list[Figure]:
    """Return the key figures as they are printed.

    They are plots, 亩, 亩 of what is hit, reclaimable 亩 and, where there are any, plots whose
    verdict is not known; a figure that is not known is ``—`` and its note says why.
    """
    hits = [(f"{outcome}_mu", 2, "mu") for outcome in run.pack.outcomes]
    shown = [
        ("plots", 0, "plots_unit"),
        ("area_mu", 2, "mu"),
        *hits,
        *([("reclaimable_mu", 2, "mu")] if "reclaimable_mu" in run.figures else []),
        *([("unknown", 0, "plots_unit")] if run.figures["unknown"] else []),
    ]
    return [
        Figure(
            key=key,
            label=_figure_label(run, key),
            value=printed(run.figures[key], digits),
            unit="" if silence(run, key) else _t(unit),
            note=_figure_note(run, key),
        )
        for key, digits, unit in shown
    ]


def _figure_note(run: Run, key: str) -> str:
    return silence(run, key) or (_t("sample_note") if figure_is_sample(run, key) else "")


def _figure_label(run: Run, key: str) -> str:
    """Name a figure; one that rests on sample constraints alone says so in its name."""
    words = verdict_words(run.pack)
    outcome = key.removesuffix("_mu")
    own = key != "low_efficiency_mu" and outcome in words
    label = words[outcome] if own else _t(f"figure.{key}")
    if figure_is_sample(run, key) and not run.sample:
        return _t("figure_on_sample", label=label)
    return label


def figure_is_sample(run: Run, key: str) -> bool:
    """Say whether a figure was made from synthetic plots or constraints."""
    return run.sample or (key == "reclaimable_mu" and bool(run.sample_layers))


def charts_of(run: Run) -> Sequence[Chart]:
    """Return the charts as they are printed: 亩 by verdict, and by town."""
    verdicts = [
        Bar(
            label=label,
            value=0.0 if pd.isna(run.figures[f"{name}_mu"]) else run.figures[f"{name}_mu"],
            text=printed(run.figures[f"{name}_mu"]),
            color=VERDICT_COLORS[name],
        )
        for name, label in verdict_words(run.pack).items()
    ]
    ranked = "reclaimable_mu" if "reclaimable_mu" in run.towns else f"{run.pack.outcomes[0]}_mu"
    towns = run.towns.sort_values(ranked, ascending=False, kind="stable").head(8)
    names: list[str] = towns["town"].tolist()
    areas: list[float] = towns[ranked].tolist()
    land = [
        Bar(label=name, value=area, text=f"{area:,.2f}")
        for name, area in zip(names, areas, strict=True)
        if area > 0 and name
    ]
    return [
        Chart(id="verdicts", title=_t("chart.verdicts"), unit=_t("mu"), bars=verdicts),
        Chart(id="towns", title=_towns_title(run), unit=_t("mu"), bars=land),
    ]


def _towns_title(run: Run) -> str:
    areas = str(run.workspace.plan.areas)
    if "reclaimable_mu" in run.towns:
        return _t("chart.towns", areas=areas)
    verdict = verdict_words(run.pack)[run.pack.outcomes[0]]
    return _t("chart.towns_other", verdict=verdict, areas=areas)
