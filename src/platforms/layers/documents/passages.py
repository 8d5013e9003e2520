"""Passages: the words that the data keep of a place in a document.

Rows keep words in the columns that hold them as written, rules in their quotes, and the layer
``passages`` keeps those of places whose rows hold none. A citation that opens nothing is a gap,
and is told. Nothing is quoted that no file holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from platforms.layers.documents.citing import (
    WORD_COLUMNS,
    Cited,
    cell_text,
    cited,
    is_words,
    mentions,
)
from platforms.layers.documents.folding import fold_section
from platforms.layers.documents.library import known_documents
from platforms.layers.workspace import Workspace

__all__ = [
    "UNCOVERED_COLUMNS",
    "Passage",
    "feature_passages",
    "feature_places",
    "passage",
    "uncovered_citations",
]

UNCOVERED_COLUMNS = ("file", "line", "layer", "feature", "doc", "section", "row", "why")
_PLACE = ("doc", "section", "row", "page")
# sentences of the documents, each of one feature
_SAID = "statements"
_KEPT = "passages"


@dataclass(frozen=True)
class Passage:
    """One place in a document, and the words kept of it.

    Attributes
    ----------
    doc, section, row, page
        Where it is; what is not known is empty.
    texts
        Words kept of it by what asks: the title of their column and the words.
    others
        What further rows of the workspace have from the same place: the title of their layer
        and the words.
    """

    doc: str
    section: str
    row: str
    page: str
    texts: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, str], ...] = ()


def passage(workspace: Workspace, doc: str, section: str, row: str = "") -> Passage:
    """Return all the words that a workspace keeps of a place in a document.

    Parameters
    ----------
    workspace
        The city.
    doc
        Id of the document.
    section, row
        The place, as the tables cite it; without a row, the section itself.

    Returns
    -------
    passage
        Its ``texts`` under the titles of their layers, quotes of rules under the name of their
        file; none where nothing is kept.
    """
    words = _words(workspace, cited(workspace))[_key(doc, section, row)]
    return Passage(doc, section, row, "", tuple(dict.fromkeys(words)))


def uncovered_citations(workspace: Workspace) -> pd.DataFrame:
    """Return the citations that open no passage.

    Returns
    -------
    citations
        ``UNCOVERED_COLUMNS``, a row a citation: the file and its row, what cites, the place, and
        ``why``: ``no_words`` where nothing is kept of it, ``not_named`` where what is kept of a
        section does not name what cites it, ``no_section`` where the citation names the document
        alone, ``no_document`` where nothing is known of the document.
    """
    places = cited(workspace)
    words = _words(workspace, places)
    known = known_documents(workspace)
    rows = []
    for one in places:
        kept = [text for _, text in words[_key(one.doc, one.section, one.row)]]
        why = "" if one.words or kept else "no_words"
        if kept and one.names and not one.words and not one.row:
            # a section says much of others too
            why = "" if any(name in text for text in kept for name in one.names) else "not_named"
        why = "no_section" if why and not one.section else why
        why = why if one.doc in known else "no_document"
        # of several documents of a row the first are named without a place
        if why and not (why == "no_section" and one.layer):
            rows.append({**{n: getattr(one, n) for n in UNCOVERED_COLUMNS[:-1]}, "why": why})
    return pd.DataFrame(rows, columns=list(UNCOVERED_COLUMNS))


def feature_passages(workspace: Workspace, layer: str, record: Mapping[str, Any]) -> list[Passage]:
    """Return the passages that a feature rests on, its own row first.

    Parameters
    ----------
    workspace
        The city.
    layer
        The layer of the feature.
    record
        Its row.

    Returns
    -------
    passages
        Its own place, then what the plans say of it, then where else it is named. Words of a
        whole section stand with it only where they name the feature.
    """
    names = (cell_text(record.get("name")), *cell_text(record.get("aliases")).split(";"))
    asked = _Asked(workspace, layer, _feature(workspace, layer, record), names)
    texts = _texts(workspace, layer, record)
    return [
        asked.passage(place, (*(texts if own else ()), *_said_words(workspace, said)))
        for place, own, said in _places(workspace, layer, record)
    ]


def feature_places(workspace: Workspace, layer: str, record: Mapping[str, Any]) -> list[Passage]:
    """Return the places of :func:`feature_passages` without their words, which is quick."""
    found = (place for place, _, _ in _places(workspace, layer, record))
    where = ([place.get(name, "") for name in _PLACE] for place in found)
    return [Passage(doc, section, row, page) for doc, section, row, page in where]


def _feature(workspace: Workspace, layer: str, record: Mapping[str, Any]) -> str:
    return cell_text(record.get(str(workspace.card(layer).key))) if workspace.has(layer) else ""


def _places(
    workspace: Workspace, layer: str, record: Mapping[str, Any]
) -> list[tuple[dict[str, str], bool, list[dict[str, str]]]]:
    """Return each place of a feature once: whether it is its own, and what plans say of it there.

    First the documents that it names without a place and where it is written, then where a plan
    says something of it, then where else it is named.
    """
    docs, own = _own_places(record)
    said = _said(workspace, layer, _feature(workspace, layer, record))
    found: dict[tuple[str, ...], tuple[dict[str, str], bool, list[dict[str, str]]]] = {}
    for place in [*docs, *own, *said, *mentions(record.get("mentions"))]:
        key = tuple(place.get(name, "") for name in _PLACE[:3])
        here = found.setdefault(key, (place, place in own, []))
        if place in said:
            here[2].append(place)
    return list(found.values())


def _said_words(
    workspace: Workspace, said: Iterable[Mapping[str, str]]
) -> tuple[tuple[str, str], ...]:
    return tuple(words for row in said for words in _texts(workspace, _SAID, row))


def _key(doc: str, section: str, row: str) -> tuple[str, str, str]:
    return doc, fold_section(section), row


def _words(
    workspace: Workspace, places: Iterable[Cited]
) -> defaultdict[tuple[str, str, str], list[tuple[str, str]]]:
    """Return the words that are kept, by place: the title of what keeps them, and the words."""
    found: defaultdict[tuple[str, str, str], list[tuple[str, str]]] = defaultdict(list)
    if workspace.has(_KEPT):
        title = str(workspace.card(_KEPT).title)
        for record in workspace.table(_KEPT).to_dict("records"):
            place = (cell_text(record[name]) for name in _PLACE[:3])
            found[_key(*place)].append((title, cell_text(record["text"])))
    for one in places:
        title = str(workspace.card(one.layer).title) if one.layer else one.file
        found[_key(one.doc, one.section, one.row)] += [(title, text) for _, text in one.words]
    return found


def _own_places(record: Mapping[str, Any]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Return the documents a row names, and its place: that of the document named last."""
    docs = [one.strip() for one in cell_text(record.get("doc")).split(";") if one.strip()]
    place = {name: cell_text(record.get(name)) for name in _PLACE}
    return [{"doc": doc} for doc in docs[:-1]], [{**place, "doc": doc} for doc in docs[-1:]]


def _said(workspace: Workspace, layer: str, feature: str) -> list[dict[str, str]]:
    """Return the rows of what the plans say of a feature."""
    if not workspace.has(_SAID) or not feature:
        return []
    table = workspace.table(_SAID)
    rows = table[table["layer"].eq(layer) & table["feature_id"].eq(feature)]
    return [{str(k): cell_text(v) for k, v in row.items()} for row in rows.to_dict("records")]


def _texts(
    workspace: Workspace, layer: str, record: Mapping[str, Any]
) -> tuple[tuple[str, str], ...]:
    """Return the cells that hold words as written, under their titles."""
    if not workspace.has(layer):
        return ()
    return tuple(
        (str(column.title), cell_text(record.get(column.name)))
        for column in workspace.card(layer).columns
        if is_words(column.name) and cell_text(record.get(column.name))
    )


@dataclass(frozen=True)
class _Asked:
    """The feature that is asked about, and what it is called."""

    workspace: Workspace
    layer: str
    feature: str
    names: tuple[str, ...]
    _kept: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def passage(self, place: Mapping[str, str], texts: tuple[tuple[str, str], ...]) -> Passage:
        """Return a place with what other rows of the workspace have from it."""
        own = {words for _, words in texts}
        others = self._others(place) if place.get("section") else []
        kept = dict.fromkeys(one for one in others if one[1] not in own)
        where = {name: place.get(name, "") for name in _PLACE}
        return Passage(**where, texts=texts, others=tuple(kept))

    def _others(self, place: Mapping[str, str]) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for layer, rows in self._tables().items():
            card = self.workspace.card(layer)
            for row in rows:
                same = all(row.get(name, "") == place.get(name, "") for name in _PLACE[:3])
                if not same or (layer, row.get(str(card.key))) == (self.layer, self.feature):
                    continue
                words = (row.get(name, "") for name in WORD_COLUMNS)
                found += [(str(card.title), one) for one in words if self._about(one, place)]
        return found

    def _about(self, words: str, place: Mapping[str, str]) -> bool:
        """Say whether words of a place belong beside it: a section says much of others too."""
        called = any(name in words for name in self.names if name)
        return bool(words) and (bool(place.get("row")) or called)

    def _tables(self) -> dict[str, list[dict[str, str]]]:
        """Return the rows that keep words of a place in a document, by layer."""
        if not self._kept:
            for layer, card in self.workspace.cards.items():
                names = {column.name for column in card.columns}
                # what is said of one feature is told of that one
                if layer == _SAID or not (
                    {"doc", "section"} <= names and names & set(WORD_COLUMNS)
                ):
                    continue
                self._kept[layer] = [
                    {str(k): cell_text(v) for k, v in row.items() if k != "geometry"}
                    for row in self.workspace.table(layer).to_dict("records")
                ]
        return self._kept
