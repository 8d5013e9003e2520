"""The form that says how an uploaded file is read, open where the file leaves a question.

The visitor answers with boxes what the command line takes as options. Nothing is asked of a
file that says it all: the form is folded then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from platforms import messages
from platforms.app import markup
from platforms.app.journal import noted_upload
from platforms.app.markup import el
from platforms.app.plots.upload import Reading, Upload, safe_name
from platforms.app.state import set_upload

__all__ = ["Question", "show_reading"]

_TURN = "reading-turn"
_ENCODINGS = ("utf-8", "gb18030", "big5", "cp1252")
# systems that no file names by itself
_OFFSETS = ("gcj02", "bd09")


@dataclass(frozen=True)
class Question:
    """What a file leaves open.

    Attributes
    ----------
    systems
        Coordinate systems that fit: code → what users read.
    open
        Whether only the visitor can answer.
    """

    systems: Mapping[str, str] = field(default_factory=dict)
    open: bool = False


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"app.reading.{entry}", None, **fields)


def show_reading(held: Upload, question: Question) -> None:
    """Show how a file is read, and read it again as the visitor says.

    Parameters
    ----------
    held
        The file and how it was read.
    question
        What it leaves open.
    """
    how = held.reading
    # a new key is the way to empty a form
    turn = int(st.session_state.get(_TURN, 0))
    with (
        st.expander(_t("title"), expanded=question.open),
        st.form(f"reading-{turn}-{held.sha256[:12]}", border=False),
    ):
        left, right = st.columns(2, gap="small")
        with left:
            crs = _crs(how, question)
            layer = _one_of("layer", held.layers, how.layer) if held.layers else how.layer
            encoding = _one_of("encoding", ("", *_ENCODINGS), how.encoding)
            repair = st.toggle(_t("repair"), value=how.repair, help=_t("repair_help"))
        with right:
            helmert = st.text_input(
                _t("helmert"),
                value=how.helmert or "",
                placeholder=_t("helmert_form"),
                help=_t("helmert_help"),
            )
            points = _file("points", ("csv", "txt"), how.points)
            known = _file("known", None, how.known)
        again, plain = st.columns(2)
        if again.form_submit_button(_t("again"), type="primary", width="stretch"):
            answers = Reading(
                crs=crs or None,
                layer=layer or None,
                encoding=encoding or None,
                helmert=helmert.strip() or None,
                points=points,
                known=known,
                repair=repair,
            )
            _read(held.read_as(answers))
        if plain.form_submit_button(_t("plain"), width="stretch"):
            st.session_state[_TURN] = turn + 1
            _read(held.read_as(Reading()))


def _read(held: Upload) -> None:
    set_upload(held)
    st.rerun()


def _crs(how: Reading, question: Question) -> str:
    named = {"": _t("by_file")}
    # what fits stands first; what was said before is not lost
    named |= {code: question.systems[code] for code in question.systems}
    if how.crs is not None:
        named.setdefault(how.crs, how.crs)
    for code in _OFFSETS:
        named[code] = _t(f"offset.{code}")
    first = next(iter(question.systems), how.crs or "")
    options = list(named)
    chosen: Any = st.selectbox(
        _t("crs"),
        options,
        index=options.index(first),
        format_func=lambda code: named.get(code, code),
        accept_new_options=True,
        help=_t("crs_help"),
    )
    return str(chosen or "").strip()


def _one_of(name: str, options: tuple[str, ...], chosen: str | None) -> str:
    index = options.index(chosen) if chosen in options else 0
    answer: Any = st.selectbox(
        _t(name),
        options,
        index=index,
        format_func=lambda option: option or _t("by_file"),
    )
    return str(answer or "")


def _file(name: str, types: tuple[str, ...] | None, kept: Upload | None) -> Upload | None:
    """Take a file that goes with the plots; one that was given stays until another comes."""
    file = st.file_uploader(_t(name), type=types, help=_t(f"{name}_help"))
    if file is not None:
        noted_upload(file.name, file.getvalue())
        return Upload(file.name, file.getvalue())
    if kept is not None:
        markup.show(el("p", _t("kept", file=safe_name(kept.name)), cls="ip-note"))
    return kept
