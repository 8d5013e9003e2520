"""Two scenarios compared: figures, why the total moved, maps that move together, every row.

Numbers and words come from the library, where the files that can be downloaded take them too.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import copy_context
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, opened, state
from platforms.app.journal import taken
from platforms.app.map_component import show_document
from platforms.app.markup import Html, el
from platforms.app.scenarios.pair import SIDES, Pair
from platforms.units import half_up

__all__ = ["show_pair"]

_MAP, _CHANGES, _TABLE = 400, 520, 420
_ENDINGS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html",
}
_HASH = 12


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"scenarios_page.pair.{entry}", None, **fields)


def show_pair(pair: Pair) -> None:
    """Show all that differs between two scenarios."""
    city, change = opened.workspace(), pair.change
    marks = [_t("sample")] if change.sample else []
    why = [el("p", line) for line in ip.scenario_why(city, change)]
    markup.show(el("div", markup.badges(marks, kind="ip-sample"), *why, cls="ip-why"))
    left, right = st.columns([1, 1.15], gap="medium")
    with left:
        markup.show(_figures(pair))
    with right:
        markup.show(_waterfall(pair))
        _show_steps(pair)
    _show_maps(pair)
    _show_tables(pair)
    _show_origins(pair)
    _show_files(pair)
    st.caption(_t("foot", a=change.a, b=change.b))


def _figures(pair: Pair) -> Html:
    table = ip.scenario_figures(pair.change)
    head = el(
        "tr", el("th", _t("figure")),
        *(el("th", messages.text(f"scenario_sheet.side.{side}")) for side in SIDES),
        el("th", _t("change")),
    )  # fmt: skip
    lines = [
        el(
            "tr", el("th", row["title"]), el("td", row["text_a"]), el("td", row["text_b"]),
            el("td", _moved(row), cls="ip-moved"),
        )
        for row in table.to_dict("records")
    ]  # fmt: skip
    return el(
        "section", el("h4", _t("figures")),
        el("table", el("thead", head), el("tbody", *lines), cls="ip-effect ip-sides"),
        cls="ip-chart",
    )  # fmt: skip


def _moved(row: Mapping[Any, Any]) -> Html | str:
    # what cannot be seen in the figures has not moved
    still = row["text_a"] == row["text_b"]
    return "—" if still else el("b", row["text_change"])


def _waterfall(pair: Pair) -> Html | None:
    charts = pair.maps["change"].content["charts"]
    if not isinstance(charts, list) or not charts:
        return None
    chart = charts[0]
    return el("div", markup.bars(chart["title"], chart["unit"], chart["bars"]), cls="ip-waterfall")


def _show_steps(pair: Pair) -> None:
    steps = ip.scenario_steps(opened.workspace(), pair.change, (pair.a.name, pair.b.name))
    if steps.empty:
        return
    titles = {
        "title": _t("step"), "value_from": _t("from"), "change": _t("change"),
        "value_to": _t("to"), "count": _t("count"), "note": _t("told"),
    }  # fmt: skip
    with st.expander(_t("steps"), expanded=True):
        st.dataframe(
            steps[list(titles)].rename(columns=titles), hide_index=True, placeholder="",
            column_config=_formats(steps[list(titles)].rename(columns=titles)),
        )  # fmt: skip


def _show_maps(pair: Pair) -> None:
    markup.show(el("h4", _t("maps"), cls="ip-h4"))
    names = {"a": pair.a.name, "b": pair.b.name}
    for column, side in zip(st.columns(2, gap="small"), SIDES, strict=True):
        with column:
            told = _t("side", side=messages.text(f"scenario_sheet.side.{side}"), name=names[side])
            markup.show(el("p", told, cls="ip-side", title=told))
            show_document(pair.maps[side], key=f"map-{side}", height=_MAP, group=pair.group)
    markup.show(el("h4", _t("differences"), cls="ip-h4"))
    show_document(pair.maps["change"], key="map-change", height=_CHANGES, group=pair.group)


def _show_tables(pair: Pair) -> None:
    change = pair.change
    markup.show(el("h4", _t("tables"), cls="ip-h4"))
    name = state.choice(
        "table",
        _t("tables"),
        list(change.tables),
        lambda one: messages.text(f"scenario_sheet.changes.{one}"),
    )
    if name not in change.tables:
        return
    table = ip.scenario_table(opened.workspace(), change, name)
    way = messages.text("scenario_sheet.column.way")
    counts = table[way].value_counts()
    same = messages.text("scenario_sheet.way.same")
    options = [str(one) for one in counts.index]
    chosen = st.multiselect(
        _t("state"),
        options,
        default=[one for one in options if one != same] or options,
        format_func=lambda one: _t("way", way=one, count=int(counts[one])),
        key=f"scenario-ways-{pair.group}-{name}-{messages.language()}",
    )
    shown = table[table[way].isin(chosen)]
    st.dataframe(
        _rounded(shown), hide_index=True, placeholder="",
        height=min(_TABLE, 35 * (len(shown) + 1) + 3), column_config=_formats(shown),
    )  # fmt: skip
    st.caption(_t("rows", shown=f"{len(shown):,}", all=f"{len(table):,}"))


def _digits(table: pd.DataFrame, name: str) -> int:
    """Return the decimals of a column: those that it needs, two at least, four at most."""
    values = table[name].to_numpy(dtype="float64", na_value=np.nan)
    known = values[np.isfinite(values)]
    if pd.api.types.is_integer_dtype(table[name].dtype) or (known == np.rint(known)).all():
        return 0
    return 4 if (np.abs(known) <= 1).all() else 2


def _numbers(table: pd.DataFrame) -> list[str]:
    return [
        str(name)
        for name in table.columns
        if pd.api.types.is_numeric_dtype(table[name].dtype)
        and not pd.api.types.is_bool_dtype(table[name].dtype)
    ]


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    # the browser rounds the binary number: half up has to be done before
    return table.assign(
        **{
            name: half_up(table[name].to_numpy("float64", na_value=np.nan), _digits(table, name))
            for name in _numbers(table)
        }
    )


def _formats(table: pd.DataFrame) -> dict[str, Any]:
    return {
        name: st.column_config.NumberColumn(format=f"%.{_digits(table, name)}f")
        for name in _numbers(table)
    }


def _show_origins(pair: Pair) -> None:
    city, change = opened.workspace(), pair.change
    left, right = st.columns(2, gap="medium")
    a, b = (messages.text(f"scenario_sheet.side.{side}") for side in SIDES)
    with left:
        markup.show(el("h4", _t("parameters"), cls="ip-h4"))
        found = ip.scenario_parameters(city, change)
        if found.empty:
            markup.show(el("p", _t("parameters_same"), cls="ip-note"))
        else:
            # cells of this kind of table are Markdown
            told = found[["title", "a", "b"]].map(lambda one: markup.plain_label(str(one)))
            st.table(told.set_axis([_t("parameter"), a, b], axis=1).set_index(_t("parameter")))
    with right:
        markup.show(el("h4", _t("inputs"), cls="ip-h4"))
        inputs = ip.scenario_inputs(change)
        if inputs["same"].all():
            markup.show(el("p", _t("inputs_same"), cls="ip-note"))
        absent = _t("absent")
        told = pd.DataFrame(
            {
                _t("input"): inputs["title"],
                **{
                    side: [absent if pd.isna(one) else str(one)[:_HASH] for one in inputs[column]]
                    for side, column in ((a, "a_sha"), (b, "b_sha"))
                },
                _t("same_input"): [_t("yes" if one else "no") for one in inputs["same"]],
            }
        )
        st.dataframe(told, hide_index=True, placeholder="")


def _show_files(pair: Pair) -> None:
    with st.container(horizontal=True, key="scenario-files"):
        for ending, mime in _ENDINGS.items():
            file = f"{opened.workspace().name}-{pair.change.a}-{pair.change.b}.{ending}"
            st.download_button(
                _t(f"get_{ending}"),
                data=taken(file, partial(_made, pair, ending, messages.language())),
                file_name=file,
                mime=mime, icon=":material/download:", on_click="ignore", key=f"compare-{ending}",
            )  # fmt: skip


def _made(pair: Pair, ending: str, lang: str) -> bytes:
    city = pair.city

    def write() -> bytes:
        ip.set_language(lang)
        with ip.temporary_folder() as folder:
            path = folder / f"change.{ending}"
            ip.save_comparison(city, pair.change, path, names=(pair.a.name, pair.b.name))
            return path.read_bytes()

    # the server calls this outside any session, where no language is set
    return copy_context().run(write)
