"""``platforms init``: a workspace of one's own, copied from an example or made for a county.

With a county's code a workspace is made from its outline; without, an example is copied. On a
terminal, where nothing was said, it asks; in a pipe it never waits.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

import click

import platforms as ip
from platforms import messages
from platforms.cli.options import as_json, echo_json, spoken, wrong_usage

_EMPTY = "empty"
_EXAMPLE = "yueqing"
# what speaks of a city of one's own, as options and as names of the wishes
_OWN = {
    "county_code": "--county-code",
    "name": "--name",
    "boundary": "--boundary",
    "layer": "--layer",
    "crs": "--crs",
    "towns": "--towns",
    "seats": "--seats",
    "documents": "--document",
    "year": "--year",
}


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"city.init.{entry}", None, **fields)


def _city_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what speaks of a new city, handed over as one ``wishes``."""

    @wraps(command)
    def bundled(**given: Any) -> Any:  # noqa: ANN401 passed on as it is
        wishes = {name: given.pop(name) for name in _OWN}
        return command(wishes={k: v for k, v in wishes.items() if v}, **given)

    made: Callable[..., Any] = bundled
    texts = {"county_code": "code", "documents": "document"}
    for name, option in reversed(_OWN.items()):
        more: dict[str, Any] = {"help": _t(texts.get(name, name))}
        if name == "documents":
            more |= {"multiple": True, "metavar": "KEY=VALUE,…"}
        elif name == "year":
            more |= {"type": click.IntRange(2000, 2100)}
        else:
            more |= {
                "metavar": {"county_code": "CODE", "name": "TEXT", "crs": "CODE"}.get(name, "FILE")
            }
        made = click.option(option, name, default=None, **more)(made)
    return made


@spoken("init")
@click.argument("folder", type=click.Path(file_okay=False))
@click.option("--from", "source", metavar="NAME", help=messages.text("cli.init.source"))
@_city_options
@as_json
def command(*, folder: str, source: str | None, wishes: dict[str, Any], as_json: bool) -> None:
    """Make a workspace, or copy an example, in a new folder."""
    if source not in {None, _EMPTY} and wishes:
        named = ", ".join(_OWN[name] for name in wishes)
        raise click.UsageError(_t("no_copy", source=source, options=named).rstrip("。."))
    if source != _EMPTY and not wishes and not (source is None and _on_terminal()):
        _copied(source or _EXAMPLE, folder, as_json=as_json)
        return
    if "county_code" not in wishes:
        if not _on_terminal():
            raise click.UsageError(_t("needs_code").rstrip("。."))
        wishes = _asked(wishes)
    with wrong_usage("city.document_key", "city.document_incomplete", "city.towns_and_seats"):
        documents = tuple(ip.city_document(text) for text in wishes.pop("documents", ()))
        city = replace(ip.NewCity(**wishes), documents=documents)
        made = ip.make_workspace(folder, city)
    if as_json:
        echo_json(made.to_json())
    else:
        _tell(made)


def _on_terminal() -> bool:
    """Say whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _copied(source: str, folder: str, *, as_json: bool) -> None:
    ip.copy_workspace(source, folder)
    if as_json:
        echo_json({"folder": folder, "copied_from": source})
    else:
        click.echo(messages.text("cli.init.done", folder=folder))


def _asked(wishes: dict[str, Any]) -> dict[str, Any]:
    """Ask for what was not said; an empty answer leaves it out."""
    code = ""
    while not re.fullmatch(r"\d{6}", code):
        code = click.prompt(_t("ask_code"), err=True).strip()
    found = {**wishes, "county_code": code}
    for name in ("name", "boundary", "seats"):
        if name not in found and not (name == "seats" and "towns" in found):
            answer = click.prompt(_t(f"ask_{name}"), default="", show_default=False, err=True)
            found |= {name: answer.strip()} if answer.strip() else {}
    documents = list(found.get("documents", ()))
    while not documents or documents[-1]:
        documents.append(click.prompt(_t("ask_document"), default="", show_default=False, err=True))
    return {**found, "documents": tuple(filter(None, documents))}


def _tell(made: ip.MadeCity) -> None:
    """Print what was made, of what, and what comes next."""
    folder = made.folder
    head = {"folder": folder, "name": made.name, "code": made.county_code, "crs": made.crs}
    click.echo(_t("made", meridian=f"{made.central_meridian:g}", **head))
    click.echo(_t("boundary_from", source=made.boundary, neighbours=made.neighbours))
    if made.county_code.endswith("00"):
        click.echo(_t("units", count=made.units))
    if not made.checked:
        click.secho(_t("unchecked", source=made.boundary), err=True, fg="yellow")
    click.echo(_t(f"towns_{made.town_basis}" if made.towns else "no_towns", count=made.towns))
    click.echo(_t("next", folder=folder))
