"""Keeping what a page shows as a scenario, under a name.

What is kept is what was computed, never what a page made of it, and nothing is kept before
somebody says so. The name, the author and the note belong to whoever keeps it; a visitor's
name is remembered for as long as the visit lasts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup, opened, state
from platforms.app.guard import guard
from platforms.app.markup import el
from platforms.app.plots.shelf import Progress, Shelf
from platforms.app.visitor import name_box, remember_name, visitor_name
from platforms.app.waiting import wait
from platforms.errors import InputError

__all__ = ["author", "keep_button", "kind_title", "remember_author", "run_again", "store"]

if TYPE_CHECKING:
    Answer = ip.Run | ip.Relocation | ip.Portfolio | ip.Siting

_NAME_LENGTH = 200
# so many in an office may keep the same kind of thing in one minute
_OFFERS = 100


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"scenarios_page.{entry}", None, **fields)


def kind_title(kind: str) -> str:
    """Return what users read for a kind: ``run``, ``relocation``, ``portfolio``, ``siting``."""
    title = messages.text(f"store.kind.{kind}")
    return f"{title[:1].upper()}{title[1:]}"


def store() -> ip.Store:
    """Return the store of the session's workspace.

    Raises
    ------
    PlatformsError
        When it cannot be opened.
    """
    return ip.open_store(opened.workspace(), make=False)


def author() -> str:
    """Return who keeps and changes scenarios in this visit; empty as long as nobody said."""
    return visitor_name()


def remember_author(name: str) -> None:
    """Remember who keeps and changes scenarios in this visit."""
    remember_name(name)


def keep_button(
    answer: Answer | Callable[[], Answer],
    kind: str,
    *,
    inputs: Sequence[ip.ScenarioInput] | None = None,
    key: str = "",
) -> None:
    """Offer to keep what is shown as a scenario.

    Parameters
    ----------
    answer
        What was computed, or what computes it once somebody wants to keep it.
    kind
        ``run``, ``relocation``, ``portfolio`` or ``siting``.
    inputs
        What went in, where the answer itself does not say it.
    key
        Tells two buttons of one kind on one page apart.
    """
    key = key or kind
    with st.popover(_t("keep.open"), icon=":material/bookmark_add:", key=f"keep-{key}"):
        _form(answer, kind, inputs, key)


def run_again(
    *, pack: str = "", settings: Sequence[str] = (), limits: Mapping[str, Any] | None = None
) -> ip.Run:
    """Run all stages on the session's plots with what a page only tried.

    Parameters
    ----------
    pack, settings
        Id of the rule pack, and what is set otherwise; default the plan's as it was shipped.
    limits
        What to deduct, in its order; default the workspace's.

    Raises
    ------
    PlatformsError
        When plots, rules or limits cannot be used.
    """
    city, given = opened.workspace(), state.looked_at()
    rules = ip.with_settings(city.rules(pack or None), settings)
    read = None if given is None else state.plots_job(given)

    def make(progress: Progress) -> ip.Run:
        plots, repair = None, False
        if given is not None and read is not None:
            plots, repair = read.result(), given.reading.repair
        return ip.run(
            city, plots=plots, repair=repair, rules=rules, limits=limits, progress=progress
        )

    # on no shelf: it is kept in the store or not at all
    return wait(Shelf[ip.Run](1).ask(None, make), cancel=_nothing)


def _nothing() -> None:
    """Leave all as it was: nothing is kept of what was cancelled."""


def _kept(made: ip.Scenario, name: str, note: str, *, ours: bool) -> ip.Kept:
    """Keep a scenario; a name that we offered, and somebody took meanwhile, gets a number."""
    names = [_t("keep.numbered", name=name, number=number) for number in range(2, _OFFERS)]
    for one in [name, *names] if ours else [name]:
        try:
            return store().keep(made, name=one, author=author(), note=note)
        except InputError as error:
            if error.key != "store.name_taken":
                raise
            refused = error
    raise refused


def _form(
    answer: Answer | Callable[[], Answer],
    kind: str,
    inputs: Sequence[ip.ScenarioInput] | None,
    key: str,
) -> None:
    markup.show(el("p", _t("keep.about", kind=kind_title(kind)), cls="ip-note"))
    # above the form: below it, what came of it would stand outside the window
    outcome = st.container()
    turn = int(st.session_state.get(f"keep-turn-{key}", 0))
    at = f"{key}-{turn}"
    with st.form(f"keep-form-{at}", border=False):
        now = dt.datetime.now(tz=dt.UTC).astimezone()
        suggested = _t("keep.suggested", kind=kind_title(kind), when=f"{now:%Y-%m-%d %H:%M}")
        # offered once: a name that changes by the minute would undo what was typed
        offered = st.session_state.setdefault(f"keep-offered-{at}", suggested)
        name = st.text_input(_t("name"), offered, max_chars=_NAME_LENGTH, key=f"keep-name-{at}")
        who = name_box(_t("author"), author(), key=f"keep-author-{at}")
        note = st.text_area(_t("note"), height=80, max_chars=2000, key=f"keep-note-{at}")
        saved = st.form_submit_button(_t("keep.save"), type="primary", key=f"keep-save-{at}")
    if saved:
        with outcome, guard():
            remember_author(who)
            found = answer() if callable(answer) else answer
            with st.spinner(_t("keep.doing")):
                made = ip.scenario_of(found, workspace=opened.workspace().name, inputs=inputs)
                kept = _kept(made, name, note.strip(), ours=name == offered)
            # what is kept next has a name of its own
            st.session_state[f"keep-turn-{key}"] = turn + 1
            told = _t("keep.done", name=kept.name)
            markup.show(el("p", el("b", told), cls="ip-note", role="status"))
            state.link_to("scenarios")
