"""The hash is of what a table holds: not of its index, its types' names or its bytes on disk."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from platforms.planning.scenarios.fingerprint import settled, table_hash

CELLS = {
    "text": st.one_of(st.none(), st.text(max_size=5)),
    "whole": st.one_of(st.none(), st.integers(-(2**53), 2**53)),
    "number": st.one_of(st.none(), st.floats(allow_nan=True, width=64)),
    "truth": st.one_of(st.none(), st.booleans()),
}


def hashed(**columns):
    return table_hash(settled(pd.DataFrame(columns)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["x", "", None], ["x", None, ""]),
        (["ab", "c"], ["a", "bc"]),
        ([1.0, np.nan], [np.nan, 1.0]),
        ([0.0, 1.0], [1.0, 0.0]),
        ([True, False], [False, True]),
        ([1, 2], [1.0, 2.0]),
        ([], [""]),
    ],
)
def test_other_content_has_another_hash(one, other):
    assert hashed(a=one) != hashed(a=other)


def test_names_and_order_count_and_the_index_does_not():
    assert hashed(a=[1, 2]) != hashed(b=[1, 2])
    assert hashed(a=[1], b=[2]) != hashed(b=[2], a=[1])
    frame = pd.DataFrame({"a": ["x", "y"]}, index=[7, 3])
    assert table_hash(settled(frame)) == hashed(a=["x", "y"])
    assert hashed(a=[0.0]) == hashed(a=[-0.0])


def test_a_part_of_a_column_is_hashed_as_itself():
    frame = settled(pd.DataFrame({"a": ["long", "x", None]}))
    assert table_hash(frame.iloc[1:]) == hashed(a=["x", None])


def test_columns_can_be_left_out():
    frame = settled(pd.DataFrame({"a": [1], "reason": ["低"]}))
    assert table_hash(frame, without=("reason",)) == hashed(a=[1])


def test_shapes_count_in_degrees_whatever_they_came_in():
    square = gpd.GeoDataFrame({"n": [1]}, geometry=[box(120, 28, 120.01, 28.01)], crs="EPSG:4490")
    moved = square.set_geometry(square.translate(1e-9))
    assert table_hash(settled(square)) != table_hash(settled(moved))
    named = square.rename_geometry("shape")
    assert table_hash(settled(named)) == table_hash(settled(square))
    plane = settled(square.to_crs("EPSG:4528"))
    assert plane.crs == square.crs
    assert plane.geometry.iloc[0].equals_exact(square.geometry.iloc[0], 1e-9)


def test_odd_columns_become_plain():
    frame = settled(
        pd.DataFrame(
            {
                "list": [["a", 1], None],
                "day": pd.to_datetime(["2026-01-02", None]),
                "mixed": pd.Series([None, 1.5], dtype=object),
                "category": pd.Categorical(["x", None]),
            }
        )
    )
    assert frame["list"].tolist()[0] == '["a", 1]'
    assert frame["day"].tolist()[0] == "2026-01-02T00:00:00"
    assert frame["mixed"].dtype == "float64"
    assert frame["category"].isna().tolist() == [False, True]


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_settling_again_changes_nothing_and_parquet_keeps_the_hash(data):
    from platforms.store.frames import from_bytes, to_bytes

    rows = data.draw(st.integers(0, 4))
    columns = {
        name: data.draw(st.lists(cells, min_size=rows, max_size=rows))
        for name, cells in CELLS.items()
    }
    frame = settled(pd.DataFrame(columns))
    sha256 = table_hash(frame)
    assert table_hash(settled(frame)) == sha256
    read = from_bytes(to_bytes(frame), path="x")
    pd.testing.assert_frame_equal(read, frame)
    assert table_hash(read) == sha256


def test_shapes_come_back_as_they_were():
    from platforms.store.frames import from_bytes, to_bytes

    shapes = [Point(120.123456789012, 28.1), None, Point()]
    frame = settled(gpd.GeoDataFrame({"a": [1, 2, 3]}, geometry=shapes, crs="EPSG:4490"))
    read = from_bytes(to_bytes(frame), path="x")
    assert read.crs == frame.crs
    assert table_hash(read) == table_hash(frame)
