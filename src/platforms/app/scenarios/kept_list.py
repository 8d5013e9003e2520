"""The scenarios that are kept, as a list, and what can be done with the one that is chosen.

Everything is done before anything is drawn, so that the list shows what holds now. What goes
wrong is said above the list, in the words of the store.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.guard import show_error
from platforms.app.journal import noted_upload, taken
from platforms.app.markup import el
from platforms.app.plots.upload import safe_name
from platforms.app.scenarios.keeping import author, remember_author
from platforms.app.visitor import name_box
from platforms.app.wording import said
from platforms.errors import PlatformsError

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

__all__ = ["show_actions", "show_arrival", "show_list", "show_outcome"]

_ROW_PX, _MOST_PX = 35, 320
_TOLD, _FAULT, _TURN = "scenario-told", "scenario-fault", "scenario-turn"
_PICKED, _ACTED = "scenario-picked", "scenario-acted"
# a run of the page may follow at once, and what was done is still to be read
_SAID_S = 12.0
_WHEN = "%Y-%m-%d %H:%M"
_WHO = "scenario-who"


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"scenarios_page.{entry}", None, **fields)


def _turn() -> int:
    # a new key is the way to close and empty a box
    return int(st.session_state.get(_TURN, 0))


def show_outcome() -> None:
    """Say what the last act did, or why it could not be done, for a while."""
    if time.monotonic() - st.session_state.get(_ACTED, -_SAID_S) >= _SAID_S:
        return
    fault, told = (str(st.session_state.get(name, "")) for name in (_FAULT, _TOLD))
    if fault:
        show_error(fault)
    if told:
        markup.show(el("p", told, cls="ip-done", role="status"))


def _act(told: str, work: Callable[[], object]) -> None:
    """Do something with the store; what came of it is said in the run that follows."""
    remember_author(str(st.session_state.get(_WHO, author())))
    st.session_state.update({_FAULT: "", _TOLD: "", _ACTED: time.monotonic()})
    try:
        work()
    except PlatformsError as error:
        st.session_state[_FAULT] = said(error)
        return
    st.session_state[_TOLD] = told
    st.session_state[_TURN] = _turn() + 1


def show_arrival(store: ip.Store) -> None:
    """Offer to bring in a file that was exported, and to say who one is."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="scenario-tools"):
        remember_author(name_box(_t("who"), author(), key=_WHO, width=220))
        with st.popover(_t("bring.open"), icon=":material/upload_file:", key=f"bring-{_turn()}"):
            markup.show(el("p", _t("bring.about"), cls="ip-note"))
            key = f"bring-file-{_turn()}"
            given = st.file_uploader(_t("bring.file"), type=["zip"], key=key)
            name = st.text_input(_t("bring.name"), max_chars=200, key=f"bring-name-{_turn()}")
            st.button(
                _t("bring.do"), type="primary", disabled=given is None, key="bring-do",
                on_click=lambda: _bring(store, given, name),
            )  # fmt: skip


def _bring(store: ip.Store, given: UploadedFile | None, name: str) -> None:
    if given is None:
        return
    file, data = given.name, given.getvalue()

    def work() -> None:
        with ip.temporary_folder() as folder:
            # the name comes from a visitor
            path = folder / safe_name(file)
            path.write_bytes(data)
            store.bring(path, name=name.strip() or None, by=author())
        noted_upload(file, data)

    _act(_t("bring.done", file=file), work)


def show_list(kept: pd.DataFrame) -> str | None:
    """Show what is kept and return the key of the one that is chosen.

    Parameters
    ----------
    kept
        What :meth:`platforms.Store.scenarios` gives.
    """
    when = kept["created_at"].map(lambda at: f"{at.to_pydatetime().astimezone():{_WHEN}}")
    table = pd.DataFrame(
        {
            _t("name"): kept["name"],
            _t("column.headline"): kept["headline"],
            _t("author"): kept["author"],
            _t("column.when"): when,
            _t("column.sample"): kept["sample"].map({True: _t("mark.sample"), False: ""}),
            _t("column.locked"): kept["locked"].map({True: _t("mark.locked"), False: ""}),
            _t("note"): kept["note"],
        }
    )
    # a table takes a selection only when it is new: after each act it is
    keys = [str(key) for key in kept["key"]]
    before = st.session_state.get(_PICKED)
    event: Any = st.dataframe(
        table,
        key=f"scenario-list-{_turn()}",
        selection_default=_row(keys.index(before)) if before in keys else None,
        height=min(_MOST_PX, _ROW_PX * (len(table) + 1) + 3),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        placeholder="",
    )
    rows = event.selection.rows
    chosen = keys[rows[0]] if rows and rows[0] < len(keys) else None
    st.session_state[_PICKED] = chosen
    return chosen


def _row(number: int) -> Any:  # noqa: ANN401 Streamlit names no type
    return {"selection": {"rows": [number]}}


def show_actions(store: ip.Store, kept: pd.DataFrame, key: str | None) -> None:
    """Show what can be done with the chosen one."""
    if key is None or key not in set(kept["key"]):
        markup.show(el("p", _t("choose_one"), cls="ip-note"))
        return
    row = kept.set_index("key").loc[key]
    name, locked = str(row["name"]), bool(row["locked"])
    markup.show(el("p", el("b", name), el("small", _t("content", id=row["scenario_id"])),
                   cls="ip-scenario"))  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center", key="scenario-actions"):
        _ask(store, key, "rename", old=name, off=locked, work=store.rename)
        _ask(store, key, "annotate", old=str(row["note"]), off=locked, work=store.annotate)
        _ask(store, key, "copy", old=_t("copy.suggested", name=name), off=False, work=store.copy)
        st.button(
            _t("unlock.do" if locked else "lock.do"), key=f"lock-{key}",
            icon=":material/lock_open:" if locked else ":material/lock:",
            on_click=lambda: _lock(store, key, name, locked=not locked),
        )  # fmt: skip
        file = f"{store.workspace}-{row['scenario_id']}.zip"
        st.download_button(
            _t("export"), data=taken(file, partial(_exported, store, key, messages.language())),
            file_name=file,
            mime="application/zip",
            icon=":material/download:", on_click="ignore", key=f"export-{key}",
        )  # fmt: skip
        _remove(store, key, name, off=locked)
    with st.expander(_t("history.title")):
        _history(store, key)


def _ask(
    store: ip.Store, key: str, act: str, *, old: str, off: bool, work: Callable[..., object]
) -> None:
    """Show a box that asks for one text."""
    del store
    icons = {"rename": "edit", "annotate": "notes", "copy": "content_copy"}
    box = f"{act}-{key}-{_turn()}"
    with (
        st.popover(_t(f"{act}.open"), icon=f":material/{icons[act]}:", disabled=off, key=box),
        st.form(f"{box}-form", border=False),
    ):
        label = _t("note" if act == "annotate" else "name")
        wide = st.text_area if act == "annotate" else st.text_input
        wide(label, old, max_chars=10_000 if act == "annotate" else 200, key=f"{box}-text")

        def do() -> None:
            text = str(st.session_state[f"{box}-text"])
            _act(_t(f"{act}.done", name=text), lambda: work(key, text, by=author()))

        st.form_submit_button(_t(f"{act}.do"), type="primary", on_click=do, key=f"{box}-do")


def _lock(store: ip.Store, key: str, name: str, *, locked: bool) -> None:
    work = store.lock if locked else store.unlock
    _act(_t("lock.done" if locked else "unlock.done", name=name), lambda: work(key, by=author()))


def _remove(store: ip.Store, key: str, name: str, *, off: bool) -> None:
    with st.popover(
        _t("remove.open"), icon=":material/delete:", disabled=off, key=f"remove-{key}-{_turn()}"
    ):
        markup.show(el("p", _t("remove.about", name=name), cls="ip-note"))
        st.button(
            _t("remove.do"), type="primary", key=f"remove-do-{key}",
            on_click=lambda: _act(
                _t("remove.done", name=name), lambda: store.remove(key, by=author())
            ),
        )  # fmt: skip


def _exported(store: ip.Store, key: str, lang: str) -> bytes:
    def write() -> bytes:
        ip.set_language(lang)
        with ip.temporary_folder() as folder:
            return store.export(key, folder / "scenario.zip").read_bytes()

    # the server calls this outside any session, where no language is set
    return copy_context().run(write)


def _history(store: ip.Store, key: str) -> None:
    past = store.history(key)
    words: Mapping[str, str] = {
        what: messages.text(f"store.what.{what}")
        for what in ("keep", "copy", "bring", "rename", "note", "lock", "unlock", "remove")
    }
    table = pd.DataFrame(
        {
            _t("history.at"): past["at"].map(
                lambda at: f"{at.to_pydatetime().astimezone():{_WHEN}}"
            ),
            _t("history.what_title"): past["what"].map(lambda what: words.get(what, what)),
            _t("history.by"): past["who"],
            _t("history.was"): past["was"].fillna(""),
            _t("history.became"): past["became"].fillna(""),
        }
    )
    st.dataframe(table, hide_index=True, placeholder="")
