"""The corpus in the app, in a real browser: as labels of Streamlit's parts, and on the pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from app_pages import PATIENCE_MS, served, serving, settled

import platforms as ip
from hostile import CORPUS, HOSTILE, LONG
from hostile_city import NAMES, lay_hostile
from platforms.app.main import _PAGES
from platforms.app.server import command

pytestmark = pytest.mark.browser

SHORT = [text for text in HOSTILE if text not in LONG]
# the groups that Markdown could read
READ = {"markup", "links", "markdown", "templates", "consoles", "breaks", "controls", "turns"}
# where the corpus would have a page ask for something
ELSEWHERE = "http://127.0.0.1:9/"
ROOT = Path(__file__).parents[1]
# each part of Streamlit that reads its words as Markdown, without the app's own guards around it
LABELS = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
import streamlit as st
import pandas as pd
from hostile import CORPUS, HOSTILE, LONG
from platforms.app.markup import el, plain_label, show
told = [plain_label(text) for text in HOSTILE if text not in LONG]
read = [plain_label(one.text) for one in CORPUS if one.group in {READ!r}]
for at, label in enumerate(read):
    st.text_input(label, key=f"box-{{at}}")
st.tabs(told)
st.table(pd.DataFrame({{"a": told}}, index=told))
for text in HOSTILE:
    show(el("p", text, title=text, cls="own"))
show(el("i", "x", cls="ip-title"))
"""
_MADE = (
    ".stMain :is(img, form, iframe, object, embed, base, meta, link, style, script, math, svg use,"
    " .katex, pre, code, a[href], [onerror], [onload])"
)


def shown(text: str) -> str:
    """Return a text as a label shows it: one line, nothing that turns it."""
    turned = re.sub("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text)
    return " ".join(turned.split())


def said(page, selector: str) -> list[str]:
    """Return the words of each element, without the joiner that nobody sees."""
    return page.evaluate(
        "s => [...document.querySelectorAll(s)].map(e => e.textContent.replaceAll('\u2060', ''))",
        selector,
    )


def says(page, selector: str, wanted: list[str]) -> None:
    """Wait until elements say what is wanted, since Markdown comes after its place, or fail."""
    for _ in range(100):
        if said(page, selector) == wanted:
            break
        page.wait_for_timeout(200)
    assert said(page, selector) == wanted, selector


@pytest.fixture
def asked(chromium):
    """Open an address; afterwards nothing of the corpus has run, asked or been built."""
    contexts, pages = [], []

    def go(url: str):
        context = chromium.new_context(viewport={"width": 1366, "height": 768})
        contexts.append(context)
        context.set_default_timeout(2 * PATIENCE_MS)
        page = context.new_page()
        wrong: list[str] = []
        page.on("request", lambda r: r.url.startswith(ELSEWHERE) and wrong.append(r.url))
        page.on("dialog", lambda d: (wrong.append(d.message), d.dismiss()))
        page.on("pageerror", lambda e: wrong.append(str(e)))
        pages.append((page, wrong))
        page.goto(url)
        page.wait_for_selector(".ip-title")
        settled(page)
        return page

    yield go
    for page, wrong in pages:
        assert wrong == []
        assert [frame.evaluate("window.hit") for frame in page.frames] == [None] * len(page.frames)
    for context in contexts:
        context.close()


def test_a_label_of_any_kind_shows_a_text_letter_by_letter(asked, tmp_path):
    (tmp_path / "labels.py").write_text(LABELS, encoding="utf-8")

    def argv(port: int) -> list[str]:
        start = command(port)
        return [*start[:4], str(tmp_path / "labels.py"), *start[5:]]

    with serving(argv, tmp_path) as url:
        page = asked(url)
        wanted = [shown(text) for text in SHORT]
        read = [shown(one.text) for one in CORPUS if one.group in READ]
        says(page, ".stTextInput [data-testid=stMarkdownContainer]", read)
        for selector in (
            "[role=tab] [data-testid=stMarkdownContainer]",
            "table tbody td",
        ):
            says(page, selector, wanted)
        assert said(page, ".own") == [re.sub("\r\n?", "\n", shown_whole(t)) for t in HOSTILE]
        assert said(page, _MADE) == []


def shown_whole(text: str) -> str:
    return re.sub("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text)


# what no page of the app has by itself
_STRANGE = (
    "img[src=x], iframe, object, embed, base, svg use, math, .katex, form[action*='127.0.0.1:9'],"
    " [onerror], [onload], [onfocus], [onmouseover], [ontoggle], a[href^='javascript' i],"
    " a[href*='127.0.0.1:9'], a[href*=invalid], img[src*='127.0.0.1:9'], meta[content*='127.0.0.1:9'],"
    " link[href*='127.0.0.1:9']"
)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The address of the app on a city, a shelf of scenarios and a ledger of hostile names."""
    folder = tmp_path_factory.mktemp("hostile")
    city = ip.Workspace.open(lay_hostile(folder / "town"))
    run = ip.run(city)
    store = ip.open_store(city, folder / "store")
    store.ledger.take(run, by=NAMES[0])
    edits = zip(store.ledger.plots()["plot_id"], NAMES[:40], strict=False)
    for plot, text in edits:
        store.ledger.set(ip.LedgerEdit(plot, {"unit": text[:100], "note": text}), by=NAMES[1])
    kept = ip.scenario_of(run, workspace=city)
    for name in NAMES[:12]:
        store.keep(kept, name=name, author=NAMES[2], note=name)
    env = {"PLATFORMS_STORE": str(folder / "store")}
    with served(str(folder / "town"), folder, env=env) as url:
        yield url


def test_every_page_shows_a_city_of_hostile_names(asked, town):
    page = asked(town)
    told = []
    for path in ("", *list(_PAGES)[1:], "parks?part=cards", "?at=plots:SP-0001"):
        page.goto(f"{town}/{path}")
        page.wait_for_selector(".ip-title")
        settled(page)
        assert said(page, _STRANGE) == [], path
        assert said(page, ".stException") == [], path
        assert page.evaluate("window.hit") is None, path
        told.append(page.evaluate("document.body.textContent"))
    whole = " ".join("".join(told).split())
    seen = [text for text in NAMES if shown(text) and shown(text) in whole]
    # parks, projects and papers are words of the pages; tables are drawn, not written
    assert len(seen) > 40
