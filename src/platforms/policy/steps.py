"""Conditions on whole tables: one step for each condition, for all plots at once.

A step keeps what it saw (values, thresholds, years), so that the trace of a plot is read
off the very arrays that gave its verdict. A condition that names another rule takes its
result; a rule that is not in force on the day does not hit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from platforms.policy import conditions as c
from platforms.policy import kleene
from platforms.policy.columns import Bools, Cells, Table
from platforms.policy.industry import within
from platforms.policy.kleene import Truth
from platforms.policy.means import IndustrySums, Window, industry_mean, industry_sums
from platforms.policy.order import add_months, ordered
from platforms.policy.schema import Rule
from platforms.policy.step_results import RuleStep, Step, merged

__all__ = ["Engine"]

_MONTHS = 12


@dataclass
class Engine:
    """Evaluates the conditions of a pack on one table.

    Attributes
    ----------
    table
        The plots that are judged.
    reference
        The rows that industry means are made of.
    sums
        What the means are made of, by comparison; what stands here is taken as it is, and
        what is worked out is put here.
    """

    table: Table
    reference: Table
    sums: dict[tuple[str, Window], IndustrySums] = field(default_factory=dict)
    _rules: dict[str, RuleStep] = field(default_factory=dict)

    def rule(self, rule: Rule) -> RuleStep:
        """Return what a rule comes to; a plot that it does not apply to is not hit."""
        if rule.id not in self._rules:
            condition = self.step(rule.condition)
            applies = None if rule.applies_to is None else self.step(rule.applies_to)
            parts = [condition] if applies is None else [applies, condition]
            result = kleene.conjunction([p.result for p in parts])
            missing = merged(parts, result)
            self._rules[rule.id] = RuleStep(rule, result, missing, applies, condition)
        return self._rules[rule.id]

    def step(self, expression: c.Expression, year: int | None = None) -> Step:
        """Return what a condition comes to.

        Parameters
        ----------
        expression
            The condition.
        year
            Year that a ``consecutive`` around it gives.
        """
        match expression:
            case c.All():
                return self._joined(expression, expression.all, kleene.conjunction, year)
            case c.Any():
                return self._joined(expression, expression.any, kleene.disjunction, year)
            case c.Not():
                part = self.step(expression.not_, year)
                return Step(expression, kleene.negation(part.result), part.missing, {}, (part,))
            case c.Consecutive():
                return self._consecutive(expression)
            case c.RuleResult():
                return self._rule_result(expression)
            case _:
                return self._seen(expression, year)

    def _seen(
        self,
        expression: c.Compare | c.InList | c.Relative | c.Spatial | c.Elapsed,
        year: int | None,
    ) -> Step:
        """Return what a condition comes to that looks at the plots themselves."""
        match expression:
            case c.Compare():
                return self._compare(expression, year)
            case c.InList():
                return self._in_list(expression, year)
            case c.Relative():
                return self._relative(expression, year)
            case c.Spatial():
                return self._spatial(expression)
            case c.Elapsed():
                return self._elapsed(expression)

    def _joined(
        self,
        expression: c.Expression,
        inside: Sequence[c.Expression],
        join: Callable[[Sequence[Truth]], Truth],
        year: int | None,
    ) -> Step:
        parts = tuple(self.step(part, year) for part in inside)
        result = join([p.result for p in parts])
        return Step(expression, result, merged(parts, result), {}, parts)

    def _compare(self, expression: c.Compare, year: int | None) -> Step:
        body = expression.compare
        own = self._year(body.field, body.year_offset, year)
        cells = self.table.cells(body.field, own)
        seen: dict[str, Any] = {"year": own, "values": cells.data, "known": cells.known}
        if body.field2 is not None:
            other = self.table.cells(body.field2, self._year(body.field2, body.year_offset, year))
            seen |= {"limit": other.data, "limit_known": other.known}
            holds = _stand(body.op, cells, other.data)
            known, missing = cells.known & other.known, _both(cells, other)
            return Step(expression, kleene.truth(holds, known), missing, seen)
        limit: object = body.value
        if body.parameter is not None:
            limit = self._value(c.ParameterRef(parameter=body.parameter))
        seen["limit"] = limit
        if limit is None:
            return self._open(expression, f"parameter:{body.parameter}", seen)
        spec = self.table.pack.field(body.field)
        if spec is not None and spec.is_industry:
            return _coded(expression, body.field, cells, (str(limit),), seen, body.op != "!=")
        holds = _stand(body.op, cells, limit)
        return Step(expression, kleene.truth(holds, cells.known), cells.missing, seen)

    def _in_list(self, expression: c.InList, year: int | None) -> Step:
        body = expression.in_list
        allowed = self._value(body.values)
        year = self._year(body.field, body.year_offset, year)
        cells = self.table.cells(body.field, year)
        seen = {"year": year, "values": cells.data, "known": cells.known, "limit": allowed}
        if not isinstance(allowed, tuple):
            return self._open(expression, f"parameter:{_name(body.values)}", seen)
        spec = self.table.pack.field(body.field)
        if spec is not None and spec.is_industry:
            return _coded(expression, body.field, cells, allowed, seen)
        holds = np.zeros(len(self.table), dtype=bool)
        for word in allowed:
            holds |= np.asarray(cells.data == word, dtype=bool)
        return Step(expression, kleene.truth(holds, cells.known), cells.missing, seen)

    def _consecutive(self, expression: c.Consecutive) -> Step:
        body = expression.consecutive
        count, last = self._value(body.years), self._value(body.last_year_offset)
        for number, value in ((body.years, count), (body.last_year_offset, last)):
            if value is None and isinstance(number, c.ParameterRef):
                return self._open(expression, f"parameter:{number.parameter}", {})
        final = self.table.pack.assessment_year + _whole(last)
        years = list(range(final - _whole(count) + 1, final + 1))
        parts = tuple(self.step(body.each, y) for y in years)
        result = kleene.conjunction([p.result for p in parts])
        return Step(expression, result, merged(parts, result), {"years": years}, parts)

    def _relative(self, expression: c.Relative, year: int | None) -> Step:
        body = expression.relative_to_industry_mean
        share, kind = self._value(body.share), self._value(body.mean)
        count, last = self._value(body.years), self._value(body.mean_last_offset)
        peers, digits = self._value(body.minimum_peers), self._value(body.industry_digits)
        refs = (body.share, body.mean, body.years, body.mean_last_offset, body.minimum_peers,
                body.industry_digits)  # fmt: skip
        for ref, value in zip(refs, (share, kind, count, last, peers, digits), strict=True):
            if value is None and isinstance(ref, c.ParameterRef):
                return self._open(expression, f"parameter:{ref.parameter}", {})
        own_year = self._year(body.field, body.year_offset, year)
        if own_year is None:
            return self._open(expression, body.field, {})
        final = own_year + _whole(last)
        years = range(final - _whole(count) + 1, final + 1)
        window = Window(str(kind), years, _whole(peers), _whole(digits))
        key = (body.model_dump_json(), window)
        if key not in self.sums:
            population = Engine(self.reference, self.reference).step(body.population)
            counted = population.result == kleene.TRUE
            self.sums[key] = industry_sums(self.reference, counted, body, window)
        mean = industry_mean(self.table, self.sums[key], body, window)
        own = self.table.cells(body.field, own_year)
        limit = mean.values * _number(share)
        known = own.known & mean.known
        result = kleene.truth(ordered(body.op, own.data, limit), known)
        seen = {
            "year": own_year, "values": own.data, "known": own.known, "limit": limit,
            "share": share, "mean": mean.values, "mean_known": mean.known,
            "peers": mean.peers, "years": list(years), "kind": kind, "group": mean.groups,
        }  # fmt: skip
        missing = dict(own.missing)
        for name, where in mean.missing.items():
            missing[name] = missing.get(name, False) | where
        return Step(expression, result, missing, seen)

    def _spatial(self, expression: c.Spatial) -> Step:
        body = expression.spatial
        cells = self.table.share(body.fact)
        whole = {"inside": 1.0, "outside": 0.0}
        op = "<=" if body.op == "outside" else ">="
        limit = whole[body.op] if body.op in whole else self._value(body.share)
        seen = {"values": cells.data, "known": cells.known, "limit": limit}
        if limit is None:
            return self._open(expression, f"parameter:{_name(body.share)}", seen)
        holds = ordered(op, cells.data, limit)
        return Step(expression, kleene.truth(holds, cells.known), cells.missing, seen)

    def _elapsed(self, expression: c.Elapsed) -> Step:
        body = expression.elapsed
        start, end = self.table.cells(body.from_), self._until(body.until)
        given = body.days if body.years is None else body.years
        time = self._value(given)
        known = start.known & end.known
        seen = {"values": start.data, "known": start.known, "limit": time,
                "until": end.data, "until_known": end.known}  # fmt: skip
        if time is None:
            return self._open(expression, f"parameter:{_name(given)}", seen)
        if body.years is None:
            days = (end.data - start.data) / np.timedelta64(1, "D")
            holds = ordered(body.op, days, time)
        else:
            full = add_months(start.data, round(_number(time) * _MONTHS))
            holds = ordered(body.op, end.data, full)
        return Step(expression, kleene.truth(holds, known), _both(start, end), seen)

    def _until(self, name: str) -> Cells:
        if name != c.JUDGING_DATE:
            return self.table.cells(name)
        size = len(self.table)
        days = np.full(size, np.datetime64(self.table.pack.day, "D"))
        return Cells(days, np.ones(size, dtype=bool), {})

    def _rule_result(self, expression: c.RuleResult) -> Step:
        pack = self.table.pack
        rule = pack.rule(expression.rule)
        if rule is None:
            raise KeyError(expression.rule)
        if not pack.holds(rule):
            never = np.full(len(self.table), kleene.FALSE)
            return Step(expression, never, {}, {"title": rule.title, "dormant": True})
        step = self.rule(rule)
        return Step(expression, step.result, step.missing, {"title": rule.title})

    def _open(self, expression: c.Expression, name: str, seen: Mapping[str, Any]) -> Step:
        """Return unknown for all plots: a value that the pack should give is not there."""
        size = len(self.table)
        return Step(
            expression, np.zeros(size, dtype=np.int8), {name: np.ones(size, dtype=bool)}, seen
        )

    def _value(self, given: object) -> object:
        if not isinstance(given, c.ParameterRef):
            return given
        parameter = self.table.pack.parameter(given.parameter)
        return None if parameter is None else parameter.current

    def _year(self, name: str, offset: int | c.ParameterRef | None, year: int | None) -> int | None:
        spec = self.table.pack.field(name)
        if spec is None or not spec.yearly:
            return None
        if offset is None:
            return year
        value = self._value(offset)
        return None if value is None else self.table.pack.assessment_year + _whole(value)


def _stand(op: str, cells: Cells, limit: object) -> Bools:
    """Tell which cells stand to a limit as an operator says: by order, or by being the same."""
    if isinstance(limit, dt.date):
        return ordered(op, cells.data, np.datetime64(limit, "D"))
    if cells.data.dtype.kind in "fM" and not isinstance(limit, (bool, str)):
        return ordered(op, cells.data, limit)
    same = np.asarray(cells.data == limit, dtype=bool)
    return same if op == "==" else ~same


def _coded(
    expression: c.Expression,
    field_id: str,
    cells: Cells,
    wanted: Sequence[str],
    seen: Mapping[str, Any],
    want: bool = True,  # noqa: FBT001, FBT002
) -> Step:
    """Return whether codes lie within some codes; a coarser code cannot tell."""
    holds, told = within(cells.data, cells.known, wanted)
    missing = dict(cells.missing)
    if (coarse := cells.known & ~told).any():
        missing[field_id] = missing.get(field_id, False) | coarse
    return Step(expression, kleene.truth(holds == want, told), missing, seen)


def _both(one: Cells, two: Cells) -> dict[str, Bools]:
    """Return what either of two fields lacks."""
    missing = dict(one.missing)
    for name, where in two.missing.items():
        missing[name] = missing.get(name, False) | where
    return missing


def _name(given: object) -> str:
    return given.parameter if isinstance(given, c.ParameterRef) else ""


def _whole(value: object) -> int:
    return int(_number(value))


def _number(value: object) -> float:
    if isinstance(value, (int, float)):
        return float(value)
    raise TypeError(value)
