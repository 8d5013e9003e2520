"""The numbers that reclaimable land is estimated with, as tables: value, source, confidence.

What no document gives is marked as the tool's own choice, so that nobody takes it for a rule.
"""

from __future__ import annotations

from collections.abc import Mapping

from platforms import messages
from platforms.outputs.books.book_pages import AS_IT_IS, Block, Field
from platforms.planning.land.review import LandReview

__all__ = ["factor_block", "parameter_block"]

_HEADS = (
    ("title", 26), ("id", 22), ("value", 13), ("unit", 8), ("basis", 10), ("document", 36),
    ("clause", 24), ("quote", 40), ("confidence", 9), ("note", 44),
)  # fmt: skip


def _t(entry: str) -> str:
    return messages.text(f"sheet.land.{entry}")


def parameter_block(review: LandReview, titles: Mapping[str, str]) -> Block:
    """Return the parameters; one without a source is empty and was not used."""
    known = {one.id: one.title for one in review.parameters.documents.values()}
    rows = [_row(record, {**titles, **known}, "value") for record in review.parameters.records()]
    return Block(_t("parameters"), _fields(rows))


def factor_block(review: LandReview, titles: Mapping[str, str]) -> Block:
    """Return the factors of slope and class, with whose method they are."""
    known = {one.id: one.title for one in review.factors.documents}
    rows = [_row(record, {**titles, **known}, "k") for record in review.factors.records()]
    basis, _, table = review.factors.method.partition(":")
    method = messages.text(f"land.method.{basis}", table=table)
    return Block(f"{_t('factors')}：{method}", _fields(rows))


def _row(record: Mapping[str, object], titles: Mapping[str, str], value: str) -> dict[str, object]:
    source = record["source"]
    cited = source if isinstance(source, dict) else {}
    found = record[value]
    document = cited.get("document")
    return {
        "title": record["title"],
        # the same code is other land in each scheme
        "id": ":".join(str(one) for one in (record.get("scheme"), record["id"]) if one),
        "value": "、".join(map(str, found)) if isinstance(found, list) else found,
        "unit": record["unit"],
        "basis": _t(f"basis.{record['basis']}"),
        "document": titles.get(str(document), document),
        "clause": cited.get("clause"),
        "quote": cited.get("quote"),
        "confidence": record["confidence"],
        "note": record["note"],
    }


def _fields(rows: list[dict[str, object]]) -> list[Field]:
    return [
        Field(name, _t(f"column.{name}"), [row[name] for row in rows], width, AS_IT_IS)
        for name, width in _HEADS
    ]
