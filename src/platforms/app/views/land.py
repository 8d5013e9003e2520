"""可腾退用地: from gross to net, which limit takes what, and what other limits would give."""

from __future__ import annotations

from functools import partial

import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, state
from platforms.app.export import map_page
from platforms.app.guard import guard
from platforms.app.journal import taken
from platforms.app.land.land_bars import county_fall, trial_mark
from platforms.app.land.land_sections import show_sections
from platforms.app.land.land_switches import show_change, show_switches, show_targets
from platforms.app.land.land_tables import show_sums
from platforms.app.land.land_trial import LandTrial, chosen_limits, reset, switches, told
from platforms.app.map_component import forget_map, scroll_to_map, show_map
from platforms.app.markup import el
from platforms.app.panel import show_panel
from platforms.app.scenarios.keeping import keep_button, run_again
from platforms.app.scene import Scene
from platforms.app.waiting import shown_scene, wait

# room for the whole legend beside the controls
_MAP = 660
_TABLE = 380


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"app.land.{entry}", None, **fields)


def page() -> None:
    """Draw the page."""
    scene = shown_scene()
    if scene is None:
        return
    if "low_efficiency" not in scene.run.pack.outcomes:
        told = _t("other_rules", pack=str(scene.run.pack.title))
        markup.show(el("div", el("b", told), cls="ip-empty"))
        state.link_to("rules")
        return
    trial = _tried(scene)
    if trial is None:
        # no map without its figures: an older one would show other limits
        forget_map()
        return
    left, right = st.columns([1.35, 1], gap="medium")
    with left:
        markup.show(county_fall(trial))
    with right:
        show_targets(trial)
    _show_map(trial)
    if not trial.silence:
        markup.show(el("h4", _t("sums"), trial_mark(trial), cls="ip-h4"))
        show_sums(trial, height=_TABLE)
    show_sections(trial)
    scroll_to_map()


def _tried(scene: Scene) -> LandTrial | None:
    """Show the switches and what they change; return the trial unless it failed."""
    with guard():
        base = wait(state.land_job(scene))
        marks = [messages.text("app.mark.sample")] if scene.run.sample else []
        if not marks and base.review.sample_layers:
            marks = [messages.text("app.mark.sample_constraints")]
        markup.show(
            el("p", markup.badges(marks, kind="ip-sample"), _t("about.page"), cls="ip-note")
        )
        chosen = switches(base)
        show_switches(base, chosen)
        trial = wait(state.land_trial_job(base, chosen), cancel=reset if chosen.changed else None)
        # there also when it is empty: the map below keeps its place
        with st.container():
            show_change(trial)
            _show_left_out(trial)
        return trial
    return None


def _show_left_out(trial: LandTrial) -> None:
    """Say above all figures what they leave out: plots, and limits that were not given."""
    lines = []
    if trial.unjudged and not trial.silence:
        lines.append(messages.text("sheet.claims.apart", None, plots=trial.unjudged))
    issues = trial.scene.run.issues.by_kind()
    none = not any(limit is not None for limit in trial.base.limits.values())
    if none or issues["constraint_absent"] or issues["no_constraints"]:
        own = trial.base.scene.run
        lines.append(f"{ip.free_title(own, own.plots)}{_t('as_gross')}")
    if lines:
        markup.show(el("div", *(el("p", line) for line in lines), cls="ip-warning", role="status"))


def _show_map(trial: LandTrial) -> None:
    scene: Scene = trial.scene
    left, right = st.columns([2.3, 1], gap="small")
    with left:
        show_map(scene, height=_MAP)
        foot = messages.text("app.map.foot", id=scene.id)
        tried = markup.plain_label(told(trial.switches))
        st.caption(f"{_t('trial')}{tried} · {foot}" if trial.switches.changed else foot)
    with right:
        show_panel(scene, state.picked(), height=_MAP, drawn=True)
    with st.container(horizontal=True, key="land-tools"):
        file = f"{scene.run.workspace.name}-{scene.id}.html"
        st.download_button(
            _t("get_map"),
            data=taken(file, partial(map_page, scene.document, scene.lang)),
            file_name=file,
            mime="text/html",
            on_click="ignore",
            key="get-land",
        )
        base, chosen = trial.base, trial.switches
        # what is kept is a run, and a trial is none
        again = partial(run_again, limits=chosen_limits(base, chosen))
        keep_button(again if chosen.changed else base.scene.run, "run")
