"""What another rule changes, as a workbook: the plots that flip, why, and the sums in 亩."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd
import pandas as pd

from platforms import messages
from platforms.outputs.books.book_pages import Field, Pages
from platforms.outputs.books.table_file import book_file
from platforms.outputs.verdict_words import verdict_words
from platforms.policy.diff import PolicyDiff

__all__ = ["save_changes"]

# shown beside the plot's id where the plots have them
_ABOUT = {"name": 20, "firm_name": 18, "town": 11}


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"sheet.{entry}", None, **fields)


def save_changes(
    diff: PolicyDiff,
    plots: gpd.GeoDataFrame | pd.DataFrame,
    path: str | os.PathLike[str],
    *,
    overwrite: bool = False,
) -> Path:
    """Write the plots whose verdict differs, and the sums, as a workbook.

    Parameters
    ----------
    diff
        What :func:`platforms.policy_diff` gave.
    plots
        The plots that were compared; their names and firms stand beside the ids.
    path
        The ``.xlsx`` file; it appears whole or not at all.
    overwrite
        Replace a file that is there.

    Returns
    -------
    path
        The file written.

    Raises
    ------
    OutputError
        When the file exists, the folder is read-only or the disk is full.
    """
    sample = "basis" in plots and bool(plots["basis"].eq("sample").any())
    mark = _t("book.mark_sample") if sample else ""
    left, right = (side.pack.title.show() for side in (diff.left, diff.right))
    with book_file(path, overwrite=overwrite) as book:
        pages = Pages(book, mark or _t("book.mark_internal"))
        for name, fields in (
            ("flips", _flips(diff, plots)),
            ("flip_totals", _totals(diff)),
            ("flip_settings", _settings(diff)),
        ):
            if not fields[0].cells and name == "flip_settings":
                continue
            sheet = pages.sheet(name)
            title = messages.text("policy.diff.head", None, left=left, right=right)
            sheet.write_string(0, 0, title, pages.formats.title)
            sheet.write_string(1, 0, mark, pages.formats.mark)
            pages.write(sheet, fields)
    return Path(path)


def _flips(diff: PolicyDiff, plots: pd.DataFrame) -> list[Field]:
    changed = diff.changed
    about = plots.loc[changed.index]
    before, after = verdict_words(diff.left.pack), verdict_words(diff.right.pack)
    ways = {name: messages.text(f"policy.change.{name}") for name in changed["change"].unique()}
    named = [
        Field(name, _t(f"column.{name}"), about[name].tolist(), width)
        for name, width in _ABOUT.items()
        if name in about
    ]
    return [
        Field("plot_id", _t("column.plot_id"), changed["plot_id"].astype("str").tolist(), 12),
        *named,
        Field("left", _t("flips.before"), [before[one] for one in changed["left"]], 12),
        Field("right", _t("flips.after"), [after[one] for one in changed["right"]], 12),
        Field("change", _t("flips.change"), [ways[one] for one in changed["change"]], 14),
        _mu(changed),
        Field("because_left", _t("flips.because_before"), changed["because_left"].tolist(), 44),
        Field("because_right", _t("flips.because_after"), changed["because_right"].tolist(), 44),
    ]


def _totals(diff: PolicyDiff) -> list[Field]:
    totals = diff.totals[diff.totals["plots"] > 0]
    before, after = verdict_words(diff.left.pack), verdict_words(diff.right.pack)
    return [
        Field("left", _t("flips.before"), [before[one] for one in totals["left"]], 18),
        Field("right", _t("flips.after"), [after[one] for one in totals["right"]], 18),
        Field("plots", _t("column.plots"), totals["plots"].tolist(), 12, 0),
        _mu(totals),
        Field("open", _t("flips.without_area"), totals["plots_without_area"].tolist(), 18, 0),
    ]


def _mu(table: pd.DataFrame) -> Field:
    title = f"{_t('column.area_mu')}（{_t('mu')}）"
    return Field("area_mu", title, table["area_mu"].tolist(), 14)


def _settings(diff: PolicyDiff) -> list[Field]:
    """Return the parameters that the two sides set differently; none between two packs."""
    rows = diff.settings()
    return [
        Field("name", _t("book.parameter"), [str(row["title"]) for row in rows], 36),
        Field("left", _t("flips.before"), [str(row["left"]) for row in rows], 30),
        Field("right", _t("flips.after"), [str(row["right"]) for row in rows], 30),
    ]
