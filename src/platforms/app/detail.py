"""What is known of one feature, and where it is written.

Titles, units and words come from the map document, so that the panel says of a feature what
the map and the exported page say of it; the values come from the run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

import platforms as ip
from platforms import messages
from platforms.app.scene import Shown
from platforms.app.state import Pick
from platforms.units import printed

__all__ = ["CITED", "Detail", "Fact", "detail", "shown"]

# somebody put these where they are
_KNOWN = frozenset({"surveyed", "declared", "drawn"})
# told in the citation and in the line about the position
CITED = frozenset({"doc", "section", "row", "page", "basis", "accuracy_m", "mentions"})
# the seats on the map carry the names of the towns and stand for them
_SEATS, _TOWNS = "seats", "towns"
# a boundary on the map stands for its place
_AREAS = "_areas"
_JUDGED = frozenset({"verdict", "reason", "measure_suggested"})
# its shapes stand in as well, until somebody gives another
_DRAWN = "layout_units"
# drawn from gross to net
_LAND = frozenset({"gross_m2", "net_m2"})


@dataclass(frozen=True)
class Fact:
    """One line of the panel."""

    label: str
    value: str


@dataclass(frozen=True)
class Detail:
    """All that the panel shows of a feature.

    Attributes
    ----------
    pick
        The feature.
    title, layer
        Its name, and the title of its layer.
    sample, schematic
        Marks of the layer.
    facts
        Attributes, as shown.
    citations
        Where it is written: document, section, row.
    quotes
        The words themselves, each with the title of its column.
    position
        Basis of the position and its accuracy; empty where there is none.
    source
        Where the layer comes from, of a feature that cites no document.
    verdict, verdict_text, reason, measure
        Of a plot: the verdict, how it reads, why, and the suggested measure.
    """

    pick: Pick
    title: str
    layer: str
    sample: bool
    schematic: bool
    facts: Sequence[Fact]
    citations: Sequence[str]
    quotes: Sequence[Fact]
    position: Sequence[str]
    source: str = ""
    verdict: str = ""
    verdict_text: str = ""
    reason: str = ""
    measure: str = ""


def detail(scene: Shown, pick: Pick) -> Detail | None:
    """Return what is known of a feature.

    Parameters
    ----------
    scene
        What is looked at.
    pick
        The feature.

    Returns
    -------
    detail
        None where the scene has no such layer or feature, as when the data changed since.
    """
    pick = pick._replace(layer=pick.layer.removesuffix(_AREAS))
    if pick.layer == _SEATS:
        pick = Pick(_TOWNS, pick.id)
    layer, frame = scene.layer(pick.layer), scene.frame(pick.layer)
    if layer is None or frame is None or layer["key"] not in frame:
        return None
    rows = frame[frame[layer["key"]].astype(str).eq(pick.id)]
    if rows.empty:
        return None
    row: dict[str, Any] = {str(k): v for k, v in rows.iloc[0].items()}
    columns = [c for c in layer["columns"] if c["name"] in row and shown(c, row[c["name"]])]
    words = scene.content["strings"]
    judged = {c["name"]: shown(c, row[c["name"]]) for c in columns if c["name"] in _JUDGED}
    title = next((shown(c, row[c["name"]]) for c in columns if c["role"] == "title"), pick.id)
    cited = _citations(scene, row)
    return Detail(
        pick=pick,
        title=title,
        layer=layer["title"],
        sample=bool(layer["sample"]),
        schematic=bool(layer["schematic"]) and not _known(layer, row),
        facts=[
            _fact(c, row)
            for c in columns
            if not c["role"]
            and c["name"] not in CITED | _JUDGED | _LAND
            and not c["name"].startswith("deduct_")
        ],
        citations=cited,
        quotes=[_fact(c, row) for c in columns if c["role"] == "quote"],
        position=_position(layer, row, words),
        source="" if cited else _source(layer),
        verdict=str(row["verdict"]) if "verdict" in judged else "",
        verdict_text=judged.get("verdict", ""),
        reason=judged.get("reason", ""),
        measure=judged.get("measure_suggested", ""),
    )


def shown(column: Mapping[str, Any], value: Any) -> str:  # noqa: ANN401 a cell holds anything
    """Return a value as users read it; what is missing is empty.

    Parameters
    ----------
    column
        A column of the map document: ``type``, ``labels``, ``digits``.
    value
        The cell.
    """
    if value is None or (not isinstance(value, (list, tuple)) and pd.isna(value)):
        return ""
    kind = column["type"]
    if kind == "boolean":
        return messages.text("app.yes" if bool(value) else "app.no")
    if kind == "number":
        digits = column["digits"]
        return printed(float(value), digits) if digits is not None else f"{float(value):,.10g}"
    if kind == "integer":
        return str(int(value))
    labels: Mapping[str, str] = column["labels"]
    parts = value if isinstance(value, (list, tuple)) else [str(value)]
    if kind == "list":
        parts = [part for one in parts for part in str(one).split(";")]
    plain = [str(part).strip() for part in parts]
    words = [labels.get(part, part) for part in plain]
    return ("、" if messages.language() == "zh_CN" else ", ").join(word for word in words if word)


def _known(layer: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Say whether somebody put a feature where it is."""
    if layer["id"] == _DRAWN and row.get("basis") == "drawn":
        return bool(pd.notna(row.get("position_author")))
    return row.get("basis") in _KNOWN


def _fact(column: Mapping[str, Any], row: Mapping[str, Any]) -> Fact:
    text = shown(column, row[column["name"]])
    return Fact(column["title"], f"{text} {column['unit']}" if column["unit"] else text)


def _citations(scene: Shown, row: Mapping[str, Any]) -> list[str]:
    doc = row.get("doc")
    if doc is None or pd.isna(doc) or not str(doc).strip():
        return []
    plan = scene.workspace.plan
    named = [one.strip() for one in str(doc).split(";") if one.strip()]
    return [ip.citation({**row, "doc": one}, plan) for one in named]


def _source(layer: Mapping[str, Any]) -> str:
    parts = {"source": layer["source"], "date": layer["date"]}
    return messages.text("app.detail.source" if parts["date"] else "app.detail.undated", **parts)


def _position(
    layer: Mapping[str, Any], row: Mapping[str, Any], words: Mapping[str, str]
) -> list[str]:
    """Return the basis and the accuracy; sample positions have none that means anything."""
    basis, metres = row.get("basis"), row.get("accuracy_m")
    lines = []
    if basis is not None and pd.notna(basis):
        column = next((c for c in layer["columns"] if c["name"] == "basis"), None)
        labels = column["labels"] if column else {}
        name = labels.get(basis) or words.get(f"basis.{basis}") or str(basis)
        lines.append(messages.text("app.detail.basis", basis=name))
    if metres is not None and pd.notna(metres) and basis != "sample":
        known = _known(layer, row)
        entry = "accuracy" if known else "accuracy_schematic"
        lines.append(messages.text(f"app.detail.{entry}", metres=f"{float(metres):,.0f}"))
    return lines
