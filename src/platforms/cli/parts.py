"""``platforms run --engine dask``: more plots than one table holds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path

import click

import platforms as ip
from platforms import messages
from platforms.cli.keeping import Keeping
from platforms.cli.options import echo_json
from platforms.cli.plots_file import PlotsFile
from platforms.errors import InputError
from platforms.units import printed

__all__ = ["Engine", "engine_options", "run_in_parts"]

_TOLD_S = 0.5
_KINDS = 3
# a table of a scenario lies in one cell of a store, which holds no more than a gigabyte
_MOST_KEPT = 1_000_000


@dataclass(frozen=True)
class Engine:
    """Who computes a run, as the command line names it.

    Attributes
    ----------
    name
        ``local`` or ``dask``.
    scheduler, workers, parts
        As for :func:`platforms.run_parts`.
    """

    name: str
    scheduler: str | None
    workers: int | None
    parts: int | None

    @property
    def in_parts(self) -> bool:
        """Whether the plots are taken in parts."""
        return self.name == "dask"

    def check(self) -> None:
        """Refuse options that mean nothing to the local run."""
        names = ("scheduler", "workers", "parts")
        given = [f"--{name}" for name in names if getattr(self, name) is not None]
        if given and not self.in_parts:
            _refuse("option_only", options=", ".join(given))


def engine_options(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the choice of who computes, handed over as one ``engine``."""

    @click.option(
        "--engine",
        type=click.Choice(["local", "dask"]),
        default="local",
        show_default=True,
        help=_text("help.engine"),
    )
    @click.option("--scheduler", metavar="ADDRESS", help=_text("help.scheduler"))
    @click.option("--workers", type=click.IntRange(min=0), help=_text("help.workers"))
    @click.option("--parts", type=click.IntRange(min=1), help=_text("help.parts"))
    @wraps(command)
    def wrapped(
        *,
        engine: str,
        scheduler: str | None,
        workers: int | None,
        parts: int | None,
        **given: object,
    ) -> int:
        return command(engine=Engine(engine, scheduler, workers, parts), **given)

    return wrapped


def run_in_parts(
    engine: Engine,
    plots: PlotsFile,
    folder: str,
    *,
    rules: str | None,
    unusable: dict[str, bool],
    keeping: Keeping,
    overwrite: bool,
    as_json: bool,
) -> int:
    """Run on plots in parts and print what came out.

    Parameters
    ----------
    engine
        Who computes.
    plots
        Where the plots are.
    folder
        Where the outputs go.
    rules, overwrite, as_json
        As for the local run.
    unusable
        Options of the local run that this one does not take, and whether they were given.
    keeping
        How the result is to be kept.
    """
    refused = [*plots.about_reading, *(name for name, given in unusable.items() if given)]
    if refused:
        _refuse("option_never", options=", ".join(refused))
    if not plots.paths:
        _refuse("no_source")
    city = plots.city
    keeping.check(city)
    found = ip.run_parts(
        city,
        plots.paths[0],
        folder,
        rules=rules,
        strict=plots.strict,
        repair=plots.repair,
        parts=engine.parts,
        workers=engine.workers,
        scheduler=engine.scheduler,
        overwrite=overwrite,
        progress=_Pace(),
    )
    kept = _kept(found, keeping, folder)
    if as_json:
        echo_json({**found.record, **({} if kept is None else {"scenario": kept})})
    else:
        _tell(found, folder)
    return int(not found.complete)


def _kept(found: ip.PartsRun, keeping: Keeping, folder: str) -> dict[str, object] | None:
    """Keep a result where that is asked for; only what one table of a store holds.

    Raises
    ------
    InputError
        For more plots than that; the outputs are written.
    """
    if keeping.name is None:
        return None
    count = int(found.figures["plots"])
    if count > _MOST_KEPT:
        most = f"{_MOST_KEPT:,}"
        raise InputError("engine.keep_too_many", count=f"{count:,}", most=most, folder=folder)
    return keeping.keep(found.whole(), found.workspace)


def _tell(found: ip.PartsRun, folder: str) -> None:
    told = {name: printed(value) for name, value in found.figures.items()}
    told |= {name: f"{int(found.figures[name]):,}" for name in ("plots", *found.verdicts)}
    parts = len(list((Path(folder) / "plots").glob("part-*.parquet")))
    click.echo(_text("done", folder=folder, parts=parts, **told))
    if "low_efficiency" in found.verdicts:
        click.echo(_text("low", **told))
    else:
        for name, word in ip.verdict_words(found.pack).items():
            plots, area = told[name], told[f"{name}_mu"]
            click.echo(_text("verdict", verdict=word, plots=plots, area_mu=area))
    kinds = found.issues.by_kind().most_common(_KINDS)
    if kinds:
        named = [f"{kind} {count:,}" for kind, count in kinds]
        click.echo(_text("faults", count=f"{len(found.issues):,}", kinds=named))
    click.echo(_text("no_book"))


class _Pace:
    """Tells on the terminal how far the run is; silent where stderr is no terminal."""

    def __init__(self) -> None:
        self._stage = ""
        self._began = self._told = 0.0

    def __call__(self, stage: str, done: int, every: int) -> None:
        """Show one line, written over the one before."""
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._began, self._told = stage, now, 0.0
        if not sys.stderr.isatty() or (now - self._told < _TOLD_S and done < every):
            return
        self._told = now
        pace = f"{done / max(now - self._began, 1e-9):,.0f}" if done else "0"
        entry = "progress" if every else "progress_open"
        told = {"stage": _text(f"stage.{stage}"), "done": f"{done:,}", "pace": pace}
        line = _text(entry, every=f"{every:,}", **told) if every else _text(entry, **told)
        click.echo(f"\r\x1b[K{line}", err=True, nl=False)
        if stage == ip.PART_STAGES[-1]:
            click.echo("\r\x1b[K", err=True, nl=False)


def _text(entry: str, **fields: object) -> str:
    return messages.text(f"engine.{entry}", None, **fields)


def _refuse(entry: str, **fields: object) -> None:
    raise click.UsageError(_text(entry, **fields).rstrip("。."))
