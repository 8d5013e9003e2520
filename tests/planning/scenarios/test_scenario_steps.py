"""Each reason has its own step, and the steps sum to the change with nothing left over."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_samples import a_portfolio, a_relocation, a_run, a_siting, an_input

from platforms.planning.scenarios.comparing import compare_scenarios

LOW, NOT = "low_efficiency", "not"


def steps(a, b):
    table = compare_scenarios(a, b).waterfall
    rows = table.iloc[1:-1]
    return dict(zip(rows["step"], rows["change"], strict=True))


def sums_exactly(table):
    first, last = table.iloc[0], table.iloc[-1]
    assert (first["step"], last["step"]) == ("total_a", "total_b")
    at = Decimal(repr(float(first["value_to"])))
    for row in table.iloc[1:-1].to_dict("records"):
        assert Decimal(repr(float(row["value_from"]))) == at
        at += Decimal(repr(float(row["change"])))
        assert Decimal(repr(float(row["value_to"]))) == at
    assert at == Decimal(repr(float(last["value_to"])))


def test_each_reason_of_a_run_has_its_step():
    a = a_run(
        [
            ("gone", LOW, 2000.0, {"river": 0.0, "road": 0.0}, 0.0),
            ("better", LOW, 4000.0, {"river": 0.0, "road": 0.0}, 0.0),
            ("worse", NOT, 6000.0, {"river": 0.0, "road": 0.0}, 0.0),
            ("wider", LOW, 2000.0, {"river": 0.0, "road": 200.0}, 0.0),
            ("wet", LOW, 2000.0, {"river": 0.0, "road": 0.0}, 0.0),
            ("twice", LOW, 2000.0, {"river": 0.0, "road": 0.0}, 0.0),
            ("dark", LOW, 2000.0, {"river": 0.0, "road": 0.0}, 0.0),
        ]
    )
    b = a_run(
        [
            ("new", LOW, 1000.0, {"river": 0.0, "road": 0.0}, 0.0),
            ("better", NOT, 4000.0, {"river": 0.0, "road": 0.0}, 0.0),
            ("worse", LOW, 6000.0, {"river": 0.0, "road": 0.0}, 0.0),
            ("wider", LOW, 3000.0, {"river": 0.0, "road": 300.0}, 0.0),
            ("wet", LOW, 2000.0, {"river": 400.0, "road": 0.0}, 0.0),
            ("twice", LOW, 2000.0, {"river": 0.0, "road": 0.0}, 500.0),
            ("dark", LOW, 2000.0, None, 0.0),
        ]
    )
    assert steps(a, b) == {
        "only_a": -3.0,
        "only_b": 1.5,
        "verdict_out": -6.0,
        "verdict_in": 9.0,
        "land_unknown": -3.0,
        "area": 1.5,
        "deduct_river": -0.6,
        "deduct_road": -0.15,
        "overlap": -0.75,
    }
    sums_exactly(compare_scenarios(a, b).waterfall)


CENTS = st.integers(0, 10_000_000)
PLOT = st.tuples(
    st.sampled_from("abcde"), st.sampled_from([LOW, NOT, "unknown"]), CENTS,
    st.one_of(st.none(), st.tuples(st.integers(0, 50), st.integers(0, 50))), st.integers(0, 40),
)  # fmt: skip


def built(plots):
    rows = []
    for name, verdict, cents, cut, over in plots:
        parts = None if cut is None else [cents * share // 100 for share in cut]
        deducted = None
        if parts is not None:
            deducted = {"river": parts[0] / 100, "road": parts[1] / 100}
        twice = 0 if parts is None else (cents - sum(parts)) * over // 100
        rows.append((name, verdict, cents / 100, deducted, twice / 100))
    return a_run(rows)


@pytest.mark.long
@settings(max_examples=25, deadline=None)
@given(st.lists(PLOT, max_size=8), st.lists(PLOT, max_size=8))
def test_steps_of_any_two_runs_sum_exactly(first, second):
    a, b = built(first), built(second)
    change = compare_scenarios(a, b)
    sums_exactly(change.waterfall)
    # what the rows say of the parts is what the steps say of the whole
    total = change.waterfall["change"].sum()
    assert change.tables["plots"]["change"].sum() == pytest.approx(total, abs=1e-6)
    # nothing is left to a reason without a name
    assert "other" not in set(change.waterfall["step"])
    back = compare_scenarios(b, a).waterfall
    assert back["value_to"].iloc[-1] == change.waterfall["value_to"].iloc[0]


@settings(max_examples=15, deadline=None)
@given(st.lists(PLOT, max_size=8))
def test_a_run_beside_itself_moves_nothing(plots):
    a = built(plots)
    change = compare_scenarios(a, built(plots))
    assert change.waterfall["step"].tolist() == ["total_a", "total_b"]
    assert set(change.tables["plots"]["state"]) <= {"same"}


def test_each_reason_of_a_relocation_has_its_step():
    a = a_relocation(
        [("in", 10.0, None, 0.0), ("out", 5.0, "p", 2.0), ("near", 4.0, "p", 5.0),
         ("far", 2.0, "p", 1.0), ("more", 3.0, "p", 2.0), ("gone", 1.0, "q", 7.0)]
    )  # fmt: skip
    b = a_relocation(
        [("in", 10.0, "q", 3.0), ("out", 5.0, None, 0.0), ("near", 4.0, "q", 1.0),
         ("far", 2.0, "q", 4.0), ("more", 6.0, "p", 2.0), ("new", 1.0, "q", 9.0)],
        weights={"tax": 0.5}, tax=8.0,
    )  # fmt: skip
    assert steps(a, b) == {
        "only_a": -7.0,
        "only_b": 9.0,
        "demand": 6.0,
        "placed": -9970.0,
        "not_placed": 4990.0,
        "nearer": -16.0,
        "farther": 6.0,
        "term_tax": 4.0,
    }
    sums_exactly(compare_scenarios(a, b).waterfall)


def test_a_weight_that_changes_is_a_step_of_its_own():
    firms = [("x", 10.0, None, 0.0), ("y", 2.0, "p", 3.0)]
    a, b = a_relocation(firms), a_relocation(firms, weights={"distance": 2.0, "unassigned": 10.0})
    assert steps(a, b) == {"weight_distance": 6.0, "weight_unassigned": -9900.0}


FIRM = st.tuples(
    st.sampled_from("abcdef"), st.integers(1, 5000).map(lambda mu: mu / 100),
    st.one_of(st.none(), st.sampled_from("pq")), st.floats(0, 80),
)  # fmt: skip
PRICE = st.fixed_dictionaries(
    {"distance": st.floats(0, 5), "unassigned": st.floats(0, 2000), "tax": st.floats(0, 3)}
)


def distinct(firms):
    return list({firm[0]: firm for firm in firms}.values())


@settings(max_examples=25, deadline=None)
@given(st.lists(FIRM, max_size=6).map(distinct), st.lists(FIRM, max_size=6).map(distinct), PRICE,
       PRICE, st.floats(0, 500))  # fmt: skip
def test_steps_of_any_two_relocations_sum_exactly(first, second, before, after, tax):
    change = compare_scenarios(
        a_relocation(first, weights=before, tax=tax), a_relocation(second, weights=after)
    )
    sums_exactly(change.waterfall)
    other = change.waterfall.set_index("step")["change"].get("other", 0.0)
    assert abs(other) < 0.02  # terms are kept with six digits and weights go up to 2000


def test_each_reason_of_a_portfolio_has_its_step():
    a = a_portfolio([("x", True, 5.0), ("y", True, 3.0), ("z", False, 4.0), ("v", True, 1.0)])
    b = a_portfolio([("x", True, 5.5), ("y", False, 3.0), ("z", True, 4.0), ("w", True, 2.0)])
    assert steps(a, b) == {
        "only_a": -1.0, "only_b": 2.0, "left_out": -3.0, "taken_in": 4.0, "land": 0.5,
    }  # fmt: skip
    sums_exactly(compare_scenarios(a, b).waterfall)


@settings(max_examples=20, deadline=None)
@given(
    *[
        st.dictionaries(
            st.sampled_from("abcdef"), st.tuples(st.booleans(), st.integers(0, 10**9)), max_size=6
        )
    ]
    * 2
)
def test_steps_of_any_two_portfolios_sum_exactly(first, second):
    a, b = (
        a_portfolio(
            [(name, chosen, millionths / 1e6) for name, (chosen, millionths) in one.items()]
        )
        for one in (first, second)
    )
    change = compare_scenarios(a, b)
    sums_exactly(change.waterfall)
    assert "other" not in set(change.waterfall["step"])


def test_the_best_site_is_taken_apart_and_then_overtaken():
    a = a_siting([("x", 0.8, 0.8, ""), ("y", 0.6, 0.6, "")])
    b = a_siting([("x", 0.4, 0.8, ""), ("y", 0.9, 0.9, "")])
    assert steps(a, b) == {"score_plan": -0.1, "other_best": 0.2}
    c = a_siting([("x", 0.8, 0.8, "energy"), ("y", 0.6, 0.6, "")])
    assert steps(a, c) == {"best_excluded": -0.2}
    assert steps(a, a_siting([("y", 0.6, 0.6, "")])) == {"best_gone": -0.2}
    for one in (b, c):
        sums_exactly(compare_scenarios(a, one).waterfall)


@settings(max_examples=20, deadline=None)
@given(
    *[
        st.dictionaries(
            st.sampled_from("abcd"),
            st.tuples(*[st.integers(0, 10_000).map(lambda n: n / 10_000)] * 2),
            min_size=1,
            max_size=4,
        )
    ]
    * 2
)
def test_steps_of_any_two_sitings_sum_exactly(first, second):
    a, b = (
        a_siting([(name, plan, room, "") for name, (plan, room) in one.items()])
        for one in (first, second)
    )
    change = compare_scenarios(a, b)
    sums_exactly(change.waterfall)
    assert "other" not in set(change.waterfall["step"])


def test_without_a_total_there_are_no_steps():
    a, none = a_siting([("x", 0.8, 0.8, "")]), a_siting([("x", 0.8, 0.8, "energy")])
    assert compare_scenarios(a, none).waterfall.empty
    assert compare_scenarios(none, a).waterfall.empty
    assert compare_scenarios(none, a).tables["sites"]["state"].tolist() == ["changed"]


def test_notes_name_the_parameter_that_can_be_behind_a_step():
    rows = [("x", NOT, 2000.0, {"river": 0.0}, 0.0)]
    then = [("x", LOW, 2000.0, {"river": 0.0}, 0.0)]
    plots, river = an_input("plots"), an_input("limit.river")
    a = a_run(rows, parameters={"rules.tax_floor": 10, "limits": ["river"]}, inputs=[plots, river])
    b = a_run(then, parameters={"rules.tax_floor": 20, "limits": ["river"]}, inputs=[plots, river])
    change = compare_scenarios(a, b)
    assert "规则参数：tax_floor 10 → 20" in change.why
    notes = change.waterfall.set_index("step")["note"]
    assert "规则参数：tax_floor 10 → 20" in notes["verdict_in"]
    c = a_run(rows, parameters={"rules.tax_floor": 10, "limits": ["river"]},
              inputs=[plots, an_input("limit.river", "1")])  # fmt: skip
    assert "limit.river" not in compare_scenarios(a, c).why
    assert compare_scenarios(a, a).why


def test_a_city_has_words_for_the_parameters_of_its_rules(yueqing):
    rules = {"rules": yueqing.rules().pack, "rules.tax_floor": 10, "max_km": None}
    a = a_run([("x", NOT, 2000.0, {}, 0.0)], parameters=rules)
    b = a_run([("x", LOW, 2000.0, {}, 0.0)], parameters={**rules, "rules.tax_floor": 20})
    change = compare_scenarios(a, b, workspace=yueqing)
    title = yueqing.rules().parameter("tax_floor").title.show()
    told = f"规则参数：{title} 10 → 20"
    assert told in change.why
    assert told in change.waterfall.set_index("step")["note"]["verdict_in"]
    assert "tax_floor" not in change.why
