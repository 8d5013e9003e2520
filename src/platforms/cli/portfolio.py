"""``platforms portfolio``: which plots to take on so that a target is reached at least cost."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from typing import Any

import click

import platforms as ip
from platforms import messages
from platforms.cli.city import corrections_option
from platforms.cli.keeping import Keeping, keeping_options
from platforms.cli.options import (
    Command,
    Number,
    as_json,
    echo_issues,
    echo_json,
    output_option,
    overwrite_option,
    rules_option,
    wrong_usage,
)
from platforms.cli.plots_file import PlotsFile, plots_options
from platforms.cli.portfolio_text import echo_portfolio
from platforms.cli.watching import watched

_LAST_MU = 100.0


def _help(entry: str) -> str:
    return messages.text(f"portfolio.cli.{entry}")


def _usage(entry: str, **fields: object) -> click.UsageError:
    return click.UsageError(messages.text(f"portfolio.{entry}", None, **fields).rstrip("。."))


@dataclass(frozen=True)
class Wish:
    """What is asked of a portfolio, as the command line names it.

    Attributes
    ----------
    mu, target
        The target: 亩, or the id of one of the workspace's.
    quota
        ``TOWN=LEAST..MOST``.
    lock
        Table of locks.
    budget, within
        万元 and m.
    weight
        ``NAME=NUMBER``.
    gap, seconds
        When to stop.
    """

    mu: float | None
    target: str | None
    quota: tuple[str, ...]
    lock: str | None
    budget: float | None
    within: float | None
    weight: tuple[str, ...]
    gap: float
    seconds: float

    def target_mu(self, city: ip.Workspace) -> float:
        """Return the target in 亩."""
        if (self.mu is None) == (self.target is None):
            raise _usage("target_one")
        return self.mu if self.target is None else ip.portfolio_target(city, self.target)  # type: ignore[return-value]

    def limits(self) -> ip.PortfolioLimits:
        """Return quotas, locks and budget."""
        quotas: dict[str, tuple[float | None, float | None]] = {}
        for given in self.quota:
            town, mark, bounds = given.rpartition("=")
            low, dots, high = bounds.partition("..")
            try:
                bound = (float(low) if low else None, float(high) if high else None)
            except ValueError:
                raise _usage("quota_form", given=given) from None
            if not (town and mark and dots):
                raise _usage("quota_form", given=given)
            if town in quotas:
                raise _usage("quota_twice", name=town)
            least, most = bound[0] or 0.0, math.inf if bound[1] is None else bound[1]
            if not 0 <= least <= most or math.isinf(least):
                raise _usage("quota_wrong", name=town, least=least, most=most)
            quotas[town] = bound
        inside, outside = ip.read_locks(self.lock) if self.lock else ((), ())
        return ip.PortfolioLimits(quotas, inside, outside, self.budget)

    def weights(self, city: ip.Workspace) -> ip.PortfolioWeights:
        """Return the workspace's weights with those that were given."""
        values = {}
        for given in self.weight:
            name, _, number = given.partition("=")
            try:
                values[name] = float(number)
            except ValueError:
                raise _usage("weight_form", given=given) from None
        with wrong_usage("portfolio.weight_unknown", "portfolio.below_zero"):
            return ip.portfolio_weights(city).replaced(values)


_POSITIVE = Number(min=0, min_open=True)
_OPTIONS = (
    click.option("--mu", type=_POSITIVE, metavar="N", help=_help("mu")),
    click.option("--target", metavar="ID", help=_help("target")),
    click.option("--quota", metavar="TOWN=MIN..MAX", multiple=True, help=_help("quota")),
    click.option("--lock", metavar="FILE", type=click.Path(dir_okay=False), help=_help("lock")),
    click.option("--budget", metavar="WAN", type=Number(min=0), help=_help("budget")),
    click.option("--within", metavar="M", type=Number(min=0), help=_help("within")),
    click.option("--weight", metavar="NAME=N", multiple=True, help=_help("weight")),
    click.option("--gap", type=Number(0, 1), default=1e-4, help=_help("gap")),
    click.option("--seconds", type=_POSITIVE, default=20.0, help=_help("seconds")),
)


def _wish_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add what is asked; the command gets it as one ``wish``."""
    names = [field.name for field in fields(Wish)]

    @wraps(function)
    def bundled(**given: Any) -> Any:  # noqa: ANN401 passed on as it is
        return function(wish=Wish(**{name: given.pop(name) for name in names}), **given)

    command: Callable[..., Any] = bundled
    for add in reversed(_OPTIONS):
        command = add(command)
    return command


def _one_file(_: object, __: object, path: str | None) -> tuple[str, ...]:
    return () if path is None else (path,)


_file = click.argument(
    "file", metavar="[FILE]", required=False, type=click.Path(), callback=_one_file
)


@click.command(
    "portfolio",
    cls=Command,
    help=_help("help"),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@plots_options(_file)
@corrections_option
@_wish_options
@click.option("--curve", type=click.IntRange(0, 200), default=20, help=_help("curve"))
@keeping_options
@rules_option
@output_option
@overwrite_option
@as_json
def command(
    *,
    plots: PlotsFile,
    wish: Wish,
    curve: int,
    keeping: Keeping,
    rules: str | None,
    output: str | None,
    overwrite: bool,
    as_json: bool,
) -> int:
    """Choose the plots that reach a target at least cost."""
    if not plots.paths and plots.about_reading:
        raise _usage("cli.no_file", options=", ".join(plots.about_reading))
    keeping.check(plots.city)
    mu, limits, weights = wish.target_mu(plots.city), wish.limits(), wish.weights(plots.city)
    result = ip.run(
        plots.city, plots=plots.read() if plots.paths else None, rules=rules,
        strict=plots.strict, repair=plots.repair,
    )  # fmt: skip
    with watched() as watch:
        answer = ip.portfolio(
            result.plots, mu, limits=limits, weights=weights, within_m=wish.within,
            gap=wish.gap, seconds=wish.seconds, progress=watch.progress, stop=watch.stop,
        )  # fmt: skip
        points, last = None, None
        if curve and answer.solved and not watch.stopped:
            points = answer.curve(curve, progress=watch.progress, stop=watch.stop)
        if curve and answer.solved and not watch.stopped:
            last = answer.last(_LAST_MU, stop=watch.stop)
    result.issues.extend(answer.prepared.issues)
    if output is not None and output.lower().endswith(".xlsx"):
        ip.save_portfolio(
            answer, output, curve=points, last=last, sample=result.sample, overwrite=overwrite
        )
    elif output is not None and output.lower().endswith(".html"):
        ip.save_html(ip.portfolio_document(result, answer), output, overwrite=overwrite)
    elif output is not None:
        ip.write_plots(answer.plots, output, overwrite=overwrite)
    kept = keeping.keep(answer, plots.city, parameters={"rules": result.pack.pack})
    if as_json:
        told = ip.portfolio_records(answer, curve=points, last=last)
        head = {"target": wish.target, "rules": result.pack.pack, "sample": result.sample}
        more = {} if kept is None else {"scenario": kept}
        echo_json({**head, **told, "issues": result.issues.to_records(), **more})
    else:
        echo_issues(result.issues, brief=True)
        echo_portfolio(answer, pack=str(result.pack.title), curve=points, last=last)
        if result.sample:
            click.echo(_help("sample"))
        if output is not None:
            click.echo(messages.text("portfolio.cli.written", output=output))
    return int(not answer.solved or not result.complete)
