"""What each plan says of a place, in the order of the plans, each passage with its clause.

Beside each plan stands what can be read off it and the one before: other names, sentences said
again, work that is ordered. Passages that do not agree stand below, both of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.markup import Html, el
from platforms.app.plans.differences_part import difference
from platforms.app.plans.sources import units_told
from platforms.app.scene import Scene
from platforms.app.state import Pick

__all__ = ["show_words"]

_WORK = ("task", "measure", "key_task")


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"parks_page.words.{entry}", None, **fields)


def show_words(scene: Scene, pick: Pick, name: str) -> None:
    """Show what the documents say of a place; a document of which nothing is held says so."""
    city = scene.workspace
    words = ip.plan_words(city, pick.layer, pick.id)
    changes = {row["doc"]: row for row in ip.plan_changes(words).to_dict("records")}
    blocks = []
    for doc, rows in words.groupby("doc", sort=False):
        first = rows.iloc[0]
        head = el("h4", str(first["title"]), el("small", str(first["date"] or _t("undated"))))
        said = [row for row in rows.to_dict("records") if row["citation"]]
        body = [_passage({str(k): str(v) for k, v in row.items()}, name) for row in said]
        change = _changed(changes[doc]) if doc in changes else None
        nothing = [el("p", _t("nothing"), cls="ip-note")]
        blocks.append(el("section", head, change, *(body or nothing)))
    markup.show(
        el("h3", _t("title", name=name), cls="ip-h3"),
        el("div", *blocks, cls="ip-words"),
        el("p", _t("about"), cls="ip-note"),
    )
    _show_differences(city, pick)


def _changed(row: Mapping[Any, Any]) -> Html | None:
    """Return what changed since the plan before that speaks of the place."""
    told = []
    if row["after"]:
        told += [
            _t(f"change.{name}", names=units_told(row[name]))
            for name in ("called_new", "called_gone")
            if row[name]
        ]
        if row["again"]:
            told.append(_t("change.again", count=row["again"], total=row["passages"]))
    if row["work"]:
        told.append(_t("change.work", count=row["work"]))
    if not told:
        return None
    return el("ul", *(el("li", one) for one in told), cls="ip-changes")


def _passage(row: dict[str, str], name: str) -> Html:
    other = row["named"] if row["named"] != name else ""
    marks = [messages.text(f"plans_page.kind.{row['kind']}")] if row["kind"] in _WORK else []
    units = [
        _t(f"units.{part}", units=units_told(row[part])) for part in ("lead", "joint") if row[part]
    ]
    return el(
        "blockquote",
        el("p", markup.badges(marks)) if marks else None,
        el("p", _t("quote", text=row["text"]) if row["text"] else _t("only_named")),
        el("p", _t("called", name=other), cls="ip-note") if other else None,
        el("p", " ".join(units), cls="ip-note") if units else None,
        el("p", row["note"], cls="ip-note") if row["note"] else None,
        el("footer", row["citation"]),
    )


def _show_differences(city: ip.Workspace, pick: Pick) -> None:
    found = ip.plan_contradictions(city, pick.layer, pick.id)
    if found.empty:
        return
    cards = [difference(row, city, named=False) for row in found.to_dict("records")]
    markup.show(
        el("h4", _t("differences", count=len(found)), cls="ip-h4"),
        el("div", *cards, cls="ip-differences"),
    )
