"""Taking in a parcel file: the drop zone, what the file leaves open, the faults."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from platforms import messages
from platforms.app import markup
from platforms.app.guard import show_error
from platforms.app.markup import el
from platforms.app.reading import FILE_TYPES, Question, show_reading
from platforms.app.scene import Scene
from platforms.app.server import MAX_UPLOAD_MB
from platforms.app.state import accept_upload, drop_upload, plots_job, set_upload, upload
from platforms.app.upload import Upload
from platforms.app.waiting import wait
from platforms.errors import CRSError, PlatformsError
from platforms.issues import IssueTable

__all__ = ["candidates_of", "show_intake", "show_issues", "show_source"]

# an error names its candidates as the command line takes them
_TURN = "file-turn"
_LAYER_OPEN = "read.layer_open"
_CODE = re.compile(r"--crs (\S+)")
_ASKED = {
    "read.crs_open": "open",
    "read.crs_contradicts": "contradicts",
    "read.crs_swapped": "swapped",
    "read.crs_none": "none",
    "read.nothing_in_china": "nowhere",
    "read.layer_open": "layer",
    "read.encoding_open": "encoding",
    "read.encoding_wrong": "encoding_wrong",
    "geo.missing": "missing",
    "geo.datum_refused": "datum",
    "geo.helmert_needs_crs": "needs_crs",
    "geo.helmert_not_needed": "not_needed",
}
# what can be done about a fault stands in the form
_TO_DO = {"crs_by_magnitude", "shape_crossed", "web_offset_seen"}


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"app.plots.{entry}", None, **fields)


def show_intake() -> bool:
    """Show the drop zone and read what was dropped; False while a question is open."""
    words = {"--ip-choose": _t("choose"), "--ip-limit": _t("limit", megabytes=MAX_UPLOAD_MB)}
    markup.show_words(words)
    # a new key is the way to empty an uploader
    key = f"file-{st.session_state.get(_TURN, 0)}"
    left, right = st.columns([3, 1], gap="small", vertical_alignment="bottom")
    with left:
        st.file_uploader(
            _t("drop"), type=FILE_TYPES, key=key, help=_t("drop_help"), on_change=_take, args=(key,)
        )
    held = upload()
    with right:
        if held is None:
            markup.show(el("p", _t("none"), cls="ip-note"))
        else:
            st.button(_t("drop_it"), on_click=_forget, width="stretch", key="forget")
    return held is None or _read(held)


def _take(key: str) -> None:
    """Look at what was dropped, before anything of the page is drawn."""
    file = st.session_state[key]
    if file is None:
        drop_upload()
    else:
        set_upload(Upload(file.name, file.getvalue()))


def _forget() -> None:
    drop_upload()
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1


def _read(held: Upload) -> bool:
    try:
        wait(plots_job(held))
    except PlatformsError as error:
        show_error(_said(error))
        if error.key == _LAYER_OPEN:
            held = replace(held, layers=tuple(str(name) for name in _items(error.fields["layers"])))
        systems = candidates_of(error.fields)
        asked = isinstance(error, CRSError) or error.key in _ASKED
        show_reading(held, Question(systems, open=asked))
        return False
    if accept_upload(held):
        # the title above says whose plots these are
        st.rerun()
    show_reading(held, Question())
    return True


def _said(error: PlatformsError) -> str:
    """Return an error in the words of a page: it asks with a box, not with an option."""
    entry = _ASKED.get(error.key)
    return str(error) if entry is None else messages.text(f"app.asked.{entry}", **error.fields)


def _items(value: object) -> Sequence[object]:
    return value if isinstance(value, (list, tuple)) else ()


def candidates_of(fields: Mapping[str, object]) -> dict[str, str]:
    """Return the systems that an error offers: code → what users read."""
    codes = _CODE.findall(str(fields.get("next", "")))
    told = [str(reason) for reason in _items(fields.get("reasons"))]
    if len(told) != len(codes):
        told = list(codes)
    return dict(zip(codes, told, strict=True))


def show_source(scene: Scene) -> None:
    """Say what was read: file, format, encoding, coordinate system and how it was known."""
    source = scene.run.source
    if source is None:
        return
    facts = {
        "file": source.name,
        "driver": source.driver,
        "encoding": source.encoding,
        "crs": source.crs,
        "crs_basis": _t(f"basis.{source.crs_basis}"),
        "features": f"{source.features:,}",
        "sha256": source.sha256[:12],
    }
    shown = [
        el("span", el("small", _t(f"source.{name}")), str(value))
        for name, value in facts.items()
        if value
    ]
    marks = [messages.text("app.mark.sample")] if scene.run.sample else []
    markup.show(el("div", markup.badges(marks, kind="ip-sample"), *shown, cls="ip-source"))


def show_issues(issues: IssueTable) -> None:
    """Show the faults as a table, or say that there are none."""
    if not len(issues):
        st.success(_t("no_issues"))
        return
    table = issues.to_frame().drop(columns=["layer", "kind"])
    severity = {name: _t(f"severity.{name}") for name in ("info", "warning", "error")}
    table["severity"] = table["severity"].map(severity)
    table["action"] = [
        _t(f"to_do.{issue.kind}", **issue.values) if issue.kind in _TO_DO else issue.action()
        for issue in issues
    ]
    titles = {name: messages.text(f"sheet.book.{name}") for name in table.columns}
    st.dataframe(table.rename(columns=titles), hide_index=True, height=300, placeholder="")
