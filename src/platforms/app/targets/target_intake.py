"""Taking in a file of reported values: what it must look like, what is wrong with it.

A file that cannot be used takes nothing away: the page goes on showing what stood there, and
says in which row the fault lies.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from platforms import messages
from platforms.app import markup, state
from platforms.app.guard import show_error
from platforms.app.journal import noted_upload, taken
from platforms.app.markup import el
from platforms.app.plots.upload import Upload
from platforms.app.scene import Scene
from platforms.app.targets.target_board import Board
from platforms.app.waiting import wait
from platforms.app.wording import action_of, said
from platforms.errors import PlatformsError

__all__ = ["current_board", "show_intake", "template"]

# what was offered, what was taken, and how often the box was emptied
_OFFERED, _TAKEN, _TURN = "reports", "reports-read", "reports-turn"
_COLUMNS = ("target_id", "value", "unit", "date", "source", "author")


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"app.reported.{entry}", None, **fields)


def current_board(scene: Scene | None) -> Board:
    """Return where the targets stand with the reports that the session took.

    Raises
    ------
    PlatformsError
        When the workspace's own reports cannot be used.
    """
    taken: Upload | None = st.session_state.get(_TAKEN)
    if taken is not None:
        try:
            return wait(state.board_job(scene, taken))
        except PlatformsError:
            # the targets changed since: the file speaks of others
            st.session_state.pop(_TAKEN, None)
    return wait(state.board_job(scene, None))


def show_intake(scene: Scene | None) -> Board:
    """Show the box for a file of reports and return where the targets stand.

    Parameters
    ----------
    scene
        The run that is looked at; None where there are no plots.

    Raises
    ------
    PlatformsError
        As ``current_board``.
    """
    offered: Upload | None = st.session_state.get(_OFFERED)
    fault = ""
    if offered is not None:
        try:
            wait(state.board_job(scene, offered))
            st.session_state[_TAKEN] = offered
        except PlatformsError as error:
            fault = said(error)
    board = current_board(scene)
    used = _t("taken", file=board.file, rows=len(board.reports)) if board.file else ""
    title = markup.plain_label(used) or _t("title")
    with st.expander(title, expanded=bool(fault)):
        _show_box(board)
        for issue in board.reports.attrs.get("issues", ()):
            markup.show(el("p", issue.message(), " ", action_of(issue), cls="ip-note"))
        if fault:
            show_error(fault)
            markup.show(el("p", _t("refused"), " ", used or _t("none"), cls="ip-note"))
    return board


def _show_box(board: Board) -> None:
    key = f"reports-{st.session_state.get(_TURN, 0)}"
    left, right = st.columns([2, 1], gap="small", vertical_alignment="bottom")
    with left:
        st.file_uploader(
            _t("drop"), type=["csv", "tsv", "txt", "xlsx"], key=key, on_change=_take, args=(key,)
        )
        markup.show(el("p", _t("form"), cls="ip-note"))
    with right:
        file = _t("template_name")
        st.download_button(
            _t("template"), data=taken(file, template(board.status)), file_name=file,
            mime="text/csv", on_click="ignore", width="stretch", key="reports-template",
        )  # fmt: skip
        st.button(
            _t("forget"), on_click=_forget, disabled=not board.file, width="stretch",
            key="reports-forget",
        )  # fmt: skip


def template(status: pd.DataFrame) -> bytes:
    """Return a CSV to be filled in: one row a target, its unit written already.

    Parameters
    ----------
    status
        The targets.
    """
    rows = status[["target_id", "unit"]].reindex(columns=list(_COLUMNS))
    # the mark tells Excel that it is UTF-8
    return rows.to_csv(index=False).encode("utf-8-sig")


def _take(key: str) -> None:
    """Look at what was dropped, before anything of the page is drawn."""
    file = st.session_state[key]
    if file is None:
        # a browser empties the box before it puts another file in: what was read stays in use
        # until that one is read as well, and a button of its own takes it back
        st.session_state.pop(_OFFERED, None)
    else:
        st.session_state[_OFFERED] = Upload(file.name, file.getvalue())
        noted_upload(file.name, file.getvalue())


def _forget() -> None:
    st.session_state.pop(_OFFERED, None)
    st.session_state.pop(_TAKEN, None)
    # a new key is the way to empty an uploader
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
