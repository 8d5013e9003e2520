"""One plot's share of what the rules saw, as a tree that people can read.

Everything here is looked up in the arrays of the evaluation; nothing is judged again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from platforms import messages
from platforms.policy import conditions as c
from platforms.policy.evaluation import RESULTS
from platforms.policy.schema import Pack, PackField, Parameter, Rule
from platforms.policy.step_results import RuleStep, Step
from platforms.policy.trace_node import TraceNode
from platforms.policy.words import missing_title
from platforms.units import half_up

__all__ = ["Reader"]

_SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}

_BODIES = (
    c.CompareBody, c.InListBody, c.ConsecutiveBody, c.RelativeBody, c.SpatialBody, c.ElapsedBody,
)  # fmt: skip


@dataclass(frozen=True)
class Reader:
    """Reads one plot off the steps.

    Attributes
    ----------
    pack
        The rules.
    row
        Position of the plot.
    lang
        Language of the texts.
    documents
        Titles of documents by id; without one the id is shown.
    """

    pack: Pack
    row: int
    lang: str
    documents: Mapping[str, str]

    def rule(self, step: RuleStep) -> TraceNode:
        """Return the tree of one rule."""
        rule = step.rule
        clause = {"document": rule.document, **rule.clause.model_dump()}
        title = rule.title.show(self.lang)
        text = self._say("rule", title=title, clause=self.clause(rule), quote=rule.clause.quote)
        parts = []
        if step.applies is not None:
            parts.append(self._wrapped("applies_to", step.applies))
        parts.append(self._wrapped("condition", step.condition))
        result, missing = self._outcome(step)
        return TraceNode(
            "rule", text, result, missing,
            facts={"rule": rule.id, "title": title, "outcome": rule.outcome},
            clause=clause, parts=tuple(parts),
        )  # fmt: skip

    def clause(self, rule: Rule) -> str:
        """Return document, section and item of a rule as users read them."""
        # an order counts its articles itself (第二条第一款), a plan has sections and items
        written = rule.clause
        entry = "article" if written.section.startswith("第") else "clause"
        document = self._document(rule.document)
        return self._say(entry, document=document, section=written.section, item=written.item)

    def dormant(self, rule: Rule) -> dict[str, object]:
        """Return a rule that is not in force, with its days."""
        first, last = self.pack.period(rule)
        title = rule.title.show(self.lang)
        text = self._say("dormant", title=title, first=first, last=last or "…", day=self.pack.day)
        return {
            "rule": rule.id, "title": title, "valid_from": first.isoformat(),
            "valid_to": None if last is None else last.isoformat(), "text": text,
        }  # fmt: skip

    def _document(self, name: str) -> str:
        title = self.documents.get(name)
        return name if title is None else self._say("document", title=title)

    def _wrapped(self, kind: str, step: Step) -> TraceNode:
        result, missing = self._outcome(step)
        return TraceNode(kind, self._say(kind), result, missing, parts=(self.node(step),))

    def node(self, step: Step) -> TraceNode:
        """Return the tree of one condition."""
        kind = _kind(step.expression)
        result, missing = self._outcome(step)
        values = self._values(step)
        return TraceNode(
            kind, self._text(kind, step, values, missing), result, missing,
            parameters=tuple(self._parameters(step.expression)),
            facts=values, parts=tuple(self.node(part) for part in step.parts),
        )  # fmt: skip

    def _outcome(self, step: Step | RuleStep) -> tuple[str, tuple[str, ...]]:
        missing = tuple(name for name, where in step.missing.items() if where[self.row])
        return RESULTS[int(step.result[self.row])], missing

    def _values(self, step: Step) -> dict[str, object]:
        """Return this plot's share of what the step saw."""
        seen: Mapping[str, Any] = step.seen
        found = {name: _plain(value, self.row) for name, value in seen.items()}
        if not found.pop("known", True):
            found["value"] = None
        elif "values" in found:
            found["value"] = found["values"]
        found.pop("values", None)
        if not found.pop("mean_known", True):
            found["mean"] = found["limit"] = None
        for name in ("limit", "until"):
            if not found.pop(f"{name}_known", True):
                found[name] = None
        field = self._field(step.expression)
        if field is not None:
            found |= {"field": field.id, "unit": field.unit}
        if isinstance(step.expression, c.Spatial):
            found |= {"fact": step.expression.spatial.fact, "unit": "1"}
        return found

    def _text(
        self, kind: str, step: Step, values: Mapping[str, object], missing: tuple[str, ...]
    ) -> str:
        field = self._field(step.expression)
        title = "" if field is None else field.title.show(self.lang)
        if field is not None and field.yearly and values.get("year") is not None:
            title = messages.text("policy.in_year", self.lang, title=title, year=values["year"])
        named = {
            **values,
            "field": title,
            "value": self._shown(field, values.get("value")),
            "limit": self._shown(field, values.get("limit")),
            "mean": self._shown(field, values.get("mean")),
            "op": self._op(step.expression),
            "title": str(step.seen.get("title", "")),
            "day": self.pack.day,
            "group": values.get("group") or "",
        }
        entry, more = self._special(step.expression, values)
        text = self._say(entry or kind, **(named | more))
        if missing and not step.parts:
            titles = [missing_title(self.pack, name, self.lang) for name in missing]
            gap = self._say("missing", missing=titles)
            text = messages.text("policy.two", self.lang, one=text, two=gap)
        return text

    def _special(
        self, expression: c.Expression, values: Mapping[str, object]
    ) -> tuple[str, dict[str, object]]:
        """Return the entry and the words of conditions that need more than a limit."""
        match expression:
            case c.Compare() if expression.compare.field2 is not None:
                other = self.pack.field(expression.compare.field2)
                return "compare_fields", {"other": other and other.title.show(self.lang)}
            case c.Spatial():
                body = expression.spatial
                fact = self.pack.fact(body.fact)
                shares = {k: self._percent(values.get(k)) for k in ("value", "limit")}
                title = body.fact if fact is None else fact.title.show(self.lang)
                return f"spatial_{body.op}", {"field": title, **shares}
            case c.Elapsed():
                return "elapsed", self._elapsed(expression.elapsed, values)
            case c.RuleResult() if values.get("dormant"):
                return "rule_dormant", {}
            case _:
                return "", {}

    def _elapsed(self, body: c.ElapsedBody, values: Mapping[str, object]) -> dict[str, object]:
        until = self._say("judging_date")
        if body.until != c.JUDGING_DATE and (field := self.pack.field(body.until)) is not None:
            until = field.title.show(self.lang)
        limit = values.get("limit")
        unit = "days" if body.years is None else "years"
        time = self._say(unit, number=self._shown(None, limit)) if limit is not None else (
            self._say("no_value")
        )  # fmt: skip
        return {
            "until": until, "until_value": self._shown(None, values.get("until")),
            "limit": time, "op": _SIGNS[body.op],
        }  # fmt: skip

    def _percent(self, share: object) -> str:
        if not isinstance(share, (int, float)):
            return self._say("no_value")
        return f"{half_up(float(share) * 100, 2):g}%"

    def _shown(self, field: PackField | None, value: object) -> str:
        """Return a value as users read it."""
        if value is None:
            return self._say("no_value")
        if isinstance(value, bool):
            return self._say("yes" if value else "no")
        if isinstance(value, float):
            unit = "" if field is None or field.unit in {"-", "1"} else f" {field.unit}"
            return f"{value:.4f}".rstrip("0").rstrip(".") + unit
        if isinstance(value, int):
            return self._shown(field, float(value))
        words = value if isinstance(value, (tuple, list)) else [value]
        labels = {} if field is None or field.allowed is None else field.allowed
        shown = [labels[w].show(self.lang) if w in labels else str(w) for w in words]
        return ("、" if self.lang == "zh_CN" else ", ").join(shown)

    def _op(self, expression: c.Expression) -> str:
        match expression:
            case c.Compare():
                return _SIGNS[expression.compare.op]
            case c.Relative():
                return _SIGNS[expression.relative_to_industry_mean.op]
            case _:
                return ""

    def _field(self, expression: c.Expression) -> PackField | None:
        match expression:
            case c.Compare():
                return self.pack.field(expression.compare.field)
            case c.InList():
                return self.pack.field(expression.in_list.field)
            case c.Relative():
                return self.pack.field(expression.relative_to_industry_mean.field)
            case c.Elapsed():
                return self.pack.field(expression.elapsed.from_)
            case _:
                return None

    def _parameters(self, expression: c.Expression) -> Iterator[dict[str, object]]:
        """Return the parameters that the condition itself names, and those of its field."""
        field = self._field(expression)
        names = list(_refs(expression))
        if field is not None and field.ratio and isinstance(field.ratio.per, c.ParameterRef):
            names.append(field.ratio.per.parameter)
        for name in dict.fromkeys(names):
            parameter = self.pack.parameter(name)
            if parameter is not None:
                yield self._parameter(parameter)

    def _parameter(self, parameter: Parameter) -> dict[str, object]:
        chosen = parameter.chosen
        source = parameter.source
        reading = "" if chosen is None else chosen.title.show(self.lang)
        where = (
            self._say("own") if source is None or parameter.basis == "tool"
            else self._say("source", document=self._document(source.document), clause=source.clause)
        )  # fmt: skip
        current = parameter.current
        unit = "" if parameter.unit in {"-", "1"} else f" {parameter.unit}"
        said = {"title": parameter.title.show(self.lang), "unit": unit}
        said |= {"source": where, "confidence": parameter.confidence, "reading": reading}
        said["value"] = self._shown(None, current)
        text = self._say("parameter_read" if reading else "parameter", **said)
        if current is None:
            text = self._say("parameter_empty", **said)
        elif parameter.dated:
            first, last = parameter.dated[0].from_, parameter.dated[0].to
            text = self._say("parameter_dated", first=first, last=last or "…", **said)
        return {
            "id": parameter.id, "title": parameter.title.show(self.lang),
            "value": _json(current),
            "unit": parameter.unit, "basis": parameter.basis,
            "source": None if source is None else source.model_dump(),
            "confidence": parameter.confidence, "reading": parameter.reading, "text": text,
        }  # fmt: skip

    def _say(self, entry: str, **fields: object) -> str:
        return messages.text(f"policy.trace.{entry}", self.lang, **fields)


def _kind(expression: c.Expression) -> str:
    """Return the operator; a rule inside a condition is told from a rule of the pack."""
    if isinstance(expression, c.RuleResult):
        return "rule_result"
    name = next(iter(type(expression).model_fields))
    return name.rstrip("_")


def _refs(expression: c.Expression) -> Iterator[str]:
    """Go through the parameters that a condition names, not those inside its parts."""
    body: object = next(iter(expression.__dict__.values()))
    if isinstance(body, c.CompareBody) and body.parameter is not None:
        yield body.parameter
    if isinstance(body, _BODIES):
        for value in body.__dict__.values():
            if isinstance(value, c.ParameterRef):
                yield value.parameter


def _plain(value: object, row: int) -> object:
    """Return a plain value: one row of an array, or the thing itself."""
    if isinstance(value, np.ndarray):
        value = value[row]
    if isinstance(value, np.generic):
        value = value.item()
    return _json(value)


def _json(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, dt.date) else value
