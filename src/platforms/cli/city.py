"""The city of a command, with the positions that its users corrected.

A command that says where something belongs takes the corrections of the store; with
``--no-corrections`` it takes the files of the workspace alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

import platforms as ip
from platforms import messages

__all__ = ["corrections_option", "open_city"]

_TAKEN = "platforms.corrections"


def _note(context: click.Context, _parameter: click.Parameter, left_out: bool) -> None:  # noqa: FBT001 click's signature
    context.meta[_TAKEN] = not left_out


corrections_option: Callable[[Any], Any] = click.option(
    "--no-corrections",
    is_flag=True,
    expose_value=False,
    callback=_note,
    help=messages.text("positions.cli.no_corrections"),
)


def open_city(name: str | None) -> ip.Workspace:
    """Open a workspace, corrected where the command has that option and it is not used."""
    city = ip.Workspace.open(name)
    context = click.get_current_context(silent=True)
    taken = context is not None and context.meta.get(_TAKEN, False)
    return ip.with_positions(city) if taken else city
