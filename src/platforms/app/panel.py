"""The panel beside the map: one feature, or the county when none is selected."""

from __future__ import annotations

import streamlit as st

from platforms import messages
from platforms.app import markup
from platforms.app.detail import Detail, detail
from platforms.app.land.land_bars import plot_land
from platforms.app.markup import Html, el
from platforms.app.overview.passages import show_passages
from platforms.app.plots.drawing import show_drawing
from platforms.app.rules.explain_tree import explained, tree
from platforms.app.scene import Scene, Shown
from platforms.app.state import Pick, select

__all__ = ["show_panel"]


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"app.detail.{entry}", None, **fields)


def show_panel(scene: Shown, pick: Pick | None, *, height: int, drawn: bool = False) -> None:
    """Show the selected feature, what was drawn, or the county's charts.

    Parameters
    ----------
    scene
        What is looked at.
    pick
        The selected feature, if any.
    height
        Height in pixels; longer contents scroll.
    drawn
        Whether a map stands beside it, whose drawing it shows.
    """
    with st.container(height=height, border=True, key="panel"):
        found = detail(scene, pick) if pick else None
        if found is None:
            if pick is not None:
                markup.show(el("p", _t("gone"), cls="ip-note"))
            if not (drawn and show_drawing()):
                _show_county(scene, mapped=drawn)
            return
        _show_head(found)
        _show_body(scene, found)
        if drawn:
            show_drawing()


def _show_county(scene: Shown, *, mapped: bool) -> None:
    markup.show(el("p", _t("hint" if mapped else "hint_table"), cls="ip-note"))
    charts = scene.content["charts"]
    markup.show(*(markup.bars(c["title"], c["unit"], c["bars"]) for c in charts if c["bars"]))
    markup.show(el("div", *(el("p", note) for note in scene.content["notes"]), cls="ip-notes"))


def _show_head(found: Detail) -> None:
    left, right = st.columns([8, 1], vertical_alignment="top")
    with left:
        marks = [_t("sample")] if found.sample else []
        marks += [_t("schematic")] if found.schematic else []
        markup.show(
            el(
                "div",
                el("p", found.layer, markup.badges(marks), cls="ip-kind"),
                el("h3", found.title),
                cls="ip-head",
            )
        )
    with right:
        if st.button("✕", help=_t("close"), key="panel-close", type="tertiary"):
            select(None)
            st.rerun()


def _show_body(scene: Shown, found: Detail) -> None:
    # only a run can say how a verdict came about
    judged = scene if found.verdict and isinstance(scene, Scene) else None
    land = plot_land(judged, found.pick.id) if judged else None
    markup.show(_verdict(found), land, _facts(found), _citation(found))
    show_passages(scene, found.pick)
    markup.show(_position(found))
    if judged:
        markup.show(tree(explained(judged, found.pick.id)))


def _verdict(found: Detail) -> Html | None:
    if not found.verdict:
        return None
    chip = el("span", found.verdict_text, cls=f"ip-verdict ip-{found.verdict}")
    measure = el("span", _t("measure", measure=found.measure)) if found.measure else None
    return el("section", el("p", chip, measure), el("p", found.reason), cls="ip-judged")


def _facts(found: Detail) -> Html:
    pairs = [part for fact in found.facts for part in (el("dt", fact.label), el("dd", fact.value))]
    return el("dl", *pairs, cls="ip-facts")


def _citation(found: Detail) -> Html | None:
    if not found.citations and not found.quotes:
        return None
    quotes = [el("blockquote", el("small", q.label), el("q", q.value)) for q in found.quotes]
    lines = [el("p", line) for line in found.citations]
    return el("section", el("h4", _t("cited")), *lines, *quotes, cls="ip-cite")


def _position(found: Detail) -> Html | None:
    if not found.position and not found.source:
        return None
    lines = [el("p", line) for line in found.position]
    source = el("p", found.source, cls="ip-note") if found.source else None
    return el("section", *lines, source, cls="ip-position")
