"""Cards of what can be exported: made when it is asked for, then offered."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from platforms import messages
from platforms.app import markup, state
from platforms.app.exports.kinds import KINDS, MAP, PAPERS, Source
from platforms.app.exports.making import Published, asked_of, export_job, make_export
from platforms.app.guard import guard
from platforms.app.journal import taken
from platforms.app.markup import el
from platforms.app.waiting import wait

__all__ = ["show_group"]

_ABREAST = 3
_ASKED = "export-asked"
_MB, _KB = 1e6, 1e3
_SMALL = 1e5


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"exports_page.{entry}", None, **fields)


def show_group(group: str, made: Published, board: str) -> None:
    """Show the cards of a group; those that have nothing to write are left out.

    Parameters
    ----------
    group
        One of ``GROUPS``.
    made
        The published map.
    board
        Fingerprint of the figures and targets that are shown.
    """
    scene = made.source.scene
    names = [name for name, kind in KINDS.items() if kind.group == group and kind.wanted(scene)]
    if not names:
        return
    markup.show(el("h4", _t(f"group.{group}"), cls="ip-h4"))
    source = made.source
    if group == "figures":
        paper = state.choice("paper", _t("paper"), PAPERS, lambda name: name)
        source = replace(source, paper=paper)
    if not any(KINDS[name].published for name in names):
        markup.show(el("p", _t("whole"), cls="ip-note"))
    for row in range(0, len(names), _ABREAST):
        some = names[row : row + _ABREAST]
        for column, name in zip(st.columns(_ABREAST), some, strict=False):
            with column, st.container(border=True, height="stretch"), guard():
                _card(name, made, source, board)


def _card(name: str, made: Published, source: Source, board: str) -> None:
    markup.show(el("h3", _t(f"{name}.title")), el("p", _t(f"{name}.about"), cls="ip-note"))
    if name == MAP:
        # the long part is done: the map was published to be looked at
        _offer(name, source, board, partial(make_export, source, name))
        return
    key = asked_of(source, name, board)
    asked = st.session_state.setdefault(_ASKED, {})
    if st.button(_t("make", ending=KINDS[name].ending), key=f"export-make-{name}", width="stretch"):
        asked[name] = key, secrets.token_hex(8) if KINDS[name].live else ""
    if name not in asked or asked[name][0] != key:
        # another choice or another run makes another file
        return
    job = export_job(source, name, (*key, asked[name][1]), own=made.own)
    data = wait(job, cancel=partial(asked.pop, name, None))
    _offer(name, source, board, data)


def _offer(name: str, source: Source, board: str, data: Callable[[], bytes] | bytes) -> None:
    kind, scene = KINDS[name], source.scene
    size = f" · {_size(len(data))}" if isinstance(data, bytes) else ""
    mark = f"-{source.asked.profile}" if kind.published else ""
    file = f"{scene.workspace.name}-{name}{mark}-{board}.{kind.ending}"
    st.download_button(
        _t("get", ending=kind.ending) + size,
        data=taken(file, data),
        file_name=file,
        mime=kind.mime,
        on_click="ignore",
        type="primary",
        key=f"export-get-{name}",
        width="stretch",
    )


def _size(count: int) -> str:
    return f"{count / _MB:,.1f} MB" if count >= _SMALL else f"{max(1, round(count / _KB))} kB"
