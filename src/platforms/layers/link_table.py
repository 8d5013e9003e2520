"""A table that says which firm stands on which plot.

One row a pair: the plot's id, the firm's id, code or name, and where it is known the part of
the firm on that plot and whether the firm owns or rents. What the rows mean is judged where
they are joined.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import pandas as pd
import yaml

from platforms.errors import FormatError
from platforms.geo.ingest.formats.header import Column, tabulate
from platforms.geo.ingest.preflight import Upload
from platforms.geo.read import Source
from platforms.geo.read_rows import read_rows
from platforms.issues import IssueTable
from platforms.layers.firm_columns import plain

__all__ = ["LinkTable", "read_links"]

_FIRM = {"firm_id", "credit_code", "name"}


@dataclass(frozen=True)
class LinkTable:
    """Links that were read.

    Attributes
    ----------
    frame
        One row a pair, text: plot_id, firm_id, credit_code, name, share, role, as far as the
        file has them; None where a cell is empty.
    issues
        Faults of the file.
    source
        The file.
    """

    frame: pd.DataFrame
    issues: IssueTable
    source: Source


def read_links(
    path: str | os.PathLike[str] | Upload,
    *,
    layer: str | None = None,
    encoding: str | None = None,
) -> LinkTable:
    """Read a table of firms on plots from Excel or CSV.

    Parameters
    ----------
    path
        A file or upload; its header names plots (plot_id, 地块编号 …), firms (firm_id,
        credit_code, 企业名称 …), and optionally share (0 to 1, or per cent) and role.
    layer
        Sheet, where several have cells.
    encoding
        Encoding of the text, where the file's content does not tell.

    Returns
    -------
    links
        Frame, issues and source.

    Raises
    ------
    FormatError, LimitError, InputError
        When the file cannot be read, or has no header that names plots and firms.
    """
    rows = read_rows(path, layer=layer, encoding=encoding)
    table = tabulate(rows.cells, score=_score, lines=rows.lines)
    if table is None:
        raise FormatError("layers.no_link_table", file=rows.source.name)
    issues = IssueTable(rows.issues)
    for note in table.notes:
        issues.add("firm_row_left_out", "info", file=rows.source.name, **note.told)
    data: dict[str, pd.Series] = {}
    for at, name in enumerate(_named(table.columns)):
        if name and name not in data:
            cells = [row[at].strip() or None for row in table.rows]
            if name == "share" and table.columns[at].unit == "%":
                cells = [cell and f"{cell.rstrip('%％')}%" for cell in cells]
            data[name] = pd.Series(cells, dtype="str")
    return LinkTable(pd.DataFrame(data), issues, rows.source)


@cache
def _headers() -> dict[str, str]:
    text = resources.files("platforms.layers").joinpath("link_columns.yaml").read_text("utf-8")
    return {
        plain(name): entry["column"] for entry in yaml.safe_load(text) for name in entry["names"]
    }


def _named(columns: Sequence[Column]) -> list[str | None]:
    return [_headers().get(plain(column.name)) for column in columns]


def _score(columns: Sequence[Column]) -> int:
    found = {name for name in _named(columns) if name}
    return len(found) if "plot_id" in found and found & _FIRM else 0
