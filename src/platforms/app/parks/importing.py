"""A table that planners have, brought into a list: looked at, put right, then written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, opened
from platforms.app.guard import guard, show_error
from platforms.app.journal import noted_upload, taken
from platforms.app.markup import el
from platforms.app.plots.upload import safe_name
from platforms.app.wording import action_of, is_outage, said
from platforms.errors import PlatformsError

__all__ = ["show_import"]

_TYPES = ["xlsx", "csv", "docx", "html", "htm", "gpkg", "geojson", "zip"]
_TOLD, _TURN = "import-told", "import-turn"
_SHOWN, _ROWS, _HEIGHT = 8, 200, 320
# what only the command line has stands in brackets
_OPTION = re.compile(r"\s?[（(][^（）()]*(?:--|platforms )[^（）()]*[）)]")


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"importing.page.{entry}", None, **fields)


def show_import(layer: str) -> None:
    """Offer to import a table into a list whose rows stand in a table.

    Parameters
    ----------
    layer
        The list.
    """
    city = opened.workspace()
    card = city.card(layer)
    if not card.file.endswith(".csv"):
        return
    told = st.session_state.pop(_TOLD, None)
    turn = st.session_state.get(_TURN, 0)
    title = _t("title", layer=markup.plain_label(card.title.show()))
    with st.expander(title, expanded=told is not None), guard():
        if told is not None:
            markup.show(*(el("p", text, cls=cls, role="status") for text, cls in told))
        markup.show(el("p", _t("about"), cls="ip-note"))
        given = st.file_uploader(_t("file"), type=_TYPES, key=f"import-file-{layer}-{turn}")
        if given is not None:
            noted_upload(given.name, given.getvalue())
            try:
                _look(city, layer, given.name, given.getvalue())
            except PlatformsError as error:
                if is_outage(error):
                    raise
                show_error(_OPTION.sub("", said(error)))


def _look(city: ip.Workspace, layer: str, name: str, data: bytes) -> None:
    choice = _choice(city, layer)
    with st.spinner(_t("wait")):
        first = _preview(city, layer, name, data, choice)
        if first.others:
            choice["table"] = _table(first)
            first = _preview(city, layer, name, data, choice)
    turn = st.session_state.get(_TURN, 0)
    key = f"import-{layer}-{turn}-{first.source.sha256[:12]}-{first.table}"
    columns, units = _columns(first, key)
    preview = first
    if columns or units:
        again = {**choice, "columns": columns, "units": units}
        preview = _preview(city, layer, name, data, again)
    _result(preview)
    st.button(
        _t("write"), type="primary", disabled=not preview.ready, on_click=_write,
        args=(preview,), key=f"import-write-{layer}",
    )  # fmt: skip


def _choice(city: ip.Workspace, layer: str) -> dict[str, Any]:
    """Ask what holds for the whole file."""
    titles = {document.id: document.title for document in city.plan.documents}
    left, right = st.columns(2, gap="medium")
    doc = left.selectbox(
        _t("doc"), ["", *titles], format_func=lambda one: titles.get(one) or _t("doc_none"),
        key=f"import-doc-{layer}",
    )  # fmt: skip
    section = right.text_input(_t("section"), max_chars=200, key=f"import-section-{layer}")
    replace = left.checkbox(_t("replace"), key=f"import-replace-{layer}")
    places: Literal["none", "town"] = "none"
    if city.card(layer).column("place_id") is not None:
        places = "town" if right.checkbox(_t("seat"), key=f"import-seat-{layer}") else "none"
    return {
        "doc": doc or None,
        "section": section.strip() or None,
        "replace": replace,
        "places": places,
    }


def _table(first: ip.ImportPreview) -> str:
    """Ask which of several tables is meant; the best is there already."""
    names = [first.table, *first.others]
    key = f"import-table-{first.layer}-{first.source.sha256[:12]}"
    return str(st.selectbox(_t("table"), names, key=key))


def _preview(
    city: ip.Workspace, layer: str, name: str, data: bytes, choice: Mapping[str, Any]
) -> ip.ImportPreview:
    with ip.temporary_folder() as folder:
        path = folder / safe_name(name)
        path.write_bytes(data)
        return ip.preview_import(path, city, layer, ip.ImportChoice(**choice))


def _columns(preview: ip.ImportPreview, key: str) -> tuple[dict[str, str], dict[str, str]]:
    """Show what each column becomes; return what the visitor changed of columns and units."""
    shown = [column for column in preview.columns if column.source]
    titles = {c.name: f"{c.title.show()}（{c.name}）" for c in preview.card.columns}
    words = {"": _t("unused"), **titles}
    if key not in st.session_state:
        st.session_state[key] = pd.DataFrame(
            {
                "source": [column.source for column in shown],
                "target": [words[column.target] for column in shown],
                "unit": [column.unit for column in shown],
                "how": [_how(column.how) for column in shown],
                "sample": ["、".join(column.samples) for column in shown],
            }
        )
    before = st.session_state[key]
    text = st.column_config.TextColumn
    markup.show(el("b", _t("columns")))
    edited = st.data_editor(
        before, key=f"{key}-table", hide_index=True, disabled=["source", "how", "sample"],
        column_config={
            "source": text(_t("source")),
            "target": st.column_config.SelectboxColumn(
                _t("target"), options=list(words.values()), required=True
            ),
            "unit": text(_t("unit"), max_chars=20, width="small"),
            "how": text(_t("how"), width="small"),
            "sample": text(_t("sample")),
        },
    )  # fmt: skip
    names = {word: name for name, word in words.items()}
    pairs = list(zip(before.to_dict("records"), edited.to_dict("records"), strict=True))
    columns = {o["source"]: names[n["target"]] for o, n in pairs if o["target"] != n["target"]}
    units = {o["source"]: str(n["unit"] or "") for o, n in pairs if o["unit"] != n["unit"]}
    return columns, {source: unit for source, unit in units.items() if unit}


def _how(how: str) -> str:
    return "" if how == "unused" else messages.text(f"importing.how.{how}")


def _result(preview: ip.ImportPreview) -> None:
    """Show what would be written, what is open, and what does not fit."""
    rows = preview.rows
    counts = {name: count for name, count in rows.items() if name != "in"}
    parts = [el("p", _t("rows", total=rows["in"], **counts), role="status")]
    worth = [i for i in preview.issues if i.kind != "import_row_set_aside" and i.severity != "info"]
    for issue in worth[:_SHOWN]:
        cls = "ip-error" if issue.severity == "error" else "ip-warning"
        parts.append(el("p", _OPTION.sub("", f"{issue.message()} {action_of(issue)}"), cls=cls))
    if len(worth) > _SHOWN:
        parts.append(el("p", _t("more", count=len(worth) - _SHOWN), cls="ip-note"))
    markup.show(*parts)
    if len(preview.frame):
        markup.show(el("b", _t("good", count=len(preview.frame))))
        shown = _in_words(preview)
        st.dataframe(shown, hide_index=True, height=_tall(len(shown)))
    if len(preview.set_aside):
        _show_aside(preview)


def _in_words(preview: ip.ImportPreview) -> pd.DataFrame:
    """Return the rows that would be written, under titles and with labels in place of values."""
    shown = {}
    for column in preview.card.columns:
        cells = preview.frame[column.name].head(_ROWS)
        if not cells.astype(bool).any():
            continue
        title = column.title.show()
        heading = f"{title}（{column.unit}）" if column.unit else title
        words = (cell.split(";") if column.type == "list" else [cell] for cell in cells)
        told = ["、".join(map(column.label, parts)) for parts in words]
        shown[heading if heading not in shown else f"{heading} {column.name}"] = told
    return pd.DataFrame(shown)


def _show_aside(preview: ip.ImportPreview) -> None:
    markup.show(el("b", _t("aside", count=len(preview.set_aside))))
    table = preview.set_aside.head(_ROWS)
    reasons = table["reason"].map(lambda text: _OPTION.sub("", text))
    heads = {"line": _t("line"), "reason": _t("reason")}
    config = {name: st.column_config.TextColumn(word) for name, word in heads.items()}
    shown = table.assign(reason=reasons)
    st.dataframe(shown, hide_index=True, height=_tall(len(shown)), column_config=config)
    with ip.temporary_folder() as folder:
        data = ip.save_set_aside(preview, folder / "aside.csv").read_bytes()
    file = f"{preview.layer}.set_aside.csv"
    st.download_button(
        _t("save_aside"), data=taken(file, data),
        file_name=file,
        mime="text/csv",
        on_click="ignore", key=f"import-aside-{preview.layer}",
    )  # fmt: skip


def _tall(rows: int) -> int:
    return min(_HEIGHT, 40 + 36 * rows)


def _write(preview: ip.ImportPreview) -> None:
    try:
        done = ip.apply_import(preview)
    except PlatformsError as error:
        st.session_state[_TOLD] = [(_OPTION.sub("", said(error)), "ip-error")]
        return
    counts = {"written": done.written, "same": done.same, "set_aside": done.set_aside}
    st.session_state[_TOLD] = [(_t("done", **counts), "ip-done")]
    # the box of the file begins anew
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
