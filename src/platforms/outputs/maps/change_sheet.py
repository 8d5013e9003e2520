"""A comparison of two judgements as a map: where verdicts flip, and which way.

Every plot is drawn by what the second judgement says of it, and those whose verdict differs
from the first stand out by the direction in which they changed. Nothing is judged here, and
the document's fingerprint covers both sides: another setting is another map.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from platforms import messages
from platforms.outputs.maps.city_sheet import box_of, city_sheet, plots_layer, town_ground
from platforms.outputs.maps.map_document import MapDocument, map_document
from platforms.outputs.maps.map_parts import Bar, Chart, Column, MapLayer
from platforms.outputs.maps.map_styles import style_of
from platforms.planning.run import Run
from platforms.policy.diff import CHANGES, PolicyDiff
from platforms.policy.evaluation import RESULTS

__all__ = ["change_document", "change_names", "change_plots"]

_STYLE = "plot_changes"
_FLIPS = tuple(name for name in CHANGES if name != "same")
_STILL = ("same_hit", "same_not", "same_unknown")
_MU = "area_mu"
_SHOWN = (
    "plot_id", "name", "change", "left", "because_left", "verdict", "reason",
    "measure_suggested", "firm_name", "industry", _MU, "town", "platform_group", "basis",
)  # fmt: skip


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"sheet.changes.{entry}", None, **fields)


def change_names(diff: PolicyDiff) -> dict[str, str]:
    """Return what users read for each way a plot can go, flips first.

    Where the second pack has one outcome the names say it (变为低效); else they say that
    rules are met.
    """
    after = diff.right
    hits = after.pack.outcomes
    names = {name: messages.text(f"policy.change.{name}") for name in _FLIPS}
    if len(hits) == 1:
        ends = {"now_hit": hits[0], "now_not": "not", "now_unknown": "unknown"}
        names |= {k: _t("now", verdict=after.verdict_title(v)) for k, v in ends.items()}
    still = after.verdict_title(hits[0]) if len(hits) == 1 else _t("hit")
    ends = {"same_hit": still, "same_not": after.verdict_title("not")}
    ends["same_unknown"] = after.verdict_title("unknown")
    return names | {name: _t("still", verdict=ends[name]) for name in _STILL}


def change_document(
    run: Run, diff: PolicyDiff, *, compress: bool = True, day: dt.date | None = None
) -> MapDocument:
    """Make the map of a comparison.

    Parameters
    ----------
    run
        The run whose plots were compared.
    diff
        What :func:`platforms.policy_diff` gave for ``run.plots``.
    compress
        Compress the geometry; False for browsers without DecompressionStream.
    day
        Date printed on the sheet; default today.

    Returns
    -------
    document
        The plots (layer ``plots``, with ``change``, ``left``, ``verdict``, ``reason`` and
        ``because_left``) over the towns; for :func:`platforms.save_html` and for
        the app's map.
    """
    workspace = run.workspace
    names = change_names(diff)
    sheet = city_sheet(
        workspace,
        title=_t("title", name=str(workspace.plan.name)),
        subtitle=_t("subtitle", left=diff.left.pack.title, right=diff.right.pack.title),
        day=day,
        charts=[_chart(diff, names)] if len(diff.changed) else [],
        notes=_notes(run, diff),
        focus=_focus(run, diff),
    )
    layers = [*town_ground(workspace, run.layers), _plot_layer(run, diff, names)]
    return map_document(layers, sheet, compress=compress)


def _focus(run: Run, diff: PolicyDiff) -> tuple[float, float, float, float] | None:
    """Return the box of the plots that flip, else of a user's plots; else the county is seen."""
    changed = run.plots.loc[diff.changed.index]
    if changed.empty and run.sample:
        return None
    return box_of(run.plots if changed.empty else changed)


def change_plots(run: Run, diff: PolicyDiff) -> gpd.GeoDataFrame:
    """Return the run's plots with what the second judgement says, and what it changes.

    Parameters
    ----------
    run, diff
        As for :func:`change_document`.

    Returns
    -------
    plots
        EPSG:4490, the run's columns with ``verdict``, ``reason`` and the others of
        ``assess`` by the second judgement; ``left`` and ``because_left`` by the first;
        ``change``: how the verdict flips, or ``same_hit``, ``same_not``, ``same_unknown``.
        What rests on the run's own verdicts (``reclaimable_*``) is left out.
    """
    stale = [name for name in run.plots if str(name).startswith("reclaimable_")]
    plots = run.plots.drop(columns=stale)
    for name, values in diff.right.columns().items():
        plots[name] = pd.Series(values, index=plots.index)
    plots["change"] = _ways(diff).to_numpy()
    for name in ("left", "because_left"):
        plots[name] = diff.frame[name].to_numpy()
    return plots


def _plot_layer(run: Run, diff: PolicyDiff, names: dict[str, str]) -> MapLayer:
    plots = change_plots(run, diff)
    sides = ((diff.left, "left"), (diff.right, "verdict"))
    labels = {"change": names} | {
        column: {name: side.verdict_title(name) for name in (*side.pack.outcomes, "not", "unknown")}
        for side, column in sides
    }
    labels["measure_suggested"] = {
        one.measure: messages.text(f"policy.measure.{one.measure}")
        for one in diff.right.pack.measures
    }
    shown = [name for name in _SHOWN if name in plots]
    columns = [_column(name, labels.get(name, {})) for name in shown]
    title = _t("plots_sample" if run.sample else "plots")
    return plots_layer(run, plots, columns, title=title, style=_STYLE)


def _ways(diff: PolicyDiff) -> pd.Series[str]:
    """Return which way each plot went; one that stayed says where."""
    still = np.array([f"same_{RESULTS[int(value)]}" for value in diff.right.verdict], dtype=object)
    change = diff.frame["change"]
    return change.where(change.ne("same"), pd.Series(still, index=change.index))


def _column(name: str, labels: dict[str, str]) -> Column:
    own = name in {"change", "left", "because_left"}
    return Column(
        name=name,
        title=_t(f"column.{name}") if own else messages.text(f"sheet.column.{name}"),
        unit=messages.text("sheet.mu") if name == _MU else "",
        type="category" if labels else "number" if name == _MU else "string",
        labels=labels,
        digits=2 if name == _MU else None,
        role="title" if name == "name" else "",
    )


def _chart(diff: PolicyDiff, names: dict[str, str]) -> Chart:
    """Return the 亩 that went each way."""
    looks = style_of(_STYLE).classes
    areas = diff.changed.groupby("change")["area_mu"].sum()
    bars = [
        Bar(label=names[name], value=area, text=f"{area:,.2f}", color=looks[name].fill or "")
        for name in _FLIPS
        if (area := float(areas.get(name, 0.0))) > 0
    ]
    return Chart(id="changes", title=_t("chart"), unit=messages.text("sheet.mu"), bars=bars)


def _notes(run: Run, diff: PolicyDiff) -> Sequence[str]:
    """Say what is compared, in titles where ``assess --against`` has ids, and what is sample."""
    sides = {"left": diff.left.pack.title.show(), "right": diff.right.pack.title.show()}
    head = [messages.text("policy.diff.head", None, **sides)]
    head += [_setting(diff, str(row["name"]), row) for row in diff.settings()]
    marks = [messages.text("sheet.note.sample")] if run.sample else []
    return [*marks, *head, messages.text("sheet.note.area")]


def _setting(diff: PolicyDiff, name: str, row: Mapping[str, object]) -> str:
    """Return one setting in words: a reading by its title, a value with its unit."""
    told: dict[str, object] = {"name": row["title"]}
    for side, judged in (("left", diff.left), ("right", diff.right)):
        parameter = judged.pack.parameter(name)
        readings = parameter.readings if parameter else ()
        titles = {one.id: one.title.show() for one in readings}
        told[side] = titles.get(str(row[side]), row[side])
    return messages.text("policy.diff.setting", None, **told)
