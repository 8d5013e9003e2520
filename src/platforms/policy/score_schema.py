"""What people write in a score pack (``kind: score``).

A score pack is one document's way of scoring firms (亩均论英雄): groups of firms, each with
indicators (weight times value over divisor), points taken off, and grades by rank. Weights,
divisors and cut-offs are parameters with unit, source and confidence, as in a rule pack; the
divisors are local means of one year, so they carry dates. What could not be sourced is
empty: a score that needs it is unknown.

A group without indicators takes the score that the table gives (``base``), and a group
without cut-offs gives no grades.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from platforms.layers.cards import Document, Text
from platforms.policy.conditions import ParameterRef
from platforms.policy.parameters import Id, Parameter, Value
from platforms.policy.schema import Clause, Pack, PackField

__all__ = ["CutOff", "Deduction", "Indicator", "ScoreGroup", "ScorePack"]


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Indicator(_Written):
    """One indicator of a score: weight times value over divisor."""

    id: Id
    """Name; the score of it is the column ``score_<id>``."""
    title: Text
    """Name that users read."""
    field: str
    """Id of the number field that is scored."""
    weight: str
    """Id of the parameter with the full points (unit 分)."""
    divisor: str
    """Id of the parameter that the value is set against; its unit must be the field's."""
    cap: str | None = None
    """Id of the parameter with the most points (unit 分); no cap where it is left out."""
    when_missing: Literal["unknown", "group_mean"] | ParameterRef = "unknown"
    """``group_mean``: a firm without the value gets the mean score of its group; or the
    parameter that says which."""


class Deduction(_Written):
    """Points taken off for a count: some free, the first that costs, each one more."""

    id: Id
    """Name."""
    title: Text
    """Name that users read."""
    field: str
    """Id of the number field that is counted."""
    free: str
    """Id of the parameter with how many cost nothing; its unit must be the field's."""
    first: str
    """Id of the parameter with the points for the first that costs (unit 分)."""
    each: str
    """Id of the parameter with the points for each one more (unit 分)."""


class CutOff(_Written):
    """A grade and the rank up to which it reaches."""

    grade: Id | Literal["A", "B", "C", "D"]
    """The grade."""
    up_to: str | None = None
    """Id of the parameter with the last rank, per cent of the ranked firms, included (unit %);
    the last grade leaves it out and takes the rest."""


class ScoreGroup(_Written):
    """Firms that are scored and ranked together."""

    id: str
    """The value of the pack's ``group_by`` field."""
    title: Text
    """Name that users read."""
    clause: Clause
    """Where it is written."""
    base: str | None = None
    """Id of the number field with a score that the table gives, instead of indicators."""
    indicators: tuple[Indicator, ...] = ()
    """What makes the score."""
    deductions: tuple[Deduction, ...] = ()
    """What is taken off."""
    grades: tuple[CutOff, ...] = ()
    """Grades from the best; none, where the document gives none."""

    @model_validator(mode="after")
    def _one_score(self) -> ScoreGroup:
        if (self.base is None) == (not self.indicators):
            raise ValueError("a group has indicators, or a base score, not both")
        if any(cut.up_to is None for cut in self.grades[:-1]):
            raise ValueError("only the last grade leaves up_to out")
        if self.grades and self.grades[-1].up_to is not None:
            raise ValueError("the last grade leaves up_to out and takes the rest")
        return self


class ScorePack(_Written):
    """One document's way of scoring and grading firms."""

    kind: Literal["score"]
    """Says that the file is a score pack."""
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
    data_year: int = Field(ge=1990, le=2100)
    """Year of the figures that are scored; settles which dated values are in force."""
    note: str | None = None
    """What a reader should know."""
    group_by: str
    """Id of the category field that tells the groups apart."""
    rank_within: ParameterRef | None = None
    """The parameter that names a field: firms are ranked among those alike in it."""
    minimum_firms: ParameterRef | None = None
    """The parameter with the fewest ranked firms that can be graded (unit 户)."""
    fields: tuple[PackField, ...]
    """What is read."""
    parameters: tuple[Parameter, ...] = ()
    """Weights, divisors, cut-offs."""
    groups: tuple[ScoreGroup, ...] = Field(min_length=1)
    """The groups."""

    @cached_property
    def rules(self) -> Pack:
        """The pack's fields and parameters as a rule pack without rules.

        Values are read, parameters dated and names checked as for rules.
        """
        return Pack.model_construct(
            pack=self.pack,
            title=self.title,
            document=self.document,
            documents=self.documents,
            region=self.region,
            valid_from=dt.date.min,
            assessment_year=self.data_year,
            fields=self.fields,
            parameters=self.parameters,
            rules=(),
        )

    def number(self, name: str) -> float | None:
        """Return the number that a parameter gives for the data year, or None."""
        parameter = self.rules.parameter(name)
        value = None if parameter is None else parameter.current
        return float(value) if isinstance(value, (int, float)) else None

    def field(self, name: str) -> PackField | None:
        """Return a field by id, or None."""
        return self.rules.field(name)

    def parameter(self, name: str) -> Parameter | None:
        """Return a parameter by id, with the value in force for the data year, or None."""
        return self.rules.parameter(name)

    def group(self, name: str) -> ScoreGroup | None:
        """Return a group by id, or None."""
        return next((g for g in self.groups if g.id == name), None)

    def for_year(self, year: int) -> ScorePack:
        """Return the pack scoring the figures of another year."""
        return self._changed(data_year=year)

    def choose(self, **choices: Value | None) -> ScorePack:
        """Return the pack with other readings or values of its parameters.

        Parameters
        ----------
        **choices
            As for a rule pack.

        Raises
        ------
        RuleError
            For an unknown parameter or reading.
        """
        return self._changed(parameters=self.rules.choose(**choices).parameters)

    def _changed(self, **changes: object) -> ScorePack:
        # a plain copy would keep the cached view of the old values
        kept = {name: getattr(self, name) for name in type(self).model_fields}
        return ScorePack.model_construct(**(kept | changes))
