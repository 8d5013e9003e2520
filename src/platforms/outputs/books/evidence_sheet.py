"""Why each plot has its verdict, as a sheet (认定依据): one row a plot and question of a rule.

The rows are the trees that ``--explain`` prints, laid flat, so that an office can filter by
rule, result or plot and print what it defends. Plots that no rule hits are not listed, and of
very many plots only the first: the sheet says how many it leaves out.
"""

from __future__ import annotations

from platforms import messages
from platforms.outputs.books.book_pages import Field
from platforms.outputs.verdict_words import verdict_words
from platforms.planning.run import Run
from platforms.policy.evaluate import evaluate
from platforms.policy.evaluation import Evaluation
from platforms.policy.leaves import Leaf, deciding_leaves, open_rows

__all__ = ["MOST_ROWS", "evidence_fields"]

# so many rows are read, filtered and printed; a run of 100,000 plots has ten times as many
MOST_ROWS = 20_000


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"sheet.evidence.{entry}", None, **fields)


def evidence_fields(run: Run, *, most: int = MOST_ROWS) -> tuple[list[Field], str]:
    """Return the columns of the sheet, and the sentence that says what is left out.

    Parameters
    ----------
    run
        What :func:`platforms.run` gave.
    most
        Rows that the sheet holds; a plot is listed whole or not at all.

    Returns
    -------
    fields
        Plot, verdict, rule, clause, part of the rule, question with the plot's value, result,
        parameters with their source; hit plots first, then those that cannot be told.
    note
        How many plots are listed, and how many of which kind are not.
    """
    evaluation = _evaluation(run)
    documents = {one.id: one.title for one in run.workspace.plan.documents}
    rows = open_rows(evaluation)
    leaves: list[Leaf] = []
    listed = 0
    for row in rows:
        found = deciding_leaves(evaluation, int(row), documents=documents)
        if len(leaves) + len(found) > most:
            break
        leaves += found
        listed += 1
    left = len(rows) - listed
    silent = len(evaluation.plot_ids) - len(rows)
    entry = "note_cut" if left else "note"
    return _fields(run, leaves), _t(entry, listed=listed, left=left, silent=silent)


def _evaluation(run: Run) -> Evaluation:
    """Judge as the run did; firms that are judged one by one are listed one by one."""
    joined = run.joined
    if joined is not None and joined.judged is not None:
        return evaluate(joined.judged, run.pack, reference=joined.reference)
    return evaluate(run.plots, run.pack)


def _fields(run: Run, leaves: list[Leaf]) -> list[Field]:
    words = verdict_words(run.pack)
    results = {name: messages.text(f"policy.result.{name}") for name in ("hit", "not", "unknown")}
    return [
        Field("plot_id", messages.text("sheet.column.plot_id"),
              [one.plot_id for one in leaves], 12),
        Field("verdict", messages.text("sheet.column.verdict"),
              [words[one.verdict] for one in leaves], 10),
        Field("rule", messages.text("sheet.book.rule"), [one.title for one in leaves], 20),
        Field("clause", messages.text("sheet.book.clause"), [one.clause for one in leaves], 24),
        Field("part", _t("part"), [one.part for one in leaves], 16),
        Field("text", _t("text"), [one.text for one in leaves], 38),
        Field("result", _t("result"), [results[one.result] for one in leaves], 10),
        Field("parameters", _t("parameters"), ["\n".join(one.parameters) for one in leaves], 48),
    ]  # fmt: skip
