"""``platforms init``: a workspace of one's own, copied from an example."""

from __future__ import annotations

import click

import platforms as ip
from platforms import messages
from platforms.cli.options import spoken


@spoken("init")
@click.argument("folder", type=click.Path(file_okay=False))
@click.option(
    "--from", "source", default="yueqing", show_default=True, help=messages.text("cli.init.source")
)
def command(*, folder: str, source: str) -> None:
    """Copy an example workspace into a new folder."""
    ip.copy_workspace(source, folder)
    click.echo(messages.text("cli.init.done", folder=folder))
