"""Reclaimable land as a map: which limit takes most of a low-efficiency plot, or none.

The plots are shown as they are given, with their own deductions: a trial with other limits is
another map with another fingerprint. Nothing is deducted here. A plot whose net land is not
known is unknown, whatever the first limits took of it. A plot that the rules cannot judge is
no plot that is not low-efficient, and where a limit was not given nothing is free of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from platforms import messages
from platforms.outputs.maps.city_sheet import box_of, city_sheet, plots_layer, town_ground
from platforms.outputs.maps.map_document import MapDocument, map_document
from platforms.outputs.maps.map_parts import Bar, Chart, Column, MapLayer
from platforms.outputs.maps.map_sheet import plot_column
from platforms.outputs.maps.map_styles import style_of
from platforms.outputs.verdict_words import verdict_words
from platforms.planning.figures import mu_of
from platforms.planning.land.reclaim import deduction_columns
from platforms.planning.run import Run

__all__ = [
    "claim_colors",
    "claim_names",
    "claim_plots",
    "free_title",
    "land_document",
    "limit_title",
    "silent",
]

_STYLE = "plot_claims"
_OWN = ("none", "unknown", "unjudged", "other_plot")
_BEFORE = ("plot_id", "name", "claim", "claim_share", "verdict")
_AFTER = (
    "net_m2", "net_mu", "measure_suggested", "reason", "firm_name", "industry", "area_mu", "town",
    "platform_group", "layout_unit", "basis",
)  # fmt: skip
_PERCENT = 100.0
# faults that leave land undeducted
_ABSENT, _NO_LIMITS = "constraint_absent", "no_constraints"


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"sheet.claims.{entry}", None, **fields)


def limit_title(name: str) -> str:
    """Return what users read for a limit; one that nobody named keeps its own name."""
    known = messages.catalogue(messages.language(), "sheet")
    return known.get(f"constraint.{name}", name)


def claim_names(limits: Sequence[str]) -> dict[str, str]:
    """Return what users read for each ``claim`` of a map with these limits."""
    known = [name for name in style_of(_STYLE).classes if name not in _OWN]
    titles = {name: _t("most", name=limit_title(name)) for name in (*known, *limits)}
    return {**titles, **{name: _t(name) for name in _OWN}}


def claim_colors() -> dict[str, str]:
    """Return the fill of each ``claim`` that has one of its own, ``#rrggbb``."""
    looks = style_of(_STYLE).classes
    return {name: look.fill for name, look in looks.items() if look.fill}


def claim_plots(plots: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Say of each plot what claims most of it.

    Parameters
    ----------
    plots
        What :func:`platforms.reclaim` gave of assessed plots: ``verdict``, ``gross_m2``,
        the deductions and ``net_m2``. Not changed.

    Returns
    -------
    plots
        The same with ``claim`` (name of the limit that takes most, the earlier where two
        take the same; ``none``, ``unknown``, ``unjudged`` for one whose verdict is not
        known, or ``other_plot`` for one that is not low-efficient) and ``claim_share``: what
        all limits take, % of the plot, NaN unknown.
    """
    columns = deduction_columns(plots)
    taken = plots[list(columns.values())].to_numpy(dtype=np.float64)
    net = plots["net_m2"].to_numpy(dtype=np.float64)
    gross = plots["gross_m2"].to_numpy(dtype=np.float64)
    known = np.isfinite(net)
    names = np.array([*columns, "none"], dtype=object)
    most = np.full(len(plots), len(columns))
    if columns:
        filled = np.nan_to_num(taken)
        most = np.where(filled.max(axis=1) > 0, filled.argmax(axis=1), len(columns))
    claim = np.where(known, names[most], "unknown")
    low = plots["verdict"].eq("low_efficiency").to_numpy(dtype=bool)
    told = plots.copy()
    unjudged = plots["verdict"].eq("unknown").to_numpy(dtype=bool)
    told["claim"] = np.select([low, unjudged], [claim, "unjudged"], "other_plot").astype(object)
    share = np.divide(gross - net, gross, out=np.full(len(plots), np.nan), where=gross > 0)
    told["claim_share"] = np.where(known, share * _PERCENT, np.nan)
    return told


def silent(plots: pd.DataFrame) -> bool:
    """Say whether no verdict of any plot is known, so that no sum says anything."""
    return bool(len(plots) and plots["verdict"].eq("unknown").all())


def land_document(
    run: Run,
    plots: gpd.GeoDataFrame | None = None,
    *,
    trial: str = "",
    compress: bool = True,
    day: dt.date | None = None,
) -> MapDocument:
    """Make the map of what claims low-efficiency land.

    Parameters
    ----------
    run
        The run whose plots are shown.
    plots
        The run's plots with other deductions, as of a trial; default its own.
    trial
        What is tried, in words, printed on the sheet; empty for the run itself.
    compress
        Compress the geometry; False for browsers without DecompressionStream.
    day
        Date printed on the sheet; default today.

    Returns
    -------
    document
        The plots (layer ``plots``, with ``claim`` and ``claim_share``) over the towns; for
        :func:`platforms.save_html` and for the app's map.
    """
    workspace = run.workspace
    shown = claim_plots(run.plots if plots is None else plots)
    sheet = city_sheet(
        workspace,
        title=_t("title", name=str(workspace.plan.name)),
        subtitle=_t("trial", trial=trial) if trial else _t("subtitle"),
        day=day,
        charts=[] if silent(shown) else [_chart(shown)],
        notes=_notes(run, trial, shown),
        focus=_focus(shown),
    )
    layers = [*town_ground(workspace, run.layers), _plot_layer(run, shown)]
    return map_document(layers, sheet, compress=compress)


def _focus(plots: gpd.GeoDataFrame) -> tuple[float, float, float, float] | None:
    """Return the box of the low-efficiency plots; None where there is none."""
    low = plots[plots["verdict"].eq("low_efficiency")]
    return box_of(low if len(low) else plots)


def free_title(run: Run, plots: pd.DataFrame) -> str:
    """Return what readers read for plots that no limit takes: free only of what was given.

    Parameters
    ----------
    run
        The run, whose issues say which limits were not given.
    plots
        With the deductions that are shown.
    """
    absent = [str(one.layer) for one in run.issues if one.kind == _ABSENT and one.layer]
    # a limit that is named and absent has a column of 0
    given = [name for name in deduction_columns(plots) if name not in absent]
    own = [name for name in run.workspace.constraints if name not in absent]
    if run.issues.by_kind()[_NO_LIMITS] or not (given or own):
        return _t("none_given")
    if not given:
        return _t("none_off")
    if absent:
        between = "、" if messages.language() == "zh_CN" else ", "
        return _t("lacking", limits=between.join(map(limit_title, dict.fromkeys(absent))))
    return _t("none")


def _plot_layer(run: Run, plots: gpd.GeoDataFrame) -> MapLayer:
    limits = deduction_columns(plots)
    shown = [name for name in (*_BEFORE, "gross_m2", *limits.values(), *_AFTER) if name in plots]
    claims = {**claim_names(list(limits)), "none": free_title(run, plots)}
    labels = {"claim": claims, "verdict": verdict_words(run.pack)}
    titles = {column: _t("takes", name=limit_title(name)) for name, column in limits.items()}
    columns = [_column(name, labels.get(name, {}), titles) for name in shown]
    title = _t("plots_sample" if run.sample else "plots")
    return plots_layer(run, plots, columns, title=title, style=_STYLE)


def _column(name: str, labels: dict[str, str], titles: dict[str, str]) -> Column:
    if name in titles:
        return Column(name=name, title=titles[name], unit="m²", type="number", digits=2)
    if name == "claim_share":
        return Column(name=name, title=_t(name), unit="%", type="number", digits=1)
    if labels:
        title = _t("claim") if name == "claim" else messages.text(f"sheet.column.{name}")
        return Column(name=name, title=title, type="category", labels=labels)
    return plot_column(name)


def _chart(plots: pd.DataFrame) -> Chart:
    """Return the 亩 of low-efficiency plots that each limit takes, and what is left, once."""
    low = plots[plots["verdict"].eq("low_efficiency") & plots["net_m2"].notna()]
    fills = claim_colors()
    areas = [(limit_title(n), n, mu_of(low[c])) for n, c in deduction_columns(plots).items()]
    net = low["net_m2"]
    twice = low["net_overlap_m2"] if "net_overlap_m2" in low else net * 0.0
    if (shared := mu_of(twice)) > 0:
        areas.append((_t("overlap"), "", shared))
    areas.append((_t("net"), "none", mu_of(net - twice)))
    bars = [
        Bar(label=title, value=area, text=f"{area:,.2f}", color=fills.get(name, ""))
        for title, name, area in areas
    ]
    return Chart(id="claims", title=_t("chart"), unit=messages.text("sheet.mu"), bars=bars)


def _notes(run: Run, trial: str, plots: pd.DataFrame) -> Sequence[str]:
    """Say what the figures are and leave out, and what is tried or sample."""
    marks = [_t("trial", trial=trial)] if trial else []
    unjudged = int(plots["verdict"].eq("unknown").sum())
    if unjudged:
        marks.append(_t("silent" if silent(plots) else "apart", plots=unjudged))
    if run.sample:
        marks.append(messages.text("sheet.note.sample"))
    elif run.sample_layers:
        marks.append(messages.text("sheet.note.sample_constraints"))
    return [*marks, _t("note"), messages.text("sheet.note.area")]
