"""``--save-as`` of the commands that compute: keep the answer as a scenario."""

from __future__ import annotations

import getpass
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

import platforms as ip
from platforms import messages

__all__ = ["Keeping", "file_input", "keeping_options", "user_name"]


def _help(entry: str) -> str:
    return messages.text(f"store.cli.{entry}")


def user_name() -> str:
    """Return who works here, as the system knows it; empty where it does not."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def file_input(name: str, path: str) -> ip.ScenarioInput:
    """Return a file as an input of a scenario."""
    data = Path(path).read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    return ip.ScenarioInput(name, sha256, None, Path(path).name, sample=False)


@dataclass(frozen=True)
class Keeping:
    """How an answer is to be kept.

    Attributes
    ----------
    name
        What to call it; None to keep nothing.
    author, note
        Who keeps it, and what is said about it.
    """

    name: str | None
    author: str | None
    note: str

    @property
    def signed(self) -> str:
        """Who keeps it: as it is said, else as the system knows them."""
        return user_name() if self.author is None else self.author

    def check(self, workspace: ip.Workspace) -> None:
        """Refuse a name that cannot be used, and who may not keep, before anything is computed."""
        if self.name is not None:
            store = ip.open_store(workspace, make=False)
            ip.check_writer(store, self.signed, nameless=True)
            store.check_name(self.name)
        elif self.author is not None or self.note:
            raise click.UsageError(_help("save_as_missing").rstrip("。."))

    def keep(
        self,
        answer: Any,  # noqa: ANN401 one of four kinds
        workspace: ip.Workspace,
        *,
        inputs: tuple[ip.ScenarioInput, ...] = (),
        parameters: Mapping[str, object] | None = None,
    ) -> dict[str, object] | None:
        """Keep an answer where that is asked for, and return what is told of it in JSON."""
        if self.name is None:
            return None
        made = ip.scenario_of(answer, workspace=workspace, inputs=inputs, parameters=parameters)
        store = ip.open_store(workspace, make=False)
        kept = store.keep(made, name=self.name, author=self.signed, note=self.note)
        told = {"name": kept.name, "key": kept.key, "store": store.path.name}
        click.echo(messages.text("store.cli.kept", None, **told), err=True)
        return {"key": kept.key, "scenario_id": made.scenario_id, "name": kept.name}


_OPTIONS = (
    click.option("--save-as", metavar="NAME", default=None, help=_help("save_as")),
    click.option("--author", metavar="NAME", default=None, help=_help("author")),
    click.option("--note", metavar="TEXT", default="", help=_help("note_option")),
)


def keeping_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the command gets them as one ``keeping``."""

    @wraps(function)
    def bundled(
        *,
        save_as: str | None,
        author: str | None,
        note: str,
        **given: Any,  # noqa: ANN401 passed on as it is
    ) -> Any:  # noqa: ANN401 as the command
        return function(keeping=Keeping(save_as, author, note), **given)

    command: Callable[..., Any] = bundled
    for add in reversed(_OPTIONS):
        command = add(command)
    return command
