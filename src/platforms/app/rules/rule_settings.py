"""The parameters of a rule pack as a table: what each is, where it is written, how it is read.

A value is changed in its row. What is typed is read as ``platforms assess --set`` reads it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import streamlit as st

from platforms import messages
from platforms.app import markup
from platforms.app.markup import Html, el
from platforms.app.rules.rule_book import Book, set_value, turn
from platforms.app.scene import Scene
from platforms.app.wording import unit_of

__all__ = ["show_settings", "typed"]

_WIDTHS = (1.3, 1.5, 1.7)
_BARE = {"-", "1"}


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"app.rules.{entry}", None, **fields)


def typed(value: object) -> str:
    """Return a parameter's value as people type it; see :func:`platforms.with_settings`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(str(one) for one in value)}]"
    if isinstance(value, dt.date):
        return value.isoformat()
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def show_settings(scene: Scene, chosen: Book, *, height: int) -> None:
    """Show the parameters of the pack that is tried, each to be changed in its row.

    Parameters
    ----------
    scene
        Names the documents.
    chosen
        What is tried.
    height
        Height in pixels; longer contents scroll.
    """
    city = scene.run.workspace
    pack = city.rules(chosen.pack)
    titles = {one.id: one.title for one in (*city.plan.documents, *pack.documents)}
    with st.container(height=height, border=True, key="rule-settings"):
        names = ("parameter", "value", "source")
        for column, name in zip(st.columns(_WIDTHS, gap="small"), names, strict=True):
            with column:
                markup.show(el("p", _t(f"column.{name}"), cls="ip-column"))
        for parameter in pack.settled:
            what, value, where = st.columns(_WIDTHS, gap="small")
            text = chosen.value(parameter.id)
            with what:
                markup.show(_what(parameter, text))
            with value:
                _show_box(chosen.pack, parameter, text)
            with where:
                markup.show(_where(parameter, titles))
        if not pack.parameters:
            markup.show(el("p", _t("no_parameters"), cls="ip-note"))


def _what(parameter: Any, text: str | None) -> Html:  # noqa: ANN401 a parameter of a pack
    unit = "" if parameter.unit in _BARE else _t("unit", unit=unit_of(parameter.unit))
    shipped = parameter.reading if parameter.readings else typed(parameter.current)
    if parameter.readings:
        shipped = str(parameter.chosen.title)
    changed = el("span", _t("changed", value=shipped or _t("no_value")), cls="ip-changed")
    return el(
        "div",
        el("b", str(parameter.title)),
        el("small", unit) if unit else None,
        changed if text is not None else None,
        el("p", parameter.note, cls="ip-note") if parameter.note else None,
        cls="ip-parameter-name",
    )


def _where(parameter: Any, titles: dict[str, str]) -> Html:  # noqa: ANN401
    source = parameter.source
    if source is None:
        cited = [el("p", _t("own"))]
    else:
        document = titles.get(source.document, source.document)
        cited = [el("p", _t("cited", document=document, clause=source.clause))]
        cited += [el("q", source.quote)] if source.quote else []
    readings = [
        el("li", str(one.title), el("small", _value(one.value))) for one in parameter.readings
    ]
    sure = _t(f"confidence.{parameter.confidence}")
    return el(
        "div",
        el("span", sure, cls=f"ip-badge ip-sure-{parameter.confidence}"),
        *cited,
        el("ul", *readings) if readings else None,
        cls="ip-parameter-source",
    )


def _value(value: object) -> str:
    # names of columns and of ways to compute mean nothing to a reader
    if isinstance(value, str):
        return ""
    between = "、" if messages.language() == "zh_CN" else ", "
    words = [str(one) for one in value] if isinstance(value, tuple) else [typed(value)]
    return f" = {between.join(words)}"


def _show_box(pack: str, parameter: Any, text: str | None) -> None:  # noqa: ANN401
    key = f"rule-{turn()}-{pack}-{parameter.id}"
    label = markup.plain_label(str(parameter.title))
    hidden: Any = "collapsed"
    if parameter.readings:
        titles = {one.id: str(one.title) for one in parameter.readings}
        ids = list(titles)
        now = text if text in titles else parameter.reading
        st.selectbox(
            label, ids, index=ids.index(now), format_func=lambda one: titles[one], key=key,
            on_change=_take, args=(key, parameter.id, parameter.reading),
            label_visibility=hidden,
        )  # fmt: skip
        return
    shipped = typed(parameter.current)
    st.text_input(
        label, value=shipped if text is None else text, key=key, on_change=_take,
        args=(key, parameter.id, shipped), label_visibility=hidden,
        placeholder=_t("no_value"),
    )  # fmt: skip


def _take(key: str, name: str, shipped: str) -> None:
    text = str(st.session_state[key]).strip()
    set_value(name, None if text == shipped else text)
