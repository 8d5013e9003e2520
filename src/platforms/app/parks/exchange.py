"""Corrected positions as a file: what holds now goes out, what another gave comes in."""

from __future__ import annotations

import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, opened
from platforms.app.journal import noted_upload, taken
from platforms.app.markup import el
from platforms.app.plots.upload import safe_name
from platforms.app.scenarios.keeping import author, remember_author, store
from platforms.app.visitor import name_box, named_by
from platforms.app.wording import said
from platforms.errors import InputError, PlatformsError

__all__ = ["show_exchange"]

_TOLD, _OLDER = "park-brought", "park-into-older"


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"parks_page.exchange.{entry}", None, **fields)


def show_exchange() -> None:
    """Offer the change set of the workspace, and take one."""
    now = store().positions.current()
    told = st.session_state.pop(_TOLD, None)
    with st.expander(_t("title", count=len(now)), expanded=told is not None):
        if told is not None:
            markup.show(*(el("p", text, cls=cls, role="status") for text, cls in told))
        out, into = st.columns(2, gap="medium")
        with out:
            markup.show(el("p", _t("about"), cls="ip-note"))
            file = f"{now.workspace}-positions.geojson"
            st.download_button(
                _t("out"), data=taken(file, _bytes(now)),
                file_name=file,
                mime="application/geo+json", on_click="ignore", disabled=not len(now),
                key="park-out",
            )  # fmt: skip
        with into:
            given = st.file_uploader(_t("into"), type=["geojson", "json"], key="park-into")
            name_box(_t("who"), author(), key="park-into-who", most=200)
            # asked for once a file was refused because of it
            if st.session_state.get(_OLDER):
                st.checkbox(_t("replace"), key="park-into-replace")
            if given is not None:
                st.button(
                    _t("store"), on_click=_bring, args=(given.name, given.getvalue()),
                    key="park-into-store",
                )  # fmt: skip


def _bytes(now: ip.PositionSet) -> bytes:
    with ip.temporary_folder() as folder:
        return ip.export_positions(now, folder / "positions.geojson").read_bytes()


def _bring(name: str, data: bytes) -> None:
    who = named_by(st.session_state.get("park-into-who"))
    city = opened.workspace()
    try:
        with ip.temporary_folder() as folder:
            path = folder / safe_name(name)
            path.write_bytes(data)
            came = ip.import_positions(path, city.name)
        issues = ip.check_positions(city, came)
        refused = next((issue for issue in issues if issue.severity == "error"), None)
        if refused is not None:
            message = refused.message()
            raise InputError("positions.refused", feature=refused.feature, message=message)
        replace = bool(st.session_state.get("park-into-replace"))
        made = store().positions.bring(came, by=who, replace=replace)
        noted_upload(safe_name(name), data)
    except PlatformsError as error:
        st.session_state[_OLDER] = error.key == "positions.older"
        st.session_state[_TOLD] = [(said(error), "ip-error")]
        return
    st.session_state.pop(_OLDER, None)
    remember_author(who)
    done = _t("done", count=len(made), same=len(came) - len(made))
    doubts = [(f"{issue.message()} {issue.action()}", "ip-warning") for issue in issues]
    st.session_state[_TOLD] = [(done, "ip-done"), *doubts]
