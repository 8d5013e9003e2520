"""Explain one plot's verdict: rule, clause, parameter, the plot's value, result.

The tree is read off the arrays of the evaluation that gave the verdict; nothing is judged a
second time here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from platforms import messages
from platforms.errors import InputError
from platforms.policy.evaluate import evaluate
from platforms.policy.evaluation import Evaluation
from platforms.policy.reading import Reader
from platforms.policy.schema import Pack
from platforms.policy.trace_node import TraceNode

__all__ = ["Trace", "TraceNode", "explain", "trace", "trace_row"]


@dataclass(frozen=True)
class Trace:
    """Why a plot has its verdict.

    Attributes
    ----------
    plot_id
        The plot.
    verdict
        ``low_efficiency`` or another outcome of the pack, ``not`` or ``unknown``.
    verdict_title
        What users read for it.
    pack
        Id of the rule pack.
    title
        Its title.
    day
        Day that was judged for.
    rules
        One tree for each rule in force.
    dormant
        The rules that are not in force on the day: rule, title, valid_from, valid_to, text.
    measure
        Suggested measure, with reason and basis; None where there is none.
    lang
        Language of the texts.
    may_be, rise
        Other outcomes that missing data could still give, and what users read of it.
    """

    plot_id: str
    verdict: str
    verdict_title: str
    pack: str
    title: str
    day: dt.date
    rules: tuple[TraceNode, ...]
    dormant: tuple[Mapping[str, object], ...]
    measure: Mapping[str, str] | None
    lang: str
    may_be: tuple[str, ...] = ()
    rise: str = ""

    def to_json(self) -> dict[str, object]:
        """Return the trace as JSON values."""
        return {
            "plot_id": self.plot_id,
            "verdict": self.verdict,
            "may_be": list(self.may_be),
            "pack": self.pack,
            "title": self.title,
            "judged_on": self.day.isoformat(),
            "rules": [rule.to_json() for rule in self.rules],
            "not_in_force": [dict(rule) for rule in self.dormant],
            "measure": dict(self.measure) if self.measure else None,
        }

    def to_text(self) -> str:
        """Return the trace as an indented text for the terminal."""
        lines = [
            messages.text(
                "policy.trace.head", self.lang,
                plot=self.plot_id, verdict=self.verdict_title, pack=self.title,
            )
        ]  # fmt: skip
        if self.rise:
            lines.append(f"  {self.rise}")
        for rule in self.rules:
            lines += self._lines(rule, 1)
        lines += [f"  {rule['text']}" for rule in self.dormant]
        if self.measure:
            lines.append(messages.text("policy.reason_measure", self.lang, **self._measure()))
        return "\n".join(lines)

    def _measure(self) -> dict[str, str]:
        named = dict(self.measure or {})
        return {
            "measure": messages.text(f"policy.measure.{named['measure']}", self.lang),
            "reason": named["reason"],
            "basis": messages.text(f"policy.basis.{named['basis']}", self.lang),
        }

    def _lines(self, node: TraceNode, depth: int) -> Iterator[str]:
        result = messages.text(f"policy.result.{node.result}", self.lang)
        pad = "  " * depth
        line = messages.text("policy.trace.line", self.lang, result=result, text=node.text)
        yield f"{pad}{line}"
        for parameter in node.parameters:
            yield f"{pad}  {parameter['text']}"
        for part in node.parts:
            yield from self._lines(part, depth + 1)


def explain(
    plots: pd.DataFrame,
    pack: Pack,
    plot_id: str,
    *,
    reference: pd.DataFrame | None = None,
    documents: Mapping[str, str] | None = None,
    on: dt.date | None = None,
    lang: str | None = None,
) -> Trace:
    """Explain one plot's verdict.

    Parameters
    ----------
    plots
        All plots, since industry means are made of them.
    pack
        The rules.
    plot_id
        The plot: its ``plot_id``, or its index where the table has no such column.
    reference
        As for ``assess``.
    documents
        Titles of documents by id, beside the pack's own; without one the id is shown.
    on
        As for ``assess``.
    lang
        Language of the texts; default the current one.

    Returns
    -------
    trace
        The tree, as objects, JSON or text.

    Raises
    ------
    InputError
        For an id that no plot has, or more than one.
    """
    evaluation = evaluate(plots, pack, reference=reference, on=on)
    return trace(evaluation, plot_id, documents=documents, lang=lang)


def trace(
    evaluation: Evaluation,
    plot_id: str,
    *,
    documents: Mapping[str, str] | None = None,
    lang: str | None = None,
) -> Trace:
    """Read one plot's trace off an evaluation; parameters and errors as for ``explain``."""
    rows = np.flatnonzero([str(one) == str(plot_id) for one in evaluation.plot_ids])
    if len(rows) == 0:
        some = [str(one) for one in evaluation.plot_ids[:5]]
        raise InputError("policy.plot_unknown", plot=plot_id, some=some)
    if len(rows) > 1:
        raise InputError("policy.plot_ambiguous", plot=plot_id, count=len(rows))
    return trace_row(evaluation, int(rows[0]), documents=documents, lang=lang)


def trace_row(
    evaluation: Evaluation,
    row: int,
    *,
    documents: Mapping[str, str] | None = None,
    lang: str | None = None,
) -> Trace:
    """Read the trace of the plot at a position off an evaluation; the rest as for ``trace``."""
    pack, lang = evaluation.pack, lang or messages.language()
    titles = {**(documents or {}), **{d.id: d.title for d in pack.documents}}
    reader = Reader(pack, row, lang, titles)
    offered = evaluation.suggested(row)
    measure = None
    if offered is not None:
        reason = offered.reason.show(lang)
        measure = {"measure": offered.measure, "reason": reason, "basis": offered.basis}
    return Trace(
        plot_id=str(evaluation.plot_ids[row]),
        verdict=evaluation.verdict_name(row),
        verdict_title=evaluation.verdict_title(evaluation.verdict_name(row), lang),
        pack=pack.pack,
        title=pack.title.show(lang),
        day=pack.day,
        rules=tuple(reader.rule(step) for step in evaluation.rules),
        dormant=tuple(reader.dormant(rule) for rule in evaluation.dormant),
        measure=measure,
        lang=lang,
        may_be=tuple(evaluation.may_be(row)),
        rise=evaluation.rise(row, lang),
    )
