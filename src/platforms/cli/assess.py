"""``platforms assess``: the verdict on each plot, and why."""

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
    rules_option,
    spoken,
)
from platforms.cli.plots_file import PlotsFile, file_argument, plots_options


@spoken("assess")
@plots_options(file_argument)
@output_option
@rules_option
@click.option(
    "--explain", metavar="PLOT_ID", default=None, help=messages.text("cli.assess.explain")
)
@overwrite_option
@as_json
def command(
    *,
    plots: PlotsFile,
    output: str | None,
    rules: str | None,
    explain: str | None,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Judge the plots of a file."""
    city = plots.city
    pack = city.rules(rules)
    found = plots.survey()
    if explain is not None:
        titles = {document.id: document.title for document in city.plan.documents}
        trace = ip.explain(found.frame, pack, explain, documents=titles)
        echo_json(trace.to_json()) if as_json else click.echo(trace.to_text())
        return
    judged = ip.evaluate(found.frame, pack)
    frame = ip.assess(found.frame, pack)
    if output is not None:
        ip.write_plots(frame, output, overwrite=overwrite)
    if as_json:
        echo_json(judged.to_json())
        return
    echo_issues(found.issues)
    for row in frame[["plot_id", "verdict", "reason"]].to_dict("records"):
        shown = messages.text(f"sheet.verdict.{row['verdict']}")
        click.echo(messages.text("cli.assess.row", **{**row, "verdict": shown}))
    click.echo(messages.text("cli.assess.total", pack=pack.title, **judged.totals()))
