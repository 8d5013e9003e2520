"""The form on 成果导出 that makes certificates and boundary-point files."""

from __future__ import annotations

import math
import re
from functools import partial
from typing import get_args

import streamlit as st

from platforms import messages
from platforms.app import markup, state
from platforms.app.guard import guard
from platforms.app.journal import taken
from platforms.app.markup import el
from platforms.app.plots.papers import MOST, SECONDS, Made, Paper, Stated, writable
from platforms.app.scene import Scene
from platforms.app.waiting import wait
from platforms.app.wording import action_of

__all__ = ["show_papers", "time_told"]

# so many plots a list to choose from holds; beyond, ids are typed
_LISTED = 2_000
_BETWEEN = re.compile(r"[\s,，;；、]+")
_NAMED = 20
_MINUTE = 60
_MIME = {"pdf": "application/pdf", "html": "text/html", "txt": "text/plain"}
_ASKED = "paper"


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"intake.papers.{entry}", None, **fields)


def show_papers(scene: Scene) -> None:
    """Show the form: which plots, which paper, and the paper once it was made."""
    markup.show(el("h4", _t("title"), cls="ip-h4"), el("p", _t("about"), cls="ip-note"))
    with guard():
        ids = _choice(scene)
        if ids is None:
            return
        left, right = st.columns(2)
        with left, st.container(border=True, height="stretch"):
            _head("certificate")
            buttons = st.columns(2)
            for column, ending in zip(buttons, ("pdf", "html"), strict=True):
                with column:
                    _offer(scene, Paper(ending, ids))
        with right, st.container(border=True, height="stretch"):
            _head("txt")
            stated: Stated = st.segmented_control(
                _t("area"),
                get_args(Stated),
                default="planar_m2",
                required=True,
                format_func=lambda name: _t(f"area_of.{name}"),
                key="paper-area",
            )
            _offer(scene, Paper("txt", ids, stated))


def _head(name: str) -> None:
    markup.show(el("h3", _t(f"{name}.title")), el("p", _t(f"{name}.about"), cls="ip-note"))


def _choice(scene: Scene) -> tuple[str, ...] | None:
    """Return the ids chosen, empty for all; None where one that was typed is not there."""
    known = [str(plot_id) for plot_id in scene.run.plots["plot_id"]]
    if len(known) <= _LISTED:
        label, key = _t("choose"), f"paper-plots-{scene.id}"
        return tuple(st.multiselect(label, known, placeholder=_t("all"), key=key))
    typed = st.text_input(_t("type"), placeholder=_t("all"), key=f"paper-ids-{scene.id}")
    ids = tuple(dict.fromkeys(one for one in _BETWEEN.split(typed) if one))
    unknown = sorted(set(ids) - set(known))
    if unknown:
        markup.show(el("p", _t("unknown", plots=unknown[:_NAMED]), cls="ip-warning"))
        return None
    return ids


def _offer(scene: Scene, paper: Paper) -> None:
    ending, asked = paper.ending, st.session_state.get(f"{_ASKED}-{paper.ending}")
    count = len(paper.plot_ids) or len(writable(scene, ending))
    most = MOST[ending]
    if st.button(
        _t("make", ending=ending.upper()),
        disabled=not 0 < count <= most,
        key=f"make-{ending}",
        width="stretch",
    ):
        asked = (scene.id, paper)
        st.session_state[f"{_ASKED}-{ending}"] = asked
    if not count:
        markup.show(el("p", _t("nothing"), cls="ip-note"))
    elif count > most:
        told = _t("too_many", count=f"{count:,}", most=f"{most:,}")
        markup.show(el("p", told, cls="ip-warning"))
    elif asked == (scene.id, paper):
        # another choice or another run makes another paper
        with guard():
            back = partial(st.session_state.pop, f"{_ASKED}-{ending}", None)
            _give(scene, paper, wait(state.paper_job(scene, paper), cancel=back))
    else:
        told = _t("takes", count=f"{count:,}", time=time_told(count * SECONDS[ending]))
        markup.show(el("p", told, cls="ip-note"))


def time_told(seconds: float) -> str:
    """Return a time in words, in whole seconds or minutes, rounded up."""
    entry, unit = ("minutes", _MINUTE) if seconds > 2 * _MINUTE else ("seconds", 1)
    return _t(entry, count=max(1, math.ceil(seconds / unit)))


def _give(scene: Scene, paper: Paper, made: Made) -> None:
    size = len(made.data)
    shown = f"{size / 1e6:,.1f} MB" if size >= 1e5 else f"{max(1, round(size / 1e3))} kB"  # noqa: PLR2004
    file = f"{scene.run.workspace.name}-{scene.id}.{paper.ending}"
    st.download_button(
        _t("get", ending=paper.ending.upper(), size=shown),
        data=taken(file, made.data),
        file_name=file,
        mime=_MIME[paper.ending],
        on_click="ignore",
        type="primary",
        key=f"get-{paper.ending}",
        width="stretch",
    )
    lines = [_t("made", count=f"{made.plots:,}")]
    if made.left_out:
        names: object = list(made.left_out[:_NAMED])
        if len(made.left_out) > _NAMED:
            names = _t("and_more", some=names, count=f"{len(made.left_out):,}")
        lines.append(_t("left_out", plots=names))
    lines += [f"{issue.message()}{action_of(issue)}" for issue in made.issues]
    markup.show(*(el("p", line, cls="ip-note") for line in lines))
