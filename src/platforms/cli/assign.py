"""``platforms assign``: which town, platform and layout unit things belong to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import platforms as ip
from platforms import messages
from platforms.cli.city import corrections_option
from platforms.cli.options import (
    as_json,
    echo_issues,
    echo_json,
    output_option,
    overwrite_option,
    spoken,
)
from platforms.cli.plots_file import PlotsFile, file_argument, plots_options
from platforms.issues import IssueTable

_COLUMNS = (
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
    "accuracy_short",
    # what the document says itself, where it does
    "town_given",
    "town_id_given",
    "platform_given",
    "platform_id_given",
    "layout_unit_given",
    "layout_unit_id_given",
)


@spoken("assign")
@plots_options(file_argument)
@corrections_option
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
    """Say where the plots of a file, or the rows of a layer, belong."""
    named = plots.paths[0]
    issues = IssueTable()
    if not Path(named).exists() and plots.city.has(named):
        status, key = 0, plots.city.card(named).key or ""
        frame = ip.assign(named, plots.city, issues=issues)
    else:
        found = plots.survey()
        status, key = int(not found.complete), "plot_id"
        issues.extend(found.issues)
        frame = ip.assign(found.frame, plots.city, issues=issues)
    if output is not None:
        ip.write_plots(frame, output, overwrite=overwrite)
    table = frame[[name for name in (key, *_COLUMNS) if name in frame]].astype(object)
    rows = table.where(table.notna(), None).to_dict("records")
    if as_json:
        told = {"plots": rows} if key == "plot_id" else {"layer": named, "features": rows}
        echo_json(told)
        return status
    echo_issues(issues)
    for row in rows:
        click.echo(_line(row, key))
    return status


def _line(row: dict[Any, Any], key: str) -> str:
    """Say in one line where a feature belongs, and how that was decided."""
    ways = {
        name: messages.text(f"planning.way.{row[name]}") if row[name] else "—"
        for name in ("town_way", "platform_way", "layout_way")
    }
    shown = {name: row[name] or "—" for name in ("town", "platform", "layout_unit")}
    sure = messages.text(f"cli.assign.{'sure' if row['town_sure'] else 'not_sure'}")
    line = messages.text(
        "cli.assign.row", plot_id=row.get(key) or "—", town_sure=sure, **shown, **ways
    )
    short = [one for one in str(row.get("accuracy_short") or "").split(";") if one]
    if short:
        words = [messages.text(f"cli.assign.decision.{one}") for one in short]
        line += messages.text(
            "cli.assign.short", decisions=messages.text("cli.assign.and").join(words)
        )
    return line
