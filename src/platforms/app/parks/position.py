"""Put the true position in: a boundary, who gives it, by what, and what is doubtful about it.

What is stored is never changed: each correction is an entry, and so is each undo. Who looks at
a place while somebody else corrects it is told so and passes over nothing.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd
import streamlit as st
from shapely.geometry.base import BaseGeometry

import platforms as ip
from platforms import messages
from platforms.app import markup, state
from platforms.app.map_component import show_map
from platforms.app.markup import el
from platforms.app.parks.boundary import (
    Boundary,
    forget_boundary,
    given_boundary,
    with_boundary,
)
from platforms.app.parks.cards import position_mark
from platforms.app.scenarios.keeping import author, remember_author, store
from platforms.app.scene import Scene, Shown
from platforms.app.state import Pick
from platforms.app.strange import tell_strange
from platforms.app.visitor import name_box, named_by
from platforms.app.wording import said
from platforms.errors import PlatformsError
from platforms.units import printed

__all__ = ["show_position"]

_SEEN, _DONE, _FAILED = "park-seen", "park-done", "park-failed"
_FIELDS = ("accuracy", "author", "source", "stated", "why")


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"parks_page.position.{entry}", None, **fields)


def show_position(scene: Scene, layer: str, *, height: int) -> None:
    """Show where a place is, and take a better boundary for it."""
    if layer not in ip.correctable_layers(scene.workspace):
        markup.show(el("p", _t("not_here"), cls="ip-note"))
        return
    pick = _of(scene, layer)
    left, right = st.columns([1.7, 1], gap="small")
    shown: Shown = scene
    place = pick
    with right, st.container(border=True, key="park-position"):
        _tell_done()
        if pick is None:
            markup.show(el("p", _t("choose"), cls="ip-note"))
        else:
            _show_now(_row(scene, pick))
            boundary = given_boundary()
            if boundary is not None:
                if boundary.way == "file":
                    # what is drawn stands on the map already
                    shown = with_boundary(scene, boundary, pick.id)
                    place = Pick("given_boundary", pick.id)
                _take(scene, pick, boundary)
            _show_past(pick)
    with left:
        show_map(shown, height=height, place=place, figures=False)
        st.caption(_t("map_foot", id=shown.id))


def _of(scene: Scene, layer: str) -> Pick | None:
    """Return the place that is corrected; it stands in the address apart from the selection.

    Drawing takes the selection away, and the place must stay.
    """
    frame = scene.frame(layer)
    key = str(scene.workspace.card(layer).key)
    names = {} if frame is None else dict(zip(frame[key].astype(str), frame["name"], strict=True))
    clicked = state.picked()
    wanted = st.query_params.get("of")
    # there also when it is empty: the map below keeps its place
    strange = st.container()
    if clicked is not None and clicked.layer == layer and clicked.id in names:
        wanted = clicked.id
    widget = f"park-of-{layer}"
    ids = list(names)
    # set on every run: what one run has set does not reach a browser that draws the next
    if wanted is None and ids:
        st.session_state[widget] = st.session_state.get(widget, ids[0])
    elif wanted in names:
        st.session_state[widget] = wanted
    else:
        # another place in its stead would be corrected by mistake
        with strange:
            tell_strange({"of": ids})

    def chosen() -> None:
        now = st.session_state[widget]
        if now is None:
            state.select(None)
            st.query_params.pop("of", None)
        else:
            st.query_params["of"] = str(now)
            state.look_at(Pick(layer, str(now)))

    one = st.selectbox(
        _t("of"), ids, None, format_func=lambda i: f"{i} {names[i]}", key=widget, on_change=chosen,
        placeholder=_t("choose"),
    )  # fmt: skip
    if one is None:
        return None
    st.query_params["of"] = str(one)
    return Pick(layer, str(one))


def _row(scene: Scene, pick: Pick) -> pd.Series:
    frame = scene.workspace.layer(pick.layer)
    key = str(scene.workspace.card(pick.layer).key)
    row: pd.Series = frame[frame[key].astype(str).eq(pick.id)].iloc[0]
    return row


def _show_now(row: pd.Series) -> None:
    kind, words = position_mark({str(k): v for k, v in row.items()})
    told: object = row.get("accuracy_m")
    known = isinstance(told, float) and told >= 0
    accuracy = _t("metres", metres=f"{told:,.0f}") if known else _t("unknown")
    pairs = [("accuracy", accuracy)]
    if kind in {"drawn", "surveyed"}:
        pairs += [
            (name, str(row[f"position_{name}"]))
            for name in ("author", "date", "source")
            if pd.notna(row.get(f"position_{name}"))
        ]
    facts = [part for name, text in pairs for part in (el("dt", _t(f"now.{name}")), el("dd", text))]
    head = el("p", _t("now.title"), markup.badges([words], kind=f"ip-at-{kind}"), cls="ip-kind")
    note = el("p", _t("now.schematic"), cls="ip-note") if kind == "schematic" else None
    markup.show(head, el("dl", *facts, cls="ip-facts"), note)


def _take(scene: Scene, pick: Pick, boundary: Boundary) -> None:
    issues = ip.check_position(scene.workspace, *pick, boundary.shape)
    refused = issues.worst() == "error"
    for issue in issues:
        cls = "ip-error" if issue.severity == "error" else "ip-warning"
        markup.show(el("p", issue.message(), " ", issue.action(), cls=cls, role="alert"))
    if refused:
        return
    _show_area(scene, boundary.shape)
    kept = store().positions
    # what this visitor has seen; read again only when another place is looked at
    seen = st.session_state.get(_SEEN)
    if seen is None or seen[0] != pick:
        st.session_state[_SEEN] = (pick, kept.newest(*pick))
    with st.form("park-form", border=False):
        options = ["drawn"] if boundary.way == "draw" else ["surveyed", "drawn"]
        names = {one: messages.text(f"positions.basis_name.{one}") for one in options}
        st.selectbox(
            _t("form.basis"), options, key=_basis_key(),
            format_func=lambda one: names.get(one, one),
        )  # fmt: skip
        st.number_input(
            _t("form.accuracy"), min_value=0.0, value=None, step=1.0, key="park-accuracy",
            help=_t("form.accuracy_help"),
        )  # fmt: skip
        st.checkbox(_t("form.accuracy_unknown"), key="park-accuracy-unknown")
        name_box(_t("form.author"), author(), key="park-author", most=200)
        st.text_input(
            _t("form.source"), value=boundary.source, max_chars=500, key="park-source",
            placeholder=_t("form.source_hint"),
        )  # fmt: skip
        # the day of the boundary, which is seldom the day on which it is put in
        st.date_input(
            _t("form.stated"), value=None, key="park-stated", format="YYYY-MM-DD",
            max_value=dt.datetime.now().astimezone().date(),
        )  # fmt: skip
        st.text_input(_t("form.why"), max_chars=500, key="park-why")
        if len(issues):
            one = "_one" if len(issues) == 1 else ""
            st.checkbox(_t(f"form.read{one}", count=len(issues)), key="park-read")
        st.form_submit_button(
            _t("form.store"), type="primary", width="stretch",
            on_click=_store, args=(pick, boundary, len(issues), st.session_state[_SEEN][1]),
        )  # fmt: skip
    failed = st.session_state.pop(_FAILED, None)
    if failed is not None:
        markup.show(el("p", failed, cls="ip-error", role="alert"))


def _basis_key() -> str:
    # a browser sends the word that it showed: a box in another language is another box
    return f"park-basis-{messages.language()}"


def _show_area(scene: Scene, shape: BaseGeometry) -> None:
    import geopandas as gpd

    frame = gpd.GeoDataFrame({"plot_id": ["1"]}, geometry=[shape], crs=4490)
    total = ip.survey(frame, workspace=scene.workspace).total()
    area = _t("area", mu=printed(total["area_mu"], 2), m2=printed(total["area_m2"], 2))
    markup.show(el("p", el("b", area)))


def _store(pick: Pick, boundary: Boundary, doubts: int, after: str) -> None:
    held = {name: st.session_state.get(f"park-{name}") for name in _FIELDS}
    if doubts and not st.session_state.get("park-read"):
        st.session_state[_FAILED] = _t("form.not_read")
        return
    accuracy = held["accuracy"]
    if accuracy is None and not st.session_state.get("park-accuracy-unknown"):
        st.session_state[_FAILED] = _t("form.accuracy_missing")
        return
    if held["stated"] is None:
        st.session_state[_FAILED] = _t("form.stated_missing")
        return
    position = ip.Position(
        layer=pick.layer, feature_id=pick.id, shape=boundary.shape,
        basis=str(st.session_state.get(_basis_key())),
        accuracy_m=None if accuracy is None else float(accuracy),
        author=named_by(held["author"]), source=str(held["source"] or ""),
        stated=str(held["stated"]),
    )  # fmt: skip
    try:
        store().positions.place(
            position, by=position.author, why=str(held["why"] or ""), after=after
        )
    except PlatformsError as error:
        st.session_state[_FAILED] = said(error)
        # what the other did is shown from now on
        st.session_state.pop(_SEEN, None)
        return
    remember_author(position.author)
    forget_boundary()
    _note_done(_t("stored", feature=pick.id))


def _note_done(text: str) -> None:
    st.session_state.pop(_SEEN, None)
    st.session_state[_DONE] = text


def _tell_done() -> None:
    done = st.session_state.pop(_DONE, None)
    if done is not None:
        markup.show(el("p", done, cls="ip-done", role="status"))


def _show_past(pick: Pick) -> None:
    kept = store().positions
    past = kept.history(*pick)
    if past.empty:
        markup.show(el("p", _t("past.none"), cls="ip-note"))
        return
    markup.show(el("h4", _t("past.title"), cls="ip-h4"))
    titles = {
        name: _t(f"past.{name}")
        for name in ("at", "what", "who", "basis", "accuracy_m", "source", "why")
    }
    names = {one: messages.text(f"positions.basis_name.{one}") for one in ("drawn", "surveyed")}
    told = past.assign(
        at=past["at"]
        .dt.tz_convert(dt.datetime.now().astimezone().tzinfo)
        .dt.strftime("%Y-%m-%d %H:%M"),
        what=past["what"].map(lambda one: messages.text(f"positions.what.{one}")),
        basis=past["basis"].map(names).fillna(messages.text("positions.files")),
    )
    st.dataframe(
        told[list(titles)].iloc[::-1].rename(columns=titles), hide_index=True, placeholder=""
    )
    newest = str(past["key"].iloc[-1])
    if kept.current().get(*pick) is not None:
        name_box(_t("undo.who"), author(), key="park-undo-who", most=200)
        st.text_input(_t("undo.why"), max_chars=500, key="park-undo-why")
        st.button(
            _t("undo.button"), key="park-undo", on_click=_undo, args=(pick, newest),
            width="stretch",
        )  # fmt: skip


def _undo(pick: Pick, newest: str) -> None:
    who = named_by(st.session_state.get("park-undo-who"))
    why = str(st.session_state.get("park-undo-why") or "")
    try:
        store().positions.undo(*pick, by=who, why=why, after=newest)
    except PlatformsError as error:
        _note_done(said(error))
        return
    remember_author(who)
    _note_done(_t("undone", feature=pick.id))
