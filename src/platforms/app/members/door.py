"""The door before the pages: signed in where that is configured, and then a member.

With sign-in, a store without members lets nobody in: a server that starts while its store is away,
or beside an empty one, would make the first stranger an approver. Whoever runs the server names
the first. Without sign-in the door is open: a typed name proves nothing, so it closes nothing. What
is written is asked about in the store itself, whatever stands here.
"""

from __future__ import annotations

import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, opened
from platforms.app.journal import noted
from platforms.app.markup import el
from platforms.app.visitor import (
    ask_to_sign_in,
    sign_in_set,
    sign_out_button,
    signed_at,
    signed_in,
    unverified,
)

__all__ = ["closed", "leave", "mode_line", "role_line"]

_NAMED = 3
# who was noted as signed in, by person and sign-in: a page loaded anew is none
_NOTED: set[tuple[str, str]] = set()


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"members_page.{entry}", None, **fields)


def closed() -> bool:
    """Ask to sign in, or whom to ask for a role; say whether the page stays closed."""
    if not sign_in_set():
        return False
    if ask_to_sign_in():
        return True
    who = signed_in() or ""
    members = opened.store().members
    if members.single_user:
        _show_nobody_named(members, who)
        return True
    _note_sign_in(who)
    if members.role_of(who) is not None:
        return False
    told = _t("stranger.about", who=who, approvers=members.approvers())
    if unverified():
        # the number that stands for the person says nothing to anybody
        told = _t("sign_in.unverified", address=unverified())
    markup.show(el("div", el("b", _t("stranger.title")), el("p", told), cls="ip-empty"))
    with st.container(horizontal=True, key="stranger"):
        # pressing it draws the page anew, and so asks the store again
        st.button(_t("stranger.again"), icon=":material/refresh:", key="stranger-again")
        # who came with another account than the members know goes out and comes back
        sign_out_button(leave)
    return True


def _show_nobody_named(members: ip.Members, who: str) -> None:
    told = _t("nobody_named.about", who=who, workspace=members.workspace)
    markup.show(el("div", el("b", _t("nobody_named.title")), el("p", told), cls="ip-empty"))
    with st.container(horizontal=True, key="stranger"):
        st.button(_t("stranger.again"), icon=":material/refresh:", key="stranger-again")
        # not noted: a line of the journal would make the store that is missing
        sign_out_button(st.logout)


def _note_sign_in(who: str) -> None:
    key = (who, signed_at())
    if key not in _NOTED:
        _NOTED.add(key)
        noted("sign_in")


def leave() -> None:
    """Sign the visitor out, noted while it is still known who that is."""
    noted("sign_out")
    st.logout()


def mode_line(store: ip.Store) -> str:
    """Say whether there are members, what stands for who somebody is, and what is only read."""
    return _mode(store.members) if store.writable else _t("mode.read_only")


def _mode(members: ip.Members) -> str:
    if members.single_user:
        return _t("mode.single")
    table = members.list()
    approvers = list(table.loc[table["role"].eq("approver"), "name"])
    entry = "mode.several" if sign_in_set() else "mode.several_typed"
    # a line, not a list: all of them stand in the table of members
    named = [name.partition(" <")[0] for name in approvers[:_NAMED]]
    more = _t("mode.more", count=len(approvers)) if len(approvers) > _NAMED else ""
    return _t(entry, count=len(table), approvers=named, more=more)


def role_line() -> str:
    """Say what the one who signed in may do; empty for nobody."""
    who = signed_in()
    if who is None:
        return ""
    role = opened.store().members.role_of(who)
    return _t("role.none") if role is None else _t(f"role.{role}")
