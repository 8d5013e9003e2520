"""The members, who named them, and the journal, as tables."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.markup import el

__all__ = ["show_journal", "show_members", "show_past"]

_NEWEST = 200
_HASH = 12
_ROLES = ("reader", "editor", "approver")


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"members_page.{entry}", None, **fields)


def role_word(role: str) -> str:
    """Return what users read for a role; nothing for none."""
    return messages.text(f"members.role.{role}") if role else "—"


def _when(times: pd.Series) -> list[str]:
    return [f"{one.to_pydatetime().astimezone():%Y-%m-%d %H:%M}" for one in times]


def _show(table: dict[str, Any], room: str) -> None:
    heads = {messages.text(f"{room}.column.{name}"): values for name, values in table.items()}
    st.dataframe(pd.DataFrame(heads), hide_index=True, placeholder="")


def show_members(members: ip.Members) -> None:
    """Show who may do what, and what each role may."""
    table = members.list()
    if not table.empty:
        _show(
            {
                "name": table["name"], "role": table["role"].map(role_word),
                "changed_by": table["changed_by"], "changed_at": _when(table["changed_at"]),
            },
            "members",
        )  # fmt: skip
    facts = [part for role in _ROLES for part in (el("dt", role_word(role)),
                                                  el("dd", _t(f"role.{role}")))]  # fmt: skip
    markup.show(el("dl", *facts, cls="ip-facts ip-roles"))


def show_past(members: ip.Members) -> None:
    """Show who named whom, the newest first."""
    past = members.history().iloc[::-1]
    if past.empty:
        markup.show(el("p", _t("no_history"), cls="ip-note"))
        return
    _show(
        {
            "at": _when(past["at"]), "name": past["name"],
            "what": [messages.text(f"members.what.{one}") for one in past["what"]],
            "was": past["was"].map(role_word), "became": past["became"].map(role_word),
            "who": past["who"], "why": past["why"],
        },
        "members",
    )  # fmt: skip


def show_journal(journal: ip.Journal) -> None:
    """Show what came and went, the newest first."""
    markup.show(el("p", _t("journal.about"), cls="ip-note"))
    lines = journal.lines()
    if lines.empty:
        markup.show(el("p", _t("journal.none"), cls="ip-note"))
        return
    shown = lines.iloc[::-1].head(_NEWEST)
    _show(
        {
            "at": _when(shown["at"]),
            "who": [one or messages.text("journal.nobody") for one in shown["who"]],
            "what": [messages.text(f"journal.what.{one}") for one in shown["what"]],
            "name": shown["name"], "size": shown["size"],
            "sha256": [str(one)[:_HASH] if pd.notna(one) else "" for one in shown["sha256"]],
        },
        "journal",
    )  # fmt: skip
    if len(lines) > _NEWEST:
        markup.show(el("p", _t("journal.more", count=len(lines) - _NEWEST), cls="ip-note"))
