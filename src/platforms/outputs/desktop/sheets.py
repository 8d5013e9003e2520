"""The layers of plan.gpkg as readers see them: titles, units, words of values, marks.

A title is that of the layer's card where it has one, else that of the workbook; a column that
nobody named keeps its own name, because a name that was guessed could be wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from platforms import messages
from platforms.layers.cards import Card
from platforms.outputs.maps.map_parts import Column
from platforms.outputs.source_words import limits_known, source_words
from platforms.outputs.verdict_words import verdict_words
from platforms.planning.run import Run

__all__ = [
    "STYLES",
    "LayerSheet",
    "heading",
    "plan_sheet",
    "plot_columns",
    "table_columns",
    "unit_of",
]

# entries of styles.yaml for layers that have another name there
STYLES = {
    "moves_flows": "flows",
    "moves_flows_by_town": "flows_by_town",
    "moves_firms": "staying_firms",
    "moves_parks": "moving_parks",
}
# drawn without surveyed boundaries, whatever their card says
_SCHEMATIC = {"towns", "layout_units"}
# somebody put these where they are
_KNOWN = ("real", "surveyed", "declared", "drawn")
_UNITS = {"m2": "m²", "mu": "亩", "ha": "ha", "km": "km", "m": "m"}
# columns whose values have words of their own, by the entry of the catalogue
_WORDS = {"measure_suggested": "measure", "scale": "scale", "status": "status", "basis": "basis"}
_WORDS |= {"town_way": "way", "platform_way": "way", "layout_way": "way"}


@dataclass(frozen=True, kw_only=True)
class LayerSheet:
    """One layer or table of a GeoPackage in the words of its readers.

    Attributes
    ----------
    name
        Of the table.
    title
        For readers.
    columns
        Titled columns, in any order; a column that is not here keeps its name.
    style
        Entry of styles.yaml; empty for a table without shapes.
    description
        Title, source and date in one line.
    source, date
        Where it comes from and from when; empty where unknown.
    sample, schematic
        Marks.
    note
        What a reader should know.
    licence
        Terms of use, where the card says them.
    """

    name: str
    title: str
    columns: Sequence[Column] = field(default_factory=tuple)
    style: str = ""
    description: str = ""
    source: str = ""
    date: str = ""
    sample: bool = False
    schematic: bool = False
    note: str = ""
    licence: str = ""


def plan_sheet(name: str, frame: pd.DataFrame, card: Card, *, style: str = "") -> LayerSheet:
    """Return a layer of the workspace as readers see it.

    Parameters
    ----------
    name
        Of the table.
    frame
        Its rows; ``basis`` says how far the places are known.
    card
        What the columns mean.
    style
        Entry of styles.yaml; default `name`.

    Returns
    -------
    sheet
        Marked as sample where the card says so, as schematic where it stands for a place.
    """
    about = "basis" in frame and not bool(frame["basis"].isin(_KNOWN).all())
    points = card.geometry in {"place", "point"}
    sketched = name in _SCHEMATIC and not limits_known(frame)
    mark = messages.text("sheet.sample_note") if card.sample else ""
    parts = [str(card.title), card.source, card.date, mark]
    return LayerSheet(
        name=name,
        title=str(card.title),
        columns=[*_carded(card), *table_columns(frame, known=card)],
        style=style or name,
        description="｜".join(part for part in parts if part),
        source=source_words(card.source),
        date="" if card.date == "unknown" else card.date,
        sample=card.sample,
        schematic=sketched or (points and about and not card.sample),
        note=str(card.description),
        licence=card.licence or "",
    )


def plot_columns(run: Run) -> list[Column]:
    """Return the titled columns of the plots of a run.

    Parameters
    ----------
    run
        Its verdicts are named as its rules name them.
    """
    found = {column.name: column for column in table_columns(run.plots)}
    card = run.workspace.cards.get("plots")
    if card is not None:
        # columns of a user's file are called so because they were recognised as these
        own = {c.name: c for c in _carded(card) if c.name in run.plots}
        found = {**own, **{n: c for n, c in found.items() if n not in own}}
    verdict = heading("verdict")
    words = verdict_words(run.pack)
    found["verdict"] = Column(name="verdict", title=verdict, type="category", labels=words)
    return list(found.values())


def table_columns(
    frame: pd.DataFrame, *, known: Card | None = None, entry: str = "column"
) -> list[Column]:
    """Return the columns that the catalogue names, with unit and words of their values.

    Parameters
    ----------
    frame
        Its columns.
    known
        Card whose columns are left out.
    entry
        Of the catalogue, looked at first.
    """
    shape = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    room = messages.catalogue(messages.language(), "sheet")
    ways = messages.catalogue(messages.language(), "planning")
    columns = []
    for name in map(str, frame.columns):
        title = heading(name, entry)
        if name == shape or not title or (known is not None and known.column(name)):
            continue
        worded = _WORDS.get(name)
        words = {} if worded is None else _words({**ways, **room}, worded)
        unit = "" if worded else unit_of(name)
        kind = "category" if words else ""
        columns.append(Column(name=name, title=title, unit=unit, labels=words, type=kind))
    return columns


def heading(name: str, entry: str = "column") -> str:
    """Return the title of a column that a run adds; empty where nobody named it.

    Parameters
    ----------
    name
        Of the column.
    entry
        Of the catalogue, looked at first.
    """
    lang = messages.language()
    room = messages.catalogue(lang, "sheet")
    if name.startswith("deduct_") and name.endswith("_m2"):
        limit = name.removeprefix("deduct_").removesuffix("_m2")
        shown = room.get(f"constraint.{limit}", limit)
        return messages.text("sheet.column.deduction", name=shown)
    own = messages.catalogue(lang, "desktop")
    for known, group in (
        (own, entry),
        (own, "column"),
        (room, "column"),
        (room, "land.column"),
        (room, "book"),
        (messages.catalogue(lang, "map"), "columns"),
    ):
        if f"{group}.{name}" in known:
            return known[f"{group}.{name}"]
    return ""


def unit_of(name: str) -> str:
    """Return the unit that the end of a column's name says; empty where it says none."""
    start, _, end = name.rpartition("_")
    return _UNITS.get(end, "") if start or end in {"mu", "km"} else ""


def _carded(card: Card) -> list[Column]:
    return [
        Column(
            name=column.name,
            title=str(column.title),
            unit=column.unit or "",
            type=column.type,
            labels={k: str(v) for k, v in (column.labels or {}).items()},
        )
        for column in card.columns
    ]


def _words(room: Mapping[str, str], entry: str) -> dict[str, str]:
    start = f"{entry}."
    return {k.removeprefix(start): v for k, v in room.items() if k.startswith(start)}
