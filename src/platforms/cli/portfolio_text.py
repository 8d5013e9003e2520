"""The portfolio for people at a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

import platforms as ip
from platforms import messages

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["echo_portfolio"]

_MOST = 20
_UNKNOWN = "—"


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"portfolio.{entry}", None, **fields)


def echo_portfolio(
    answer: ip.Portfolio, *, pack: str, curve: pd.DataFrame | None, last: ip.PortfolioPrice | None
) -> None:
    """Print an answer: what is reached, the proof, the terms, towns, plots and the curve."""
    towns = answer.towns()
    case = answer.prepared.case
    click.echo(
        _t(
            "cli.head", target=_n(answer.target_mu), pack=pack, candidates=len(case),
            candidates_mu=_n(case.land.sum()),
        )
    )  # fmt: skip
    click.echo(_t("cli.left_out", **answer.counts()))
    if answer.prepared.without_firm:
        click.echo(_t("cli.without_firm", count=answer.prepared.without_firm))
    status = _t(f"status.{answer.status}")
    if not answer.solved:
        click.echo(_t("cli.failed", status=status))
        _echo_why(answer)
        return
    found = answer.found
    share = f"{answer.attainment:.2%}"
    told = {"plots": len(answer.chosen), "land": _n(answer.land_mu), "attainment": share}
    click.echo(_t("cli.answer", status=status, **told))
    proof = {"objective": _n(found.objective), "bound": _n(found.bound), "gap": f"{found.gap:.4%}"}
    click.echo(_t("cli.proof", **proof, seconds=f"{found.seconds:.2f}"))
    _echo_terms(answer)
    click.echo(_t("cli.towns"))
    _table(towns.columns, towns.itertuples(index=False))
    _echo_chosen(answer)
    if curve is not None:
        _echo_curve(answer, curve)
    if last is not None:
        parts = {"points": _n(last.points), "low": _n(last.low), "high": _n(last.high)}
        click.echo(_t("cli.last", mu=_n(last.mu), **parts))
        if last.ended:
            click.echo(messages.text(f"portfolio.cli.last_cut.{last.ended}"))
        if last.cost_wan is not None:
            click.echo(_t("cli.last_cost", cost=_n(last.cost_wan)))


def _echo_curve(answer: ip.Portfolio, curve: pd.DataFrame) -> None:
    names = ["target_mu", "land_mu", "plots", "firms", "cost_wan", "objective", "gap", "status"]
    click.echo(_t("cli.curve_head"))
    rows = ip.portfolio_records(answer, curve=curve)["curve"]
    lines = []
    for row in rows if isinstance(rows, list) else []:
        gap = _UNKNOWN if row["gap"] is None else f"{row['gap']:.4%}"
        told = {**row, "gap": gap, "status": _t(f"status.{row['status']}")}
        lines.append([told[name] for name in names])
    _table(names, lines)


def _echo_why(answer: ip.Portfolio) -> None:
    for line in ip.portfolio_shortages(answer):
        click.echo(f"  {line}")
    gives = ip.portfolio_relaxations(answer)
    if answer.status == "infeasible":
        click.echo(_t("relax.head" if gives else "relax.none"))
    for line in gives:
        click.echo(f"  {line}")


def _echo_terms(answer: ip.Portfolio) -> None:
    click.echo(_t("cli.terms"))
    rows = [
        (
            _t(f"term.{row['term']}"),
            row["amount"],
            _t(f"unit.{row['term']}"),
            row["weight"],
            row["points"],
            _t(f"unused.{row['unused']}") if row["unused"] else "",
        )
        for row in answer.terms()
    ]
    _table(("term", "amount", "unit", "weight", "points", "note"), rows)


def _echo_chosen(answer: ip.Portfolio) -> None:
    rows = ip.portfolio_plots(answer)
    names = [name for name in rows[0] if any(row[name] is not None for row in rows)] if rows else []
    for row in rows:
        row["choice"] = _t(f"way.{row['choice']}")
    click.echo(_t("cli.chosen"))
    _table(names, ([row[name] for name in names] for row in rows[:_MOST]))
    if len(rows) > _MOST:
        click.echo(_t("cli.more", count=len(rows) - _MOST))


def _table(names: Iterable[str], rows: Iterable[Sequence[object]]) -> None:
    """Print columns: the first to the left, the others to the right."""
    lines = [[_t(f"head.{name}") for name in names]]
    lines += [[_cell(value) for value in row] for row in rows]
    widths = [max(map(_wide, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = [
            cell + gap if at == 0 else gap + cell
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
            for gap in [" " * (width - _wide(cell))]
        ]
        click.echo(f"  {'  '.join(cells)}".rstrip())


def _wide(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _cell(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124 nan
        return _UNKNOWN
    return _n(value) if isinstance(value, float) else str(value)


def _n(value: float) -> str:
    return f"{value:,.2f}"
