"""目标对账: what the plans ask for, and what the product's figures say of it."""

from __future__ import annotations

import streamlit as st

from platforms import messages
from platforms.app import markup
from platforms.app.markup import el
from platforms.app.target_rows import show_comparison, target_table
from platforms.app.waiting import current_scene


def page() -> None:
    """Draw the page."""
    scene = current_scene()
    if scene.run.sample:
        markup.show(el("p", messages.text("app.targets.sample"), cls="ip-warning"))
    show_comparison(scene)
    table, formats = target_table(scene)
    st.dataframe(table, hide_index=True, height=520, column_config=formats, placeholder="")
    st.caption(messages.text("app.table.foot", rows=len(table), id=scene.id))
