"""Scenarios for a person to read, and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

import platforms as ip
from platforms import messages
from platforms.units import printed

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "change_record",
    "echo_change",
    "echo_kept",
    "echo_list",
    "kept_record",
    "list_records",
]

_SHOWN_ROWS = 10
_DIGITS = {"score": 4}


def _said(entry: str, **named: object) -> str:
    return messages.text(f"store.cli.{entry}", None, **named)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows with None where something is missing, times as ISO text."""
    plain = table.astype(object).where(table.notna(), None)
    return [
        {str(k): v.isoformat() if hasattr(v, "isoformat") else v for k, v in row.items()}
        for row in plain.to_dict("records")
    ]


def _flat(table: pd.DataFrame) -> pd.DataFrame:
    return table.drop(columns="geometry", errors="ignore")


def list_records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what ``scenario list --json`` lists."""
    return _records(table)


def echo_list(table: pd.DataFrame, workspace: str) -> None:
    """Print what is kept, a scenario a block."""
    if table.empty:
        click.echo(_said("list.empty", workspace=workspace))
    for row in _records(table):
        kind = messages.text(f"store.kind.{row['kind']}")
        at = row["created_at"][:16].replace("T", " ")
        marks = [_said("mark_locked")] * row["locked"] + [_said("mark_sample")] * row["sample"]
        named = {**row, "kind": kind, "created_at": at, "marks": "".join(marks)}
        named["author"] = row["author"] or "—"
        click.echo(_said("list.row", **named))
        if row["note"]:
            click.echo(_said("list.note", note=row["note"]))


def kept_record(kept: ip.Kept, history: pd.DataFrame) -> dict[str, Any]:
    """Return what ``scenario show --json`` tells; of tables their sizes."""
    made = kept.scenario
    return {
        "key": kept.key, "scenario_id": made.scenario_id, "name": kept.name, "kind": made.kind,
        "workspace": made.workspace, "created_at": kept.created_at.isoformat(),
        "author": kept.author, "note": kept.note, "locked": kept.locked, "parent": kept.parent,
        "sample": made.sample, "version": made.version,
        "inputs": [vars(one) for one in made.inputs],
        "parameters": dict(made.parameters), "figures": dict(made.figures),
        "tables": {name: len(table) for name, table in made.tables.items()},
        "history": _records(history),
    }  # fmt: skip


def echo_kept(kept: ip.Kept, history: pd.DataFrame) -> None:
    """Print one that is kept."""
    told = kept_record(kept, history)
    at = told["created_at"][:16].replace("T", " ")
    named = {**told, "kind": messages.text(f"store.kind.{told['kind']}"), "created_at": at}
    click.echo(_said("show.head", **{**named, "author": kept.author or "—"}))
    if kept.note:
        click.echo(_said("list.note", note=kept.note))
    if kept.locked:
        click.echo(_said("is_locked", name=kept.name))
    words = ip.scenario_told(kept.scenario)
    for one, (title, _) in zip(kept.scenario.inputs, words["inputs"], strict=True):
        click.echo(_said("show.input", name=title, source=one.source, sha=one.sha256[:12]))
    for entry in ("parameter", "figure"):
        for title, shown in words[f"{entry}s"]:
            click.echo(_said(f"show.{entry}", key=title, value=shown))
    for row in told["history"]:
        what = messages.text(f"store.what.{row['what']}")
        moved = " → ".join(str(row[end]) for end in ("was", "became") if row[end])
        at = row["at"][:16].replace("T", " ")
        event = {"at": at, "who": row["who"] or "—", "what": what, "moved": moved}
        click.echo(_said("show.event", **event, why=row["why"]).rstrip())
    if kept.scenario.sample:
        click.echo(_said("mark_sample").strip())


def change_record(change: ip.ScenarioChange) -> dict[str, Any]:
    """Return what ``scenario compare --json`` tells; of rows those that are not the same."""
    return {
        "kind": change.kind, "a": change.a, "b": change.b, "unit": change.unit,
        "sample": change.sample, "why": change.why,
        "waterfall": _records(change.waterfall), "figures": _records(change.figures),
        "inputs": _records(change.inputs), "parameters": _records(change.parameters),
        "states": {name: _states(table) for name, table in change.tables.items()},
        "tables": {
            name: _records(_flat(table[table["state"].ne("same")]))
            for name, table in change.tables.items()
        },
    }  # fmt: skip


def _states(table: pd.DataFrame) -> dict[str, int]:
    return {str(name): int(count) for name, count in table["state"].value_counts().items()}


def echo_change(workspace: ip.Workspace, change: ip.ScenarioChange, a: str, b: str) -> None:
    """Print why two differ."""
    unit = messages.text(f"store.unit.{change.unit}")
    digits = _DIGITS.get(change.unit, 2)
    click.echo(_said("compare.head", a=a, b=b, unit=unit))
    click.echo(change.why)
    if change.waterfall.empty:
        click.echo(_said("compare.no_total"))
    # the printed steps sum to the printed total, as in the workbook and in the app
    steps = ip.scenario_steps(workspace, change)
    titles = [str(one) for one in change.waterfall["title"]]
    for row, title in zip(steps.to_dict("records"), titles, strict=True):
        row["title"] = title
        if row["step"] in {"total_a", "total_b"}:
            named = {"title": row["title"], "value": printed(row["value_to"], digits)}
            click.echo(_said("compare.total", **named))
            continue
        sign = "+" if row["change"] > 0 else ""
        amount = f"{sign}{printed(row['change'], digits)}"
        count = _said("compare.count", count=row["count"]) if row["count"] else ""
        click.echo(_said("compare.step", title=row["title"], change=amount, count=count))
    for name, table in change.tables.items():
        states = dict.fromkeys(("same", "changed", "only_a", "only_b"), 0) | _states(table)
        title = messages.text(f"store.table.{name}")
        click.echo(_said("compare.table", title=title, **states))
    if change.sample:
        click.echo(_said("mark_sample").strip())
