"""The numbers and words that rules compare with, and where each is written.

A parameter has one value, or readings of an ambiguous text of which one is in use, or
values with dates of which one is in force. Between two dated values there may be a gap: on
those days it has no value, as where no source gives one. A rule that needs what is not
there answers unknown.
"""

from __future__ import annotations

import datetime as dt
import sys
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from platforms.layers.cards import Text

__all__ = ["Dated", "Id", "Parameter", "Reading", "Source", "Value", "in_force", "is_number"]

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_\-]*$")]
Value = bool | int | float | dt.date | str | tuple[str, ...]


def is_number(value: object) -> bool:
    """Tell whether a value is a finite number; true and false are not."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return False
    return abs(value) <= sys.float_info.max


def in_force(day: dt.date, first: dt.date | None, last: dt.date | None) -> bool:
    """Tell whether a day lies between two others, both included; None is open."""
    return (first is None or first <= day) and (last is None or day <= last)


class _Written(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, populate_by_name=True
    )


class Source(_Written):
    """Where a parameter's value is written."""

    document: str
    """Id of the document in plan.yaml or in the pack's own list."""
    clause: str
    """Section and item."""
    quote: str | None = None
    """The words themselves."""


class Reading(_Written):
    """One way to read an ambiguous text."""

    id: Id
    """Name of the reading."""
    value: Value
    """Value that it gives."""
    title: Text
    """What it says."""


class Dated(_Written):
    """A value and the days on which it is in force."""

    from_: dt.date = Field(alias="from")
    """First day."""
    to: dt.date | None = None
    """Last day; open where it is empty."""
    value: Value | None
    """The value; empty where no source gives one for that time."""
    source: Source | None = None
    """Where it is written; default the parameter's source."""


class Parameter(_Written):
    """A number or choice that the rules use."""

    id: Id
    """Name in conditions."""
    title: Text
    """Name that users read."""
    unit: str
    """Unit; ``1`` for a share, ``-`` for words and dates."""
    value: Value | None = None
    """The value; empty where no source gives one, and where readings or dates stand."""
    basis: Literal["document", "tool"]
    """``document``: a text gives it; ``tool``: our own choice, and shown as such."""
    source: Source | None = None
    """Where it is written; needed for ``document``."""
    confidence: Literal["H", "M", "L"]
    """H read in the source, M partly sourced, L ambiguous or our own."""
    readings: tuple[Reading, ...] = ()
    """The ways to read the text."""
    reading: str | None = None
    """Id of the reading in use."""
    dated: tuple[Dated, ...] = ()
    """Values with their dates, instead of one value."""
    minimum: float | None = None
    """Least value that makes sense; a lower one is refused."""
    maximum: float | None = None
    """Largest value that makes sense; a higher one is refused."""
    note: str | None = None
    """What a reader should know."""

    @model_validator(mode="after")
    def _one_value(self) -> Parameter:
        if self.readings and (self.value is not None or self.chosen is None):
            names = ", ".join(r.id for r in self.readings)
            raise ValueError(f"with readings, leave value out and set reading to one of: {names}")
        if not self.readings and self.reading is not None:
            raise ValueError("reading without readings")
        if self.dated and (self.readings or self.value is not None):
            raise ValueError("with dated values, leave value and readings out")
        sources = [d.source for d in self.dated] if self.dated else [None]
        if self.basis == "document" and self.source is None and None in sources:
            raise ValueError("a parameter from a document needs its source")
        return self

    @property
    def chosen(self) -> Reading | None:
        """The reading in use."""
        return next((r for r in self.readings if r.id == self.reading), None)

    @property
    def current(self) -> Value | None:
        """The value in use; None where there is none, and while no day settles a dated one."""
        return self.value if self.chosen is None else self.chosen.value

    @property
    def values(self) -> tuple[Value, ...]:
        """Every value that it can take: its own, those of its readings, those with dates."""
        found = [self.value, *(r.value for r in self.readings), *(d.value for d in self.dated)]
        return tuple(value for value in found if value is not None)

    def settled(self, day: dt.date) -> Parameter:
        """Return the parameter with the value that is in force on a day.

        Of a dated one only the entry in force is left in ``dated``, with its value in
        ``value`` and its source in ``source``; none, where the day lies in a gap.
        """
        if not self.dated:
            return self
        found = next((d for d in self.dated if in_force(day, d.from_, d.to)), None)
        if found is None:
            return self.model_copy(update={"value": None, "dated": ()})
        changed = {"value": found.value, "source": found.source or self.source, "dated": (found,)}
        return self.model_copy(update=changed)
