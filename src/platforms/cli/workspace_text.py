"""What ``platforms check`` prints of a workspace: item by item, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from platforms import messages

if TYPE_CHECKING:
    from platforms import Completeness

__all__ = ["echo_completeness"]

_SHOWN_FAULTS = 10
_COLOURS = {"wrong": "red", "missing": "yellow", "sample": "yellow"}


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"city.check.{entry}", None, **fields)


def echo_completeness(found: Completeness, workspace: str) -> None:
    """Print the items of a workspace; what is wrong with it goes to stderr.

    Parameters
    ----------
    found
        What was found.
    workspace
        What the user calls it, for the commands that come next.
    """
    head = {"workspace": found.workspace, "name": found.name, "code": found.county_code}
    click.echo(_t("title", **head))
    for number, item in enumerate(found.items, 1):
        told = {"title": item.title, "file": item.file, "detail": item.detail}
        line = _t("line", number=number, mark=_t(f"mark.{item.state}"), **told).rstrip(" 　")
        click.secho(line, fg=_COLOURS.get(item.state))
        if item.state != "ok":
            click.echo(_t("use", what=item.what_for))
        for fault in item.faults[:_SHOWN_FAULTS]:
            colour = "yellow" if fault.doubt else "red"
            click.secho(_t("fault", message=fault.message), err=True, fg=colour)
        if len(item.faults) > _SHOWN_FAULTS:
            click.echo(_t("more", count=len(item.faults) - _SHOWN_FAULTS), err=True)
        if item.state != "ok":
            click.echo(_t("todo", next=item.next_step))
    click.echo(_t("total", total=len(found.items), **found.counts))
    states = [item.state for item in found.items]
    if "wrong" not in states and "missing" in states:
        first = states.index("missing")
        click.echo(_t("first", number=first + 1, title=found.items[first].title))
    click.echo(_t(_next(found), workspace=workspace))


def _next(found: Completeness) -> str:
    if found.wrong:
        return "next_wrong"
    plots = next(item for item in found.items if item.id == "plots")
    return "next_ready" if plots.state == "missing" else "next_plots"
