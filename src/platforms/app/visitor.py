"""Who is asking: the person who signed in, or whoever is named in single-user mode.

Where sign-in (OIDC) is configured nothing is shown before it, and what is written is written
in the name of who signed in: no box can say another. Where it is not, a name is typed and is
no proof.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from platforms import messages
from platforms.app import markup
from platforms.app.markup import el

__all__ = [
    "ask_to_sign_in",
    "claims",
    "name_box",
    "named_by",
    "providers",
    "remember_name",
    "show_account",
    "sign_in_set",
    "sign_out_button",
    "signed_at",
    "signed_in",
    "unverified",
    "visitor_name",
]

_LOG = logging.getLogger(__name__)
# the claim that says who somebody is, where an e-mail address does not
_SETTING = "PLATFORMS_SIGN_IN_CLAIM"
_LONGEST_NAME, _LONGEST = 30, 100
# the name that was typed, on whichever page: it is asked for once a visit
_TYPED = "ledger-name"


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"members_page.{entry}", None, **fields)


def claims() -> Mapping[str, Any]:
    """Return what the sign-in says of the visitor; empty where none is configured."""
    return st.user.to_dict()


def sign_in_set() -> bool:
    """Say whether sign-in is configured (``[auth]`` in Streamlit's secrets.toml)."""
    return "is_logged_in" in claims()


def signed_in() -> str | None:
    """Return who signed in, as it is written: ``name <address>``; None for nobody.

    The address makes the person. One that the provider says it has not verified is not taken,
    nor can a name that somebody chose pass for one.
    """
    told = claims()
    if not told.get("is_logged_in"):
        return None
    claim = os.environ.get(_SETTING, "").strip()
    if claim:
        address = told.get(claim)
    else:
        checked = told.get("email_verified", True) not in {False, "false"}
        address = (told.get("email") if checked else None) or told.get("sub")
    known = _plain(address)
    if not known or len(known) > _LONGEST - 3:
        _LOG.warning("the sign-in does not say who the visitor is")
        return None
    name = _plain(told.get("name"))[:_LONGEST_NAME]
    # what is too long in the history would be another person
    name = name[: max(_LONGEST - 3 - len(known), 0)].strip()
    return f"{name} <{known}>" if name and name != known else known


def unverified() -> str:
    """Return the e-mail address that the sign-in names and has not verified; empty for none."""
    told = claims()
    given = os.environ.get(_SETTING, "").strip()
    checked = told.get("email_verified", True) not in {False, "false"}
    return "" if checked or given else _plain(told.get("email"))[:_LONGEST]


def signed_at() -> str:
    """Return when the visitor signed in, as the provider says it; empty where it does not."""
    return str(claims().get("iat") or "")


def _plain(word: object) -> str:
    said = " ".join(str(word or "").split())
    return "".join(one for one in said if one.isprintable() and one not in "<>＜＞")


def named_by(typed: object) -> str:
    """Return who writes: the person who signed in, else the name that was typed."""
    signed = signed_in()
    if sign_in_set():
        return signed or ""
    return str(typed or "").strip()


def visitor_name() -> str:
    """Return who writes in this visit; empty as long as nobody said."""
    return named_by(st.session_state.get(_TYPED))


def remember_name(name: str) -> None:
    """Remember for all pages of this visit who writes."""
    st.session_state[_TYPED] = name.strip()


def name_box(label: str, value: str, *, key: str, width: int | None = None, most: int = 100) -> str:
    """Show a box for the name of who writes; closed for one who signed in.

    Parameters
    ----------
    label, value
        Of the box.
    key
        Of the box.
    width
        In pixels; None fills the place.
    most
        Letters, at most.

    Returns
    -------
    name
        Who writes.
    """
    size: Any = "stretch" if width is None else width
    if sign_in_set():
        # what a browser sends for it is not read
        name = signed_in() or ""
        st.text_input(label, name, key=f"{key}-signed", disabled=True, width=size)
        return name
    return st.text_input(label, value, key=key, max_chars=most, width=size).strip()


def providers() -> list[str | None]:
    """Return the names of the providers that are configured; None is the one without a name."""
    section: Mapping[str, Any] = st.secrets.get("auth", {})
    found: list[str | None] = [None] if "client_id" in section else []
    return found + [name for name, one in section.items() if isinstance(one, Mapping)
                    and "client_id" in one]  # fmt: skip


def ask_to_sign_in() -> bool:
    """Ask a visitor to sign in where that is configured; say whether the page is to wait."""
    if not sign_in_set() or signed_in() is not None:
        return False
    told = claims()
    with st.container(key="sign-in"):
        entry = "sign_in.unknown" if told.get("is_logged_in") else "sign_in.about"
        said = _t(entry) if not unverified() else _t("sign_in.unverified", address=unverified())
        markup.show(el("div", el("b", _t("sign_in.title")), el("p", said), cls="ip-empty"))
        if told.get("is_logged_in"):
            # nobody whom the journal could name
            sign_out_button(st.logout)
            return True
        known = providers()
        for number, name in enumerate(known):
            label = _t("sign_in.do")
            if name is not None:
                label = _t("sign_in.with", provider=markup.plain_label(name))
            if st.button(label, type="primary", key=f"sign-in-{number}"):
                _sign_in(name)
        if not known:
            markup.show(el("p", _t("sign_in.broken"), cls="ip-error", role="alert"))
    return True


def _sign_in(provider: str | None) -> None:
    try:
        if provider is None:
            st.login()
        else:
            st.login(provider)
    except Exception:  # noqa: BLE001 the border: whatever fails, the visitor is told
        # a part that is not installed, or settings that lack something: the server's log says it
        _LOG.exception("sign-in failed")
        markup.show(el("p", _t("sign_in.broken"), cls="ip-error", role="alert"))


def show_account(note: str, leave: Callable[[], None]) -> None:
    """Show who signed in, what they may do, and the way out.

    Parameters
    ----------
    note
        What they may do.
    leave
        Signs them out.
    """
    signed = signed_in()
    if signed is None:
        return
    with st.popover(_short(signed), icon=":material/account_circle:", key="account"):
        markup.show(el("p", _t("account", name=signed)), el("p", note, cls="ip-note"))
        sign_out_button(leave)


def _short(signed: str) -> str:
    """Return the name alone, as a label shows it."""
    return markup.plain_label(signed.partition(" <")[0])


def sign_out_button(leave: Callable[[], None]) -> None:
    """Offer the way out."""
    st.button(_t("sign_out"), on_click=leave, key="sign-out", icon=":material/logout:")
