"""What a relocation is asked for: weights, longest distance, time; all of it in the address.

A weight says how many km further a 亩 may be moved; the defaults are those of the library. What
an address says and cannot be is left as it was.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app.going_back import went_back

__all__ = [
    "Wanted",
    "known_in_address",
    "reset",
    "show_plan",
    "show_relax",
    "show_settings",
    "wanted",
]

_KEPT = "move-kept"
_NAMES = ("w", "km", "s", "relax", "plan")
# how blocks that the plan moves are held to where it has them go; empty leaves it to the plan
_PLAN = ("", "only", "prefer", "off")
_SECONDS, _MOST_S, _MOST_KM, _MOST_WEIGHT = 60.0, 600.0, 500.0, 1e6
_STEPS = {"unassigned": 100.0, "tax": 10.0}
_WIDTH = 126


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"moves_page.move.{entry}", None, **fields)


def _defaults() -> dict[str, float]:
    weights: dict[str, float] = ip.relocation_weights(None)
    return weights


@dataclass(frozen=True)
class Wanted:
    """What is asked.

    Attributes
    ----------
    changed
        Weights that are not the default: term and weight.
    max_km
        Longest distance; None for any.
    seconds
        How long an answer is looked for.
    relax
        Whether the fewest locks fall where they contradict.
    plan
        How blocks that the plan moves are held to where it has them go: ``only``, ``prefer``,
        ``off``, or empty for what the plan's own file says.
    """

    changed: tuple[tuple[str, float], ...] = field(default=())
    max_km: float | None = None
    seconds: float = _SECONDS
    relax: bool = False
    plan: str = ""

    @property
    def weights(self) -> dict[str, float]:
        """Weight of each term."""
        return {**_defaults(), **dict(self.changed)}


def wanted() -> Wanted:
    """Return what the session asks: the address says it, else what it asked last."""
    given = st.query_params
    kept: Wanted = st.session_state.get(_KEPT, Wanted())
    if went_back() or any(name in given for name in _NAMES):
        pairs = [one.partition(":") for one in given.get_all("w")]
        read = {name: _number(value, 0.0, _MOST_WEIGHT) for name, _, value in pairs}
        kept = _asked(
            {name: value for name, value in read.items() if value is not None},
            _number(given.get("km", ""), 0.0, _MOST_KM),
            _number(given.get("s", ""), 1.0, _MOST_S) or _SECONDS,
            relax=given.get("relax") == "1",
            plan=given.get("plan", ""),
        )
    _keep(kept)
    return kept


def known_in_address() -> dict[str, list[str]]:
    """Return what of the address can be asked, by its name there."""
    given, bounds = st.query_params, {"km": (0.0, _MOST_KM), "s": (1.0, _MOST_S)}
    usual = _defaults()
    weights = [one.partition(":") for one in given.get_all("w")]
    known = {
        "w": [
            f"{name}{mark}{value}"
            for name, mark, value in weights
            if name in usual and _number(value, 0.0, _MOST_WEIGHT) is not None
        ],
        "plan": list(_PLAN),
        "relax": ["1"],
    }
    for name, (least, most) in bounds.items():
        values = given.get_all(name)
        known[name] = [one for one in values if _number(one, least, most) is not None]
    return known


def reset() -> None:
    """Ask with the defaults again."""
    _keep(Wanted())


def _asked(
    weights: dict[str, float], max_km: float | None, seconds: float, *, relax: bool, plan: str
) -> Wanted:
    usual = _defaults()
    changed = [
        (name, float(weights[name]))
        for name in usual
        if name in weights and weights[name] != usual[name]
    ]
    known = plan if plan in _PLAN else ""
    return Wanted(tuple(changed), max_km, float(seconds), relax, known)


def _number(text: str, least: float, most: float) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and least <= value <= most else None


def _keep(asked: Wanted) -> None:
    st.session_state[_KEPT] = asked
    written = {
        "w": [f"{name}:{value:g}" for name, value in asked.changed],
        "km": [] if asked.max_km is None else [f"{asked.max_km:g}"],
        "s": [] if asked.seconds == _SECONDS else [f"{asked.seconds:g}"],
        "relax": ["1"] if asked.relax else [],
        "plan": [asked.plan] if asked.plan else [],
    }
    for name, values in written.items():
        if values:
            st.query_params[name] = values
        else:
            st.query_params.pop(name, None)


def _take() -> None:
    """Take what the boxes hold, before anything of the page is drawn."""
    held = st.session_state
    weights = {name: held.get(f"move-w-{name}") for name in _defaults()}
    known = {name: value for name, value in weights.items() if value is not None}
    seconds = held.get("move-seconds") or _SECONDS
    relax, plan = bool(held.get("move-relax")), str(held.get("move-plan") or "")
    _keep(_asked(known, held.get("move-km"), seconds, relax=relax, plan=plan))


def show_settings(asked: Wanted) -> None:
    """Show the weights, the longest distance and the time, to be changed.

    Parameters
    ----------
    asked
        What stands there now.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key="move-weights"):
        for name, value in asked.weights.items():
            _box(
                f"move-w-{name}", _t(f"weight.{name}"), value, most=_MOST_WEIGHT,
                step=_STEPS.get(name, 1.0), told=messages.text(f"moves.term.{name}"),
            )  # fmt: skip
        _box("move-km", _t("max_km"), asked.max_km, most=_MOST_KM, step=1.0, told=_t("max_km_help"))
        _box("move-seconds", _t("seconds"), asked.seconds, most=_MOST_S, step=10.0, least=1.0,
             told=_t("seconds_help"))  # fmt: skip


def show_relax(asked: Wanted) -> None:
    """Ask what happens where locks contradict."""
    st.session_state["move-relax"] = asked.relax
    st.checkbox(_t("relax"), key="move-relax", on_change=_take)


def show_plan(asked: Wanted) -> None:
    """Ask how far the plan's own directions hold."""
    st.session_state["move-plan"] = asked.plan
    st.selectbox(
        _t("plan"), _PLAN, format_func=lambda name: _t(f"plans.{name or 'file'}"),
        key="move-plan", on_change=_take, width=290, label_visibility="collapsed",
        help=messages.text("moves.cli.transfers"),
    )  # fmt: skip


def _box(
    key: str, label: str, value: float | None, *, most: float, step: float, told: str,
    least: float = 0.0,
) -> None:  # fmt: skip
    st.session_state[key] = value
    st.number_input(
        label, min_value=least, max_value=most, step=step, format="%g", key=key, help=told,
        placeholder=_t("any"), on_change=_take, width=_WIDTH,
    )  # fmt: skip
