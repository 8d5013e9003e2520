"""Two scenarios beside each other: which ones, and all that is shown of them.

Which two stands in the address, by the keys of the store, so that a link reopens the
comparison. Both are kept and never change; what the maps and tables show is made once, and each
side is read and drawn once for all pairs that it is in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import opened, state
from platforms.app.plots.shelf import Job, Progress, Shelf

__all__ = ["SIDES", "Pair", "choose_pair", "pair_job", "take"]

SIDES = ("a", "b")
_KEPT = "scenario-pair"
# what one scenario is stands in several pairs, and in the same one turned round
_SINGLE = 4
_READ: Shelf[ip.Kept] = Shelf(_SINGLE, shared=True)
_DRAWN: Shelf[ip.MapDocument] = Shelf(_SINGLE, shared=True)


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"scenarios_page.{entry}", None, **fields)


@dataclass(frozen=True)
class Pair:
    """Two scenarios of one kind, and what differs.

    Attributes
    ----------
    city
        The workspace that they are of.
    a, b
        What is compared.
    change
        What :func:`platforms.compare_scenarios` gave.
    maps
        The map documents of ``a``, of ``b`` and of what differs (``change``).
    """

    city: ip.Workspace
    a: ip.Kept
    b: ip.Kept
    change: ip.ScenarioChange
    maps: Mapping[str, ip.MapDocument]

    @property
    def group(self) -> str:
        """Name under which the maps move together."""
        return f"{self.a.key}-{self.b.key}"


def take(side: str, key: str) -> None:
    """Compare this one from now on."""
    kept: dict[str, str] = st.session_state.setdefault(_KEPT, {})
    kept[side] = key
    st.query_params[side] = key


def choose_pair(kept: pd.DataFrame) -> tuple[str, str]:
    """Let the visitor choose two of what is kept, of which there are two at least.

    Parameters
    ----------
    kept
        Scenarios of one kind, as :meth:`platforms.Store.scenarios` gives them.
    """
    keys = [str(key) for key in kept["key"]]
    titles = dict(zip(keys, kept["name"].astype(str), strict=True))
    held: dict[str, str] = st.session_state.setdefault(_KEPT, {})
    # the oldest of the newest two is what a visitor starts from
    offered = dict(zip(SIDES, reversed(keys[:2]), strict=True))
    now = {side: st.query_params.get(side) or held.get(side, "") for side in SIDES}
    now = {side: key if key in titles else offered[side] for side, key in now.items()}
    if now["a"] == now["b"]:
        now["b"] = next(key for key in keys if key != now["a"])

    def swap() -> None:
        take("a", now["b"])
        take("b", now["a"])

    one, middle, two = st.columns([1, 0.16, 1], gap="small", vertical_alignment="bottom")
    for column, side in ((one, "a"), (two, "b")):
        other = now["b" if side == "a" else "a"]
        options = [key for key in keys if key != other]
        # a select box holds on to what it showed: another choice is another box
        key = f"scenario-{side}-{now['a']}-{now['b']}"

        def chosen(side: str = side, key: str = key) -> None:
            take(side, str(st.session_state[key]))

        with column:
            st.selectbox(
                _t(f"side.{side}"), options, index=options.index(now[side]), key=key,
                format_func=lambda name: titles[name], on_change=chosen,
            )  # fmt: skip
    with middle:
        st.button(
            _t("swap"), on_click=swap, key="scenario-swap", icon=":material/swap_horiz:",
            width="stretch", help=_t("swap_help"),
        )  # fmt: skip
    for side in SIDES:
        take(side, now[side])
    return now["a"], now["b"]


def pair_job(store: ip.Store, rows: Mapping[str, Mapping[str, Any]]) -> Job[Pair]:
    """Return the job that compares two and makes their maps.

    Parameters
    ----------
    store
        Where they are kept.
    rows
        Their rows of the list, by side; a renamed one is made again.
    """
    city, lang = opened.workspace(), messages.language()
    told = [
        (str(row["key"]), str(row["scenario_id"]), str(row["name"]), str(row["note"]))
        for row in (rows[side] for side in SIDES)
    ]
    key = (city.fingerprint, lang, tuple(told))
    return state.common_job("pairs", key, lambda progress: _made(city, store, told, progress))


def _made(
    city: ip.Workspace, store: ip.Store, told: Sequence[tuple[str, ...]], progress: Progress
) -> Pair:
    progress("read", 0.1)
    a, b = (_read(store, one) for one in told)
    change = ip.compare_scenarios(a.scenario, b.scenario, workspace=city)
    progress("map", 0.5)
    differences = ip.scenario_change_document(city, change, names=(a.name, b.name))
    # all open where something differs
    box: Any = differences.content["focus"]
    focus = None if box is None else tuple(box)
    maps = {
        "a": _drawn(city, a, told[0], focus),
        "b": _drawn(city, b, told[1], focus),
        "change": differences,
    }
    return Pair(city, a, b, change, maps)


def _read(store: ip.Store, told: tuple[str, ...]) -> ip.Kept:
    """Return a scenario, read once as long as its row of the list says the same."""
    key = (store.workspace, store.path, told)
    return _READ.ask(key, lambda _: store.kept(told[0])).result()


def _drawn(
    city: ip.Workspace,
    kept: ip.Kept,
    told: tuple[str, ...],
    focus: tuple[float, float, float, float] | None,
) -> ip.MapDocument:
    """Return the map of a scenario, made once for a box that is seen first."""
    key = (city.fingerprint, messages.language(), told, focus)
    return _DRAWN.ask(key, lambda _: ip.scenario_document(city, kept, focus=focus)).result()
