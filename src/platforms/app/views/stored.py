"""存储地块: what the store keeps, on a map that reads it by extent and zoom."""

from __future__ import annotations

import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, opened, state
from platforms.app.map_component import scroll_to_map, show_map
from platforms.app.markup import el
from platforms.app.panel import show_panel
from platforms.app.stored.choosing import show_choice
from platforms.app.stored.looking import spoken_job, store_job
from platforms.app.stored.scene import StoredScene
from platforms.app.waiting import wait

_HEIGHT = 580


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"stored_page.{entry}", None, **fields)


def page() -> None:
    """Draw the page."""
    looked, city = wait(spoken_job(wait(store_job()))), opened.workspace()
    pick = state.picked()
    store = ip.open_store(city, make=False)
    about = _t("about", place=store.path.name, n=f"{len(looked.tiles):,}")
    markup.show(el("p", about, cls="ip-note"))
    chosen = show_choice(looked, StoredScene(looked, city, {}, None))
    scene = StoredScene(looked, city, chosen, pick)
    markup.show(markup.figures(scene.content["figures"]))
    # there also when it is empty: the map below keeps its place
    with st.container():
        _show_left(scene)
    with st.container(key="one-map"):
        beside, right = st.columns([2.7, 1], gap="small")
        with beside:
            show_map(scene, height=_HEIGHT, leaves=scene.for_map(), masks=scene.masks, address=True)
            st.caption(_t("foot", id=scene.id))
        with right:
            show_panel(scene, pick, height=_HEIGHT, drawn=True)
    scroll_to_map()


def _show_left(scene: StoredScene) -> None:
    if scene.mask is None:
        return
    told = {"left": f"{scene.left:,}", "all": f"{len(scene.looked.tiles):,}"}
    lines = [el("b", _t("left", **told))]
    if not scene.left:
        lines.append(el("b", _t("empty")))
    markup.show(el("p", *lines, cls="ip-left", role="status"))
