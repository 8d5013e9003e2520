"""What people write in a rule pack.

A pack is one document's rules for one region and time, as data: the fields that the rules
read, the parameters with unit, source and confidence, the rules with their clause, and the
measures that are suggested. Where a text can be read in two ways, the parameter carries
both readings and names the one in use. A parameter without a value is allowed: what could
not be sourced is not invented, and a rule that needs it answers unknown.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from platforms.errors import RuleError
from platforms.layers.cards import Text
from platforms.policy.conditions import Expression, ParameterRef

__all__ = [
    "MEASURES",
    "Clause",
    "Measure",
    "Pack",
    "PackField",
    "Parameter",
    "Ratio",
    "Reading",
    "Rule",
    "Source",
    "Value",
    "is_number",
]

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_\-]*$")]
Value = bool | int | float | str | tuple[str, ...]
MEASURES = ("merge", "vacate", "relocate", "upgrade")


def is_number(value: object) -> bool:
    """Tell whether a value is a number; true and false are not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Clause(_Written):
    """Where in a document something is written."""

    section: str
    """Section, as numbered there."""
    item: str
    """Item in the section."""
    quote: str
    """The words themselves."""


class Source(_Written):
    """Where a parameter's value is written."""

    document: str
    """Id of the document in plan.yaml."""
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


class Parameter(_Written):
    """A number or choice that the rules use."""

    id: Id
    """Name in conditions."""
    title: Text
    """Name that users read."""
    unit: str
    """Unit; ``1`` for a share, ``-`` for words."""
    value: Value | None = None
    """The value; empty where no source gives one and where readings stand."""
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
    note: str | None = None
    """What a reader should know."""

    @model_validator(mode="after")
    def _one_value(self) -> Parameter:
        if self.readings and (self.value is not None or self.chosen is None):
            names = ", ".join(r.id for r in self.readings)
            raise ValueError(f"with readings, leave value out and set reading to one of: {names}")
        if not self.readings and self.reading is not None:
            raise ValueError("reading without readings")
        if self.basis == "document" and self.source is None:
            raise ValueError("a parameter from a document needs its source")
        return self

    @property
    def chosen(self) -> Reading | None:
        """The reading in use."""
        return next((r for r in self.readings if r.id == self.reading), None)

    @property
    def current(self) -> Value | None:
        """The value in use; None where there is none."""
        return self.value if self.chosen is None else self.chosen.value


class Ratio(_Written):
    """A field that is one field over another."""

    of: str
    """Id of the upper field."""
    per: str | ParameterRef
    """Id of the lower field, or the parameter that names it."""


class PackField(_Written):
    """A column that the rules read, or a value made of columns."""

    id: Id
    """Column name; a yearly field has the columns ``<id>_<year>``."""
    title: Text
    """Name that users read."""
    type: Literal["number", "boolean", "category", "text"]
    """Type of the values."""
    unit: str = "-"
    """Unit of a number."""
    yearly: bool = False
    """One column a year."""
    allowed: dict[str, Text] | None = None
    """Values of a category and what users read for them; either form is understood."""
    convert: str | None = None
    """Id of the field that this one is in another unit."""
    ratio: Ratio | None = None
    """The two fields that this one is made of; a divisor of 0 or less makes it unknown."""

    @model_validator(mode="after")
    def _type_fits(self) -> PackField:
        if (self.type == "category") != bool(self.allowed):
            raise ValueError("a category, and only a category, lists its allowed values")
        if (self.convert or self.ratio) and self.type != "number":
            raise ValueError("a derived field is a number")
        if self.convert and self.ratio:
            raise ValueError("convert and ratio exclude each other")
        return self


class Rule(_Written):
    """One rule of a document."""

    id: Id
    """Name of the rule."""
    title: Text
    """Name that users read."""
    document: str
    """Id of the document in plan.yaml."""
    clause: Clause
    """Where it is written."""
    applies_to: Expression | None = None
    """Which plots it speaks of; all, where it is left out."""
    condition: Expression
    """When it hits."""
    outcome: Literal["low_efficiency"]
    """What a hit means."""
    note: str | None = None
    """What a reader should know."""


class Measure(_Written):
    """A way to treat low-efficiency plots, suggested to the first condition that holds."""

    measure: Literal["merge", "vacate", "relocate", "upgrade"]
    """兼并重组, 整体腾退, 搬迁入园, 改造提升."""
    condition: Expression | None = None
    """When it is suggested; the last measure may leave it out and takes the rest."""
    reason: Text
    """Why."""
    basis: Literal["document", "tool"]
    """Whether the document says so or the tool suggests it."""
    document: str | None = None
    """Id of the document; needed for ``document``."""
    clause: Clause | None = None
    """Where it is written; needed for ``document``."""

    @model_validator(mode="after")
    def _cited(self) -> Measure:
        if self.basis == "document" and (self.document is None or self.clause is None):
            raise ValueError("a measure from a document needs document and clause")
        return self


class Pack(_Written):
    """The rules of one document for one region and time."""

    pack: Id
    """Name of the pack."""
    title: Text
    """Name that users read."""
    document: str
    """Id of the document in plan.yaml."""
    region: str
    """Where it holds."""
    valid_from: dt.date
    """First day."""
    valid_to: dt.date | None = None
    """Last day; open where it is left out."""
    assessment_year: int = Field(ge=1990, le=2100)
    """Year that is judged for; year offsets count from it."""
    note: str | None = None
    """What a reader should know."""
    fields: tuple[PackField, ...]
    """What the rules read."""
    parameters: tuple[Parameter, ...] = ()
    """What the rules compare with."""
    rules: tuple[Rule, ...] = Field(min_length=1)
    """The rules; one hit is enough."""
    measures: tuple[Measure, ...] = ()
    """What is suggested for plots that were hit, first match first."""

    @model_validator(mode="after")
    def _dates_in_order(self) -> Pack:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        return self

    def field(self, name: str) -> PackField | None:
        """Return a field by id, or None."""
        return next((f for f in self.fields if f.id == name), None)

    def parameter(self, name: str) -> Parameter | None:
        """Return a parameter by id, or None."""
        return next((p for p in self.parameters if p.id == name), None)

    def rule(self, name: str) -> Rule | None:
        """Return a rule by id, or None."""
        return next((r for r in self.rules if r.id == name), None)

    def choose(self, **choices: Value | None) -> Pack:
        """Return the pack with other readings or values of its parameters.

        Parameters
        ----------
        **choices
            Parameter id to the id of a reading, or to a value where it has no readings.

        Raises
        ------
        RuleError
            For an unknown parameter or reading.
        """
        changed = {}
        for name, choice in choices.items():
            parameter = self.parameter(name)
            if parameter is None:
                known = [p.id for p in self.parameters]
                raise RuleError("policy.choice_parameter", name=name, allowed=known)
            if parameter.readings:
                readings = [r.id for r in parameter.readings]
                if choice not in readings:
                    raise RuleError(
                        "policy.choice_reading", name=name, value=choice, allowed=readings
                    )
                changed[name] = parameter.model_copy(update={"reading": choice})
            else:
                if parameter.unit != "-" and not is_number(choice) and choice is not None:
                    raise RuleError(
                        "policy.choice_value", name=name, value=choice, unit=parameter.unit
                    )
                changed[name] = parameter.model_copy(update={"value": choice})
        updated = tuple(changed.get(p.id, p) for p in self.parameters)
        return self.model_copy(update={"parameters": updated})
