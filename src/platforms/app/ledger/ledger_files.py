"""Filling the ledger from the run that is looked at, and the ledger as a file."""

from __future__ import annotations

import tempfile
from contextvars import copy_context
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, state
from platforms.app.ledger.edit_form import forget_wanted
from platforms.app.ledger.editor import act, turn, who
from platforms.app.markup import el
from platforms.app.waiting import current_scene

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

__all__ = ["show_export", "show_import", "show_take"]

_NAMED = 5
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"ledger_page.{entry}", None, **fields)


def show_take(ledger: ip.Ledger) -> None:
    """Offer to bring the ledger up to the run that the session looks at."""
    with st.popover(_t("take.open"), icon=":material/sync:", key=f"ledger-take-{turn()}"):
        markup.show(el("p", _t("take.about"), cls="ip-note"))
        if not state.has_plots():
            markup.show(el("p", _t("take.no_plots"), cls="ip-note"))
            return
        st.checkbox(_t("take.survey"), key="ledger-take-survey")
        pressed = st.button(_t("take.do"), type="primary", disabled=not who(), key="ledger-take-do")
        if not who():
            markup.show(el("p", _t("name_first"), cls="ip-note"))
    if pressed:
        _take(ledger, survey=bool(st.session_state["ledger-take-survey"]))
        st.rerun()


def _take(ledger: ip.Ledger, *, survey: bool) -> None:
    forget_wanted()
    run = current_scene().run
    found: list[ip.LedgerTaken] = []

    def told() -> str:
        one = found[0]
        changed = one.changed["plot_id"].nunique()
        parts = [_t("take.done", added=len(one.added), changed=changed, same=one.same)]
        for entry, names in (("no_longer", one.no_longer), ("absent", one.absent)):
            if names:
                parts.append(_t(f"take.{entry}", count=len(names), names=list(names[:_NAMED])))
        return " ".join(parts)

    with st.spinner(_t("take.doing")):
        act(told, lambda: found.append(ledger.take(run, by=who(), survey=survey)))


def show_export(ledger: ip.Ledger) -> None:
    """Offer the ledger as a workbook in the usual layout."""
    city = state.workspace()
    st.download_button(
        _t("export"), data=partial(_exported, ledger, str(city.plan.name), messages.language()),
        file_name=f"{ledger.workspace}-ledger.xlsx", mime=_XLSX, on_click="ignore",
        icon=":material/download:", key="ledger-export",
    )  # fmt: skip


def _exported(ledger: ip.Ledger, name: str, lang: str) -> bytes:
    def write() -> bytes:
        ip.set_language(lang)
        with tempfile.TemporaryDirectory(prefix="platforms-") as folder:
            return ledger.export(Path(folder) / "ledger.xlsx", name=name).read_bytes()

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
            _t("bring.do"), type="primary", disabled=given is None or not who(),
            key="ledger-file-do", on_click=partial(_bring, ledger, given, turn()),
        )  # fmt: skip


def _bring(ledger: ip.Ledger, given: UploadedFile | None, at: int) -> None:
    if given is None:
        return
    forget_wanted()
    why, found = str(st.session_state[f"ledger-file-why-{at}"]), []

    def work() -> None:
        with tempfile.TemporaryDirectory(prefix="platforms-") as folder:
            # the name comes from a visitor
            path = Path(folder) / (Path(given.name).name or "ledger.xlsx")
            path.write_bytes(given.getvalue())
            found.append(ledger.bring(path, by=who(), why=why))

    with st.spinner(_t("bring.doing")):
        act(lambda: _t("bring.done", rows=found[0][0], count=found[0][1]), work)
