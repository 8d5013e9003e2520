"""The boundary that a visitor gives: drawn on the map, or read from a file by the one door."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

import platforms as ip
from platforms import messages
from platforms.app import markup, opened, state
from platforms.app.journal import noted_upload
from platforms.app.markup import el
from platforms.app.plots.drawing import drawing_for_map, forget_drawing
from platforms.app.plots.intake import candidates_of, items_of
from platforms.app.plots.upload import Reading, Upload, one_upload, read_upload, safe_name
from platforms.app.scene import Scene
from platforms.app.sheet import Sheet
from platforms.app.wording import said
from platforms.errors import PlatformsError

__all__ = ["Boundary", "forget_boundary", "given_boundary", "with_boundary"]

_TURN, _SHEET = "park-file-turn", "park-preview"
# what reading a file asked for, which is then asked for above it
_OPEN = "park-open"
_ENCODINGS = ("utf-8", "gb18030", "big5", "cp1252")

_TYPES = [
    "zip", "shp", "dbf", "shx", "prj", "cpg", "geojson", "json", "gpkg", "kml", "dxf", "fgb",
    "parquet", "txt", "csv", "xlsx",
]  # fmt: skip


# which box answers, where the page about plots says another
_ASKED = {
    "read.crs_open": "open", "read.crs_contradicts": "contradicts",
    "read.crs_against_datum": "against", "read.crs_swapped": "swapped", "read.crs_none": "none",
    "read.nothing_in_china": "nowhere", "read.layer_open": "layer",
    "read.encoding_open": "encoding", "geo.missing": "missing", "geo.datum_refused": "datum",
}  # fmt: skip


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"parks_page.position.{entry}", None, **fields)


@dataclass(frozen=True)
class Boundary:
    """A boundary before it is put in.

    Attributes
    ----------
    shape
        EPSG:4490.
    way
        ``draw`` or ``file``.
    source
        What it comes from, where that is known.
    """

    shape: BaseGeometry
    way: str
    source: str


def given_boundary() -> Boundary | None:
    """Ask for a boundary and return it once there is one."""
    way = state.choice("by", _t("by"), ["draw", "file"], lambda one: _t(f"way.{one}"))
    return _drawn() if way == "draw" else _from_file()


def _drawn() -> Boundary | None:
    told = drawing_for_map()
    if told is None or not told["ring"]:
        markup.show(el("p", _t("draw_hint"), cls="ip-note"))
        return None
    return Boundary(Polygon([tuple(point) for point in told["ring"]]), "draw", "")


def _from_file() -> Boundary | None:
    dropped = st.file_uploader(
        _t("file"), type=_TYPES, accept_multiple_files=True, help=_t("file_help"),
        key=f"park-file-{st.session_state.get(_TURN, 0)}",
    )  # fmt: skip
    if not dropped:
        return None
    for one in dropped:
        noted_upload(one.name, one.getvalue())
    crs = st.text_input(_t("crs"), key="park-crs", help=_t("crs_help")).strip()
    given, passed = one_upload([(one.name, one.getvalue()) for one in reversed(dropped)])
    answered = _answers(given)
    how = Reading(
        crs=crs or None, layer=answered.get("layer"), encoding=answered.get("encoding")
    )  # fmt: skip
    if passed:
        names = {"file": safe_name(given.name), "others": [safe_name(one) for one in passed]}
        markup.show(el("p", _t("several", **names), cls="ip-warning", role="status"))
    try:
        shape = _read(given.read_as(how))
    except PlatformsError as error:
        _ask(given, error)
        markup.show(el("p", _said(error), cls="ip-warning", role="alert"))
        return None
    return Boundary(shape, "file", given.name)


def _answers(given: Upload) -> dict[str, str | None]:
    """Show a box for each thing that reading this file asked for; return what was answered."""
    of, asked = st.session_state.get(_OPEN, ("", {}))
    if of != given.sha256:
        return {}
    boxes = {
        name: st.selectbox(
            messages.text(f"app.reading.{name}"), options, None,
            key=f"park-{name}-{of[:12]}", placeholder=messages.text("widgets.choose_one"),
        )
        for name, options in asked.items()
    }  # fmt: skip
    return {name: None if one is None else str(one) for name, one in boxes.items()}


def _ask(given: Upload, error: PlatformsError) -> None:
    """Ask above from now on for what a file was found to leave open."""
    if error.key == "read.layer_open":
        new = {"layer": [str(one) for one in items_of(error.fields["layers"])]}
    elif error.key == "read.encoding_open":
        new = {"encoding": list(_ENCODINGS)}
    else:
        return
    of, asked = st.session_state.get(_OPEN, ("", {}))
    known = asked if of == given.sha256 else {}
    if not new.keys() <= known.keys():
        st.session_state[_OPEN] = (given.sha256, {**known, **new})
        st.rerun()


def _said(error: PlatformsError) -> str:
    """Say what is wrong with a file, and what can be done about it on this page."""
    entry = _ASKED.get(error.key)
    if entry is None:
        return said(error)
    codes = list(candidates_of(error.fields))
    return _t(f"asked.{entry}", **messages.in_one_line(error.fields), codes=codes)


def _read(given: Upload) -> BaseGeometry:
    """Read a file once for as long as it is looked at."""
    city = opened.workspace()
    key = (given.key, messages.language())
    held = st.session_state.get("park-file-read")
    if held is None or held[0] != key:
        held = (key, ip.one_boundary(read_upload(given, city).frame))
        st.session_state["park-file-read"] = held
        # the newest thing is what one wants to see on the map
        state.select(None)
    shape: BaseGeometry = held[1]
    return shape


def with_boundary(scene: Scene, boundary: Boundary, place: str) -> Sheet:
    """Return what is shown with a boundary from a file on it, before it is stored.

    Parameters
    ----------
    scene
        What is looked at.
    boundary
        Made once for as long as it is looked at.
    place
        Id of the place that it is given for.
    """
    key = (scene.id, place, boundary.shape.wkb)
    held = st.session_state.get(_SHEET)
    if held is None or held[0] != key:
        made = ip.with_given_boundary(scene.document, boundary.shape, feature_id=place)
        held = (key, Sheet(made, scene.workspace))
        st.session_state[_SHEET] = held
    sheet: Sheet = held[1]
    return sheet


def forget_boundary() -> None:
    """Forget what was drawn or given: it is stored, or given up."""
    forget_drawing()
    # a new key is the way to empty an uploader
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    for name in ("park-file-read", _OPEN, _SHEET):
        st.session_state.pop(name, None)
