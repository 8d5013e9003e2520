"""Of which city each workspace of a store is, since only its name keeps it apart from others.

Two folders of one name can be two cities. Who writes first into a store marks the workspace with
county code and name of their plan; later ones must have the same, or be admitted by hand. A
store without a mark is read as it is.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from platforms.errors import StoreError
from platforms.layers.workspace import Workspace
from platforms.store.schema import mark

__all__ = ["City", "admit", "carry", "check", "city_of", "claim"]

_OF = "workspace "


class City(NamedTuple):
    """What a workspace is about: county code and name."""

    county_code: str
    name: str


def city_of(workspace: Workspace | str | None) -> City | None:
    """Return what a workspace is about; None for a mere name."""
    if not isinstance(workspace, Workspace):
        return None
    return City(workspace.plan.county_code, workspace.plan.name.zh.strip())


def check(connection: sa.Connection, workspace: str, city: City, place: str) -> bool:
    """Say whether a workspace is marked as of this city.

    Raises
    ------
    StoreError
        When it is marked as of another one.
    """
    held = _held(connection, workspace)
    if held and city not in held:
        raise _other(workspace, held, [city], place)
    return bool(held)


def claim(connection: sa.Connection, workspace: str, city: City, place: str) -> None:
    """Mark a workspace as of a city unless it is marked; refuse one of another city."""
    _write(connection, workspace, [city], fresh=True)
    check(connection, workspace, city, place)


def admit(connection: sa.Connection, workspace: str, city: City) -> list[City]:
    """Let a workspace be of this city too, and return all of which it is."""
    held = _held(connection, workspace)
    if city in held:
        return held
    _write(connection, workspace, [*held, city], fresh=not held)
    return [*held, city]


def carry(
    source: sa.Connection, target: sa.Connection, workspace: str | None, place: str, *,
    write: bool = True,
) -> None:  # fmt: skip
    """Give the marks of a store to another one.

    Parameters
    ----------
    source, target
        From and to which is copied.
    workspace
        Name of the workspace; None for all.
    place
        Name of the target.
    write
        False to only compare.

    Raises
    ------
    StoreError
        When a workspace is of another city there.
    """
    asked = sa.select(mark.c.name).where(mark.c.name.startswith(_OF, autoescape=True))
    named = [name.removeprefix(_OF) for name in source.execute(asked).scalars()]
    for name in named if workspace is None else [workspace]:
        ours, theirs = _held(source, name), _held(target, name)
        if ours and theirs and not set(ours) & set(theirs):
            raise _other(name, theirs, ours, place)
        lacking = [one for one in ours if one not in theirs]
        if lacking and write:
            _write(target, name, [*theirs, *lacking], fresh=not theirs)


def _held(connection: sa.Connection, workspace: str) -> list[City]:
    wanted = sa.select(mark.c.value).where(mark.c.name == f"{_OF}{workspace}")
    value = connection.execute(wanted).scalar_one_or_none()
    return [] if value is None else [City(*one) for one in json.loads(value)]


def _write(
    connection: sa.Connection, workspace: str, cities: Sequence[City], *, fresh: bool
) -> None:  # fmt: skip
    row = {"name": f"{_OF}{workspace}", "value": json.dumps(cities, ensure_ascii=False)}
    if not fresh:
        here = sa.update(mark).where(mark.c.name == row["name"])
        connection.execute(here.values(value=row["value"]))
        return
    # somebody else may have been first, and theirs holds
    kind = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(kind.insert(mark).values(**row).on_conflict_do_nothing())


def _other(workspace: str, held: Sequence[City], mine: Sequence[City], place: str) -> StoreError:
    there, here = ([f"{one.name} {one.county_code}" for one in side] for side in (held, mine))
    return StoreError("store.other_city", workspace=workspace, path=place, there=there, here=here)
