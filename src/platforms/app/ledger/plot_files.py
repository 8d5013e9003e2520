"""The files of one plot: put there, handed out, taken off.

What is handed out comes as a download under its own name and kind, never as a page.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.guard import guard
from platforms.app.journal import noted_upload, taken
from platforms.app.ledger.edit_form import forget_wanted
from platforms.app.ledger.editor import (
    act,
    ask_first,
    may_write,
    show_done,
    show_fault,
    show_outcome,
    turn,
    who,
)
from platforms.app.markup import el
from platforms.units import printed

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

__all__ = ["show_files"]

_KB, _MB = 1_000, 1_000_000


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"members_page.files.{entry}", None, **fields)


def show_files(ledger: ip.Ledger, plot_id: str, titles: Mapping[str, str]) -> None:
    """Show the files of a plot, and a box for another.

    Parameters
    ----------
    ledger
        Where they are kept.
    plot_id
        The plot.
    titles
        Title of each step.
    """
    files = ledger.attachments(plot_id)
    markup.show(el("h4", _t("title", count=len(files)), cls="ip-h4"))
    if files.empty:
        markup.show(el("p", _t("none"), cls="ip-note"))
    for row in files.to_dict("records"):
        _show_file(ledger, row, titles)
    with st.container():
        show_outcome(f"files-off {plot_id}")
        show_done(f"files {plot_id}")
    with st.popover(_t("add"), icon=":material/attach_file:", key=f"ledger-files-{turn()}"):
        _show_box(ledger, plot_id)


def _size(size: int) -> str:
    return f"{printed(size / _MB, 1)} MB" if size >= _MB else f"{printed(size / _KB, 1)} kB"


def _show_file(ledger: ip.Ledger, row: Mapping[Any, Any], titles: Mapping[str, str]) -> None:
    sha256, name = str(row["sha256"]), str(row["name"])
    at = ip.ledger_words("at", row["at"], titles)
    told = _t("row", size=_size(row["size"]), who=row["by"], at=at)
    with st.container(
        horizontal=True, vertical_alignment="center", key=f"ledger-file-row-{sha256[:12]}"
    ):
        markup.show(el("p", el("b", name), el("small", told), cls="ip-file"))
        st.download_button(
            "", data=taken(name, lambda: ledger.fetch(sha256).data), file_name=name,
            mime=str(row["media_type"]), on_click="ignore", icon=":material/download:",
            key=f"ledger-file-{sha256[:12]}", help=_t("fetch"),
        )  # fmt: skip
        st.button(
            "", icon=":material/link_off:", disabled=not may_write(), help=_t("detach"),
            key=f"ledger-file-off-{sha256[:12]}-{turn()}",
            on_click=partial(_detach, ledger, str(row["plot_id"]), sha256, name),
        )  # fmt: skip


def _show_box(ledger: ip.Ledger, plot_id: str) -> None:
    with guard():
        kinds = ledger.file_kinds
        about = _t("about", kinds=kinds.titles, most=f"{kinds.most_mb:g}")
        markup.show(el("p", about, cls="ip-note"))
        at = f"{turn()}-{plot_id}"
        # in whole megabytes; the store asks again, to the byte
        given = st.file_uploader(
            _t("add"), type=kinds.suffixes, key=f"ledger-attach-{at}",
            label_visibility="collapsed", max_upload_size=max(1, math.ceil(kinds.most_mb)),
        )  # fmt: skip
        st.text_input(messages.text("ledger_page.why"), key=f"ledger-attach-why-{at}",
                      max_chars=2000)  # fmt: skip
        st.button(
            _t("do"), type="primary", disabled=given is None or not may_write(),
            key=f"ledger-attach-do-{at}", on_click=partial(_attach, ledger, plot_id, given, at),
        )  # fmt: skip
        with st.container():
            show_fault(f"files {plot_id}")
        ask_first()


def _attach(ledger: ip.Ledger, plot_id: str, given: UploadedFile | None, at: str) -> None:
    if given is None:
        return
    forget_wanted()
    why, file, made = str(st.session_state[f"ledger-attach-why-{at}"]), given, [""]

    def told() -> str:
        # under the name that it is kept by: another could turn the sentence round
        files = ledger.attachments(plot_id).set_index("sha256")
        return _t("done", file=files.loc[made[0], "name"])

    def work() -> None:
        made[0] = ledger.attach(plot_id, file.getvalue(), by=who(), why=why, name=file.name)
        noted_upload(file.name, file.getvalue())

    act(told, work, place=f"files {plot_id}")


def _detach(ledger: ip.Ledger, plot_id: str, sha256: str, name: str) -> None:
    forget_wanted()
    act(_t("detached", file=name), lambda: ledger.detach(plot_id, sha256, by=who()),
        place=f"files-off {plot_id}")  # fmt: skip
