"""The passages behind a feature, shown: each document with its number and the words kept of it.

The library says which passages there are. The full text of a document is the user's to add, and
is offered where the document is cited.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.journal import taken
from platforms.app.markup import Html, el
from platforms.app.scene import Shown
from platforms.app.state import Pick

__all__ = ["passages", "show_passages"]

_FACTS = ("number", "issuer", "date", "period", "note")
_FILES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".txt": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
}


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"overview_page.passage.{entry}", None, **fields)


def passages(scene: Shown, pick: Pick) -> list[ip.Passage]:
    """Return the passages that a feature rests on, its own row first.

    Parameters
    ----------
    scene
        What is looked at.
    pick
        The feature.
    """
    return ip.feature_passages(scene.workspace, pick.layer, _record(scene, pick))


def _record(scene: Shown, pick: Pick) -> dict[str, Any]:
    """Return the row of a feature; empty where it cites nothing."""
    layer, frame = scene.layer(pick.layer), scene.frame(pick.layer)
    if layer is None or frame is None or "doc" not in frame:
        return {}
    rows = frame[frame[layer["key"]].astype(str).eq(pick.id)]
    return {str(name): value for name, value in rows.iloc[0].items()} if len(rows) else {}


def show_passages(scene: Shown, pick: Pick) -> None:
    """Offer the passages behind a feature; nothing where none is cited."""
    count = len(ip.feature_places(scene.workspace, pick.layer, _record(scene, pick)))
    if not count:
        return
    label = _t("open") if count == 1 else _t("open_all", count=count)
    if st.button(label, key="passages-open", icon=":material/menu_book:"):
        _dialog(scene, passages(scene, pick))


def _dialog(scene: Shown, found: list[ip.Passage]) -> None:
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


def _told(passage: ip.Passage) -> Html:
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
    path = ip.full_text(workspace, doc)
    if path is None:
        markup.show(el("p", _t("no_file", id=doc), cls="ip-silent"))
        return
    st.download_button(
        _t("file", name=markup.plain_label(path.name)),
        data=taken(path.name, path.read_bytes),
        file_name=path.name,
        mime=_FILES[path.suffix],
        on_click="ignore",
        key=f"passage-file-{doc}",
    )
