"""What each plan says of a place, in the order of the plans, each passage with its clause."""

from __future__ import annotations

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.markup import Html, el
from platforms.app.scene import Scene
from platforms.app.state import Pick

__all__ = ["show_words"]


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"parks_page.words.{entry}", None, **fields)


def show_words(scene: Scene, pick: Pick, name: str) -> None:
    """Show what the documents say of a place; a document of which nothing is held says so."""
    words = ip.plan_words(scene.workspace, pick.layer, pick.id)
    blocks = []
    for _, rows in words.groupby("doc", sort=False):
        first = rows.iloc[0]
        head = el("h4", str(first["title"]), el("small", str(first["date"] or _t("undated"))))
        said = [row for row in rows.to_dict("records") if row["citation"]]
        body = [_passage({str(k): str(v) for k, v in row.items()}, name) for row in said]
        blocks.append(el("section", head, *(body or [el("p", _t("nothing"), cls="ip-note")])))
    markup.show(
        el("h3", _t("title", name=name), cls="ip-h3"),
        el("div", *blocks, cls="ip-words"),
        el("p", _t("about"), cls="ip-note"),
    )


def _passage(row: dict[str, str], name: str) -> Html:
    other = row["named"] if row["named"] != name else ""
    return el(
        "blockquote",
        el("p", _t("quote", text=row["text"]) if row["text"] else _t("only_named")),
        el("p", _t("called", name=other), cls="ip-note") if other else None,
        el("p", row["note"], cls="ip-note") if row["note"] else None,
        el("footer", row["citation"]),
    )
