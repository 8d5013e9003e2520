"""The passages behind a feature: each document with its number, place and the words kept of it.

The workspace keeps short passages, in the columns that hold words as written. The full text of
a document is the user's to add: a file named by the document's id in the folder ``documents``
beside the layers is offered where the document is cited. Nothing is quoted that no file holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.markup import Html, el
from platforms.app.scene import Shown
from platforms.app.state import Pick

__all__ = ["Passage", "full_text", "passages", "show_passages"]

_PLACE = ("doc", "section", "row", "page")
_FACTS = ("number", "issuer", "date", "period", "note")
_WORDS = ("text", "quote", "content")
# sentences of the documents, each of one feature
_SAID = "statements"
_FILES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".txt": "text/plain",
}


_Rows = list[dict[str, str]]


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"overview_page.passage.{entry}", None, **fields)


@dataclass(frozen=True)
class Passage:
    """One place in a document.

    Attributes
    ----------
    doc, section, row, page
        Where it is; what is not known is empty.
    texts
        Words kept of it: the title of their column and the words.
    others
        What further rows of the workspace have from the same place: the title of their layer
        and the words.
    """

    doc: str
    section: str
    row: str
    page: str
    texts: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Asked:
    """The feature that is asked about, and what it is called."""

    pick: Pick
    names: tuple[str, ...]

    def about(self, words: str, place: Mapping[str, str]) -> bool:
        """Say whether words of a place belong beside it: a section says much of others too."""
        called = any(name in words for name in self.names if name)
        return bool(words) and (bool(place.get("row")) or called)


def passages(scene: Shown, pick: Pick) -> list[Passage]:
    """Return the passages that a feature rests on, its own row first.

    Parameters
    ----------
    scene
        What is looked at.
    pick
        The feature.
    """
    own, mentioned, said = _places(scene, pick)
    city, record = scene.workspace, _record(scene, pick)
    asked = _Asked(pick, (_cell(record.get("name")), *_cell(record.get("aliases")).split(";")))
    texts = _texts(city, pick.layer, record)
    return [
        *(
            _passage(city, place, texts if number == len(own) - 1 else (), asked)
            for number, place in enumerate(own)
        ),
        *(_passage(city, place, _texts(city, _SAID, place), asked) for place in said),
        *(_passage(city, place, (), asked) for place in mentioned),
    ]


def _record(scene: Shown, pick: Pick) -> dict[str, Any]:
    """Return the row of a feature; empty where it cites nothing."""
    layer, frame = scene.layer(pick.layer), scene.frame(pick.layer)
    if layer is None or frame is None or "doc" not in frame:
        return {}
    rows = frame[frame[layer["key"]].astype(str).eq(pick.id)]
    return {str(name): value for name, value in rows.iloc[0].items()} if len(rows) else {}


def _places(scene: Shown, pick: Pick) -> tuple[_Rows, _Rows, _Rows]:
    """Return where a row is written, where else it is named, and what plans say of it there."""
    record = _record(scene, pick)
    docs = [one.strip() for one in _cell(record.get("doc")).split(";") if one.strip()]
    # section and row speak of the document named last, as in every table of the plans
    own = [{"doc": doc} for doc in docs[:-1]]
    own += [{**{name: _cell(record.get(name)) for name in _PLACE}, "doc": doc} for doc in docs[-1:]]
    said: _Rows = []
    if scene.workspace.has(_SAID):
        table = scene.workspace.table(_SAID)
        rows = table[table["layer"].eq(pick.layer) & table["feature_id"].eq(pick.id)]
        said = [{str(k): _cell(v) for k, v in row.items()} for row in rows.to_dict("records")]
    known = {tuple(place.get(name, "") for name in _PLACE[:3]) for place in [*own, *said]}
    mentioned = _mentions(record.get("mentions"))
    return own, [m for m in mentioned if (m["doc"], m["section"], m["row"]) not in known], said


def _cell(value: Any) -> str:  # noqa: ANN401 a cell holds anything
    if isinstance(value, (list, tuple)):
        return ";".join(str(one) for one in value)
    return "" if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)) else str(value)


def _mentions(value: object) -> list[dict[str, str]]:
    """Return the places of a cell ``doc:section:row;…``; the row may be missing."""
    parts = value if isinstance(value, (list, tuple)) else _cell(value).split(";")
    places = []
    for part in parts:
        doc, _, rest = str(part).strip().partition(":")
        section, _, row = rest.partition(":")
        if doc and section:
            places.append({"doc": doc, "section": section, "row": row})
    return places


def _texts(
    workspace: ip.Workspace, layer: str, record: Mapping[str, Any]
) -> tuple[tuple[str, str], ...]:
    """Return the cells that hold words as written, under their titles."""
    if not workspace.has(layer):
        return ()
    return tuple(
        (str(column.title), _cell(record.get(column.name)))
        for column in workspace.card(layer).columns
        if (column.name in _WORDS or column.name.endswith("_text"))
        and _cell(record.get(column.name))
    )


def _cited_tables(workspace: ip.Workspace) -> dict[str, pd.DataFrame]:
    """Return the tables whose rows keep words of a place in a document."""
    named = {
        name: {column.name for column in card.columns}
        for name, card in workspace.cards.items()
        # what is said of one feature is told of that one
        if name != _SAID
    }
    return {
        name: workspace.table(name)
        for name, columns in named.items()
        if {"doc", "section"} <= columns and columns & set(_WORDS)
    }


def _passage(
    workspace: ip.Workspace,
    place: Mapping[str, str],
    texts: tuple[tuple[str, str], ...],
    asked: _Asked,
) -> Passage:
    """Return a place with what other rows of the workspace have from it."""
    others: list[tuple[str, str]] = []
    for layer, table in _cited_tables(workspace).items() if place.get("section") else ():
        card = workspace.card(layer)
        same = pd.Series(data=True, index=table.index)
        for name in ("doc", "section", "row"):
            held = table[name] if name in table else pd.Series("", index=table.index)
            same &= held.map(_cell).eq(place.get(name, ""))
        for record in table[same].to_dict("records"):
            if (layer, _cell(record.get(str(card.key)))) != asked.pick:
                words = [_cell(record.get(name)) for name in _WORDS]
                others += [(str(card.title), one) for one in words if asked.about(one, place)]
    kept = dict.fromkeys(one for one in others if one[1] not in {words for _, words in texts})
    where = {name: place.get(name, "") for name in _PLACE}
    return Passage(**where, texts=texts, others=tuple(kept))


def full_text(workspace: ip.Workspace, doc: str) -> Path | None:
    """Return the file with the full text of a document, or None.

    Parameters
    ----------
    workspace
        The city.
    doc
        Id of one of its documents.
    """
    if workspace.plan.document(doc) is None:
        return None
    folder = workspace.layers_dir / "documents"
    return next((p for ending in _FILES if (p := folder / f"{doc}{ending}").is_file()), None)


def show_passages(scene: Shown, pick: Pick) -> None:
    """Offer the passages behind a feature; nothing where none is cited."""
    count = sum(len(places) for places in _places(scene, pick))
    if not count:
        return
    label = _t("open") if count == 1 else _t("open_all", count=count)
    if st.button(label, key="passages-open", icon=":material/menu_book:"):
        _dialog(scene, passages(scene, pick))


def _dialog(scene: Shown, found: list[Passage]) -> None:
    @st.dialog(_t("title"), width="large")
    def opened() -> None:
        for doc in dict.fromkeys(passage.doc for passage in found):
            places = [_told(passage) for passage in found if passage.doc == doc]
            about = _about(scene.workspace, doc)
            markup.show(el("section", *about, *places, cls="ip-passage"))
            _offer(scene.workspace, doc)

    opened()


def _about(workspace: ip.Workspace, doc: str) -> list[Html]:
    """Return what is known of a document: a heading and a list."""
    document = workspace.plan.document(doc)
    if document is None:
        return [el("h4", doc)]
    facts = {name: getattr(document, name) for name in _FACTS}
    pairs = [
        part
        for name, value in facts.items()
        if value
        for part in (el("dt", _t(name)), el("dd", str(value)))
    ]
    return [el("h4", str(document.title)), el("dl", *pairs)]


def _told(passage: Passage) -> Html:
    """Return a place of a document and the words kept of it."""
    where = [
        _t(name, **{name: value})
        for name in ("section", "row", "page")
        if (value := getattr(passage, name))
    ]
    words = [
        *((title, text) for title, text in passage.texts),
        *((_t("also", layer=title), text) for title, text in passage.others),
    ]
    quotes = [el("blockquote", el("small", title), el("q", text)) for title, text in words]
    silent = None if quotes else el("p", _t("no_text"), cls="ip-silent")
    return el("div", el("p", el("b", " · ".join(where))), *quotes, silent, cls="ip-place")


def _offer(workspace: ip.Workspace, doc: str) -> None:
    """Offer the full text where the workspace has it, else say where it goes."""
    path = full_text(workspace, doc)
    if path is None:
        markup.show(el("p", _t("no_file", id=doc), cls="ip-silent"))
        return
    st.download_button(
        _t("file", name=path.name),
        data=path.read_bytes,
        file_name=path.name,
        mime=_FILES[path.suffix],
        on_click="ignore",
        key=f"passage-file-{doc}",
    )
