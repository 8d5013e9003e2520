"""``platforms export``: something of a run that was written before."""

from __future__ import annotations

from pathlib import Path

import click

import platforms as ip
from platforms import messages
from platforms.cli.map_choice import map_choice_options
from platforms.cli.options import as_json, echo_issues, echo_json, overwrite_option, spoken
from platforms.cli.own_input import refuse_own_input
from platforms.cli.txt_area import Stated, txt_area_option

_KINDS = (
    "html", "figure", "xlsx", "gpkg", "gdb", "kml", "parquet", "package", "shp", "txt",
    "certificate",
)  # fmt: skip
_OF_PLOTS = ("txt", "shp", "certificate")


def _kind(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if value not in _KINDS:
        raise click.BadParameter(
            messages.text("export.unknown", to=value, allowed=list(_KINDS)).rstrip("。.")
        )
    return value


@spoken("export")
@click.argument("run_dir", type=click.Path())
@click.option(
    "--to", required=True, metavar="KIND", callback=_kind, help=messages.text("export.option.to")
)
@click.option(
    "-o", "--output", type=click.Path(), required=True, help=messages.text("cli.option.output")
)
@click.option(
    "--plot", "plot_ids", metavar="ID", multiple=True, help=messages.text("export.option.plot")
)
@txt_area_option
@map_choice_options
@overwrite_option
@as_json
def command(
    *,
    run_dir: str,
    to: str,
    output: str,
    plot_ids: tuple[str, ...],
    stated: Stated | None,
    choice: ip.ExportChoice,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Export from a run's folder."""
    if plot_ids and to not in _OF_PLOTS:
        raise click.UsageError(messages.text("export.no_choice", to=to).rstrip("。."))
    if stated and to != "txt":
        raise click.UsageError(messages.text("export.no_txt_area", to=to).rstrip("。."))
    refuse_own_input([output], [run_dir])
    issues = ip.IssueTable()
    path = ip.export_run(
        run_dir,
        to,
        output,
        plot_ids=list(plot_ids) or None,
        overwrite=overwrite,
        stated=stated or "planar_m2",
        choice=choice,
        issues=issues,
    )
    if as_json:
        echo_json({"to": to, "output": str(path), "bytes": _bytes(path)})
    else:
        echo_issues(issues)
        click.echo(messages.text("export.done", path=path))


def _bytes(path: Path) -> int:
    """Return the size of a file, or of the files of a folder."""
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
