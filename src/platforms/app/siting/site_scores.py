"""Scores taken apart: each term a part of the bar, what is unknown of it pale.

The parts of a bar add up to the score: a term is as long as its weight and value make it. What
it may be beyond what is certain follows in the same colour, pale and hatched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.markup import Html, el
from platforms.units import printed

__all__ = ["TERM_COLORS", "bars_of", "explained", "headline", "term_key", "titles_of"]

# Paul Tol "muted", dark enough for a pale shade beside each
TERM_COLORS: Mapping[str, str] = {
    "plan": "#332288", "room": "#117733", "control_line": "#aa4499", "energy": "#b8860b",
    "shape": "#2a9d8f", "suppliers": "#2b7fb8",
}  # fmt: skip
_PERCENT = 100.0


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"siting_page.{entry}", None, **fields)


def titles_of(siting: ip.Siting) -> dict[str, str]:
    """Return what users read for each term."""
    return {str(one.id): str(one.title) for one in siting.method.terms}


def term_key(siting: ip.Siting) -> Html:
    """Return the key of the bars: a colour, a title and a weight for each term."""
    asked = {term.name: term.weight for term in siting.sites[0].terms} if siting.sites else {}
    parts = [
        el(
            "span", el("i", style=f"background:{TERM_COLORS[name]}"),
            _t("key", title=title, weight=f"{asked[name]:g}"),
        )
        for name, title in titles_of(siting).items()
        if asked.get(name)
    ]  # fmt: skip
    loose = el("span", el("i", cls="ip-loose"), _t("key_loose"))
    return el("p", *parts, loose, cls="ip-term-key")


def bars_of(siting: ip.Siting, *, most: int) -> Html:
    """Return the best sites with their scores as stacked bars.

    Parameters
    ----------
    siting
        What the library gave.
    most
        How many sites are shown.
    """
    titles = titles_of(siting)
    names = ("rank", "span", "name", "parts", "score")
    head = el("tr", *(el("th", _t(f"bar.{name}"), scope="col") for name in names))
    rows = [_row(one, titles) for one in siting.ranked[:most]]
    return el("table", el("thead", head), el("tbody", *rows), cls="ip-scores")


def _row(one: ip.Site, titles: Mapping[str, str]) -> Html:
    span = _t("span", best=one.rank_best, worst=one.rank_worst)
    kind = messages.text(f"siting.table.kind.{one.kind}")
    return el(
        "tr", el("td", el("b", str(one.rank))), el("td", span),
        el("td", el("b", one.name), el("small", f"{kind} {one.site_id}")),
        el("td", stacked(one.terms, titles)), el("td", ip.site_score(one.low, one.high)),
    )  # fmt: skip


def stacked(terms: Sequence[ip.SiteTerm], titles: Mapping[str, str]) -> Html:
    """Return one bar: what is certain of each term first, then what each may add."""
    whole = sum(term.weight for term in terms)
    if whole <= 0:
        return el("span", cls="ip-stacked")
    sure = [_part(term, term.low, whole, titles, loose=False) for term in terms]
    open_ = [_part(term, term.high - term.low, whole, titles, loose=True) for term in terms]
    return el("span", *sure, *open_, cls="ip-stacked")


def _part(
    term: ip.SiteTerm, value: float, whole: float, titles: Mapping[str, str], *, loose: bool
) -> Html | None:
    share = _PERCENT * term.weight * value / whole
    if share <= 0:
        return None
    said = _t("part", title=titles[term.name], value=ip.site_score(term.low, term.high))
    style = f"width:{share:.2f}%;background-color:{TERM_COLORS[term.name]}"
    return el("i", style=style, title=said, cls="ip-loose" if loose else "")


def explained(siting: ip.Siting, one: ip.Site, city: ip.Workspace) -> Html:
    """Return a site with each term explained: value, weight, why, and where it is written."""
    titles = titles_of(siting)
    record: dict[str, Any] = one.record()
    parts = [
        _term(term, titles, told["source"], city)
        for term, told in zip(one.terms, record["terms"], strict=True)
    ]
    out = [
        el("p", str(reason["text"]), _cited(reason["source"], city))
        for reason in record["excluded"]
    ]
    excluded = el("section", el("h4", _t("excluded")), *out, cls="ip-cite ip-excluded")
    score = el("p", stacked(one.terms, titles), cls="ip-score-line")
    return el("div", excluded if out else None, score, *parts)


def _term(
    term: ip.SiteTerm, titles: Mapping[str, str], source: Mapping[str, Any] | None,
    city: ip.Workspace,
) -> Html:  # fmt: skip
    color = TERM_COLORS[term.name]
    weight = _t("weight", weight=f"{term.weight:g}") if term.weight else _t("not_counted")
    value = ip.site_score(term.low, term.high) if term.weight else "—"
    head = el("p", el("i", style=f"background:{color}"), el("b", titles[term.name]),
              el("span", value), el("small", weight), cls="ip-term")  # fmt: skip
    return el("section", head, el("p", term.text()), _cited(source, city), cls="ip-term-part")


def _cited(source: Mapping[str, Any] | None, city: ip.Workspace) -> Html | None:
    if not source:
        return None
    quote = el("q", source["quote"]) if source["quote"] else None
    return el("blockquote", el("small", ip.citation(dict(source), city.plan)), quote)


def headline(siting: ip.Siting) -> Html:
    """Return the key figures of a siting."""
    ranked, out = siting.ranked, len(siting.sites) - len(siting.ranked)
    rows = [
        {
            "label": _t("figure.usable"),
            "value": printed(len(ranked), 0),
            "unit": _t("figure.sites"),
        },
        {"label": _t("figure.excluded"), "value": printed(out, 0), "unit": _t("figure.sites")},
    ]
    if ranked:
        best = ranked[0]
        rows += [
            {"label": _t("figure.best"), "value": best.name, "unit": ""},
            {"label": _t("figure.score"), "value": ip.site_score(best.low, best.high), "unit": ""},
            {"label": _t("figure.span"), "unit": "",
             "value": _t("span", best=best.rank_best, worst=best.rank_worst)},
        ]  # fmt: skip
    return markup.figures(rows)
