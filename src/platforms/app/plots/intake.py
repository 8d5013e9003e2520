"""Taking in a parcel file: the drop zone, and what the file leaves open."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from platforms import messages
from platforms.app import markup
from platforms.app.guard import show_error
from platforms.app.journal import noted_upload
from platforms.app.markup import el
from platforms.app.plots.reading import Question, show_reading
from platforms.app.plots.upload import Upload, one_upload, safe_name
from platforms.app.scene import Scene
from platforms.app.state import (
    accept_upload,
    drop_upload,
    empty_upload_box,
    plots_job,
    set_upload,
    upload,
    upload_box,
)
from platforms.app.upload_notice import forget_given_up, give_up
from platforms.app.waiting import wait
from platforms.app.wording import ASKED, said
from platforms.errors import CRSError, PlatformsError

__all__ = ["candidates_of", "items_of", "show_intake", "show_source"]

# an error names its candidates as the command line takes them
# files that the widget holds already, and those that were not read
_SEEN = "files-seen"
_PASSED = "files-passed"
_LAYER_OPEN = "read.layer_open"
_CODE = re.compile(r"--crs (\S+)")


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"app.plots.{entry}", None, **fields)


def show_intake() -> bool:
    """Show the drop zone and read what was dropped; False while a question is open."""
    key = upload_box()
    left, right = st.columns([3, 1], gap="small", vertical_alignment="bottom")
    with left:
        # any file may come: the one door says in the visitor's language what it cannot read
        st.file_uploader(
            _t("drop"),
            accept_multiple_files=True,
            key=key,
            help=_t("drop_help"),
            on_change=_take,
            args=(key,),
        )
    held = upload()
    with right:
        if held is None:
            markup.show(el("p", _t("none"), cls="ip-note"))
        else:
            st.button(_t("drop_it"), on_click=_forget, width="stretch", key="forget")
    # there also when it is empty: the map below keeps its place
    with st.container():
        if held is None:
            return True
        _show_passed(held)
        return _read(held)


def _take(key: str) -> None:
    """Look at what was dropped, before anything of the page is drawn."""
    forget_given_up()
    files = st.session_state[key]
    seen = st.session_state.get(_SEEN, ())
    st.session_state[_SEEN] = [file.file_id for file in files]
    if not files:
        drop_upload()
        st.session_state.pop(_PASSED, None)
        return
    # what came last is what one wants to look at
    newest = sorted(files, key=lambda file: file.file_id in seen)
    given, passed = one_upload([(file.name, file.getvalue()) for file in newest])
    st.session_state[_PASSED] = passed
    set_upload(given)
    for file in files:
        noted_upload(file.name, file.getvalue())


def _forget() -> None:
    drop_upload()
    empty_upload_box()


def _show_passed(held: Upload) -> None:
    passed = st.session_state.get(_PASSED)
    if passed:
        names = {"file": safe_name(held.name), "others": [safe_name(name) for name in passed]}
        markup.show(el("p", messages.text("intake.several", **names), cls="ip-warning"))


def _read(held: Upload) -> bool:
    try:
        wait(plots_job(held), cancel=give_up)
    except PlatformsError as error:
        show_error(said(error))
        if error.key == _LAYER_OPEN:
            held = replace(
                held, layers=tuple(str(name) for name in items_of(error.fields["layers"]))
            )
        systems = candidates_of(error.fields)
        asked = isinstance(error, CRSError) or error.key in ASKED
        show_reading(held, Question(systems, open=asked))
        return False
    if accept_upload(held):
        # the title above says whose plots these are
        st.rerun()
    show_reading(held, Question())
    return True


def items_of(value: object) -> Sequence[object]:
    """Return the parts of a field of an error; none of what has no parts."""
    return value if isinstance(value, (list, tuple)) else ()


def candidates_of(fields: Mapping[str, object]) -> dict[str, str]:
    """Return the systems that an error offers: code → what users read."""
    codes = _CODE.findall(str(fields.get("next", "")))
    told = [str(reason) for reason in items_of(fields.get("reasons"))]
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
