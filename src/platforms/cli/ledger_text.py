"""The ledger for a person to read, and as plain data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

import platforms as ip
from platforms import messages
from platforms.cli.ledger_targets_text import echo_targets, targets_record
from platforms.errors import ConflictError
from platforms.units import half_up, printed

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "echo_conflicts",
    "echo_history",
    "echo_status",
    "echo_taken",
    "history_records",
    "status_record",
    "taken_record",
]

_SHOWN = 20
_NAMED = 10


def _said(entry: str, **named: object) -> str:
    return messages.text(f"ledger.cli.{entry}", None, **named)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows with None where something is missing, times as ISO text."""
    plain = table.astype(object).where(table.notna(), None)
    return [
        {str(k): v.isoformat() if hasattr(v, "isoformat") else v for k, v in row.items()}
        for row in plain.to_dict("records")
    ]


def _titles(ledger: ip.Ledger) -> dict[str, str]:
    return {step.id: str(step.title) for step in ledger.steps.steps}


def status_record(ledger: ip.Ledger, found: ip.Recorded) -> dict[str, Any]:
    """Return what ``ledger status --json`` tells."""
    plots = ledger.plots()
    return {
        "workspace": ledger.workspace,
        "sample": bool(plots["sample"].any()),
        "steps": _records(ledger.counts()),
        "total": {
            "plots": len(plots), "area_mu": half_up(float(plots["area_mu"].sum())),
            "overdue": int(plots["overdue"].sum()),
        },
        "milestones": _records(ledger.milestones()),
        "targets": targets_record(found),
        "overdue": [row["plot_id"] for row in _records(_late(plots))],
        "plots": _records(plots),
    }  # fmt: skip


def _late(plots: pd.DataFrame) -> pd.DataFrame:
    late = plots[plots["overdue"]]
    return late.sort_values("days_over", ascending=False, kind="stable")


def echo_status(ledger: ip.Ledger, found: ip.Recorded) -> None:
    """Print counts by step, what is overdue, milestones, and the targets of the documents."""
    plots, titles = ledger.plots(), _titles(ledger)
    if plots.empty:
        click.echo(_said("status.empty", workspace=ledger.workspace))
        return
    if plots["sample"].any():
        click.echo(messages.text("ledger.sample"))
    late = _late(plots)
    for row in _records(ledger.counts()):
        over = _said("status.late", count=row["overdue"]) if row["overdue"] else ""
        told = {"step": titles.get(row["step"], row["step"]), "plots": row["plots"]}
        click.echo(_said("status.step", **told, mu=printed(row["area_mu"]), overdue=over))
    mu, day = printed(float(plots["area_mu"].sum())), dt.datetime.now(dt.UTC).astimezone().date()
    click.echo(_said("status.total", plots=len(plots), mu=mu, overdue=len(late), day=day))
    if len(late):
        click.echo(_said("status.overdue"))
    for row in _records(late.head(_SHOWN)):
        told = {name: row[name] or "—" for name in ("town", "firm_name", "unit")}
        step = titles.get(row["step"], row["step"])
        where = {"plot_id": row["plot_id"], "due": row["due"], "days": row["days_over"]}
        click.echo(_said("status.item", **told, **where, step=step))
    if len(late) > _SHOWN:
        click.echo(_said("status.more", count=len(late) - _SHOWN))
    _echo_milestones(ledger, titles)
    echo_targets(found, titles)


def _echo_milestones(ledger: ip.Ledger, titles: dict[str, str]) -> None:
    rows = _records(ledger.milestones())
    if rows:
        click.echo(_said("status.milestones"))
    for row in rows:
        pairs = ((row["plots"], row["reached"], "plots", 0),
                 (row["area_mu"], row["reached_mu"], "mu", 2))  # fmt: skip
        asked = [(a, b, messages.text(f"ledger.unit.{u}"), d) for a, b, u, d in pairs if a]
        told = {
            "period": row["period"],
            "unit": row["unit"] or messages.text("ledger.all_units"),
            "step": titles.get(row["step"], row["step"]),
            "target": [f"{printed(a, d)} {u}" for a, _, u, d in asked],
            "reached": [f"{printed(b, d)} {u}" for _, b, u, d in asked],
            "state": messages.text(f"ledger.state.{row['state']}"),
        }
        click.echo(_said("status.milestone", **told))


def history_records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what ``ledger history --json`` lists."""
    return _records(table)


def echo_history(table: pd.DataFrame, ledger: ip.Ledger) -> None:
    """Print what was done; of what came with a plot only the step."""
    titles = _titles(ledger)
    shown = table[table["what"].ne("add") | table["field"].eq("step")]
    if shown.empty:
        click.echo(_said("status.empty", workspace=ledger.workspace))
    for row in _records(shown):
        told = {
            side: messages.one_line(ip.ledger_words(row["field"], row[side], titles)) or "—"
            for side in ("was", "became")
        }
        told |= {name: ip.ledger_words(name, row[name], titles) for name in ("what", "field")}
        at = row["at"][:16].replace("T", " ")
        why = f" — {messages.one_line(row['why'])}" if row["why"] else ""
        plain = {name: messages.one_line(row[name]) for name in ("who", "plot_id", "act")}
        click.echo(_said("history.row", at=at, why=why, **plain, **told))


def taken_record(taken: ip.LedgerTaken) -> dict[str, Any]:
    """Return what ``ledger take --json`` tells."""
    return {
        "act": taken.act, "added": list(taken.added), "changed": _records(taken.changed),
        "same": taken.same, "no_longer": list(taken.no_longer), "absent": list(taken.absent),
    }  # fmt: skip


def echo_taken(taken: ip.LedgerTaken) -> None:
    """Print what taking a run did."""
    changed = taken.changed["plot_id"].nunique()
    click.echo(_said("take.done", added=len(taken.added), changed=changed, same=taken.same))
    for entry, names in (("no_longer", taken.no_longer), ("absent", taken.absent)):
        if names:
            click.echo(_said(f"take.{entry}", count=len(names), names=names[:_NAMED]))


@contextmanager
def echo_conflicts(ledger: ip.Ledger) -> Iterator[None]:
    """Tell the fields of a conflict on stderr before its error."""
    try:
        yield
    except ConflictError as error:
        titles = _titles(ledger)
        rows: Any = error.fields["conflicts"]
        for row in rows[:_SHOWN]:
            told = {
                side: messages.one_line(ip.ledger_words(row["field"], row[side], titles)) or "—"
                for side in ("base", "theirs", "ours")
            }
            field = ip.ledger_words("field", row["field"], titles)
            # of a field that one did not write there is nothing that one wrote
            entry = "set.conflict" if row["mine"] else "set.changed"
            click.echo(_said(entry, plot=row["key"], field=field, **told), err=True)
        raise
