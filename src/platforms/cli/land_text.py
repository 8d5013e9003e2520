"""Reclaimable land as short tables of text.

Numbers are right-aligned and a Chinese character is two columns wide, so that a terminal shows
straight columns. Long tables are cut and say how many rows are left out: JSON has them all.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

import click

import platforms as ip
from platforms import messages
from platforms.cli.land_limits import limit_title
from platforms.units import MU_PER_M2, half_up, printed

__all__ = ["echo_plots", "echo_review", "echo_totals"]

_MOST = 20
_AREAS = 10
_UNKNOWN = "—"
_BY_VERDICT = "verdict"


def _t(entry: str, **named: object) -> str:
    return messages.text(f"cli.land.{entry}", **named)


def echo_plots(records: Sequence[Mapping[str, object]], file: str | None) -> None:
    """Print gross, each deduction and net of plots; the first twenty where a file has all."""
    shown = records if file is None else records[:_MOST]
    for record in shown:
        taken = _mapping(record["deductions"])
        parts = [
            _t("part", title=limit_title(name), m2=_number(value))
            for name, value in taken.items()
            if value is None or value
        ]
        named = {name: _number(record[name]) for name in ("gross_m2", "net_m2")}
        entry = "row" if parts else "row_whole"
        click.echo(_t(entry, plot_id=record["plot_id"], parts=parts, **named))
    if len(shown) < len(records):
        click.echo(_t("rest", plots=len(records) - len(shown), file=file))


def echo_totals(totals: Mapping[str, object], plots: int) -> None:
    """Print gross, each deduction by its title, net, and net with shared land once."""
    known = int(str(totals["unknown"])) < plots or not plots
    rows = [(_t("gross"), totals["gross_m2"])]
    rows += [
        (_t("less", title=limit_title(n)), v) for n, v in _mapping(totals["deductions"]).items()
    ]
    rows.append((_t("net"), totals["net_m2"]))
    if totals["overlap_m2"]:
        rows.append((_t("net_overlap"), totals["overlap_m2"]))
        rows.append((_t("net_once"), totals["net_once_m2"]))
    # a sum of nothing is not 0
    cells = [(name, _number(v if known else None), _mu(v if known else None)) for name, v in rows]
    _echo_table(("", "m²", _t("mu")), cells)
    click.echo(_t("unknown", plots=plots, unknown=totals["unknown"]))


def echo_review(review: ip.LandReview) -> None:
    """Print the tables of a land review, the marks of its method and of sample layers."""
    for name, table in review.sums.items():
        rows = [
            (
                _group(name, group),
                row["plots"],
                _mu(row["gross_m2"]),
                _mu(row["net_once_m2"]),
                row["unknown"],
            )
            for group, row in zip(table.index, table.to_dict("records"), strict=True)
        ]
        net = "net_once_mu" if table["overlap_m2"].gt(0).any() else "net_mu"
        _section(_t(f"by.{name}"), ("group", "plots", "gross_mu", net, "unknown_plots"), rows)
    _echo_measures(review)
    _echo_targets(review)
    _echo_areas(review)
    _echo_control(review)
    _echo_balance(review)
    _echo_overlap(review)
    click.echo(_t("method", text=_method(review)))
    if review.sample_layers:
        click.echo(_t("sample", layers=[_t(f"layer.{n}") for n in review.sample_layers]))


def _echo_measures(review: ip.LandReview) -> None:
    rows = [
        (
            _group("measures", group), row["plots"],
            _known(row["land_mu"], row["unknown"] < row["plots"]), row["unknown"],
            _known(row["floor_m2"], row["floor_unknown"] < row["plots"]), row["floor_unknown"],
        )
        for group, row in zip(
            review.measures.index, review.measures.to_dict("records"), strict=True
        )
    ]  # fmt: skip
    heads = ("measure", "plots", "land_mu", "unknown_plots", "floor_m2", "unknown_plots")
    _section(_t("potential"), heads, rows)
    if "realistic_mu" in review.plots:
        found = review.chosen()["realistic_mu"]
        unsure = int(found.isna().sum())
        shown = _known(float(found.sum()), unsure < len(found))
        click.echo(_t("realistic", mu=shown, unknown=unsure))


def _echo_targets(review: ip.LandReview) -> None:
    rows = [
        (
            row["indicator"],
            row["year"],
            _number(row["value"]),
            _number(row["computed"]),
            row["unit"],
        )
        for row in review.targets.to_dict("records")
    ]
    _section(_t("targets"), ("indicator", "year", "planned", "computed", "unit"), rows)
    click.echo(f"  {ip.land_meanings(review)['text']}")


def _echo_areas(review: ip.LandReview) -> None:
    areas = review.areas
    count, candidates = len(areas.areas), len(areas.candidates)
    title = _t("areas", within=f"{areas.within_m:g}", count=count, candidates=candidates)
    rows = [
        (
            row["area_group"], row["plots"], _number(row["gross_mu"]), _number(row["net_mu"]),
            _t(f"answer.{row['priority']}"), _t(f"answer.{row['scattered']}"), row["rank"],
        )
        for row in areas.records()
    ]  # fmt: skip
    heads = ("area", "plots", "gross_mu", "net_mu", "priority", "scattered", "rank")
    _section(title, heads, [[_cell(c) for c in row] for row in rows], most=_AREAS)


def _echo_control(review: ip.LandReview) -> None:
    table = review.control.get(_BY_VERDICT)
    if table is None:
        click.echo(_t("no_control"))
        return
    names = ("plots", "inside", "outside", "across", "unknown", "inside_mu", "outside_mu")
    rows = [
        (
            messages.text(f"sheet.verdict.{group}"),
            *((_number if name.endswith("_mu") else _cell)(row[name]) for name in names),
        )
        for group, row in zip(table.index, table.to_dict("records"), strict=True)
    ]
    heads = ("verdict", "plots", "inside", "outside", "across", "unknown_plots",
             "inside_mu", "outside_mu")  # fmt: skip
    _section(_t("control"), heads, rows)


def _echo_balance(review: ip.LandReview) -> None:
    balance = review.balance
    if balance is None:
        click.echo(_t("no_balance"))
        return
    told = balance.to_json()
    rows = [
        (
            *(_cell(r[name]) for name in ("change_id", "plot_id", "town", "date")),
            *(_number(r[name]) for name in ("area_mu", "short_mu")),
            _t(f"answer.{_answer(r['certain'])}"),
        )
        for r in _records(told["breaches"])
    ]
    title = _t("balance", breaches=len(rows), unknown=len(balance.unknown))
    heads = ("change", "plot", "town", "day", "out_mu", "short_mu", "certain")
    _section(title, heads, rows)
    supply = [
        (r["year"], _number(r["supply_mu"]), _number(r["industry_mu"]), _share(r["share"]),
         _share(r["minimum"]), _t(f"answer.{_answer(r['kept'])}"))
        for r in _records(told["supply"])
    ]  # fmt: skip
    _section(_t("supply"), ("year", "supply_mu", "industry_mu", "share", "least", "kept"), supply)


def _echo_overlap(review: ip.LandReview) -> None:
    titles = [limit_title(name) for name in review.order]
    rows = [
        (title, *map(_number, row))
        for title, row in zip(titles, review.overlap.to_numpy().tolist(), strict=True)
    ]
    if rows:
        click.echo(_t("overlap"))
        _echo_table(("", *titles), rows)


def _section(
    title: str, heads: Sequence[str], rows: Sequence[Sequence[object]], most: int = _MOST
) -> None:
    """Print a titled table, cut after some rows; without rows the title alone."""
    click.echo(title)
    if rows:
        _echo_table([_t(f"head.{name}") for name in heads], rows[:most])
    if len(rows) > most:
        click.echo(_t("more_rows", rows=len(rows) - most))


def _echo_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print columns: the first to the left, the others to the right."""
    lines = [list(heads), *([str(cell) for cell in row] for row in rows)]
    widths = [max(_wide(line[at]) for line in lines) for at in range(len(heads))]
    for line in lines:
        cells = [
            cell + gap if at == 0 else gap + cell
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
            for gap in [" " * (width - _wide(cell))]
        ]
        click.echo(f"  {'  '.join(cells)}".rstrip())


def _wide(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _group(table: str, group: object) -> str:
    if group is None or group != group or not str(group):  # noqa: PLR0124 nan
        return messages.text("sheet.book.none")
    return messages.text(f"sheet.measure.{group}") if table == "measures" else str(group)


def _method(review: ip.LandReview) -> str:
    basis, _, table = review.factors.method.partition(":")
    return messages.text(f"land.method.{basis}", table=table)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _records(value: object) -> list[Mapping[str, object]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _answer(kept: object) -> str:
    return "unknown" if kept is None else "yes" if kept else "no"


def _share(value: object) -> str:
    return f"{value:.1%}" if isinstance(value, float) else _UNKNOWN


def _cell(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124 nan
        return _UNKNOWN
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else f"{value:,.2f}"
    return str(value)


def _known(value: object, known: object) -> str:
    return _number(value) if known else _UNKNOWN


def _number(value: object) -> str:
    if not isinstance(value, (int, float)) or value != value:  # noqa: PLR0124 nan
        return _UNKNOWN
    return printed(value)


def _mu(value: object) -> str:
    if not isinstance(value, (int, float)):
        return _UNKNOWN
    return _number(half_up(round(value * MU_PER_M2, 8), 2))
