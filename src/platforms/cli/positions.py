"""``platforms positions``: corrected boundaries of parks, as a list and as a file."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
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
from platforms.errors import InputError

_SETTINGS = {"help_option_names": ["-h", "--help"]}


def _said(entry: str, **fields: object) -> str:
    return messages.text(f"positions.cli.{entry}", None, **fields)


@click.group("positions", cls=Group, help=_said("help"), context_settings=_SETTINGS)
def command() -> None:
    """Gather the commands about positions."""


def _under(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    return command.command(
        name, cls=Command, help=_said(f"{name}.help"), context_settings=_SETTINGS
    )


_by = click.option("--by", metavar="NAME", default=user_name, help=_said("by"))
_why = click.option("--why", metavar="TEXT", default="", help=_said("why"))


@_under("list")
@click.option("--history", is_flag=True, help=_said("history"))
@workspace_option
@as_json
def list_positions(*, history: bool, workspace: str | None, as_json: bool) -> int:
    """List the positions that hold, or all that was done."""
    city = ip.Workspace.open(workspace)
    kept = ip.open_store(city, make=False).positions
    now = kept.current()
    table = kept.history() if history else now.frame().drop(columns="geometry")
    rows = [_plain(row) for row in table.to_dict("records")]
    if as_json:
        key = "history" if history else "positions"
        echo_json({"workspace": city.name, "sha256": now.sha256, key: rows})
        return 0
    if not rows:
        click.echo(_said("none", workspace=city.name))
    for row in rows:
        click.echo(_event(row) if history else _row(row))
    return 0


@_under("export")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False))
@overwrite_option
@workspace_option
def export(*, file: str, overwrite: bool, workspace: str | None) -> int:
    """Write the positions that hold as a change set."""
    now = ip.open_store(ip.Workspace.open(workspace), make=False).positions.current()
    path = ip.export_positions(now, file, overwrite=overwrite)
    click.echo(_said("exported", count=len(now), path=path.name), err=True)
    return 0


@_under("import")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False))
@_by
@_why
@click.option("--replace", is_flag=True, help=_said("replace"))
@workspace_option
@as_json
def bring(
    *, file: str, by: str, why: str, replace: bool, workspace: str | None, as_json: bool
) -> int:  # fmt: skip
    """Check a change set and store it."""
    city = ip.Workspace.open(workspace)
    store = ip.open_store(city, make=False)
    ip.check_writer(store, by, nameless=True)
    city = ip.with_positions(city)
    came = ip.import_positions(file, city.name)
    issues = ip.check_positions(city, came)
    echo_issues(issues)
    refused = next((issue for issue in issues if issue.severity == "error"), None)
    if refused is not None:
        raise InputError("positions.refused", feature=refused.feature, message=refused.message())
    made = store.positions.bring(came, by=by, why=why, replace=replace)
    if as_json:
        told = {"stored": len(made), "same": len(came) - len(made)}
        echo_json({"workspace": city.name, **told, "issues": issues.to_records()})
        return 0
    click.echo(_said("imported", count=len(made), same=len(came) - len(made)))
    return 0


@_under("undo")
@click.argument("layer", metavar="LAYER")
@click.argument("feature", metavar="ID")
@_by
@_why
@workspace_option
def undo(*, layer: str, feature: str, by: str, why: str, workspace: str | None) -> int:
    """Take back the latest correction of a place."""
    kept = ip.open_store(ip.Workspace.open(workspace), make=False).positions
    kept.undo(layer, feature, by=by, why=why)
    now = kept.current().get(layer, feature)
    click.echo(_said("undone", feature=feature, now=_basis(None if now is None else now.basis)))
    return 0


def _plain(row: Mapping[Any, Any]) -> dict[str, object]:
    """Return a row as JSON has it."""
    told = {str(name): value for name, value in row.items()}
    if "at" in told:
        told["at"] = told["at"].isoformat()
    return {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in told.items()
    }


def _basis(basis: object) -> str:
    return messages.text(f"positions.basis_name.{basis}" if basis else "positions.files")


def _row(row: Mapping[str, Any]) -> str:
    metres = row["accuracy_m"]
    accuracy = _said("unknown") if metres is None else _said("metres", metres=f"{metres:g}")
    return _said(
        "row", layer=row["layer"], feature=row["feature_id"], basis=_basis(row["basis"]),
        accuracy=accuracy, author=row["author"], stated=row["stated"], source=row["source"],
    )  # fmt: skip


def _event(row: Mapping[str, Any]) -> str:
    what = messages.text(f"positions.what.{row['what']}")
    return _said(
        "event", at=str(row["at"])[:19], what=what, layer=row["layer"],
        feature=row["feature_id"], who=row["who"], now=_basis(row["basis"]),
        why=messages.one_line(row["why"]),
    )  # fmt: skip
