"""成果导出: the files that leave the house, made when they are asked for."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from platforms import messages
from platforms.app import markup
from platforms.app.export import EXPORTS, make_export
from platforms.app.markup import el
from platforms.app.plots.faults import show_standing
from platforms.app.plots.paper_form import show_papers
from platforms.app.summaries import layer_list
from platforms.app.targets.target_intake import current_board
from platforms.app.waiting import shown_scene


def page() -> None:
    """Draw the page."""
    scene = shown_scene()
    if scene is None:
        return
    board = current_board(scene)
    if board.file:
        # the ledger says of the targets what the page says
        scene = replace(scene, run=replace(scene.run, targets=board.status))
    marks = [messages.text("app.mark.internal")]
    if scene.run.sample:
        marks.insert(0, messages.text("app.mark.sample_export"))
    markup.show(el("div", markup.badges(marks, kind="ip-sample"), cls="ip-marks"))
    show_standing(scene)
    for column, (kind, export) in zip(st.columns(len(EXPORTS)), EXPORTS.items(), strict=True):
        with column, st.container(border=True, height="stretch"):
            title = messages.text(f"app.exports.{kind}.title")
            about = messages.text(f"app.exports.{kind}.about")
            markup.show(el("h3", title), el("p", about, cls="ip-note"))
            st.download_button(
                messages.text("app.exports.get", ending=export.ending),
                data=partial(make_export, scene, kind),
                file_name=f"{scene.run.workspace.name}-{board.id}.{export.ending}",
                mime=export.mime,
                on_click="ignore",
                type="primary",
                key=f"get-{kind}",
            )
    st.caption(messages.text("app.exports.foot", id=board.id))
    if board.file:
        told = messages.text("app.reported.exported", file=board.file)
        markup.show(el("p", told, cls="ip-note"))
    show_papers(scene)
    markup.show(el("h4", messages.text("app.exports.layers"), cls="ip-h4"))
    st.dataframe(layer_list(scene), hide_index=True, placeholder="")
