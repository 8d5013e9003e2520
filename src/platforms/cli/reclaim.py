"""``platforms reclaim``: what each plot can give back."""

from __future__ import annotations

import click

import platforms as ip
from platforms import messages
from platforms.cli.options import (
    as_json,
    echo_issues,
    echo_json,
    output_option,
    overwrite_option,
    spoken,
)
from platforms.cli.plots_file import PlotsFile, file_argument, plots_options


@spoken("reclaim")
@plots_options(file_argument)
@click.option(
    "--constraint",
    "constraints",
    metavar="NAME=FILE",
    multiple=True,
    help=messages.text("cli.reclaim.constraint"),
)
@output_option
@overwrite_option
@as_json
def command(
    *,
    plots: PlotsFile,
    constraints: tuple[str, ...],
    output: str | None,
    overwrite: bool,
    as_json: bool,
) -> int:
    """Work out the reclaimable land of a file's plots."""
    named = [_named(text) for text in constraints]
    city = plots.city
    found = plots.survey()
    status = int(not found.complete)
    limits = {
        name: ip.read_plots(path, workspace=city).frame for name, path in named
    } or city.constraints
    if not named and city.has("constraints") and city.card("constraints").sample:
        found.issues.add("sample_constraints", "warning", layer="constraints")
    frame = ip.reclaim(
        found.frame, limits, plane=found.source.plane or city.plan.crs, issues=found.issues
    )
    if output is not None:
        ip.write_plots(frame, output, overwrite=overwrite)
    totals = ip.land_totals(frame)
    if as_json:
        issues = found.issues.to_records()
        echo_json({"plots": ip.land_records(frame), "total": totals, "issues": issues})
        return status
    echo_issues(found.issues)
    for row in frame[["plot_id", "gross_m2", "net_m2"]].to_dict("records"):
        shown = {str(name): _shown(value) for name, value in row.items()}
        click.echo(messages.text("cli.reclaim.row", **shown))
    total = {str(k): _shown(v) for k, v in totals.items() if k != "deductions"}
    click.echo(messages.text("cli.reclaim.total", **total))
    return status


def _named(text: str) -> tuple[str, str]:
    name, sign, path = text.partition("=")
    if not (name and sign and path):
        raise click.UsageError(messages.text("cli.reclaim.constraint_form", value=text))
    return name, path


def _shown(value: object) -> str:
    if isinstance(value, float):
        return "—" if value != value else f"{value:,.2f}"  # noqa: PLR0124 nan
    return str(value)
