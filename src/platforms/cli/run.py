"""``platforms run``: every stage, and the four outputs."""

from __future__ import annotations

import click

import platforms as ip
from platforms import messages
from platforms.cli.options import (
    as_json,
    crs_option,
    echo_issues,
    echo_json,
    encoding_option,
    layer_option,
    overwrite_option,
    progress_bar,
    rules_option,
    spoken,
    workspace_option,
)

_OUTPUTS = ("plan.gpkg", "ledger.xlsx", "map.html", "run.json")


@spoken("run")
@click.option("--plots", type=click.Path(), default=None, help=messages.text("cli.run.plots"))
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(),
    required=True,
    help=messages.text("cli.run.output"),
)
@rules_option
@crs_option
@encoding_option
@layer_option
@overwrite_option
@workspace_option
@as_json
def command(  # noqa: PLR0913 options of a command
    *,
    plots: str | None,
    folder: str,
    rules: str | None,
    crs: str | None,
    encoding: str | None,
    layer: str | None,
    overwrite: bool,
    workspace: str | None,
    as_json: bool,
) -> None:
    """Run the pipeline and write its outputs."""
    city = ip.Workspace.open(workspace)
    with progress_bar((*ip.STAGES, *_OUTPUTS)) as progress:
        given = None
        if plots is not None:
            progress("read", 0)
            given = ip.read_plots(plots, workspace=city, crs=crs, encoding=encoding, layer=layer)
        result = ip.run(city, plots=given, rules=rules, progress=progress)
        record = ip.save_run(result, folder, overwrite=overwrite, progress=progress)
    if as_json:
        echo_json(record)
        return
    echo_issues(result.issues)
    figures = {name: f"{value:,.2f}" for name, value in result.figures.items()}
    figures |= {
        name: f"{int(result.figures[name]):,}"
        for name in ("plots", "low_efficiency", "not", "unknown")
    }
    click.echo(messages.text("cli.run.done", folder=folder, **figures))
    if result.overlap_m2:
        overlap = f"{result.overlap_m2:,.2f}"
        click.echo(messages.text("cli.run.overlap", overlap_m2=overlap, **figures))
    if result.sample_layers:
        mark = "mark_sample" if result.sample else "mark_sample_constraints"
        click.echo(messages.text(f"sheet.book.{mark}"))
