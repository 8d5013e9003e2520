"""Balance of industrial land: one for one, replaced first, three-valued."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platforms.errors import InputError
from platforms.planning.land.balance import change_days, land_balance

INDUSTRY, SHOPS = "100101", "0901"


def _changes(*rows):
    columns = ["date", "town", "from_use", "to_use", "area_mu", "kind"]
    table = pd.DataFrame([(*row, "convert")[: len(columns)] for row in rows], columns=columns)
    table.insert(0, "change_id", [f"c{n}" for n in range(1, len(table) + 1)])
    return table


def _in(date, area, town="柳市镇"):
    return (date, town, "", INDUSTRY, area, "supply")


def _out(date, area, town="柳市镇"):
    return (date, town, INDUSTRY, SHOPS, area, "convert")


def _kept(balance):
    return [None if pd.isna(k) else bool(k) for k in balance.towns["kept"]]


def test_replaced_before_it_is_taken_is_kept():
    done = land_balance(_changes(_in("2022-03-01", 10), _out("2022-03-02", 10)), ratio=1.0)
    assert _kept(done) == [True]
    assert done.towns[["in_mu", "out_mu", "balance_mu"]].iloc[0].tolist() == [10.0, 10.0, 0.0]
    assert done.breaches.empty


def test_replaced_too_late_is_a_breach_though_the_year_sums_up():
    done = land_balance(_changes(_out("2022-03-01", 10), _in("2022-03-02", 10)), ratio=1.0)
    assert _kept(done) == [False]
    assert done.towns["balance_mu"].tolist() == [0.0]
    row = done.breaches.iloc[0]
    assert (row["change_id"], row["out_mu"], row["in_mu"], row["short_mu"]) == ("c1", 10, 0, 10)
    assert row["certain"]


def test_what_comes_in_on_the_same_day_counts_first():
    done = land_balance(_changes(_out("2022-03-01", 10), _in("2022-03-01", 10)), ratio=1.0)
    assert _kept(done) == [True]


@pytest.mark.parametrize(("taken", "kept"), [(9.99, True), (10.0, True), (10.01, False)])
def test_the_edge_is_the_last_cent_of_a_mu(taken, kept):
    done = land_balance(_changes(_in("2022-03-01", 10), _out("2022-06-01", taken)), ratio=1.0)
    assert _kept(done) == [kept]


def test_towns_and_years_stand_for_themselves():
    rows = [
        _in("2021-03-01", 10), _out("2022-03-01", 1),
        _in("2022-01-01", 10, "虹桥镇"), _out("2022-02-01", 2, "虹桥镇"),
    ]  # fmt: skip
    done = land_balance(_changes(*rows), ratio=1.0)
    told = dict(
        zip(zip(done.towns["town"], done.towns["year"], strict=True), _kept(done), strict=True)
    )
    assert told == {("柳市镇", 2021): True, ("柳市镇", 2022): False, ("虹桥镇", 2022): True}


def test_a_ratio_above_one_asks_for_more():
    rows = _changes(_in("2022-01-01", 11), _out("2022-02-01", 10))
    assert _kept(land_balance(rows, ratio=1.1)) == [True]
    assert _kept(land_balance(rows, ratio=1.11)) == [False]


def test_no_source_for_the_rule_leaves_the_answer_open():
    done = land_balance(_changes(_out("2022-03-01", 10)))
    assert _kept(done) == [None]
    assert done.breaches.empty
    assert done.to_json()["ratio"] is None


def test_an_undated_replacement_makes_a_breach_uncertain_not_good():
    rows = _changes(_out("2022-03-01", 10), _in(None, 10))
    done = land_balance(rows, ratio=1.0)
    assert _kept(done) == [None]
    assert done.breaches["certain"].tolist() == [False]
    assert done.unknown["reason"].tolist() == ["date"]


def test_an_undated_loss_makes_a_kept_year_unknown():
    rows = _changes(_in("2022-03-01", 10), _out("2022-03-02", 4), _out(None, 10))
    assert _kept(land_balance(rows, ratio=1.0)) == [None]


def test_what_cannot_change_the_answer_leaves_it_certain():
    rows = _changes(_out("2022-03-01", 10), _out(None, 10), _in("2022-03-02", None, "虹桥镇"))
    done = land_balance(rows, ratio=1.0)
    assert _kept(done) == [False]
    assert done.unknown["reason"].tolist() == ["date", "area_mu"]


@pytest.mark.parametrize("date", ["2020-06", "2020", "2020年6月", "2020/6"])
def test_a_date_to_the_month_counts_in_its_year_and_hides_no_other(date):
    sold = [(day, "a", "", use, 50, "supply") for day, use in (
        ("2020-01-01", INDUSTRY), (date, SHOPS), ("2021-01-01", INDUSTRY))]  # fmt: skip
    lost = [("2020-02-01", "b", INDUSTRY, SHOPS, 1, "convert"),
            ("2021-02-01", "a", INDUSTRY, SHOPS, 60, "convert")]  # fmt: skip
    done = land_balance(_changes(*sold, *lost), ratio=1.0, share=0.4)
    assert done.supply["year"].tolist() == [2020, 2021]
    assert done.supply["supply_mu"].tolist() == [100.0, 50.0]
    assert done.supply["share"].tolist() == [0.5, 1.0]
    assert done.supply["kept"].tolist() == [True, True]
    told = dict(
        zip(zip(done.towns["town"], done.towns["year"], strict=True), _kept(done), strict=True)
    )
    assert told == {("a", 2020): True, ("b", 2020): False, ("a", 2021): False}
    assert done.unknown["reason"].tolist() == ["date"]


def test_a_loss_dated_to_the_month_leaves_its_town_and_year_open_alone():
    rows = [_in("2020-01-01", 5), _out("2020-06", 9), _in("2021-01-01", 5), _out("2021-02-01", 5),
            _in("2020-01-01", 5, "b")]  # fmt: skip
    done = land_balance(_changes(*rows), ratio=1.0)
    told = dict(
        zip(zip(done.towns["town"], done.towns["year"], strict=True), _kept(done), strict=True)
    )
    assert told == {("柳市镇", 2020): None, ("柳市镇", 2021): True, ("b", 2020): True}


def test_days_are_read_one_by_one_and_a_month_that_is_none_is_no_date():
    days, years = change_days(pd.Series(["2020-06", "2021-03-04", None, "2020-13", "?", "2019.0"]))
    assert days.notna().tolist() == [False, True, False, False, False, False]
    assert years.fillna(0).tolist() == [2020, 2021, 0, 0, 0, 2019]


def test_supply_of_industry_must_reach_its_share():
    rows = _changes(
        ("2021-01-01", "a", "", INDUSTRY, 30, "supply"),
        ("2021-02-01", "a", "", SHOPS, 70, "supply"),
        ("2022-01-01", "a", "", INDUSTRY, 29.9, "supply"),
        ("2022-02-01", "a", "", "0701", 70.1, "supply"),
        ("2023-02-01", "a", "", None, 1, "supply"),
        ("2023-02-01", "a", "", INDUSTRY, 1, "supply"),
    )
    done = land_balance(rows, share=0.30)
    assert done.supply["share"].round(6).tolist() == [0.3, 0.299, 1.0]
    assert done.to_json()["supply"][0]["kept"] is True
    assert [None if pd.isna(k) else bool(k) for k in done.supply["kept"]] == [True, False, None]


def test_industry_for_industry_is_no_move():
    done = land_balance(_changes(("2022-01-01", "a", "100101", "100102", 5, "convert")), ratio=1.0)
    assert done.towns.empty
    assert done.breaches.empty


def test_faults_of_the_table_are_told():
    with pytest.raises(InputError, match="area_mu"):
        land_balance(_changes(_in("2022-01-01", 1)).drop(columns="area_mu"), ratio=1.0)
    with pytest.raises(InputError, match="c1"):
        land_balance(_changes(_in("2022-01-01", -1)), ratio=1.0)


MOVES = st.lists(
    st.tuples(
        st.booleans(), st.integers(1, 28), st.sampled_from(["甲", "乙"]), st.integers(1, 500)
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@pytest.mark.long
@settings(max_examples=25)
@given(MOVES, st.randoms())
def test_order_of_rows_does_not_matter_and_more_in_never_breaks(moves, random):
    rows = [
        (_in if comes else _out)(f"2022-03-{day:02}", cents / 100, town)
        for comes, day, town, cents in moves
    ]
    first = land_balance(_changes(*rows), ratio=1.0)
    shuffled = list(rows)
    random.shuffle(shuffled)
    again = land_balance(_changes(*shuffled), ratio=1.0)
    pd.testing.assert_frame_equal(first.towns, again.towns)
    more = land_balance(_changes(*rows, _in("2022-03-01", 7, "甲")), ratio=1.0)
    assert len(more.breaches) <= len(first.breaches)


@settings(max_examples=25)
@given(MOVES)
def test_kept_means_that_no_day_owes(moves):
    rows = [
        (_in if comes else _out)(f"2022-03-{day:02}", cents / 100, town)
        for comes, day, town, cents in moves
    ]
    done = land_balance(_changes(*rows), ratio=1.0)
    for town, kept in zip(done.towns["town"], _kept(done), strict=True):
        owed = [
            sum(c if not i else -c for i, d, t, c in moves if t == town and d <= day)
            for day in range(1, 29)
        ]
        # on a day when nothing leaves, a debt is no new breach, but then it began earlier
        assert kept == (max(owed) <= 0)
