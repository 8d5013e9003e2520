"""The tree behind a verdict as rows: one a plot and a single question of a rule.

What can be filtered and printed is a table, so the tree is laid flat: each row carries its
rule, where in the rule it stands and the parameters that bear on it. Only what decides is
listed: of a plot that is hit the rules that hit, of one that cannot be told the rules that
cannot. Nothing is judged a second time here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from platforms import messages
from platforms.policy import kleene
from platforms.policy.evaluation import Evaluation
from platforms.policy.reading import Reader
from platforms.policy.trace_node import TraceNode

__all__ = ["Leaf", "deciding_leaves", "open_rows"]


@dataclass(frozen=True)
class Leaf:
    """One question of a rule, put to one plot.

    Attributes
    ----------
    plot_id
        The plot; with firms judged one by one, the plot and the firm.
    verdict
        An outcome of the pack, or ``unknown``.
    rule, title
        Id and title of the rule.
    clause
        Document, section and item, as users read them.
    part
        Where the question stands in the rule: whom it applies to or the condition, and what
        joins it to others.
    text
        What was asked, and the plot's value.
    result
        ``hit``, ``not`` or ``unknown``.
    parameters
        One text a parameter: value, unit, reading, source, confidence.
    """

    plot_id: str
    verdict: str
    rule: str
    title: str
    clause: str
    part: str
    text: str
    result: str
    parameters: tuple[str, ...]


def open_rows(evaluation: Evaluation) -> NDArray[np.intp]:
    """Return the rows that have leaves: plots that are hit, then those that cannot be told."""
    hit, unknown = (np.flatnonzero(evaluation.verdict == v) for v in (kleene.TRUE, kleene.UNKNOWN))
    return np.concatenate([hit, unknown])


def deciding_leaves(
    evaluation: Evaluation,
    row: int,
    *,
    documents: Mapping[str, str] | None = None,
    lang: str | None = None,
) -> list[Leaf]:
    """Return the questions that decide one plot's verdict, in the order of the rules.

    Parameters
    ----------
    evaluation
        What the rules say.
    row
        Position of the plot.
    documents
        Titles of documents by id, beside the pack's own; without one the id is shown.
    lang
        Language; default the current one.

    Returns
    -------
    leaves
        Empty for a plot that no rule hits, and where no rule is in force.
    """
    pack = evaluation.pack
    titles = {**(documents or {}), **{one.id: one.title for one in pack.documents}}
    reader = Reader(pack, row, lang or messages.language(), titles)
    verdict = int(evaluation.verdict[row])
    named = evaluation.verdict_name(row)
    leaves = []
    for step in evaluation.rules:
        if verdict == kleene.FALSE or int(step.result[row]) != verdict:
            continue
        tree = reader.rule(step)
        clause = reader.clause(step.rule)
        title = step.rule.title.show(reader.lang)
        leaves += [
            Leaf(str(evaluation.plot_ids[row]), named, step.rule.id, title, clause,
                 " › ".join(path), node.text, node.result, parameters)
            for path, node, parameters in _walk(tree.parts, (), ())
        ]  # fmt: skip
    return leaves


def _walk(
    nodes: tuple[TraceNode, ...], path: tuple[str, ...], above: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], TraceNode, tuple[str, ...]]]:
    for node in nodes:
        told = tuple(str(one["text"]) for one in node.parameters)
        # what a year's question rests on may stand with the years
        parameters = tuple(dict.fromkeys((*told, *above)))
        if node.parts:
            yield from _walk(node.parts, (*path, node.text), parameters)
        else:
            yield path, node, parameters
