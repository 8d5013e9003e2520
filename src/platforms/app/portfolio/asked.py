"""What a portfolio is asked for: target, weights, quotas, locks and time; all in the address.

The defaults are those of the library. What an address says and cannot be is left as it was;
what cannot be meant, such as a lock of a plot that is not there, the library names.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import streamlit as st

import platforms as ip
from platforms.app.going_back import went_back

__all__ = [
    "GAP",
    "MOST_S",
    "SECONDS",
    "TERMS",
    "Asked",
    "asked_of",
    "change",
    "lock",
    "refill",
    "reset",
    "targets_of",
    "turn",
]

TERMS = ("cost_wan", "jobs", "firms", "land_mu", "pairs")
SECONDS, MOST_S, GAP = 20.0, 600.0, 0.01
_MOST = 1e9
_KEPT, _TURN = "portfolio-kept", "portfolio-turn"
_PERCENT = 100.0
_LOW = "low_efficiency_mu"
Quota = tuple[str, float | None, float | None]


@dataclass(frozen=True)
class Asked:
    """What is asked.

    Attributes
    ----------
    target
        Id of one of the workspace's targets; empty for an own number.
    mu
        亩 of an own target.
    weights
        Weights that are not the default: term and points.
    within_m
        Distance of a pair, m; None without a bonus.
    budget_wan
        Most cost, 万元; None without a cap.
    quotas
        Town, least and most 亩.
    locked_in, locked_out
        Ids of plots.
    gap_percent
        Gap at which the search stops, %.
    seconds
        How long it may take.
    """

    target: str = ""
    mu: float | None = None
    weights: tuple[tuple[str, float], ...] = ()
    within_m: float | None = None
    budget_wan: float | None = None
    quotas: tuple[Quota, ...] = ()
    locked_in: tuple[str, ...] = ()
    locked_out: tuple[str, ...] = ()
    gap_percent: float = GAP
    seconds: float = SECONDS

    @property
    def gap(self) -> float:
        """The gap as a share."""
        return self.gap_percent / _PERCENT

    def limits(self) -> ip.PortfolioLimits:
        """Return quotas, locks and budget as the library takes them."""
        quotas = {town: (least, most) for town, least, most in self.quotas}
        return ip.PortfolioLimits(quotas, self.locked_in, self.locked_out, self.budget_wan)


def targets_of(city: ip.Workspace) -> dict[str, dict[str, object]]:
    """Return the workspace's targets that a portfolio can take, by id: row by row."""
    rows = ip.portfolio_targets(city).to_dict("records")
    return {str(row["target_id"]): {str(k): v for k, v in row.items()} for row in rows}


def asked_of(city: ip.Workspace) -> Asked:
    """Return what the session asks: what it asked last, else what the address says."""
    kept: Asked | None = st.session_state.get(_KEPT)
    if went_back():
        kept = None
        refill()
    kept = kept if kept is not None else _given(city)
    _keep(kept)
    return kept


def change(**values: object) -> None:
    """Ask something else from now on."""
    _keep(replace(st.session_state[_KEPT], **values))


def lock(plot_id: str, way: str) -> None:
    """Lock a plot ``in`` or ``out``, or, with anything else, let it be chosen freely."""
    kept: Asked = st.session_state[_KEPT]
    sides = {
        "locked_in": [one for one in kept.locked_in if one != plot_id],
        "locked_out": [one for one in kept.locked_out if one != plot_id],
    }
    if way in {"in", "out"}:
        sides[f"locked_{way}"].append(plot_id)
    change(**{name: tuple(ids) for name, ids in sides.items()})
    refill()


def reset(city: ip.Workspace) -> None:
    """Ask with the defaults again."""
    _keep(_first(city))
    refill()


def refill() -> None:
    """Let the tables show what is asked now; new keys are the way to fill them anew."""
    st.session_state[_TURN] = turn() + 1


def turn() -> int:
    """Count how often the tables were filled anew."""
    return int(st.session_state.get(_TURN, 0))


def _first(city: ip.Workspace) -> Asked:
    """Return the defaults: the latest target that speaks of low-efficiency land, else any."""
    known = targets_of(city)

    def fit(name: str) -> tuple[bool, int]:
        return known[name]["computed_by"] == _LOW, int(str(known[name]["year"]))

    return Asked(target=max(known, key=fit, default=""))


def _given(city: ip.Workspace) -> Asked:
    given, first = st.query_params, _first(city)
    target, mu = given.get("target", ""), _number(given.get("mu", ""))
    if target not in targets_of(city):
        target = first.target if mu is None else ""
    weights = [one.partition(":") for one in given.get_all("weight")]
    read = [(name, _number(text)) for name, _, text in weights if name in TERMS]
    seconds = _number(given.get("time", ""), 1.0, MOST_S)
    gap = _number(given.get("gap", ""), 0.0, _PERCENT)
    return Asked(
        target=target,
        mu=None if target else mu,
        weights=tuple((name, value) for name, value in read if value is not None),
        within_m=_number(given.get("within", "")),
        budget_wan=_number(given.get("budget", "")),
        quotas=tuple(_quotas(given.get_all("quota"))),
        locked_in=tuple(dict.fromkeys(given.get_all("in"))),
        locked_out=tuple(dict.fromkeys(given.get_all("out"))),
        gap_percent=GAP if gap is None else gap,
        seconds=SECONDS if seconds is None else seconds,
    )


def _quotas(texts: Iterable[str]) -> Iterable[Quota]:
    for text in texts:
        town, mark, bounds = text.rpartition("=")
        least, dots, most = bounds.partition("..")
        if town and mark and dots:
            yield town, _number(least), _number(most)


def _number(text: str, least: float = 0.0, most: float = _MOST) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and least <= value <= most else None


def _keep(asked: Asked) -> None:
    st.session_state[_KEPT] = asked
    for name, values in _written(asked).items():
        if values:
            st.query_params[name] = values
        else:
            st.query_params.pop(name, None)


def _written(asked: Asked) -> dict[str, list[str]]:
    """Return the address of what is asked; a default leaves it as it is."""

    def one(value: float | None, usual: float | None = None) -> list[str]:
        return [] if value is None or value == usual else [f"{value:.12g}"]

    quotas = [f"{town}={_text(least)}..{_text(most)}" for town, least, most in asked.quotas]
    return {
        "target": [asked.target] if asked.target else [],
        "mu": one(asked.mu),
        "weight": [f"{name}:{value:.12g}" for name, value in asked.weights],
        "within": one(asked.within_m),
        "budget": one(asked.budget_wan),
        "quota": quotas,
        "in": list(asked.locked_in),
        "out": list(asked.locked_out),
        "gap": one(asked.gap_percent, GAP),
        "time": one(asked.seconds, SECONDS),
    }


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.12g}"
