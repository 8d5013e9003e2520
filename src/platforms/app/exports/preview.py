"""The map that will leave, and what speaks against it, before it is downloaded."""

from __future__ import annotations

import streamlit as st

from platforms import messages
from platforms.app import markup
from platforms.app.exports.making import Published
from platforms.app.map_component import show_document
from platforms.app.markup import el

__all__ = ["show_findings", "show_preview"]

_HEIGHT = 470
_KINDS = {"warning": "ip-warning", "info": "ip-note", "error": "ip-error"}


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"exports_page.{entry}", None, **fields)


def show_findings(made: Published) -> None:
    """Show what the check of publication found, and what the profile took away."""
    publication = made.document.content["publication"]
    grave = [one for one in made.issues if one.severity != "info"]
    head = _t("found", count=len(grave)) if grave else _t(f"fine.{_mark(made)}")
    markup.show(el("p", head, cls="ip-h4" if grave else "ip-done", role="status"))
    rows = sorted(made.issues, key=lambda one: one.severity == "info")
    markup.show(
        *(
            el("p", el("b", one.message()), " ", one.action(), cls=_KINDS[one.severity])
            for one in rows
        )
    )
    removed = publication["removed"]
    if removed:
        with st.expander(_t("removed", count=len(removed))):
            markup.show(el("ul", *(el("li", line) for line in removed), cls="ip-note"))


def _mark(made: Published) -> str:
    return "internal" if "internal" in made.document.content["marks"] else "open"


def show_preview(made: Published) -> None:
    """Show the map as it leaves."""
    show_document(made.document, key="export-preview", height=_HEIGHT, ground=False)
    st.caption(_t("preview", id=made.document.id))
