"""成果导出: the files that leave the house, looked at, checked, and made when asked for."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from platforms import messages
from platforms.app import markup
from platforms.app.exports.cards import show_group
from platforms.app.exports.kinds import GROUPS
from platforms.app.exports.making import published_job
from platforms.app.exports.preview import show_findings, show_preview
from platforms.app.exports.profile_form import ask_profile
from platforms.app.guard import guard
from platforms.app.markup import el
from platforms.app.plots.faults import show_standing
from platforms.app.plots.paper_form import show_papers
from platforms.app.summaries import layer_list
from platforms.app.targets.target_intake import current_board
from platforms.app.waiting import shown_scene, wait


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"exports_page.{entry}", None, **fields)


def page() -> None:
    """Draw the page."""
    scene = shown_scene()
    if scene is None:
        return
    board = current_board(scene)
    if board.file:
        # the ledger says of the targets what the page says
        scene = replace(scene, run=replace(scene.run, targets=board.status))
        told = messages.text("app.reported.exported", file=board.file)
        markup.show(el("p", told, cls="ip-note"))
    if scene.run.sample:
        marks = [messages.text("app.mark.sample_export")]
        markup.show(el("div", markup.badges(marks, kind="ip-sample"), cls="ip-marks"))
    show_standing(scene)
    left, right = st.columns([1, 1.7], gap="medium")
    with left:
        markup.show(el("p", _t("about"), cls="ip-note"))
        asked = ask_profile(scene)
    made = wait(published_job(scene, asked, board))
    with left:
        show_findings(made)
    with right, guard():
        show_preview(made)
    for group in GROUPS:
        show_group(group, made, board.id)
    st.caption(_t("foot", id=board.id))
    show_papers(scene)
    markup.show(el("h4", messages.text("app.exports.layers"), cls="ip-h4"))
    st.dataframe(layer_list(scene), hide_index=True, placeholder="")
