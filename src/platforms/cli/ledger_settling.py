"""``--settle`` of ``platforms ledger push|pull``: which side holds where both were changed.

Own is the store that the user works in and other the one that is named, whichever way is copied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Literal

import click

import platforms as ip
from platforms import messages
from platforms.cli.options import echo_json
from platforms.errors import ConflictError, StoreError

__all__ = ["Settling", "echo_apart", "settling_options"]

Side = Literal["own", "other"]
_SHOWN, _NAMED = 20, 10
_SIDES = ("own", "other")
_ROOMS = {"position_entry": "positions", "member_event": "members"}
_WORDS = {"position_entry": "basis_name", "member_event": "role"}
# a row of a comparison names what stands in the source and in the target
_FROM = {"ours": ("ours", "ours_who", "ours_at"), "theirs": ("theirs", "who", "at")}


def _said(entry: str, **named: object) -> str:
    return messages.text(f"copying.cli.{entry}", None, **named)


@dataclass(frozen=True)
class Settling:
    """Which side holds, of what, and why; without a side nothing is settled."""

    keep: Side | None
    only: tuple[str, ...]
    why: str

    def settle(
        self, city: ip.Workspace, mine: str | None, other: str, *, by: str, dry_run: bool,
        as_json: bool,
    ) -> int:  # fmt: skip
        """Settle, then copy both ways, so that both stores keep the same."""
        keep = self.keep or "own"
        own, theirs = _existing(city, mine), _existing(city, other)
        told = ip.settle_store(
            own, theirs, keep=keep, by=by, why=self.why, only=self.only, dry_run=dry_run
        )
        copied = []
        if not told.left and not dry_run:
            copied = [ip.copy_store(theirs, own, by=by), ip.copy_store(own, theirs, by=by)]
        if as_json:
            echo_json(
                {**vars(told), "fields": [dict(row) for row in told.fields],
                 "same": bool(copied) and copied[-1].same}
            )  # fmt: skip
            return 0
        titles = _titles(city)
        for row in told.fields[:_SHOWN]:
            click.echo(_line(row, titles))
        if len(told.fields) > _SHOWN:
            click.echo(_said("more", rest=len(told.fields) - _SHOWN))
        entry = "would_settle" if dry_run else "settled"
        click.echo(_said(entry, count=len(told.names), side=_said(keep), names=told.names[:_NAMED]))
        if told.left:
            click.echo(_said("left", count=len(told.left), names=told.left[:_NAMED]))
        if copied:
            came, went = (sum(one.rows.values()) for one in copied)
            click.echo(_said("both", own=told.own, other=told.other, came=came, went=went))
            if copied[-1].same:
                last = copied[-1]
                click.echo(_said("same", workspace=last.workspace, content=last.content))
        return 0


def _existing(city: ip.Workspace, place: str | None) -> ip.Store:
    found = ip.store_place(city.name, place)
    if isinstance(found, Path) and not found.exists():
        raise StoreError("store.nothing_there", path=str(found))
    return ip.open_store(city, place, make=False)


_OPTIONS = (
    click.option("--settle", "keep", type=click.Choice(_SIDES), default=None,
                 help=_said("settle")),
    click.option("--only", metavar="ID", multiple=True, help=_said("only")),
    click.option("--why", metavar="TEXT", default="", help=_said("why")),
)  # fmt: skip


def settling_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the command gets them as one ``settling``."""

    @wraps(function)
    def bundled(
        *,
        keep: Side | None,
        only: tuple[str, ...],
        why: str,
        **given: Any,  # noqa: ANN401 passed on as it is
    ) -> Any:  # noqa: ANN401 as the command
        if keep is None and (only or why):
            raise click.UsageError(_said("only_settle"))
        return function(settling=Settling(keep, only, why), **given)

    command: Callable[..., Any] = bundled
    for add in reversed(_OPTIONS):
        command = add(command)
    return command


def _titles(city: ip.Workspace) -> dict[str, str]:
    """Return the titles of the ledger's steps."""
    steps = ip.open_store(city, make=False).ledger.steps
    return {step.id: str(step.title) for step in steps.steps}


def _line(row: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """Return a field that went apart, in the words of what it is a field of."""
    kind, table, key = str(row["table"]), str(row["table"]), str(row["key"])
    if kind == "ledger_event":
        kind, _, key = key.partition(" ")
        # a file is named by its hash and the plot
        key = key.partition("/")[2] or key if kind == "attachment" else key
    elif kind == "position_entry":
        key = key.partition(" ")[2] or key
    told: dict[str, object] = {"field": _field(table, kind, str(row["field"]))}
    for side in _SIDES:
        at = row[f"{side}_at"]
        told[side] = messages.one_line(_value(kind, str(row["field"]), row[side], titles)) or "—"
        told[f"{side}_who"] = row[f"{side}_who"] or "—"
        told[f"{side}_at"] = _said("at", at=str(at)[:16].replace("T", " ")) if at else "—"
    what = _said(f"of.{kind}")
    return _said("apart", what=what if key == table else f"{what} {key}", **told)


def _field(table: str, kind: str, field: str) -> str:
    if kind == "attachment":
        return _said("of.name")
    if table == "ledger_event":
        return ip.ledger_words("field", field, {})
    if kind in {"position_entry", "member_event"}:
        return messages.text(f"{_ROOMS[kind]}.what.{field}")
    if kind == "plot_version":
        return _said("of.shape") if field == "geometry" else field
    return _said("of.name") if field == "name" else messages.text(f"store.what.{field}")


def _value(kind: str, field: str, value: object, titles: Mapping[str, str]) -> str:
    if value is None:
        return ""
    if kind in {"plot", "milestone"}:
        return ip.ledger_words(field, value, titles)
    words = messages.catalogue(messages.language(), _ROOMS.get(kind, "copying"))
    return words.get(f"{_WORDS.get(kind)}.{value}", str(value))


@contextmanager
def echo_apart(city: ip.Workspace, *, own: str, quiet: bool = False) -> Iterator[None]:
    """Tell on stderr what went apart, before the error.

    Parameters
    ----------
    city
        Whose steps the ledger has.
    own
        The side of a comparison that is the user's: ``ours`` is the source, ``theirs`` the
        target.
    quiet
        Tell nothing.
    """
    other = "theirs" if own == "ours" else "ours"
    try:
        yield
    except ConflictError as error:
        rows: Any = error.fields["conflicts"]
        titles = {} if quiet else _titles(city)
        for row in () if quiet else rows[:_SHOWN]:
            sides = {
                f"{name}{part}": row[field]
                for name, side in (("own", own), ("other", other))
                for part, field in zip(("", "_who", "_at"), _FROM[side], strict=True)
            }
            click.echo(_line({**row, **sides}, titles), err=True)
        if len(rows) > _SHOWN and not quiet:
            click.echo(_said("more", rest=len(rows) - _SHOWN), err=True)
        raise
