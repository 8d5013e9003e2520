from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.errors import InputError
from platforms.planning.adjustment import adjust

CENTS = st.integers(min_value=1, max_value=10**9)


def _plots(areas, **more):
    ids = [str(n) for n in range(1, len(areas) + 1)]
    return gpd.GeoDataFrame({"plot_id": ids, "area_m2": areas, **more})


@given(st.lists(CENTS, min_size=1, max_size=40), st.integers(-1_000_000, 1_000_000))
def test_adjusted_areas_sum_to_the_total_and_nothing_else_changes(cents, ppm):
    control = max(1, sum(cents) * (1_000_000 + ppm) // 1_000_000)
    frame = _plots([c / 100 for c in cents])
    done = adjust(frame, control / 100, tolerance_ppm=1e30)
    adjusted = np.rint(done.frame["adjusted_m2"] * 100).astype(np.int64)
    residue = np.rint(done.frame["residue_m2"] * 100).astype(np.int64)
    assert adjusted.sum() == control
    assert (adjusted - residue).tolist() == cents
    assert (adjusted >= 0).all()
    # in proportion: no plot is more than one cent from its share
    shares = np.array(cents) / sum(cents) * (control - sum(cents))
    assert (np.abs(residue - shares) < 1 + 1e-6 * np.abs(shares)).all()
    assert done.frame["area_m2"].tolist() == frame["area_m2"].tolist()
    assert "adjusted_m2" not in frame


GROUPED = st.lists(st.tuples(st.sampled_from("abc"), CENTS), min_size=1, max_size=40)


@given(GROUPED, st.integers(-100, 100))
def test_each_group_sums_to_its_own_total_whatever_the_others_do(pairs, ppm):
    sums: dict[str, int] = {}
    for name, cents in pairs:
        sums[name] = sums.get(name, 0) + cents
    control = {name: max(1, cents + cents * ppm // 1_000_000) for name, cents in sums.items()}
    frame = _plots([cents / 100 for _, cents in pairs], town=[name for name, _ in pairs])
    done = adjust(
        frame, {name: c / 100 for name, c in control.items()}, group="town", tolerance_ppm=1e30
    )
    adjusted = np.rint(done.frame["adjusted_m2"] * 100).astype(np.int64)
    assert adjusted.groupby(done.frame["town"]).sum().to_dict() == control
    rows = done.groups.set_index("group")
    closed = ((rows["area_m2"] + rows["misclosure_m2"]) * 100).round().astype(np.int64)
    assert closed.to_dict() == control
    alone = {
        name: adjust(frame[frame["town"] == name], c / 100, tolerance_ppm=1e30).frame["adjusted_m2"]
        for name, c in control.items()
    }
    assert done.frame["adjusted_m2"].tolist() == [alone[n][i] for i, (n, _) in enumerate(pairs)]


def test_the_misclosure_is_stated():
    row = adjust(_plots([9997.63, 24994.43]), 34993.06).groups.loc[0]
    assert (row["area_m2"], row["misclosure_m2"]) == (34992.06, 1.0)
    assert row["adjusted_m2"] == 34993.06
    assert row["misclosure_ppm"] == 28.58


def test_a_large_misclosure_is_refused_unless_asked():
    plots = _plots([1000.0, 1000.0])
    with pytest.raises(InputError) as caught:
        adjust(plots, 2001.0)
    assert caught.value.key == "planning.adjust.over_tolerance"
    assert "--control-tolerance" in str(caught.value)
    done = adjust(plots, 2001.0, tolerance_ppm=600)
    assert done.frame["adjusted_m2"].tolist() == [1000.5, 1000.5]


def test_a_total_of_plane_areas_is_named():
    plots = _plots([9997.63, 24994.43], planar_m2=[10000.0, 25000.0])
    with pytest.raises(InputError) as caught:
        adjust(plots, 35000)
    assert caught.value.key == "planning.adjust.plane_total"


def test_groups_have_their_own_totals_and_the_others_are_named():
    plots = _plots(
        [1000.0, 3000.0, 500.0, np.nan, 700.0],
        town=["柳市镇", "柳市镇", "北白象镇", "柳市镇", None],
    )
    done = adjust(plots, {"柳市镇": 4000.04, "北白象镇": 499.99}, group="town")
    assert done.frame["adjusted_m2"].tolist()[:3] == [1000.01, 3000.03, 499.99]
    assert done.frame["adjusted_m2"].isna().tolist()[3:] == [True, True]
    assert {(i.kind, i.feature) for i in done.issues} == {
        ("adjust_no_area", "4"), ("adjust_no_total", "5"),
    }  # fmt: skip
    assert done.groups["misclosure_m2"].tolist() == [0.04, -0.01]


@pytest.mark.parametrize(
    ("control", "options", "key"),
    [
        (0, {}, "not_positive"),
        (float("nan"), {}, "not_positive"),
        (float("inf"), {}, "not_positive"),
        (-10.0, {}, "not_positive"),
        (0.004, {}, "not_positive"),
        ({"a": 1.0}, {}, "group_or_total"),
        (5.0, {"group": "area_m2"}, "group_or_total"),
        (5.0, {"by": "weight"}, "no_column"),
        ({"nowhere": 5.0}, {"group": "plot_id"}, "no_plots"),
    ],
)
def test_what_cannot_be_adjusted_is_refused(control, options, key):
    with pytest.raises(InputError) as caught:
        adjust(_plots([10.0]), control, **options)
    assert caught.value.key == f"planning.adjust.{key}"
