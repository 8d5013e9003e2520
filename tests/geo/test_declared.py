"""Declared areas against measured ones: the nearer counts, a row where they differ."""

from __future__ import annotations

import geopandas as gpd
import pytest

from platforms.geo.declared import compare_declared

NAN = float("nan")


def _issues(*rows: tuple[float, float, float]):
    frame = gpd.GeoDataFrame(rows, columns=["declared_m2", "area_m2", "planar_m2"])
    return list(compare_declared(frame.assign(plot_id=[f"P{i}" for i in range(len(rows))])))


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        (10_000.0, None),
        (9_997.84, None),
        (9_997.0, "declared_close"),
        (10_009.0, "declared_close"),
        (10_011.0, "declared_differs"),
        (100_000.0, "declared_differs"),
        (NAN, None),
        (0.0, None),
    ],
)
def test_the_nearer_area_counts(declared, kind):
    found = _issues((declared, 9_997.84, 10_000.0))
    assert [issue.kind for issue in found] == ([kind] if kind else [])


def test_a_square_metre_is_allowed_to_small_plots():
    close, far = _issues((50.9, 50.0, 50.0)), _issues((51.1, 50.0, 50.0))
    assert [i.severity for i in (*close, *far)] == ["info", "warning"]
    assert "+1.10 平方米（+2.2 %）" in far[0].message("zh_CN")


def test_many_small_differences_are_one_row_that_names_the_largest():
    (issue,) = _issues((100.2, 100.0, 100.0), (99.4, 100.0, 100.0), (100.0, 100.0, 100.0))
    assert (issue.feature, issue.values["count"], issue.values["plot"]) == (None, 2, "P1")


def test_what_was_not_measured_is_not_compared():
    assert _issues((100.0, NAN, NAN)) == []
