"""The faults of a run as a table of their own: one row a fault, in words.

Each row says where the fault is, what it means and what was done about it, as the page and
the sheet of faults do. What a file brought in stays text.
"""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from platforms import messages
from platforms.issues import IssueTable
from platforms.outputs.books.table_file import save_table

__all__ = ["issue_words", "save_issues"]


def issue_words(issues: IssueTable) -> pd.DataFrame:
    """Return faults as readers see them: in words, without the codes that programs read.

    Parameters
    ----------
    issues
        Faults; may be empty.

    Returns
    -------
    table
        One row a fault: file, layer, feature, field, severity, message, action and m², under
        headings in the current language.
    """
    table = issues.to_frame().drop(columns=["kind"])
    names = {name: messages.text(f"sheet.book.{name}") for name in table.columns}
    words = {
        name: messages.text(f"app.plots.severity.{name}") for name in ("info", "warning", "error")
    }
    table["severity"] = table["severity"].map(words)
    return table.rename(columns=names)


def save_issues(
    issues: IssueTable, path: str | os.PathLike[str], *, overwrite: bool = False
) -> Path:
    """Write faults as a table, in the current language.

    Parameters
    ----------
    issues
        For example those of :attr:`platforms.Run.issues`; may be empty.
    path
        ``.xlsx``, or ``.csv`` (UTF-8 with a mark, for Excel).
    overwrite
        Replace a file that is there.

    Returns
    -------
    path
        The file written: file, layer, feature, field, severity, message, action, and the m²
        that the action changed.

    Raises
    ------
    OutputError
        For another ending, a file that exists, a read-only folder or a full disk.
    """
    sheet = messages.text("sheet.book.issues")
    return save_table(issue_words(issues), path, sheet=sheet, overwrite=overwrite)
