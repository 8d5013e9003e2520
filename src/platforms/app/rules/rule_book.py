"""Which rules a visitor tries, and what they change.

A trial judges the plots that the session looks at a second time and leaves the session's run
alone: the other pages and the exports go on saying what the workspace's rules say. What is
tried stands in the address, so a link reopens it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import streamlit as st

import platforms as ip
from platforms.app.going_back import went_back
from platforms.app.scene import Scene

__all__ = ["Book", "Trial", "book", "make_trial", "reset", "set_value", "take"]

_KEPT = "rules-kept"
_TURN = "rules-turn"


@dataclass(frozen=True)
class Book:
    """What is tried.

    Attributes
    ----------
    pack
        Id of the rule pack.
    against
        Id of the pack that it is compared with; empty: the same pack as it is shipped.
    settings
        What is set otherwise than shipped, ``name=value``.
    """

    pack: str
    against: str = ""
    settings: tuple[str, ...] = ()

    def value(self, name: str) -> str | None:
        """Return what a parameter is set to, or None where it is as shipped."""
        pairs = (one.partition("=") for one in self.settings)
        return next((text for known, _, text in pairs if known == name), None)


@dataclass(frozen=True)
class Trial:
    """Two judgements of the plots, and the map of what differs.

    Attributes
    ----------
    diff
        What flips; the left is what the trial is compared with.
    scene
        The plots by the tried rules, and the map of the comparison.
    """

    diff: ip.PolicyDiff
    scene: Scene


def book(packs: Collection[str], default: str) -> Book:
    """Return what the session tries: the address says it, else what it tried last.

    Parameters
    ----------
    packs
        Ids of the packs that there are.
    default
        The pack that is tried at first.
    """
    kept: Book | None = st.session_state.get(_KEPT)
    given = st.query_params
    if went_back():
        # the boxes follow the address
        st.session_state[_TURN] = turn() + 1
    if kept is None or "pack" in given or went_back():
        kept = Book(
            given.get("pack", default), given.get("against", ""), tuple(given.get_all("set"))
        )
    if kept.pack not in packs:
        kept = Book(default)
    if kept.against not in packs or kept.against == kept.pack:
        kept = replace(kept, against="")
    _keep(kept)
    return kept


def take(chosen: Book) -> None:
    """Try something else from now on."""
    _keep(chosen)


def set_value(name: str, text: str | None) -> None:
    """Set a parameter of the pack that is tried; None takes it as shipped."""
    kept: Book = st.session_state[_KEPT]
    others = [one for one in kept.settings if one.partition("=")[0] != name]
    own = [] if text is None else [f"{name}={text}"]
    _keep(replace(kept, settings=(*others, *own)))


def reset() -> None:
    """Take every parameter as shipped."""
    _keep(replace(st.session_state[_KEPT], settings=()))
    # new keys are the way to empty the boxes
    st.session_state[_TURN] = turn() + 1


def turn() -> int:
    """Count how often the parameters were reset."""
    return int(st.session_state.get(_TURN, 0))


def _keep(chosen: Book) -> None:
    st.session_state[_KEPT] = chosen
    given = st.query_params
    given["pack"] = chosen.pack
    for name, value in (("against", chosen.against), ("set", list(chosen.settings))):
        if value:
            given[name] = value
        else:
            given.pop(name, None)


def make_trial(scene: Scene, chosen: Book) -> Trial:
    """Judge the plots of a scene by both sides and make the map of what differs.

    Parameters
    ----------
    scene
        The run that is looked at; not changed.
    chosen
        What is tried.

    Raises
    ------
    RuleError
        For a parameter or a value that the pack does not know.
    """
    run = scene.run
    city = run.workspace
    shipped = city.rules(chosen.pack)
    left = city.rules(chosen.against) if chosen.against else shipped
    right = ip.with_settings(shipped, chosen.settings)
    plots = city.with_facts(city.with_facts(run.plots, left), right)
    run = replace(run, plots=plots, pack=right)
    diff = ip.policy_diff(plots, left, right)
    document = ip.change_document(run, diff)
    return Trial(diff, Scene(replace(run, plots=ip.change_plots(run, diff)), document, scene.lang))
