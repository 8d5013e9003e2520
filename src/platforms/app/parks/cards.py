"""The lists as cards and as charts: industry mix, direction, land."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pandas as pd

from platforms import messages
from platforms.app import markup
from platforms.app.detail import shown
from platforms.app.markup import Html, el
from platforms.app.scene import Scene
from platforms.units import printed

__all__ = ["show_cards", "show_charts"]

# columns of a card, in this order, where the list has them
_FACTS = (
    "town", "kind", "group", "industries", "stage", "period_start", "land_text", "land_mu",
    "investment_yi", "aim", "band_2015", "band_2020",
)  # fmt: skip
_MARKS = ("direction", "direction_also", "level")
_LAND = ("area_mu", "low_efficiency_mu", "reclaimable_mu")
_NUMBERS = ("land_mu", "investment_yi", "floor_area_m2")
_COUNTED = ("direction", "direction_also", "industries", "group", "stage", "level", "kind", "town")
_MOST_BARS = 14


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"parks_page.{entry}", None, **fields)


def _columns(scene: Scene, name: str) -> dict[str, Mapping[str, Any]]:
    layer = scene.layer(name)
    return {} if layer is None else {str(c["name"]): c for c in layer["columns"]}


def position_mark(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return the kind of a position (drawn, surveyed, schematic, point) and its words."""
    basis = row.get("basis")
    # a shape that the plan's data draw stands in; one that somebody gave has an author
    if basis in {"drawn", "surveyed"} and pd.notna(row.get("position_author")):
        return str(basis), messages.text(f"positions.basis_name.{basis}")
    if basis == "real":
        return "point", _t("mark.point")
    return "schematic", _t("mark.schematic")


def show_cards(scene: Scene, name: str) -> None:
    """Show a list as cards: what it is, where it is going, how its position is known."""
    frame, columns = scene.frame(name), _columns(scene, name)
    if frame is None:
        return
    land = _land_by_name(scene) if name == "platforms" else {}
    rows = pd.DataFrame(frame).drop(columns="geometry", errors="ignore").to_dict("records")
    tied = _tied(scene) if land else set()
    cards = [_card({str(k): v for k, v in row.items()}, columns, land, tied) for row in rows]
    note = _t("cards.land_sample" if scene.run.sample else "cards.land") if land else None
    markup.show(el("p", note, cls="ip-note") if note else None, el("div", *cards, cls="ip-cards"))


def _card(
    row: Mapping[str, Any],
    columns: Mapping[str, Mapping[str, Any]],
    land: Mapping[str, Mapping[str, float]],
    tied: Collection[str],
) -> Html:
    name = str(row.get("name", ""))
    marks = [shown(columns[m], row[m]) for m in _MARKS if m in columns and m in row]
    kind, words = position_mark(row)
    facts = [
        part
        for column in (c for c in _FACTS if c in columns and c in row)
        if (text := shown(columns[column], row[column]))
        for part in (
            el("dt", str(columns[column]["title"])),
            el("dd", f"{text} {columns[column]['unit']}".strip()),
        )
    ]
    held = land.get(name, {})
    if name in tied or (held and not held.get("area_mu")):
        entry = "cards.tied" if name in tied else "cards.no_plots"
        facts += [el("dt", _t("land.area_mu")), el("dd", _t(entry))]
        held = {}
    figures = [
        part
        for column, value in held.items()
        for part in (el("dt", _t(f"land.{column}")), el("dd", _t("mu", mu=printed(value))))
    ]
    return el(
        "article",
        el("h4", name),
        el("p", markup.badges(m for m in marks if m), markup.badges([words], kind=f"ip-at-{kind}")),
        el("dl", *facts, *figures, cls="ip-facts"),
        cls="ip-card",
    )


def _tied(scene: Scene) -> set[str]:
    """Return the platforms whose plots cannot be told apart: they stand on the same point."""
    plots = scene.run.plots
    shared = plots[plots["platform_tied"].fillna("").ne("")]
    named = zip(shared["platform"], shared["platform_tied"], strict=True)
    return {one for first, others in named for one in (str(first), *str(others).split(";"))}


def _land_by_name(scene: Scene) -> dict[str, dict[str, float]]:
    """Return the land of the plots by the platform that they belong to."""
    table = scene.run.platforms
    names = [column for column in _LAND if column in table]
    first = str(table.columns[0])
    return {
        str(row[first]): {column: float(row[column]) for column in names}
        for row in table.to_dict("records")
    }


def show_charts(scene: Scene, name: str) -> None:
    """Show a list as charts: how many of each kind, and how much land."""
    frame, columns = scene.frame(name), _columns(scene, name)
    if frame is None:
        return
    charts = []
    if name == "platforms":
        charts += _land_charts(scene)
    for column in (c for c in _COUNTED if c in columns and c in frame):
        rows = _counts(columns[column], frame[column].dropna())
        if rows:
            title = _t("charts.by", column=columns[column]["title"])
            charts.append(markup.bars(title, _t("charts.count"), rows))
    for column in (c for c in _NUMBERS if c in columns and c in frame):
        known = frame[frame[column].notna()].sort_values(column, ascending=False)
        rows = [
            {"label": str(label), "value": float(value), "text": f"{float(value):,.10g}"}
            for label, value in zip(known["name"], known[column], strict=True)
        ]
        if rows:
            charts.append(
                markup.bars(
                    str(columns[column]["title"]), str(columns[column]["unit"]), rows[:_MOST_BARS]
                )
            )
            left = len(frame) - len(known)
            if left:
                charts.append(el("p", _t("charts.unknown", count=left), cls="ip-note"))
    markup.show(el("div", *charts, cls="ip-chart-grid"))


def _counts(column: Mapping[str, Any], values: Iterable[object]) -> list[dict[str, object]]:
    counted: Counter[str] = Counter()
    for value in values:
        parts = str(value).split(";") if column["type"] == "list" else [str(value)]
        counted.update(shown(column, part.strip()) for part in parts if part.strip())
    return [
        {"label": label, "value": count, "text": f"{count:,}"}
        for label, count in counted.most_common(_MOST_BARS)
    ]


def _land_charts(scene: Scene) -> list[Html]:
    table = scene.run.platforms
    first = str(table.columns[0])
    charts = []
    for column in (c for c in _LAND if c in table):
        top = table[table[first].ne("") & table[column].gt(0)].nlargest(_MOST_BARS, column)
        rows = [
            {"label": str(label), "value": float(value), "text": printed(float(value))}
            for label, value in zip(top[first], top[column], strict=True)
        ]
        title = _t(f"land.{column}")
        if scene.run.sample:
            title = _t("charts.sample", title=title)
        charts.append(markup.bars(title, messages.text("sheet.mu"), rows))
    return charts
