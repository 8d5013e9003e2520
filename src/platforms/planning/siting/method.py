"""How sites are scored: weights and judgements as data, marked as the tool's own.

The shipped file is ``layers/national/siting.yaml``; a workspace replaces it whole with
``land/siting.yaml`` of its layers folder. Nothing in it comes from a document, and every
result carries the mark of the method.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal, Protocol, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from platforms.layers.cards import Text
from platforms.layers.yaml_file import read_model
from platforms.policy.workspace import national_folder

__all__ = ["TERMS", "IndustryWords", "SitingMethod", "TermId", "siting_method"]

TermId = Literal["plan", "room", "control_line", "energy", "shape", "suppliers"]
TERMS: tuple[TermId, ...] = ("plan", "room", "control_line", "energy", "shape", "suppliers")
NumberId = Literal[
    "room_full", "suppliers_full_km", "suppliers_none_km", "no_match", "between_standards"
]
_NUMBERS = get_args(NumberId)


class _Folder(Protocol):
    @property
    def layers_dir(self) -> Path: ...


class _Written(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False
    )


class _TermRow(_Written):
    id: TermId
    """Name of the term."""
    title: Text
    """Name that users read."""
    weight: float = Field(ge=0)
    """Weight in the score."""
    note: str | None = None
    """What it is made of."""


class _Number(_Written):
    id: NumberId
    """Name of the number."""
    value: float = Field(ge=0)
    """The number."""
    unit: str
    """Unit; ``1`` for a share."""
    title: Text
    """Name that users read."""
    note: str | None = None
    """Why so much."""


class _Direction(_Written):
    id: str
    """Direction, as in the layer of platforms."""
    score: float = Field(ge=0, le=1)
    """How far it welcomes a new industrial project."""
    excludes: bool
    """Whether it takes in no new industrial project."""


class IndustryWords(_Written):
    """An industry and the words that plans use for it."""

    code: str
    """Division of GB/T 4754."""
    name: str
    """Name of the division."""
    words: tuple[str, ...]
    """Words in a platform's industries or direction that name it."""
    plan: str | None = None
    """Industry of the plan's own table; empty where it is not certain."""


class SitingMethod(_Written):
    """Weights, numbers and judgements that sites are scored by."""

    method: str
    """Name of the method; every result carries it."""
    title: Text
    """Name that users read."""
    official: bool
    """Whether a document gives the method."""
    date: dt.date
    """Day of the table."""
    note: str | None = None
    """What a reader should know."""
    terms: tuple[_TermRow, ...]
    """Each term once."""
    numbers: tuple[_Number, ...]
    """Each number once."""
    directions: tuple[_Direction, ...]
    """Directions of platforms; one that is not listed is unknown."""
    control_factor: float = Field(ge=0, le=1)
    """What a platform's score is multiplied by that is also to be kept small."""
    industries: tuple[IndustryWords, ...]
    """Industries and their words."""

    @model_validator(mode="after")
    def _sound(self) -> SitingMethod:
        for found, wanted in (
            ([term.id for term in self.terms], TERMS),
            ([one.id for one in self.numbers], _NUMBERS),
        ):
            if sorted(found) != sorted(wanted):
                raise ValueError(f"each stands once: {', '.join(wanted)}")
        if not any(term.weight for term in self.terms):
            raise ValueError("at least one weight is above 0")
        if not 0 <= self.number("suppliers_full_km") < self.number("suppliers_none_km"):
            raise ValueError("suppliers_full_km is less than suppliers_none_km")
        shares = (self.number("no_match"), self.number("between_standards"))
        if self.number("room_full") < 1 or max(shares) > 1:
            raise ValueError("room_full is at least 1, no_match and between_standards at most 1")
        return self

    @property
    def mark(self) -> str:
        """The mark that results carry: basis and name of the method."""
        return f"{'official' if self.official else 'tool'}:{self.method}"

    def number(self, name: NumberId) -> float:
        """Return a number by its name."""
        return next(one.value for one in self.numbers if one.id == name)

    def weight(self, term: TermId) -> float:
        """Return the weight of a term."""
        return next(one.weight for one in self.terms if one.id == term)

    def industry(self, name: str) -> IndustryWords | None:
        """Return an industry by its code or name; None where it is not listed."""
        return next((one for one in self.industries if name in {one.code, one.name}), None)


def siting_method(workspace: _Folder | None = None) -> SitingMethod:
    """Read how sites are scored; a workspace's table replaces the national one.

    Raises
    ------
    CardError
        Names file, line and key of what is wrong.
    """
    own = None if workspace is None else workspace.layers_dir / "land" / "siting.yaml"
    path = own if own and own.is_file() else national_folder().parent / "siting.yaml"
    return read_model(path, SitingMethod)
