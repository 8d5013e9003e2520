"""``platforms store``: a server of one's own, and what a store is."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import platforms as ip
from platforms import messages
from platforms.cli import journal, members, store_care
from platforms.cli.keeping import user_name
from platforms.cli.options import Command, Group, as_json, echo_json, workspace_option
from platforms.errors import StoreError

_SETTINGS = {"help_option_names": ["-h", "--help"]}
_LAST_PORT = 65535


def _said(entry: str, **fields: object) -> str:
    return messages.text(f"store_tool.{entry}", None, **fields)


@click.group("store", cls=Group, help=_said("help"), context_settings=_SETTINGS)
def command() -> None:
    """Gather the commands about the store."""


def _under(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    return command.command(
        name, cls=Command, help=_said(f"{name}.help"), context_settings=_SETTINGS
    )


_folder = click.argument("folder", metavar="DIR", type=click.Path(file_okay=False))


@_under("start")
@_folder
@click.option("--port", type=click.IntRange(1, _LAST_PORT), default=None, help=_said("port"))
@as_json
def start(*, folder: str, port: int | None, as_json: bool) -> int:
    """Start a server in a folder."""
    made = ip.start_cluster(folder, port=port)
    if as_json:
        echo_json({"folder": str(made.folder), "port": made.port, "store": made.address})
        return 0
    click.echo(_said("start.runs", folder=made.folder, port=made.port), err=True)
    click.echo(f"export PLATFORMS_STORE={shlex.quote(made.address)}")
    click.echo(_said("start.next"), err=True)
    return 0


@_under("stop")
@_folder
@as_json
def stop(*, folder: str, as_json: bool) -> int:
    """Stop the server of a folder."""
    stopped = ip.stop_cluster(folder)
    if as_json:
        echo_json({"folder": folder, "stopped": stopped})
    else:
        click.echo(_said("stop.stopped" if stopped else "stop.still", folder=folder))
    return 0


@_under("status")
@click.argument("place", metavar="[STORE]", required=False)
@workspace_option
@as_json
def status(*, place: str | None, workspace: str | None, as_json: bool) -> int:
    """Say what the store is."""
    city = ip.Workspace.open(workspace)
    found = ip.store_place(city.name, place)
    if isinstance(found, Path) and not found.exists():
        # who only looks makes no store
        raise StoreError("store.none_yet", path=str(found))
    store = ip.open_store(city, found, make=False)
    told = ip.store_status(store)
    if as_json:
        echo_json(
            {
                "workspace": city.name, "store": str(told.place), "kind": told.kind,
                "database": told.database, "version": told.version, "known": told.known,
                "writable": told.writable, "workspaces": list(told.workspaces),
                "rows": told.rows, "members": len(store.members.list()),
            }
        )  # fmt: skip
        return 0
    click.echo(
        _said(
            "status.head", store=told.place, kind=_said(f"status.{told.kind}"),
            database=told.database, version=told.version,
            writable=_said("status.writable" if told.writable else "status.read_only"),
            workspaces=list(told.workspaces) or _said("status.nothing"),
        )
    )  # fmt: skip
    for name, count in told.rows.items():
        if count and name != "store_mark":
            click.echo(_said("status.rows", table=name, count=count))
    click.echo(members.mode_words(store.members))
    return 0


@_under("admit")
@click.option("--by", metavar="NAME", default=user_name, help=_said("admit.by"))
@workspace_option
@as_json
def admit(*, by: str, workspace: str | None, as_json: bool) -> int:
    """Say that the workspace is the one of its name in the store."""
    city = ip.Workspace.open(workspace)
    known = ip.admit_workspace(city, by=by)
    store = ip.store_place(city.name)
    if as_json:
        echo_json({"workspace": city.name, "store": str(store), "known": list(known)})
    else:
        told = {"workspace": city.name, "store": store.name, "known": list(known)}
        click.echo(_said("admit.done", **told))
    return 0


command.add_command(journal.journal_command)
for _one in (store_care.backup, store_care.restore, store_care.check):
    command.add_command(_one)
