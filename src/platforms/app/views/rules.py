"""低效认定: the rules as data, what changing them changes, plot by plot and on the map."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, state
from platforms.app.export import map_page
from platforms.app.going_back import went_back
from platforms.app.guard import guard
from platforms.app.journal import taken
from platforms.app.map_component import forget_map, scroll_to_map, show_map
from platforms.app.markup import el
from platforms.app.panel import show_panel
from platforms.app.rules.rule_book import Book, Trial, book, reset, take
from platforms.app.rules.rule_effect import show_effect
from platforms.app.rules.rule_settings import show_settings
from platforms.app.scenarios.keeping import keep_button, run_again
from platforms.app.scene import Scene
from platforms.app.tables import pick_table
from platforms.app.waiting import shown_scene, wait

_HEIGHT = 430
_MAP = 520
_COLUMNS = (
    "plot_id", "name", "change", "left", "verdict", "area_mu", "because_left", "reason", "town",
)  # fmt: skip
_SHIPPED = ""


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"app.rules.{entry}", None, **fields)


def page() -> None:
    """Draw the page."""
    scene = shown_scene()
    if scene is None:
        return
    city = scene.run.workspace
    chosen = book(city.packs, scene.run.pack.pack)
    marks = [messages.text("app.mark.sample")] if scene.run.sample else []
    told = _t("about", pack=str(scene.run.pack.title))
    markup.show(el("p", markup.badges(marks, kind="ip-sample"), told, cls="ip-note"))
    _show_choice(city, chosen)
    left, right = st.columns([1.7, 1], gap="small")
    with left:
        show_settings(scene, chosen, height=_HEIGHT)
    trial = None
    with right, st.container(height=_HEIGHT, border=True, key="rule-effect"):
        with guard():
            trial = wait(state.trial_job(scene, chosen), cancel=reset if chosen.settings else None)
            show_effect(trial)
        st.caption(_t("foot", id=scene.id))
    if trial is None:
        # no map without a judgement: an older one would show other rules
        forget_map()
    else:
        _show_changes(trial, chosen)


def _show_choice(city: ip.Workspace, chosen: Book) -> None:
    """Let the visitor choose the pack, and what it is compared with."""
    titles = {name: str(pack.title) for name, pack in city.packs.items()}
    others = [_SHIPPED, *(name for name in titles if name != chosen.pack)]

    def take_pack() -> None:
        # the parameters of one pack say nothing of another's
        take(Book(st.session_state["rules-pack"]))

    def take_against() -> None:
        take(replace(chosen, against=st.session_state[key]))

    one, two, three = st.columns([1.5, 1.5, 0.7], gap="small", vertical_alignment="bottom")
    if went_back():
        st.session_state["rules-pack"] = chosen.pack
        st.session_state[f"rules-against-{chosen.pack}"] = chosen.against
    with one:
        st.selectbox(
            _t("pack"), list(titles), index=list(titles).index(chosen.pack),
            format_func=lambda name: titles[name], key="rules-pack", on_change=take_pack,
        )  # fmt: skip
    key = f"rules-against-{chosen.pack}"
    with two:
        st.selectbox(
            _t("against"), others, index=others.index(chosen.against),
            format_func=lambda name: titles.get(name, _t("shipped")), key=key,
            on_change=take_against,
        )  # fmt: skip
    with three:
        st.button(
            _t("reset"), on_click=reset, disabled=not chosen.settings, width="stretch",
            key="rules-reset",
        )  # fmt: skip


def _show_changes(trial: Trial, chosen: Book) -> None:
    scene: Scene = trial.scene
    changed = trial.diff.changed["plot_id"].astype(str)
    left, right = st.columns([2.3, 1], gap="small")
    with left:
        show_map(scene, height=_MAP)
        st.caption(messages.text("app.map.foot", id=scene.id))
    with right:
        show_panel(scene, state.picked(), height=_MAP, drawn=True)
    markup.show(el("h4", _t("list"), cls="ip-h4"))
    if changed.empty:
        markup.show(el("p", _t("no_flips"), cls="ip-note"))
    else:
        pick_table(scene, "plots", _COLUMNS, only=set(changed))
    with st.container(horizontal=True, key="rules-tools"):
        file = f"{scene.run.workspace.name}-{scene.id}.html"
        st.download_button(
            _t("get_map"),
            data=taken(file, partial(map_page, scene.document, scene.lang)),
            file_name=file,
            mime="text/html",
            on_click="ignore",
            key="get-changes",
        )
        again = partial(run_again, pack=chosen.pack, settings=chosen.settings)
        keep_button(again, "run", key="rules")
    scroll_to_map()
