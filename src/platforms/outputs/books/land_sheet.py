"""The land of low-efficiency plots as sheets of the ledger.

Waterfall by plot, sums beside the targets, areas that lie together, the balance of industrial
land, overlaps of limits, and the numbers that all this was made with. The values are those of
the run's land review; nothing is computed here. What is unknown is an empty cell, never 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from platforms import messages
from platforms.outputs.books.book_pages import Block, Field
from platforms.outputs.land_numbers import factor_block, parameter_block
from platforms.planning.land.reclaim import deduction_columns
from platforms.planning.land.review import LandReview
from platforms.planning.run import Run

__all__ = ["LandSheet", "land_sheets"]

_M2 = "m²"
# a heading in bold, in columns
_MARK_WIDTH = 52


@dataclass(frozen=True)
class LandSheet:
    """One sheet.

    Attributes
    ----------
    name
        Its entry in the catalogue.
    blocks
        Its tables, from top to bottom.
    note
        The sentence above them.
    mark
        What marks synthetic layers that only the land was made from; may be empty.
    """

    name: str
    blocks: Sequence[Block]
    note: str
    mark: str = ""
    main: int = 0
    """Columns of the first printed page; the others follow on a second, beside the plot's
    number. 0 prints all on one."""

    @property
    def note_column(self) -> int:
        """Column where the sentence has room beside the mark."""
        wide = 0.0
        for column, field in enumerate(self.blocks[0].fields):
            if wide >= _MARK_WIDTH:
                return column
            wide += field.width
        return len(self.blocks[0].fields)


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"sheet.land.{entry}", None, **fields)


def land_sheets(run: Run) -> list[LandSheet]:
    """Return the sheets on land; none where the rules do not ask for low efficiency.

    Parameters
    ----------
    run
        What :func:`platforms.run` gave.

    Returns
    -------
    sheets
        Plots, sums, areas, balance (where the workspace has land changes), overlaps and
        parameters, in this order.
    """
    if "low_efficiency" not in run.pack.outcomes:
        return []
    review = run.land
    mark = sample_note(review)
    main, more = _plot_fields(review)
    sheets = [
        LandSheet("land_plots", [Block("", [*main, *more])],
                  _t("note_plots", count=len(review.chosen())), main=len(main)),
        LandSheet("land_sums", _sum_blocks(review), _t("note_sums")),
        LandSheet("land_areas", [Block("", _area_fields(review))],
                  _t("note_areas", within=f"{review.areas.within_m:g}")),
    ]  # fmt: skip
    if review.balance is not None:
        sheets.append(LandSheet("land_balance", _balance_blocks(review), _t("note_balance")))
    if review.order:
        overlap = [Block("", _overlap_fields(review))]
        sheets.append(LandSheet("land_overlap", overlap, _t("note_overlap")))
    titles = {one.id: one.title for one in run.workspace.plan.documents}
    numbers = [parameter_block(review, titles), factor_block(review, titles)]
    sheets.append(LandSheet("land_numbers", numbers, _t("note_numbers")))
    return [replace(one, note=f"{one.note}{mark}", mark=mark.strip()) for one in sheets]


def sample_note(review: LandReview) -> str:
    """Return the sentence that names the synthetic layers; empty where there are none."""
    names = [_t(f"layer.{name}") for name in review.sample_layers]
    return _t("sample", layers=names) if names else ""


class _Table:
    """Collects columns of a frame, titled and ready to be written."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self.fields: list[Field] = []

    def add(self, name: str, cells: Sequence[object], width: float, *, unit: str = "",
            digits: int = 2, title: str = "") -> None:  # fmt: skip
        """Add a column; ``title`` in the place of that of the catalogue."""
        shown = title or _t(f"column.{name}")
        shown = f"{shown}（{unit}）" if unit else shown
        self.fields.append(Field(name, shown, list(cells), width, digits))

    def text(self, name: str, width: float, words: str = "", title: str = "") -> None:
        """Add a column of words; ``words`` names the entries of its values."""
        if name in self.frame:
            cells = [None if _none(v) else _word(words, v) for v in self.frame[name]]
            self.add(name, cells, width, title=title)

    def number(self, name: str, unit: str = "", digits: int = 2, title: str = "") -> None:
        """Add a column of numbers."""
        if name in self.frame:
            cells = pd.to_numeric(self.frame[name], errors="coerce").astype("float64").tolist()
            self.add(name, cells, 13, unit=unit, digits=digits, title=title)

    def deductions(self) -> None:
        """Add a column for each limit, in their order."""
        for name, column in deduction_columns(self.frame).items():
            shown = messages.text("sheet.column.deduction", name=_limit(name))
            self.number(column, _M2, title=shown)


def _none(value: object) -> bool:
    return value is None or value is pd.NA or value != value or value == ""  # noqa: PLR0124 nan


def _word(words: str, value: object) -> str:
    if not words:
        return str(value)
    known = messages.catalogue(messages.language(), words.partition(".")[0])
    return known.get(f"{words.partition('.')[2]}.{value}", str(value))


def _limit(name: str) -> str:
    return _word("sheet.constraint", name)


def _plot_fields(review: LandReview) -> tuple[list[Field], list[Field]]:
    """Return the columns from gross to what a plot gives, and those that explain them."""
    chosen = pd.DataFrame(review.chosen())
    mu = messages.text("sheet.mu")
    table = _Table(chosen)
    table.add("number", range(1, len(chosen) + 1), 6, digits=0)
    table.text("plot_id", 12)
    table.text("town", 11)
    table.text("potential_measure", 10, "sheet.measure")
    table.number("gross_m2", _M2)
    table.deductions()
    table.number("net_m2", _M2)
    table.number("net_mu", mu, 4)
    table.number("potential_land_m2", _M2)
    table.number("potential_floor_m2", _M2)
    table.number("potential_demand_m2", _M2)
    table.text("potential_reason", 30, "land.reason")
    main = len(table.fields)
    table.text("firm_name", 22)
    table.number("building_m2", _M2)
    table.number("unused_m2", _M2)
    table.number("far_present", digits=4)
    table.number("floor_potential_m2", _M2)
    table.text("idle_verdict", 9, "sheet.land.idle")
    table.number("idle_days", digits=0)
    table.number("realistic_m2", _M2)
    table.number("realistic_k_slope", digits=4)
    table.number("realistic_k_class", digits=4)
    if "realistic_method" in chosen:
        marks = [_t(f"method.{str(one).partition(':')[0]}") for one in chosen["realistic_method"]]
        table.add("realistic_method", marks, 10)
    table.text("control_line", 8, "sheet.land.side")
    table.number("inside_m2", _M2)
    table.text("area_group", 9)
    return table.fields[:main], table.fields[main:]


def _sum_blocks(review: LandReview) -> list[Block]:
    mu = messages.text("sheet.mu")
    blocks = [Block(_t("targets"), _target_fields(review.targets))]
    for name, sums in review.sums.items():
        whole = sums.sum().to_frame().T
        whole.index = pd.Index([messages.text("sheet.book.total")])
        table = _Table(pd.concat([sums, whole]))
        words = "sheet.measure" if name == "measures" else ""
        groups = [
            messages.text("sheet.book.none") if _none(one) else _word(words, one)
            for one in table.frame.index
        ]
        table.add("group", groups, 26, title=_t(f"by.{name}"))
        table.number("plots", digits=0)
        table.number("unknown", digits=0)
        table.number("gross_m2", _M2)
        table.deductions()
        table.number("net_m2", _M2)
        table.number("net_mu", mu)
        if sums["overlap_m2"].gt(0).any():
            table.number("overlap_m2", _M2, title=_t("column.net_overlap"))
            table.number("net_once_m2", _M2)
            table.number("net_once_mu", mu)
        blocks.append(Block(_t(f"sums.{name}"), table.fields, total=True))
    blocks.append(Block(_t("potential"), _measure_fields(review.measures)))
    for by, sides in review.control.items():
        table = _Table(sides)
        words = "sheet.verdict" if by == "verdict" else ""
        groups = [
            messages.text("sheet.book.none") if _none(one) else _word(words, one)
            for one in sides.index
        ]
        table.add("group", groups, 26, title=messages.text(f"sheet.column.{by}"))
        for name in ("plots", "inside", "outside", "across", "unknown"):
            title = _t(f"side_plots.{name}") if name in sides and name != "plots" else ""
            table.number(name, digits=0, title=title)
        table.number("inside_mu", mu)
        table.number("outside_mu", mu)
        blocks.append(Block(_t("control"), table.fields))
    return blocks


def _target_fields(targets: pd.DataFrame) -> list[Field]:
    table = _Table(targets)
    for name, width in (("indicator", 26), ("year", 8)):
        title = messages.text(f"sheet.book.{name}")
        table.text(name, width, title=title)
    table.number("value", title=messages.text("sheet.book.planned"))
    table.text("unit", 8, title=messages.text("sheet.book.unit"))
    table.number("computed", title=messages.text("sheet.book.computed"))
    kind = messages.text("sheet.book.computed_kind")
    table.text("computed_kind", 16, "sheet.target_kind", title=kind)
    table.number("gap", title=messages.text("sheet.book.gap"))
    table.text("target_id", 14, title=messages.text("sheet.book.target_id"))
    return table.fields


def _measure_fields(measures: pd.DataFrame) -> list[Field]:
    table = _Table(measures)
    words = [_word("sheet.measure", one) for one in measures.index]
    table.add("group", words, 26, title=_t("by.measures"))
    table.number("plots", digits=0)
    table.number("land_m2", _M2)
    table.number("land_mu", messages.text("sheet.mu"))
    if measures["overlap_m2"].gt(0).any():
        table.number("overlap_m2", _M2, title=_t("column.land_overlap"))
    table.number("unknown", digits=0, title=_t("column.land_unknown"))
    table.number("floor_m2", _M2)
    table.number("floor_unknown", digits=0)
    return table.fields


def _area_fields(review: LandReview) -> list[Field]:
    areas = pd.DataFrame(review.areas.areas.drop(columns=review.areas.areas.geometry.name))
    areas = areas.reset_index()
    mu = messages.text("sheet.mu")
    table = _Table(areas)
    table.text("area_group", 9)
    table.number("plots", digits=0)
    table.number("gross_mu", mu, 4)
    table.number("net_mu", mu, 4)
    table.number("net_unknown", digits=0)
    table.number("overlap_m2", _M2)
    table.number("industrial_mu", mu, 4)
    for name in ("priority", "scattered"):
        table.text(name, 9, "sheet.land.answer")
    table.number("compactness", digits=4)
    table.number("hull_ratio", digits=4)
    table.number("width_m", "m")
    for name in ("sliver", "candidate"):
        marks = [_t("answer.yes") if one else _t("answer.no") for one in areas[name]]
        table.add(name, marks, 9)
    table.number("rank", digits=0)
    ids = [str(one).replace(";", "、") for one in areas["plot_ids"]]
    table.add("plot_ids", ids, 48)
    return table.fields


def _balance_blocks(review: LandReview) -> list[Block]:
    balance = review.balance
    if balance is None:
        return []
    mu = messages.text("sheet.mu")
    blocks = []
    for name, frame, texts, numbers in (
        ("breaches", balance.breaches, ("town", "change_id", "plot_id", "date"),
         ("area_mu", "out_mu", "in_mu", "short_mu")),
        ("towns", balance.towns, ("town", "year"), ("in_mu", "out_mu", "balance_mu")),
        ("supply", balance.supply, ("year",), ("supply_mu", "industry_mu")),
        ("unknown", balance.unknown, ("town", "change_id", "plot_id", "date"), ("area_mu",)),
    ):  # fmt: skip
        table = _Table(_dated(frame))
        for column in texts:
            table.text(column, 14)
        for column in numbers:
            table.number(column, mu)
        for column in ("share", "minimum"):
            table.number(column, digits=4)
        for column in ("kept", "certain"):
            if column in frame:
                marks = [_t(f"answer.{_answer(one)}") for one in frame[column]]
                table.add(column, marks, 12)
        if "reason" in frame:
            lacking = ["、".join(_t(f"lacks.{part}") for part in str(one).split(";"))
                       for one in frame["reason"]]  # fmt: skip
            table.add("reason", lacking, 24)
        blocks.append(Block(_t(f"balance.{name}"), table.fields))
    return blocks


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    shown = frame.copy()
    if "date" in shown:
        days = pd.to_datetime(shown["date"], errors="coerce")
        shown["date"] = days.dt.strftime("%Y-%m-%d")
    return shown


def _answer(kept: object) -> str:
    return "unknown" if _none(kept) else "yes" if kept else "no"


def _overlap_fields(review: LandReview) -> list[Field]:
    table = _Table(review.overlap)
    table.add("limit", [_limit(str(name)) for name in review.overlap.index], 26)
    for name in review.overlap.columns:
        table.number(str(name), _M2, title=_limit(str(name)))
    return table.fields
