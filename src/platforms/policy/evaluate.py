"""Judge plots by a rule pack.

A plot is ``low_efficiency`` when at least one rule hits, ``unknown`` when none hits but one
cannot be told, else ``not``. A rule that does not apply to a plot does not hit it. Missing
data never make a plot low-efficient: filling a gap in a plot can turn its unknown into hit
or not, but no hit into not, as long as the rows that industry means are made of stay the
same (pass them as ``reference``; otherwise they are the plots themselves).

The measure is the first of the pack's whose condition holds, for low-efficiency plots only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from platforms import messages
from platforms.policy import kleene
from platforms.policy.columns import Table
from platforms.policy.kleene import Truth
from platforms.policy.schema import Measure, Pack
from platforms.policy.steps import Engine, RuleStep

__all__ = ["RESULTS", "VERDICTS", "Evaluation", "assess", "evaluate", "missing_title"]

Frame = TypeVar("Frame", bound=pd.DataFrame)

VERDICTS = {1: "low_efficiency", 0: "unknown", -1: "not"}
RESULTS = {1: "hit", 0: "unknown", -1: "not"}


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
        One step a rule.
    verdict
        1 low-efficient, 0 unknown, -1 not.
    measure
        Index into the pack's measures; -1 where none is suggested.
    """

    pack: Pack
    plot_ids: NDArray[np.object_]
    rules: tuple[RuleStep, ...]
    verdict: Truth
    measure: NDArray[np.int64]

    def missing(self, row: int) -> list[str]:
        """Return what keeps any rule open for one plot, in the order of the rules."""
        named = [n for rule in self.rules for n, where in rule.missing.items() if where[row]]
        return list(dict.fromkeys(named))

    def suggested(self, row: int) -> Measure | None:
        """Return the measure suggested for one plot."""
        number = int(self.measure[row])
        return None if number < 0 else self.pack.measures[number]

    def records(self) -> list[dict[str, object]]:
        """Return one dict a plot: plot_id, verdict, rules (rule, result, missing), measure."""
        return [self._record(row) for row in range(len(self.plot_ids))]

    def _record(self, row: int) -> dict[str, object]:
        measure = self.suggested(row)
        return {
            "plot_id": str(self.plot_ids[row]),
            "verdict": VERDICTS[int(self.verdict[row])],
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

    def totals(self) -> dict[str, int]:
        """Count the plots by verdict."""
        return {
            name: int((self.verdict == value).sum())
            for name, value in (("low_efficiency", 1), ("not", -1), ("unknown", 0))
        }

    def to_json(self) -> dict[str, object]:
        """Return the object that ``assess --json`` prints."""
        return {"pack": self.pack.pack, "plots": self.records(), "total": self.totals()}

    def columns(self) -> dict[str, NDArray[np.object_]]:
        """Return the columns that ``assess`` adds, in its order."""
        codes, rows = self._patterns()
        made = [self._texts(int(row)) for row in rows]
        return {
            name: np.array([texts[name] for texts in made], dtype=object)[codes]
            for name in _COLUMNS
        }

    def _patterns(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the number of each plot's outcome, and a row of each outcome: there are few."""
        parts: list[NDArray[np.int64]] = [self.measure + 1]
        for step in self.rules:
            parts.append(step.result.astype(np.int64) + 1)
            parts += [where.astype(np.int64) for where in step.missing.values()]
        code = np.zeros(len(self.plot_ids), dtype=np.int64)
        for part in parts:
            # three outcomes, or one more than the measures, at each step
            code = code * (len(self.pack.measures) + 3) + part
            code = pd.factorize(code)[0].astype(np.int64)
        _, rows, codes = np.unique(code, return_index=True, return_inverse=True)
        return codes, rows

    def _texts(self, row: int) -> dict[str, str]:
        hit = [step for step in self.rules if step.result[row] == kleene.TRUE]
        unclear = [step for step in self.rules if step.result[row] == kleene.UNKNOWN]
        measure = self.suggested(row)
        missing = self.missing(row)
        return {
            "verdict": VERDICTS[int(self.verdict[row])],
            "rules_hit": ";".join(step.rule.id for step in hit),
            "rules_unknown": ";".join(step.rule.id for step in unclear),
            "missing": ";".join(missing),
            "measure_suggested": "" if measure is None else measure.measure,
            "reason": _reason(self.pack, hit, unclear, missing, measure),
        }


_COLUMNS = ("verdict", "rules_hit", "rules_unknown", "missing", "measure_suggested", "reason")


def evaluate(
    plots: pd.DataFrame, pack: Pack, *, reference: pd.DataFrame | None = None
) -> Evaluation:
    """Evaluate every rule of a pack for every plot.

    Parameters
    ----------
    plots
        One row a plot, with the columns that the pack's fields name; what is absent is
        unknown. Areas come from ``measure``.
    pack
        The rules.
    reference
        Rows that industry means are made of; default the plots themselves.

    Returns
    -------
    evaluation
        Results, missing fields and measures, in the order of the plots.
    """
    table = Table(plots, pack)
    engine = Engine(table, table if reference is None else Table(reference, pack))
    steps = tuple(engine.rule(rule) for rule in pack.rules)
    verdict = kleene.disjunction([step.result for step in steps])
    measure = np.full(len(plots), -1, dtype=np.int64)
    for number, offered in enumerate(pack.measures):
        free = (verdict == kleene.TRUE) & (measure < 0)
        if offered.condition is not None:
            free &= engine.step(offered.condition).result == kleene.TRUE
        measure[free] = number
    named = plots["plot_id"] if "plot_id" in plots.columns else plots.index.to_series()
    return Evaluation(pack, named.to_numpy(dtype=object), steps, verdict, measure)


def assess(plots: Frame, pack: Pack, *, reference: pd.DataFrame | None = None) -> Frame:
    """Add each plot's verdict by a rule pack, with the rules, the gaps and a measure.

    Parameters
    ----------
    plots
        One row a plot, with the columns that the pack's fields name; not changed.
    pack
        The rules.
    reference
        Rows that industry means are made of; default the plots themselves.

    Returns
    -------
    assessed
        The plots, same index and type, with ``verdict`` (low_efficiency, not, unknown),
        ``rules_hit``, ``rules_unknown`` and ``missing`` (joined by ``;``),
        ``measure_suggested`` (merge, vacate, relocate, upgrade or empty) and ``reason``
        (in the current language).
    """
    evaluation = evaluate(plots, pack, reference=reference)
    assessed = plots.copy()
    for name, values in evaluation.columns().items():
        assessed[name] = pd.Series(values, index=plots.index, dtype="str")
    return assessed


def missing_title(pack: Pack, name: str, lang: str | None = None) -> str:
    """Return what users read for a missing column, parameter or mean."""
    kind, _, rest = name.rpartition(":")
    if kind == "parameter":
        parameter = pack.parameter(rest)
        title = rest if parameter is None else parameter.title.show(lang)
        return messages.text("policy.missing_parameter", lang, title=title)
    base, _, year = rest.rpartition("_")
    field = pack.field(rest) or (pack.field(base) if year.isdigit() else None)
    title = rest if field is None else field.title.show(lang)
    if kind == "industry_mean":
        return messages.text("policy.missing_mean", lang, title=title)
    if field is not None and field.yearly:
        return messages.text("policy.in_year", lang, title=title, year=year)
    return title


def _reason(
    pack: Pack,
    hit: Sequence[RuleStep],
    unclear: Sequence[RuleStep],
    missing: Sequence[str],
    measure: Measure | None,
) -> str:
    def rules(steps: Sequence[RuleStep]) -> list[str]:
        return [str(step.rule.title) for step in steps]

    parts: list[str] = []
    if hit:
        parts.append(messages.text("policy.reason_hit", rules=rules(hit)))
    if unclear:
        named = [missing_title(pack, name) for name in missing]
        parts.append(messages.text("policy.reason_unknown", rules=rules(unclear), missing=named))
    if not parts:
        parts.append(messages.text("policy.reason_not"))
    if measure is not None:
        values: dict[str, Any] = {
            "measure": messages.text(f"policy.measure.{measure.measure}"),
            "reason": str(measure.reason),
            "basis": messages.text(f"policy.basis.{measure.basis}"),
        }
        parts.append(messages.text("policy.reason_measure", **values))
    return reduce(lambda one, two: messages.text("policy.two", one=one, two=two), parts)
