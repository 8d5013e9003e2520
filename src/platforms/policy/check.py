"""Check a rule pack against itself: names, units, years, circles, citations.

A comparison without a matching unit is a fault and never a conversion: 10 万元/亩 and
10 万元/公顷 are different rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from platforms.policy.conditions import (
    Compare,
    Consecutive,
    Expression,
    InList,
    Loc,
    ParameterRef,
    Relative,
    RuleResult,
    walk,
)
from platforms.policy.schema import Pack, PackField, is_number

__all__ = ["CONVERSIONS", "Fault", "faults"]

Fault = tuple[Loc, str, dict[str, object]]

_RELATIVE = "relative_to_industry_mean"

# factor from the first unit to the second
CONVERSIONS: Mapping[tuple[str, str], float] = {
    ("m²", "亩"): 0.0015,
    ("m²", "公顷"): 1e-4,
    ("公顷", "亩"): 15.0,
}


def faults(pack: Pack, documents: Collection[str] | None = None) -> Iterator[Fault]:
    """Go through the faults of a pack.

    Parameters
    ----------
    pack
        A pack that fits the schema.
    documents
        Ids that may be cited; None leaves that unchecked.

    Yields
    ------
    place, key, values
        Path in the pack, catalogue key, and the values that the message names.
    """
    yield from _twice(pack)
    yield from _citations(pack, documents)
    for number, field in enumerate(pack.fields):
        yield from _derived(pack, field, ("fields", number))
    for loc, expression in _expressions(pack):
        for place, part, yearly in walk(expression, loc):
            yield from _condition(pack, part, place, yearly=yearly)
    for number, measure in enumerate(pack.measures[:-1]):
        if measure.condition is None:
            yield ("measures", number), "policy.measure_without_condition", {}
    yield from _circle("fields", {f.id: _parents(pack, f) for f in pack.fields})
    yield from _circle("rules", {r.id: _named_rules(pack, r.id) for r in pack.rules})


def _expressions(pack: Pack) -> Iterator[tuple[Loc, Expression]]:
    for number, rule in enumerate(pack.rules):
        if rule.applies_to is not None:
            yield ("rules", number, "applies_to"), rule.applies_to
        yield ("rules", number, "condition"), rule.condition
    for number, measure in enumerate(pack.measures):
        if measure.condition is not None:
            yield ("measures", number, "condition"), measure.condition


def _twice(pack: Pack) -> Iterator[Fault]:
    for part, names in (
        ("fields", [f.id for f in pack.fields]),
        ("parameters", [p.id for p in pack.parameters]),
        ("rules", [r.id for r in pack.rules]),
    ):
        for number, name in enumerate(names):
            if name in names[:number]:
                yield (part, number, "id"), "policy.id_twice", {"name": name}


def _citations(pack: Pack, documents: Collection[str] | None) -> Iterator[Fault]:
    if documents is None:
        return
    cited: list[tuple[Loc, str | None]] = [(("document",), pack.document)]
    cited += [(("rules", i, "document"), r.document) for i, r in enumerate(pack.rules)]
    cited += [(("measures", i, "document"), m.document) for i, m in enumerate(pack.measures)]
    cited += [
        (("parameters", i, "source", "document"), p.source.document if p.source else None)
        for i, p in enumerate(pack.parameters)
    ]
    for loc, name in cited:
        if name is not None and name not in documents:
            yield loc, "policy.document_unknown", {"name": name, "allowed": sorted(documents)}


def _derived(pack: Pack, field: PackField, loc: Loc) -> Iterator[Fault]:
    if field.convert is not None:
        base = pack.field(field.convert)
        if base is None:
            yield from _field_unknown(pack, field.convert, (*loc, "convert"))
        elif (base.unit, field.unit) not in CONVERSIONS:
            known = [f"{a} → {b}" for a, b in CONVERSIONS]
            yield (*loc, "unit"), "policy.conversion_unknown", {"allowed": known}
        elif base.yearly != field.yearly:
            yield loc, "policy.yearly_differs", {"name": field.id}
    if field.ratio is not None:
        yield from _ratio(pack, field, (*loc, "ratio"))


def _ratio(pack: Pack, field: PackField, loc: Loc) -> Iterator[Fault]:
    assert field.ratio is not None  # noqa: S101 the caller looked
    upper = pack.field(field.ratio.of)
    if upper is None:
        yield from _field_unknown(pack, field.ratio.of, (*loc, "of"))
        return
    if isinstance(field.ratio.per, ParameterRef):
        name = field.ratio.per.parameter
        yield from _parameter(pack, name, (*loc, "per"), unit="-")
        parameter = pack.parameter(name)
        lowers = [str(r.value) for r in parameter.readings] if parameter else []
        lowers = lowers or ([str(parameter.current)] if parameter else [])
    else:
        lowers = [field.ratio.per]
    for name in lowers:
        lower = pack.field(name)
        if lower is None:
            yield from _field_unknown(pack, name, (*loc, "per"))
            continue
        expected = f"{upper.unit}/{lower.unit}"
        if field.unit != expected:
            named: dict[str, object] = {"unit": field.unit, "expected": expected}
            yield (*loc[:-1], "unit"), "policy.unit_wrong", named
        if (upper.yearly or lower.yearly) != field.yearly:
            yield loc[:-1], "policy.yearly_differs", {"name": field.id}


def _condition(pack: Pack, part: Expression, loc: Loc, *, yearly: bool) -> Iterator[Fault]:
    match part:
        case Compare():
            yield from _compare(pack, part, (*loc, "compare"), yearly=yearly)
        case InList():
            yield from _in_list(pack, part, (*loc, "in_list"), yearly=yearly)
        case Consecutive():
            yield from _consecutive(pack, part, (*loc, "consecutive"))
        case Relative():
            yield from _relative(pack, part, (*loc, _RELATIVE), yearly=yearly)
        case RuleResult():
            if pack.rule(part.rule) is None:
                rules = [r.id for r in pack.rules]
                yield (*loc, "rule"), "policy.rule_unknown", {"name": part.rule, "allowed": rules}
        case _:
            pass


def _compare(pack: Pack, part: Compare, loc: Loc, *, yearly: bool) -> Iterator[Fault]:
    body = part.compare
    field = pack.field(body.field)
    if (body.value is None) == (body.parameter is None):
        yield loc, "policy.value_or_parameter", {}
        return
    if field is None:
        yield from _field_unknown(pack, body.field, (*loc, "field"))
        return
    yield from _year(pack, field, body.year_offset, loc, yearly=yearly)
    if field.type != "number" and body.op not in {"==", "!="}:
        yield (*loc, "op"), "policy.operator_for_type", {"op": body.op, "type": field.type}
    if body.parameter is not None:
        yield from _parameter(pack, body.parameter, (*loc, "parameter"), unit=field.unit)
    else:
        yield from _value(field, body.value, body.unit, loc)


def _value(field: PackField, value: object, unit: str | None, loc: Loc) -> Iterator[Fault]:
    fits = {
        "number": is_number(value),
        "boolean": isinstance(value, bool),
        "category": isinstance(value, str) and value in (field.allowed or {}),
        "text": isinstance(value, str),
    }[field.type]
    if not fits:
        allowed = sorted(field.allowed or {}) or [field.type]
        yield (*loc, "value"), "policy.value_not_allowed", {"value": value, "allowed": allowed}
    elif field.type == "number" and (unit or "1") != field.unit:
        yield (*loc, "unit"), "policy.unit_wrong", {"unit": unit or "-", "expected": field.unit}


def _in_list(pack: Pack, part: InList, loc: Loc, *, yearly: bool) -> Iterator[Fault]:
    body = part.in_list
    field = pack.field(body.field)
    if field is None:
        yield from _field_unknown(pack, body.field, (*loc, "field"))
        return
    yield from _year(pack, field, body.year_offset, loc, yearly=yearly)
    if field.type not in {"category", "text"}:
        yield (*loc, "field"), "policy.operator_for_type", {"op": "in_list", "type": field.type}
    lists: list[object] = [body.values]
    if isinstance(body.values, ParameterRef):
        yield from _parameter(pack, body.values.parameter, (*loc, "values"), unit="-")
        parameter = pack.parameter(body.values.parameter)
        lists = [r.value for r in parameter.readings] if parameter else []
    for values in lists:
        for value in values if isinstance(values, tuple) else ():
            if field.allowed and value not in field.allowed:
                named = {"value": value, "allowed": sorted(field.allowed)}
                yield (*loc, "values"), "policy.value_not_allowed", named


def _consecutive(pack: Pack, part: Consecutive, loc: Loc) -> Iterator[Fault]:
    body = part.consecutive
    yield from _number(pack, body.years, (*loc, "years"), unit="年", least=1)
    yield from _number(pack, body.last_year_offset, (*loc, "last_year_offset"), unit="年")
    named = [_field_of(inner) for _, inner, _ in walk(body.each)]
    if not any(f.yearly for f in map(pack.field, filter(None, named)) if f is not None):
        yield (*loc, "each"), "policy.nothing_yearly", {}


def _relative(pack: Pack, part: Relative, loc: Loc, *, yearly: bool) -> Iterator[Fault]:
    body = part.relative_to_industry_mean
    field = pack.field(body.field)
    if field is None:
        yield from _field_unknown(pack, body.field, (*loc, "field"))
    else:
        yield from _year(pack, field, body.year_offset, loc, yearly=yearly)
        if field.type != "number" or not field.yearly:
            named: dict[str, object] = {"op": _RELATIVE, "type": field.type}
            yield (*loc, "field"), "policy.operator_for_type", named
        yield from _mean(pack, body.mean, field, (*loc, "mean"))
    if pack.field(body.industry) is None:
        yield from _field_unknown(pack, body.industry, (*loc, "industry"))
    yield from _number(pack, body.share, (*loc, "share"), unit="1")
    yield from _number(pack, body.years, (*loc, "years"), unit="年", least=1)
    yield from _number(pack, body.mean_last_offset, (*loc, "mean_last_offset"), unit="年")
    yield from _number(pack, body.minimum_peers, (*loc, "minimum_peers"), unit="户", least=1)


def _mean(pack: Pack, mean: object, field: PackField, loc: Loc) -> Iterator[Fault]:
    kinds: list[object] = [mean]
    if isinstance(mean, ParameterRef):
        yield from _parameter(pack, mean.parameter, loc, unit="-")
        parameter = pack.parameter(mean.parameter)
        kinds = []
        if parameter is not None:
            kinds = [r.value for r in parameter.readings] or [parameter.current]
    allowed = ["weighted", "simple"] if field.ratio is not None else ["simple"]
    for kind in kinds:
        if kind is not None and kind not in allowed:
            yield loc, "policy.value_not_allowed", {"value": kind, "allowed": allowed}


def _number(
    pack: Pack, number: object, loc: Loc, *, unit: str, least: int | None = None
) -> Iterator[Fault]:
    if isinstance(number, ParameterRef):
        yield from _parameter(pack, number.parameter, loc, unit=unit)
        parameter = pack.parameter(number.parameter)
        number = None if parameter is None else parameter.current
    if least is not None and isinstance(number, (int, float)) and number < least:
        yield loc, "policy.value_not_allowed", {"value": number, "allowed": [f"≥ {least}"]}


def _parameter(pack: Pack, name: str, loc: Loc, *, unit: str) -> Iterator[Fault]:
    parameter = pack.parameter(name)
    if parameter is None:
        known = [p.id for p in pack.parameters]
        yield loc, "policy.parameter_unknown", {"name": name, "allowed": known}
    elif parameter.unit != unit:
        yield loc, "policy.unit_wrong", {"unit": parameter.unit, "expected": unit}
    elif unit != "-":
        values = [parameter.value, *(r.value for r in parameter.readings)]
        for value in values:
            if value is not None and not is_number(value):
                yield loc, "policy.value_not_allowed", {"value": value, "allowed": [unit]}


def _year(
    pack: Pack, field: PackField, offset: int | ParameterRef | None, loc: Loc, *, yearly: bool
) -> Iterator[Fault]:
    needed = field.yearly and not yearly
    if needed and offset is None:
        yield loc, "policy.year_missing", {"name": field.id}
    elif not needed and offset is not None:
        yield (*loc, "year_offset"), "policy.year_not_wanted", {"name": field.id}
    if isinstance(offset, ParameterRef):
        yield from _parameter(pack, offset.parameter, (*loc, "year_offset"), unit="年")


def _field_unknown(pack: Pack, name: str, loc: Loc) -> Iterator[Fault]:
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


def _parents(pack: Pack, field: PackField) -> set[str]:
    found = {field.convert} if field.convert else set()
    if field.ratio is not None:
        found.add(field.ratio.of)
        if isinstance(field.ratio.per, ParameterRef):
            parameter = pack.parameter(field.ratio.per.parameter)
            found |= {str(r.value) for r in parameter.readings} if parameter else set()
        else:
            found.add(field.ratio.per)
    return found


def _named_rules(pack: Pack, name: str) -> set[str]:
    rule = pack.rule(name)
    parts = [] if rule is None else [e for e in (rule.applies_to, rule.condition) if e is not None]
    return {p.rule for part in parts for _, p, _ in walk(part) if isinstance(p, RuleResult)}


def _circle(part: str, arrows: Mapping[str, set[str]]) -> Iterator[Fault]:
    """Name the first circle that the arrows close."""
    done: set[str] = set()

    def follow(name: str, path: Sequence[str]) -> list[str] | None:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done or name not in arrows:
            return None
        for nearer in sorted(arrows[name]):
            found = follow(nearer, [*path, name])
            if found is not None:
                return found
        done.add(name)
        return None

    for number, name in enumerate(arrows):
        found = follow(name, [])
        if found is not None:
            yield (part, number), "policy.circle", {"names": " → ".join(found)}
            return
