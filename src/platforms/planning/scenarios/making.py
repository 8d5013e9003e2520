"""From an answer to a scenario: what is kept of each kind, and what went into it.

Everything that decides an answer is kept as a hash of its content (inputs) or as its value
(parameters); the time that an answer took is not kept, since it says nothing of the answer.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from functools import singledispatch
from typing import Any

import geopandas as gpd
import pandas as pd

from platforms.geo.raster.limit import RasterLimit
from platforms.layers.tables import STORED_CRS
from platforms.layers.workspace import Workspace
from platforms.planning.choice.portfolio import Portfolio
from platforms.planning.choice.portfolio_records import counted_land
from platforms.planning.land.limits import Limit
from platforms.planning.land.reclaim import land_totals
from platforms.planning.moves.relocation_answer import Relocation
from platforms.planning.moves.relocation_reasons import REASON_COLUMNS
from platforms.planning.run import Run
from platforms.planning.scenarios.fingerprint import settled, table_hash
from platforms.planning.scenarios.record import WORDS, Input, Scenario, make_scenario
from platforms.planning.siting.ranking import Siting

__all__ = ["scenario_of"]

# how the plots' file was read; the rest of what is known of it follows from these
_READING = ("crs", "crs_basis", "parameters", "plane")
_CHOICE = ("chosen", "choice", "land_mu")


def scenario_of(
    answer: Run | Relocation | Portfolio | Siting,
    *,
    workspace: Workspace | str,
    inputs: Iterable[Input] | None = None,
    parameters: Mapping[str, object] | None = None,
) -> Scenario:
    """Make an immutable record of an answer.

    Parameters
    ----------
    answer
        What :func:`platforms.run`, :func:`platforms.relocate`, :func:`platforms.portfolio` or
        :func:`platforms.site` gave.
    workspace
        The workspace or its name.
    inputs
        Inputs that the answer does not know by itself, such as a file of locks; one of the
        same name as a known one stands in its place.
    parameters
        What was asked that the answer does not know by itself, JSON-ready.

    Returns
    -------
    scenario
        With the same id for the same inputs, parameters and results.

    Raises
    ------
    TypeError
        For anything else than one of these answers.

    Examples
    --------
    >>> import platforms as ip
    >>> ws = ip.Workspace.open("yueqing")
    >>> scenario = ip.scenario_of(ip.run(ws), workspace=ws)
    >>> scenario.kind, sorted(scenario.tables)
    ('run', ['layout_units', 'parks', 'plots', 'towns'])
    """
    kind, parts = _parts(answer)
    name = workspace if isinstance(workspace, str) else workspace.name
    known = {one.name: one for one in (*parts.pop("inputs"), *(inputs or ()))}
    tables = {title: settled(table) for title, table in parts.pop("tables").items()}
    figures = {title: _figure(value) for title, value in parts.pop("figures").items()}
    asked = {**parts.pop("parameters"), **(parameters or {})}
    ordered = tuple(known[title] for title in sorted(known))
    return make_scenario(
        kind, name, inputs=ordered, parameters=asked, figures=figures, tables=tables
    )


@singledispatch
def _parts(answer: object) -> tuple[str, dict[str, Any]]:
    raise TypeError(f"no scenario can be made of {type(answer).__name__}")


@_parts.register
def _(answer: Run) -> tuple[str, dict[str, Any]]:
    figures: dict[str, object] = dict(answer.figures)
    figures["net_mu"] = land_totals(answer.plots)["net_once_mu"]
    parameters: dict[str, object] = {
        "rules": answer.pack.pack,
        "assessment_year": answer.pack.assessment_year,
        "limits": list(_limits(answer)),
        **{f"plots.{name}": _plain(answer.input.get(name)) for name in _READING},
        **{f"rules.{one.id}": _plain(one.value) for one in answer.pack.parameters},
    }
    if answer.joined is not None:
        parameters["several_firms"] = str(answer.joined.several)
    tables = {
        "plots": answer.plots,
        "towns": answer.towns,
        "parks": answer.platforms,
        "layout_units": answer.layout_units,
    }
    told = {"parameters": parameters, "figures": figures, "tables": tables}
    return "run", {**told, "inputs": [*_run_inputs(answer)]}


def _run_inputs(answer: Run) -> Iterable[Input]:
    source = answer.input
    sha256 = str(source["sha256"])
    if source["driver"] == "memory":
        # a frame's own hash is of its shapes only; what the stages added begins with the area
        own = list(answer.plots.columns)
        own = own[: own.index("area_m2")]
        sha256 = table_hash(settled(answer.plots[own]))
    rows = source["features"]
    count = rows if isinstance(rows, int) else len(answer.plots)
    yield Input("plots", sha256, count, str(source["name"]), sample="plots" in answer.sample_layers)
    rules = answer.pack.model_dump_json(exclude={"parameters"})
    yield Input("rules", _text_hash(rules), None, answer.pack.pack, sample=False)
    sample = "constraints" in answer.sample_layers
    for name, limit in _limits(answer).items():
        if limit is not None:
            yield _limit_input(name, limit, sample=sample)
    if answer.joined is not None:
        pairs = settled(answer.joined.pairs)
        figures = settled(pd.DataFrame(answer.joined.frame).drop(columns="geometry"))
        both = _text_hash(table_hash(pairs) + table_hash(figures))
        yield Input("firms", both, len(pairs), "firms", sample=False)
    city = answer.workspace
    if city.positions is not None:
        yield Input("positions", city.positions.sha256, len(city.positions), "store", sample=False)
    # said apart, so that a comparison can tell files from corrections
    yield Input("workspace", city.corrected(None).fingerprint, None, city.name, sample=False)


def _limits(answer: Run) -> Mapping[str, Limit]:
    return answer.workspace.constraints if answer.limits is None else answer.limits


def _limit_input(name: str, limit: Limit, *, sample: bool) -> Input:
    if isinstance(limit, gpd.GeoDataFrame):
        sha256 = table_hash(settled(limit[[limit.geometry.name]]))
        return Input(f"limit.{name}", sha256, len(limit), name, sample)
    if isinstance(limit, RasterLimit):
        data = hashlib.sha256(limit.raster.path.read_bytes()).hexdigest()
        asked = f"{data} {limit.raster.band} {limit.claim} {limit.nodata}"
        return Input(f"limit.{name}", _text_hash(asked), None, limit.raster.path.name, sample)
    return Input(f"limit.{name}", _text_hash(repr(limit)), None, name, sample)


@_parts.register
def _(answer: Relocation) -> tuple[str, dict[str, Any]]:
    moved, stays = answer.assignments, answer.unassigned
    firms = answer.by_firm().drop(columns=["name", "industry", "reason"], errors="ignore")
    why = stays[["firm_id", *(name for name in REASON_COLUMNS if name in stays)]]
    firms = firms.merge(why, on="firm_id", how="left")
    told = [name for name in firms.columns if name != "firm_id"]
    own = answer.firms.drop(columns=told, errors="ignore")
    firms = _points(own.merge(firms, on="firm_id", how="left"))
    locked = moved.set_index("firm_id")["locked"]
    firms["locked"] = firms["firm_id"].map(locked).eq(other=True)
    parks = answer.by_park()
    more = [name for name in answer.parks if name not in parks.columns]
    parks = _points(pd.concat([parks, answer.parks[more].set_axis(parks.index)], axis=1))
    work = float((moved["km"] * moved["mu"]).sum())
    figures: dict[str, object] = {
        "objective": answer.objective, "bound": answer.bound, "gap": answer.gap,
        "nearest": answer.nearest, "gain": answer.gain,
        "moved_firms": len(moved), "moved_mu": round(float(moved["mu"].sum()), 6),
        "unassigned_firms": len(stays), "unassigned_mu": round(float(stays["mu"].sum()), 6),
        "km_mean": work / float(moved["mu"].sum()) if len(moved) else None,
        **{f"term_{name}": value for name, value in answer.terms.items()},
    }  # fmt: skip
    weights = {f"weight.{name}": float(value) for name, value in answer.weights.items()}
    sample = answer.sample
    inputs = [
        Input(name, table_hash(settled(_points(frame))), len(frame), name, sample)
        for name, frame in (("firms", answer.firms), ("parks", answer.parks))
    ]
    tables = {"firms": firms, "parks": parks, "flows": answer.flows()}
    asked = dict(answer.asked)
    effort, locks = asked.pop("effort", {}), pd.DataFrame(asked.pop("locks", ()))
    if len(locks):
        tables["locks"] = locks
        inputs.append(Input("locks", table_hash(settled(locks)), len(locks), "locks", sample=False))
    parameters = {"max_km": answer.max_km, **weights, **asked}
    parameters |= {f"effort.{name}": value for name, value in effort.items()}
    return "relocation", {
        "inputs": inputs, "figures": figures, "parameters": parameters, "tables": tables,
    }  # fmt: skip


@_parts.register
def _(answer: Portfolio) -> tuple[str, dict[str, Any]]:
    plots = answer.plots.copy()
    plots["land_mu"] = counted_land(answer)
    solved, found = answer.solved, answer.found
    amounts = {str(row["term"]): row["amount"] for row in answer.terms()}
    figures: dict[str, object] = {
        "target_mu": answer.target_mu,
        "land_mu": answer.land_mu if solved else None,
        "attainment": answer.attainment if solved else None,
        "objective": found.objective if solved else None,
        "bound": found.bound, "gap": found.gap if solved else None,
        "plots": int(plots["chosen"].sum()) if solved else None,
        **{name: amounts.get(name) if solved else None for name in ("firms", "cost_wan", "jobs")},
    }  # fmt: skip
    limits = answer.limits
    parameters: dict[str, object] = {
        "target_mu": answer.target_mu, "within_m": answer.within_m,
        "budget_wan": limits.budget_wan, "gap": answer.asked[0],
        "locked_in": sorted(limits.locked_in), "locked_out": sorted(limits.locked_out),
        **{f"quota.{town}": list(ends) for town, ends in limits.quotas.items()},
        **{f"weight.{name}": answer.weights[name] for name in amounts},
    }  # fmt: skip
    given = settled(plots.drop(columns=[name for name in _CHOICE if name in plots]))
    sha256 = table_hash(given, without=WORDS)
    sample = bool("basis" in plots and plots["basis"].eq("sample").any())
    return "portfolio", {
        "inputs": [Input("plots", sha256, len(plots), "plots", sample)],
        "parameters": parameters, "figures": figures,
        "tables": {"plots": plots, "towns": answer.towns()},
    }  # fmt: skip


@_parts.register
def _(answer: Siting) -> tuple[str, dict[str, Any]]:
    best = answer.ranked[0] if answer.ranked else None
    figures = {
        "best_score": None if best is None else best.low,
        "best_score_high": None if best is None else best.high,
        "sites": len(answer.sites), "ranked": len(answer.ranked),
        "excluded": len(answer.sites) - len(answer.ranked),
    }  # fmt: skip
    project = answer.project.model_dump(mode="json")
    asked = answer.sites[0].terms if answer.sites else ()
    parameters = {
        **{f"project.{name}": value for name, value in project.items()},
        **{f"weight.{term.name}": term.weight for term in asked},
    }
    sites = answer.frame[["kind", "site_id", "name", "geometry"]].sort_values(["kind", "site_id"])
    sample = bool(answer.sample_layers)
    method = answer.method.model_dump_json()
    return "siting", {
        "inputs": [
            Input("sites", table_hash(settled(sites)), len(sites), "sites", sample),
            Input("method", _text_hash(method), None, answer.method.mark, sample=False),
        ],
        "parameters": parameters, "figures": figures, "tables": {"sites": answer.frame},
    }  # fmt: skip


def _points(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return a table of firms or parks with its points as shapes."""
    plain = pd.DataFrame(frame).drop(columns="geometry", errors="ignore")
    points = gpd.points_from_xy(plain["lon"].astype("float64"), plain["lat"].astype("float64"))
    return gpd.GeoDataFrame(plain, geometry=points, crs=STORED_CRS)


def _text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _figure(value: object) -> float | None:
    number = float(str(value)) if isinstance(value, str) else value
    if number is None or not math.isfinite(float(number)):  # type: ignore[arg-type]
        return None
    return float(number)  # type: ignore[arg-type]


def _plain(value: object) -> object:
    """Return a parameter as JSON has it; dates as ISO text."""
    return json.loads(json.dumps(value, default=str))
