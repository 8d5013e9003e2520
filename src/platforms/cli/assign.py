"""``platforms assign``: which town, platform and layout unit each plot belongs to."""

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
    file_argument,
    layer_option,
    output_option,
    overwrite_option,
    spoken,
    workspace_option,
)

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
@file_argument
@output_option
@crs_option
@encoding_option
@layer_option
@overwrite_option
@workspace_option
@as_json
def command(
    *,
    file: str,
    output: str | None,
    crs: str | None,
    encoding: str | None,
    layer: str | None,
    overwrite: bool,
    workspace: str | None,
    as_json: bool,
) -> None:
    """Say where the plots of a file belong."""
    city = ip.Workspace.open(workspace)
    plots = ip.read_plots(file, workspace=city, crs=crs, encoding=encoding, layer=layer)
    found = ip.survey(plots, workspace=city)
    frame = ip.assign(found.frame, city)
    if output is not None:
        ip.write_plots(frame, output, overwrite=overwrite)
    rows = frame[list(_COLUMNS)].astype(object)
    rows = rows.where(rows.notna(), None)
    if as_json:
        echo_json({"plots": rows.to_dict("records")})
        return
    echo_issues(found.issues)
    for row in rows.to_dict("records"):
        ways = {
            name: messages.text(f"planning.way.{row[name]}") if row[name] else "—"
            for name in ("town_way", "platform_way", "layout_way")
        }
        shown = {name: row[name] or "—" for name in ("plot_id", "town", "platform", "layout_unit")}
        click.echo(messages.text("cli.assign.row", **shown, **ways))
