"""``platforms ledger push|pull``: all that is kept of a workspace, to another store and back."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import platforms as ip
from platforms import messages
from platforms.cli.keeping import user_name
from platforms.cli.ledger_settling import Settling, echo_apart, settling_options
from platforms.cli.options import Command, as_json, echo_json, workspace_option
from platforms.errors import StoreError

__all__ = ["existing", "pull", "push"]

_SETTINGS = {"help_option_names": ["-h", "--help"]}
_SETTING = "PLATFORMS_STORE"


def _said(entry: str, **named: object) -> str:
    return messages.text(f"copying.cli.{entry}", None, **named)


def _command(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Make one of the two commands, with what both take."""
    options = (
        click.argument("place", metavar="[STORE]", required=False),
        click.option("--dry-run", is_flag=True, help=_said("dry_run")),
        click.option("--by", metavar="NAME", default=user_name, help=_said("by")),
        settling_options,
        workspace_option,
        as_json,
    )

    def decorate(function: Callable[..., Any]) -> click.Command:
        for add in reversed(options):
            function = add(function)
        text = f"{_said(f'{name}.help')}\n\n{_said('place')}"
        return click.command(name, cls=Command, help=text, context_settings=_SETTINGS)(function)

    return decorate


@_command("push")
def push(*, place: str | None, workspace: str | None, settling: Settling, **given: Any) -> int:  # noqa: ANN401 passed on
    """Copy to another store."""
    city = ip.Workspace.open(workspace)
    mine, other = _two(place)
    if settling.keep is not None:
        return settling.settle(city, mine, other, **given)
    with echo_apart(city, own="ours", quiet=given["as_json"]):
        return _copy(city, mine, other, other="pull", **given)


@_command("pull")
def pull(*, place: str | None, workspace: str | None, settling: Settling, **given: Any) -> int:  # noqa: ANN401 passed on
    """Copy from another store."""
    city = ip.Workspace.open(workspace)
    mine, other = _two(place)
    if settling.keep is not None:
        return settling.settle(city, mine, other, **given)
    with echo_apart(city, own="theirs", quiet=given["as_json"]):
        return _copy(city, other, mine, other="push", **given)


def _two(place: str | None) -> tuple[str | None, str]:
    """Return what names the own store and the other one.

    Without a word for the other it is that of the setting, and the own one is the user's.
    """
    if place is not None:
        return None, place
    setting = os.environ.get(_SETTING, "")
    if not setting:
        raise click.UsageError(_said("no_place", setting=_SETTING))
    return "", setting


def existing(city: ip.Workspace, place: str | None) -> ip.Store:
    """Open a store to read from; none is made where there is none.

    Raises
    ------
    StoreError
        When there is no such file.
    """
    found = ip.store_place(city.name, place)
    if isinstance(found, Path) and not found.exists():
        raise StoreError("store.nothing_there", path=str(found))
    return ip.open_store(city, place, make=False)


def _copy(
    city: ip.Workspace, source: str | None, target: str | None, *, by: str, dry_run: bool,
    as_json: bool, other: str,
) -> int:  # fmt: skip
    reading, place = existing(city, source), ip.store_place(city.name, target)
    with ip.temporary_folder() as folder:
        # nothing is made only to be looked at
        unmade = dry_run and isinstance(place, Path) and not place.exists()
        into = str(folder / place.name) if unmade else target
        told = ip.copy_store(reading, ip.open_store(city, into, make=False), by=by, dry_run=dry_run)
    if as_json:
        echo_json({**vars(told), "rows": dict(told.rows), "ahead": dict(told.ahead)})
        return 0
    count = sum(told.rows.values())
    entry = "nothing" if not count else "would" if dry_run else "done"
    click.echo(_said(entry, source=told.source, target=told.target, count=count))
    for table, rows in told.rows.items():
        click.echo(_said("table", table=table, count=rows))
    if told.ahead:
        click.echo(_said("ahead", source=told.source, target=told.target, tables=list(told.ahead),
                         count=sum(told.ahead.values()), other=other))  # fmt: skip
    if told.same:
        click.echo(_said("same", workspace=told.workspace, content=told.content))
    return 0
