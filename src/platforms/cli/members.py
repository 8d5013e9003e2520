"""``platforms ledger members``: who may do what in a workspace, and who named them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

import platforms as ip
from platforms import messages
from platforms.cli.keeping import user_name
from platforms.cli.options import Command, Group, as_json, echo_json, workspace_option

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["member_commands", "mode_words"]

_SETTINGS = {"help_option_names": ["-h", "--help"]}


def _said(entry: str, **named: object) -> str:
    return messages.text(f"members.cli.{entry}", None, **named)


def _members(workspace: str | None) -> ip.Members:
    return ip.open_store(ip.Workspace.open(workspace), make=False).members


def mode_words(members: ip.Members) -> str:
    """Say whether there are members, and who may name others."""
    table = members.list()
    if table.empty:
        return messages.text("members.mode.single")
    approvers = list(table.loc[table["role"].eq("approver"), "name"])
    return messages.text("members.mode.several", None, count=len(table), approvers=approvers)


def _role(role: str) -> str:
    return messages.text(f"members.role.{role}") if role else "—"


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(k): v.isoformat() if hasattr(v, "isoformat") else v for k, v in row.items()}
        for row in table.to_dict("records")
    ]


@click.group("members", cls=Group, help=_said("help"), context_settings=_SETTINGS)
def member_commands() -> None:
    """Gather the commands about members."""


def _under(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    return member_commands.command(
        name, cls=Command, help=_said(f"{name}.help"), context_settings=_SETTINGS
    )


_name = click.argument("name", metavar="NAME")
_to = click.option("--role", metavar="ROLE", required=True, help=_said("add.role"))
_by = click.option("--by", metavar="NAME", default=user_name, help=_said("by"))
_why = click.option("--why", metavar="TEXT", default="", help=_said("why"))


@_under("list")
@workspace_option
@as_json
def list_members(*, workspace: str | None, as_json: bool) -> int:
    """List the members."""
    members = _members(workspace)
    table = members.list()
    if as_json:
        told = {"workspace": members.workspace, "single_user": table.empty}
        echo_json({**told, "members": _records(table)})
        return 0
    click.echo(mode_words(members))
    for row in _records(table):
        told = {"name": row["name"], "role": _role(row["role"]), "by": row["changed_by"]}
        click.echo(_said("list.row", **told, at=row["changed_at"][:16].replace("T", " ")))
    return 0


@_under("add")
@_name
@_to
@_by
@_why
@workspace_option
def add(*, name: str, role: str, by: str, why: str, workspace: str | None) -> int:
    """Make somebody a member."""
    members = _members(workspace)
    members.add(name, role, by=by, why=why)
    return _done(members, name)


@_under("role")
@_name
@_to
@_by
@_why
@workspace_option
def change(*, name: str, role: str, by: str, why: str, workspace: str | None) -> int:
    """Give a member another role."""
    members = _members(workspace)
    members.change(name, role, by=by, why=why)
    return _done(members, name)


def _done(members: ip.Members, name: str) -> int:
    click.echo(_said("add.done", name=name, role=_role(members.role_of(name) or "")))
    return 0


@_under("remove")
@_name
@_by
@_why
@workspace_option
def remove(*, name: str, by: str, why: str, workspace: str | None) -> int:
    """Let somebody be a member no more."""
    _members(workspace).remove(name, by=by, why=why)
    click.echo(_said("remove.done", name=name))
    return 0


@_under("history")
@workspace_option
@as_json
def history(*, workspace: str | None, as_json: bool) -> int:
    """Say who named whom."""
    members = _members(workspace)
    rows = _records(members.history())
    if as_json:
        echo_json({"workspace": members.workspace, "history": rows})
        return 0
    if not rows:
        click.echo(mode_words(members))
    for row in rows:
        told = {
            "at": row["at"][:16].replace("T", " "), "who": row["who"], "name": row["name"],
            "what": messages.text(f"members.what.{row['what']}"),
            "was": _role(row["was"]), "became": _role(row["became"]),
            "why": f" — {row['why']}" if row["why"] else "",
        }  # fmt: skip
        click.echo(_said("history.row", **told))
    return 0
