"""Check a rule pack against itself: names, units, years, dates, circles, citations.

A comparison without a matching unit is a fault and never a conversion: 10 万元/亩 and
10 万元/公顷 are different rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence

from platforms.policy.check_conditions import (
    Fault,
    condition_faults,
    field_unknown,
    parameter_faults,
)
from platforms.policy.conditions import Expression, Loc, ParameterRef, RuleResult, walk
from platforms.policy.parameters import Parameter, is_number
from platforms.policy.schema import CHECKS, Pack, PackField

__all__ = ["CONVERSIONS", "Fault", "faults"]

# factor from the first unit to the second
CONVERSIONS: Mapping[tuple[str, str], float] = {
    ("m²", "亩"): 0.0015,
    ("m²", "公顷"): 1e-4,
    ("公顷", "亩"): 15.0,
    ("千瓦时", "万千瓦时"): 1e-4,
}

# a rule that stands on another that stands on another: more can no longer be followed
_CHAIN = 30

Period = tuple[dt.date, dt.date | None]


def faults(pack: Pack, documents: Collection[str] | None = None) -> Iterator[Fault]:
    """Go through the faults of a pack.

    Parameters
    ----------
    pack
        A pack that fits the schema.
    documents
        Ids that may be cited, beside the pack's own; None leaves that unchecked.

    Yields
    ------
    place, key, values
        Path in the pack, catalogue key, and the values that the message names.
    """
    yield from _twice(pack)
    yield from _citations(pack, documents)
    yield from _validity(pack)
    for number, parameter in enumerate(pack.parameters):
        yield from _bounds(parameter, ("parameters", number))
    for number, field in enumerate(pack.fields):
        yield from _derived(pack, field, ("fields", number))
    for loc, expression in _expressions(pack):
        for place, part, yearly in walk(expression, loc):
            yield from condition_faults(pack, part, place, yearly=yearly)
    for number, measure in enumerate(pack.measures[:-1]):
        if measure.condition is None:
            yield ("measures", number), "policy.measure_without_condition", {}
    yield from _circle("fields", {f.id: _parents(pack, f) for f in pack.fields})
    yield from _circle("rules", _named_rules(pack))


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
        ("facts", [f.id for f in pack.facts]),
        ("parameters", [p.id for p in pack.parameters]),
        ("documents", [d.id for d in pack.documents]),
    ):
        seen: set[str] = set()
        for number, name in enumerate(names):
            if name in seen:
                yield (part, number, "id"), "policy.id_twice", {"name": name}
            seen.add(name)


def _citations(pack: Pack, documents: Collection[str] | None) -> Iterator[Fault]:
    if documents is None:
        return
    known = {*documents, *(d.id for d in pack.documents)}
    cited: list[tuple[Loc, str | None]] = [(("document",), pack.document)]
    cited += [(("rules", i, "document"), r.document) for i, r in enumerate(pack.rules)]
    cited += [(("measures", i, "document"), m.document) for i, m in enumerate(pack.measures)]
    cited += [
        (("parameters", i, "source", "document"), p.source.document if p.source else None)
        for i, p in enumerate(pack.parameters)
    ]
    cited += [
        (("parameters", i, "dated", j, "source", "document"), d.source.document)
        for i, p in enumerate(pack.parameters)
        for j, d in enumerate(p.dated)
        if d.source is not None
    ]
    for loc, name in cited:
        if name is not None and name not in known:
            yield loc, "policy.document_unknown", {"name": name, "allowed": sorted(known)}


def _bounds(parameter: Parameter, loc: Loc) -> Iterator[Fault]:
    """Find numbers that are none (nan, inf), and those outside the parameter's own bounds."""
    written: list[tuple[Loc, object]] = [((*loc, "value"), parameter.value)]
    written += [((*loc, "readings", i, "value"), r.value) for i, r in enumerate(parameter.readings)]
    written += [((*loc, "dated", i, "value"), d.value) for i, d in enumerate(parameter.dated)]
    least, most = parameter.minimum, parameter.maximum
    for place, value in written:
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            continue
        if not is_number(value):
            allowed = [parameter.unit]
        elif least is not None and value < least:
            allowed = [f"≥ {least:g}"]
        elif most is not None and value > most:
            allowed = [f"≤ {most:g}"]
        else:
            continue
        yield place, "policy.value_not_allowed", {"value": value, "allowed": allowed}


def _validity(pack: Pack) -> Iterator[Fault]:
    """Find times that run backwards, and times of one rule or parameter that overlap."""
    if pack.valid_to is not None and pack.valid_to < pack.valid_from:
        named: dict[str, object] = {"first": pack.valid_from, "last": pack.valid_to}
        yield ("valid_to",), "policy.dates_inverted", {"name": pack.pack, **named}
        return
    for i, parameter in enumerate(pack.parameters):
        place: Loc = ("parameters", i, "dated")
        spans = [((*place, j), (d.from_, d.to)) for j, d in enumerate(parameter.dated)]
        yield from _spans(parameter.id, spans)
    same: dict[str, list[tuple[Loc, Period]]] = {}
    for i, rule in enumerate(pack.rules):
        same.setdefault(rule.id, []).append((("rules", i), pack.period(rule)))
    for name, spans in same.items():
        yield from _spans(name, spans)


def _spans(name: str, spans: Sequence[tuple[Loc, Period]]) -> Iterator[Fault]:
    for number, (loc, (first, last)) in enumerate(spans):
        if last is not None and last < first:
            yield loc, "policy.dates_inverted", {"name": name, "first": first, "last": last}
            continue
        for _, (start, end) in spans[:number]:
            if (start, end) == (first, last):
                yield (*loc, "id"), "policy.id_twice", {"name": name}
                break
            if first <= (end or dt.date.max) and start <= (last or dt.date.max):
                period = f"{start} – {end or '…'}"
                yield loc, "policy.validity_overlaps", {"name": name, "period": period}
                break


def _derived(pack: Pack, field: PackField, loc: Loc) -> Iterator[Fault]:
    if field.convert is not None:
        base = pack.field(field.convert)
        if base is None:
            yield from field_unknown(pack, field.convert, (*loc, "convert"))
        elif (base.unit, field.unit) not in CONVERSIONS:
            known = [f"{a} → {b}" for a, b in CONVERSIONS]
            yield (*loc, "unit"), "policy.conversion_unknown", {"allowed": known}
        elif base.yearly != field.yearly:
            yield loc, "policy.yearly_differs", {"name": field.id}
    if field.ratio is not None:
        yield from _ratio(pack, field, (*loc, "ratio"))
    for number, name in enumerate(field.sum or ()):
        part = pack.field(name)
        if part is None:
            yield from field_unknown(pack, name, (*loc, "sum", number))
        elif part.type != "number" or part.unit != field.unit:
            named: dict[str, object] = {"unit": part.unit, "expected": field.unit}
            yield (*loc, "sum", number), "policy.unit_wrong", named
        elif part.yearly != field.yearly:
            yield (*loc, "sum", number), "policy.yearly_differs", {"name": field.id}


def _ratio(pack: Pack, field: PackField, loc: Loc) -> Iterator[Fault]:
    assert field.ratio is not None  # noqa: S101 the caller looked
    upper = pack.field(field.ratio.of)
    if upper is None:
        yield from field_unknown(pack, field.ratio.of, (*loc, "of"))
        return
    if isinstance(field.ratio.per, ParameterRef):
        name = field.ratio.per.parameter
        yield from parameter_faults(pack, name, (*loc, "per"), unit="-")
        parameter = pack.written(name)
        lowers = [str(value) for value in parameter.values] if parameter else []
    else:
        lowers = [field.ratio.per]
    for name in lowers:
        lower = pack.field(name)
        if lower is None:
            yield from field_unknown(pack, name, (*loc, "per"))
            continue
        expected = f"{upper.unit}/{lower.unit}"
        if field.unit != expected:
            named: dict[str, object] = {"unit": field.unit, "expected": expected}
            yield (*loc[:-1], "unit"), "policy.unit_wrong", named
        if (upper.yearly or lower.yearly) != field.yearly:
            yield loc[:-1], "policy.yearly_differs", {"name": field.id}


def _parents(pack: Pack, field: PackField) -> set[str]:
    found = set(field.sum or ())
    if field.convert is not None:
        found.add(field.convert)
    if field.ratio is not None:
        found.add(field.ratio.of)
        if isinstance(field.ratio.per, ParameterRef):
            parameter = pack.written(field.ratio.per.parameter)
            found |= {str(value) for value in parameter.values} if parameter else set()
        else:
            found.add(field.ratio.per)
    return found


def _named_rules(pack: Pack) -> dict[str, set[str]]:
    """Return for each rule those that its conditions name."""
    named: dict[str, set[str]] = {}
    for rule in pack.rules:
        found = named.setdefault(rule.id, set())
        for written in (rule.applies_to, rule.condition):
            parts = () if written is None else walk(written)
            found |= {part.rule for _, part, _ in parts if isinstance(part, RuleResult)}
    return named


def _circle(part: str, arrows: Mapping[str, set[str]]) -> Iterator[Fault]:
    """Name the first circle that the arrows close, or the first chain that is too long."""
    numbers = {name: number for number, name in enumerate(arrows)}
    depth: dict[str, int] = {}
    for start in arrows:
        # the names on the way, each with those that it leads to and that are still open
        path = {start: iter(sorted(arrows[start]))} if start not in depth else {}
        while path:
            name = next(reversed(path))
            nearer = next((n for n in path[name] if n in arrows and n not in depth), None)
            if nearer is None:
                path.popitem()
                depth[name] = 1 + max((depth.get(n, 0) for n in arrows[name]), default=0)
                if depth[name] > _CHAIN:
                    named: dict[str, object] = {"name": name, "allowed": _CHAIN}
                    yield (part, numbers[name]), "policy.chain_long", named
                    return
            elif nearer in path:
                names = list(path)
                circle = [*names[names.index(nearer) :], nearer]
                yield (part, numbers[start]), "policy.circle", {"names": " → ".join(circle)}
                return
            else:
                path[nearer] = iter(sorted(arrows[nearer]))


CHECKS.append(faults)
