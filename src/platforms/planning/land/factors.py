"""Numbers that reclaimable land is estimated with: data with unit, source and confidence.

What a document gives is cited; what it does not give is empty and then not used; what is the
tool's own choice says so (``basis: tool``). The shipped files are ``layers/national/land``;
a workspace overrides them in its own ``land`` folder: ``parameters.yaml`` parameter by
parameter, ``potential.yaml`` (the factors of slope and class) as a whole.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator

from platforms.errors import RuleError
from platforms.layers.cards import Document, Text
from platforms.layers.yaml_file import read_model
from platforms.policy.parameters import Parameter, Source, Value, is_number
from platforms.policy.workspace import national_folder

__all__ = [
    "ClassFactor",
    "FactorTable",
    "LandParameters",
    "SlopeFactor",
    "land_parameters",
    "number",
    "potential_factors",
]

Scheme = Literal["land_use_2023", "survey_3"]


class _Folder(Protocol):
    @property
    def layers_dir(self) -> Path: ...


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class _ParameterFile(_Written):
    title: Text
    """Name that users read."""
    documents: tuple[Document, ...] = ()
    """Documents that the parameters cite."""
    parameters: tuple[Parameter, ...]
    """The parameters."""

    @model_validator(mode="after")
    def _sound(self) -> _ParameterFile:
        _once(p.id for p in self.parameters)
        for parameter in self.parameters:
            _cited([parameter.source, *(d.source for d in parameter.dated)], self.documents)
        return self


class _Factor(_Written):
    title: Text
    """Name that users read."""
    k: float = Field(ge=0, le=1)
    """Part of the land that can be gained."""
    unit: Literal["1"]
    """A factor has no unit."""
    basis: Literal["document", "tool"]
    """``document``: a text gives it; ``tool``: our own choice."""
    source: Source | None = None
    """Where it is written; needed for ``document``."""
    confidence: Literal["H", "M", "L"]
    """H read in the source, M partly sourced, L our own."""
    note: str | None = None
    """What a reader should know."""

    @model_validator(mode="after")
    def _has_source(self) -> _Factor:
        if self.basis == "document" and self.source is None:
            raise ValueError("a factor from a document needs its source")
        return self


class SlopeFactor(_Factor):
    """The factor of one slope class; the upper bound belongs to the class."""

    id: str
    """Column of the class's share."""
    above_deg: float | None
    """Lower bound in degrees, not included; empty for the first class."""
    to_deg: float | None
    """Upper bound in degrees, included; empty for the last class."""


class ClassFactor(_Factor):
    """The factor of one land class and of all classes under it."""

    scheme: Scheme
    """``land_use_2023`` or ``survey_3``: the same code means other land in each."""
    code: str
    """Code of the class; the longest that a plot's code starts with counts."""


class FactorTable(_Written):
    """Factors of slope and class: the tool's own method unless the table says otherwise."""

    table: str
    """Name of the table; every result carries it."""
    title: Text
    """Name that users read."""
    official: bool
    """Whether a document gives the method."""
    date: dt.date
    """Day of the table."""
    formula: Text | str
    """What is computed, in words that users read; a plain text holds for both languages."""
    note: Text | str | None = None
    """What a reader should know."""
    documents: tuple[Document, ...] = ()
    """Documents that the factors cite."""
    slope: tuple[SlopeFactor, ...] = Field(min_length=1)
    """Slope classes, from flat to steep, without gaps."""
    classes: tuple[ClassFactor, ...]
    """Land classes; a class that is not listed is unknown."""

    @model_validator(mode="after")
    def _sound(self) -> FactorTable:
        _once(f.id for f in self.slope)
        _once((f.scheme, f.code) for f in self.classes)
        _cited([f.source for f in (*self.slope, *self.classes)], self.documents)
        bounds = [None, *(f.to_deg for f in self.slope)]
        if [f.above_deg for f in self.slope] != bounds[:-1] or bounds[-1] is not None:
            raise ValueError("each slope class begins where the one before ends; the ends are open")
        steps = [b for b in bounds if b is not None]
        if None in bounds[1:-1] or steps != sorted(set(steps)):
            raise ValueError("slope classes go from flat to steep")
        return self

    @property
    def method(self) -> str:
        """The mark that results carry: basis and name of the table."""
        return f"{'official' if self.official else 'tool'}:{self.table}"

    def records(self, lang: str | None = None) -> list[dict[str, object]]:
        """Return one JSON-ready dict a factor: kind, code, title, k, unit, source and so on."""
        rows: list[tuple[str, str, str | None, _Factor]] = [
            *(("slope", f.id, None, f) for f in self.slope),
            *(("class", f.code, f.scheme, f) for f in self.classes),
        ]
        return [
            {
                "kind": kind, "id": name, "scheme": scheme, "title": factor.title.show(lang),
                "k": factor.k, "unit": factor.unit, "basis": factor.basis,
                "source": _told(factor.source), "confidence": factor.confidence,
                "note": factor.note, "method": self.method,
            }
            for kind, name, scheme, factor in rows
        ]  # fmt: skip


@dataclass(frozen=True)
class LandParameters:
    """Parameters by id, with the values in force on a day.

    Attributes
    ----------
    day
        The day; None leaves dated parameters without a value.
    parameters
        By id, a workspace's own in the place of the national ones.
    documents
        What the parameters cite, by id.
    """

    day: dt.date | None
    parameters: Mapping[str, Parameter]
    documents: Mapping[str, Document] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Parameter:
        """Return a parameter.

        Raises
        ------
        RuleError
            Lists the parameters that there are.
        """
        if name not in self.parameters:
            raise RuleError("land.parameter_unknown", name=name, known=sorted(self.parameters))
        found = self.parameters[name]
        return found if self.day is None else found.settled(self.day)

    def value(self, name: str) -> Value | None:
        """Return a value; None where no source gives one."""
        return self[name].current

    def number(self, name: str) -> float | None:
        """Return a value that is a number; None where no source gives one."""
        return number(self[name])

    def records(self, lang: str | None = None) -> list[dict[str, object]]:
        """Return one JSON-ready dict a parameter: id, title, unit, value, source and so on."""
        settled = [self[name] for name in self.parameters]
        return [
            {
                "id": p.id, "title": p.title.show(lang), "unit": p.unit,
                "value": _plain(p.current), "basis": p.basis, "source": _told(p.source),
                "confidence": p.confidence, "note": p.note,
            }
            for p in settled
        ]  # fmt: skip


def land_parameters(
    workspace: _Folder | None = None, *, on: dt.date | None = None
) -> LandParameters:
    """Read the parameters of reclaimable land.

    Parameters
    ----------
    workspace
        A workspace whose ``land/parameters.yaml`` replaces national parameters; default
        the national ones alone.
    on
        Day whose values are in force; default none, so that dated ones are empty.

    Returns
    -------
    parameters
        By id.

    Raises
    ------
    CardError
        Names file, line and key of what is wrong.
    """
    found: dict[str, Parameter] = {}
    documents: dict[str, Document] = {}
    for path in _paths(workspace, "parameters.yaml"):
        file = read_model(path, _ParameterFile)
        found |= {p.id: p for p in file.parameters}
        documents |= {document.id: document for document in file.documents}
    return LandParameters(on, found, documents)


def potential_factors(workspace: _Folder | None = None) -> FactorTable:
    """Read the factors of slope and class; a workspace's table replaces the national one.

    Raises
    ------
    CardError
        Names file, line and key of what is wrong.
    """
    return read_model(_paths(workspace, "potential.yaml")[-1], FactorTable)


def number(given: Parameter | float | None) -> float | None:
    """Return a number that was given as it is or as a parameter; None where there is none.

    Raises
    ------
    RuleError
        For a parameter whose value is no number.
    """
    value = given.current if isinstance(given, Parameter) else given
    if value is None:
        return None
    if not is_number(value):
        name = given.id if isinstance(given, Parameter) else str(given)
        raise RuleError("land.not_a_number", name=name, value=str(value))
    return float(cast("float", value))


def _paths(workspace: _Folder | None, name: str) -> list[Path]:
    """Return the national file, then the workspace's where it has one."""
    own = [] if workspace is None else [workspace.layers_dir / "land" / name]
    return [national_folder().parent / "land" / name, *(path for path in own if path.is_file())]


def _once(names: Iterable[object]) -> None:
    seen: set[object] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"{name} stands twice")
        seen.add(name)


def _cited(sources: Iterable[Source | None], documents: Iterable[Document]) -> None:
    known = sorted(document.id for document in documents)
    for source in sources:
        if source is not None and source.document not in known:
            raise ValueError(f"{source.document} is not among the documents: {', '.join(known)}")


def _told(source: Source | None) -> dict[str, object] | None:
    return None if source is None else source.model_dump(mode="json")


def _plain(value: Value | None) -> object:
    if isinstance(value, dt.date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
