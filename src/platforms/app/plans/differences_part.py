"""Where the documents do not agree: both passages side by side, each with its clause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.markup import Html, el

__all__ = ["difference", "show_differences"]


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"plans_page.differences.{entry}", None, **fields)


def show_differences(city: ip.Workspace) -> None:
    """Show all that was found; what was not found is not said to agree."""
    found = ip.plan_contradictions(city)
    if found.empty:
        markup.show(el("p", _t("none"), cls="ip-note"))
        return
    cards = [difference(row, city, named=True) for row in found.to_dict("records")]
    markup.show(
        el("p", _t("about", count=len(found)), cls="ip-note"),
        el("div", *cards, cls="ip-differences"),
    )


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
        el("p", markup.badges([row["kind"]] if row["kind"] else []), row["differs"]),
        el("div", *sides, cls="ip-two"),
        el("p", row["note"], cls="ip-note") if row["note"] else None,
    )
