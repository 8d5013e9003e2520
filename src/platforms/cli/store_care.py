"""``platforms store backup|restore|check``: looking after a store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

import platforms as ip
from platforms import messages
from platforms.cli.keeping import user_name
from platforms.cli.ledger_copying import existing
from platforms.cli.options import Command, as_json, echo_json, overwrite_option, workspace_option

__all__ = ["backup", "check", "restore"]


def _said(entry: str, **named: object) -> str:
    return messages.text(f"care.cli.{entry}", None, **named)


def _command(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    return click.command(
        name, cls=Command, help=_said(f"{name}.help"),
        context_settings={"help_option_names": ["-h", "--help"]},
    )  # fmt: skip


_by = click.option("--by", metavar="NAME", default=user_name, help=_said("by"))
_file = click.argument("file", metavar="FILE", type=click.Path(dir_okay=False))


@_command("backup")
@_file
@overwrite_option
@_by
@workspace_option
@as_json
def backup(
    *, file: str, overwrite: bool, by: str, workspace: str | None, as_json: bool
) -> int:  # fmt: skip
    """Copy the store into a file."""
    store = existing(ip.Workspace.open(workspace), None)
    made = ip.backup_store(store, file, by=by, overwrite=overwrite)
    told = {
        **vars(made), "path": str(made.path), "checksum": str(made.checksum),
        "workspaces": list(made.workspaces),
    }  # fmt: skip
    if as_json:
        echo_json(told)
    else:
        click.echo(_said("backup.done", **told))
    return 0


@_command("restore")
@_file
@_by
@workspace_option
@as_json
def restore(*, file: str, by: str, workspace: str | None, as_json: bool) -> int:
    """Bring back what a backup keeps."""
    store = ip.open_store(ip.Workspace.open(workspace), make=False)
    ip.check_writer(store, by, "others")
    made = ip.restore_store(store, file, by=by)
    told = {**vars(made), "path": str(made.path)}
    if as_json:
        echo_json(told)
        return 0
    if not made.checked:
        click.echo(_said("restore.unchecked", path=made.path.name), err=True)
    words = {**told, "at": made.at[:19], "path": made.path.name}
    click.echo(_said("restore.done" if made.rows else "restore.same", **words))
    return 0


@_command("check")
@click.argument("place", metavar="[STORE]", required=False)
@workspace_option
@as_json
def check(*, place: str | None, workspace: str | None, as_json: bool) -> int:
    """Say whether a store is sound."""
    found = ip.check_store(existing(ip.Workspace.open(workspace), place))
    if as_json:
        faults = [{**vars(one), "message": one.message()} for one in found.faults]
        echo_json({**vars(found), "faults": faults, "sound": found.sound})
        return int(not found.sound)
    for what, count in found.looked.items():
        name = messages.text(f"care.looked.{what}")
        click.echo(_said("check.looked", count=f"{count:,}", what=name))
    for fault in found.faults:
        entry = "check.fault" if fault.wrong else "check.note"
        click.echo(_said(entry, message=fault.message()), err=fault.wrong)
    for said, count in found.more.items():
        words = messages.text(f"care.fault.{said}", where="…")
        click.echo(_said("check.more", count=count, message=words), err=True)
    wrong = sum(one.wrong for one in found.faults) + sum(found.more.values())
    click.echo(_said("check.sound" if found.sound else "check.unsound", store=found.store,
                     count=wrong), err=not found.sound)  # fmt: skip
    click.echo(_said("check.content", content=found.content))
    return int(not found.sound)
