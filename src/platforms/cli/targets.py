"""``platforms targets``: where each target stands, and the plots behind a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

import platforms as ip
from platforms import messages
from platforms.cli.city import corrections_option, open_city
from platforms.cli.options import (
    as_json,
    echo_issues,
    echo_json,
    output_option,
    overwrite_option,
    spoken,
    workspace_option,
)

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pandas as pd


def _help(entry: str) -> str:
    return messages.text(f"cli.targets.{entry}")


@spoken("targets")
@click.option("--document", metavar="ID", multiple=True, help=_help("document"))
@click.option("--year", type=int, multiple=True, help=_help("year"))
@click.option("--unit", metavar="NAME", multiple=True, help=_help("unit"))
@click.option("--plots", metavar="TARGET_ID", default=None, help=_help("plots"))
@click.option(
    "--reported",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    default=None,
    help=_help("reported"),
)
@output_option
@overwrite_option
@workspace_option
@corrections_option
@as_json
def command(  # noqa: PLR0913 options of a command
    *,
    document: tuple[str, ...],
    year: tuple[int, ...],
    unit: tuple[str, ...],
    plots: str | None,
    reported: str | None,
    output: str | None,
    overwrite: bool,
    workspace: str | None,
    as_json: bool,
) -> None:
    """Print the targets of the workspace."""
    city = open_city(workspace)
    told = ip.read_reported(reported, city) if reported else None
    if told is not None:
        echo_issues(told.attrs["issues"])
    # a workspace without plots has targets all the same
    result = ip.run(city) if plots is not None or city.has("plots") else None
    if plots is not None and result is not None:
        _show_plots(result, plots, output=output, overwrite=overwrite, as_json=as_json)
        return
    status = ip.target_standing(result or city, reported=told)
    _refuse_unknown(status, document, unit)
    status = ip.select_targets(status, documents=document, years=year, units=unit)
    if output:
        ip.save_targets(status, city.plan, output, overwrite=overwrite)
    rows = ip.target_records(status)
    if as_json:
        echo_json({"sample": bool(result and result.sample), "targets": rows})
        return
    # what was reported or can be computed comes first
    for row in sorted(rows, key=lambda row: row["computed"] is None and row["reported"] is None):
        click.echo(_line(row))
    if result and result.sample:
        click.echo(_help("sample"))
    if output:
        click.echo(messages.text("cli.targets.written", output=output, count=len(rows)))


def _refuse_unknown(
    status: pd.DataFrame, documents: tuple[str, ...], units: tuple[str, ...]
) -> None:
    """Refuse a name that no target bears: an empty list would look like an answer."""
    known = {
        "--document": (documents, sorted({str(doc) for doc in status["doc"]})),
        "--unit": (units, ip.responsible_units(status)),
    }
    for option, (given, allowed) in known.items():
        for name in given:
            if name not in allowed:
                text = messages.text("cli.targets.name_unknown", name=name, allowed=allowed)
                raise click.BadParameter(text, param_hint=option)


def _show_plots(
    result: ip.Run, target: str, *, output: str | None, overwrite: bool, as_json: bool
) -> None:
    """Print the plots or records behind a figure, or write plots as a file."""
    parts = ip.target_parts(result, target)
    found = parts.frame
    row = next(row for row in result.target_records() if row["id"] == target)
    if output and parts.layer != "plots":
        text = messages.text("cli.targets.no_plots_file", target=target, layer=parts.layer)
        raise click.UsageError(text.rstrip("。."))
    if output:
        ip.write_plots(found, output, overwrite=overwrite)
    named = list(zip(found[parts.key], found["part"], strict=True))
    if as_json:
        listed = [{parts.key: str(name), "part": part} for name, part in named]
        # plots under their old name, records under the name of their layer
        echo_json({"sample": result.sample, "target": row, parts.layer: listed})
        return
    click.echo(_line(row))
    if parts.layer == "plots":
        for name, part in named:
            shown = {"plot_id": name, "part": _shown(part), "unit": row["unit"]}
            click.echo(messages.text("cli.targets.plot", **shown))
    else:
        for record in found.to_dict("records"):
            click.echo(_record(record, parts.key, row["unit"]))
    if result.sample:
        click.echo(_help("sample"))
    if output:
        click.echo(messages.text("cli.targets.plots_written", output=output, count=len(found)))


def _record(record: dict[Hashable, object], key: str, unit: object) -> str:
    told = [str(record[name]) for name in ("date", "name", "town") if _known(record.get(name))]
    words = {"id": record[key], "told": " ".join(told), "part": _shown(record["part"])}
    return messages.text("cli.targets.record", **words, unit=unit)


def _known(value: object) -> bool:
    return value is not None and value == value  # noqa: PLR0124 not a number


def _line(row: dict[str, object]) -> str:
    """Return one target in a line: planned, reported, computed, gap, state, pace, remarks."""
    words = {name: row[name] for name in ("id", "year", "indicator")}
    # a document's number stands as it is written
    value = row["value"]
    words["value"] = _help("no_value") if value is None else f"{value:,.10g}"
    words["unit"] = "" if row["unit"] is None else row["unit"]
    parts = [messages.text("cli.targets.row", **words).rstrip()]
    parts += [
        messages.text(f"cli.targets.{name}_part", value=_shown(row[name]), kind=_kind(row))
        for name in ("reported", "computed", "gap")
        if row[name] is not None
    ]
    if row["pace_per_year"]:
        parts.append(messages.text("cli.targets.pace_part", value=_shown(row["pace_per_year"])))
    parts.append(messages.text(f"sheet.target_state.{row['state']}"))
    line = messages.text("cli.targets.between").join(parts)
    marks = [messages.text("cli.targets.remark_part", remark=one) for one in ip.target_remarks(row)]
    return "".join([line, *marks])


def _kind(row: dict[str, object]) -> str:
    kind = row["computed_kind"]
    named = messages.text(f"sheet.target_kind.{kind}") if kind else ""
    scope = ip.target_scope(row)
    return messages.text("cli.targets.between").join(part for part in (named, scope) if part)


def _shown(value: object) -> str:
    return ip.target_number(value)
