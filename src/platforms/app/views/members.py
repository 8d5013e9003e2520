"""成员: who may do what, who named them, and the journal of what came and went."""

from __future__ import annotations

import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, opened
from platforms.app.ledger.editor import ask_name, note_rights, show_done, show_outcome
from platforms.app.markup import el
from platforms.app.members.door import mode_line
from platforms.app.members.member_forms import show_forms
from platforms.app.members.member_tables import show_journal, show_members, show_past


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"members_page.{entry}", None, **fields)


def page() -> None:
    """Draw the page."""
    store = ip.open_store(opened.workspace(), make=False)
    members = store.members
    markup.show(el("p", _t("about"), cls="ip-note"))
    ask_name()
    note_rights(store)
    markup.show(el("p", mode_line(store), cls="ip-mode", role="status"))
    with st.container():
        show_outcome()
        show_done("change", "remove")
    listed, past, journal = st.tabs([_t("tab.members"), _t("tab.history"), _t("tab.journal")])
    with listed:
        show_members(members)
        show_forms(members)
    with past:
        show_past(members)
    with journal:
        show_journal(store.journal)
