"""选址: which plot or park fits a new project, with the score taken apart."""

from __future__ import annotations

from contextvars import copy_context
from functools import partial

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, state
from platforms.app.guard import guard
from platforms.app.journal import taken
from platforms.app.land.land_tables import number_formats, printed
from platforms.app.map_component import forget_map, scroll_to_map, show_map
from platforms.app.markup import el
from platforms.app.plots.shelf import Job, Progress
from platforms.app.scenarios.keeping import keep_button
from platforms.app.scene import Scene
from platforms.app.sheet import Sheet
from platforms.app.siting.project_form import show_form
from platforms.app.siting.site_scores import bars_of, explained, headline, term_key, titles_of
from platforms.app.siting.wish import Sited, Wish, forget_wish, make_siting, wish_of
from platforms.app.state import Pick, look_at, picked
from platforms.app.waiting import current_scene, wait

__all__ = ["show_siting", "site_table", "siting_file"]

_MAP, _TABLE, _SHORT = 560, 360, 9
_TOP = 20
_MIME = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "gpkg": "application/geopackage+sqlite3",
    "html": "text/html",
}


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"siting_page.{entry}", None, **fields)


def show_siting(city: ip.Workspace) -> None:
    """Show the part: form, figures, map, scores taken apart, what excludes the others."""
    markup.show(el("p", _t("about.page"), cls="ip-note"))
    scene = current_scene() if state.has_plots() else None
    wish = wish_of()
    show_form(city, wish, plots=scene is not None)
    sited = None
    if wish is not None:
        with guard():
            sited = wait(_job(city, scene, wish), cancel=forget_wish)
    if sited is None:
        # no map without its ranks: an older one would show other sites
        forget_map()
        return
    _show(city, sited)


def _job(city: ip.Workspace, scene: Scene | None, wish: Wish) -> Job[Sited]:
    key = (city.fingerprint, messages.language(), scene and scene.id, wish)

    def make(progress: Progress) -> Sited:
        progress("site", 0.0)
        return make_siting(city, scene, wish)

    return state.own_job("siting", key, make)


def _show(city: ip.Workspace, sited: Sited) -> None:
    siting, sheet = sited.siting, Sheet(sited.document, city)
    marks = [messages.text("app.mark.sample")] if sited.sample else []
    method = _t("method", title=str(siting.method.title), mark=siting.method.mark)
    markup.show(el("p", markup.badges(marks, kind="ip-sample"), method, cls="ip-note"))
    told = [el("li", one.message()) for one in siting.issues]
    # there also when it is empty: the map below keeps its place
    with st.container():
        markup.show(el("ul", *told, cls="ip-list") if told else "")
        if not siting.ranked:
            markup.show(el("p", _t("none_left"), cls="ip-warning", role="status"))
    markup.show(headline(siting))
    left, right = st.columns([2.1, 1], gap="small")
    with left:
        show_map(sheet, height=_MAP, figures=False)
        st.caption(messages.text("app.map.foot", id=sheet.id))
    with right, st.container(height=_MAP, border=True, key="panel"):
        _show_site(city, siting)
    _show_files(sited, sheet)
    usable, out = st.tabs([_t("tab.usable"), _t("tab.excluded")])
    with usable:
        if siting.ranked:
            markup.show(el("h4", _t("parts", most=min(_TOP, len(siting.ranked))), cls="ip-h4"),
                        term_key(siting), bars_of(siting, most=_TOP))  # fmt: skip
            markup.show(el("h4", _t("ranks"), cls="ip-h4"))
        _show_table(siting, sheet, excluded=False)
    with out:
        _show_table(siting, sheet, excluded=True)
    scroll_to_map()


def _show_site(city: ip.Workspace, siting: ip.Siting) -> None:
    """Explain the site that is selected; without one the best."""
    pick = picked()
    chosen = None
    if pick is not None and pick.layer in ip.SITE_LAYERS:
        chosen = next((one for one in siting.sites if _key(one) == pick.id), None)
        if chosen is None:
            markup.show(el("p", _t("gone"), cls="ip-note"))
    if chosen is None:
        markup.show(el("p", _t("hint"), cls="ip-note"))
        chosen = siting.ranked[0] if siting.ranked else None
    if chosen is None:
        return
    kind = messages.text(f"siting.table.kind.{chosen.kind}")
    place = _t("unranked") if chosen.rank is None else _t(
        "place", rank=chosen.rank, best=chosen.rank_best, worst=chosen.rank_worst,
        score=ip.site_score(chosen.low, chosen.high),
    )  # fmt: skip
    markup.show(
        el("div", el("p", f"{kind} {chosen.site_id}", cls="ip-kind"), el("h3", chosen.name),
           el("p", place, cls="ip-kind"), cls="ip-head"),
        explained(siting, chosen, city),
    )  # fmt: skip


def _key(one: ip.Site) -> str:
    return f"{one.kind}:{one.site_id}"


def _layer(one: ip.Site) -> str:
    """Return the layer of the map that shows a site."""
    if one.rank is not None and one.rank <= _TOP:
        return ip.SITE_LAYERS[0]
    return ip.SITE_LAYERS[1 if one.kind == "park" else 2]


def site_table(siting: ip.Siting, *, excluded: bool) -> pd.DataFrame:
    """Return the sites under headings for readers, each term as one number or its range.

    Parameters
    ----------
    siting
        What the library gave.
    excluded
        Those that cannot be used, with their reasons; else the ranked ones.
    """
    table = ip.siting_table(siting)
    table = table[[bool(one.excluded) == excluded for one in siting.sites]].reset_index(drop=True)
    if excluded:
        return table[[*table.columns[3:6], table.columns[-1]]]
    kept, titles = table[table.columns[:8]].copy(), titles_of(siting)
    for at, title in enumerate(titles.values()):
        kept[title] = [
            ip.site_score(one.terms[at].low, one.terms[at].high) if one.terms[at].weight else ""
            for one in siting.ranked
        ]
    return printed(kept)


def _show_table(siting: ip.Siting, sheet: Sheet, *, excluded: bool) -> None:
    sites = [one for one in siting.sites if bool(one.excluded) == excluded]
    shown = site_table(siting, excluded=excluded)
    reason = shown.columns[-1]
    key = f"siting-{'out' if excluded else 'in'}-{sheet.id}"

    def pick() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows and rows[0] < len(sites):
            look_at(Pick(_layer(sites[rows[0]]), _key(sites[rows[0]])))

    st.dataframe(
        shown, key=key, hide_index=True, height=_TABLE if len(shown) > _SHORT else "content",
        on_select=pick, selection_mode="single-row", placeholder="",
        column_config=number_formats(shown)
        | ({reason: st.column_config.TextColumn(width="large")} if excluded else {}),
    )  # fmt: skip
    st.caption(messages.text("app.table.foot", rows=len(shown), id=sheet.id))


def _show_files(sited: Sited, sheet: Sheet) -> None:
    with st.container(horizontal=True, key="siting-files"):
        for ending, mime in _MIME.items():
            file = f"{sheet.workspace.name}-siting-{sheet.id}.{ending}"
            st.download_button(
                _t("get", ending=ending.upper()),
                data=taken(file, partial(siting_file, sited, ending, messages.language())),
                file_name=file,
                mime=mime,
                on_click="ignore",
                key=f"siting-get-{ending}",
            )
        keep_button(sited.siting, "siting")


def siting_file(sited: Sited, ending: str, lang: str) -> bytes:
    """Return the sites as a file.

    Parameters
    ----------
    sited
        What is shown.
    ending
        ``xlsx``, ``csv``, ``gpkg`` or ``html``.
    lang
        Language of its words.
    """

    def write() -> bytes:
        ip.set_language(lang)
        with ip.temporary_folder() as folder:
            path = folder / f"siting.{ending}"
            if ending == "html":
                ip.save_html(sited.document, path)
            else:
                ip.save_siting(sited.siting, path, sample=sited.sample)
            return path.read_bytes()

    # the server calls this outside any session, where no language is set
    return copy_context().run(write)
