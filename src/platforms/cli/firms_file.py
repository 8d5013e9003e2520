"""The tables of firms and links of a command, and how plots with several firms are judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from typing import Any

import click

import platforms as ip
from platforms import messages
from platforms.cli.options import echo_issues

__all__ = ["FirmsFile", "echo_join", "firms_options"]

_Function = Callable[..., Any]


@dataclass(frozen=True)
class FirmsFile:
    """Tables of firms as the command line names them.

    Attributes
    ----------
    firms
        Tables of firms, one or one a year; none where the plots' own figures are judged.
    links
        Table of firms on plots.
    several
        How a plot with several firms is judged: sum, main, any or all.
    firms_sheet, links_sheet
        Sheets of the workbooks, where several have cells.
    """

    firms: tuple[str, ...]
    links: str | None
    several: str | None
    firms_sheet: str | None
    links_sheet: str | None

    def read(self) -> ip.FirmData | None:
        """Read the tables; None where none is given."""
        if not self.firms:
            _refuse(self, ("links", "several", "firms_sheet", "links_sheet"), "no_table")
            return None
        if self.links is None:
            _refuse(self, ("links_sheet",), "no_links")
        table = ip.read_firms(self.firms, layer=self.firms_sheet)
        links = None
        if self.links is not None:
            links = ip.read_links(self.links, layer=self.links_sheet)
        several: Any = self.several or "sum"
        data = ip.FirmData(table.frame, None if links is None else links.frame, several)
        data.issues.extend(table.issues)
        data.issues.extend(() if links is None else links.issues)
        return data


def _refuse(given: FirmsFile, names: Sequence[str], entry: str) -> None:
    """Refuse options that are about a table that is not given."""
    named = [f"--{n.replace('_', '-')}" for n in names if getattr(given, n) is not None]
    if named:
        told = messages.text(f"cli.firms.{entry}", options=", ".join(named))
        raise click.UsageError(told.rstrip("。."))


def firms_options(function: _Function) -> _Function:
    """Add the options; the command gets them as one ``firms``."""
    names = [field.name for field in fields(FirmsFile)]

    @wraps(function)
    def bundled(**given: Any) -> Any:  # noqa: ANN401 passed on as it is
        words = {name: given.pop(name) for name in names}
        return function(firms=FirmsFile(**words), **given)

    command: _Function = bundled
    for add in (
        click.option("--links-sheet", metavar="NAME", default=None,
                     help=messages.text("cli.firms.links_sheet")),
        click.option("--firms-sheet", metavar="NAME", default=None,
                     help=messages.text("cli.firms.firms_sheet")),
        click.option("--several", type=click.Choice(["sum", "main", "any", "all"]), default=None,
                     help=messages.text("cli.firms.several")),
        click.option("--links", metavar="TABLE", type=click.Path(), default=None,
                     help=messages.text("cli.firms.links")),
        click.option("--firms", metavar="TABLE", type=click.Path(), multiple=True,
                     help=messages.text("cli.firms.firms")),
    ):  # fmt: skip
        command = add(command)
    return command


def echo_join(joined: ip.Joined) -> None:
    """Print what was joined, and what did not match."""
    echo_issues(joined.issues)
    firms, plots = joined.counts["firms"], joined.counts["plots"]
    click.echo(
        messages.text(
            "cli.firms.joined",
            several=messages.text(f"cli.firms.way.{joined.several}"),
            firms=firms["in"],
            matched=firms["matched"],
            plots=plots["in"],
            with_firm=plots["with_firm"],
            several_firms=plots["several_firms"],
        )
    )
    for row in joined.totals.to_dict("records"):
        told = {str(k): f"{v:,.2f}" if isinstance(v, float) else v for k, v in row.items()}
        click.echo(messages.text("cli.firms.total", **told))
