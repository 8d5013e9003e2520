"""The boxes of a portfolio: target, weights, limits, and the tables of quotas and locks."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app import markup
from platforms.app.markup import el
from platforms.app.portfolio.asked import (
    MOST_S,
    TERMS,
    Asked,
    change,
    targets_of,
    turn,
)
from platforms.app.scene import Scene
from platforms.app.wording import of_areas
from platforms.units import half_up, printed

__all__ = ["candidate_land", "show_boxes", "show_locks", "show_quotas", "target_mu"]

_WIDTH = 138
_OWN = ""
_MOST_LISTED = 2000
_LOW = "low_efficiency"
_HEIGHT = 300


def _t(entry: str, **fields: object) -> str:
    return messages.text(f"portfolio_page.{entry}", None, **fields)


def target_mu(city: ip.Workspace, asked: Asked) -> float | None:
    """Return the 亩 that are asked for; None as long as nobody typed any."""
    return ip.portfolio_target(city, asked.target) if asked.target else asked.mu


def candidate_land(scene: Scene) -> pd.DataFrame:
    """Return the plots that may be chosen: plot_id, town and net_mu (亩)."""
    plots = scene.run.plots
    part = plots[plots["verdict"].eq(_LOW) & plots["net_mu"].gt(0)]
    return pd.DataFrame(part[["plot_id", "town", "net_mu"]]).astype({"plot_id": "str"})


def show_boxes(city: ip.Workspace, scene: Scene, asked: Asked) -> None:
    """Show target, weights, distance, budget, gap and time, to be changed."""
    known = targets_of(city)
    with st.container(horizontal=True, vertical_alignment="bottom", key="portfolio-target"):
        held = st.session_state
        held["portfolio-target-id"] = asked.target
        st.selectbox(
            _t("target"), [*known, _OWN], key="portfolio-target-id", width=430,
            format_func=lambda name: _target(city, known, name), on_change=_take_target,
        )  # fmt: skip
        if not asked.target:
            _box("mu", asked.mu, step=100.0)
        _box("within_m", asked.within_m, step=10.0)
        if "cost_wan" in scene.run.plots or asked.budget_wan is not None:
            _box("budget_wan", asked.budget_wan, step=100.0)
        _box("gap_percent", asked.gap_percent, step=0.01, most=100.0)
        _box("seconds", asked.seconds, step=10.0, least=1.0, most=MOST_S)
    weights = ip.portfolio_weights(city)
    with st.container(horizontal=True, vertical_alignment="bottom", key="portfolio-weights"):
        changed = dict(asked.weights)
        for name in TERMS:
            key = f"portfolio-w-{name}"
            st.session_state[key] = changed.get(name, weights[name])
            st.number_input(
                _t(f"weight.{name}"), min_value=0.0, max_value=1e6, step=1.0, format="%g",
                key=key, help=markup.plain_label(weights.parameters[name].note or ""), width=_WIDTH,
                on_change=_take_weights, args=(weights,),
            )  # fmt: skip
    lacking = [name for name in ("cost_wan", "jobs") if name not in scene.run.plots]
    if lacking:
        names = _t("between").join(messages.text(f"portfolio.term.{name}") for name in lacking)
        markup.show(el("p", _t("no_column", names=names), cls="ip-note"))


def _target(city: ip.Workspace, known: dict[str, dict[str, object]], name: str) -> str:
    if name not in known:
        return _t("own")
    row = known[name]
    value = printed(float(str(row["value"])), 0)
    return _t("target_is", indicator=row["indicator"], year=row["year"], value=value,
              cited=ip.citation(row, city.plan))  # fmt: skip


def _take_target() -> None:
    change(target=str(st.session_state["portfolio-target-id"] or ""))


def _take_weights(weights: ip.PortfolioWeights) -> None:
    held = {name: st.session_state.get(f"portfolio-w-{name}") for name in TERMS}
    change(
        weights=tuple(
            (name, float(value))
            for name, value in held.items()
            if value is not None and value != weights[name]
        )
    )


def _box(
    name: str, value: float | None, *, step: float, least: float = 0.0, most: float = 1e9
) -> None:
    key = f"portfolio-{name}"

    def take() -> None:
        given = st.session_state[key]
        # time and gap are always asked for; an emptied box takes the default
        usual = getattr(Asked(), name)
        change(**{name: usual if given is None else float(given)})

    st.session_state[key] = value
    st.number_input(
        _t(f"box.{name}"), min_value=least, max_value=most, step=step, format="%g", key=key,
        help=_t(f"help.{name}"), placeholder=_t("open"), on_change=take, width=_WIDTH,
    )  # fmt: skip


def show_quotas(scene: Scene, asked: Asked) -> None:
    """Show the table of quotas by town; what is written there is asked from now on."""
    land = candidate_land(scene)
    sums = land.groupby("town")["net_mu"].agg(["size", "sum"])
    towns = sorted({*sums.index, *(town for town, _, _ in asked.quotas)})
    base = f"portfolio-quota-base-{turn()}-{scene.id}"
    if base not in st.session_state:
        bounds = {town: (least, most) for town, least, most in asked.quotas}
        st.session_state[base] = pd.DataFrame(
            {
                "town": towns,
                "plots": [int(sums["size"].get(town, 0)) for town in towns],
                "mu": half_up(sums["sum"].reindex(towns).fillna(0.0).to_numpy("float64"), 2),
                "least": _numbers([bounds.get(town, (None, None))[0] for town in towns]),
                "most": _numbers([bounds.get(town, (None, None))[1] for town in towns]),
            }
        )
    number = st.column_config.NumberColumn
    edited = st.data_editor(
        st.session_state[base], key=f"{base}-table", hide_index=True, height=_HEIGHT,
        disabled=["town", "plots", "mu"], placeholder="",
        column_config={
            "town": st.column_config.TextColumn(
                of_areas(scene.workspace, "app.table.town")
            ),
            "plots": number(_t("quota.plots"), format="%d"),
            "mu": number(_t("quota.mu"), format="%.2f"),
            "least": number(_t("quota.least"), min_value=0.0, format="%g"),
            "most": number(_t("quota.most"), min_value=0.0, format="%g"),
        },
    )  # fmt: skip
    found = [
        (str(row["town"]), _bound(row["least"]), _bound(row["most"]))
        for row in edited.to_dict("records")
    ]
    quotas = tuple(one for one in found if one[1] is not None or one[2] is not None)
    if quotas != asked.quotas:
        change(quotas=quotas)


def _numbers(values: list[float | None]) -> pd.Series[float]:
    return pd.Series(values, dtype="float64")


def _bound(value: Any) -> float | None:  # noqa: ANN401 a cell
    return None if pd.isna(value) else float(value)


def show_locks(scene: Scene, asked: Asked) -> None:
    """Show the table of locked plots; rows are added and removed in place."""
    base = f"portfolio-lock-base-{turn()}-{scene.id}"
    if base not in st.session_state:
        rows = [(one, "in") for one in asked.locked_in] + [(one, "out") for one in asked.locked_out]
        table = pd.DataFrame(rows, columns=["plot_id", "lock"]).astype("object")
        st.session_state[base] = table.assign(lock=table["lock"].map(_lock_words()))
    ids = sorted(candidate_land(scene)["plot_id"])
    column = st.column_config
    named = column.TextColumn(_t("lock.plot_id"))
    if len(ids) <= _MOST_LISTED:
        known = sorted({*ids, *asked.locked_in, *asked.locked_out})
        named = column.SelectboxColumn(_t("lock.plot_id"), options=known)
    edited = st.data_editor(
        st.session_state[base], key=f"{base}-table", hide_index=True, num_rows="dynamic",
        height=_HEIGHT, placeholder="",
        column_config={
            "plot_id": named,
            "lock": column.SelectboxColumn(_t("lock.way"), options=list(_lock_words().values())),
        },
    )  # fmt: skip
    ways = {word: way for way, word in _lock_words().items()}
    found: dict[str, list[str]] = {"in": [], "out": []}
    for row in edited.dropna(subset=["plot_id", "lock"]).to_dict("records"):
        found[ways[str(row["lock"])]].append(str(row["plot_id"]).strip())
    sides = {f"locked_{way}": tuple(dict.fromkeys(ids)) for way, ids in found.items()}
    if sides != {"locked_in": asked.locked_in, "locked_out": asked.locked_out}:
        change(**sides)


def _lock_words() -> dict[str, str]:
    return {way: _t(f"lock.{way}") for way in ("in", "out")}
