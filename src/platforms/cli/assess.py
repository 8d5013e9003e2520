"""``platforms assess``: the verdict on each plot, and why."""

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
    rules_option,
    spoken,
    workspace_option,
)


@spoken("assess")
@file_argument
@output_option
@rules_option
@click.option(
    "--explain", metavar="PLOT_ID", default=None, help=messages.text("cli.assess.explain")
)
@crs_option
@encoding_option
@layer_option
@overwrite_option
@workspace_option
@as_json
def command(  # noqa: PLR0913 options of a command
    *,
    file: str,
    output: str | None,
    rules: str | None,
    explain: str | None,
    crs: str | None,
    encoding: str | None,
    layer: str | None,
    overwrite: bool,
    workspace: str | None,
    as_json: bool,
) -> None:
    """Judge the plots of a file."""
    city = ip.Workspace.open(workspace)
    pack = city.rules(rules)
    plots = ip.read_plots(file, workspace=city, crs=crs, encoding=encoding, layer=layer)
    found = ip.survey(plots, workspace=city)
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
