"""Options that commands share, and how they speak to people and to pipes.

What a person reads goes to stderr when ``--json`` is given, so that stdout holds exactly one
JSON object.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from platforms import messages
from platforms.cli.json_text import json_for_terminals, json_text
from platforms.errors import InputError
from platforms.units import printed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from platforms import IssueTable

__all__ = [
    "Command",
    "Group",
    "Number",
    "as_json",
    "echo_error",
    "echo_issues",
    "echo_json",
    "echo_outside",
    "output_option",
    "overwrite_option",
    "progress_bar",
    "rules_option",
    "spoken",
    "workspace_option",
    "wrong_usage",
]


class Command(click.Command):
    """A command whose help is in the user's language throughout.

    Text that is not UTF-8 is refused: what a terminal of another encoding sends would be kept
    as other letters. Names of files may be of any encoding.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words of a command line."""
        rest = super().parse_args(ctx, args)
        for one in self.params:
            given = ctx.params.get(one.name or "")
            many = given if isinstance(given, tuple) else (given,)
            if not isinstance(one.type, click.Path) and any(map(_is_strange, many)):
                told = messages.text("cli.misuse.not_utf8").rstrip("。.")
                raise click.BadParameter(told, ctx=ctx, param=one)
        return rest

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line that shows how the command is used."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        prefix = messages.text("cli.usage")
        formatter.write_usage(ctx.command_path, pieces, prefix=prefix)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, that of the help last."""
        records = [p.get_help_record(ctx) for p in self.params if isinstance(p, click.Option)]
        shown = [record for record in records if record is not None]
        shown.append(("-h, --help", messages.text("cli.help_option")))
        with formatter.section(messages.text("cli.options")):
            formatter.write_dl(shown)


def _is_strange(given: object) -> bool:
    """Say whether a word holds bytes that are no UTF-8."""
    return isinstance(given, str) and any("\ud800" <= one <= "\udfff" for one in given)


class Number(click.FloatRange):
    """A number in a range; what is no number, such as nan, is wrong usage."""

    def convert(
        self,
        value: Any,  # noqa: ANN401 as click has it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:  # noqa: ANN401 as click has it
        """Return the number."""
        found = super().convert(value, param, ctx)
        if not math.isfinite(found):
            self.fail(f"{value!r} is not a valid float range.", param, ctx)
        return found


@contextmanager
def wrong_usage(*keys: str) -> Iterator[None]:
    """Tell errors that speak of an option's value as wrong usage, which exits with 2."""
    try:
        yield
    except InputError as error:
        if error.key not in keys:
            raise
        raise click.UsageError(str(error).rstrip("。.")) from None


class Group(Command, click.Group):
    """Commands under one word, each told with its first sentence."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, each with its first sentence, then the options."""
        rows = [
            (name, command.get_short_help_str(limit=300))
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name)) is not None
        ]
        with formatter.section(messages.text("cli.commands")):
            formatter.write_dl(rows)
        Command.format_options(self, ctx, formatter)


def spoken(name: str) -> Callable[[Callable[..., Any]], Command]:
    """Make a command of a function; its help stands in the catalogue under its name."""
    return click.command(
        name,
        cls=Command,
        help=messages.text(f"cli.{name}.help"),
        context_settings={"help_option_names": ["-h", "--help"]},
    )


_SHOWN_ISSUES, _ALIKE = 20, 3
_GRAVEST = ("error", "warning", "info")


def _help(entry: str) -> str:
    return messages.text(f"cli.option.{entry}")


workspace_option = click.option(
    "--workspace", "-w", metavar="NAME_OR_DIR", default=None, help=_help("workspace")
)
as_json = click.option("--json", "as_json", is_flag=True, help=_help("json"))
overwrite_option = click.option("--overwrite", is_flag=True, help=_help("overwrite"))
rules_option = click.option("--rules", metavar="PACK", default=None, help=_help("rules"))
output_option = click.option(
    "-o", "--output", type=click.Path(dir_okay=False), default=None, help=_help("output")
)


def echo_json(value: object) -> None:
    """Print one JSON object to stdout; numbers that are not finite become null."""
    click.echo(json_for_terminals(json_text(value)))


def echo_error(message: str) -> None:
    """Print one error to stderr."""
    click.secho(f"{messages.text('cli.error')}{message}", err=True, fg="red")


def echo_issues(issues: IssueTable, *, brief: bool = False) -> None:
    """Print the faults to stderr, errors first, the first twenty in full.

    Parameters
    ----------
    issues
        The faults.
    brief
        Of many of one kind that is no error tell the first, and how many there are.
    """
    rows = sorted(issues, key=lambda one: _GRAVEST.index(one.severity))
    same = Counter(one.kind for one in rows if brief and one.severity != "error")
    if brief:
        first = {one.kind: one for one in reversed(rows)}
        rows = [one for one in rows if same[one.kind] <= _ALIKE or first[one.kind] is one]
    for number, issue in enumerate(rows):
        if number == _SHOWN_ISSUES:
            entry = "more_issues_json" if _has_json() else "more_issues"
            click.echo(messages.text(f"cli.{entry}", count=len(rows) - number), err=True)
            break
        colour = {"error": "red", "warning": "yellow"}.get(issue.severity)
        told = {"message": issue.message(), "action": issue.action()}
        mark = messages.text(f"cli.severity.{issue.severity}")
        line = messages.text("cli.issue", mark=mark, **told)
        if issue.delta_m2 is not None:
            line += messages.text("cli.issue_m2", m2=printed(issue.delta_m2))
        if same[issue.kind] > _ALIKE:
            line += messages.text("cli.same_issues", count=same[issue.kind])
        click.secho(line, err=True, fg=colour)


def _has_json() -> bool:
    """Tell whether the command that runs has ``--json``, where all faults stand."""
    context = click.get_current_context(silent=True)
    return context is not None and "as_json" in context.params


@contextmanager
def progress_bar(stages: Iterable[str]) -> Iterator[Callable[[str, float], None]]:
    """Show a bar on stderr that names the stage; silent where stderr is no terminal."""
    steps = list(stages)
    hidden = not sys.stderr.isatty()
    bar: Any
    with click.progressbar(
        length=len(steps),
        file=sys.stderr,
        hidden=hidden,
        show_eta=False,
        item_show_func=lambda stage: messages.text(f"cli.stage.{stage}") if stage else "",
    ) as bar:

        def advance(stage: str, _share: float) -> None:
            bar.update(steps.index(stage) - bar.pos, current_item=stage)

        yield advance
        bar.update(len(steps) - bar.pos)


def echo_outside(issues: IssueTable) -> None:
    """Print how many plots lie outside the county, where any does.

    Parameters
    ----------
    issues
        The faults of a survey.
    """
    if outside := issues.by_kind()["shape_outside"]:
        click.echo(messages.text("cli.measure.outside", count=outside))
