"""``platforms assess``: the verdict on each plot, and why; or what other rules would change."""

from __future__ import annotations

import datetime as dt

import click

import platforms as ip
from platforms import messages
from platforms.cli.options import (
    as_json,
    echo_issues,
    echo_json,
    output_option,
    overwrite_option,
    rules_option,
    spoken,
)
from platforms.cli.plots_file import PlotsFile, file_argument, plots_options


@spoken("assess")
@plots_options(file_argument)
@output_option
@rules_option
@click.option(
    "--explain", metavar="PLOT_ID", default=None, help=messages.text("cli.assess.explain")
)
@click.option("--against", metavar="PACK", default=None, help=messages.text("cli.assess.against"))
@click.option(
    "--set", "settings", metavar="NAME=VALUE", multiple=True, help=messages.text("cli.assess.set")
)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    default=None,
    help=messages.text("cli.assess.day"),
)
@overwrite_option
@as_json
def command(  # noqa: PLR0913 options of a command
    *,
    plots: PlotsFile,
    output: str | None,
    rules: str | None,
    explain: str | None,
    against: str | None,
    settings: tuple[str, ...],
    on: dt.datetime | None,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Judge the plots of a file."""
    city = plots.city
    pack = city.rules(rules)
    other = city.rules(against) if against is not None else pack
    other = ip.with_settings(other, settings)
    if on is not None:
        pack, other = pack.on(on.date()), other.on(on.date())
    found = plots.survey()
    frame = city.with_facts(found.frame, other)
    if explain is not None:
        titles = {document.id: document.title for document in city.plan.documents}
        trace = ip.explain(frame, other, explain, documents=titles)
        echo_json(trace.to_json()) if as_json else click.echo(trace.to_text())
        return
    if against is not None:
        diff = ip.policy_diff(city.with_facts(frame, pack), pack, other)
        if output is not None:
            beside = diff.frame.drop(columns=["plot_id", "area_mu"])
            ip.write_plots(frame.join(beside), output, overwrite=overwrite)
        echo_json(diff.to_json()) if as_json else click.echo(diff.to_text())
        return
    judged = ip.evaluate(frame, other)
    assessed = ip.assess(frame, other)
    if output is not None:
        ip.write_plots(assessed, output, overwrite=overwrite)
    if as_json:
        echo_json(judged.to_json())
        return
    echo_issues(found.issues)
    for row in assessed[["plot_id", "verdict", "reason"]].to_dict("records"):
        click.echo(messages.text("cli.assess.row", **{**row, "verdict": _verdict(row["verdict"])}))
    click.echo(_total(str(other.title), judged.totals()))


def _verdict(name: str) -> str:
    room = "sheet" if name in {"low_efficiency", "not", "unknown"} else "policy"
    return messages.text(f"{room}.verdict.{name}")


def _total(pack: str, totals: dict[str, int]) -> str:
    if "low_efficiency" in totals:
        return messages.text("cli.assess.total", pack=pack, **totals)
    counts = [
        messages.text("cli.assess.count", verdict=_verdict(name), plots=number)
        for name, number in totals.items()
    ]
    return messages.text("cli.assess.total_other", pack=pack, counts=counts)
