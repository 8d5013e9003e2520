"""Locks as a table: which plots must be chosen, and which must not."""

from __future__ import annotations

import os
from collections.abc import Sequence

from platforms.errors import FormatError, InputError
from platforms.geo.ingest.formats.header import Column, tabulate
from platforms.geo.ingest.preflight import Upload
from platforms.geo.read_rows import read_rows
from platforms.layers.firm_columns import plain

__all__ = ["read_locks"]

# headers and words of our own format, as an office would write them
_PLOT = {"plot_id", "id", "地块编号", "地块代码", "地块号", "图斑编号", "宗地代码", "宗地编号",
         "tbbh", "zddm", "bsm"}  # fmt: skip
_LOCK = {"lock", "锁定", "锁定方式", "取舍"}
_IN = {"in", "入选", "锁定入选", "选", "1"}
_OUT = {"out", "排除", "锁定排除", "不选", "0"}


def read_locks(path: str | os.PathLike[str] | Upload) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Read a table of locked plots from Excel or CSV.

    Parameters
    ----------
    path
        A file or upload whose header names the plot (plot_id, 地块编号 …) and the lock (lock,
        锁定); a row says ``in`` (入选) or ``out`` (排除). Rows with an empty lock lock nothing.

    Returns
    -------
    locks
        Ids of the plots that are locked in, and of those locked out.

    Raises
    ------
    FormatError, LimitError
        When the file cannot be read, or has no such header.
    InputError
        For a word that is no lock.
    """
    rows = read_rows(path)
    table = tabulate(rows.cells, score=_score, lines=rows.lines)
    if table is None:
        raise FormatError("portfolio.lock_table", file=rows.source.name)
    names = [plain(column.name) for column in table.columns]
    plot = next(at for at, name in enumerate(names) if name in _PLOT)
    lock = next(at for at, name in enumerate(names) if name in _LOCK)
    found: dict[str, list[str]] = {"in": [], "out": []}
    for number, row in enumerate(table.rows):
        word, label = plain(row[lock]), row[plot].strip()
        if not word or not label:
            continue
        if word not in _IN | _OUT:
            line = table.lines[number] if number < len(table.lines) else number + 1
            raise InputError("portfolio.lock_word", line=line, value=row[lock].strip())
        found["in" if word in _IN else "out"].append(label)
    return tuple(dict.fromkeys(found["in"])), tuple(dict.fromkeys(found["out"]))


def _score(columns: Sequence[Column]) -> int:
    names = {plain(column.name) for column in columns}
    return len(names) if names & _PLOT and names & _LOCK else 0
