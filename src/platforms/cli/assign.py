"""``platforms assign``: which town, platform and layout unit each plot belongs to."""

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

_COLUMNS = (
    "plot_id",
    "town",
    "town_way",
    "town_share",
    "town_margin_m",
    "town_sure",
    "platform",
    "platform_way",
    "platform_km",
    "platform_sure",
    "layout_unit",
    "layout_way",
)


@spoken("assign")
@plots_options(file_argument)
@output_option
@overwrite_option
@as_json
def command(
    *,
    plots: PlotsFile,
    output: str | None,
    overwrite: bool,
    as_json: bool,
) -> int:
    """Say where the plots of a file belong."""
    found = plots.survey()
    status = int(not found.complete)
    frame = ip.assign(found.frame, plots.city)
    if output is not None:
        ip.write_plots(frame, output, overwrite=overwrite)
    rows = frame[list(_COLUMNS)].astype(object)
    rows = rows.where(rows.notna(), None)
    if as_json:
        echo_json({"plots": rows.to_dict("records")})
        return status
    echo_issues(found.issues)
    for row in rows.to_dict("records"):
        ways = {
            name: messages.text(f"planning.way.{row[name]}") if row[name] else "—"
            for name in ("town_way", "platform_way", "layout_way")
        }
        shown = {name: row[name] or "—" for name in ("plot_id", "town", "platform", "layout_unit")}
        click.echo(messages.text("cli.assign.row", **shown, **ways))
    return status
