"""Plots as one Excel sheet, for exchange: every column under its own name, text as text.

A code keeps its digits, a name that begins with ``=`` is no formula, and the outline stands
in the column ``WKT`` (EPSG:4490, named by ``SRID=``) so that the sheet can be read again.
The ledger of a run is another file.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from platforms.geo.write import atomic_path
from platforms.issues import IssueTable

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["OUTLINE", "outlines", "write_excel"]

OUTLINE = "WKT"
_SHEET = "plots"
_MAX_TEXT = 32_767
_WIDTH = 16
# no clock in a file: the same data give the same bytes
_DATE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def write_excel(
    frame: gpd.GeoDataFrame, path: str | os.PathLike[str], *, overwrite: bool = False
) -> IssueTable:
    """Write plots as a workbook of one sheet.

    Parameters
    ----------
    frame
        Plots with a CRS that has an EPSG code.
    path
        The ``.xlsx`` file.
    overwrite
        Replace a file that is there.

    Returns
    -------
    issues
        Outlines and texts longer than a cell may be.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    import xlsxwriter

    issues = IssueTable()
    columns = _columns(frame, issues)
    with atomic_path(path, overwrite=overwrite) as tmp:
        options = {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            # no files on the way, which a disk that is full would leave behind
            "in_memory": True,
        }
        # into memory first: on a full disk the library leaves its own half file open
        made = io.BytesIO()
        with xlsxwriter.Workbook(made, options) as book:
            book.set_properties({"created": _DATE})
            head = book.add_format({"bold": True, "bg_color": "#EEF2F6", "num_format": "@"})
            text = book.add_format({"num_format": "@"})
            sheet = book.add_worksheet(_SHEET)
            sheet.freeze_panes(1, 1)
            sheet.set_column(0, max(len(columns) - 1, 0), _WIDTH)
            for at, (name, values) in enumerate(columns.items()):
                sheet.write_string(0, at, name, head)
                for row, value in enumerate(values, start=1):
                    _cell(sheet, row, at, value, text)
        tmp.write_bytes(made.getvalue())
    return issues


def _columns(frame: gpd.GeoDataFrame, issues: IssueTable) -> dict[str, list[object]]:
    """Return the cells by heading, the outline last."""
    shape = frame.geometry.name
    columns: dict[str, list[object]] = {}
    for name in frame.columns:
        if name == shape:
            continue
        missing = frame[name].isna()
        cells = [None if m else v for v, m in zip(frame[name], missing, strict=True)]
        plain = [_plain(cell) for cell in cells]
        long = sum(isinstance(v, str) and len(v) > _MAX_TEXT for v in plain)
        if long:
            issues.add("xlsx_text_cut", "warning", field=str(name), count=long)
        columns[str(name)] = [v[:_MAX_TEXT] if isinstance(v, str) else v for v in plain]
    shapes = outlines(frame)
    ids = frame["plot_id"] if "plot_id" in frame else range(1, len(frame) + 1)
    for at, (plot_id, outline) in enumerate(zip(ids, shapes, strict=True)):
        if outline is not None and len(outline) > _MAX_TEXT:
            issues.add("xlsx_outline_long", "warning", feature=str(plot_id))
            shapes[at] = None
    return {**columns, OUTLINE: list(shapes)}


def outlines(frame: gpd.GeoDataFrame) -> list[str | None]:
    """Return each row's outline as WKT with all digits, behind the system as ``SRID=``.

    Parameters
    ----------
    frame
        Plots with a CRS that has an EPSG code.
    """
    import shapely

    code = None if frame.crs is None else frame.crs.to_epsg()
    mark = "" if code is None else f"SRID={code};"
    # -1: the shortest decimals that give the same number again
    texts = shapely.to_wkt(frame.geometry.to_numpy(), rounding_precision=-1, trim=True)
    return [None if text is None else mark + text for text in texts]


def _plain(value: object) -> object:
    if hasattr(value, "item"):
        value = value.item()
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        # fifteen digits are all that a cell's number keeps
        return value if abs(value) < 10**15 else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return str(dict(value))
    if isinstance(value, (list, tuple)):
        return ";".join(map(str, value))
    return str(value)


def _cell(sheet: Any, row: int, column: int, value: object, text: Any) -> None:  # noqa: ANN401
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value)
    elif value is not None:
        sheet.write_string(row, column, str(value), text)
