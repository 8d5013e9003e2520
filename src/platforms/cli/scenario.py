"""``platforms scenario``: what is kept, what is said about it, and why two differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

import platforms as ip
from platforms import messages
from platforms.cli.keeping import user_name
from platforms.cli.options import (
    Command,
    Group,
    as_json,
    echo_json,
    overwrite_option,
    workspace_option,
)
from platforms.cli.scenario_text import (
    change_record,
    echo_change,
    echo_kept,
    echo_list,
    kept_record,
    list_records,
)

_KINDS = ("run", "relocation", "portfolio", "siting")
_SETTINGS = {"help_option_names": ["-h", "--help"]}


def _said(entry: str) -> str:
    return messages.text(f"store.cli.{entry}")


def _store(workspace: str | None) -> ip.Store:
    return ip.open_store(ip.Workspace.open(workspace), make=False)


@click.group("scenario", cls=Group, help=_said("help"), context_settings=_SETTINGS)
def command() -> None:
    """Gather the commands about scenarios."""


def _under(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a command under ``platforms scenario``."""
    return command.command(
        name,
        cls=Command,
        help=_said(f"{name}.help"),
        context_settings=_SETTINGS,
    )


_one = click.argument("name", metavar="ID")
_by = click.option("--by", metavar="NAME", default=user_name, help=_said("by"))
_why = click.option("--why", metavar="TEXT", default="", help=_said("why"))


@_under("list")
@click.option("--kind", type=click.Choice(_KINDS), default=None, help=_said("kind"))
@workspace_option
@as_json
def list_kept(*, kind: str | None, workspace: str | None, as_json: bool) -> int:
    """List what is kept."""
    store = _store(workspace)
    table = store.scenarios(kind)
    if as_json:
        echo_json({"workspace": store.workspace, "scenarios": list_records(table)})
    else:
        echo_list(table, store.workspace)
    return 0


@_under("show")
@_one
@workspace_option
@as_json
def show(*, name: str, workspace: str | None, as_json: bool) -> int:
    """Show one with its history."""
    store = _store(workspace)
    kept, history = store.kept(name), store.history(name)
    if as_json:
        echo_json(kept_record(kept, history))
    else:
        echo_kept(kept, history)
    return 0


@_under("compare")
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@workspace_option
@as_json
def compare(*, first: str, second: str, workspace: str | None, as_json: bool) -> int:
    """Say why two differ."""
    store = _store(workspace)
    a, b = store.kept(first), store.kept(second)
    city = ip.Workspace.open(workspace)
    change = ip.compare_scenarios(a.scenario, b.scenario, workspace=city)
    if as_json:
        echo_json({"a_name": a.name, "b_name": b.name, **change_record(change)})
    else:
        echo_change(city, change, a.name, b.name)
    return 0


@_under("rename")
@_one
@click.argument("new", metavar="NAME")
@_by
@_why
@workspace_option
def rename(*, name: str, new: str, by: str, why: str, workspace: str | None) -> int:
    """Call it something else."""
    _store(workspace).rename(name, new, by=by, why=why)
    return _done("renamed", name=name, new=new)


@_under("note")
@_one
@click.argument("text", metavar="TEXT")
@_by
@_why
@workspace_option
def note(*, name: str, text: str, by: str, why: str, workspace: str | None) -> int:
    """Say something about it."""
    _store(workspace).annotate(name, text, by=by, why=why)
    return _done("noted", name=name)


def _plainly(verb: str, told: str) -> None:
    """Make a command that asks no more than which one, who and why."""

    @_under(verb)
    @_one
    @_by
    @_why
    @workspace_option
    def act(*, name: str, by: str, why: str, workspace: str | None) -> int:
        getattr(_store(workspace), verb)(name, by=by, why=why)
        return _done(told, name=name)


_plainly("lock", "is_locked")
_plainly("unlock", "is_open")


@_under("copy")
@_one
@click.argument("new", metavar="NAME")
@_by
@_why
@workspace_option
@as_json
def copy(*, name: str, new: str, by: str, why: str, workspace: str | None, as_json: bool) -> int:
    """Keep the same under another name."""
    made = _store(workspace).copy(name, new, by=by, why=why)
    if as_json:
        echo_json({"key": made.key, "name": made.name, "parent": made.parent})
        return 0
    return _done("copied", name=name, new=made.name, key=made.key)


_plainly("remove", "removed")


@_under("export")
@_one
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False))
@overwrite_option
@workspace_option
def export(*, name: str, file: str, overwrite: bool, workspace: str | None) -> int:
    """Write it into one file."""
    path = _store(workspace).export(name, file, overwrite=overwrite)
    return _done("exported", name=name, path=path.name)


@_under("import")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False))
@click.option("--name", "new", metavar="NAME", default=None, help=_said("name"))
@_by
@workspace_option
@as_json
def bring(*, file: str, new: str | None, by: str, workspace: str | None, as_json: bool) -> int:
    """Keep what another has written."""
    made = _store(workspace).bring(file, name=new, by=by)
    if as_json:
        scenario_id = made.scenario.scenario_id
        echo_json({"key": made.key, "scenario_id": scenario_id, "name": made.name})
        return 0
    return _done("brought", name=made.name, key=made.key)


def _done(entry: str, **named: object) -> int:
    click.echo(messages.text(f"store.cli.{entry}", None, **named))
    return 0
