"""Correcting the plots of an uploaded file on the map: what was changed, and what that changed.

The map asks for the exact boundary of a plot, sends back what became of it, and everything is
made anew from the file and the corrections: areas, faults, verdicts, the map itself. The file's
bytes are never touched, so undoing a correction is leaving it out.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import shapely
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, opened, state
from platforms.app.guard import show_error
from platforms.app.markup import Html, el
from platforms.app.plots.saving import offer_plots
from platforms.app.plots.upload import Upload
from platforms.app.scene import Scene
from platforms.app.state import Pick
from platforms.app.wording import action_of, said, signed
from platforms.errors import InputError, PlatformsError
from platforms.issues import IssueTable
from platforms.units import m2_to_mu, printed

__all__ = ["correctable_for_map", "show_corrections", "take_correction"]

_LAYER = "plots"
_ACTS = ("edit", "cut")
# what is being corrected, what was undone, and what went wrong
_TASK, _UNDONE, _FAULT = "correct-task", "correct-undone", "correct-fault"
_OWN = ("area_m2", "area_mu", "area_ha", "geodesic_m2", "planar_m2")


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"correcting.{entry}", None, **fields)


def correctable_for_map() -> dict[str, Any] | None:
    """Return what the map may correct: the plots of the upload, and the one in hand."""
    given = state.looked_at()
    if given is None:
        return None
    task = st.session_state.get(_TASK)
    if task is None or task["of"] != given.key:
        return {"layer": _LAYER, "task": None}
    return {"layer": _LAYER, "task": {k: v for k, v in task.items() if k != "of"}}


def take_correction(sent: object) -> None:
    """Take what the map asks for, or what became of a plot there."""
    given = state.looked_at()
    if given is None or not isinstance(sent, Mapping):
        return
    st.session_state.pop(_FAULT, None)
    asked, done = sent.get("ask"), sent.get("done")
    try:
        if isinstance(asked, Mapping):
            _begin(given, str(asked.get("id", "")), str(asked.get("act", "")))
        elif isinstance(done, Mapping):
            _make(given, done)
        else:
            st.session_state.pop(_TASK, None)
    except PlatformsError as error:
        st.session_state[_FAULT] = said(error)
        _again()


def _again() -> None:
    """Put the tool back into the visitor's hand: what was meant can be done better."""
    task = st.session_state.get(_TASK)
    if task is not None:
        st.session_state[_TASK] = {**task, "nonce": secrets.token_hex(4)}


def _begin(given: Upload, plot_id: str, act: str) -> None:
    frame = state.plots_job(given).result().frame
    shapes = frame.geometry[frame["plot_id"].astype(str) == plot_id]
    if act not in _ACTS or len(shapes) != 1:
        raise InputError("correction.plot_unknown", plot=plot_id, count=len(shapes))
    st.session_state[_TASK] = {
        "of": given.key,
        "nonce": secrets.token_hex(4),
        "id": plot_id,
        "act": act,
        "shape": _rings(shapes.iloc[0]),
    }


def _rings(shape: shapely.Geometry) -> list[list[list[list[float]]]]:
    """Return parts of rings of corners, each corner with all its digits."""
    return [
        [
            shapely.get_coordinates(ring)[:-1].tolist()
            for ring in (part.exterior, *part.interiors)
            if not ring.is_empty
        ]
        for part in shapely.get_parts(shape)
        if isinstance(part, shapely.Polygon)
    ]


def _make(given: Upload, done: Mapping[str, Any]) -> None:
    city, plots = opened.workspace(), state.plots_job(given).result()
    plot_id, line = str(done.get("id", "")), done.get("line")
    drawn = {"line": line} if line is not None else {"shape": done.get("shape")}
    change = ip.plot_correction(plot_id, plots.frame, city, **drawn)
    made = ip.correct_plots(plots, [change], city)
    st.session_state.pop(_TASK, None)
    st.session_state.pop(_UNDONE, None)
    _set(given, (*given.corrections, change))
    ids = made.frame["plot_id"].astype(str)
    at = plots.frame["plot_id"].astype(str).tolist().index(plot_id)
    state.look_at(Pick(_LAYER, ids.iloc[at]))


def _set(given: Upload, corrections: Sequence[ip.PlotCorrection]) -> None:
    state.set_upload(given.corrected(corrections))


def _undo(given: Upload) -> None:
    undone: tuple[ip.PlotCorrection, ...] = st.session_state.get(_UNDONE, ())
    st.session_state[_UNDONE] = (given.corrections[-1], *undone)
    _step(given, given.corrections[:-1])


def _redo(given: Upload) -> None:
    first, *rest = st.session_state[_UNDONE]
    st.session_state[_UNDONE] = tuple(rest)
    _step(given, (*given.corrections, first))


def _step(given: Upload, corrections: Sequence[ip.PlotCorrection]) -> None:
    st.session_state.pop(_TASK, None)
    st.session_state.pop(_FAULT, None)
    # a piece may be gone, and what was there before is called otherwise
    state.select(None)
    _set(given, corrections)


def show_corrections(scene: Scene) -> None:
    """Show what the newest correction changed, and the way back; nothing without an upload."""
    given = state.looked_at()
    if given is None:
        return
    fault = st.session_state.get(_FAULT)
    if fault:
        show_error(fault)
    undone = st.session_state.get(_UNDONE, ())
    made = given.corrections
    if not made and not undone:
        markup.show(el("p", _t("hint"), cls="ip-note"))
        return
    with st.container(border=True, key="corrections"):
        markup.show(el("h4", _t("title", count=len(made)), cls="ip-h4"))
        if made:
            _show_newest(given)
        _show_acts(given, undone)
        if made:
            # the file's own columns and the areas: what was found out besides is not the file's
            own = [name for name in state.plots_job(given).result().frame if name not in _OWN]
            kept = [name for name in scene.run.plots if name in own or name in _OWN]
            offer_plots(scene.run.plots[kept], name=given.name, mark=_t("mark"), key="corrected")


def _show_acts(given: Upload, undone: Sequence[ip.PlotCorrection]) -> None:
    back, again, drop = st.columns(3)
    made = given.corrections
    back.button(
        _t("undo"), on_click=_undo, args=(given,), disabled=not made, key="correct-undo",
        width="stretch",
    )  # fmt: skip
    again.button(
        _t("redo"), on_click=_redo, args=(given,), disabled=not undone, key="correct-redo",
        width="stretch",
    )  # fmt: skip
    drop.button(
        _t("drop"), on_click=_drop, args=(given,), disabled=not made, key="correct-drop",
        width="stretch",
    )  # fmt: skip


def _drop(given: Upload) -> None:
    undone: tuple[ip.PlotCorrection, ...] = st.session_state.get(_UNDONE, ())
    st.session_state[_UNDONE] = (*given.corrections, *undone)
    _step(given, ())


def _show_newest(given: Upload) -> None:
    city, last = opened.workspace(), given.corrections[-1]
    before = state.plots_job(given.corrected(given.corrections[:-1]))
    key = (city.fingerprint, messages.language(), given.key)
    job = state.own_job("rechecks", key, lambda _: ip.recheck_plots(before.result(), last, city))
    found = job.result()
    faults = [_faults(name, getattr(found, name)) for name in ("come", "left", "gone")]
    markup.show(el("p", _headline(found)), _areas(found), *faults)


def _headline(found: ip.Recheck) -> str:
    plot = found.correction.plot_id
    if found.correction.splits:
        return _t("split", plot=plot, pieces=found.after["plot_id"].astype(str).tolist())
    return _t("changed", plot=plot)


def _areas(found: ip.Recheck) -> Html:
    rows = [(_t("before"), _area(ip.area_sum(found.before["area_m2"])))]
    if found.correction.splits:
        rows += [
            (str(row["plot_id"]), _area(ip.area_sum(found.after["area_m2"].iloc[[number]])))
            for number, (_, row) in enumerate(found.after.iterrows())
        ]
    rows.append((_t("after"), _area(ip.area_sum(found.after["area_m2"]))))
    rows.append((_t("delta"), _delta(found)))
    pairs = [part for name, value in rows for part in (el("dt", name), el("dd", value))]
    return el("dl", *pairs, cls="ip-facts ip-drawn")


def _area(sums: Mapping[str, float]) -> str:
    if sums["unknown"]:
        return _t("unknown")
    return _t("area_is", mu=printed(sums["area_mu"], 4), m2=printed(sums["area_m2"], 2))


def _delta(found: ip.Recheck) -> str:
    delta = found.delta_m2
    if delta is None:
        return _t("unknown")
    if not delta:
        return _t("same")
    told = _t("area_is", mu=signed(m2_to_mu(delta), 4), m2=signed(delta, 2))
    # printed areas are rounded one by one
    return _t("rounding", delta=told) if found.correction.splits else told


def _faults(name: str, issues: IssueTable) -> Html | None:
    if not len(issues):
        return el("p", _t("sound"), cls="ip-note") if name == "come" else None
    lines = [el("p", f"{issue.message()}{action_of(issue)}") for issue in issues]
    return el("div", el("b", _t(name)), *lines, cls="ip-note" if name == "gone" else "ip-warning")
