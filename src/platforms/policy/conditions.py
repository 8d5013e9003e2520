"""The small language in which conditions are written.

A condition is a mapping with one key, the operator, and is data: nothing in it is ever
evaluated as Python. Fields, parameters and rules are named by id; a field that has one
column a year is read in a year relative to the assessment year (``year_offset: -1`` is the
year before), or, inside ``consecutive``, in each of the years that it counts.

========================== ==========================================================
``all``, ``any``, ``not``  other conditions
``compare``                a field with a value or a parameter
``in_list``                a field with a list of allowed values
``consecutive``            a condition that holds in each of n years on end
``relative_to_industry_mean``  a field with a share of its industry's mean
``rule``                   the result of another rule of the pack
========================== ==========================================================
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

__all__ = [
    "OPERATORS",
    "All",
    "Any",
    "Compare",
    "CompareBody",
    "Consecutive",
    "ConsecutiveBody",
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
    "children",
    "walk",
]

Loc = tuple[str | int, ...]
Scalar = bool | int | float | str
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
    """A field, an operator, and a value or a parameter."""

    field: str
    """Id of the field."""
    op: Comparison
    """``<``, ``<=``, ``>``, ``>=`` for numbers; ``==``, ``!=`` for everything else too."""
    value: Scalar | None = None
    """The value; one of ``value`` and ``parameter`` must stand."""
    unit: str | None = None
    """Unit of a number in ``value``; must be the field's."""
    parameter: str | None = None
    """Id of the parameter that gives the value; its unit must be the field's."""
    year_offset: int | ParameterRef | None = None
    """Year of a yearly field, counted from the assessment year."""


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
