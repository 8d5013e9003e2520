"""Citations: where a row is written.

A row that comes from a document carries ``doc``, ``section`` and ``row`` or ``page``; the
citation is the sentence that a person would put under it. A row without ``doc`` says so
instead of borrowing the citation of its table.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from platforms import messages
from platforms.layers.cards import Plan

__all__ = ["citation", "citations"]


def citation(record: Mapping[str, object], plan: Plan, *, lang: str | None = None) -> str:
    """Return the citation of one record.

    Parameters
    ----------
    record
        Mapping with ``doc`` and, where known, ``section``, ``row`` and ``page``.
    plan
        Holds the documents.
    lang
        Language; default the current one.

    Returns
    -------
    citation
        For example ``《…规划》附件二 第 7 行``.
    """
    document = plan.document(_known(record.get("doc")))
    if document is None:
        return messages.text("layers.no_document", lang)
    parts = {
        name: messages.text(f"layers.citation_{name}", lang, **{name: value}) if value else ""
        for name, value in (
            ("number", document.number),
            ("row", _known(record.get("row"))),
            ("page", _known(record.get("page"))),
        )
    }
    section = _known(record.get("section"))
    return messages.text("layers.citation", lang, title=document.title, section=section, **parts)


def citations(frame: pd.DataFrame, plan: Plan, *, lang: str | None = None) -> pd.Series:
    """Return the citation of each row, on the frame's index.

    Parameters
    ----------
    frame
        Table with a column ``doc`` and, where known, ``section``, ``row`` and ``page``.
    plan
        Holds the documents.
    lang
        Language; default the current one.
    """
    columns = [name for name in ("doc", "section", "row", "page") if name in frame]
    records: list[dict[str, object]] = frame[columns].to_dict("records")  # type: ignore[assignment]
    rows = [citation(record, plan, lang=lang) for record in records]
    return pd.Series(rows, index=frame.index, name="citation", dtype="str")


def _known(value: object) -> str:
    """Return a cell as text; a missing one is empty."""
    return "" if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]
