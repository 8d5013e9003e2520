"""The small language in which conditions are written.

A condition is a mapping with one key, the operator, and is data: nothing in it is ever
evaluated as Python. Fields, parameters and rules are named by id; a field that has one
column a year is read in a year relative to the assessment year (``year_offset: -1`` is the
year before), or, inside ``consecutive``, in each of the years that it counts.

========================== ==========================================================
``all``, ``any``, ``not``  other conditions
``compare``                a field with a value, a parameter or another field
``in_list``                a field with a list of allowed values
``consecutive``            a condition that holds in each of n years on end
``relative_to_industry_mean``  a field with a share of its industry's mean
``spatial``                the share of the plot inside a layer of the map
``elapsed``                the time between two dates
``rule``                   the result of another rule of the pack
========================== ==========================================================
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

__all__ = [
    "JUDGING_DATE",
    "OPERATORS",
    "All",
    "Any",
    "Compare",
    "CompareBody",
    "Consecutive",
    "ConsecutiveBody",
    "Elapsed",
    "ElapsedBody",
    "Expression",
    "InList",
    "InListBody",
    "Loc",
    "Not",
    "Number",
    "ParameterRef",
    "Relative",
    "RelativeBody",
    "RuleResult",
    "Scalar",
    "Spatial",
    "SpatialBody",
    "children",
    "walk",
]

Loc = tuple[str | int, ...]
Scalar = bool | int | float | dt.date | str
JUDGING_DATE = "judging_date"
Order = Literal["<", "<=", ">", ">="]
Comparison = Literal["<", "<=", ">", ">=", "==", "!="]


class _Written(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, populate_by_name=True
    )


class ParameterRef(_Written):
    """A number or word that a parameter of the pack gives."""

    parameter: str
    """Id of the parameter."""


Number = int | float | ParameterRef


class CompareBody(_Written):
    """A field, an operator, and a value, a parameter or another field."""

    field: str
    """Id of the field."""
    op: Comparison
    """``<``, ``<=``, ``>``, ``>=`` for numbers and dates; ``==``, ``!=`` for everything."""
    value: Scalar | None = None
    """The value; one of ``value``, ``parameter`` and ``field2`` must stand."""
    unit: str | None = None
    """Unit of a number in ``value``; must be the field's."""
    parameter: str | None = None
    """Id of the parameter that gives the value; its unit must be the field's."""
    field2: str | None = None
    """Id of the field to compare with; type and unit must be the field's."""
    year_offset: int | ParameterRef | None = None
    """Year of a yearly field, or of both, counted from the assessment year."""


class Compare(_Written):
    """A field compared with a value."""

    compare: CompareBody
    """What is compared."""


class InListBody(_Written):
    """A field and the values that it may have."""

    field: str
    """Id of the field."""
    values: tuple[str, ...] | ParameterRef
    """The values, or the parameter that lists them."""
    year_offset: int | ParameterRef | None = None
    """Year of a yearly field, counted from the assessment year."""


class InList(_Written):
    """A field whose value is one of a list."""

    in_list: InListBody
    """What is looked up."""


class ConsecutiveBody(_Written):
    """A condition that must hold several years on end."""

    years: int | ParameterRef
    """How many years."""
    last_year_offset: int | ParameterRef
    """The last of them, counted from the assessment year."""
    each: Expression
    """What must hold in each; yearly fields in it carry no ``year_offset``."""


class Consecutive(_Written):
    """A condition that holds n years running."""

    consecutive: ConsecutiveBody
    """The years and the condition."""


class RelativeBody(_Written):
    """A field against a share of the mean of its industry."""

    field: str
    """Id of a yearly number field."""
    op: Order
    """How the field must stand to the share of the mean."""
    share: Number
    """Share of the mean (unit 1)."""
    industry: str
    """Id of the field that names the industry."""
    mean: Literal["weighted", "simple"] | ParameterRef
    """``weighted``: sum over sum (ratio fields); ``simple``: mean of the rows' values."""
    years: int | ParameterRef
    """How many years the mean spans."""
    mean_last_offset: int | ParameterRef
    """Last year of the mean, counted from the year of the field's own value."""
    industry_digits: int | ParameterRef = 2
    """Digits of the code that make an industry: 2 the division (C38), 4 the class (C3821);
    not looked at where the field holds no codes."""
    minimum_peers: int | ParameterRef
    """Fewer rows with data in any of the years make the mean unknown."""
    population: Expression
    """Which rows make the mean."""
    year_offset: int | ParameterRef | None = None
    """Year of the field's own value, counted from the assessment year."""


class Relative(_Written):
    """A field compared with the mean of its industry."""

    relative_to_industry_mean: RelativeBody
    """What is compared, and which mean."""


class SpatialBody(_Written):
    """A fact of the map and how much of the plot must lie in it."""

    fact: str
    """Id of the fact; read from the column ``fact_<id>_share``."""
    op: Literal["inside", "outside", "share_at_least"]
    """``inside``: all of the plot; ``outside``: none of it; ``share_at_least``: so much of it."""
    share: Number | None = None
    """Share of the plot's area (unit 1); for ``share_at_least`` only."""


class Spatial(_Written):
    """How much of the plot lies inside a layer."""

    spatial: SpatialBody
    """What is looked at."""


class ElapsedBody(_Written):
    """Two days and how much time lies between them.

    Time is counted by the calendar: a year from 2020-05-01 is full on 2021-05-01, a year
    from 29 February on 28 February. ``>`` a year holds from the day after that.
    """

    from_: str = Field(alias="from")
    """Id of the date field that time counts from."""
    until: str
    """Id of the date field that it counts to, or ``judging_date``."""
    op: Comparison
    """How the time must stand to ``years`` or ``days``."""
    years: Number | None = None
    """Calendar years; whole months of them (unit 年)."""
    days: Number | None = None
    """Days (unit 天); one of ``years`` and ``days`` must stand."""


class Elapsed(_Written):
    """How much time has passed between two dates."""

    elapsed: ElapsedBody
    """The days and the time."""


class All(_Written):
    """Every part holds."""

    all: tuple[Expression, ...] = Field(min_length=1)
    """The parts."""


class Any(_Written):
    """At least one part holds."""

    any: tuple[Expression, ...] = Field(min_length=1)
    """The parts."""


class Not(_Written):
    """The part does not hold."""

    not_: Expression = Field(alias="not")
    """The part."""


class RuleResult(_Written):
    """Another rule hits."""

    rule: str
    """Id of the rule."""


OPERATORS = (
    "all",
    "any",
    "not",
    "compare",
    "in_list",
    "consecutive",
    "relative_to_industry_mean",
    "spatial",
    "elapsed",
    "rule",
)


def _operator(value: object) -> str | None:
    if isinstance(value, BaseModel):
        names = [f.alias or n for n, f in type(value).model_fields.items()]
        return names[0]
    if isinstance(value, Mapping):
        return next((key for key in value if key in OPERATORS), None)
    return None


Expression = Annotated[
    Annotated[All, Tag("all")]
    | Annotated[Any, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Compare, Tag("compare")]
    | Annotated[InList, Tag("in_list")]
    | Annotated[Consecutive, Tag("consecutive")]
    | Annotated[Relative, Tag("relative_to_industry_mean")]
    | Annotated[Spatial, Tag("spatial")]
    | Annotated[Elapsed, Tag("elapsed")]
    | Annotated[RuleResult, Tag("rule")],
    Discriminator(_operator),
]

for _model in (All, Any, Not, ConsecutiveBody, Consecutive, RelativeBody, Relative):
    _model.model_rebuild()


def children(expression: Expression) -> list[tuple[Loc, Expression]]:
    """Return the conditions right inside one, with their places in it."""
    match expression:
        case All():
            return [(("all", i), part) for i, part in enumerate(expression.all)]
        case Any():
            return [(("any", i), part) for i, part in enumerate(expression.any)]
        case Not():
            return [(("not",), expression.not_)]
        case Consecutive():
            return [(("consecutive", "each"), expression.consecutive.each)]
        case Relative():
            body = expression.relative_to_industry_mean
            return [(("relative_to_industry_mean", "population"), body.population)]
        case _:
            return []


def walk(
    expression: Expression, loc: Loc = (), *, yearly: bool = False
) -> Iterator[tuple[Loc, Expression, bool]]:
    """Go through a condition and all inside it, outermost first.

    Yields
    ------
    place, condition, yearly
        Path from ``loc``; and whether a ``consecutive`` around it gives the year.
    """
    yield loc, expression, yearly
    for place, part in children(expression):
        inner = (yearly or isinstance(expression, Consecutive)) and not isinstance(
            expression, Relative
        )
        yield from walk(part, (*loc, *place), yearly=inner)
