"""The portfolio: exact on small instances, monotone, and kind when nothing fits."""

from __future__ import annotations

import itertools
import math
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from platforms.errors import InputError
from platforms.planning.choice import portfolio_solve
from platforms.planning.choice.portfolio import portfolio, portfolio_target
from platforms.planning.choice.portfolio_case import Case
from platforms.planning.choice.portfolio_curve import curve, price_of_last
from platforms.planning.choice.portfolio_input import PortfolioLimits, prepare
from platforms.planning.choice.portfolio_records import counted_land, portfolio_plots
from platforms.planning.choice.portfolio_solve import solve
from platforms.planning.choice.portfolio_weights import portfolio_weights
from platforms.planning.choice.portfolio_why import relaxations, shortages
from platforms.planning.effort import Watch


def tight():
    return {"gap": 0.0, "watch": Watch(60.0)}


@st.composite
def cases(draw, most=12):
    """Small choices with firms, towns, quotas, pairs, locks and a budget; some impossible."""
    count = draw(st.integers(1, most))
    number = st.integers(0, 40)

    def column(strategy):
        return draw(st.lists(strategy, min_size=count, max_size=count))

    land = np.array(column(st.integers(1, 30)), dtype=float) / 2
    cost = np.array(column(number), dtype=float)
    links = draw(
        st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, 5)), max_size=2 * count)
    )
    links = sorted({*links, *((at, at + 6) for at in range(0, count, 3))})
    every = list(itertools.combinations(range(count), 2))
    pairs = sorted(draw(st.sets(st.sampled_from(every), max_size=8))) if every else []
    quotas = {
        town: (float(low), draw(st.sampled_from([low + 8.0, low + 25.0, math.inf])))
        for town, low in draw(st.dictionaries(st.integers(0, 1), st.integers(0, 12))).items()
    }
    return Case(
        ids=tuple(f"P{at:02d}" for at in range(count)),
        land=land,
        points=cost + land,
        firm_at=np.array([at for at, _ in links], dtype=np.int64),
        firm=np.array([firm for _, firm in links], dtype=np.int64),
        firm_points=float(draw(number)),
        town=np.array(column(st.integers(-1, 1)), dtype=np.int64),
        towns=("甲镇", "乙镇"),
        quotas=quotas,
        pairs=np.array(pairs, dtype=np.int64).reshape(-1, 2),
        pair_points=float(draw(st.sampled_from([0, 3, 30]))),
        fixed=np.array(column(st.sampled_from([0, 0, 0, 0, 1, -1])), dtype=np.int64),
        cost=cost,
        budget=draw(st.sampled_from([math.inf, math.inf, 60.0, 150.0])),
    )


def brute(case, target):
    """Return the fewest points of all choices, infinite where none holds."""
    best = math.inf
    free = np.flatnonzero(case.fixed == 0)
    for taken in itertools.product([False, True], repeat=len(free)):
        chosen = case.fixed == 1
        chosen[free] = taken
        if case.lack(chosen, target) <= 0:
            best = min(best, case.objective(chosen))
    return best


def alike(count=100):
    """Plots of much the same size, a firm each: no fraction of a firm can be had."""
    rng = np.random.default_rng(3)
    each = 9.7 + np.round(rng.uniform(0, 0.6, count), 3)
    plots = pd.DataFrame(
        {
            "plot_id": [f"P{at:03d}" for at in range(count)], "verdict": "low_efficiency",
            "net_mu": each, "town": "甲镇", "firm_name": [f"firm {at}" for at in range(count)],
        }
    )  # fmt: skip
    return prepare(plots, portfolio_weights(), PortfolioLimits()).case


def test_whole_firms_lift_the_bound_before_any_search():
    # 25 of the largest do not reach 257: 26 firms are needed, which the loose program cannot see
    case = alike()
    largest = np.sort(case.land)[::-1].cumsum()
    target = float(largest[24]) + 0.5
    stop = threading.Event()
    stop.set()
    found = solve(case, target, gap=2e-2, watch=Watch(60.0, stop=stop))
    assert found.bound == pytest.approx(target + 26 * 20, abs=1e-3)
    assert found.status == "optimal"


def test_points_of_firms_and_pairs_go_in_common_steps():
    case = alike(3)
    assert case.step == pytest.approx(20)
    paired = replace(case, pairs=np.array([[0, 1]]), pair_points=5.0)
    assert paired.step == pytest.approx(5)
    assert replace(paired, firm_points=7.5).step == pytest.approx(2.5)
    assert replace(paired, firm_points=1 / 3).step == 0
    assert replace(case, firm_points=0.0).step == 0


def test_a_curve_that_is_stopped_at_once_says_so():
    stop = threading.Event()
    stop.set()
    case = alike(20)
    told = curve(case, [50, 100], gap=1e-4, watch=Watch(60.0, stop=stop))
    assert set(told["status"]) == {"nothing"}
    # an answer that is known already is kept for the lower points
    known = solve(case, 100, gap=1e-4, watch=Watch(60.0))
    told = curve(case, [50, 100, 150], gap=1e-4, watch=Watch(60.0, stop=stop), known=(100, known))
    assert told["status"].tolist() == ["stopped", "stopped", "nothing"]
    assert told["objective"][1] == known.objective


def test_a_price_that_was_cut_short_says_so_and_keeps_its_range():
    case, stop = alike(60), threading.Event()
    top = solve(case, 200, gap=1e-4, watch=Watch(60.0))
    assert price_of_last(case, 200, top, 20, gap=1e-4, watch=Watch(60.0)).ended == ""
    stop.set()
    cut = price_of_last(case, 200, top, 20, gap=0.0, watch=Watch(60.0, stop=stop))
    assert cut.ended == "stopped"
    assert cut.low <= cut.points <= cut.high


def test_a_bound_lifted_to_a_whole_step_proves_the_answer():
    # the plots without a split cost a firm each; the bound was left a hair below it
    case = Case(
        ids=("P00", "P01", "P02", "P03"),
        land=np.array([0.5, 1.5, 0.5, 0.5]), points=np.array([0.5, 1.5, 0.5, 0.5]),
        firm_at=np.array([0, 0, 1, 3]), firm=np.array([0, 6, 0, 9]), firm_points=1.0,
        town=np.zeros(4, dtype=int), towns=("甲镇",), quotas={},
        pairs=np.empty((0, 2), dtype=np.int64), pair_points=0.0,
        fixed=np.zeros(4, dtype=int), cost=np.zeros(4), budget=math.inf,
    )  # fmt: skip
    found = solve(case, 1, **tight())
    assert (found.status, found.objective, found.gap) == ("optimal", 2.0, 0.0)


@settings(max_examples=60)
@given(case=cases(), share=st.floats(0.05, 1.1))
def test_the_answer_is_the_best_of_all_choices(case, share):
    target = max(round(share * case.land.sum()), 1)
    found = solve(case, target, **tight())
    best = brute(case, target)
    if math.isinf(best):
        assert found.status == "infeasible"
        assert found.chosen is None
        return
    assert found.status == "optimal"
    assert case.lack(found.chosen, target) <= 1e-6
    assert found.objective == case.objective(found.chosen) == pytest.approx(best, abs=1e-6)
    assert found.bound == pytest.approx(best, abs=1e-6)


@settings(max_examples=40)
@given(case=cases(), share=st.floats(0.2, 0.9))
def test_a_small_core_proves_the_same(case, share):
    # with a core of two plots the proof has to grow it
    target = max(round(share * case.land.sum()), 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(portfolio_solve, "_CORE", 2)
        found = solve(case, target, **tight())
    best = brute(case, target)
    assert found.objective == pytest.approx(best, abs=1e-6)
    assert math.isinf(best) == (found.status == "infeasible")


@pytest.mark.long
@settings(max_examples=40)
@given(case=cases(most=9))
def test_a_higher_target_is_never_cheaper(case):
    targets = [max(case.land.sum() * share, 0.5) for share in (0.2, 0.4, 0.6, 0.8, 1.0)]
    told = curve(case, targets, **tight())
    solved = told[told["objective"].notna()]
    assert list(told["target_mu"]) == sorted(targets)
    assert (np.diff(solved["objective"]) >= -1e-9).all()
    assert (np.diff(solved["bound"]) >= -1e-9).all()
    # what can be reached is reached from below: once impossible, always impossible
    assert told["objective"].isna().is_monotonic_increasing


@settings(max_examples=40)
@given(case=cases(most=8), share=st.floats(0.3, 0.9), mu=st.floats(1, 20))
def test_curve_and_the_price_of_the_last_stretch_equal_brute_force(case, share, mu):
    target = max(round(share * case.land.sum()), 1)
    told = curve(case, [target / 2, target], **tight()).set_index("target_mu")
    best = {one: brute(case, one) for one in (target / 2, target)}
    for one, points in best.items():
        if math.isinf(points):
            assert math.isnan(told.loc[one, "objective"])
        else:
            assert told.loc[one, "objective"] == pytest.approx(points, abs=1e-6)
    top = solve(case, target, **tight())
    price = price_of_last(case, target, top, mu, **tight())
    below = brute(case, target - min(mu, target))
    if top.chosen is None:
        assert price is None
    else:
        assert price.points == pytest.approx(best[target] - below, abs=1e-6)
        assert price.low - 1e-6 <= price.points <= price.high + 1e-6


@settings(max_examples=40)
@given(case=cases(most=8), share=st.floats(0.3, 1.3))
def test_relaxations_help_and_no_smaller_set_would(case, share):
    target = max(round(share * case.land.sum()), 1)
    if solve(case, target, **tight()).status != "infeasible":
        assert not shortages(case, target)
        return
    gives = relaxations(case, target, watch=Watch(60.0))
    assert gives
    eased, low = _eased(case, target, gives)
    assert solve(eased, low, **tight()).status == "optimal"
    for some in itertools.combinations(_every(case, target), len(gives) - 1):
        eased, low = _eased(case, target, some, fully=True)
        if low > 0 or some:
            assert solve(eased, low, **tight()).status == "infeasible"


def _every(case, target):
    from platforms.planning.choice.portfolio_why import Relaxation as R  # noqa: N817

    found = [R("target", None, target, 0.0)]
    for town, (least, most) in case.quotas.items():
        found += [R("quota_min", case.towns[town], least, 0.0)]
        found += [R("quota_max", case.towns[town], most, math.inf)]
    if math.isfinite(case.budget):
        found.append(R("budget", None, case.budget, math.inf))
    for at in np.flatnonzero(case.fixed):
        found.append(R("locked_in" if case.fixed[at] > 0 else "locked_out", case.ids[at], 0, 0))
    return found


def _eased(case, target, gives, *, fully=False):
    quotas, fixed, budget = dict(case.quotas), case.fixed.copy(), case.budget
    for one in gives:
        if one.kind == "target":
            target = one.needed
        elif one.kind == "budget":
            budget = one.needed
        elif one.kind.startswith("locked"):
            fixed[case.ids.index(one.name)] = 0
        else:
            town = case.towns.index(one.name)
            low, high = quotas[town]
            quotas[town] = (one.needed, high) if one.kind == "quota_min" else (low, one.needed)
    return replace(case, quotas=quotas, fixed=fixed, budget=budget), target


# from plots


def land(**more):
    """Six low-efficiency plots of 10 to 60 亩 in two towns, 20 m apart in a row."""
    count = 6
    shapes = [shapely.box(40598000 + 120 * at, 3121000, 40598100 + 120 * at, 3121100)
              for at in range(count)]  # fmt: skip
    columns = {
        "plot_id": list("fedcba"),
        "verdict": ["low_efficiency"] * count,
        "net_mu": [10.0, 20.0, 30.0, 40.0, 50.0, 60.0],
        "town": ["甲镇"] * 3 + ["乙镇"] * 3,
        "firm_name": ["一厂", "一厂", "二厂", "三厂", "四厂", None],
        **more,
    }
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4528")


def ids(answer):
    return "".join(sorted(answer.chosen["plot_id"]))


def test_without_cost_only_known_terms_count():
    plots = land()
    before = plots.copy()
    answer = portfolio(plots, 60)
    # one plot of one firm is the least: 20 points for the firm and 60 for the land
    assert ids(answer) == "a"
    assert answer.found.objective == 80.0
    terms = {row["term"]: row for row in answer.terms()}
    assert terms["cost_wan"] == {
        "term": "cost_wan", "amount": None, "weight": 1.0, "points": None, "unused": "no_column",
    }  # fmt: skip
    assert terms["pairs"]["unused"] == "no_distance"
    assert sum(row["points"] or 0 for row in terms.values()) == answer.found.objective
    assert answer.counts()["without_firm"] == 1
    assert (answer.land_mu, answer.attainment) == (60.0, 1.0)
    pd.testing.assert_frame_equal(plots, before)
    assert list(answer.plots.index) == list(plots.index)


def test_land_under_two_plots_counts_for_the_first_alone():
    plots = land(net_overlap_m2=[0.0, 0.0, 20000.0, 0.0, 0.0, 20000.0])
    answer = portfolio(plots, 210)
    # 30 of plot d and 30 of plot a are land of earlier plots; d gives nothing then
    assert answer.status == "infeasible"
    assert answer.counts()["no_land"] == 1
    answer = portfolio(plots, 150)
    assert (ids(answer), answer.land_mu) == ("abcef", 150.0)
    [told] = answer.prepared.issues
    assert (told.kind, told.severity) == ("portfolio_overlap", "warning")
    assert "2 宗低效地块（如 d、a）" in told.message("zh_CN")
    assert "60.0 亩" in told.message("zh_CN")
    rows = {row["plot_id"]: row for row in portfolio_plots(answer)}
    assert (rows["a"]["net_mu"], rows["a"]["counted_mu"]) == (60.0, 30.0)
    assert sum(row["net_mu"] for row in rows.values()) == 180.0
    assert sum(row["counted_mu"] for row in rows.values()) == answer.land_mu
    # of a plot that takes no part nothing is counted, nor is it said to be nought
    assert np.isnan(counted_land(answer)[2])


def test_cost_and_jobs_turn_the_choice():
    answer = portfolio(land(cost_wan=[1, 1, 1, 500, 500, 500], jobs=[1] * 6), 60)
    assert ids(answer) == "def"
    terms = {row["term"]: row["points"] for row in answer.terms()}
    assert terms == {"cost_wan": 3, "jobs": 6, "firms": 40, "land_mu": 60, "pairs": None}


def test_unknown_plots_are_never_chosen_and_are_counted():
    verdicts = ["unknown", None, "not", "low_efficiency", "low_efficiency", "low_efficiency"]
    answer = portfolio(
        land(verdict=verdicts, net_mu=[900, 900, 900, 40, np.nan, 0]), 40
    )  # fmt: skip
    assert ids(answer) == "c"
    counts = answer.counts()
    assert counts["verdict_unknown"] == 2
    assert (counts["not_low"], counts["land_unknown"], counts["no_land"]) == (1, 1, 1)
    assert portfolio(land(verdict=verdicts), 500).status == "infeasible"


def test_a_plot_without_its_cost_does_not_look_cheap():
    answer = portfolio(land(cost_wan=[9, 9, 9, 9, 9, np.nan]), 60)
    assert "a" not in ids(answer)
    assert answer.counts()["figure_unknown"] == 1


def test_quotas_locks_and_budget_bind():
    limits = PortfolioLimits(
        quotas={"甲镇": (30, 30), "乙镇": (None, 60)}, locked_in=("f",), locked_out=("a",),
        budget_wan=100,
    )  # fmt: skip
    answer = portfolio(land(cost_wan=[10.0] * 6), 70, limits=limits)
    assert ids(answer) == "cef"
    assert answer.plots["choice"].tolist() == [
        "locked_in", "chosen", "left", "chosen", "left", "locked_out",
    ]  # fmt: skip
    towns = answer.towns().set_index("town")
    assert towns.loc["甲镇", ["chosen_mu", "least_mu", "most_mu"]].tolist() == [30, 30, 30]
    assert math.isnan(towns.loc["乙镇", "least_mu"]) or towns.loc["乙镇", "least_mu"] == 0


def test_neighbours_earn_the_bonus_within_the_distance():
    weights = portfolio_weights().replaced({"firms": 0, "pairs": 7})
    plots = land(net_mu=[10.0] * 6)
    near = portfolio(plots, 20, weights=weights, within_m=20)
    far = portfolio(plots, 20, weights=weights, within_m=19)
    assert near.found.objective == 20 - 7
    assert len(near.prepared.case.pairs) == 5
    assert len(far.prepared.case.pairs) == 0
    assert far.found.objective == 20
    one, two = np.flatnonzero(near.plots["chosen"])
    assert two == one + 1
    # a bonus above what a plot costs brings in the whole row
    greedy = portfolio(plots, 20, weights=weights.replaced({"pairs": 12}), within_m=20)
    assert ids(greedy) == "abcdef"
    assert greedy.found.objective == 0


def test_alike_plots_go_by_id_whatever_their_order():
    plots = land(net_mu=[10.0] * 6, town=["甲镇"] * 6, firm_name=None)
    assert ids(portfolio(plots, 25)) == "abc"
    assert ids(portfolio(plots.iloc[::-1], 25)) == "abc"
    assert ids(portfolio(plots.sample(frac=1, random_state=3), 25)) == "abc"


def test_a_firm_is_touched_once_by_code_or_name():
    plots = land(
        credit_code=["X", None, "X", "Y", None, None],
        firm_name=["一厂", "一厂", "别名", "三厂", "三厂、一厂", "无"],
    )
    case = prepare(plots, portfolio_weights(), PortfolioLimits()).case
    firms = {case.ids[p]: set(case.firm[case.firm_at == p]) for p in range(6)}
    assert firms["f"] == firms["e"] == firms["d"]
    assert firms["b"] == firms["c"] | firms["f"]
    assert case.firms(np.ones(6, dtype=bool)) == 3


def test_too_little_land_is_told_with_what_can_be_had():
    answer = portfolio(land(), 300)
    assert (answer.status, answer.solved) == ("infeasible", False)
    assert not answer.plots["chosen"].any()
    (short,) = answer.shortages
    assert (short.kind, short.needed, short.there) == ("land", 300, 210)
    (gives,) = answer.relaxations
    assert (gives.kind, gives.given, gives.needed) == ("target", 300, 210)


def test_the_quota_that_is_in_the_way_is_named():
    limits = PortfolioLimits(quotas={"甲镇": (None, 20), "乙镇": (None, 100)})
    answer = portfolio(land(), 130, limits=limits)
    assert [one.kind for one in answer.shortages] == ["quotas"]
    (gives,) = answer.relaxations
    assert gives.kind == "quota_max"
    assert gives.needed == {"甲镇": 30, "乙镇": 110}[gives.name]


def test_budget_and_locks_can_be_in_the_way():
    plots = land(cost_wan=[10.0] * 6)
    tight = portfolio(plots, 60, limits=PortfolioLimits(budget_wan=9))
    assert [(r.kind, r.given, r.needed) for r in tight.relaxations] == [("budget", 9, 10)]
    locked = PortfolioLimits(locked_out=("a", "b"))
    (short,) = portfolio(plots, 110, limits=locked).shortages
    assert short.kind == "locked_land"
    kept = portfolio(plots, 110, limits=locked).relaxations
    assert [(r.kind, r.name is None) for r in kept] == [("locked_out", False)]


def test_the_last_stretch_is_the_difference_of_two_optima():
    plots = land(cost_wan=[10.0, 10.0, 10.0, 40.0, 100.0, 300.0])
    answer = portfolio(plots, 60, gap=0)
    price = answer.last(20)
    less = portfolio(plots, 40, gap=0)
    assert price.points == pytest.approx(answer.found.objective - less.found.objective)
    assert price.low <= price.points <= price.high
    assert price.mu == 20
    assert answer.last(1e6).mu == 60
    told = answer.curve(4)
    assert told["target_mu"].tolist() == [30, 60, 90, 120]
    assert told["objective"][1] == pytest.approx(answer.found.objective)


@pytest.mark.parametrize(
    ("limits", "key"),
    [
        (PortfolioLimits(quotas={"丙镇": (1, 2)}), "portfolio.town_unknown"),
        (PortfolioLimits(quotas={"甲镇": (3, 2)}), "portfolio.quota_wrong"),
        (PortfolioLimits(quotas={"甲镇": (math.nan, 2)}), "portfolio.quota_wrong"),
        (PortfolioLimits(locked_in=("zz",)), "portfolio.lock_unknown"),
        (PortfolioLimits(locked_in=("a",), locked_out=("a",)), "portfolio.lock_both"),
        (PortfolioLimits(locked_in=("b",)), "portfolio.lock_unfit"),
        (PortfolioLimits(budget_wan=5), "portfolio.budget_without_cost"),
    ],
)
def test_limits_that_cannot_be_meant_are_named(limits, key):
    plots = land(verdict=["low_efficiency"] * 4 + ["unknown", "low_efficiency"])
    with pytest.raises(InputError) as caught:
        portfolio(plots, 10, limits=limits)
    assert caught.value.key == key
    assert str(caught.value)
    assert caught.value.message("en")


@pytest.mark.parametrize(
    ("more", "mu", "key"),
    [
        ({"plot_id": list("aabcde")}, 10, "portfolio.ids_double"),
        ({"net_mu": [-1.0] * 6}, 10, "portfolio.below_zero"),
        ({"cost_wan": [-1.0] * 6}, 10, "portfolio.below_zero"),
        ({}, 0, "portfolio.not_above_zero"),
        ({}, math.nan, "portfolio.not_above_zero"),
    ],
)
def test_bad_input_is_named(more, mu, key):
    with pytest.raises(InputError) as caught:
        portfolio(land(**more), mu)
    assert caught.value.key == key
    with pytest.raises(InputError, match="verdict"):
        portfolio(land().drop(columns="verdict"), 10)


def test_targets_of_the_workspace(yueqing):
    assert portfolio_target(yueqing, "yq2023-42a") == 1800
    with pytest.raises(InputError, match="yq2023-42a"):
        portfolio_target(yueqing, "yq2023-41")


def test_weights_are_data_and_marked_as_the_tools_own(tmp_path):
    weights = portfolio_weights()
    assert {w.basis for w in weights.parameters.values()} == {"tool"}
    assert weights.replaced({"firms": 3})["firms"] == 3
    with pytest.raises(InputError, match="firms"):
        weights.replaced({"firm": 3})
    with pytest.raises(InputError):
        weights.replaced({"firms": -1})

    class City:
        layers_dir = tmp_path

    (tmp_path / "land").mkdir()
    (tmp_path / "land" / "portfolio.yaml").write_text(
        "title: {zh: 本地, en: Local}\ndate: 2026-01-01\nweights:\n"
        "  - {id: firms, title: {zh: 企业, en: Firms}, unit: 1/家, basis: tool, value: 9, confidence: L}\n",
        encoding="utf-8",
    )
    assert portfolio_weights(City())["firms"] == 9
    assert portfolio_weights(City())["jobs"] == weights["jobs"]


def test_the_sample_reaches_the_target_of_2023(example):
    answer = portfolio(example.plots, 1800, within_m=50)
    assert answer.status == "optimal"
    assert answer.land_mu >= 1800
    assert answer.found.gap <= 1e-4
    assert set(answer.chosen["verdict"]) == {"low_efficiency"}
    assert answer.counts()["verdict_unknown"] == int((example.plots["verdict"] == "unknown").sum())
    again = portfolio(example.plots.sample(frac=1, random_state=1), 1800, within_m=50)
    assert sorted(again.chosen["plot_id"]) == sorted(answer.chosen["plot_id"])


def many(count=400, seed=1):
    """A choice that takes whole numbers to prove."""
    draw = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "plot_id": [f"P{at:04d}" for at in range(count)],
            "verdict": "low_efficiency",
            "net_mu": draw.integers(200, 6000, count) / 100,
            "cost_wan": draw.integers(1, 4000, count) / 10,
            "jobs": draw.integers(0, 90, count),
            "town": draw.choice(["甲镇", "乙镇", "丙镇"], count),
            "firm_name": draw.choice([f"厂{n}" for n in range(count // 2)], count),
        }
    )


def test_progress_tells_points_that_fall_and_a_bound_below_them():
    told = []
    answer = portfolio(many(), 1500, gap=0, progress=told.append)
    assert answer.status == "optimal"
    best = [one.best for one in told if one.best is not None]
    assert best == sorted(best, reverse=True)
    bounds = [one.bound for one in told if one.bound is not None]
    assert bounds == sorted(bounds)
    assert {one.phase for one in told} >= {"bound", "search"}
    assert told[-1].best == pytest.approx(answer.found.objective)
    assert told[-1].gap == pytest.approx(answer.found.gap, abs=1e-9)
    # looking on changes nothing
    assert portfolio(many(), 1500, gap=0).found.objective == answer.found.objective


def test_a_stop_keeps_the_best_choice_so_far():
    stop = threading.Event()

    def look(told):
        if told.best is not None:
            stop.set()

    answer = portfolio(many(), 1500, gap=0, progress=look, stop=stop)
    assert answer.status == "stopped"
    assert answer.found.ended == "stopped"
    assert answer.land_mu >= 1500
    assert answer.found.bound < answer.found.objective
    curve = answer.curve(4, stop=stop)
    assert set(curve["status"]) <= {"stopped", "nothing"}
    assert not np.isinf(curve["bound"]).any()
    assert not (curve["bound"] > curve["objective"]).any()


def test_sessions_that_choose_at_once_stop_only_their_own():
    stops = [threading.Event(), threading.Event()]
    stops[0].set()
    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(
            lambda stop: portfolio(many(), 1500, gap=0, stop=stop, seconds=300), stops
        )
    assert one.found.ended == "stopped"
    assert two.status == "optimal"
