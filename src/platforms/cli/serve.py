"""``platforms serve``: the app, on this machine only unless told otherwise.

The command becomes the server: whoever stops the process that was started has stopped the app,
by whatever signal, and no child goes on holding the port.
"""

from __future__ import annotations

import os
import subprocess
import sys

import click

import platforms as ip
from platforms import messages
from platforms.cli.options import spoken, workspace_option


@spoken("serve")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8501,
    show_default=True,
    help=messages.text("cli.serve.port"),
)
@click.option("--browser/--no-browser", default=True, help=messages.text("cli.serve.browser"))
@workspace_option
def command(*, port: int, browser: bool, workspace: str | None) -> int:
    """Start the app and stay until it is stopped."""
    city = ip.Workspace.open(workspace)
    click.echo(messages.text("cli.serve.at", port=port, workspace=city.name))
    server = ["-m", "platforms.app.server", "--port", str(port)]
    server += ["--workspace", workspace] if workspace else []
    server += [] if browser else ["--no-browser"]
    argv = [sys.executable, *server]
    if os.name == "posix":
        sys.stdout.flush()
        os.execv(argv[0], argv)  # noqa: S606 own program, no shell
    try:
        return subprocess.run(argv, check=False).returncode  # noqa: S603
    except KeyboardInterrupt:
        return 0
