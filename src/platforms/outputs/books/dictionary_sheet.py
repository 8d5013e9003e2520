"""What each column of the ledger means (数据字典): key, unit, meaning and source.

Columns that came with the plots are described by their card where the workspace has one; what
the program computed or the office fills in is described by the catalogue. A column that nobody
described has no meaning here rather than a guessed one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from platforms import messages
from platforms.layers.cards import Card, Column
from platforms.outputs.books.book_columns import Field
from platforms.outputs.source_words import source_words
from platforms.planning.land.reclaim import deduction_columns
from platforms.planning.run import Run

__all__ = ["dictionary_table"]

_FILLED = {"unit", "due", "step"}
_HEADS = ("sheet", "title", "key", "unit", "meaning", "source")


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"sheet.dictionary.{entry}", None, **fields)


def dictionary_table(
    run: Run, plots: Mapping[str, Sequence[Field]], lists: Mapping[str, str]
) -> pd.DataFrame:
    """Return the dictionary of a workbook.

    Parameters
    ----------
    run
        What :func:`platforms.run` gave.
    plots
        Columns of the sheets of plots, by the sheet's entry in the catalogue.
    lists
        Layers of the plan, by the entry of their sheet.

    Returns
    -------
    table
        One row a sheet and column: sheet, title, key, unit, meaning and source, under
        headings for readers.
    """
    rows = [_plot_row(run, sheet, field) for sheet, fields in plots.items() for field in fields]
    for sheet, layer in lists.items():
        rows += _card_rows(sheet, run.workspace.card(layer))
    return pd.DataFrame(rows, columns=list(_HEADS)).rename(
        columns={name: _t(f"column.{name}") for name in _HEADS}
    )


def _plot_row(run: Run, sheet: str, field: Field) -> dict[str, str]:
    column = _given(run).get(field.name)
    known = messages.catalogue(messages.language(), "sheet")
    limits = {name: limit for limit, name in deduction_columns(run.plots).items()}
    meaning = known.get(f"dictionary.meaning.{field.name}", "")
    if field.name in limits:
        meaning = _t("deduction")
    elif not meaning and column is not None:
        meaning = _meaning(column)
    if field.name in _FILLED:
        source = _t("filled")
    elif column is not None or not meaning:
        source = _t("given", name=str(run.input["name"]))
    else:
        source = _t("computed")
    return {
        "sheet": messages.text(f"sheet.book.{sheet}"),
        "title": field.title,
        "key": field.name,
        "unit": field.unit,
        "meaning": meaning,
        "source": source,
    }


def _given(run: Run) -> dict[str, Column]:
    """Return the columns that the card of the workspace's own plots describes."""
    if not run.workspace.has("plots"):
        return {}
    columns: Iterable[Column] = run.workspace.card("plots").columns
    return {column.name: column for column in columns if column.name in run.plots}


def _card_rows(sheet: str, card: Card) -> list[dict[str, str]]:
    return [
        {
            "sheet": messages.text(f"sheet.book.{sheet}"),
            "title": str(column.title),
            "key": column.name,
            "unit": column.unit or "",
            "meaning": _meaning(column),
            "source": source_words(column.source or card.source),
        }
        for column in card.columns
    ]


def _meaning(column: Column) -> str:
    """Return what a card says of a column: the values it may take, and its note."""
    parts = []
    if column.allowed:
        labels = [f"{value} {column.label(value)}".strip() for value in column.allowed]
        parts.append(_t("values", values=labels if column.labels else list(column.allowed)))
    if column.note:
        parts.append(str(column.note))
    return "；".join(parts) if messages.language() == "zh_CN" else "; ".join(parts)
