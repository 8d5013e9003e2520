"""The yearly portfolio as a map: the plots that are taken on, and why the others are not.

The answer is shown as it is given; nothing is chosen here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from platforms import messages
from platforms.outputs.maps.city_sheet import box_of, city_sheet, plots_layer, town_ground
from platforms.outputs.maps.map_document import MapDocument, map_document
from platforms.outputs.maps.map_parts import Bar, Chart, Column, MapLayer
from platforms.outputs.maps.map_sheet import plot_column
from platforms.outputs.maps.map_styles import style_of
from platforms.outputs.verdict_words import verdict_words
from platforms.planning.choice.portfolio import Portfolio
from platforms.planning.choice.portfolio_input import WAYS
from platforms.planning.run import Run
from platforms.units import printed

__all__ = ["portfolio_document"]

_STYLE = "portfolio_plots"
_SHOWN = (
    "plot_id", "name", "choice", "net_mu", "town", "firm_name", "cost_wan", "jobs", "verdict",
    "reason", "measure_suggested", "area_mu", "industry", "basis",
)  # fmt: skip
_FIGURES = ("cost_wan", "jobs")


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"portfolio.{entry}", None, **fields)


def portfolio_document(
    run: Run, answer: Portfolio, *, compress: bool = True, day: dt.date | None = None
) -> MapDocument:
    """Make the map of a portfolio.

    Parameters
    ----------
    run
        The run whose plots were chosen from.
    answer
        What :func:`platforms.portfolio` gave for ``run.plots``.
    compress
        Compress the geometry; False for browsers without DecompressionStream.
    day
        Date printed on the sheet; default today.

    Returns
    -------
    document
        The plots (layer ``plots``, with ``choice``) over the towns, and the 亩 by town as a
        chart; for :func:`platforms.save_html` and for the app's map.
    """
    workspace = run.workspace
    land = printed(answer.land_mu if answer.solved else None)
    target = printed(answer.target_mu)
    sheet = city_sheet(
        workspace,
        title=_t("map.title", name=str(workspace.plan.name)),
        subtitle=_t("map.subtitle", target=target, land=land),
        day=day,
        charts=[_chart(answer)] if answer.solved else [],
        notes=_notes(run, answer),
        focus=_focus(run, answer),
    )
    layers = [*town_ground(workspace, run.layers), _layer(run, answer)]
    return map_document(layers, sheet, compress=compress)


def _focus(run: Run, answer: Portfolio) -> tuple[float, float, float, float] | None:
    """Return the box of the candidates; None where there is none."""
    return box_of(run.plots.iloc[answer.prepared.rows])


def _layer(run: Run, answer: Portfolio) -> MapLayer:
    # the frame of the run has the shapes, whatever became of the answer's
    plots = run.plots.assign(choice=answer.plots["choice"].to_numpy())
    plots["plot_id"] = plots["plot_id"].astype(str)
    shown = [name for name in _SHOWN if name in plots]
    labels = {
        "choice": {way: _t(f"way.{way}") for way in WAYS}, "verdict": verdict_words(run.pack)
    }  # fmt: skip
    columns = [_column(name, labels.get(name, {})) for name in shown]
    return plots_layer(run, plots, columns, title=_t("map.plots"), style=_STYLE)


def _column(name: str, labels: dict[str, str]) -> Column:
    if name == "choice":
        return Column(name=name, title=_t("head.choice"), type="category", labels=labels)
    if name in _FIGURES:
        unit = _t(f"unit.{name}")
        return Column(name=name, title=_t(f"term.{name}"), unit=unit, type="number", digits=2)
    if labels:
        title = messages.text(f"sheet.column.{name}")
        return Column(name=name, title=title, type="category", labels=labels)
    return plot_column(name)


def _chart(answer: Portfolio) -> Chart:
    """Return the 亩 that each town gives, the most first."""
    towns = answer.towns()
    towns = towns[towns["chosen_mu"] > 0].sort_values("chosen_mu", ascending=False, kind="stable")
    color = style_of(_STYLE).classes["chosen"].fill or ""
    bars = [
        Bar(label=str(name), value=float(mu), text=printed(float(mu)), color=color)
        for name, mu in zip(towns["town"], towns["chosen_mu"], strict=True)
    ]
    return Chart(id="towns", title=_t("map.towns"), unit=messages.text("sheet.mu"), bars=bars)


def _notes(run: Run, answer: Portfolio) -> Sequence[str]:
    marks = []
    if run.sample:
        marks.append(messages.text("sheet.note.sample"))
    elif run.sample_layers:
        marks.append(messages.text("sheet.note.sample_constraints"))
    left_out = _t("cli.left_out", **answer.counts())
    return [*marks, _t("cli.terms").rstrip(":："), left_out, messages.text("sheet.note.area")]
