"""``platforms serve``: the app, on this machine only unless told otherwise.

The command becomes the server: whoever stops the process that was started has stopped the app,
by whatever signal, and no child goes on holding the port.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress

import click

import platforms as ip
from platforms import messages
from platforms.cli.options import spoken, workspace_option
from platforms.cli.serve_hosts import Door, door, signs_in
from platforms.errors import PlatformsError


def _said(entry: str, **named: object) -> str:
    return messages.text(f"cli.serve.{entry}", None, **named)


@spoken("serve")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8501, show_default=True, help=_said("port"),
)  # fmt: skip
@click.option("--host", "hosts", metavar="HOST", multiple=True, help=_said("host"))
@click.option("--allow-host", "named", metavar="NAME", multiple=True, help=_said("allow_host"))
@click.option(
    "--upload-mb", type=click.IntRange(1, 1024), default=100, show_default=True,
    help=_said("upload_mb"),
)  # fmt: skip
@click.option("--browser/--no-browser", default=True, help=_said("browser"))
@workspace_option
def command(
    *, port: int, hosts: tuple[str, ...], named: tuple[str, ...], upload_mb: int, browser: bool,
    workspace: str | None,
) -> int:  # fmt: skip
    """Start the app and stay until it is stopped."""
    city = ip.Workspace.open(workspace)
    opened = door(hosts, named)
    _tell(opened, port, city.name)
    if signs_in():
        _tell_nobody_named(city)
    server = ["-m", "platforms.app.server", "--port", str(port), "--address", opened.address]
    server += ["--upload-mb", str(upload_mb)]
    server += [word for name in opened.names for word in ("--host", name)]
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


def _tell(opened: Door, port: int, workspace: str) -> None:
    """Say where it is reached, and whom that lets in."""
    click.echo(_said("at", address=_shown(opened.shown[0]), port=port, workspace=workspace))
    if opened.behind:
        click.echo(_said("behind", names=opened.behind))
    if not opened.to_others:
        if opened.behind and not signs_in():
            click.echo(_said("open"), err=True)
        return
    for name in opened.shown[1:]:
        click.echo(_said("also", address=_shown(name), port=port))
    click.echo(_said("open_signed" if signs_in() else "open"), err=True)


def _tell_nobody_named(city: ip.Workspace) -> None:
    """Say that nobody is let in as long as whoever runs the server has named no approver."""
    # a store that is away is told by the pages, and may come back
    with suppress(PlatformsError):
        if ip.open_store(city, make=False).members.single_user:
            click.echo(_said("no_approver", workspace=city.name), err=True)


def _shown(name: str) -> str:
    return f"[{name}]" if ":" in name else name
