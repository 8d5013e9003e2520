"""``platforms measure``: the official area of each plot of a file."""

from __future__ import annotations

from functools import cache
from typing import Any

import click

import platforms as ip
from platforms import messages
from platforms.cli.control import (
    certificate_option,
    control_options,
    controlled,
    measured_json,
)
from platforms.cli.options import (
    as_json,
    crs_option,
    echo_issues,
    echo_json,
    encoding_option,
    file_argument,
    helmert_option,
    layer_option,
    output_option,
    overwrite_option,
    repair_option,
    spoken,
    strict_option,
    workspace_option,
)

_SHOWN = ("area_m2", "area_mu", "planar_m2", "declared_m2")


@spoken("measure")
@file_argument
@output_option
@crs_option
@helmert_option
@encoding_option
@layer_option
@strict_option
@repair_option
@control_options
@certificate_option
@overwrite_option
@workspace_option
@as_json
def command(  # noqa: PLR0913 options of a command
    *,
    file: str,
    output: str | None,
    crs: str | None,
    helmert: str | None,
    encoding: str | None,
    layer: str | None,
    strict: bool,
    repair: bool,
    control: dict[str, Any] | None,
    certificate: str | None,
    overwrite: bool,
    workspace: str | None,
    as_json: bool,
) -> None:
    """Measure a file."""
    # opened once, while the file is being read
    city = cache(lambda: ip.Workspace.open(workspace))
    try:
        plots = ip.read_plots(
            file,
            workspace=city,
            crs=crs,
            encoding=encoding,
            layer=layer,
            helmert=helmert,
            strict=strict and not repair,
        )
    except ip.PlatformsError:
        # a workspace that is not there is told before a fault of the file
        city()
        raise
    measured = ip.survey(plots, workspace=city(), strict=strict, repair=repair)
    measured, adjustment = controlled(measured, control)
    if output is not None:
        ip.write_plots(measured.frame, output, overwrite=overwrite, issues=measured.issues)
    if certificate is not None:
        ip.save_certificate(measured, certificate, overwrite=overwrite)
    if as_json:
        echo_json(measured_json(measured, adjustment))
        return
    echo_issues(measured.issues)
    _echo_rows(measured)
    total = measured.total()
    mu = {name: _shown(total[name], 4) for name in ("area_mu", "net_area_mu")}
    m2 = {name: _shown(total[name]) for name in ("area_m2", "overlap_m2", "net_area_m2")}
    click.echo(messages.text("cli.measure.total", plots=total["plots"], **m2, **mu))
    if total["overlap_m2"]:
        click.echo(messages.text("cli.measure.overlap", **m2, **mu))


def _echo_rows(measured: ip.Survey) -> None:
    cells = {"plot_id": measured.frame["plot_id"].tolist()}
    for name in _SHOWN:
        digits = 4 if name == "area_mu" else 2
        cells[name] = [_shown(value, digits) for value in measured.frame[name].tolist()]
    # one text: a call and a look-up for each of 100,000 rows take longer than measuring them
    row = messages.template("cli.measure.row")
    rows = (dict(zip(cells, values, strict=True)) for values in zip(*cells.values(), strict=True))
    lines = [row.format_map(named) for named in rows]
    if lines:
        click.echo("\n".join(lines))


def _shown(value: object, digits: int = 2) -> str:
    if isinstance(value, float):
        return "—" if value != value else f"{value:,.{digits}f}"  # noqa: PLR0124 nan
    return "—" if value is None else str(value)
