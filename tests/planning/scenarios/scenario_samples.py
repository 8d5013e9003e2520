"""Scenarios made by hand, small enough to know every figure."""

from __future__ import annotations

import math

import pandas as pd

from platforms.planning.scenarios.fingerprint import settled
from platforms.planning.scenarios.record import Input, make_scenario

__all__ = ["a_portfolio", "a_relocation", "a_run", "a_siting"]

WEIGHTS = {"distance": 1.0, "unassigned": 1000.0, "fit": 0.0, "tax": 0.0, "cluster": 0.0}


def _made(kind, tables, figures, parameters=None, inputs=()):
    return make_scenario(
        kind, "here", inputs=tuple(inputs), parameters=parameters or {}, figures=figures,
        tables={name: settled(table) for name, table in tables.items()},
    )  # fmt: skip


def an_input(name, content="0"):
    return Input(name, content * 64, 1, f"{name}.gpkg", sample=False)


def a_run(rows, *, parameters=None, inputs=(), verdict_column=True):
    """Plots by (plot_id, verdict, gross, {limit: deducted}, overlap); None deducted: unknown."""
    limits = sorted({name for *_, cut, _ in rows if cut for name in cut})
    plots = pd.DataFrame(
        {
            "plot_id": [row[0] for row in rows],
            "verdict": [row[1] for row in rows],
            "area_m2": [row[2] for row in rows],
            "gross_m2": [row[2] for row in rows],
            **{
                f"deduct_{name}_m2": [
                    math.nan if row[3] is None else row[3].get(name, 0.0) for row in rows
                ]
                for name in limits
            },
            "net_m2": [
                math.nan if row[3] is None else round(row[2] - sum(row[3].values()), 2)
                for row in rows
            ],
            "net_overlap_m2": [0.0 if row[3] is None else row[4] for row in rows],
        }
    )
    empty = pd.DataFrame({"town": pd.Series([], dtype="str")})
    parks = empty.rename(columns={"town": "platform_group"})
    units = empty.rename(columns={"town": "layout_unit"})
    tables = {"plots": plots, "towns": empty, "parks": parks, "layout_units": units}
    figures = {"plots": float(len(plots)), "reclaimable_mu": 0.0}
    return _made("run", tables, figures, parameters, inputs)


def a_relocation(rows, *, weights=None, tax=0.0, parameters=None):
    """Firms by (firm_id, mu, park_id or None, km)."""
    price = {**WEIGHTS, **(weights or {})}
    firms = pd.DataFrame(rows, columns=["firm_id", "mu", "park_id", "km"])
    stays = firms["park_id"].isna()
    firms["km"] = firms["km"].astype("float64").where(~stays)
    firms["reason"] = pd.Series("no_room", index=firms.index, dtype="str").where(stays)
    terms = dict.fromkeys(price, 0.0)
    terms["distance"] = float((firms["km"] * firms["mu"])[~stays].sum())
    terms["unassigned"] = float(firms["mu"][stays].sum())
    terms["tax"] = tax
    objective = math.fsum(price[name] * value for name, value in terms.items())
    figures = {
        "objective": round(objective, 6),
        **{f"term_{name}": round(value, 6) for name, value in terms.items()},
    }
    parks = pd.DataFrame({"park_id": ["p", "q"], "used_mu": [0.0, 0.0]})
    asked = {**{f"weight.{name}": value for name, value in price.items()}, **(parameters or {})}
    return _made("relocation", {"firms": firms, "parks": parks}, figures, asked)


def a_portfolio(rows, *, parameters=None):
    """Plots by (plot_id, chosen, land_mu)."""
    plots = pd.DataFrame(rows, columns=["plot_id", "chosen", "land_mu"])
    plots["choice"] = plots["chosen"].map({True: "chosen", False: "left"}).astype("str")
    land = math.fsum(plots.loc[plots["chosen"].astype(bool), "land_mu"])
    towns = pd.DataFrame({"town": ["甲"], "chosen_mu": [land]})
    figures = {"land_mu": round(land, 6)}
    return _made("portfolio", {"plots": plots, "towns": towns}, figures, parameters)


def a_siting(rows, *, weights=None):
    """Sites by (site_id, plan, room, excluded), of the weights 1 and 3."""
    price = {"plan": 1.0, "room": 3.0, **(weights or {})}
    total = sum(price.values())
    sites = pd.DataFrame(rows, columns=["site_id", "plan_low", "room_low", "excluded"])
    score = (sites["plan_low"] * price["plan"] + sites["room_low"] * price["room"]) / total
    sites["score_low"] = sites["score_high"] = score.round(4)
    free = sites["excluded"].eq("")
    order = sites["score_low"].where(free).rank(ascending=False, method="first")
    sites["rank"] = order.astype("Int64")
    sites["kind"] = "park"
    best = sites.loc[free, "score_low"].max() if free.any() else None
    asked = {f"weight.{name}": value for name, value in price.items()}
    return _made("siting", {"sites": sites}, {"best_score": best}, asked)
