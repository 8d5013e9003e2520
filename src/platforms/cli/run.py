"""``platforms run``: every stage, and the four outputs; or many plots in parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

import click

import platforms as ip
from platforms import messages
from platforms.cli.city import corrections_option
from platforms.cli.firms_file import FirmsFile, echo_join, firms_options
from platforms.cli.keeping import Keeping, keeping_options
from platforms.cli.options import (
    as_json,
    echo_issues,
    echo_json,
    overwrite_option,
    progress_bar,
    rules_option,
    spoken,
)
from platforms.cli.parts import Engine, engine_options, run_in_parts
from platforms.cli.plots_file import PlotsFile, plots_option, plots_options
from platforms.units import printed

# what a relocation is made of, and what it may take beside the run
_TABLES = ("sample_firms", "sample_parks")
_SECONDS = 60.0
_OUTPUTS = ("plan.gpkg", "ledger.xlsx", "map.html", "run.json")


@dataclass(frozen=True)
class _Beside:
    """What a run may have beside its own outputs: an answer on relocation, slides of a file."""

    relocate: bool
    slides: str | None

    def check(self, city: ip.Workspace) -> None:
        """Tell what is wrong with it before the work, not after it."""
        if self.relocate and not all(city.has(name) for name in _TABLES):
            told = messages.text("flows.run.no_table", name=city.name)
            raise click.UsageError(told.rstrip("。."))
        if self.slides is not None:
            ip.read_slides(self.slides)


def _beside_options(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command ``--relocate`` and ``--slides``, handed over as one ``beside``."""

    @click.option("--relocate", is_flag=True, help=messages.text("flows.run.help"))
    @click.option(
        "--slides",
        type=click.Path(exists=True, dir_okay=False),
        help=messages.text("slides.help"),
    )
    @wraps(command)
    def wrapped(*, relocate: bool, slides: str | None, **given: object) -> int:
        return command(beside=_Beside(relocate, slides), **given)

    return wrapped


@spoken("run")
@plots_options(plots_option)
@corrections_option
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(),
    required=True,
    help=messages.text("cli.run.output"),
)
@rules_option
@firms_options
@_beside_options
@engine_options
@keeping_options
@overwrite_option
@as_json
def command(  # noqa: PLR0913 each is an option
    *,
    plots: PlotsFile,
    folder: str,
    rules: str | None,
    firms: FirmsFile,
    beside: _Beside,
    engine: Engine,
    keeping: Keeping,
    overwrite: bool,
    as_json: bool,
) -> int:
    """Run the pipeline and write its outputs."""
    engine.check()
    if engine.in_parts:
        unusable = {
            "--firms": bool(firms.firms or firms.links),
            "--relocate": beside.relocate,
            "--slides": beside.slides is not None,
        }
        return run_in_parts(
            engine, plots, folder, rules=rules, unusable=unusable, keeping=keeping,
            overwrite=overwrite, as_json=as_json,
        )  # fmt: skip
    return _run_here(
        plots, folder, rules=rules, firms=firms, beside=beside, keeping=keeping,
        overwrite=overwrite, as_json=as_json,
    )  # fmt: skip


def _run_here(
    plots: PlotsFile,
    folder: str,
    *,
    rules: str | None,
    firms: FirmsFile,
    beside: _Beside,
    keeping: Keeping,
    overwrite: bool,
    as_json: bool,
) -> int:
    """Run on all plots at once, and write the four outputs."""
    if not plots.paths and plots.about_reading:
        named = ", ".join(plots.about_reading)
        raise click.UsageError(messages.text("cli.run.no_file", options=named).rstrip("。."))
    city = plots.city
    beside.check(city)
    keeping.check(city)
    tables = firms.read()
    stages = (*ip.STAGES, *(("relocate",) if beside.relocate else ()), *_OUTPUTS)
    with progress_bar(stages) as progress:
        given = None
        if plots.paths:
            progress("read", 0)
            given = plots.read()
        result = ip.run(
            city,
            plots=given,
            rules=rules,
            firms=tables,
            strict=plots.strict,
            repair=plots.repair,
            progress=progress,
        )
        moves = None
        if beside.relocate:
            progress("relocate", 0)
            moves = ip.relocate(ip.relocation_data(city), effort=ip.SearchEffort(seconds=_SECONDS))
        record = ip.save_run(
            result, folder, relocation=moves, slides=beside.slides, overwrite=overwrite,
            progress=progress,
        )  # fmt: skip
    kept = keeping.keep(result, city)
    if as_json:
        echo_json({**record, **({} if kept is None else {"scenario": kept})})
        return int(not result.complete)
    echo_issues(result.issues)
    if result.joined is not None:
        echo_join(result.joined)
    figures = {name: printed(value) for name, value in result.figures.items()}
    figures |= {name: f"{int(result.figures[name]):,}" for name in ("plots", *result.verdicts)}
    click.echo(_done(result, figures, folder))
    if result.overlap_m2:
        overlap = printed(result.overlap_m2)
        click.echo(messages.text("cli.run.overlap", overlap_m2=overlap, **figures))
    if moves is not None:
        _tell_moves(moves)
    if result.sample_layers:
        made = "mark_sample" if result.source is None else "mark_sample_file"
        mark = made if result.sample else "mark_sample_constraints"
        click.echo(messages.text(f"sheet.book.{mark}"))
    return int(not result.complete)


def _tell_moves(moves: ip.Relocation) -> None:
    """Print the headline of a relocation."""
    found = ip.relocation_figures(moves)
    told = {name: printed(found[name]) for name in ("mu", "km_mean", "unassigned_mu")}
    counts = {name: f"{found[name]:,}" for name in ("firms", "unassigned")}
    echo_issues(moves.issues)
    click.echo(messages.text("flows.run.done", **told, **counts))


def _done(result: ip.Run, figures: dict[str, str], folder: str) -> str:
    """Return the closing lines: what the rules found, and where it stands."""
    if "low_efficiency" in result.verdicts:
        return messages.text("cli.run.done", folder=folder, **figures)
    counts = [
        messages.text(
            "cli.run.verdict", verdict=word, plots=figures[name], area_mu=figures[f"{name}_mu"]
        )
        for name, word in ip.verdict_words(result.pack).items()
    ]
    return messages.text(
        "cli.run.done_other", folder=folder, counts=counts, rules=result.pack.title,
        plots=figures["plots"], area_mu=figures["area_mu"],
    )  # fmt: skip
