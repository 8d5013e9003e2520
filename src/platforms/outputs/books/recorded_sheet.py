"""What the ledger records beside the targets, as tables for readers: screen, sheet, terminal.

What is not known is an empty cell with its reason beside it, never a nought.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from platforms import messages
from platforms.layers.cards import Plan
from platforms.layers.citations import citation
from platforms.outputs.books.book_columns import AS_IT_IS, Field
from platforms.outputs.target_words import target_number
from platforms.planning.recorded import MEASURES, Reached, Recorded
from platforms.policy.targets_records import units_of
from platforms.units import half_up

__all__ = ["RecordedTables", "recorded_fields", "recorded_remarks", "recorded_tables"]

_UNANSWERED = ("no_measure", "no_number")
_WIDE = {"indicator": 30, "remark": 48, "cited": 40, "responsible": 26, "measure": 18, "name": 22}
_WIDTH = 13


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"recorded.{entry}", None, **fields)


class RecordedTables(NamedTuple):
    """The tables.

    Attributes
    ----------
    about
        What they count, in a sentence.
    targets
        A row for each target that the ledger has a measure for.
    unanswered
        The other targets.
    shares
        What is done by period, town, platform and responsible unit.
    parts
        The plots that are done, and what each adds.
    """

    about: str
    targets: pd.DataFrame
    unanswered: pd.DataFrame
    shares: pd.DataFrame
    parts: pd.DataFrame


def recorded_tables(
    recorded: Recorded, plan: Plan, titles: Mapping[str, str]
) -> RecordedTables:  # fmt: skip
    """Return what the ledger records, under headings for readers.

    Parameters
    ----------
    recorded
        What :func:`platforms.ledger_targets` gave.
    plan
        Holds the documents.
    titles
        Title of each step.
    """
    rows = recorded.targets.to_dict("records")
    answered = [row for row in rows if row["why"] not in _UNANSWERED]
    others = [row for row in rows if row["why"] in _UNANSWERED]
    return RecordedTables(
        _about(recorded.reached, titles),
        _table([_target(row, recorded.reached, plan, titles) for row in answered]),
        _table([_other(row, plan) for row in others]),
        _table([_share(row, titles) for row in recorded.shares.to_dict("records")]),
        _table([_part(row, titles) for row in recorded.parts.to_dict("records")]),
    )


def _about(reached: Reached, titles: Mapping[str, str]) -> str:
    if reached.begins is None:
        return _t("about_empty")
    return _t("about", begins=reached.begins, day=reached.day, done=titles[reached.done])


def _table(rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, dtype="object")


def recorded_remarks(row: Mapping[Any, Any]) -> list[str]:
    """Return what limits what is recorded for one target.

    Parameters
    ----------
    row
        Of the targets of a :class:`platforms.Recorded`.
    """
    told = []
    if row["why"] and row["why"] != "no_area":
        told.append(_t(f"why.{row['why']}"))
    if row["unknown"]:
        told.append(_t("remark.unknown", count=row["unknown"]))
    if row["outside"]:
        value = target_number(row["outside"])
        told.append(_t("remark.outside", value=value, unit=_unit(row)))
    if pd.notna(row["told"]):
        told.append(_t("remark.told", value=target_number(row["told"]), unit=_unit(row),
                       date=row["told_date"]))  # fmt: skip
    if row["sample"]:
        told.append(_t("remark.sample"))
    return told


def _period(row: Mapping[Any, Any]) -> str:
    first, last = int(row["period_from"]), int(row["period_to"])
    return str(last) if first == last else _t("period", first=first, last=last)


def _unit(row: Mapping[Any, Any]) -> str:
    """Return the unit, as the document writes it, in the language of the reader."""
    return messages.catalogue(messages.language(), "unit_words").get(row["unit"], row["unit"])


def _cited(row: Mapping[Any, Any], plan: Plan) -> str:
    return citation({str(name): value for name, value in row.items()}, plan)


def _target(
    row: Mapping[Any, Any], reached: Reached, plan: Plan, titles: Mapping[str, str]
) -> dict[str, object]:
    known = pd.notna(row["reported"])
    steps = {
        _t("column.step", step=titles[step]): _number(row["by_step"].get(step) if known else None)
        for step in reached.steps
    }
    told = {
        "target_id": row["target_id"], "indicator": row["indicator"], "period": _period(row),
        "planned": _number(row["value"]), "unit": row["unit"],
    }  # fmt: skip
    rest = {
        "gap": _number(row["gap"]), "state": messages.text(f"sheet.target_state.{row['state']}"),
        "pace_month": _number(row["pace_month"]), "plots": row["plots"] if known else None,
        "remark": _t("remark.then").join(recorded_remarks(row)) or None,
        "measure": _t(f"measure.{row['measure']}"),
        "responsible": "、".join(units_of(row["responsible"])) or None, "cited": _cited(row, plan),
    }  # fmt: skip
    return _headed(told) | steps | _headed(rest)


def _other(row: Mapping[Any, Any], plan: Plan) -> dict[str, object]:
    return _headed(
        {
            "target_id": row["target_id"], "indicator": row["indicator"], "period": _period(row),
            "planned": _number(row["value"]),
            "unit": row["unit"] if isinstance(row["unit"], str) else None,
            "why": _t(f"why.{row['why']}"), "cited": _cited(row, plan),
        }
    )  # fmt: skip


def _share(row: Mapping[Any, Any], titles: Mapping[str, str]) -> dict[str, object]:
    sums = {name: _number(row[name]) for name in (*MEASURES, "all_plots", "all_mu")}
    return _headed(
        {
            "at_step": titles[row["step"]], "by": _t(f"by.{row['by']}"),
            "name": row["name"] or _t("all_none"), "plots": row["plots"],
            "unknown": row["unknown"], **sums,
        }
    )  # fmt: skip


def _part(row: Mapping[Any, Any], titles: Mapping[str, str]) -> dict[str, object]:
    parts = {name: _number(row[name]) for name in MEASURES}
    named = {"plot_id": row["plot_id"], "at_step": titles[row["step"]]}
    return _headed({**named, "day": row["day"].isoformat(), **parts})


def _headed(cells: Mapping[str, object]) -> dict[str, object]:
    return {_t(f"column.{name}"): value for name, value in cells.items()}


def _number(value: object) -> float | None:
    known = isinstance(value, (int, float)) and not pd.isna(value)
    return half_up(float(str(value)), 4) if known else None


def recorded_fields(table: pd.DataFrame) -> list[Field]:
    """Return the columns of such a table as a sheet has them."""
    wide = {_t(f"column.{name}"): width for name, width in _WIDE.items()}
    return [
        Field(title, title, table[title].tolist(), wide.get(title, _WIDTH), AS_IT_IS)
        for title in table.columns
    ]
