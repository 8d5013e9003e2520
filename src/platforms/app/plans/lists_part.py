"""Lists of the documents that no other page shows: clusters, numbers, chains, programmes.

One table for all of them: the card says what a column is called and what its values mean, and
each row keeps the place where it is written.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.detail import shown
from platforms.app.going_back import went_back
from platforms.app.markup import el
from platforms.app.plans.sources import fingerprint, place_of
from platforms.app.strange import tell_strange

__all__ = ["LISTS", "show_lists"]

LISTS = ("clusters", "counts", "industries", "industry_places", "industry_fields",
         "innovation_platforms", "programmes", "named_projects", "logistics_parks")  # fmt: skip
_CITED = ("section", "row", "page")
_KEY, _BOX, _HEIGHT = "list", "plan-list", 520


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"plans_page.lists.{entry}", None, **fields)


def show_lists(city: ip.Workspace) -> None:
    """Show one list of the documents, chosen by its title, with the place of every row."""
    titles = {
        name: city.card(name).title.show()
        for name in LISTS
        if city.has(name) and not city.table(name).empty
    }
    tell_strange({_KEY: titles})
    if not titles:
        markup.show(el("p", _t("none"), cls="ip-note"))
        return
    name = _choose(titles)
    told = _told(city, name)
    note = city.card(name).description.show()
    markup.show(el("p", note, cls="ip-note") if note else None)
    st.dataframe(told, hide_index=True, height=_HEIGHT, placeholder="")
    st.caption(messages.text("app.table.foot", rows=len(told), id=fingerprint(city)))


def _choose(titles: dict[str, str]) -> str:
    """Let the visitor choose a list; it stands in the address."""
    before = st.session_state.get(_BOX)
    if went_back() or before not in titles:
        before = st.query_params.get(_KEY)
    # set on every run: another language makes another box of it
    st.session_state[_BOX] = before if before in titles else next(iter(titles))
    one = str(st.selectbox(_t("choose"), list(titles), format_func=titles.__getitem__, key=_BOX))
    st.query_params[_KEY] = one
    return one


def _told(city: ip.Workspace, name: str) -> pd.DataFrame:
    """Return a list as it is read: titles and words of its card, the place in one column."""
    card, frame = city.card(name), city.table(name)
    documents = {document.id: document.title for document in city.plan.documents}
    out: dict[str, pd.Series] = {}
    # where it is written stands first, in sight on any screen
    cited = [name for name in _CITED if name in frame]
    rows = frame[cited].astype("object").where(frame[cited].notna(), "").to_dict("records")
    out[_t("place")] = pd.Series([place_of(row) for row in rows], index=frame.index)
    for column in card.columns:
        joined = column.name == card.key or column.name.endswith("_id")
        if joined or column.name in {"doc", *_CITED} or column.name not in frame:
            continue
        values = frame[column.name]
        if values.isna().all():
            continue
        title = column.title.show()
        if column.type in {"number", "integer"}:
            out[title] = pd.to_numeric(values, errors="coerce")
            continue
        labels = {key: label.show() for key, label in (column.labels or {}).items()}
        known = {"type": column.type, "labels": labels, "digits": None}
        out[title] = values.map(lambda value, known=known: shown(known, value))
    out[_t("document")] = frame["doc"].map(lambda doc: documents.get(doc, doc))
    return pd.DataFrame(out)
