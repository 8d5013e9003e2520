from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.planning.figures import key_figures, mu_of, summarise


def _plots(**columns):
    frame = pd.DataFrame(
        {
            "plot_id": ["1", "2", "3", "4"],
            "area_m2": [10_000.0, 666.67, 2000.0, np.nan],
            "net_m2": [8_000.0, 666.67, np.nan, np.nan],
            "verdict": ["low_efficiency", "not", "low_efficiency", "unknown"],
            "town": ["甲镇", "乙镇", "甲镇", None],
            "credit_code": ["A", "B", "A", None],
        }
    )
    return frame.assign(**columns)


def test_figures_are_sums_of_printed_areas():
    figures = key_figures(_plots())
    assert figures["plots"] == 4
    assert figures["area_mu"] == 19.0  # 12 666.67 m² × 0.0015 = 19.000005
    assert (figures["low_efficiency"], figures["low_efficiency_mu"]) == (2, 18.0)
    assert (figures["not"], figures["unknown"]) == (1, 1)
    assert figures["reclaimable_mu"] == 12.0
    # a low-efficiency plot whose net land is not known is counted, not taken as zero
    assert figures["reclaimable_unknown"] == 1
    # one firm on two plots is one firm
    assert figures["low_efficiency_firms"] == 1


def test_land_of_two_low_plots_counts_once_in_the_headline():
    low = _plots(verdict="low_efficiency", net_overlap_m2=[0.0, 666.67, np.nan, np.nan])
    figures = key_figures(low)
    assert (figures["reclaimable_mu"], figures["reclaimable_overlap_mu"]) == (12.0, 1.0)
    towns = summarise(low, "town")["reclaimable_mu"].tolist()
    assert towns[:2] == [0.0, 12.0]
    # of the plot without a town nothing is known
    assert np.isnan(towns[2])


def test_no_plots_are_zero_plots():
    figures = key_figures(_plots().iloc[:0])
    assert figures["plots"] == figures["area_mu"] == figures["reclaimable_mu"] == 0


def test_a_summary_keeps_every_plot_once_and_every_wanted_group():
    table = summarise(_plots(), "town", order=["丙镇", "甲镇"])
    assert table["town"].tolist() == ["丙镇", "甲镇", "乙镇", ""]
    assert table["plots"].tolist() == [0, 2, 1, 1]
    assert table["plots"].sum() == 4
    assert table.set_index("town").loc["甲镇", "reclaimable_mu"] == 12.0


_CENTS = st.none() | st.integers(0, 10**9)
_ROW = st.tuples(
    st.sampled_from(["甲镇", "乙镇", None]),
    st.sampled_from(["low_efficiency", "idle", "not", "unknown"]),
    _CENTS,
    _CENTS,
    _CENTS,
)


@pytest.mark.long
@given(
    st.lists(_ROW, min_size=1, max_size=12),
    st.sampled_from([("low_efficiency",), ("low_efficiency", "idle"), ("idle",)]),
    st.booleans(),
)
def test_a_row_of_a_summary_holds_the_key_figures_of_its_group(rows, outcomes, overlaps):
    plots = pd.DataFrame(rows, columns=["town", "verdict", "area_m2", "net_m2", "net_overlap_m2"])
    areas = ["area_m2", "net_m2", "net_overlap_m2"]
    plots[areas] = plots[areas].astype("float64") / 100
    if not overlaps:
        plots = plots.drop(columns="net_overlap_m2")
    table = summarise(plots, "town", order=["丙镇"], outcomes=outcomes).set_index("town")
    for town, row in table.iterrows():
        group = plots[plots["town"].fillna("").eq(town)]
        expected = key_figures(group, outcomes=outcomes)
        assert row.to_dict() == pytest.approx({n: expected[n] for n in row.index}, nan_ok=True)


@given(st.lists(st.integers(0, 10**9), max_size=40), st.randoms(use_true_random=False))
def test_the_total_does_not_depend_on_the_order(cents, random):
    areas = [c / 100 for c in cents]
    shuffled = areas.copy()
    random.shuffle(shuffled)
    assert mu_of(pd.Series(areas, dtype="float64")) == mu_of(pd.Series(shuffled, dtype="float64"))


def test_the_total_is_rounded_half_up():
    # 3.33 m² + 6 666 663.33… is avoided: 10 m² are 0.015 亩 and are printed 0.02
    assert mu_of(pd.Series([10.0])) == 0.02
    assert mu_of(pd.Series([3.33, 6.67])) == 0.02
    assert mu_of(pd.Series([np.nan])) == 0.0
    assert mu_of(pd.Series([1e9])) == pytest.approx(1_500_000.0)


def test_plots_without_any_verdict_leave_what_is_hit_unknown():
    figures = key_figures(_plots(verdict="unknown"))
    assert (figures["unknown"], figures["low_efficiency"]) == (4, 0)
    assert figures["unknown_mu"] == figures["area_mu"] == 19.0
    names = (
        "low_efficiency_mu",
        "reclaimable_mu",
        "reclaimable_overlap_mu",
        "low_efficiency_firms",
    )
    assert all(np.isnan(figures[name]) for name in names)
    # one plot that was judged is a figure, and it says 0
    judged = key_figures(_plots(verdict=["not", "unknown", "unknown", "unknown"]))
    assert (judged["low_efficiency_mu"], judged["reclaimable_mu"]) == (0.0, 0.0)
    town = summarise(_plots(), "town").set_index("town")["low_efficiency_mu"]
    assert np.isnan(town[""])
    assert town["乙镇"] == 0.0


def test_low_plots_of_which_no_net_land_is_known_have_no_reclaimable_figure():
    figures = key_figures(_plots(net_m2=np.nan))
    assert figures["low_efficiency_mu"] == 18.0
    assert np.isnan(figures["reclaimable_mu"])
