"""What stands in the address of a page: the page, what is selected, what was chosen.

So a link reopens what its sender saw. Beside it, how often the map was clicked or asked to show
something, which tells a new wish from one that was met.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from platforms import messages
from platforms.app import markup
from platforms.app.going_back import went_back

__all__ = [
    "Page",
    "Pick",
    "choice",
    "chosen",
    "clicks",
    "link_to",
    "link_to_map",
    "look_at",
    "looks",
    "note_click",
    "pages",
    "picked",
    "select",
]

Page = Callable[[], None]


class Pick(NamedTuple):
    """A feature: the layer's name and the feature's id."""

    layer: str
    id: str


def picked() -> Pick | None:
    """Return the selected feature; it stands in the address, so a link reopens it."""
    layer, _, feature = st.query_params.get("at", "").partition(":")
    return Pick(layer, feature) if layer and feature else None


def select(pick: Pick | None) -> None:
    """Select a feature, or none."""
    if pick is None:
        st.query_params.pop("at", None)
    else:
        st.query_params["at"] = f"{pick.layer}:{pick.id}"


def look_at(pick: Pick) -> None:
    """Select a feature away from the map, which then shows it."""
    select(pick)
    st.session_state["looks"] = looks() + 1


def note_click() -> None:
    """Note that the map was clicked, so that the tables select what the map selects."""
    st.session_state["clicks"] = clicks() + 1


def clicks() -> int:
    """Count the clicks on the map that selected something or nothing."""
    return int(st.session_state.get("clicks", 0))


def looks() -> int:
    """Count how often the map was asked to show a feature."""
    return int(st.session_state.get("looks", 0))


def pages(functions: Mapping[str, Page]) -> list[st.Page]:
    """Return the pages for the navigation, under their names in the current language."""
    made = [
        st.Page(
            function,
            title=messages.text(f"app.page.{name}"),
            url_path=name,
            default=number == 0,
        )
        for number, (name, function) in enumerate(functions.items())
    ]
    st.session_state["pages"] = dict(zip(functions, made, strict=True))
    return made


def link_to(name: str) -> None:
    """Offer the way to a page."""
    page = st.session_state.get("pages", {}).get(name)
    if page is not None:
        st.page_link(page)


def link_to_map(pick: Pick | None) -> None:
    """Offer the way to a feature on the map."""
    page = st.session_state.get("pages", {}).get("map")
    if pick is not None and page is not None:
        st.page_link(
            page,
            label=messages.text("app.parks.on_map"),
            query_params={"at": f"{pick.layer}:{pick.id}"},
        )


def choice(name: str, label: str, options: Sequence[str], title: Callable[[str], str]) -> str:
    """Let the visitor choose one of a few; the choice stands in the address.

    Parameters
    ----------
    name
        Name in the address.
    label
        What is chosen, for screen readers.
    options
        The first is the default, and leaves the address as it is.
    title
        Gives an option's name in the current language.
    """
    # kept beside the widget: another page, or a run that is cut short, forgets the widget
    kept = f"{name}-kept"
    asked = st.query_params.get(name)
    if went_back():
        asked = asked if asked in options else options[0]
        # also where the box is there already
        st.session_state[name] = asked
    known = asked or st.session_state.get(kept)
    st.session_state[kept] = known
    shown = st.segmented_control(
        markup.plain_label(label),
        options,
        default=_default(known, options),
        required=True,
        # the words of a card or a plan among them
        format_func=lambda one: markup.plain_label(title(one)),
        key=name,
        label_visibility="collapsed",
    )
    st.session_state[kept] = shown
    if shown == options[0]:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = str(shown)
    return str(shown)


def chosen(name: str) -> str | None:
    """Return what :func:`choice` is about to show under a name; None is its first option.

    Parameters
    ----------
    name
        Name in the address.
    """
    asked = st.query_params.get(name)
    if went_back():
        return asked
    kept: str | None = st.session_state.get(f"{name}-kept")
    now: str | None = st.session_state.get(name)
    return now or asked or kept


def _visitors_language() -> str | None:
    """Return the visitor's language; None where no visitor is served.

    What a button calls is called before the page is drawn, and so before its language is set.
    """
    return None if get_script_run_ctx(suppress_warning=True) is None else chosen("lang")


messages.ask_language(_visitors_language)


def _default(known: str | None, options: Sequence[str]) -> str | None:
    """Return what a box begins with; one that the way back has set begins with nothing else."""
    if went_back():
        return None
    return known if known in options else options[0]
