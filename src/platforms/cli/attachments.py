"""Files of plots on the command line: ``platforms ledger attach|attachments|fetch|detach``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import platforms as ip
from platforms import messages
from platforms.cli.keeping import user_name
from platforms.cli.options import Command, as_json, echo_json, overwrite_option, workspace_option

__all__ = ["COMMANDS"]

_SETTINGS = {"help_option_names": ["-h", "--help"]}
_SHOWN = 12
COMMANDS: list[click.Command] = []


def _said(entry: str, **named: object) -> str:
    return messages.text(f"attachments.cli.{entry}", None, **named)


def _ledger(workspace: str | None) -> ip.Ledger:
    return ip.open_store(ip.Workspace.open(workspace), make=False).ledger


def _made(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    def make(act: Callable[..., Any]) -> click.Command:
        told = {"help": _said(f"{name}.help"), "context_settings": _SETTINGS}
        made: click.Command = click.command(name, cls=Command, **told)(act)
        COMMANDS.append(made)
        return made

    return make


_by = click.option(
    "--by", metavar="NAME", default=user_name, help=messages.text("ledger.cli.by")
)  # fmt: skip
_why = click.option(
    "--why", metavar="TEXT", default="", help=messages.text("members.cli.why")
)  # fmt: skip
_plot = click.argument("plot", metavar="PLOT_ID")


@_made("attach")
@_plot
@click.argument("files", metavar="FILE...", nargs=-1, required=True,
                type=click.Path(dir_okay=False))  # fmt: skip
@_by
@_why
@workspace_option
def attach(
    *, plot: str, files: tuple[str, ...], by: str, why: str, workspace: str | None
) -> int:  # fmt: skip
    """Put files to a plot."""
    store = ip.open_store(ip.Workspace.open(workspace), make=False)
    ip.check_writer(store, by)
    ledger = store.ledger
    for file in files:
        sha256 = ledger.attach(plot, file, by=by, why=why)
        click.echo(_said("attach.done", file=Path(file).name, plot=plot, sha256=sha256[:_SHOWN]))
    return 0


@_made("attachments")
@click.argument("plot", metavar="[PLOT_ID]", required=False, default=None)
@workspace_option
@as_json
def attachments(*, plot: str | None, workspace: str | None, as_json: bool) -> int:
    """List files."""
    ledger = _ledger(workspace)
    rows = [
        {**row, "at": row["at"].isoformat()} for row in ledger.attachments(plot).to_dict("records")
    ]
    if as_json:
        echo_json({"workspace": ledger.workspace, "attachments": rows})
        return 0
    if not rows:
        click.echo(_said("attachments.none"))
    for row in rows:
        told = {name: row[name] for name in ("name", "size", "by")} | {"plot": row["plot_id"]}
        at = row["at"][:16].replace("T", " ")
        click.echo(_said("attachments.row", **told, at=at, sha256=row["sha256"][:_SHOWN]))
    return 0


@_made("fetch")
@click.argument("sha256", metavar="SHA256")
@click.option("-o", "--output", required=True, metavar="FILE", help=_said("fetch.output"),
              type=click.Path(dir_okay=False))  # fmt: skip
@overwrite_option
@workspace_option
def fetch(*, sha256: str, output: str, overwrite: bool, workspace: str | None) -> int:
    """Write a file of a plot."""
    found = _ledger(workspace).save_attachment(sha256, output, overwrite=overwrite)
    told = {"file": found.name, "path": Path(output).name, "size": len(found.data)}
    click.echo(_said("fetch.done", **told))
    return 0


@_made("detach")
@_plot
@click.argument("sha256", metavar="SHA256")
@_by
@_why
@workspace_option
def detach(*, plot: str, sha256: str, by: str, why: str, workspace: str | None) -> int:
    """Take a file off a plot."""
    _ledger(workspace).detach(plot, sha256, by=by, why=why)
    click.echo(_said("detach.done", plot=plot))
    return 0
