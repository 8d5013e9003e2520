"""``platforms ledger``: how each plot stands, who is responsible, and who changed what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

import platforms as ip
from platforms import messages
from platforms.cli import attachments, ledger_copying, members
from platforms.cli.keeping import user_name
from platforms.cli.ledger_text import (
    echo_conflicts,
    echo_history,
    echo_status,
    echo_taken,
    history_records,
    status_record,
    taken_record,
)
from platforms.cli.options import (
    Command,
    Group,
    as_json,
    echo_json,
    overwrite_option,
    rules_option,
    workspace_option,
)

_SETTINGS = {"help_option_names": ["-h", "--help"]}
_EDITED = ("step", "unit", "due", "note")


def _said(entry: str, **named: object) -> str:
    return messages.text(f"ledger.cli.{entry}", None, **named)


def _ledger(workspace: str | None) -> ip.Ledger:
    return ip.open_store(ip.Workspace.open(workspace), make=False).ledger


def _writable(workspace: str | None, by: str) -> ip.Ledger:
    """Open the ledger for who may write; others hear so before anything is read."""
    store = ip.open_store(ip.Workspace.open(workspace), make=False)
    ip.check_writer(store, by)
    return store.ledger


@click.group("ledger", cls=Group, help=_said("help"), context_settings=_SETTINGS)
def command() -> None:
    """Gather the commands about the ledger."""


def _under(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a command under ``platforms ledger``."""
    return command.command(
        name, cls=Command, help=_said(f"{name}.help"), context_settings=_SETTINGS
    )


for made in (members.member_commands, *attachments.COMMANDS):
    command.add_command(made)

_by = click.option("--by", metavar="NAME", default=user_name, help=_said("by"))
_why = click.option("--why", metavar="TEXT", default="", help=_said("why"))


@_under("status")
@workspace_option
@as_json
def status(*, workspace: str | None, as_json: bool) -> int:
    """Say how the ledger stands."""
    city = ip.Workspace.open(workspace)
    store = ip.open_store(city, make=False)
    found = ip.ledger_targets(store, city)
    if as_json:
        count = len(store.members.list())
        echo_json(
            {**status_record(store.ledger, found), "single_user": not count, "members": count}
        )
    else:
        echo_status(store.ledger, found)
        click.echo(members.mode_words(store.members))
    return 0


@_under("history")
@click.argument("plot", metavar="[PLOT_ID]", required=False, default=None)
@workspace_option
@as_json
def history(*, plot: str | None, workspace: str | None, as_json: bool) -> int:
    """Say what was done."""
    ledger = _ledger(workspace)
    table = ledger.history(plot)
    if as_json:
        echo_json({"workspace": ledger.workspace, "history": history_records(table)})
    else:
        echo_history(table, ledger)
    return 0


@_under("take")
@click.option("--plots", type=click.Path(dir_okay=False), default=None,
              help=messages.text("cli.run.plots"))  # fmt: skip
@rules_option
@click.option("--survey", is_flag=True, help=_said("take.survey"))
@click.option("--whole", is_flag=True, help=_said("take.whole"))
@_by
@_why
@workspace_option
@as_json
def take(
    *, plots: str | None, rules: str | None, survey: bool, whole: bool, by: str, why: str,
    workspace: str | None, as_json: bool,
) -> int:  # fmt: skip
    """Bring the ledger up to a run."""
    city = ip.Workspace.open(workspace)
    store = ip.open_store(city, make=False)
    # who may not write need not wait for a run to hear so
    ip.check_writer(store, by)
    ledger = store.ledger
    given = None if plots is None else ip.read_plots(plots, workspace=city)
    run = ip.run(city, plots=given, rules=rules)
    taken = ledger.take(run, by=by, why=why, survey=survey, whole=whole)
    if as_json:
        echo_json(taken_record(taken))
    else:
        echo_taken(taken)
    return 0


@_under("set")
@click.argument("plots", metavar="PLOT_ID...", nargs=-1, required=True)
@click.option("--step", metavar="STEP", default=None, help=_said("set.step"))
@click.option("--unit", metavar="TEXT", default=None, help=_said("set.unit"))
@click.option("--due", metavar="DAY", default=None, help=_said("set.due"))
@click.option("--note", metavar="TEXT", default=None, help=_said("set.note"))
@click.option("--version", type=int, default=None, help=_said("set.version"))
@_by
@_why
@workspace_option
@as_json
def change(
    *, plots: tuple[str, ...], version: int | None, by: str, why: str, workspace: str | None,
    as_json: bool, **given: str | None,
) -> int:  # fmt: skip
    """Write on plots."""
    fields = {name: given[name] for name in _EDITED if given[name] is not None}
    if not fields:
        raise click.UsageError(_said("set.nothing"))
    ledger = _ledger(workspace)
    edits = [ip.LedgerEdit(plot, fields, version) for plot in dict.fromkeys(plots)]
    with echo_conflicts(ledger):
        moved = ledger.set(edits, by=by, why=why)
    return _done("set.done", as_json=as_json, count=moved)


@_under("undo")
@click.argument("act", metavar="ACT")
@_by
@_why
@workspace_option
@as_json
def undo(*, act: str, by: str, why: str, workspace: str | None, as_json: bool) -> int:
    """Take back what was done together."""
    ledger = _ledger(workspace)
    with echo_conflicts(ledger):
        moved = ledger.undo(act, by=by, why=why)
    return _done("undo.done", as_json=as_json, count=moved)


@_under("milestone")
@click.argument("period", metavar="PERIOD")
@click.option("--step", metavar="STEP", required=True, help=_said("set.step"))
@click.option("--plots", type=int, default=None, help=_said("milestone.plots"))
@click.option("--mu", type=float, default=None, help=_said("milestone.mu"))
@click.option("--unit", metavar="TEXT", default="", help=_said("milestone.unit"))
@_by
@_why
@workspace_option
def milestone(
    *, period: str, step: str, plots: int | None, mu: float | None, unit: str, by: str, why: str,
    workspace: str | None,
) -> int:  # fmt: skip
    """Set a milestone."""
    ledger = _ledger(workspace)
    ledger.set_milestone(period, step, plots=plots, area_mu=mu, unit=unit, by=by, why=why)
    click.echo(_said("milestone.done"))
    return 0


@_under("import")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False))
@_by
@_why
@workspace_option
@as_json
def bring(*, file: str, by: str, why: str, workspace: str | None, as_json: bool) -> int:
    """Write what people wrote into an exported file."""
    ledger = _writable(workspace, by)
    with echo_conflicts(ledger):
        rows, moved = ledger.bring(file, by=by, why=why)
    return _done("import.done", as_json=as_json, rows=rows, count=moved)


@_under("export")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False))
@overwrite_option
@workspace_option
def export(*, file: str, overwrite: bool, workspace: str | None) -> int:
    """Write the ledger as a table."""
    city = ip.Workspace.open(workspace)
    store = ip.open_store(city, make=False)
    ledger = store.ledger
    titles = {step.id: str(step.title) for step in ledger.steps.steps}
    tables = ip.recorded_tables(ip.ledger_targets(store, city), city.plan, titles)
    name = str(city.plan.name)
    path = ledger.export(file, name=name, overwrite=overwrite, recorded=tables)
    click.echo(_said("export.done", path=path.name, count=len(ledger.plots())))
    return 0


def _done(entry: str, *, as_json: bool, **named: object) -> int:
    if as_json:
        echo_json(named)
    else:
        click.echo(_said(entry, **named))
    return 0


for _one in (ledger_copying.push, ledger_copying.pull):
    command.add_command(_one)
