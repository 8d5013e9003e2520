"""What a workbook's cells do not say: which are merged, and which formulas have no value.

The cells themselves come through the one door of tables; these marks come through it as well.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import PurePath

from platforms.geo.ingest.preflight import Upload, staged
from platforms.geo.ingest.sandbox import reading
from platforms.geo.ingest.sniff import Dataset

__all__ = ["SheetMarks", "sheet_marks"]


@dataclass(frozen=True)
class SheetMarks:
    """Marks of one sheet.

    Attributes
    ----------
    merged
        Column (from 0), first and last line (from 1) of cells merged downwards in one column.
    formulas
        Column (from 0) and line (from 1) of formulas without a stored value.
    """

    merged: tuple[tuple[int, int, int], ...] = ()
    formulas: tuple[tuple[int, int], ...] = ()


def sheet_marks(path: str | os.PathLike[str] | Upload, sheet: str | None) -> SheetMarks:
    """Return the marks of a sheet; none for what is no workbook.

    Parameters
    ----------
    path
        The file, already read through the one door.
    sheet
        Name of the sheet.

    Raises
    ------
    LimitError
        When it costs too much.
    """
    name = path.name if isinstance(path, Upload) else os.fspath(path)
    if PurePath(name).suffix.lower() != ".xlsx":
        return SheetMarks()
    with staged(path) as stage:
        member = stage.members[0]
        book = Dataset("workbook_marks", member.stem, member.path, file=stage.name)
        with reading(book, layer=sheet) as result:
            notes = result().notes
    merged = tuple((int(c), int(a), int(b)) for c, a, b in notes["merged"])
    return SheetMarks(merged, tuple((int(c), int(line)) for c, line in notes["formulas"]))
