"""Relocation: small instances by brute force, reasons, locks, terms, and what ends a search."""

from __future__ import annotations

import math
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import numpy as np
import pandas as pd
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import platforms as ip
from platforms.errors import InputError
from platforms.planning.moves.relocation_plan import (
    plan_directions,
    with_directions,
    with_transfers,
)
from platforms.planning.moves.relocation_terms import DEFAULT_WEIGHTS

GEOD = pyproj.Geod(a=6378137.0, rf=298.257222101)


def firms_of(demand, **more):
    count = len(demand)
    columns = {
        "firm_id": [f"F{n}" for n in range(count)],
        "lon": 121.0 + 0.01 * np.arange(count),
        "lat": 28.0,
        "industry": "甲",
        "demand_mu": demand,
    }
    return pd.DataFrame({**columns, **more})


def parks_of(capacity, **more):
    count = len(capacity)
    columns = {
        "park_id": [f"P{n}" for n in range(count)],
        "lon": 121.0 + 0.02 * np.arange(count),
        "lat": 28.05,
        "capacity_mu": capacity,
        "admits": "*",
    }
    return pd.DataFrame({**columns, **more})


def locks_of(*rows):
    return pd.DataFrame(rows, columns=["firm_id", "park_id", "lock"])


def reasons(found):
    return dict(found.unassigned[["firm_id", "reason"]].itertuples(index=False))


def kinds(found):
    return found.issues.by_kind()


def brute(firms, parks, price=1000.0, fixed=None, barred=()):
    """Try every place of every firm."""
    km = np.array(
        [
            [
                GEOD.inv(f.lon, f.lat, p.lon, p.lat)[2] / 1000
                for p in parks.itertuples()
            ]
            for f in firms.itertuples()
        ]
    )  # fmt: skip
    admits = [
        ["*" in p.admits or f.industry in p.admits.split(";") for p in parks.itertuples()]
        for f in firms.itertuples()
    ]
    need = [round(100 * d) for d in firms["demand_mu"]]
    room = [round(100 * c) for c in parks["capacity_mu"]]
    best = np.inf
    for places in product(range(len(parks) + 1), repeat=len(firms)):
        if any(places[f] != p for f, p in (fixed or {}).items()):
            continue
        cost, left = 0.0, list(room)
        for firm, park in enumerate(places):
            mu = need[firm] / 100
            if park == len(parks):
                cost += price * mu
                continue
            left[park] -= need[firm]
            if left[park] < 0 or not admits[firm][park] or (firm, park) in barred:
                break
            cost += km[firm][park] * mu
        else:
            best = min(best, cost)
    return best


cents = st.integers(1, 900).map(lambda n: n / 100)


@st.composite
def instances(draw):
    demand = draw(st.lists(cents, min_size=1, max_size=7))
    capacity = draw(st.lists(st.integers(0, 2500).map(lambda n: n / 100), min_size=1, max_size=3))
    places = st.floats(120.9, 121.2)
    return (
        firms_of(
            demand,
            lon=[draw(places) for _ in demand],
            industry=[draw(st.sampled_from(["甲", "乙"])) for _ in demand],
        ),
        parks_of(
            capacity,
            lon=[draw(places) for _ in capacity],
            admits=[draw(st.sampled_from(["*", "甲", "乙;丙", ""])) for _ in capacity],
        ),
    )


@settings(max_examples=40)
@given(instances(), st.sampled_from([1000.0, 5.0, 0.0]))
def test_small_instances_equal_brute_force(case, price):
    firms, parks = case
    found = ip.relocate(firms, parks, weights={"unassigned": price})
    best = brute(firms, parks, price)
    assert found.objective == pytest.approx(best, rel=1e-6, abs=1e-4)
    assert found.status == "optimal"
    assert found.bound == pytest.approx(best, rel=1e-6, abs=1e-4)


@settings(max_examples=25)
@given(instances())
def test_each_firm_stands_once_and_no_park_is_over_full(case):
    firms, parks = case
    found = ip.relocate(firms, parks)
    told = [*found.assignments["firm_id"], *found.unassigned["firm_id"]]
    assert sorted(told) == sorted(firms["firm_id"])
    used = found.assignments.groupby("park_id")["mu"].sum()
    room = parks.set_index("park_id")["capacity_mu"]
    assert ((used * 100).round() <= (room.reindex(used.index) * 100).round()).all()
    apart = sum(found.weights[name] * value for name, value in found.terms.items())
    assert found.objective == pytest.approx(apart, rel=1e-9, abs=1e-4)
    assert found.gain >= 0
    by_hand = (found.assignments["km"] * found.assignments["mu"]).sum()
    by_hand += 1000 * found.unassigned["mu"].sum()
    assert found.objective == pytest.approx(by_hand, rel=1e-9, abs=1e-5)


def crowded(count=90, parks=9, seed=3):
    """A tight instance whose answer takes neighbourhoods."""
    draw = np.random.default_rng(seed)
    demand = draw.integers(10, 400, count) / 10
    share = draw.uniform(0.5, 1.5, parks)
    capacity = np.floor(10 * share / share.sum() * demand.sum() * 1.03) / 10
    names = [f"业{n}" for n in range(20)]
    firms = firms_of(
        demand, lon=draw.uniform(120.8, 121.2, count), lat=draw.uniform(27.9, 28.4, count),
        industry=draw.choice(names, count),
    )  # fmt: skip
    parks = parks_of(
        capacity, lon=draw.uniform(120.8, 121.2, parks), lat=draw.uniform(27.9, 28.4, parks),
        admits=[";".join(draw.choice(names, 10, replace=False)) for _ in range(parks)],
    )  # fmt: skip
    return firms, parks


@pytest.mark.long
def test_the_same_input_gives_the_same_answer_and_a_bound_below_it():
    firms, parks = crowded()
    effort = ip.SearchEffort(seconds=None, rounds=6)
    one, two = (ip.relocate(firms, parks, effort=effort) for _ in range(2))
    assert one.ended in {"rounds", "gap", "proved", "settled"}
    assert one.objective == two.objective
    pd.testing.assert_frame_equal(one.assignments, two.assignments)
    assert 0 < one.bound <= one.objective < one.nearest
    assert one.gap == pytest.approx((one.objective - one.bound) / one.objective)
    # another order of the rows is the same question
    turned = ip.relocate(firms.sample(frac=1, random_state=2), parks[::-1], effort=effort)
    assert (turned.objective, turned.bound) == (one.objective, one.bound)
    by_firm = one.assignments.set_index("firm_id")["park_id"]
    assert (
        turned.assignments.set_index("firm_id")["park_id"].sort_index().equals(by_firm.sort_index())
    )


def test_tables_come_back_in_the_order_in_which_they_were_given():
    firms, parks = firms_of([4.0, 1.0, 9.0, 2.0])[::-1], parks_of([5.0, 8.0])[::-1]
    found = ip.relocate(firms, parks)
    assert found.firms["firm_id"].tolist() == ["F3", "F2", "F1", "F0"]
    assert found.parks["park_id"].tolist() == ["P1", "P0"]
    moved = found.assignments["firm_id"].tolist()
    assert moved == sorted(moved, reverse=True)
    assert found.barred.shape == (4, 2)


@pytest.mark.long
def test_more_rounds_are_no_worse_and_each_is_told():
    firms, parks = crowded()
    told = []
    few = ip.relocate(firms, parks, effort=ip.SearchEffort(seconds=None, rounds=1, gap=0))
    many = ip.relocate(
        firms, parks,
        effort=ip.SearchEffort(seconds=None, rounds=8, gap=0, progress=told.append),
    )  # fmt: skip
    assert many.objective <= few.objective
    rounds = [one.done for one in told if one.phase == "search"]
    assert rounds == list(range(len(rounds)))
    assert len(rounds) in {many.rounds, many.rounds + 1}
    gaps = [one.gap for one in told if one.gap is not None]
    assert gaps == sorted(gaps, reverse=True)
    assert told[0].phase == "bound"
    last = told[-1]
    assert last.bound <= many.bound + 1e-6
    assert many.objective <= last.best + 1e-6
    assert last.seconds >= told[0].seconds >= 0


def test_a_stop_keeps_the_best_answer_so_far():
    firms, parks = crowded()
    stop = threading.Event()

    def look(told):
        if told.phase == "start":
            stop.set()

    effort = ip.SearchEffort(seconds=None, gap=0, progress=look, stop=stop)
    found = ip.relocate(firms, parks, effort=effort)
    assert found.ended == "stopped"
    assert found.status == "feasible"
    assert len(found.assignments) > len(firms) / 2
    assert found.bound < found.objective <= found.nearest
    # a stop that is set before it begins still has an answer: at worst nearest-first
    at_once = ip.relocate(firms, parks, effort=ip.SearchEffort(stop=stop))
    assert at_once.ended == "stopped"
    assert at_once.bound <= at_once.objective <= at_once.nearest


def test_a_search_in_a_thread_is_stopped_from_outside_and_others_go_on():
    firms, parks = crowded(count=300, parks=20)
    stop, begun = threading.Event(), threading.Event()

    def held(_told):
        begun.set()
        stop.wait(60)

    effort = ip.SearchEffort(seconds=None, gap=0, progress=held, stop=stop)
    with ThreadPoolExecutor(2) as pool:
        endless = pool.submit(ip.relocate, firms, parks, effort=effort)
        assert begun.wait(60)
        other = pool.submit(ip.relocate, firms_of([4.0, 5.0]), parks_of([9.0]))
        assert other.result(60).status == "optimal"
        stop.set()
        assert endless.result(60).ended == "stopped"


def test_progress_counts_firms_that_locks_hold():
    firms, parks = firms_of([4.0, 4.0]), parks_of([9.0, 9.0])
    told = []
    lock = locks_of(("F0", "P1", "in"))
    found = ip.relocate(firms, parks, locks=lock, effort=ip.SearchEffort(progress=told.append))
    assert told[-1].best == pytest.approx(found.objective)
    assert told[-1].bound == pytest.approx(found.bound)


def test_no_time_is_an_answer_too():
    firms, parks = crowded()
    found = ip.relocate(firms, parks, effort=ip.SearchEffort(seconds=0.0))
    assert found.ended == "seconds"
    assert found.objective <= found.nearest


def test_three_of_four_do_not_go_into_two_of_six():
    found = ip.relocate(firms_of([4.0, 4.0, 4.0]), parks_of([6.0, 6.0]))
    assert list(reasons(found).values()) == ["fragmentation"]
    row = found.unassigned.iloc[0]
    assert (row["sum_left_mu"], row["most_left_mu"]) == (4.0, 2.0)
    told = found.to_record()["unassigned"][0]["message"]
    assert "不能拆分" in told
    assert found.status == "optimal"


@pytest.mark.parametrize(
    ("firms", "parks", "options", "reason"),
    [
        (firms_of([4.0]), parks_of([9.0], admits="乙"), {}, "no_admitting_park"),
        (firms_of([4.0]), parks_of([9.0], admits=""), {}, "no_admitting_park"),
        (firms_of([4.0]), parks_of([9.0]), {"max_km": 1.0}, "too_far"),
        (firms_of([4.0]), parks_of([3.0]), {}, "larger_than_room"),
        (firms_of([4.0]), parks_of([0.0]), {}, "larger_than_room"),
        (firms_of([4.0]), parks_of([9.0]), {"locks": locks_of(("F0", "", "out"))}, "locked"),
        (firms_of([4.0]), parks_of([9.0]), {"locks": locks_of(("F0", "P0", "out"))}, "locked"),
        (firms_of([4.0]), parks_of([9.0]), {"weights": {"unassigned": 0.0}}, "price"),
        (
            firms_of([4.0], tax_wan_2020=[9.0], tax_wan_2021=[3.9]),
            parks_of([9.0], min_tax_wan_per_mu=[1.0]),
            {},
            "no_admitting_park",
        ),
        (
            firms_of([4.0], energy_tce=[9.0]),
            parks_of([9.0], max_energy_tce_per_mu=[2.0]),
            {},
            "no_admitting_park",
        ),
        (
            firms_of([4.0]),
            parks_of([9.0], direction=["retreat_to_tertiary"]),
            {},
            "no_admitting_park",
        ),
    ],
)
def test_each_firm_that_stays_has_its_reason(firms, parks, options, reason):
    found = ip.relocate(firms, parks, **options)
    assert reasons(found) == {"F0": reason}
    for lang in ("zh_CN", "en"):
        ip.set_language(lang)
        assert found.to_record()["unassigned"][0]["message"]
    ip.set_language(None)


def test_full_parks_are_the_reason_of_those_who_came_too_late():
    found = ip.relocate(firms_of([4.0, 4.0]), parks_of([4.0]))
    assert list(reasons(found).values()) == ["no_room"]
    assert kinds(found)["move_demand_exceeds"] == 1


def test_industries_are_admitted_by_name_or_code():
    firms = firms_of([1.0, 1.0, 1.0, 1.0], industry=["电气机械", "甲 ", "", ""])
    firms["industry_code"] = ["C38", "", "3821", None]
    parks = parks_of([9.0], admits="C38；甲")
    found = ip.relocate(firms, parks)
    assert reasons(found) == {"F3": "no_admitting_park"}
    assert kinds(found)["move_no_industry"] == 1
    finer = ip.relocate(firms.assign(industry_code="38"), parks_of([9.0], admits="3821"))
    assert len(finer.unassigned) == 4


def test_what_is_not_known_does_not_bar():
    firms = firms_of([4.0, 4.0], tax_wan=[None, 100.0])
    found = ip.relocate(firms, parks_of([9.0], min_tax_wan_per_mu=[1.0]))
    assert found.unassigned.empty
    assert kinds(found)["move_standard_unknown"] == 1


def test_rows_with_faults_are_named_and_set_aside():
    firms = firms_of([4.0, np.nan, -1.0, 0.0, 2.0, 2.0, 3.0, np.inf])
    firms.loc[4, "lon"] = np.nan
    firms.loc[5, "firm_id"] = "F0"
    firms.loc[6, "firm_id"] = ""
    parks = parks_of([9.0, np.nan, 0.0, 5.0])
    parks.loc[3, "park_id"] = "P0"
    found = ip.relocate(firms, parks)
    assert list(found.assignments["firm_id"]) == ["F0"]
    data = ["F1", "F2", "F3", "F4", "F7"]
    assert reasons(found) == dict.fromkeys(data, "data")
    assert kinds(found) == {
        "move_no_demand": 4, "move_no_place": 1, "move_firm_twice": 1, "move_park_twice": 1,
        "move_firm_without_id": 1, "move_no_capacity": 1, "move_parks_full": 1,
    }  # fmt: skip
    assert found.issues.worst() == "error"
    assert found.to_record()["unassigned"]


def test_standards_and_rules_that_cannot_be_read_are_named_and_not_used():
    firms = firms_of([4.0], tax_wan=[1.0], plan_parks="P9", plan_rule="maybe")
    parks = parks_of([9.0, 9.0], min_tax_wan_per_mu=["多", -3], max_energy_tce_per_mu=[None, "x"])
    found = ip.relocate(firms, parks)
    assert kinds(found)["move_standard_unclear"] == 3
    assert kinds(found)["move_plan_rule_unclear"] == 1
    assert found.unassigned.empty
    for lang in ("zh_CN", "en"):
        assert all(issue.message(lang) for issue in found.issues)
    given_ = parks_of([9.0], min_tax_wan_per_mu=["0.5"])
    assert reasons(ip.relocate(firms_of([4.0], tax_wan=[1.0]), given_)) == {
        "F0": "no_admitting_park"
    }


def test_of_equal_locks_the_same_fall_in_any_order():
    rows = [("F0", "P0", "in"), ("F0", "P1", "in"), ("F1", "P1", "in"), ("F1", "", "out")]
    firms, parks = firms_of([4.0, 4.0]), parks_of([9.0, 9.0])
    one, two = (
        ip.relocate(firms, parks, locks=locks_of(*order)).relaxations
        for order in (rows, rows[::-1])
    )
    assert one == two
    assert len(one) == 2


def test_demand_beyond_all_room_is_said_before_and_the_rest_is_placed():
    found = ip.relocate(firms_of([4.0, 4.0, 4.0]), parks_of([8.0, 0.0]))
    assert kinds(found) == {"move_demand_exceeds": 1, "move_parks_full": 1}
    assert len(found.assignments) == 2
    assert found.issues.worst() == "warning"


@pytest.mark.parametrize("column", ["firm_id", "lon", "industry", "demand_mu"])
def test_a_missing_column_is_refused(column):
    with pytest.raises(InputError, match=column):
        ip.relocate(firms_of([4.0]).drop(columns=column), parks_of([9.0]))


def test_nobody_and_nowhere():
    nobody = ip.relocate(firms_of([4.0]).iloc[:0], parks_of([9.0]))
    assert (nobody.status, nobody.objective, nobody.gap) == ("optimal", 0.0, 0.0)
    nowhere = ip.relocate(firms_of([4.0]), parks_of([9.0]).iloc[:0])
    assert reasons(nowhere) == {"F0": "no_admitting_park"}
    assert nowhere.objective == 4000.0
    assert nowhere.flows().empty


@settings(max_examples=20)
@given(instances(), st.data())
def test_locks_are_kept(case, data):
    firms, parks = case
    parks["admits"] = "*"
    firm = data.draw(st.integers(0, len(firms) - 1))
    park = data.draw(st.integers(0, len(parks) - 1))
    goes = data.draw(st.booleans())
    lock = locks_of((f"F{firm}", f"P{park}", "in" if goes else "out"))
    found = ip.relocate(firms, parks, locks=lock)
    fits = firms["demand_mu"][firm] <= parks["capacity_mu"][park]
    if goes and not fits:
        assert found.status == "infeasible"
        assert [row["reason"] for row in found.relaxations] == ["room"]
        return
    held = {"fixed": {firm: park}} if goes else {"barred": {(firm, park)}}
    assert found.objective == pytest.approx(brute(firms, parks, **held), rel=1e-6, abs=1e-4)


@pytest.mark.parametrize(
    ("rows", "falls"),
    [
        ([("F0", "P0", "in"), ("F0", "P1", "in")], [("F0", "conflict")]),
        ([("F0", "P0", "in"), ("F0", "P0", "out")], [("F0", "conflict")]),
        ([("F0", "P0", "in"), ("F0", "", "out")], [("F0", "conflict")]),
        ([("F0", "P2", "in"), ("F1", "P0", "in")], [("F0", "industry")]),
        # 4 + 3 + 2 into 6: the one lock that must fall is the 4 or the 3, and 3 is less land
        ([("F0", "P0", "in"), ("F1", "P0", "in"), ("F2", "P0", "in")], [("F1", "room")]),
        ([("F0", "P0", "in"), ("F0", "P1", "out"), ("F1", "P1", "in")], []),
    ],
)
def test_the_fewest_locks_that_must_fall_are_named(rows, falls):
    firms = firms_of([4.0, 3.0, 2.0])
    parks = parks_of([6.0, 9.0, 9.0], admits=["*", "*", "乙"])
    found = ip.relocate(firms, parks, locks=locks_of(*rows))
    assert [(row["firm_id"], row["reason"]) for row in found.relaxations] == falls
    assert found.status == ("infeasible" if falls else "optimal")
    if falls:
        assert found.assignments.empty
        assert found.objective is found.bound is found.gap is None
        relaxed = ip.relocate(firms, parks, locks=locks_of(*rows), relax=True)
        assert relaxed.status == "optimal"
        assert len(relaxed.relaxations) == len(falls)
        assert kinds(relaxed)["move_lock_dropped"] == len(falls)


def test_locks_with_unknown_ids_are_named_and_left_out():
    rows = locks_of(("F9", "P0", "in"), ("F0", "P9", "in"), ("F0", "P0", "maybe"), ("F0", "", "in"))
    found = ip.relocate(firms_of([4.0]), parks_of([9.0]), locks=rows)
    assert kinds(found) == {
        "move_lock_firm_unknown": 1, "move_lock_park_unknown": 1, "move_lock_unclear": 2,
    }  # fmt: skip
    assert len(found.assignments) == 1


def test_weights_change_who_goes_where():
    firms = firms_of([4.0], lon=[121.0])
    parks = parks_of(
        [9.0, 9.0], focus=["乙", "甲;丙"], direction=["integrate_upgrade", "key_development"]
    )
    near = ip.relocate(firms, parks)
    assert near.assignments["park_id"].tolist() == ["P0"]
    assert (near.terms["fit"], near.terms["plan"]) == (4.0, 4.0)
    for term in ("fit", "plan"):
        moved = ip.relocate(firms, parks, weights={term: 50.0})
        assert moved.assignments["park_id"].tolist() == ["P1"]
        assert moved.terms[term] == 0.0
    assert near.objective == pytest.approx(near.terms["distance"])


def test_tax_and_firms_that_must_leave_come_first():
    firms = firms_of([4.0, 4.0], tax_wan=[1.0, 90.0], platform_id=["P1", ""], lon=121.0)
    parks = parks_of([4.0, 9.0], direction=["key_development", "retreat_to_tertiary"])
    by_tax = ip.relocate(firms, parks, weights={"tax": 10.0})
    assert by_tax.assignments["firm_id"].tolist() == ["F1"]
    assert by_tax.terms["tax"] == 1.0
    leaving = ip.relocate(firms, parks, weights={"sending": 10.0})
    assert leaving.assignments["firm_id"].tolist() == ["F0"]


def test_a_cluster_keeps_together_for_a_price():
    firms = firms_of([4.0, 4.0], lon=[121.0, 121.02], cluster="甲群")
    parks = parks_of([9.0, 9.0])
    apart = ip.relocate(firms, parks)
    assert apart.assignments["park_id"].tolist() == ["P0", "P1"]
    assert apart.terms["cluster"] == 4.0
    together = ip.relocate(firms, parks, weights={"cluster": 50.0})
    assert len(set(together.assignments["park_id"])) == 1
    assert together.terms["cluster"] == 0.0
    # the bound knows nothing of clusters and says so by the gap
    assert together.bound <= together.objective
    assert together.status == "feasible"


@pytest.mark.parametrize("weights", [{"beauty": 1.0}, {"fit": -1.0}, {"tax": float("nan")}])
def test_wrong_weights_are_refused(weights):
    with pytest.raises(InputError):
        ip.relocate(firms_of([4.0]), parks_of([9.0]), weights=weights)


def test_flows_and_tables_add_up():
    found = ip.relocate(firms_of([4.0, 5.5]), parks_of([9.5, 20.0], name=["一", "二"]))
    flows = found.flows()
    assert flows.crs.to_epsg() == 4490
    lengths = [GEOD.geometry_length(line) / 1000 for line in flows.geometry]
    assert lengths == pytest.approx(flows["km"].tolist(), abs=1e-6)
    by_park = found.by_park()
    assert by_park["used_mu"].sum() == flows["mu"].sum() == 9.5
    assert (by_park["free_mu"] == by_park["capacity_mu"] - by_park["used_mu"]).all()
    assert by_park["firms"].sum() == 2
    assert found.by_firm()["park_id"].notna().all()


def planned(firms, *, parks=("YQ-P13", "YQ-P22", "新园"), rule="only", columns=None):
    """Firms of 金炉 (YQ-P06), of nowhere, and of a park that the plan does not know."""
    directions = [
        {"YQ-P13": "key_development", "YQ-P22": "integrate_upgrade"}.get(p) for p in parks
    ]
    offered = parks_of([90.0] * len(parks), park_id=list(parks), direction=directions)
    return firms.assign(plan_parks="YQ-P13;YQ-P27", plan_rule=rule, **(columns or {})), offered


def test_a_block_that_the_plan_moves_goes_where_the_plan_says_or_nowhere():
    firms, parks = planned(firms_of([4.0]), parks=("YQ-P13", "YQ-P22"))
    near = ip.relocate(firms.drop(columns=["plan_parks"]), parks)
    far = parks.assign(lon=[122.0, 121.0])
    assert near.assignments["park_id"].tolist() == ["YQ-P13"]
    moved = ip.relocate(firms, far)
    assert moved.assignments["park_id"].tolist() == ["YQ-P13"]
    options = moved.options("F0").set_index("park_id")
    assert options.loc["YQ-P22", "bar"] == "transfer"
    assert "别处" in options.loc["YQ-P22", "why"]
    assert options.loc["YQ-P13", "chosen"]
    free = ip.relocate(firms.drop(columns=["plan_parks"]), far)
    assert free.assignments["park_id"].tolist() == ["YQ-P22"]
    # with the target full there is nowhere, and the reason says what bars it
    full = ip.relocate(firms, far[far["park_id"].eq("YQ-P22")])
    assert reasons(full) == {"F0": "no_admitting_park"}
    assert "规划要求该区块向别处转移 1 个" in full.to_record()["unassigned"][0]["message"]


def test_a_preferred_target_is_a_price_and_an_unknown_park_is_not_forbidden():
    firms, parks = planned(firms_of([4.0]), parks=("YQ-P13", "YQ-P22"), rule="prefer")
    far = parks.assign(lon=[122.0, 121.0])
    assert ip.relocate(firms, far).assignments["park_id"].tolist() == ["YQ-P22"]
    priced = ip.relocate(firms, far, weights={"plan": 500.0})
    assert priced.assignments["park_id"].tolist() == ["YQ-P13"]
    assert priced.terms["plan"] == 0
    # a park that is none of the plan's platforms has no direction
    firms, parks = planned(firms_of([4.0]), parks=("新园",))
    assert ip.relocate(firms, parks).assignments["park_id"].tolist() == ["新园"]


def test_a_lock_against_the_plan_must_fall():
    firms, parks = planned(firms_of([4.0]), parks=("YQ-P13", "YQ-P22"))
    found = ip.relocate(firms, parks, locks=locks_of(("F0", "YQ-P22", "in")))
    assert found.status == "infeasible"
    assert [row["reason"] for row in found.relaxations] == ["transfer"]


def test_platforms_that_leave_industry_are_named_as_the_reason():
    parks = parks_of([9.0, 9.0], admits=["*", "乙"], direction=["retreat_to_tertiary", None])
    found = ip.relocate(firms_of([4.0]), parks)
    row = found.to_record()["unassigned"][0]
    assert (row["reason"], row["barred"]) == ("no_admitting_park", "direction:1;industry:1")
    assert "退二进三平台不接纳 1 个" in row["message"]
    assert found.options("F0")["bar"].tolist() == ["direction", "industry"]
    with pytest.raises(InputError, match="F9"):
        found.options("F9")


def test_the_plan_of_the_county_is_cited_data(yueqing):
    plan = plan_directions(yueqing)
    text = " ".join(yueqing.table("layout_members")["quote"].dropna())
    platforms = set(yueqing.table("platforms")["platform_id"])
    for one in plan.transfers:
        assert one.source.quote in text
        assert {block.name for block in one.blocks} <= set(yueqing.table("layout_members")["name"])
        assert {target.platform for target in one.targets} <= platforms
        assert all(block.name in one.source.quote for block in one.blocks)
    directions = set(yueqing.table("platforms")["direction"])
    assert {role.direction for role in plan.roles} <= directions
    for role in plan.roles:
        rows = yueqing.table("platforms")
        own = rows[rows["direction"].eq(role.direction)]
        assert own["direction_text"].str.contains(role.words).all()
        assert set(own["row"].astype(str)) == set(role.source.row.split("、"))


def test_firms_are_held_to_the_plan_only_where_their_place_is_known(yueqing):
    firms = firms_of([4.0] * 4, platform_id=["YQ-P06", "YQ-P20", None, ""],
                     block=[None, "樟湾", "桥下", None])  # fmt: skip
    issues = ip.IssueTable()
    told = with_transfers(firms, yueqing, issues)
    assert told["plan_parks"].notna().tolist() == [True, True, True, False]
    # 等 leaves other places open
    assert "港区等" in told["plan_quote"].iloc[0]
    assert told["plan_rule"].iloc[0] == "prefer"
    assert told["plan_section"].iloc[0] == "三（四）2"
    (issue,) = issues
    assert "南翼" in issue.message()
    assert "涉及 3 家" in issue.message()
    assert "另有 1 家" in issue.message()
    own = with_transfers(firms.assign(plan_parks="X"), yueqing, ip.IssueTable())
    assert own["plan_parks"].tolist() == ["X"] * 4
    assert with_transfers(firms, yueqing, issues, "only")["plan_rule"].iloc[0] == "only"


@pytest.mark.long
def test_the_sample_firms_of_the_southern_belt_rather_go_to_the_zone_or_the_port(yueqing):
    effort = ip.SearchEffort(seconds=None, rounds=0)
    data = ip.relocation_data(yueqing)
    belt = set(data.firms.loc[data.firms["block"].isin(["白塔王", "金炉"]), "firm_id"])
    named = {"YQ-P13", "YQ-P27"}
    assert len(belt) > 5

    def gone(transfers=None, **weights):
        held = ip.relocation_data(yueqing, transfers=transfers)
        found = ip.relocate(held, weights=weights, effort=effort)
        assert found.asked["transfers"] == (transfers or "prefer")
        moved = found.assignments[found.assignments["firm_id"].isin(belt)]
        return set(moved["park_id"]), found

    only, strict = gone("only")
    assert only <= named
    off, free = gone("off")
    assert not off <= named
    # fewer choices cost no less
    assert free.bound <= strict.bound + 1e-6
    # a preference forbids nobody, and has a price where it has a weight
    assert gone()[1].objective == free.objective
    _, priced = gone(plan=200.0)
    moved = priced.by_firm().set_index("firm_id").loc[sorted(belt)].dropna(subset="park_id")
    price = (200.0 * moved["mu"]).mask(moved["park_id"].isin(named), 0.0)
    assert moved["part_plan"].tolist() == price.tolist()


def test_the_sample_county_keeps_to_the_plan(yueqing):
    data = ip.relocation_data(yueqing)
    found = ip.relocate(data, effort=ip.SearchEffort(seconds=None, rounds=0))
    assert found.sample
    assert found.gap < 0.002
    plan = yueqing.table("platforms").set_index("platform_id")["direction"]
    assert not plan[found.assignments["park_id"]].eq("retreat_to_tertiary").any()
    assert kinds(found)["move_directions"] == 1
    cited = with_directions(data.parks.drop(columns=["direction", "doc", "row"]), yueqing)
    assert cited["doc"].notna().all()
    assert cited["row"].notna().all()


@settings(max_examples=25)
@given(instances(), st.integers(0, 99))
def test_parts_of_the_firms_sum_to_the_objective_to_the_last_digit(case, seed):
    firms, parks = case
    draw = np.random.default_rng(seed)
    parks = parks.assign(
        focus=draw.choice(["甲", "乙", ""], len(parks)),
        direction=draw.choice(["key_development", "other"], len(parks)),
    )
    firms = firms.assign(
        tax_wan=draw.uniform(0, 90, len(firms)), cluster=draw.choice(["x", "y", ""], len(firms)),
        platform_id="P0",
    )  # fmt: skip
    weights = {name: float(draw.integers(0, 70)) / 10 for name in DEFAULT_WEIGHTS}
    found = ip.relocate(firms, parks, weights=weights)
    table = found.by_firm()
    parts = table.filter(like="part_")
    assert list(parts) == [f"part_{name}" for name in weights]
    assert round(math.fsum(parts.to_numpy().ravel()), 6) == found.objective
    for name, weight in weights.items():
        amount = found.terms[name]
        assert math.fsum(parts[f"part_{name}"]) == pytest.approx(weight * amount, abs=1e-4)
    told = found.to_record()
    rows = [*told["assignments"], *told["unassigned"]]
    assert set(rows[0]["parts"]) == {name for name in weights if weights[name]}
    total = math.fsum(value for row in rows for value in row["parts"].values())
    assert round(total, 6) == found.objective


def test_a_cluster_and_a_park_out_of_favour_are_paid_by_the_firms_concerned():
    firms = firms_of([4.0, 4.0, 2.0], cluster=["x", "x", "x"])
    parks = parks_of([8.0, 2.0], focus=["甲", "乙"])
    found = ip.relocate(firms, parks, weights={"fit": 3.0, "cluster": 7.0})
    table = found.by_firm().set_index("firm_id")
    apart = table[table["park_id"].eq("P1")]
    assert apart["mu"].tolist() == [2.0]
    assert apart[["part_fit", "part_cluster"]].to_numpy().tolist() == [[6.0, 14.0]]
    others = table[table["park_id"].eq("P0")]
    assert not others[["part_fit", "part_cluster", "part_unassigned"]].to_numpy().any()


def test_an_answer_keeps_what_it_was_asked_with():
    locks = locks_of(("F1", "P0", "in"), ("F0", None, "out"), ("F9", "P0", "in"))
    effort = ip.SearchEffort(seconds=9.0, rounds=3, gap=0.5, seed=4)
    found = ip.relocate(
        firms_of([1.0, 1.0]), parks_of([9.0]), locks=locks, relax=True, effort=effort
    )
    asked = found.to_record()["asked"]
    # an unknown firm has no lock; the order is that of the ids
    assert asked["locks"] == [
        {"firm_id": "F0", "park_id": None, "lock": "out"},
        {"firm_id": "F1", "park_id": "P0", "lock": "in"},
    ]
    assert (asked["relax"], asked["transfers"]) == (True, None)
    assert asked["effort"] == {"seconds": 9.0, "rounds": 3, "gap": 0.5, "seed": 4}
    refused = ip.relocate(
        firms_of([1.0]), parks_of([9.0]), locks=locks_of(("F0", "P0", "in"), ("F0", "P0", "out"))
    )
    assert refused.status == "infeasible"
    assert len(refused.asked["locks"]) == 2
    assert "part_distance" not in refused.by_firm()


def test_the_sentence_of_a_reason_is_one_for_all():
    parks = parks_of([9.0, 9.0], admits=["乙", "丙"])
    found = ip.relocate(firms_of([4.0]), parks)
    (said,) = found.why_unassigned()
    assert found.to_record()["unassigned"][0]["message"] == said
    assert "行业不在准入之列 2 个" in said
