"""成果导出: the files that leave the house, made when they are asked for."""

from __future__ import annotations

from functools import partial

import streamlit as st

from platforms import messages
from platforms.app import markup
from platforms.app.export import EXPORTS, make_export
from platforms.app.markup import el
from platforms.app.summaries import layer_list
from platforms.app.waiting import current_scene


def page() -> None:
    """Draw the page."""
    scene = current_scene()
    marks = [messages.text("app.mark.internal")]
    if scene.run.sample:
        marks.insert(0, messages.text("app.mark.sample_export"))
    markup.show(el("div", markup.badges(marks, kind="ip-sample"), cls="ip-marks"))
    for column, (kind, export) in zip(st.columns(len(EXPORTS)), EXPORTS.items(), strict=True):
        with column, st.container(border=True, height="stretch"):
            title = messages.text(f"app.exports.{kind}.title")
            about = messages.text(f"app.exports.{kind}.about")
            markup.show(el("h3", title), el("p", about, cls="ip-note"))
            st.download_button(
                messages.text("app.exports.get", ending=export.ending),
                data=partial(make_export, scene, kind),
                file_name=f"{scene.run.workspace.name}-{scene.id}.{export.ending}",
                mime=export.mime,
                on_click="ignore",
                type="primary",
                key=f"get-{kind}",
            )
    st.caption(messages.text("app.exports.foot", id=scene.id))
    markup.show(el("h4", messages.text("app.exports.layers"), cls="ip-h4"))
    st.dataframe(layer_list(scene), hide_index=True, placeholder="")
