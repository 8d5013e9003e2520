"""What may be stored of a position: it says who and by what, and passes over nobody's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import shapely

from platforms.errors import InputError
from platforms.layers.positions import BASES, Position
from platforms.store.sayings import seen

__all__ = ["checked_position", "plain_words", "refuse_older", "refuse_passing", "was_undone"]

_LONGEST = 1000
_POLYGONS = ("Polygon", "MultiPolygon")


def was_undone(rows: Sequence[Any], after: str | None) -> bool:
    """Say whether the newest entry is an undo made right after the one that was seen."""
    seen = rows[-2].key if len(rows) > 1 else None
    return after is not None and seen == after and rows[-1].what == "undo"


def refuse_passing(last: Any, after: str | None) -> None:  # noqa: ANN401 a row
    """Refuse to pass over an entry that the writer has not seen.

    Raises
    ------
    InputError
        Names who was quicker, and when.
    """
    if after is not None and last is not None and after != last.key:
        raise InputError("positions.meanwhile", **_who_and_when(last))


def refuse_older(
    last: Any, one: Position, seen: frozenset[str], known: frozenset[str]  # noqa: ANN401 a row
) -> None:  # fmt: skip
    """Refuse a position that does not know of the one that holds, or that was taken back.

    Parameters
    ----------
    last
        The feature's newest entry, or None.
    one
        The position of a change set.
    seen
        Beginnings of the hashes that the change set knows of.
    known
        Hashes of all positions that the feature had here.

    Raises
    ------
    InputError
        Names who changed the position, and when.
    """
    if last is None:
        return
    if last.sha256 is None:
        older = one.sha256 in known
    else:
        older = not any(last.sha256.startswith(sha256) for sha256 in seen if sha256)
    if older:
        raise InputError("positions.older", **_who_and_when(last))


def _who_and_when(last: Any) -> dict[str, str]:  # noqa: ANN401 a row
    at = dt.datetime.fromisoformat(last._mapping["at"])  # noqa: SLF001 the row as a mapping
    when = f"{at.astimezone():%Y-%m-%d %H:%M}"
    return {"feature": last.feature_id, "who": last.who or "?", "at": when}


def checked_position(position: Position) -> Position:
    """Return a position as it is kept; one that does not say who and by what is refused."""
    told = replace(
        position, author=plain_words(position.author), source=plain_words(position.source)
    )
    for name in ("author", "source"):
        if not getattr(told, name):
            raise InputError(f"positions.{name}_missing")
    if told.basis not in BASES:
        raise InputError("positions.basis", basis=told.basis, allowed=list(BASES))
    if told.accuracy_m is not None and not told.accuracy_m >= 0:
        raise InputError("positions.accuracy", value=told.accuracy_m)
    try:
        stated = dt.date.fromisoformat(told.stated)
    except ValueError:
        raise InputError("positions.stated", value=told.stated) from None
    # a day ahead is today somewhere
    if stated > dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=1):
        raise InputError("positions.stated", value=told.stated)
    shape = told.shape
    if shape.geom_type not in _POLYGONS or shape.is_empty or not shape.is_valid:
        raise InputError("positions.shape", feature=told.feature_id)
    # heights say nothing here, and a hash must not depend on them
    return replace(told, shape=shapely.force_2d(shape))


def plain_words(text: str) -> str:
    """Return what somebody said, without line breaks.

    Raises
    ------
    InputError
        When it is longer than a remark.
    """
    said = " ".join(seen(text).split())
    if len(said) > _LONGEST:
        raise InputError("positions.long", length=len(said), most=_LONGEST)
    return said
