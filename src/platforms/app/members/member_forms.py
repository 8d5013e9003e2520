"""Naming members: another one, another role, or a member no more."""

from __future__ import annotations

from functools import partial

import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.ledger.edit_form import forget_wanted
from platforms.app.ledger.editor import act, ask_first, may_write, show_fault, turn, who
from platforms.app.markup import el
from platforms.app.members.member_tables import role_word
from platforms.app.visitor import sign_in_set

__all__ = ["show_forms"]

_ROLES = ("reader", "editor", "approver")


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"members_page.{entry}", None, **fields)


def show_forms(members: ip.Members) -> None:
    """Show the forms to those who may name members.

    Parameters
    ----------
    members
        Of the workspace.
    """
    if members.single_user:
        _show_first(members)
        return
    if members.role_of(who()) != "approver":
        told = _t("ask", approvers=members.approvers())
        markup.show(el("p", told, cls="ip-note"))
        return
    add, change = st.columns(2, gap="medium")
    with add:
        _show_add(members)
    with change:
        _show_change(members)


def _show_first(members: ip.Members) -> None:
    markup.show(el("p", _t("first.about"), cls="ip-note"))
    label = _t("first.do", name=markup.plain_label(who())) if who() else _t("first.do_nobody")
    st.button(
        label, disabled=not may_write(), key="members-first", on_click=partial(_first, members)
    )
    ask_first()


def _first(members: ip.Members) -> None:
    forget_wanted()
    me = who()
    act(_t("done", name=me), lambda: members.add(me, "approver", by=me))


def _role_box(key: str, now: str = _ROLES[0]) -> str:
    # a browser sends the word that it showed: a box in another language is another box
    return st.selectbox(
        messages.text("members.column.role"), _ROLES, format_func=role_word,
        index=_ROLES.index(now), key=f"{key}-{messages.language()}",
    )  # fmt: skip


def _show_add(members: ip.Members) -> None:
    at = f"members-add-{turn()}"
    markup.show(el("h4", _t("add.title"), cls="ip-h4"))
    with st.container(key="members-add"):
        hint = _t("add.hint_signed" if sign_in_set() else "add.hint")
        name = st.text_input(messages.text("members.column.name"), key=f"{at}-name",
                             max_chars=100, placeholder=hint)  # fmt: skip
        role = _role_box(f"{at}-role")
        why = st.text_input(messages.text("members.column.why"), key=f"{at}-why", max_chars=500)
        st.button(
            _t("add.do"), type="primary", disabled=not name.strip(), key=f"{at}-do",
            on_click=partial(_add, members, name, role, why),
        )  # fmt: skip


def _add(members: ip.Members, name: str, role: str, why: str) -> None:
    forget_wanted()
    act(_t("done", name=name.strip()), lambda: members.add(name, role, by=who(), why=why))


def _show_change(members: ip.Members) -> None:
    at = f"members-change-{turn()}"
    markup.show(el("h4", _t("change.title"), cls="ip-h4"))
    with st.container(key="members-change"):
        roles = members.list().set_index("name")["role"]
        # nobody is chosen before somebody is: the first is often the only approver
        name = st.selectbox(messages.text("members.column.name"), list(roles.index), index=None,
                            key=f"{at}-name", placeholder=_t("change.whom"))  # fmt: skip
        if name is None:
            return
        now = str(roles[name])
        role = _role_box(f"{at}-role-{list(roles.index).index(name)}", now)
        why = st.text_input(messages.text("members.column.why"), key=f"{at}-why", max_chars=500)
        with st.container(horizontal=True, key="members-change-acts"):
            with st.popover(_t("change.open"), disabled=role == now, key=f"{at}-ask"):
                told = _t("change.about", name=name, now=role_word(now), role=role_word(role))
                markup.show(el("p", told, cls="ip-note"))
                st.button(_t("change.do"), key=f"{at}-do", type="primary",
                          on_click=partial(_change, members, name, role, why))  # fmt: skip
                with st.container():
                    show_fault("change")
            with st.popover(_t("remove.open"), key=f"{at}-ask-remove"):
                markup.show(el("p", _t("remove.about", name=name), cls="ip-note"))
                st.button(_t("remove.do"), key=f"{at}-remove", type="primary",
                          on_click=partial(_remove, members, name, why))  # fmt: skip
                with st.container():
                    show_fault("remove")


def _change(members: ip.Members, name: str, role: str, why: str) -> None:
    forget_wanted()
    act(_t("done", name=name), lambda: members.change(name, role, by=who(), why=why),
        place="change")  # fmt: skip


def _remove(members: ip.Members, name: str, why: str) -> None:
    forget_wanted()
    act(_t("removed", name=name), lambda: members.remove(name, by=who(), why=why), place="remove")
