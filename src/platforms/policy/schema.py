"""What people write in a rule pack.

A pack is one document's rules for one region and time, as data: the fields that the rules
read, the parameters with unit, source and confidence, the rules with their clause, and the
measures that are suggested. A pack judges for one day, the last of its assessment year
unless another is named: that day settles which dated values and which rules are in force.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from platforms.errors import RuleError
from platforms.layers.cards import Document, Text
from platforms.policy.conditions import Expression, ParameterRef
from platforms.policy.industry import CODE_FIELD
from platforms.policy.parameters import (
    Dated,
    Id,
    Parameter,
    Reading,
    Source,
    Value,
    in_force,
    is_number,
)

__all__ = [
    "CHECKS",
    "MEASURES",
    "Clause",
    "Dated",
    "Fact",
    "Measure",
    "Outcome",
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

MEASURES = ("merge", "vacate", "relocate", "upgrade")
Outcome = Literal["low_efficiency", "idle", "review_city", "review_province"]


# what finds the faults of a pack: the checks stand on the schema and enter themselves here
CHECKS: list[Callable[[Pack], Iterable[tuple[object, str, dict[str, object]]]]] = []


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
    type: Literal["number", "boolean", "category", "text", "date"]
    """Type of the values; a date names the day (YYYY-MM-DD)."""
    unit: str = "-"
    """Unit of a number."""
    yearly: bool = False
    """One column a year."""
    minimum: float | None = None
    """Least number that can be; a lower one is unknown, and named."""
    maximum: float | None = None
    """Largest number that can be; a higher one is unknown, and named."""
    warn_below: float | None = None
    """Lower numbers count, and are named."""
    warn_times_median: float | None = Field(default=None, gt=1)
    """Numbers above so many times the median of the table count, and are named."""
    codes: Literal["gbt4754", "none"] | None = None
    """``gbt4754``: a text is a code of GB/T 4754 and stands for all below it; so is the field
    ``industry_code`` unless it says ``none``."""
    allowed: dict[str, Text] | None = None
    """Values of a category and what users read for them; either form is understood."""
    convert: str | None = None
    """Id of the field that this one is in another unit."""
    ratio: Ratio | None = None
    """The two fields that this one is made of; a divisor of 0 or less makes it unknown."""
    sum: tuple[str, ...] | None = Field(default=None, min_length=2)
    """Ids of the fields that this one adds up; unknown where one of them is."""

    @property
    def is_industry(self) -> bool:
        """Whether the values are codes of GB/T 4754."""
        if self.type != "text":
            return False
        return self.codes == "gbt4754" or (self.codes is None and self.id == CODE_FIELD)

    @model_validator(mode="after")
    def _type_fits(self) -> PackField:
        if (self.type == "category") != bool(self.allowed):
            raise ValueError("a category, and only a category, lists its allowed values")
        made = [one for one in (self.convert, self.ratio, self.sum) if one is not None]
        if made and self.type != "number":
            raise ValueError("a derived field is a number")
        if len(made) > 1:
            raise ValueError("convert, ratio and sum exclude each other")
        return self


class Fact(_Written):
    """What the map says of a plot: the share of its area inside some layer.

    Rules read it from the column ``fact_<id>_share`` (0 to 1, empty where it is not known).
    """

    id: Id
    """Name in ``spatial`` conditions."""
    title: Text
    """Name that users read."""
    layer: str | None = None
    """Layer of the workspace that it comes from, where there is one."""


class Rule(_Written):
    """One rule of a document."""

    id: Id
    """Name of the rule."""
    title: Text
    """Name that users read."""
    document: str
    """Id of the document in plan.yaml or in the pack's own list."""
    clause: Clause
    """Where it is written."""
    valid_from: dt.date | None = None
    """First day; default the pack's."""
    valid_to: dt.date | None = None
    """Last day; default the pack's."""
    region: str | None = None
    """Where it holds; default the pack's."""
    applies_to: Expression | None = None
    """Which plots it speaks of; all, where it is left out."""
    condition: Expression
    """When it hits."""
    outcome: Outcome
    """What a hit means; of several, that of the first rule in the pack that hits."""
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
    """Id of the document in plan.yaml or in the pack's own list."""
    documents: tuple[Document, ...] = ()
    """Documents that the pack cites and that stand in no plan.yaml."""
    region: str
    """Where it holds."""
    valid_from: dt.date
    """First day."""
    valid_to: dt.date | None = None
    """Last day; open where it is left out."""
    assessment_year: int = Field(ge=1990, le=2100)
    """Year that is judged for; year offsets count from it. A pack that is tied to no year leaves
    it out, and is read with that of the plan."""
    judged_on: dt.date | None = None
    """Day that is judged for; default 31 December of the assessment year."""
    note: str | None = None
    """What a reader should know."""
    fields: tuple[PackField, ...]
    """What the rules read."""
    facts: tuple[Fact, ...] = ()
    """What the rules read from the map."""
    parameters: tuple[Parameter, ...] = ()
    """What the rules compare with."""
    rules: tuple[Rule, ...] = Field(min_length=1)
    """The rules; one hit is enough."""
    measures: tuple[Measure, ...] = ()
    """What is suggested for plots that were hit, first match first."""

    @property
    def day(self) -> dt.date:
        """The day that is judged for."""
        return self.judged_on or dt.date(self.assessment_year, 12, 31)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What hits can mean, in the order of the rules."""
        return tuple(dict.fromkeys(rule.outcome for rule in self.rules))

    @property
    def settled(self) -> tuple[Parameter, ...]:
        """The parameters with the values that are in force on the day."""
        return tuple(p.settled(self.day) for p in self.parameters)

    def on(self, day: dt.date) -> Pack:
        """Return the pack judging for another day, whose year is the assessment year."""
        return self.model_copy(update={"judged_on": day, "assessment_year": day.year})

    def period(self, rule: Rule) -> tuple[dt.date, dt.date | None]:
        """Return the first and the last day of a rule; None is open."""
        first = self.valid_from if rule.valid_from is None else rule.valid_from
        return first, self.valid_to if rule.valid_to is None else rule.valid_to

    def holds(self, rule: Rule) -> bool:
        """Tell whether a rule is in force on the day."""
        return in_force(self.day, *self.period(rule))

    def field(self, name: str) -> PackField | None:
        """Return a field by id, or None."""
        return next((f for f in self.fields if f.id == name), None)

    def fact(self, name: str) -> Fact | None:
        """Return a fact by id, or None."""
        return next((f for f in self.facts if f.id == name), None)

    def parameter(self, name: str) -> Parameter | None:
        """Return a parameter by id, with the value in force on the day, or None."""
        found = self.written(name)
        return None if found is None else found.settled(self.day)

    def written(self, name: str) -> Parameter | None:
        """Return a parameter by id as it is written, with all its dates, or None."""
        return next((p for p in self.parameters if p.id == name), None)

    def rule(self, name: str) -> Rule | None:
        """Return a rule by id, of several the one in force, or None."""
        named = [rule for rule in self.rules if rule.id == name]
        return next((rule for rule in named if self.holds(rule)), named[0] if named else None)

    def choose(self, **choices: Value | None) -> Pack:
        """Return the pack with other readings or values of its parameters.

        Parameters
        ----------
        **choices
            Parameter id to the id of a reading, or to a value where it has no readings. The
            value of a dated parameter stands for all days.

        Raises
        ------
        RuleError
            For an unknown parameter or reading, and a value that the rules cannot use.
        """
        changed = {}
        for name, choice in choices.items():
            parameter = self.parameter(name)
            if parameter is None:
                known = [p.id for p in self.parameters]
                raise RuleError("policy.choice_parameter", name=name, allowed=known)
            named = {"name": name, "title": parameter.title}
            if parameter.readings:
                readings = [r.id for r in parameter.readings]
                if choice in {None, ""}:
                    raise RuleError("policy.choice_empty", **named, allowed=readings)
                if choice not in readings:
                    raise RuleError(
                        "policy.choice_reading", **named, value=choice, allowed=readings
                    )
                changed[name] = parameter.model_copy(update={"reading": choice})
            else:
                if parameter.unit != "-" and not is_number(choice) and choice is not None:
                    raise RuleError(
                        "policy.choice_value", **named, value=choice, unit=parameter.unit
                    )
                changed[name] = parameter.model_copy(update={"value": choice, "dated": ()})
        updated = tuple(changed.get(p.id, p) for p in self.parameters)
        chosen = self.model_copy(update={"parameters": updated})
        if changed:
            before = {(key, repr(fields)) for find in CHECKS for _, key, fields in find(self)}
            for _, key, fields in (fault for find in CHECKS for fault in find(chosen)):
                if (key, repr(fields)) not in before:
                    raise RuleError("policy.choice_not_allowed", **_named(changed, fields))
        return chosen


def _named(changed: Mapping[str, Parameter], fields: Mapping[str, object]) -> dict[str, object]:
    """Return the chosen parameters that have a value that does not fit, and what would."""
    value = fields.get("value", fields.get("name"))
    having = [name for name, one in changed.items() if _has(one.current, value)]
    return {
        "name": having or list(changed),
        "title": [changed[name].title for name in having or changed],
        "value": value if value is not None else [one.current for one in changed.values()],
        "allowed": fields.get("allowed", fields.get("expected", "")),
    }


def _has(current: object, value: object) -> bool:
    return current == value or (isinstance(current, tuple) and value in current)
