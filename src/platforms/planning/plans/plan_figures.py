"""Figures that the documents print: their own development, and other places beside them.

Each number keeps its unit, its year and its clause, and the words in which it is written. A
number that a document only relates to another ("2/5 of") is worked out where the data say so,
and stays marked. A chart holds one indicator of one document in one unit; a number whose unit
is another, or none, stands in another chart. What has no number stays in the table.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from platforms.layers.workspace import Workspace
from platforms.planning.plans.told_cells import records

__all__ = ["FIGURE_COLUMNS", "FigureChart", "figure_charts", "plan_figures"]

FIGURE_COLUMNS = (
    "figure_id", "layer", "doc", "table", "subject", "subject_region", "indicator",
    "indicator_text", "year", "value", "value_text", "unit", "nature", "relation_text", "derived",
    "text", "section", "row", "page", "citation", "note",
)  # fmt: skip
_LAYERS = ("comparisons", "indicator_history")
_FROM_LAYER = tuple(
    name for name in FIGURE_COLUMNS if name not in {"figure_id", "layer", "citation"}
)
_NUMBERS = ("value", "derived")
_COMPARED = 2


@dataclass(frozen=True)
class FigureChart:
    """One indicator of one document in one unit.

    Attributes
    ----------
    doc, table, indicator
        Where the numbers come from, and what they say.
    unit
        Of every number; empty where the document writes none.
    rows
        Rows of the figures that have a number, in the order of the document, two at least;
        ``number`` is the value, or what was worked out where the document gives none.
    by
        What tells the rows apart: ``subject``, ``year`` or ``both``.
    """

    doc: str
    table: str
    indicator: str
    unit: str
    rows: pd.DataFrame
    by: str


def plan_figures(workspace: Workspace) -> pd.DataFrame:
    """Return the figures that the documents print, apart from the targets.

    Parameters
    ----------
    workspace
        The city; its layers ``comparisons`` and ``indicator_history``, where it has them.

    Returns
    -------
    figures
        ``FIGURE_COLUMNS``, a row a number, in the order of the documents: ``layer`` says which
        of the two it comes from; ``value`` in ``unit`` is a float, NaN where the document
        gives words only, and ``derived`` what those words come to. All else is text, empty
        where the document says nothing: ``year`` as written, ``nature`` ``actual`` or
        ``planned``.
    """
    order = {document.id: at for at, document in enumerate(workspace.plan.documents)}
    rows = [
        {**row, "figure_id": row["id"], "layer": layer}
        for layer in _LAYERS
        for row in records(workspace, layer, _FROM_LAYER)
    ]
    rows.sort(key=lambda row: order.get(row["doc"], len(order)))
    figures = pd.DataFrame(rows, columns=list(FIGURE_COLUMNS), dtype="str")
    numbers = {name: pd.to_numeric(figures[name], errors="coerce") for name in _NUMBERS}
    return figures.assign(**{name: column.astype("float64") for name, column in numbers.items()})


def figure_charts(figures: pd.DataFrame) -> list[FigureChart]:
    """Return what can be drawn of figures, one chart an indicator, document, table and unit.

    Parameters
    ----------
    figures
        What :func:`plan_figures` gives, or some of its rows.
    """
    figures = figures.assign(number=figures["value"].fillna(figures["derived"]))
    known = figures[figures["number"].notna()]
    charts = []
    for (doc, table, indicator, unit), rows in known.groupby(
        ["doc", "table", "indicator", "unit"], sort=False
    ):
        if len(rows) < _COMPARED:
            continue
        told = [name for name in ("subject", "year") if len(rows[name].unique()) > 1]
        by = "both" if len(told) != 1 else told[0]
        charts.append(FigureChart(str(doc), str(table), str(indicator), str(unit), rows, by))
    return charts
