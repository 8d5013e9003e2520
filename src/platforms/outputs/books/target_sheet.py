"""Targets as a table for readers: in the ledger, and as a file of their own.

A computed value never stands alone: the column beside it says whether it measures the target,
what the land offers or what the documents name, and whether it comes from synthetic layers.
"""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from platforms import messages
from platforms.layers.cards import Plan
from platforms.outputs.books.table_file import TABLE_ENDINGS, save_table
from platforms.outputs.target_words import target_remarks, target_scope
from platforms.policy.targets_records import target_records
from platforms.units import half_up

__all__ = ["TARGET_ENDINGS", "save_targets", "target_sheet"]

TARGET_ENDINGS = TABLE_ENDINGS

_NUMBERS = {
    "planned": "value",
    "base": "base_value",
    "reported": "reported",
    "computed": "computed",
    "gap": "gap",
    "pace_year": "pace_per_year",
    "pace_month": "pace_per_month",
}
_READ = ("computed", "gap", "pace_year", "pace_month")


def _t(entry: str) -> str:
    return messages.text(f"sheet.book.{entry}")


def target_sheet(status: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return the targets and where each stands, under headings for readers.

    Parameters
    ----------
    status
        What :func:`platforms.target_standing` gave.
    plan
        Holds the documents.

    Returns
    -------
    table
        One row a target, in the order of ``status``: planned, base, reported, computed,
        gap (target's unit), state, remarks, pace a year and a month, units, document, wording.
    """
    return pd.DataFrame([_row(record, plan) for record in target_records(status)])


def _row(record: dict[str, object], plan: Plan) -> dict[str, object]:
    document = plan.document(str(record["doc"]))
    numbers = {name: record[source] for name, source in _NUMBERS.items()}
    # the sheet is read; six decimals stay in the JSON
    for name in _READ:
        numbers[name] = _two(numbers[name])
    return {
        _t("target_id"): record["id"],
        _t("indicator"): record["indicator"],
        _t("year"): record["year"],
        _t("operator"): _word("target_operator", record["operator"]),
        _t("planned"): numbers["planned"],
        _t("unit"): record["unit"],
        _t("base"): numbers["base"],
        _t("base_year"): None if record["base_year"] is None else str(record["base_year"]),
        _t("reported"): numbers["reported"],
        _t("reported_date"): record["reported_date"],
        _t("reported_source"): _reporter(record),
        _t("computed"): numbers["computed"],
        _t("computed_kind"): _kind(record),
        _t("gap"): numbers["gap"],
        _t("state"): _word("target_state", record["state"]),
        _t("remark"): "；".join(target_remarks(record)) or None,
        _t("pace_year"): numbers["pace_year"],
        _t("pace_month"): numbers["pace_month"],
        _t("lead"): _units(record["lead"]),
        _t("responsible"): _units(record["responsible"]),
        _t("topic"): record["topic"],
        _t("document"): document.title if document else record["doc"],
        _t("section"): record["section"],
        _t("row"): record["row"],
        _t("text"): record["text"],
    }


def _word(group: str, name: object) -> str | None:
    return messages.text(f"sheet.{group}.{name}") if name else None


def _kind(record: dict[str, object]) -> str | None:
    kind = _word("target_kind", record["computed_kind"])
    mark = messages.text("sheet.sample_note") if record["computed_sample"] else ""
    beside = "；".join(part for part in (target_scope(record), mark) if part)
    return f"{kind}（{beside}）" if kind and beside else kind


def _two(value: object) -> object:
    return half_up(value, 2) if isinstance(value, float) else value


def _reporter(record: dict[str, object]) -> str | None:
    told = [record["reported_source"], record["reported_author"]]
    return "，".join(str(part) for part in told if part) or None


def _units(names: object) -> str | None:
    return "、".join(names) or None if isinstance(names, list) else None


def save_targets(
    status: pd.DataFrame, plan: Plan, path: str | os.PathLike[str], *, overwrite: bool = False
) -> Path:
    """Write the targets as a file.

    Parameters
    ----------
    status, plan
        As for :func:`target_sheet`.
    path
        ``.xlsx``, or ``.csv`` (UTF-8 with a mark, for Excel).
    overwrite
        Replace a file that is there.

    Returns
    -------
    path
        The file written; it appears whole or not at all.

    Raises
    ------
    OutputError
        For another ending, a file that exists, a read-only folder or a full disk.
    """
    table = target_sheet(status, plan)
    return save_table(table, path, sheet=_t("targets"), frozen=2, overwrite=overwrite)
