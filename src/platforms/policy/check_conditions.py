"""Check one condition of a rule pack: what it names is there, and the units fit.

Each operator of the language has one function here. A fault is a place in the pack, the
key of its message and the values that the message names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from platforms.policy.conditions import (
    JUDGING_DATE,
    Compare,
    Consecutive,
    Elapsed,
    Expression,
    InList,
    Loc,
    ParameterRef,
    Relative,
    RuleResult,
    Spatial,
    walk,
)
from platforms.policy.industry import normal_code
from platforms.policy.parameters import is_number
from platforms.policy.schema import Pack, PackField

__all__ = ["Fault", "condition_faults", "field_unknown", "parameter_faults"]

Fault = tuple[Loc, str, dict[str, object]]

_RELATIVE = "relative_to_industry_mean"
_MONTHS = 12
# more years than any document counts would only be a slip of the hand
_MOST_YEARS = 20
_FAR_YEARS = 50
_LONG_YEARS = 200
_LONG_DAYS = 366 * _LONG_YEARS
_CODES = "GB/T 4754: C, C38, C382, C3821"


def condition_faults(pack: Pack, part: Expression, loc: Loc, *, yearly: bool) -> Iterator[Fault]:
    """Go through the faults of one condition, not of those inside it.

    Parameters
    ----------
    pack
        The pack that it stands in.
    part
        The condition.
    loc
        Its place in the pack.
    yearly
        Whether a ``consecutive`` around it gives the year.
    """
    match part:
        case Compare():
            yield from _compare(pack, part, (*loc, "compare"), yearly=yearly)
        case InList():
            yield from _in_list(pack, part, (*loc, "in_list"), yearly=yearly)
        case Consecutive():
            yield from _consecutive(pack, part, (*loc, "consecutive"))
        case Relative():
            yield from _relative(pack, part, (*loc, _RELATIVE), yearly=yearly)
        case Spatial():
            yield from _spatial(pack, part, (*loc, "spatial"))
        case Elapsed():
            yield from _elapsed(pack, part, (*loc, "elapsed"))
        case RuleResult():
            if pack.rule(part.rule) is None:
                rules = [r.id for r in pack.rules]
                yield (*loc, "rule"), "policy.rule_unknown", {"name": part.rule, "allowed": rules}
        case _:
            pass


def _compare(pack: Pack, part: Compare, loc: Loc, *, yearly: bool) -> Iterator[Fault]:
    body = part.compare
    field = pack.field(body.field)
    if sum(one is not None for one in (body.value, body.parameter, body.field2)) != 1:
        yield loc, "policy.value_or_parameter", {}
        return
    if field is None:
        yield from field_unknown(pack, body.field, (*loc, "field"))
        return
    if field.type not in {"number", "date"} and body.op not in {"==", "!="}:
        yield (*loc, "op"), "policy.operator_for_type", {"op": body.op, "type": field.type}
    if body.field2 is not None:
        yield from _second(pack, part, field, loc, yearly=yearly)
        return
    yield from _year(pack, field, body.year_offset, loc, yearly=yearly)
    if body.parameter is not None:
        yield from parameter_faults(pack, body.parameter, (*loc, "parameter"), unit=field.unit)
        parameter = pack.written(body.parameter)
        for value in parameter.values if parameter and parameter.unit == field.unit == "-" else ():
            yield from _value(field, value, None, loc, key="parameter")
    else:
        yield from _value(field, body.value, body.unit, loc)


def _second(
    pack: Pack, part: Compare, field: PackField, loc: Loc, *, yearly: bool
) -> Iterator[Fault]:
    """Check the field that another is compared with."""
    body = part.compare
    other = pack.field(body.field2 or "")
    if other is None:
        yield from field_unknown(pack, body.field2 or "", (*loc, "field2"))
        return
    if other.type != field.type or (other.allowed or {}).keys() != (field.allowed or {}).keys():
        named: dict[str, object] = {"op": f"{field.id} {body.op}", "type": other.type}
        yield (*loc, "field2"), "policy.operator_for_type", named
    elif other.unit != field.unit:
        yield (*loc, "field2"), "policy.unit_wrong", {"unit": other.unit, "expected": field.unit}
    # one year serves both; it is needed where either has one value a year
    yield from _year(pack, field if field.yearly else other, body.year_offset, loc, yearly=yearly)


def _value(
    field: PackField, value: object, unit: str | None, loc: Loc, *, key: str = "value"
) -> Iterator[Fault]:
    fits = {
        "number": is_number(value),
        "boolean": isinstance(value, bool),
        "category": isinstance(value, str) and value in (field.allowed or {}),
        "text": isinstance(value, str),
        "date": isinstance(value, dt.date),
    }[field.type]
    if not fits:
        allowed = sorted(field.allowed or {}) or [field.type]
        yield (*loc, key), "policy.value_not_allowed", {"value": value, "allowed": allowed}
    elif field.is_industry and normal_code(value) is None:
        yield (*loc, key), "policy.value_not_allowed", {"value": value, "allowed": [_CODES]}
    elif field.type == "number" and (unit or "1") != field.unit:
        yield (*loc, "unit"), "policy.unit_wrong", {"unit": unit or "-", "expected": field.unit}


def _in_list(pack: Pack, part: InList, loc: Loc, *, yearly: bool) -> Iterator[Fault]:
    body = part.in_list
    field = pack.field(body.field)
    if field is None:
        yield from field_unknown(pack, body.field, (*loc, "field"))
        return
    yield from _year(pack, field, body.year_offset, loc, yearly=yearly)
    if field.type not in {"category", "text"}:
        yield (*loc, "field"), "policy.operator_for_type", {"op": "in_list", "type": field.type}
    lists: list[object] = [body.values]
    if isinstance(body.values, ParameterRef):
        yield from parameter_faults(pack, body.values.parameter, (*loc, "values"), unit="-")
        parameter = pack.written(body.values.parameter)
        lists = list(parameter.values) if parameter else []
    for values in lists:
        for value in values if isinstance(values, tuple) else ():
            if field.allowed and value not in field.allowed:
                named = {"value": value, "allowed": sorted(field.allowed)}
                yield (*loc, "values"), "policy.value_not_allowed", named
            if field.is_industry and normal_code(value) is None:
                named = {"value": value, "allowed": [_CODES]}
                yield (*loc, "values"), "policy.value_not_allowed", named


def _consecutive(pack: Pack, part: Consecutive, loc: Loc) -> Iterator[Fault]:
    body = part.consecutive
    yield from _number(pack, body.years, (*loc, "years"), unit="年", least=1, most=_MOST_YEARS)
    yield from _whole(pack, body.years, (*loc, "years"))
    yield from _offset(pack, body.last_year_offset, (*loc, "last_year_offset"))
    named = [_field_of(inner) for _, inner, _ in walk(body.each)]
    if not any(f.yearly for f in map(pack.field, filter(None, named)) if f is not None):
        yield (*loc, "each"), "policy.nothing_yearly", {}


def _relative(pack: Pack, part: Relative, loc: Loc, *, yearly: bool) -> Iterator[Fault]:
    body = part.relative_to_industry_mean
    field = pack.field(body.field)
    if field is None:
        yield from field_unknown(pack, body.field, (*loc, "field"))
    else:
        yield from _year(pack, field, body.year_offset, loc, yearly=yearly)
        if field.type != "number" or not field.yearly:
            named: dict[str, object] = {"op": _RELATIVE, "type": field.type}
            yield (*loc, "field"), "policy.operator_for_type", named
        yield from _mean(pack, body.mean, field, (*loc, "mean"))
    if pack.field(body.industry) is None:
        yield from field_unknown(pack, body.industry, (*loc, "industry"))
    yield from _number(pack, body.share, (*loc, "share"), unit="1")
    place = (*loc, "industry_digits")
    yield from _number(pack, body.industry_digits, place, unit="位", least=2, most=4)
    yield from _whole(pack, body.industry_digits, place)
    yield from _number(pack, body.years, (*loc, "years"), unit="年", least=1, most=_MOST_YEARS)
    yield from _whole(pack, body.years, (*loc, "years"))
    yield from _offset(pack, body.mean_last_offset, (*loc, "mean_last_offset"))
    yield from _number(pack, body.minimum_peers, (*loc, "minimum_peers"), unit="户", least=1)
    yield from _whole(pack, body.minimum_peers, (*loc, "minimum_peers"))


def _mean(pack: Pack, mean: object, field: PackField, loc: Loc) -> Iterator[Fault]:
    kinds: list[object] = [mean]
    if isinstance(mean, ParameterRef):
        yield from parameter_faults(pack, mean.parameter, loc, unit="-")
        parameter = pack.written(mean.parameter)
        kinds = list(parameter.values) if parameter is not None else []
    allowed = ["weighted", "simple"] if field.ratio is not None else ["simple"]
    for kind in kinds:
        if kind not in allowed:
            yield loc, "policy.value_not_allowed", {"value": kind, "allowed": allowed}


def _spatial(pack: Pack, part: Spatial, loc: Loc) -> Iterator[Fault]:
    body = part.spatial
    if pack.fact(body.fact) is None:
        known = [fact.id for fact in pack.facts]
        yield (*loc, "fact"), "policy.fact_unknown", {"name": body.fact, "allowed": known}
    if (body.share is None) == (body.op == "share_at_least"):
        yield loc, "policy.share_or_not", {"op": body.op}
    elif body.share is not None:
        yield from _number(pack, body.share, (*loc, "share"), unit="1", least=0, most=1)


def _elapsed(pack: Pack, part: Elapsed, loc: Loc) -> Iterator[Fault]:
    body = part.elapsed
    for key, name in (("from", body.from_), ("until", body.until)):
        if key == "until" and name == JUDGING_DATE:
            continue
        field = pack.field(name)
        if field is None:
            yield from field_unknown(pack, name, (*loc, key))
        elif field.type != "date" or field.yearly:
            named: dict[str, object] = {"op": "elapsed", "type": field.type}
            yield (*loc, key), "policy.operator_for_type", named
    if (body.years is None) == (body.days is None):
        yield loc, "policy.years_or_days", {}
    elif body.years is not None:
        yield from _number(pack, body.years, (*loc, "years"), unit="年", least=0, most=_LONG_YEARS)
        for value in _written(pack, body.years):
            if is_number(value) and (float(str(value)) * _MONTHS) % 1:
                named = {"value": value, "allowed": ["1/12 年"]}
                yield (*loc, "years"), "policy.value_not_allowed", named
    else:
        yield from _number(pack, body.days, (*loc, "days"), unit="天", least=0, most=_LONG_DAYS)


def _written(pack: Pack, number: object) -> tuple[object, ...]:
    """Return the values that a number, or the parameter that gives it, can take."""
    if not isinstance(number, ParameterRef):
        return (number,)
    parameter = pack.written(number.parameter)
    return () if parameter is None else parameter.values


def _whole(pack: Pack, number: object, loc: Loc) -> Iterator[Fault]:
    """Check that a count is a whole number."""
    for value in _written(pack, number):
        if is_number(value) and float(str(value)) % 1:
            named: dict[str, object] = {"value": value, "allowed": ["1, 2, 3 …"]}
            yield loc, "policy.value_not_allowed", named


def _offset(pack: Pack, number: object, loc: Loc) -> Iterator[Fault]:
    """Check a year that is counted from another."""
    yield from _number(pack, number, loc, unit="年", least=-_FAR_YEARS, most=_FAR_YEARS)
    for value in _written(pack, number):
        if is_number(value) and float(str(value)) % 1:
            yield loc, "policy.value_not_allowed", {"value": value, "allowed": ["… -1, 0, 1 …"]}


def _number(
    pack: Pack,
    number: object,
    loc: Loc,
    *,
    unit: str,
    least: float | None = None,
    most: float | None = None,
) -> Iterator[Fault]:
    if isinstance(number, ParameterRef):
        yield from parameter_faults(pack, number.parameter, loc, unit=unit)
    for value in _written(pack, number):
        if not isinstance(value, (int, float)):
            continue
        if not is_number(value):
            if not isinstance(number, ParameterRef):
                yield loc, "policy.value_not_allowed", {"value": value, "allowed": [unit]}
            continue
        if least is not None and value < least:
            yield loc, "policy.value_not_allowed", {"value": value, "allowed": [f"≥ {least}"]}
        if most is not None and value > most:
            yield loc, "policy.value_not_allowed", {"value": value, "allowed": [f"≤ {most}"]}


def parameter_faults(pack: Pack, name: str, loc: Loc, *, unit: str) -> Iterator[Fault]:
    """Check that there is such a parameter and that all its values have the unit."""
    parameter = pack.written(name)
    if parameter is None:
        known = [p.id for p in pack.parameters]
        yield loc, "policy.parameter_unknown", {"name": name, "allowed": known}
    elif parameter.unit != unit:
        yield loc, "policy.unit_wrong", {"unit": parameter.unit, "expected": unit}
    elif unit != "-":
        for value in parameter.values:
            if not is_number(value):
                yield loc, "policy.value_not_allowed", {"value": value, "allowed": [unit]}


def _year(
    pack: Pack, field: PackField, offset: int | ParameterRef | None, loc: Loc, *, yearly: bool
) -> Iterator[Fault]:
    needed = field.yearly and not yearly
    if needed and offset is None:
        yield loc, "policy.year_missing", {"name": field.id}
    elif not needed and offset is not None:
        yield (*loc, "year_offset"), "policy.year_not_wanted", {"name": field.id}
    if offset is not None:
        yield from _offset(pack, offset, (*loc, "year_offset"))


def field_unknown(pack: Pack, name: str, loc: Loc) -> Iterator[Fault]:
    """Say that a field is not in the pack, and which are."""
    yield loc, "policy.field_unknown", {"name": name, "allowed": [f.id for f in pack.fields]}


def _field_of(part: Expression) -> str | None:
    match part:
        case Compare():
            return part.compare.field
        case InList():
            return part.in_list.field
        case Relative():
            return part.relative_to_industry_mean.field
        case _:
            return None
