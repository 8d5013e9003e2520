"""Check a score pack against itself: names, units, order of the cut-offs.

Fields, dates and citations are checked as those of a rule pack.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from platforms.policy.check import Fault, faults
from platforms.policy.check_conditions import field_unknown, parameter_faults
from platforms.policy.conditions import Loc, ParameterRef
from platforms.policy.score_schema import Deduction, Indicator, ScoreGroup, ScorePack

__all__ = ["score_faults"]

_POINTS = "分"
_WHEN_MISSING = ("unknown", "group_mean")


def score_faults(pack: ScorePack, documents: Collection[str] | None = None) -> Iterator[Fault]:
    """Go through the faults of a score pack.

    Parameters
    ----------
    pack
        A pack that fits the schema.
    documents
        Ids that may be cited beside the pack's own; None leaves that unchecked.

    Yields
    ------
    place, key, values
        Path in the pack, catalogue key, and the values that the message names.
    """
    yield from faults(pack.rules, documents)
    yield from _groups(pack)
    if pack.rank_within is not None:
        name = pack.rank_within.parameter
        yield from parameter_faults(pack.rules, name, ("rank_within",), unit="-")
        parameter = pack.rules.written(name)
        for value in () if parameter is None else parameter.values:
            if pack.field(str(value)) is None:
                yield from field_unknown(pack.rules, str(value), ("rank_within",))
    if pack.minimum_firms is not None:
        name = pack.minimum_firms.parameter
        yield from parameter_faults(pack.rules, name, ("minimum_firms",), unit="户")
    for number, group in enumerate(pack.groups):
        loc: Loc = ("groups", number)
        if group.base is not None:
            yield from _number(pack, group.base, (*loc, "base"))
        for k, indicator in enumerate(group.indicators):
            yield from _indicator(pack, indicator, (*loc, "indicators", k))
        for k, deduction in enumerate(group.deductions):
            yield from _deduction(pack, deduction, (*loc, "deductions", k))
        yield from _grades(pack, group, loc)


def _groups(pack: ScorePack) -> Iterator[Fault]:
    spec = pack.field(pack.group_by)
    if spec is None:
        yield from field_unknown(pack.rules, pack.group_by, ("group_by",))
        return
    if spec.allowed is None:
        yield ("group_by",), "policy.operator_for_type", {"op": "group_by", "type": spec.type}
        return
    names = [group.id for group in pack.groups]
    for number, name in enumerate(names):
        if name not in spec.allowed:
            named: dict[str, object] = {"value": name, "allowed": sorted(spec.allowed)}
            yield ("groups", number, "id"), "policy.value_not_allowed", named
        if name in names[:number]:
            yield ("groups", number, "id"), "policy.id_twice", {"name": name}


def _indicator(pack: ScorePack, indicator: Indicator, loc: Loc) -> Iterator[Fault]:
    yield from _number(pack, indicator.field, (*loc, "field"))
    yield from parameter_faults(pack.rules, indicator.weight, (*loc, "weight"), unit=_POINTS)
    if (spec := pack.field(indicator.field)) is not None:
        yield from parameter_faults(
            pack.rules, indicator.divisor, (*loc, "divisor"), unit=spec.unit
        )
    if indicator.cap is not None:
        yield from parameter_faults(pack.rules, indicator.cap, (*loc, "cap"), unit=_POINTS)
    if isinstance(indicator.when_missing, ParameterRef):
        name, place = indicator.when_missing.parameter, (*loc, "when_missing")
        yield from parameter_faults(pack.rules, name, place, unit="-")
        parameter = pack.rules.written(name)
        for value in () if parameter is None else parameter.values:
            if value not in _WHEN_MISSING:
                allowed = list(_WHEN_MISSING)
                yield place, "policy.value_not_allowed", {"value": value, "allowed": allowed}


def _deduction(pack: ScorePack, deduction: Deduction, loc: Loc) -> Iterator[Fault]:
    yield from _number(pack, deduction.field, (*loc, "field"))
    if (spec := pack.field(deduction.field)) is not None:
        yield from parameter_faults(pack.rules, deduction.free, (*loc, "free"), unit=spec.unit)
    yield from parameter_faults(pack.rules, deduction.first, (*loc, "first"), unit=_POINTS)
    yield from parameter_faults(pack.rules, deduction.each, (*loc, "each"), unit=_POINTS)


def _grades(pack: ScorePack, group: ScoreGroup, loc: Loc) -> Iterator[Fault]:
    before = 0.0
    for number, cut in enumerate(group.grades[:-1]):
        place = (*loc, "grades", number, "up_to")
        name = cut.up_to or ""
        yield from parameter_faults(pack.rules, name, place, unit="%")
        value = pack.number(name)
        if value is not None and not before <= value <= 100:  # noqa: PLR2004 per cent
            allowed = [f"{before:g} – 100"]
            yield place, "policy.value_not_allowed", {"value": value, "allowed": allowed}
        before = before if value is None else value


def _number(pack: ScorePack, name: str, loc: Loc) -> Iterator[Fault]:
    spec = pack.field(name)
    if spec is None:
        yield from field_unknown(pack.rules, name, loc)
    elif spec.type != "number":
        yield loc, "policy.operator_for_type", {"op": "score", "type": spec.type}
