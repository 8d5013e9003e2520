"""What the ledger records beside the targets, for a person to read and as plain data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import click

import platforms as ip
from platforms import messages
from platforms.units import printed

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["echo_targets", "targets_record"]

_UNANSWERED = ("no_measure", "no_number")
_OF_TARGET = ("id", "doc", "row", "indicator", "year", "value", "unit", "operator", "responsible",
              "lead", "topic", "period", "gap", "state", "pace_per_year", "pace_per_month",
              "years")  # fmt: skip
_SHOWN = 20
_LAND = ("low_efficiency_mu", "reclaimable_mu")


def _said(entry: str, **named: object) -> str:
    return messages.text(f"recorded.cli.{entry}", None, **named)


def _plain(value: object) -> Any:  # noqa: ANN401 as it is, or None
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.isoformat() if hasattr(value, "isoformat") else value


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): _plain(value) for name, value in row.items()}
            for row in table.astype(object).to_dict("records")]  # fmt: skip


def targets_record(found: ip.Recorded) -> dict[str, Any]:
    """Return what ``ledger status --json`` tells under ``targets``."""
    reached = found.reached
    listed = zip(ip.target_records(found.targets), _rows(found.targets), strict=True)
    return {
        "begins": _plain(reached.begins), "day": _plain(reached.day), "done": reached.done,
        "steps": list(reached.steps),
        "targets": [
            {
                **{name: record[name] for name in _OF_TARGET},
                "measure": row["measure"], "recorded": record["reported"],
                "recorded_date": record["reported_date"],
                "recorded_by_step": row["by_step"], "outside_period": row["outside"],
                "plots": row["plots"], "unknown": row["unknown"],
                "reported": row["told"], "reported_date": row["told_date"],
                "sample": row["sample"], "why": row["why"] or None,
            }
            for record, row in listed
        ],
        "plots": _rows(found.parts),
        "shares": _rows(found.shares),
    }  # fmt: skip


def echo_targets(found: ip.Recorded, titles: dict[str, str]) -> None:
    """Print each target that the ledger can answer, and what is done by place and period."""
    rows = found.targets.to_dict("records")
    answered = [row for row in rows if row["why"] not in _UNANSWERED]
    if not answered or found.reached.begins is None:
        return
    done = titles[found.reached.done]
    click.echo(_said("head", begins=found.reached.begins, done=done))
    for row in answered:
        click.echo(_line(row, titles))
    if len(rows) > len(answered):
        click.echo(_said("unanswered", count=len(rows) - len(answered)))
    _echo_shares(found, done)


def _line(row: dict[Any, Any], titles: dict[str, str]) -> str:
    number = ip.target_number
    steps = [_said("step", step=titles[step], value=number(value))
             for step, value in row["by_step"].items()]  # fmt: skip
    known = _plain(row["reported"]) is not None
    gap = _said("gap", gap=number(row["gap"])) if known and row["gap"] > 0 else ""
    pace = _plain(row["pace_month"])
    gap += _said("pace", pace=number(pace)) if pace is not None and pace > 0 else ""
    remarks = messages.text("recorded.remark.then").join(ip.recorded_remarks(row))
    first, last = int(row["period_from"]), int(row["period_to"])
    years = messages.text("recorded.period", None, first=first, last=last)
    return _said(
        "row", target_id=row["target_id"], indicator=row["indicator"],
        period=last if first == last else years, planned=number(row["value"]), unit=row["unit"],
        steps="".join(steps) if known else "", gap=gap,
        state=messages.text(f"sheet.target_state.{row['state']}"),
        remark=_said("remark", remark=remarks) if remarks else "",
    )  # fmt: skip


def _echo_shares(found: ip.Recorded, done: str) -> None:
    shares = found.shares
    shares = shares[shares["step"].eq(found.reached.done) & shares["plots"].gt(0)]
    for by in ("quarter", "town", "platform", "unit"):
        rows = shares[shares["by"].eq(by)].to_dict("records")
        if rows:
            click.echo(_said("shares", step=done, by=messages.text(f"recorded.by.{by}")))
        for row in rows[:_SHOWN]:
            lost = _said("share_unknown", count=row["unknown"]) if row["unknown"] else ""
            name = row["name"] or messages.text("recorded.all_none")
            sums = {one: printed(row[one]) for one in _LAND}
            click.echo(_said("share", name=name, plots=row["plots"], unknown=lost, **sums))
