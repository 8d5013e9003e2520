"""``platforms reclaim``: what each plot can give back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

import platforms as ip
from platforms import messages
from platforms.cli.city import corrections_option
from platforms.cli.land_limits import LimitWords, limit_options
from platforms.cli.land_text import echo_plots, echo_review, echo_totals
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
from platforms.issues import IssueTable

# records of limits that took no part
_SET_ASIDE = ("constraint_without_geometry", "constraint_not_area")


@spoken("reclaim")
@plots_options(file_argument)
@corrections_option
@limit_options
@click.option("--low", is_flag=True, help=messages.text("cli.reclaim.low"))
@rules_option
@click.option(
    "--within",
    metavar="M",
    type=click.FloatRange(min=0),
    default=None,
    help=messages.text("cli.reclaim.within"),
)
@output_option
@overwrite_option
@as_json
def command(
    *,
    plots: PlotsFile,
    limits: LimitWords,
    low: bool,
    rules: str | None,
    within: float | None,
    output: str | None,
    overwrite: bool,
    as_json: bool,
) -> int:
    """Work out the reclaimable land of a file's plots."""
    if not low and (rules is not None or within is not None):
        raise click.UsageError(messages.text("cli.reclaim.needs_low").rstrip("。."))
    issues = IssueTable()
    taken = limits.read(plots.city, issues)
    if low:
        result, review = _reviewed(plots, taken, rules, within)
        result.issues.extend(issues)
        if output is not None:
            ip.write_plots(review.plots, output, overwrite=overwrite)
        _tell(result, review, as_json=as_json)
        return _status(result.plots, issues, result.issues, complete=result.complete)
    found = plots.survey()
    found.issues.extend(issues)
    given = [one for one in plots.city.constraints.values() if one is not None]
    own = any(limit is one for limit in taken.values() for one in given)
    if own and plots.city.card("constraints").sample:
        found.issues.add("sample_constraints", "warning", layer="constraints")
    plane = found.source.plane or plots.city.plan.crs
    frame = ip.reclaim(found.frame, taken, plane=plane, issues=found.issues)
    if output is not None:
        ip.write_plots(frame, output, overwrite=overwrite)
    records, totals = ip.land_records(frame), ip.land_totals(frame)
    if as_json:
        told = found.issues.to_records()
        echo_json({"plots": records, "total": totals, "issues": told})
    else:
        echo_issues(found.issues)
        echo_plots(records, output)
        echo_totals(totals, len(frame))
        click.echo(messages.text("cli.land.only_low"))
    return _status(frame, issues, found.issues, complete=found.complete)


def _status(
    land: Any,  # noqa: ANN401 the frame of all plots
    read: IssueTable,
    found: IssueTable,
    *,
    complete: bool,
) -> int:
    """Return 1 where a plot's net is unknown, or a record of plots or limits was set aside."""
    aside = read.worst() == "error" or any(found.by_kind()[kind] for kind in _SET_ASIDE)
    return int(not complete or aside or bool(land["net_m2"].isna().any()))


def _reviewed(
    plots: PlotsFile, limits: Mapping[str, Any], rules: str | None, within: float | None
) -> tuple[ip.Run, ip.LandReview]:
    """Judge the plots, and gather all that is known of the land of the low-efficiency ones."""
    city = plots.city
    pack = city.rules(rules)
    if "low_efficiency" not in pack.outcomes:
        raise click.UsageError(messages.text("cli.reclaim.not_low", pack=pack.pack).rstrip("。."))
    result = ip.run(
        city, plots=plots.read(), rules=rules, strict=plots.strict, repair=plots.repair,
        limits=limits,
    )  # fmt: skip
    plane = None if result.source is None else result.source.plane
    review = ip.land_review(
        city, result.plots, pack=pack, targets=result.targets, within_m=within, limits=limits,
        plane=plane or city.plan.crs,
    )  # fmt: skip
    result.issues.extend(review.issues)
    return result, review


def _tell(result: ip.Run, review: ip.LandReview, *, as_json: bool) -> None:
    """Print what low-efficiency plots can give back."""
    chosen = review.chosen()
    records, totals = ip.land_records(chosen), ip.land_totals(chosen)
    if as_json:
        told = {"plots": records, "total": totals, "issues": result.issues.to_records()}
        echo_json({**told, "rules": result.pack.pack, "review": ip.review_records(review)})
        return
    echo_issues(result.issues)
    named = {"low": len(chosen), "plots": len(result.plots), "pack": result.pack.title}
    click.echo(messages.text("cli.land.low", **named))
    echo_totals(totals, len(chosen))
    echo_review(review)
    if result.sample_layers:
        mark = "mark_sample" if result.sample else "mark_sample_constraints"
        click.echo(messages.text(f"sheet.book.{mark}"))
