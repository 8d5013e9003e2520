"""``platforms plots``: plots of the store, with every version of each."""

from __future__ import annotations

import datetime as dt
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
    echo_issues,
    echo_json,
    overwrite_option,
    workspace_option,
)
from platforms.cli.plots_file import PlotsFile, file_argument, plots_options
from platforms.errors import ConflictError

_SETTINGS = {"help_option_names": ["-h", "--help"]}
_FIRST = 20
_SIDES = 4


def _said(entry: str, **named: object) -> str:
    return messages.text(f"plots.cli.{entry}", None, **named)


@click.group("plots", cls=Group, help=_said("help"), context_settings=_SETTINGS)
def command() -> None:
    """Gather the commands about plots of the store."""


def _under(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    return command.command(
        name, cls=Command, help=_said(f"{name}.help"), context_settings=_SETTINGS
    )


_by = click.option("--by", metavar="NAME", default=user_name, help=_said("by"))
_why = click.option("--why", metavar="TEXT", default="", help=_said("why"))
_at = click.option("--at", metavar="MOMENT", default=None, help=_said("list.at"),
                   callback=lambda _, __, said: _moment(said))  # fmt: skip


def _plots(workspace: str | None) -> ip.StoredPlots:
    return ip.open_store(ip.Workspace.open(workspace), make=False).plots


def _moment(said: str | None) -> dt.datetime | None:
    """Return a moment; without a time zone it is local, a day means its end."""
    if said is None:
        return None
    try:
        at = dt.datetime.fromisoformat(said)
    except ValueError:
        raise click.BadParameter(said, param_hint="--at") from None
    if "T" not in said and " " not in said:
        at += dt.timedelta(days=1, microseconds=-1)
    return at.astimezone()


def _box(said: str | None) -> tuple[float, float, float, float] | None:
    if said is None:
        return None
    try:
        sides = [float(side) for side in said.split(",")]
        west, south, east, north = sides
        good = west <= east and south <= north
    except ValueError:
        good = False
    if not good:
        raise click.BadParameter(
            messages.text("plots.box", box=said).rstrip("。."), param_hint="--bbox"
        )
    return west, south, east, north


@_under("take")
@plots_options(file_argument)
@click.option("--whole", is_flag=True, help=_said("take.whole"))
@_by
@_why
@as_json
def take(*, plots: PlotsFile, whole: bool, by: str, why: str, as_json: bool) -> int:
    """Take the plots of a file in."""
    store = ip.open_store(plots.city, make=False)
    ip.check_writer(store, by)
    read = plots.read()
    taken = store.plots.take(read, by=by, why=why, whole=whole)
    read.issues.extend(taken.issues)
    if as_json:
        echo_json({**vars(taken), "issues": read.issues.to_records()})
        return 0
    echo_issues(read.issues)
    click.echo(_said("take.done", **vars(taken)))
    if taken.act is not None:
        click.echo(_said("take.act", act=taken.act))
    return 0


@_under("list")
@_at
@click.option("--bbox", metavar="W,S,E,N", default=None, help=_said("list.bbox"),
              callback=lambda _, __, said: _box(said))  # fmt: skip
@click.option("--limit", type=click.IntRange(min=1), default=None, help=_said("list.limit"))
@workspace_option
@as_json
def list_plots(
    *, at: dt.datetime | None, bbox: tuple[float, float, float, float] | None, limit: int | None,
    workspace: str | None, as_json: bool,
) -> int:  # fmt: skip
    """List plots."""
    stored = _plots(workspace)
    frame = stored.frame(at=at, bbox=bbox, limit=limit)
    rows = [
        {"plot_id": key, "version": version, "by": who, "at": when}
        for key, version, who, when in zip(
            frame["plot_id"], frame.get("store_version", ()), frame.get("store_by", ()),
            frame.get("store_at", ()), strict=False,
        )
    ]  # fmt: skip
    total = len(frame) if limit is None or at is not None else stored.count(bbox=bbox)
    if as_json:
        echo_json({"workspace": stored.workspace, "count": total, "plots": rows})
        return 0
    if not rows:
        click.echo(_said("list.none"))
        return 0
    shown = rows if limit is not None else rows[:_FIRST]
    for row in shown:
        click.echo(_said("list.row", plot=row["plot_id"], version=row["version"],
                         at=str(row["at"])[:19], who=row["by"]))  # fmt: skip
    if total > len(shown):
        click.echo(_said("list.rest", rest=total - len(shown)))
    click.echo(_said("list.total", count=total))
    return 0


@_under("history")
@click.argument("plot", metavar="[PLOT_ID]", required=False, default=None)
@workspace_option
@as_json
def history(*, plot: str | None, workspace: str | None, as_json: bool) -> int:
    """Say what became of a plot, or what was done."""
    stored = _plots(workspace)
    table = stored.acts() if plot is None else stored.history(plot)
    table = table.assign(at=[at.isoformat() for at in table["at"]])
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    if as_json:
        echo_json({"workspace": stored.workspace, "acts" if plot is None else "history": rows})
        return 0
    if not rows:
        click.echo(_said("history.none"))
    for row in rows:
        told = {str(name): "" if value is None else value for name, value in row.items()}
        told |= {"at": told["at"][:19].replace("T", " "),
                 "what": messages.text(f"plots.what.{told['what']}")}  # fmt: skip
        told |= {name: messages.one_line(str(told[name])) for name in ("who", "why")}
        if plot is not None:
            told |= {side: messages.one_line(str(told[side])) for side in ("was", "became")}
            told["field"] = _field_words(told["field"])
        click.echo(_said("history.act" if plot is None else "history.event", **told))
    return 0


def _field_words(field: str) -> str:
    """Return what users read for a field; one of the file's own keeps its name."""
    known = messages.catalogue(messages.language(), "plots")
    return known.get(f"field.{field}", field)


@_under("undo")
@click.argument("act", metavar="ACT")
@_by
@_why
@workspace_option
@as_json
def undo(*, act: str, by: str, why: str, workspace: str | None, as_json: bool) -> int:
    """Take back what was done together."""
    try:
        moved = _plots(workspace).undo(act, by=by, why=why)
    except ConflictError as error:
        rows: Any = error.fields["conflicts"]
        for row in rows[:_FIRST] if not as_json else ():
            told = {"plot": row["key"], "who": row["who"], "at": str(row["at"])[:19]}
            click.echo(_said("undo.conflict", **told), err=True)
        raise
    if as_json:
        echo_json({"count": moved})
    else:
        click.echo(_said("undo.done", count=moved))
    return 0


@_under("remove")
@click.argument("plots", metavar="PLOT_ID...", nargs=-1, required=True)
@_by
@_why
@workspace_option
@as_json
def remove(
    *, plots: tuple[str, ...], by: str, why: str, workspace: str | None, as_json: bool
) -> int:  # fmt: skip
    """Take plots out."""
    ids = list(dict.fromkeys(plots))
    act = _plots(workspace).remove(ids, by=by, why=why)
    if as_json:
        echo_json({"count": len(ids), "act": act})
    else:
        click.echo(_said("remove.done", count=len(ids), act=act))
    return 0


@_under("export")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False))
@_at
@overwrite_option
@workspace_option
def export(
    *, file: str, at: dt.datetime | None, overwrite: bool, workspace: str | None
) -> int:  # fmt: skip
    """Write the plots as a file."""
    frame = _plots(workspace).frame(at=at)
    path = ip.write_plots(frame, file, overwrite=overwrite)
    click.echo(_said("export.done", count=len(frame), path=path.name), err=True)
    return 0
