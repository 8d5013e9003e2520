"""A relocation as sheets: the answer, firms, parks, flows from town to park, and who stays.

Cells hold the numbers of the answer as they are, shown with few decimals; sums and means come
from the same functions as the map's. What is not known is an empty cell.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import xlsxwriter

from platforms import messages
from platforms.layers.workspace import Workspace
from platforms.outputs.books.book_pages import AS_IT_IS, PLAIN, Block, Field, Pages, width_of
from platforms.outputs.books.land_sheet import LandSheet
from platforms.outputs.maps.relocation_layers import (
    firm_names,
    park_names,
    part_title,
    reason_words,
)
from platforms.outputs.maps.relocation_map import relocation_marks
from platforms.planning.moves.relocation_sums import (
    firm_parts,
    firm_towns,
    relocation_figures,
    town_flows,
)

if TYPE_CHECKING:
    # the answer brings the solver with it, which a run without one does not need
    from platforms.planning.moves.relocation_answer import Relocation

__all__ = ["moves_sheet", "relocation_blocks", "write_relocation_book"]

_NARROWEST, _WIDEST = 9, 46
_DIGITS = {
    "mu": 2, "km": 3, "km_mean": 3, "work": 2, "capacity_mu": 2, "used_mu": 2, "free_mu": 2,
    "used_share": 2, "firms": 0, "admitting": 0, "reachable": 0, "most_left_mu": 2,
    "sum_left_mu": 2, "weight": AS_IT_IS, "amount": 2, "weighted": 2, "cost": 2,
}  # fmt: skip
_UNITS = {
    "mu": "mu", "km": "km", "km_mean": "km", "work": "work", "capacity_mu": "mu",
    "used_mu": "mu", "free_mu": "mu", "used_share": "percent", "most_left_mu": "mu",
    "sum_left_mu": "mu",
}  # fmt: skip
_PERCENT = 100.0
_PART = "part_"
# no binary noise behind what the answer has
_PLACES = 6


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"flows.{entry}", None, **fields)


def relocation_blocks(
    relocation: Relocation, workspace: Workspace | None = None
) -> dict[str, list[Field]]:
    """Return the tables of an answer under headings for readers.

    Parameters
    ----------
    relocation
        What :func:`platforms.relocate` gave.
    workspace
        Places firms in towns, where their table does not say one.

    Returns
    -------
    blocks
        ``plan`` (item, value, note), ``firms``, ``parks``, ``flows``, ``stays``,
        ``weights`` and ``issues``.
    """
    towns = firm_towns(relocation, workspace)
    tables = {
        "firms": _firms(relocation, towns),
        "parks": _parks(relocation),
        "flows": _flows(relocation, towns),
        "stays": _stays(relocation, towns),
        "weights": _weights(relocation),
        "issues": _issues(relocation),
    }
    parts = [str(name) for name in tables["firms"] if str(name).startswith(_PART)]
    titles = {name: part_title(relocation, name) for name in parts}
    fields = {name: _fields(one, titles) for name, one in tables.items()}
    return {"plan": _plan(relocation)} | fields


def _issues(relocation: Relocation) -> pd.DataFrame:
    """Return the faults, tables and columns under the words that readers know."""
    table = relocation.issues.to_frame().drop(columns=["delta_m2", "kind"])
    columns = messages.catalogue(messages.language(), "flows")
    for name, room in (("layer", "issue_table"), ("field", "column")):
        own = {str(one): columns.get(f"issue_field.{one}", one) for one in table[name].dropna()}
        words = {one: columns.get(f"{room}.{one}", word) for one, word in own.items()}
        table[name] = table[name].map(words)
    marks = {one: _t(f"severity.{one}") for one in ("error", "warning", "info")}
    table["severity"] = table["severity"].map(marks)
    return table


def write_relocation_book(
    relocation: Relocation, path: Path, *, workspace: Workspace | None = None
) -> None:
    """Write the workbook of an answer; the caller sees to the file's safety."""
    mark = messages.text("moves.mark_sample") if relocation.sample else ""
    # into memory first: on a full disk the library leaves its own half file open
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, PLAIN) as book:
        pages = Pages(book, mark or messages.text("sheet.book.mark_internal"))
        blocks = relocation_blocks(relocation, workspace)
        for name, fields in blocks.items():
            sheet = pages.sheet(f"flows.sheet.{name}", landscape=name != "plan")
            sheet.write_string(0, 0, _t(f"sheet.{name}"), pages.formats.title)
            sheet.write_string(1, 0, mark, pages.formats.mark)
            pages.write(sheet, fields)
    path.write_bytes(made.getvalue())


def moves_sheet(relocation: Relocation, workspace: Workspace) -> LandSheet:
    """Return the answer as one sheet of the ledger, its tables below each other."""
    blocks = relocation_blocks(relocation, workspace)
    shown = ("plan", "parks", "flows", "stays", "firms")
    mark = messages.text("moves.mark_sample") if relocation.sample else ""
    return LandSheet(
        name="flows.sheet.ledger",
        blocks=[
            Block(_t(f"sheet.{name}"), blocks[name]) for name in shown if blocks[name][0].cells
        ],
        note=mark or _t("note.km"),
        mark=mark,
    )


def _plan(relocation: Relocation) -> list[Field]:
    found = relocation_figures(relocation)
    note = {"km_mean": _t("note.km"), "gap": _t("note.gap"), "bound": _t("note.gap")}
    values: Mapping[str, object] = {
        "status": messages.text(f"moves.status.{relocation.status}"),
        "ended": messages.text(f"moves.ended.{relocation.ended}"),
        **{name: found[name] for name in ("firms", "mu", "km_mean", "parks_used")},
        **{name: found[name] for name in ("unassigned", "unassigned_mu")},
        "objective": relocation.objective,
        "bound": relocation.bound,
        "gap": relocation.gap,
        "nearest": relocation.nearest,
        "gain": relocation.gain,
        "gain_share": found["gain_share"],
        "max_km": relocation.max_km,
        "seconds": relocation.seconds,
    }
    rows = [(_t(f"item.{name}"), value, note.get(name, "")) for name, value in values.items()]
    rows += [
        (_t("item.reason"), int(count), _t(f"reason.{name}"))
        for name, count in relocation.unassigned["reason"].value_counts().items()
    ]
    rows += [(_t("item.note"), "", told) for told in relocation_marks(relocation)]
    items, cells, notes = zip(*rows, strict=True)
    return [
        Field("item", _t("head.item"), items, 26),
        Field("value", _t("head.value"), cells, 24, AS_IT_IS),
        Field("note", _t("head.note"), notes, 60),
    ]


def _firms(relocation: Relocation, towns: pd.Series) -> pd.DataFrame:
    out = relocation.by_firm().reset_index(drop=True)
    parks = park_names(relocation)
    moved = relocation.assignments.set_index("firm_id")
    out["town"] = towns.to_numpy()
    out["park"] = out["park_id"].map(parks)
    out["work"] = (out["km"] * out["mu"]).round(_PLACES)
    out["locked"] = _yes(out["firm_id"].map(moved["locked"]))
    out["reason"] = out["reason"].map(_reason, na_action="ignore")
    stays = dict(zip(relocation.unassigned["firm_id"], reason_words(relocation), strict=True))
    out["message"] = out["firm_id"].map(stays)
    parts = firm_parts(relocation)
    out = out.drop(columns=[name for name in out if name in parts]).join(parts, on="firm_id")
    wanted = ("firm_id", "name", "industry", "town", "mu", "park_id", "park", "km", "work")
    return _only(out, (*wanted, "locked", "reason", "message", *map(str, parts)))


def _yes(flags: pd.Series) -> list[str | None]:
    words = {True: messages.text("map.page.yes"), False: messages.text("map.page.no")}
    return [words[bool(flag)] if pd.notna(flag) else None for flag in flags]


def _reason(name: object) -> str:
    return _t(f"reason.{name}")


def _parks(relocation: Relocation) -> pd.DataFrame:
    out = relocation.by_park().reset_index(drop=True)
    out["used_share"] = out["used_mu"] / out["capacity_mu"].where(out["capacity_mu"] > 0)
    out["used_share"] *= _PERCENT
    for name in ("admits", "direction_text"):
        if name in relocation.parks:
            out[name] = relocation.parks[name].to_numpy()
    wanted = ("park_id", "name", "capacity_mu", "used_mu", "free_mu", "used_share", "firms")
    return _only(out, (*wanted, "km_mean", "admits", "direction_text"))


def _flows(relocation: Relocation, towns: pd.Series) -> pd.DataFrame:
    out = pd.DataFrame(town_flows(relocation, towns).drop(columns="geometry"))
    out["town"] = [town or _t("town_unknown") for town in out["town"]]
    out["park"] = out["park_id"].map(park_names(relocation))
    return _only(out, ("town", "park_id", "park", "firms", "mu", "km_mean"))


def _stays(relocation: Relocation, towns: pd.Series) -> pd.DataFrame:
    out = relocation.unassigned.reset_index(drop=True)
    names = firm_names(relocation)
    out["name"] = [names.get(str(one), "") for one in out["firm_id"]]
    out["town"] = towns.reindex(out["firm_id"]).to_numpy()
    out["message"] = reason_words(relocation)
    out["reason"] = [_reason(one) for one in out["reason"]]
    wanted = ("firm_id", "name", "town", "mu", "reason", "message", "admitting", "reachable")
    return _only(out, (*wanted, "most_left_mu", "sum_left_mu"))


def _weights(relocation: Relocation) -> pd.DataFrame:
    rows = [
        {
            "term": messages.text(f"moves.term.{name}"),
            "weight": weight,
            "amount": relocation.terms.get(name),
            "weighted": _weighted(relocation, name),
            "note": _t("note.parameter"),
        }
        for name, weight in relocation.weights.items()
    ]
    return pd.DataFrame(rows)


def _weighted(relocation: Relocation, name: str) -> float | None:
    if name not in relocation.terms:
        return None
    return round(relocation.weights[name] * relocation.terms[name], _PLACES)


def _only(table: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    return table[[name for name in names if name in table]]


def _fields(table: pd.DataFrame, titles: Mapping[str, str]) -> list[Field]:
    fields = []
    for name in map(str, table.columns):
        unit = _UNITS.get(name)
        title = titles.get(name) or _t(f"column.{name}")
        title = _t("head.with_unit", title=title, unit=_t(f"unit.{unit}")) if unit else title
        cells = table[name].tolist()
        number = name in _DIGITS or name in titles
        wide = max([width_of(title) + 2, *([] if number else map(width_of, cells))]) + 2
        width = min(max(wide, _NARROWEST), _WIDEST)
        fields.append(
            Field(name, title, cells, width, _DIGITS.get(name, 2 if name in titles else AS_IT_IS))
        )
    return fields
