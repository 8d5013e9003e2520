"""``platforms assess``: the verdict on each plot, and why; or what other rules would change."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click

import platforms as ip
from platforms import messages
from platforms.cli.firms_file import FirmsFile, echo_join, firms_options
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

# so many plots are printed; a reader of a county's 1,000 lines wants the sums
_FIRST = 20


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
@firms_options
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
    firms: FirmsFile,
    overwrite: bool,
    as_json: bool,
) -> int:
    """Judge the plots of a file."""
    if explain is not None and output is not None:
        raise click.UsageError(messages.text("cli.assess.explain_writes").rstrip("。."))
    city = plots.city
    pack = city.rules(rules)
    other = city.rules(against) if against is not None else pack
    other = ip.with_settings(other, settings)
    if on is not None:
        pack, other = pack.on(on.date()), other.on(on.date())
    tables = firms.read()
    found = plots.survey()
    status = int(not found.complete)
    _tell_sample(city, other)
    frame = city.with_facts(found.frame, other)
    joined = None if tables is None else tables.join(frame)
    if explain is not None:
        titles = {document.id: document.title for document in city.plan.documents}
        _show(
            _traces(frame, joined, other, explain, titles), explain, joined, other, as_json=as_json
        )
        return status
    if against is not None:
        frame = frame if joined is None else _added(joined)
        diff = ip.policy_diff(city.with_facts(frame, pack), pack, other)
        if output is not None:
            _write_changes(diff, frame, output, overwrite=overwrite)
        if as_json:
            echo_json(diff.to_json())
        else:
            _tell(found.issues, joined)
            click.echo(diff.to_text())
        return status
    judged = ip.evaluate(frame, other) if joined is None else joined.evaluate(other)
    if not as_json:
        echo_issues(judged.issues)
    assessed = ip.assess(frame, other) if joined is None else joined.assess(other)
    if output is not None:
        ip.write_plots(assessed, output, overwrite=overwrite)
    if as_json:
        echo_json(judged.to_json() | ({} if joined is None else {"join": joined.to_json()}))
        return status
    _tell(found.issues, joined)
    _echo_rows(assessed, judged, output)
    click.echo(_total(judged))
    return status


def _tell_sample(city: ip.Workspace, pack: Any) -> None:  # noqa: ANN401 a rule pack
    """Warn of synthetic layers that the rules ask for, before anything is said of a plot."""
    made = ip.IssueTable()
    for layer in city.sample_facts(pack):
        made.add("sample_facts", "warning", layer=layer, title=city.card(layer).title)
    echo_issues(made)


def _echo_rows(assessed: Any, judged: ip.Evaluation, output: str | None) -> None:  # noqa: ANN401
    """Print the first plots, and where the rest are."""
    for row in assessed[["plot_id", "verdict", "reason"]].head(_FIRST).to_dict("records"):
        shown = _verdict(judged, row["verdict"])
        click.echo(messages.text("cli.assess.row", **{**row, "verdict": shown}))
    rest = len(assessed) - _FIRST
    if rest > 0:
        entry = "rest" if output is not None else "rest_unwritten"
        click.echo(messages.text(f"cli.assess.{entry}", plots=rest, file=output))


def _tell(issues: ip.IssueTable, joined: ip.Joined | None) -> None:
    """Print the faults of the plots, and what was joined."""
    echo_issues(issues)
    if joined is not None:
        echo_join(joined)


def _traces(
    frame: Any,  # noqa: ANN401 plots, as the survey gives them
    joined: ip.Joined | None,
    pack: Any,  # noqa: ANN401 a rule pack
    plot_id: str,
    titles: dict[str, str],
) -> list[Any]:
    """Return how one plot was judged: one tree, or one for each firm that is judged."""
    if joined is None:
        return [ip.explain(frame, pack, plot_id, documents=titles)]
    return joined.explain(pack, plot_id, documents=titles)


def _show(
    traces: list[Any],
    plot_id: str,
    joined: ip.Joined | None,
    pack: Any,  # noqa: ANN401 a rule pack
    *,
    as_json: bool,
) -> None:
    """Print how one plot was judged; several trees where its firms are judged one by one."""
    if len(traces) == 1 or joined is None:
        echo_json(traces[0].to_json()) if as_json else click.echo(traces[0].to_text())
        return
    judged = joined.evaluate(pack)
    verdict = judged.verdict_name([str(one) for one in judged.plot_ids].index(plot_id))
    if as_json:
        firms = [trace.to_json() for trace in traces]
        several = {"plot_id": plot_id, "verdict": verdict, "several": joined.several}
        echo_json(several | {"firms": firms})
        return
    way = messages.text(f"cli.firms.way.{joined.several}")
    named = {"plot_id": plot_id, "verdict": _verdict(judged, verdict), "way": way}
    click.echo("\n".join(trace.to_text() for trace in traces))
    click.echo(messages.text("cli.assess.of_firms", **named))


def _write_changes(diff: ip.PolicyDiff, frame: Any, output: str, *, overwrite: bool) -> None:  # noqa: ANN401
    """Write what flips: a workbook of flips and sums, or the plots with the columns of the map."""
    if output.lower().endswith(".xlsx"):
        ip.save_changes(diff, frame, output, overwrite=overwrite)
        return
    beside = diff.frame.drop(columns=["plot_id", "area_mu"])
    ip.write_plots(frame.join(beside), output, overwrite=overwrite)


def _added(joined: ip.Joined) -> Any:  # noqa: ANN401 the plots with their firms' figures
    """Return the plots with figures added up; firms judged one by one cannot be compared."""
    if joined.several in {"any", "all"}:
        raise click.UsageError(messages.text("cli.firms.against").rstrip("。."))
    return joined.frame


def _verdict(judged: ip.Evaluation, name: str) -> str:
    if judged.pack.outcomes == ("low_efficiency",):
        return messages.text(f"sheet.verdict.{name}")
    return judged.verdict_title(name)


def _total(judged: ip.Evaluation) -> str:
    totals = judged.totals()
    named = {"pack": judged.pack.title, "day": judged.pack.day.isoformat()}
    if judged.pack.outcomes == ("low_efficiency",):
        return messages.text("cli.assess.total", **named, **totals)
    counts = [
        messages.text("cli.assess.count", verdict=_verdict(judged, name), plots=number)
        for name, number in totals.items()
    ]
    return messages.text("cli.assess.total_other", counts=counts, **named)
