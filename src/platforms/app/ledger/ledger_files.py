"""Filling the ledger from the run that is looked at, and the ledger as a file."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, opened, state
from platforms.app.guard import guard
from platforms.app.journal import noted_upload, taken
from platforms.app.ledger.beside_targets import ledger_beside_targets
from platforms.app.ledger.edit_form import forget_wanted
from platforms.app.ledger.editor import (
    act,
    ask_first,
    may_write,
    show_fault,
    turn,
    who,
)
from platforms.app.markup import el
from platforms.app.plots.upload import safe_name
from platforms.app.scene import Scene
from platforms.app.waiting import current_scene

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

__all__ = ["show_export", "show_import", "show_take"]

_NAMED = 5
_ACT = "ledger-take-act"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"ledger_page.{entry}", None, **fields)


def show_take(ledger: ip.Ledger) -> None:
    """Offer to bring the ledger up to the run that the session looks at, and say what that does."""
    # what it would do is looked for only where somebody looks
    box = st.popover(
        _t("take.open"), icon=":material/sync:", key=f"ledger-take-{turn()}", on_change="rerun"
    )
    with box:
        markup.show(el("p", _t("take.about"), cls="ip-note"))
        _offer_undo(ledger)
        if not state.has_plots():
            markup.show(el("p", _t("take.no_plots"), cls="ip-note"))
            return
        markup.show(el("p", el("b", _t("take.which", name=_looked_at()))))
        survey = st.checkbox(_t("take.survey"), key="ledger-take-survey")
        if box.open:
            with guard():
                _offer(ledger, current_scene(), survey=survey)


def _looked_at() -> str:
    given = state.looked_at()
    if given is not None:
        return safe_name(given.name)
    city = opened.workspace()
    entry = "sample" if city.card("plots").sample else "own"
    return _t(f"take.{entry}", name=str(city.plan.name))


def _offer(ledger: ip.Ledger, scene: Scene, *, survey: bool) -> None:
    found = ledger.look(scene.run, survey=survey)
    changed = found.changed["plot_id"].nunique()
    counts = {"added": len(found.added), "changed": changed, "same": found.same,
              "absent": len(found.absent)}  # fmt: skip
    lines = [_t(f"take.would.{name}", count=count) for name, count in counts.items()]
    markup.show(el("ul", *(el("li", line) for line in lines), cls="ip-take"))
    if found.absent and not changed and not found.same:
        markup.show(el("p", _t("take.strangers"), cls="ip-warning", role="status"))
    if found.added:
        markup.show(el("p", _t("take.stays"), cls="ip-note"))
    nothing = not found.added and not changed
    st.button(
        _t("take.do"), type="primary", disabled=nothing or not may_write(), key="ledger-take-do",
        on_click=_take, args=(ledger, scene.run), kwargs={"survey": survey},
    )  # fmt: skip
    with st.container():
        show_fault("take")
    ask_first()


def _take(ledger: ip.Ledger, run: ip.Run, *, survey: bool) -> None:
    forget_wanted()
    found: list[ip.LedgerTaken] = []

    def told() -> str:
        one = found[0]
        changed = one.changed["plot_id"].nunique()
        st.session_state[_ACT] = one.act if changed else None
        parts = [_t("take.done", added=len(one.added), changed=changed, same=one.same)]
        for entry, names in (("no_longer", one.no_longer), ("absent", one.absent)):
            if names:
                more = _t("take.more") if len(names) > _NAMED else ""
                some = list(names[:_NAMED])
                parts.append(_t(f"take.{entry}", count=len(names), names=some, more=more))
        if changed:
            parts.append(_t("take.way_back"))
        return " ".join(parts)

    act(told, lambda: found.append(ledger.take(run, by=who(), survey=survey)), place="take")


def _offer_undo(ledger: ip.Ledger) -> None:
    """Offer to take back what this visit took in last; what others changed since stands."""
    key = st.session_state.get(_ACT)
    if key is not None:
        st.button(_t("take.undo"), icon=":material/undo:", key="ledger-take-undo",
                  disabled=not may_write(), on_click=_undo, args=(ledger, str(key)))  # fmt: skip


def _undo(ledger: ip.Ledger, key: str) -> None:
    forget_wanted()
    found: list[int] = []

    def told() -> str:
        st.session_state.pop(_ACT, None)
        return _t("take.undone", count=found[0])

    act(told, lambda: found.append(ledger.undo(key, by=who(), why=_t("take.undo"))), place="take")


def show_export(store: ip.Store, titles: Mapping[str, str]) -> None:
    """Offer the ledger as a workbook in the usual layout."""
    city, name = opened.workspace(), f"{store.workspace}-ledger.xlsx"
    make = partial(_exported, store, city, titles, messages.language())
    st.download_button(
        _t("export"), data=taken(name, make),
        file_name=name, mime=_XLSX, on_click="ignore",
        icon=":material/download:", key="ledger-export",
    )  # fmt: skip


def _exported(
    store: ip.Store, city: ip.Workspace, titles: Mapping[str, str], lang: str
) -> bytes:  # fmt: skip
    def write() -> bytes:
        ip.set_language(lang)
        told = ledger_beside_targets(store, city, titles)
        with ip.temporary_folder() as folder:
            file, name = folder / "ledger.xlsx", str(city.plan.name)
            return store.ledger.export(file, name=name, recorded=told).read_bytes()

    # the server calls this outside any session, where no language is set
    return copy_context().run(write)


def show_import(ledger: ip.Ledger) -> None:
    """Offer to read back a file that was exported and edited."""
    with st.popover(_t("bring.open"), icon=":material/upload_file:", key=f"ledger-in-{turn()}"):
        markup.show(el("p", _t("bring.about"), cls="ip-note"))
        given = st.file_uploader(
            _t("bring.file"), type=["xlsx", "csv"], key=f"ledger-file-{turn()}"
        )
        st.text_input(_t("why"), key=f"ledger-file-why-{turn()}", max_chars=2000)
        st.button(
            _t("bring.do"), type="primary", disabled=given is None or not may_write(),
            key="ledger-file-do", on_click=partial(_bring, ledger, given, turn()),
        )  # fmt: skip
        with st.container():
            show_fault("bring")
        ask_first()


def _bring(ledger: ip.Ledger, given: UploadedFile | None, at: int) -> None:
    if given is None:
        return
    forget_wanted()
    why, found = str(st.session_state[f"ledger-file-why-{at}"]), []

    def work() -> None:
        with ip.temporary_folder() as folder:
            # the name comes from a visitor
            path = folder / safe_name(given.name)
            path.write_bytes(given.getvalue())
            found.append(ledger.bring(path, by=who(), why=why))
        noted_upload(path.name, given.getvalue())

    with st.spinner(_t("bring.doing")):
        act(lambda: _t("bring.done", rows=found[0][0], count=found[0][1]), work, place="bring")
