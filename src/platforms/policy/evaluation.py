"""What a pack says of plots: verdicts, the rules that decide them, what is missing, and why.

Plots that came to the same are told in the same words, and those are few: each text is made
once. Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray

from platforms import messages
from platforms.issues import IssueTable
from platforms.policy import kleene
from platforms.policy.kleene import Truth
from platforms.policy.schema import Measure, Pack, Rule
from platforms.policy.step_results import RuleStep
from platforms.policy.words import measure_advice, missing_title, verdict_title

__all__ = ["RESULTS", "Evaluation"]

RESULTS = {1: "hit", 0: "unknown", -1: "not"}

# an int64 holds so many different codes
_ROOM = 2**62
_COLUMNS = ("verdict", "rules_hit", "rules_unknown", "missing", "measure_suggested", "reason")


@dataclass(frozen=True)
class Evaluation:
    """What a pack says of each plot.

    Attributes
    ----------
    pack
        The rules, with the readings in use.
    plot_ids
        Ids in the order of the plots.
    rules
        One step for each rule in force.
    verdict
        1 hit, 0 unknown, -1 not.
    outcome
        Index into the pack's outcomes of the first rule that hits; -1 where none does.
    measure
        Index into the pack's measures; -1 where none is suggested.
    open
        For the number of each rule that could still change the outcome of a hit: where.
    issues
        Values that the rules read and that cannot be right, or hardly can.
    """

    pack: Pack
    plot_ids: NDArray[np.object_]
    rules: tuple[RuleStep, ...]
    verdict: Truth
    outcome: NDArray[np.int64]
    measure: NDArray[np.int64]
    open: Mapping[int, NDArray[np.bool_]] = field(default_factory=dict)
    issues: IssueTable = field(default_factory=IssueTable)

    @property
    def dormant(self) -> tuple[Rule, ...]:
        """The rules of the pack that are not in force on the day."""
        return tuple(rule for rule in self.pack.rules if not self.pack.holds(rule))

    def verdicts(self) -> NDArray[np.object_]:
        """Return each plot's verdict: an outcome of the pack, ``not`` or ``unknown``."""
        names = np.array([*self.pack.outcomes, "not", "unknown"], dtype=object)
        # counted from the end: -2 is "not", -1 "unknown"
        other = np.where(self.verdict == kleene.FALSE, -2, -1)
        named: NDArray[np.object_] = names[np.where(self.outcome >= 0, self.outcome, other)]
        return named

    def verdict_name(self, row: int) -> str:
        """Return one plot's verdict."""
        if self.outcome[row] >= 0:
            return self.pack.outcomes[int(self.outcome[row])]
        return "not" if self.verdict[row] == kleene.FALSE else "unknown"

    def missing(self, row: int) -> list[str]:
        """Return what keeps any rule open for one plot, in the order of the rules."""
        named = [n for rule in self.rules for n, where in rule.missing.items() if where[row]]
        return list(dict.fromkeys(named))

    def may_be(self, row: int) -> list[str]:
        """Return the other outcomes that missing data could still give a plot that is hit.

        Of several rules that hit the first names the outcome, so an earlier one that cannot
        be told may change it.
        """
        rules = [self.rules[number].rule for number, where in self.open.items() if where[row]]
        return list(dict.fromkeys(rule.outcome for rule in rules))

    def suggested(self, row: int) -> Measure | None:
        """Return the measure suggested for one plot."""
        number = int(self.measure[row])
        return None if number < 0 else self.pack.measures[number]

    def records(self) -> list[dict[str, object]]:
        """Return one dict a plot: plot_id, verdict, may_be, rules, measure."""
        told = self._each(self._record)
        return [
            {"plot_id": str(name)} | rest for name, rest in zip(self.plot_ids, told, strict=True)
        ]

    def _record(self, row: int) -> dict[str, object]:
        measure = self.suggested(row)
        return {
            "verdict": self.verdict_name(row),
            "may_be": self.may_be(row),
            "rules": [
                {
                    "rule": step.rule.id,
                    "result": RESULTS[int(step.result[row])],
                    "missing": [name for name, where in step.missing.items() if where[row]],
                }
                for step in self.rules
            ],
            "measure": "" if measure is None else measure.measure,
        }

    def verdict_title(self, name: str, lang: str | None = None) -> str:
        """Return what users read for a verdict; ``not`` means what the pack asks."""
        return verdict_title(self.pack, name, lang)

    def totals(self) -> dict[str, int]:
        """Count the plots by verdict: the pack's outcomes, then ``not`` and ``unknown``."""
        named = self.verdicts()
        return {
            name: int((named == name).sum()) for name in (*self.pack.outcomes, "not", "unknown")
        }

    def because(self) -> NDArray[np.object_]:
        """Return for each plot the rules that decide its verdict, as users read it."""
        return self._each(self._because)

    def to_json(self) -> dict[str, object]:
        """Return the object that ``assess --json`` prints."""
        return {
            "pack": self.pack.pack,
            "judged_on": self.pack.day.isoformat(),
            "plots": self.records(),
            "total": self.totals(),
            "issues": self.issues.to_records(),
        }

    def columns(self) -> dict[str, ExtensionArray]:
        """Return the columns that ``assess`` adds, in its order."""
        codes, rows = self._patterns()
        made = [self._texts(int(row)) for row in rows]
        return {
            name: pd.array([texts[name] for texts in made], dtype="str").take(codes)
            for name in _COLUMNS
        }

    def _each(self, tell: Callable[[int], object]) -> NDArray[np.object_]:
        """Return what can be told of each plot, told once for each of the few outcomes."""
        codes, rows = self._patterns()
        told = np.empty(len(rows), dtype=object)
        told[:] = [tell(int(row)) for row in rows]
        each: NDArray[np.object_] = told[codes]
        return each

    def _patterns(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the number of each plot's outcome, and a row of each outcome: there are few."""
        size = len(self.plot_ids)
        digits: list[tuple[NDArray[Any], int]] = [(self.measure + 1, len(self.pack.measures) + 1)]
        for step in self.rules:
            digits.append((step.result + 1, 3))
            digits += [(where, 2) for where in step.missing.values()]
        digits += [(where, 2) for where in self.open.values()]
        code, room = np.zeros(size, dtype=np.int64), 1
        for digit, base in digits:
            if room > _ROOM // base:
                code, room = pd.factorize(code)[0].astype(np.int64), size
            code = code * base + digit
            room *= base
        codes, found = pd.factorize(code)
        rows = np.empty(len(found), dtype=np.intp)
        # backwards, so that the first row of each stays
        rows[codes[::-1]] = np.arange(size)[::-1]
        return codes, rows

    def _texts(self, row: int) -> dict[str, str]:
        hit, unclear = self._deciding(row)
        measure = self.suggested(row)
        reason = [
            *self._reasons(row, hit, unclear),
            *([measure_advice(measure)] if measure else []),
        ]
        return {
            "verdict": self.verdict_name(row),
            "rules_hit": ";".join(step.rule.id for step in hit),
            "rules_unknown": ";".join(step.rule.id for step in unclear),
            "missing": ";".join(self.missing(row)),
            "measure_suggested": "" if measure is None else measure.measure,
            "reason": _joined(reason),
        }

    def _deciding(self, row: int) -> tuple[list[RuleStep], list[RuleStep]]:
        """Return the rules that hit a plot, and those that cannot be told."""
        hit = [step for step in self.rules if step.result[row] == kleene.TRUE]
        return hit, [step for step in self.rules if step.result[row] == kleene.UNKNOWN]

    def _because(self, row: int) -> str:
        hit, unclear = self._deciding(row)
        return _joined(self._reasons(row, hit, [] if hit else unclear))

    def rise(self, row: int, lang: str | None = None) -> str:
        """Say what the verdict on a plot that is hit may become, and what is missing for it."""
        outcomes = self.may_be(row)
        if not outcomes:
            return ""
        steps = [self.rules[number] for number, where in self.open.items() if where[row]]
        names = [n for s in steps for n, where in s.missing.items() if where[row]]
        gaps = [missing_title(self.pack, name, lang) for name in dict.fromkeys(names)]
        titles = [self.verdict_title(name, lang) for name in outcomes]
        return messages.text("policy.may_be", lang, missing=gaps, verdicts=titles)

    def _reasons(self, row: int, hit: Sequence[RuleStep], unclear: Sequence[RuleStep]) -> list[str]:
        if not self.rules:
            return [messages.text("policy.reason_dormant", day=self.pack.day)]
        parts = []
        if hit:
            named = [str(step.rule.title) for step in hit]
            parts.append(messages.text("policy.reason_hit", rules=named))
            parts += [rise] if (rise := self.rise(row)) else []
        if unclear:
            named = [str(step.rule.title) for step in unclear]
            gaps = [missing_title(self.pack, name) for name in self.missing(row)]
            parts.append(messages.text("policy.reason_unknown", rules=named, missing=gaps))
        low = self.pack.outcomes == ("low_efficiency",)
        return parts or [messages.text("policy.reason_not" if low else "policy.reason_none")]


def _joined(parts: Sequence[str]) -> str:
    return reduce(lambda one, two: messages.text("policy.two", one=one, two=two), parts)
