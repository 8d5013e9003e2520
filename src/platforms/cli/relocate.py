"""``platforms relocate``: which firm goes to which park."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import click

import platforms as ip
from platforms import messages
from platforms.cli.city import corrections_option, open_city
from platforms.cli.keeping import Keeping, file_input, keeping_options
from platforms.cli.options import (
    Number,
    as_json,
    echo_issues,
    echo_json,
    output_option,
    overwrite_option,
    spoken,
    workspace_option,
    wrong_usage,
)
from platforms.cli.watching import watched

_TABLE = click.Path(exists=True, dir_okay=False)
_SHOWN = 20


def _said(entry: str) -> str:
    return messages.text(f"moves.cli.{entry}")


def _weights(
    _context: click.Context, _parameter: click.Parameter, words: Sequence[str]
) -> dict[str, float]:
    """Read weights written ``name=number``, by commas or one an option."""
    found = {}
    for word in (part.strip() for text in words for part in text.split(",")):
        name, sign, value = word.partition("=")
        try:
            found[name.strip()] = float(value) if sign else float("nan")
        except ValueError:
            found[name.strip()] = float("nan")
        if math.isnan(found[name.strip()]):
            raise click.UsageError(messages.text("moves.cli.weight_form", word=word).rstrip("。."))
    return found


@spoken("relocate")
@click.option("--firms", metavar="TABLE", type=_TABLE, default=None, help=_said("firms"))
@click.option("--parks", metavar="TABLE", type=_TABLE, default=None, help=_said("parks"))
@click.option("--locks", metavar="TABLE", type=_TABLE, default=None, help=_said("locks"))
@click.option("--max-km", metavar="KM", type=Number(min=0), default=None, help=_said("max_km"))
@click.option(
    "--weights", metavar="NAME=NUMBER", multiple=True, callback=_weights, help=_said("weights")
)
@click.option(
    "--transfers", type=click.Choice(["only", "prefer", "off"]), default=None,
    help=_said("transfers"),
)  # fmt: skip
@click.option("--relax", is_flag=True, help=_said("relax"))
@click.option(
    "--seconds", metavar="S", type=Number(min=0), default=300.0, show_default=True,
    help=_said("seconds"),
)  # fmt: skip
@keeping_options
@workspace_option
@corrections_option
@output_option
@overwrite_option
@as_json
def command(
    *,
    firms: str | None,
    parks: str | None,
    locks: str | None,
    keeping: Keeping,
    workspace: str | None,
    output: str | None,
    overwrite: bool,
    as_json: bool,
    **asked: Any,  # noqa: ANN401 passed on as it is
) -> int:
    """Assign firms to parks."""
    city = open_city(workspace)
    keeping.check(city)
    transfers = asked.pop("transfers")
    data = ip.relocation_data(city, firms=firms, parks=parks, locks=locks, transfers=transfers)
    seconds = asked.pop("seconds")
    with watched() as watch:
        effort = ip.SearchEffort(seconds=seconds, progress=watch.progress, stop=watch.stop)
        with wrong_usage("moves.weight_unknown", "moves.weight_wrong", "moves.distance_wrong"):
            found = ip.relocate(data, effort=effort, **asked)
    if output is not None:
        ip.save_relocation(found, output, workspace=city, overwrite=overwrite)
    # the file's own name and hash in the place of the rows' alone
    inputs = () if locks is None else (file_input("locks", locks),)
    kept = keeping.keep(found, city, inputs=inputs)
    if as_json:
        echo_json({**found.to_record(), **({} if kept is None else {"scenario": kept})})
    else:
        echo_issues(found.issues)
        _tell(found)
    bad = found.issues.worst() == "error"
    return int(bad or found.status == "infeasible")


def _tell(found: ip.Relocation) -> None:
    """Print an answer for a person."""
    if found.sample:
        click.echo(messages.text("moves.mark_sample"))
    status = messages.text(f"moves.status.{found.status}")
    for lock in found.relaxations:
        named = {**lock, "park_id": lock["park_id"] or "—"}
        named["why"] = messages.text(f"moves.relaxation.{lock['reason']}")
        click.echo(messages.text("moves.cli.relaxation", None, **named))
    if found.objective is None or found.bound is None or found.gap is None:
        click.echo(status)
        return
    told: dict[str, Any] = {
        "status": status,
        "ended": messages.text(f"moves.ended.{found.ended}"),
        "objective": f"{found.objective:,.2f}",
        "bound": f"{found.bound:,.2f}",
        "gap": f"{found.gap:.3%}",
        "gain": f"{found.gain or 0.0:,.2f}",
        "seconds": f"{found.seconds:.1f}",
        "moved": len(found.assignments),
        "mu": f"{found.assignments['mu'].sum():,.2f}",
        "unassigned": len(found.unassigned),
    }
    click.echo(messages.text("moves.cli.summary", **told))
    _tell_terms(found)
    _tell_parks(found)
    _tell_stays(found)


def _tell_terms(found: ip.Relocation) -> None:
    """Print each term that has a weight."""
    for name, amount in found.terms.items():
        weight = found.weights[name]
        if weight:
            told = {
                "term": messages.text(f"moves.term.{name}"),
                "amount": f"{amount:,.2f}",
                "weight": f"{weight:g}",
                "value": f"{amount * weight:,.2f}",
            }
            click.echo(messages.text("moves.cli.term", **told))


def _tell_parks(found: ip.Relocation) -> None:
    """Print each park that takes firms in."""
    for row in found.by_park().to_dict("records"):
        if not row["firms"]:
            continue
        told = {
            "park_id": row["park_id"],
            "name": row.get("name") or row["park_id"],
            "firms": row["firms"],
            **{name: f"{row[name]:,.2f}" for name in ("used_mu", "capacity_mu", "free_mu")},
            "mean": f"{row['km_mean']:.2f}",
        }
        click.echo(messages.text("moves.cli.park", **told))


def _tell_stays(found: ip.Relocation) -> None:
    """Print the first firms that go nowhere, and why."""
    rows = found.to_record()["unassigned"]
    for row in rows[:_SHOWN]:
        click.echo(messages.text("moves.cli.stays", firm_id=row["firm_id"], why=row["message"]))
    if len(rows) > _SHOWN:
        click.echo(messages.text("moves.cli.more", count=len(rows) - _SHOWN))
