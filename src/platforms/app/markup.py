"""The one place where the app writes HTML.

Every text is escaped when it becomes part of an element; only what this module made itself is
taken as HTML. So a name such as ``<img onerror=…>`` is shown, letter by letter, wherever it
comes from. Streamlit cleans the result once more on its way into the page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

__all__ = ["Html", "badges", "bars", "el", "figures", "plain_label", "show", "show_style"]

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_DEFAULT_COLOR = "#1f4e79"
# signs that Markdown lets stand behind a stroke as what they are
_MARKDOWN = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
# what Streamlit looks for in the words that Markdown left: icons, faces, addresses, arrows
_SOUGHT = re.compile(
    r":(?=[\w+/-]+:|//)|@(?=[-\w]+\.)|www(?=\.)|(?<!\S)(?:<(?=-)|-(?=[->])|[<>~](?==))", re.ASCII
)
# shown as nothing; what is sought is not found on both sides of it
_JOINER = "\u2060"
# what turns the direction of all that stands behind it, and halves of characters
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Html(str):
    """Text that is HTML already; only this module makes it."""

    __slots__ = ()


def el(name: str, *children: object, cls: str = "", style: str = "", **attributes: str) -> Html:
    """Return an element; children that are not HTML are escaped, None and "" left out.

    Parameters
    ----------
    name
        Name of the element.
    *children
        Texts and elements.
    cls, style
        Class and style, written by the program and never by a user.
    **attributes
        Further attributes; their values are escaped.
    """
    given = {"class": cls, "style": style, **attributes}
    written = "".join(
        f' {key.replace("_", "-")}="{_escaped(value)}"' for key, value in given.items() if value
    )
    return Html(f"<{name}{written}>{join(children)}</{name}>")


def join(children: Iterable[object]) -> Html:
    """Return texts and elements side by side."""
    kept = [child for child in children if child is not None and child != ""]
    return Html("".join(c if isinstance(c, Html) else _escaped(str(c)) for c in kept))


def _escaped(text: str) -> str:
    return html.escape(_TURNS.sub("", text), quote=True)


def plain_label(text: str) -> str:
    """Return a text as the label of a button or box, which Streamlit reads as Markdown.

    Parameters
    ----------
    text
        What a user wrote, or holds what one wrote; it becomes one line.
    """
    line = " ".join(_TURNS.sub("", text).split())
    joined = _SOUGHT.sub(lambda found: f"{found[0]}{_JOINER}", line)
    return "".join(f"\\{one}" if one in _MARKDOWN else one for one in joined)


def show(*children: object) -> None:
    """Put elements into the page."""
    body = join(children)
    if body:
        st.html(str(body))


def show_style() -> None:
    """Put the app's own style sheet into the page."""
    st.html(Path(__file__).with_name("style.css"))


def badges(marks: Iterable[str], *, kind: str = "") -> Html:
    """Return short marks such as 示例数据."""
    return join(el("span", mark, cls=f"ip-badge {kind}".strip()) for mark in marks)


def figures(rows: Iterable[Mapping[str, Any]]) -> Html:
    """Return key figures in one row: ``label``, ``value``, ``unit`` and ``note``."""
    cells = [
        el(
            "div",
            el(
                "div",
                row["label"],
                badges([row["note"]] if row.get("note") else []),
                cls="ip-label",
            ),
            el("div", el("b", row["value"]), el("span", row.get("unit", "")), cls="ip-value"),
            cls="ip-figure",
        )
        for row in rows
    ]
    return el("div", *cells, cls="ip-figures")


def bars(title: str, unit: str, rows: Iterable[Mapping[str, Any]]) -> Html:
    """Return a bar chart: rows with ``label``, ``value``, ``text``, ``color`` and ``start``.

    A row may have a ``part`` of its value, which stands at the begin of its bar in
    ``part_color``.
    """
    known = list(rows)
    top = max((float(row.get("start") or 0.0) + float(row["value"]) for row in known), default=0.0)
    lines = [
        el(
            "div",
            el("span", row["label"], cls="ip-bar-label", title=row["label"]),
            el("span", el("i", style=_bar(row, top)), cls="ip-bar"),
            el("span", row["text"], cls="ip-bar-text"),
            cls="ip-bar-row",
        )
        for row in known
    ]
    head = el("h4", title, el("small", unit) if unit else None)
    return el("section", head, *lines, cls="ip-chart")


def _bar(row: Mapping[str, Any], top: float) -> str:
    share = 100 * float(row["value"]) / top if top > 0 else 0.0
    color = str(row.get("color") or "")
    shown = f"width:{share:.1f}%;background:{color if _COLOR.fullmatch(color) else _DEFAULT_COLOR}"
    part, part_color = float(row.get("part") or 0.0), str(row.get("part_color") or "")
    if part > 0 and _COLOR.fullmatch(part_color):
        # a sliver of it is still seen
        end = f"max(2px,{100 * part / float(row['value']):.1f}%)"
        shown += f";background-image:linear-gradient(90deg,{part_color} {end},transparent {end})"
    if row.get("start") is None or top <= 0:
        return shown
    # a step of a waterfall begins where the one before ended; a sliver of it is still a bar
    begin = 100 * float(row["start"]) / top
    least = ";min-width:2px" if share > 0 else ""
    return f"{shown};margin-left:min({begin:.1f}%,calc(100% - 2px)){least}"
