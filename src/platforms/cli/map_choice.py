"""The options that say how a map leaves: profile, review number, slides, paper."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

import platforms as ip
from platforms import messages
from platforms.cli.own_input import refuse_own_input

__all__ = ["map_choice_options"]

_Function = TypeVar("_Function", bound=Callable[..., Any])
# kinds of export that are made from the map
_OF_MAP = ("html", "figure")
_NAMES = ("profile", "review_number", "slides", "paper")
_PAPERS = ("A4", "A3", "A2", "A1", "A0")


def map_choice_options(function: _Function) -> _Function:
    """Add the options; the command gets them as one ``choice``.

    Parameters
    ----------
    function
        A command with ``to`` (what is exported) and ``output``.
    """

    @wraps(function)
    def bundled(**given: Any) -> Any:  # noqa: ANN401 passed on as it is
        words = {name: given.pop(name) for name in _NAMES}
        words = {name: value for name, value in words.items() if value is not None}
        choice = ip.ExportChoice(**words)
        to = given["to"]
        if words.keys() - {"paper"} and not choice.plain and to not in _OF_MAP:
            told = messages.text("export.no_map", to=to, allowed=list(_OF_MAP))
            raise click.UsageError(told.rstrip("。."))
        if "paper" in words and (to != "figure" or given["output"].lower().endswith(".pptx")):
            raise click.UsageError(messages.text("export.no_paper", to=to).rstrip("。."))
        if choice.review_number and choice.profile is None:
            raise click.UsageError(messages.text("export.no_profile").rstrip("。."))
        refuse_own_input([given["output"]], [choice.slides])
        return function(choice=choice, **given)

    command: Any = bundled
    for name, more in reversed(
        (
            ("profile", {"metavar": "NAME"}),
            ("review-number", {"metavar": "TEXT"}),
            ("slides", {"type": click.Path(dir_okay=False)}),
            ("paper", {"type": click.Choice(_PAPERS, case_sensitive=False)}),
        )
    ):
        told = messages.text(f"export.option.{name.replace('-', '_')}")
        command = click.option(f"--{name}", help=told, **more)(command)
    made: _Function = command
    return made
