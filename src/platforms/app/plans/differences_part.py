"""Where the documents do not agree: both passages side by side, each with its clause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.choosing import Choice, choose_several
from platforms.app.markup import Html, el
from platforms.app.plans.sources import fingerprint
from platforms.app.strange import tell_strange

__all__ = ["difference", "show_differences"]


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"plans_page.differences.{entry}", None, **fields)


def show_differences(city: ip.Workspace) -> None:
    """Show all that was found; what was not found is not said to agree."""
    found = ip.plan_contradictions(city)
    if found.empty:
        markup.show(el("p", _t("none"), cls="ip-note"))
        return
    markup.show(el("p", _t("about", count=len(found)), cls="ip-note"))
    choices = _choices(found, city)
    tell_strange({choice.address: choice.options for choice in choices.values()})
    columns = st.columns(len(choices), gap="small")
    given = choose_several("differences", choices, columns=columns, every=_t("all"))
    kept = pd.Series(data=True, index=found.index)
    for name, wanted in given.items():
        if wanted and name != "documents":
            kept &= found[name].isin(wanted)
    if documents := given["documents"]:
        kept &= found["doc_a"].isin(documents) | found["doc_b"].isin(documents)
    cards = [difference(row, city, named=True) for row in found[kept].to_dict("records")]
    markup.show(el("div", *cards, cls="ip-differences ip-many"))
    st.caption(messages.text("app.table.foot", rows=len(cards), id=fingerprint(city)))


def _choices(found: pd.DataFrame, city: ip.Workspace) -> dict[str, Choice]:
    titles = {document.id: document.title for document in city.plan.documents}
    cited = {*found["doc_a"], *found["doc_b"]}
    layers = {one: str(city.card(one).title) for one in found["layer"] if city.has(one)}
    kinds = dict(zip(found["kind"], found["kind_title"], strict=True))
    return {
        "documents": Choice(
            "doc", {one: one for one in titles if one in cited}, titles.__getitem__,
            _t("filter.documents"),
        ),
        "layer": Choice(
            "layer", {one: one for one in layers}, layers.__getitem__, _t("filter.layer")
        ),
        "kind": Choice(
            "kind", {one: one for one in kinds}, kinds.__getitem__, _t("filter.kind")
        ),
    }  # fmt: skip


def difference(row: Mapping[Any, Any], city: ip.Workspace, *, named: bool) -> Html:
    """Return two passages that do not agree.

    Parameters
    ----------
    row
        Of what :func:`platforms.plan_contradictions` gives.
    city
        The city.
    named
        Whether the place has to be told.
    """
    layer = str(city.card(row["layer"]).title) if city.has(row["layer"]) else ""
    head = el("h4", row["name"], el("small", layer)) if named and row["name"] else None
    sides = [
        el("blockquote", el("p", _t("quote", text=row[f"text_{end}"])),
           el("footer", row[f"citation_{end}"]))
        for end in ("a", "b")
    ]  # fmt: skip
    return el(
        "article",
        head,
        el("p", markup.badges([row["kind_title"]] if row["kind"] else []), row["differs"]),
        el("div", *sides, cls="ip-two"),
        el("p", row["note"], cls="ip-note") if row["note"] else None,
    )
