"""What a relocation gave: figures, flows on the map, tables, files, and a way to keep it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from contextvars import copy_context
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, state
from platforms.app.journal import taken
from platforms.app.map_component import forget_map, scroll_to_map, show_map
from platforms.app.markup import el
from platforms.app.moves.move_settings import Wanted
from platforms.app.moves.move_tables import Given
from platforms.app.panel import show_panel
from platforms.app.plots.faults import issues_title, show_issues
from platforms.app.plots.shelf import Shelf
from platforms.app.scenarios.keeping import keep_button
from platforms.app.sheet import Sheet
from platforms.app.solving import Search
from platforms.app.tables import pick_table
from platforms.app.waiting import wait
from platforms.units import printed

__all__ = ["FILES", "Asked", "inputs_of", "make_file", "show_result"]

_SHELF = "move-sheets"
_MAP = 560
_TABLE = 320
# table on the page → columns, empty for those of the map
_TABLES: Mapping[str, tuple[str, ...]] = {
    "flows": ("name", "town", "industry", "mu", "park", "km", "locked"),
    "moving_parks": ("name", "firms", "capacity_mu", "used_mu", "free_mu", "km_mean"),
    "staying_firms": ("name", "town", "industry", "mu", "reason", "message"),
    "flows_by_town": ("town", "park", "firms", "mu", "km_mean"),
}
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES: Mapping[str, str] = {
    "xlsx": _SHEET,
    "html": "text/html",
    "gpkg": "application/geopackage+sqlite3",
    "csv": "text/csv",
}


@dataclass(frozen=True)
class Asked:
    """All that an answer depends on.

    Attributes
    ----------
    city
        Fingerprint of the workspace.
    given
        Files of the visitor.
    wanted
        Weights, longest distance, time.
    locks
        Fingerprint of the locks; empty without any.
    locked
        Number of locks.
    """

    city: str
    given: Given
    wanted: Wanted
    locks: str
    locked: int

    @property
    def of_workspace(self) -> bool:
        """Whether all of it stands in the workspace and the address."""
        return self.given == Given() and not self.locked


@dataclass(frozen=True)
class _Made:
    """What the page makes of an answer once: its map, and what went into it."""

    sheet: Sheet
    inputs: tuple[ip.ScenarioInput, ...]


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"moves_page.move.{entry}", None, **fields)


def show_result(city: ip.Workspace, search: Search[ip.Relocation]) -> None:
    """Show what a search found.

    Parameters
    ----------
    city
        The workspace.
    search
        One that has ended.

    Raises
    ------
    PlatformsError
        What went wrong in it.
    """
    found = search.job.result()
    if found.status == "infeasible":
        _show_refusal(found)
        forget_map()
        return
    shelf: Shelf[_Made] = st.session_state.setdefault(_SHELF, Shelf(2))
    key, asked = (city.fingerprint, id(found), messages.language()), search.key
    made = wait(shelf.ask(key, lambda _: _make(city, found, asked)))
    sheet = made.sheet
    # there also when it is empty: the map below keeps its place
    with st.container():
        if found.relaxations:
            _show_fallen(found)
    markup.show(markup.figures(_short(figure) for figure in sheet.content["figures"]))
    _show_proof(found)
    left, right = st.columns([2.3, 1], gap="small")
    with left:
        show_map(sheet, height=_MAP)
        st.caption(messages.text("app.map.foot", id=sheet.id))
    with right:
        show_panel(sheet, state.picked(), height=_MAP, drawn=True)
    _show_files(city, found, made)
    _show_tables(found, sheet)
    scroll_to_map()


def _make(city: ip.Workspace, found: ip.Relocation, asked: Hashable) -> _Made:
    sheet = Sheet(ip.relocation_document(city, found), city)
    return _Made(sheet, inputs_of(city, found, asked) if isinstance(asked, Asked) else ())


def inputs_of(
    city: ip.Workspace, found: ip.Relocation, asked: Asked
) -> tuple[ip.ScenarioInput, ...]:
    """Return what went into an answer, under the names that the visitor knows.

    Parameters
    ----------
    city
        The workspace.
    found
        The answer.
    asked
        What it was asked for.
    """
    # what stands in the table of locks is typed, or was a file first
    names = {"locks": _t("locks_typed"), **asked.given.names}
    return tuple(
        replace(one, source=names[one.name], sample=False) if one.name in names else one
        for one in ip.scenario_of(found, workspace=city).inputs
    )


def _short(figure: Mapping[str, str]) -> dict[str, str]:
    """Leave out what stands in the panel's notes."""
    return {**figure, "note": ""}


def _show_proof(found: ip.Relocation) -> None:
    """Say what is proved of the answer, in one line."""
    told = {
        "status": messages.text(f"moves.status.{found.status}"),
        "ended": messages.text(f"moves.ended.{found.ended}"),
        "objective": printed(found.objective),
        "bound": printed(found.bound),
        "nearest": printed(found.nearest),
        "gain": printed(found.gain),
        "seconds": printed(found.seconds, 1),
    }
    marks = [messages.text("app.mark.sample")] if found.sample else []
    line = _t("proof", **told)
    markup.show(el("p", markup.badges(marks, kind="ip-sample"), line, cls="ip-note"))


def _names(found: ip.Relocation) -> dict[str, str]:
    """Return what users call firms and parks."""
    names: dict[str, str] = {}
    for frame, key in ((found.firms, "firm_id"), (found.parks, "park_id")):
        named = frame.get("name", frame[key])
        names |= {
            str(one): f"{name} ({one})" if name and str(name) != str(one) else str(one)
            for one, name in zip(frame[key], named.fillna(""), strict=True)
        }
    return names


def _fallen(found: ip.Relocation) -> list[str]:
    names = _names(found)
    return [
        _t(
            "relaxation",
            firm=names.get(str(lock["firm_id"]), lock["firm_id"]),
            park=names.get(str(lock["park_id"]), "—"),
            kind=messages.text(f"moves_page.tables.kind.{lock['lock']}"),
            why=messages.text(f"moves.relaxation.{lock['reason']}"),
        )
        for lock in found.relaxations
    ]


def _show_refusal(found: ip.Relocation) -> None:
    lines = [el("li", line) for line in _fallen(found)]
    markup.show(
        el("div", el("b", _t("refused")), el("ul", *lines, cls="ip-list"), el("p", _t("relax_it")),
           cls="ip-error", role="alert")
    )  # fmt: skip
    show_issues(found.issues)


def _show_fallen(found: ip.Relocation) -> None:
    lines = [el("p", line) for line in _fallen(found)]
    head = el("b", _t("fallen"))
    markup.show(el("div", head, *lines, cls="ip-warning", role="status"))


def _show_files(city: ip.Workspace, found: ip.Relocation, made: _Made) -> None:
    sheet = made.sheet
    with st.container(horizontal=True, vertical_alignment="center", key="move-files-row"):
        for ending, mime in FILES.items():
            file = f"{city.name}-relocation-{sheet.id}.{ending}"
            st.download_button(
                _t(f"get.{ending}"),
                data=taken(
                    file, partial(make_file, city, found, sheet, ending, messages.language())
                ),
                file_name=file,
                mime=mime,
                on_click="ignore",
                key=f"move-get-{ending}",
            )
        keep_button(found, "relocation", inputs=made.inputs)


def make_file(
    city: ip.Workspace, found: ip.Relocation, sheet: Sheet, ending: str, lang: str
) -> bytes:
    """Return an answer as a file.

    Parameters
    ----------
    city
        The workspace, whose towns the firms stand in.
    found
        The answer.
    sheet
        Its map, which the page is made of.
    ending
        One of ``FILES``.
    lang
        Language of its texts.

    Raises
    ------
    PlatformsError
        When it cannot be made.
    """

    def write() -> bytes:
        ip.set_language(lang)
        with ip.temporary_folder() as folder:
            path = folder / f"relocation.{ending}"
            save: Callable[[], object] = partial(ip.save_relocation, found, path, workspace=city)
            if ending == "html":
                save = partial(ip.save_html, sheet.document, path)
            save()
            return path.read_bytes()

    # the server calls this outside any session, where no language is set
    return copy_context().run(write)


def _show_tables(found: ip.Relocation, sheet: Sheet) -> None:
    names = [name for name in _TABLES if sheet.layer(name) is not None]
    titles = [_t(f"table.{name}") for name in names]
    *tabs, faults = st.tabs([*titles, issues_title(found.issues)])
    for name, tab in zip(names, tabs, strict=True):
        with tab:
            pick_table(sheet, name, _TABLES[name], height=_TABLE)
    with faults:
        show_issues(found.issues)
