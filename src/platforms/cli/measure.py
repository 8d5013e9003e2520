"""``platforms measure``: the official area of each plot of a file."""

from __future__ import annotations

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
    echo_issues,
    echo_json,
    echo_outside,
    output_option,
    overwrite_option,
    spoken,
)
from platforms.cli.plots_file import PlotsFile, file_argument, plots_options
from platforms.cli.txt_area import Stated, txt_area_option
from platforms.units import printed, printed_column

_ADJUSTED = ("adjusted_m2", "residue_m2")
_SHOWN = ("area_m2", "area_mu", "planar_m2", "declared_m2")
# so many plots are printed where a file holds them all
_FIRST = 20


@spoken("measure")
@plots_options(file_argument)
@output_option
@txt_area_option
@control_options
@certificate_option
@overwrite_option
@as_json
def command(
    *,
    plots: PlotsFile,
    output: str | None,
    stated: Stated | None,
    control: dict[str, Any] | None,
    certificate: str | None,
    overwrite: bool,
    as_json: bool,
) -> int:
    """Measure a file; 1 where a record was set aside or a plot has no certain area."""
    measured = plots.survey()
    measured, adjustment = controlled(measured, control)
    if output is not None:
        ip.write_plots(
            measured.frame,
            output,
            overwrite=overwrite,
            stated=stated or "planar_m2",
            issues=measured.issues,
        )
    if certificate is not None:
        ip.save_certificate(measured, certificate, overwrite=overwrite)
    if as_json:
        echo_json(measured_json(measured, adjustment))
        return int(not measured.complete)
    echo_issues(measured.issues)
    _echo_rows(measured, output)
    _echo_total(measured)
    return int(not measured.complete)


def _echo_total(measured: ip.Survey) -> None:
    total = measured.known_total()
    mu = {name: printed(total[name], 4) for name in ("area_mu", "net_area_mu")}
    m2 = {name: printed(total[name]) for name in ("area_m2", "overlap_m2", "net_area_m2")}
    click.echo(messages.text("cli.measure.total", plots=total["plots"], **m2, **mu))
    left = {
        "set_aside": measured.source.features - len(measured.frame),
        "unmeasured": total["unmeasured"],
    }
    parts = [messages.text(f"cli.measure.{name}", count=n) for name, n in left.items() if n]
    if parts:
        click.echo(messages.text("cli.measure.left", parts=parts))
    if total["overlap_m2"]:
        click.echo(messages.text("cli.measure.overlap", **m2, **mu))
    echo_outside(measured.issues)


def _echo_rows(measured: ip.Survey, output: str | None) -> None:
    # a boundary-point file holds no areas
    kept = output is not None and not output.lower().endswith(".txt")
    frame = measured.frame.iloc[:_FIRST] if kept else measured.frame
    cells = {"plot_id": [messages.one_line(str(one)) for one in frame["plot_id"]]}
    for name in _SHOWN:
        digits = 4 if name == "area_mu" else 2
        cells[name] = printed_column(frame[name], digits)
    entry = "row"
    if "adjusted_m2" in frame:
        entry = "row_adjusted"
        cells |= {name: printed_column(frame[name]) for name in _ADJUSTED}
    # one text: a call and a look-up for each of 100,000 rows take longer than measuring them
    row = messages.template(f"cli.measure.{entry}")
    rows = (dict(zip(cells, values, strict=True)) for values in zip(*cells.values(), strict=True))
    lines = [row.format_map(named) for named in rows]
    rest = len(measured.frame) - len(frame)
    if rest:
        lines.append(messages.text("cli.measure.rest", plots=rest, file=output))
    if lines:
        click.echo("\n".join(lines))
