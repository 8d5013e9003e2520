"""``platforms targets``: where each target stands."""

from __future__ import annotations

import click

import platforms as ip
from platforms import messages
from platforms.cli.options import as_json, echo_json, workspace_option


@click.command("targets", help=messages.text("cli.targets.help"))
@workspace_option
@as_json
def command(*, workspace: str | None, as_json: bool) -> None:
    """Print the targets of the workspace."""
    result = ip.run(ip.Workspace.open(workspace))
    rows = result.target_records()
    if as_json:
        echo_json({"sample": result.sample, "targets": rows})
        return
    for row in rows:
        shown = {k: "—" if v is None else v for k, v in row.items()}
        click.echo(messages.text("cli.targets.row", **shown))
    if result.sample:
        click.echo(messages.text("cli.targets.sample"))
