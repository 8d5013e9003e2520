"""The plots file of a command and how it is to be read: options that all such commands share.

A command that reads plots takes the same words as every other, and is handed one object that
reads, or measures, what they name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property, wraps
from typing import Any

import click

import platforms as ip
from platforms import messages
from platforms.cli.city import open_city
from platforms.cli.options import workspace_option
from platforms.cli.own_input import refuse_own_input

__all__ = [
    "STORE",
    "PlotsFile",
    "any_files_argument",
    "file_argument",
    "plots_option",
    "plots_options",
]

_Function = Callable[..., Any]
_Decorator = Callable[[_Function], _Function]


# in the place of a file: the plots that the store keeps
STORE = "store:"


@dataclass(frozen=True)
class PlotsFile:
    """A plots file as the command line names it.

    Attributes
    ----------
    paths
        The file; several for ``check``, none where ``run`` takes the workspace's own plots.
    crs, helmert, encoding, layer
        How to read it, as in :func:`platforms.read_plots`.
    known
        File, or layer of the workspace, with a boundary that is right.
    strict, repair
        What to do about faults, as in :func:`platforms.survey`.
    workspace
        Name or folder of the city.
    """

    paths: tuple[str, ...]
    crs: str | None
    helmert: str | None
    encoding: str | None
    layer: str | None
    known: str | None
    strict: bool
    repair: bool
    workspace: str | None

    @cached_property
    def city(self) -> ip.Workspace:
        """The workspace, opened when it is first asked for."""
        return open_city(self.workspace)

    @property
    def about_reading(self) -> list[str]:
        """Options given that mean nothing without a file."""
        names = ("crs", "helmert", "encoding", "layer", "known")
        return [f"--{name}" for name in names if getattr(self, name) is not None]

    def inspect(self, path: str) -> ip.Plots:
        """Read a file without refusing it for its rows, and compare it with what is known."""
        try:
            # opened while the file is being read
            plots = ip.inspect(
                path,
                workspace=lambda: self.city,
                crs=self.crs,
                encoding=self.encoding,
                layer=self.layer,
                helmert=self.helmert,
            )
        except ip.PlatformsError:
            # a workspace that is not there is told before a fault of the file
            _ = self.city
            raise
        return plots if self.known is None else ip.compare_known(plots, self._outlines(self.known))

    def read(self) -> ip.Plots:
        """Read the file; with ``strict`` refuse it for any fault that is not to be repaired."""
        if self.paths[0] == STORE:
            if self.about_reading:
                named = ", ".join(self.about_reading)
                raise click.UsageError(messages.text("plots.cli.no_file", options=named))
            plots = ip.open_store(self.city, make=False).plots.read(self.city)
        else:
            plots = self.inspect(self.paths[0])
        if self.strict and not self.repair:
            plots.issues.raise_errors(strict=True)
        return plots

    def survey(self) -> ip.Survey:
        """Read the file, check and measure its plots."""
        plots = self.read()
        return ip.survey(plots, workspace=self.city, strict=self.strict, repair=self.repair)

    def _outlines(self, known: str) -> Any:  # noqa: ANN401 a layer, or plots of a file
        named = self.city.has(known)
        return self.city.layer(known) if named else ip.inspect(known, workspace=self.city)


def _option(name: str, **more: Any) -> _Decorator:  # noqa: ANN401 as click has it
    return click.option(f"--{name}", help=messages.text(f"cli.option.{name}"), **more)


# the words under which commands take a file or folder to write
_WRITTEN = ("output", "folder", "certificate")

_OPTIONS: tuple[_Decorator, ...] = (
    _option("crs", metavar="CODE"),
    _option("helmert", metavar="PARAMETERS"),
    _option("encoding", metavar="NAME"),
    _option("layer", metavar="NAME"),
    _option("known", metavar="FILE_OR_LAYER"),
    _option("strict", is_flag=True),
    _option("repair", is_flag=True),
    workspace_option,
)

file_argument: _Decorator = click.argument(
    "file", metavar="FILE", nargs=1, type=click.Path(), callback=lambda _, __, path: (path,)
)
any_files_argument: _Decorator = click.argument(
    "file", metavar="[FILE...]", nargs=-1, required=False, type=click.Path()
)
plots_option: _Decorator = click.option(
    "--plots",
    "file",
    metavar="FILE",
    type=click.Path(),
    callback=lambda _, __, path: () if path is None else (path,),
    help=messages.text("cli.run.plots"),
)


def plots_options(place: _Decorator) -> _Decorator:
    """Add what a command takes that reads plots; the command gets it as one ``plots``.

    Parameters
    ----------
    place
        Where the file stands: ``file_argument``, ``any_files_argument`` or ``plots_option``.
    """
    names = [field.name for field in fields(PlotsFile) if field.name != "paths"]

    def decorate(function: _Function) -> _Function:
        @wraps(function)
        def bundled(**given: Any) -> Any:  # noqa: ANN401 passed on as it is
            words = {name: given.pop(name) for name in names}
            plots = PlotsFile(paths=given.pop("file"), **words)
            written = [given.get(name) for name in _WRITTEN]
            refuse_own_input(written, (*plots.paths, plots.known, plots.helmert))
            return function(plots=plots, **given)

        command: _Function = bundled
        # click lists last what was added first
        for add in reversed((place, *_OPTIONS)):
            command = add(command)
        return command

    return decorate
