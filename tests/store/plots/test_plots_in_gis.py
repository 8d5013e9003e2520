"""GDAL, and so QGIS, reads the plots of a store, also while it is written to."""

from __future__ import annotations

import sqlite3

import geopandas as gpd
import pyogrio
import pytest
import shapely

from platforms.errors import InputError, StoreError
from platforms.store.care.checking import check_store
from platforms.store.opening import open_store
from platforms.store.spatial import add_functions


def frame_of(rows):
    shapes = [shapely.box(west, 28.0, west + 0.001, 28.001) for _, west in rows]
    return gpd.GeoDataFrame({"plot_id": [key for key, _ in rows]}, geometry=shapes, crs=4490)


@pytest.fixture
def store(tmp_path):
    made = open_store("here", tmp_path / "one.gpkg")
    made.plots.take(frame_of([("A", 121.0), ("B", 121.01), ("C", 121.02)]), by="王")
    return made


def test_the_layer_has_count_system_and_extent(store):
    told = pyogrio.read_info(store.path, layer="plot", force_total_bounds=True)
    assert (told["features"], told["crs"], told["geometry_type"]) == (
        3,
        "EPSG:4490",
        "MultiPolygon",
    )
    assert told["total_bounds"] == (121.0, 28.0, 121.02 + 0.001, 28.001)
    assert told["capabilities"]["fast_spatial_filter"]
    frame = pyogrio.read_dataframe(store.path, layer="plot")
    assert frame["plot_id"].tolist() == ["A", "B", "C"]
    assert frame.geometry.iloc[0].equals(shapely.box(121.0, 28.0, 121.001, 28.001))


def test_extent_and_index_follow_each_write(store):
    store.plots.remove("C", by="王")
    store.plots.change("A", shape=shapely.box(120.5, 28.0, 120.6, 28.2), by="王")
    bounds = pyogrio.read_info(store.path, layer="plot", force_total_bounds=True)["total_bounds"]
    assert bounds == (120.5, 28.0, 121.01 + 0.001, 28.2)

    def near(box):
        found = pyogrio.read_dataframe(store.path, layer="plot", bbox=box)
        return sorted(found["plot_id"])

    assert near((120.5, 28.1, 120.55, 28.15)) == ["A"]
    assert near((121.0, 27.0, 121.05, 29.0)) == ["B"]


def test_it_is_read_while_a_write_is_under_way(store):
    def half_written():
        with store.turns.writing("王") as connection:
            connection.exec_driver_sql("DELETE FROM plot")
            # of what is not committed nothing is seen, and nobody waits
            seen.append(len(pyogrio.read_dataframe(store.path, layer="plot")))
            raise InputError("plots.no_id")

    seen: list[int] = []
    with pytest.raises(InputError):
        half_written()
    assert seen == [3]
    assert len(pyogrio.read_dataframe(store.path, layer="plot")) == 3


def test_who_holds_the_file_is_waited_for_and_then_named(store, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE_WAIT", "0.3")
    quick = open_store("here", store.path)
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert quick.plots.count() == 3
        with pytest.raises(StoreError) as caught:
            quick.plots.remove("A", by="王")
        assert caught.value.key == "store.busy"
        assert "QGIS" in caught.value.message("en")
    finally:
        other.execute("ROLLBACK")
        other.close()
    quick.plots.remove("A", by="王")
    assert quick.plots.count() == 2


def test_another_program_changes_a_shape_and_the_index_follows(store):
    """As GDAL does it: the triggers of the standard, the functions those of the program."""
    moved = pyogrio.read_dataframe(store.path, layer="plot", fid_as_index=True)
    assert list(moved.index) == [1, 2, 3]
    plain = sqlite3.connect(store.path)
    add_functions(plain)
    plain.execute("UPDATE plot SET shape = (SELECT shape FROM plot WHERE id = 3) WHERE id = 1")
    plain.commit()
    plain.close()
    box = (121.02, 28.0, 121.03, 28.1)
    found = pyogrio.read_dataframe(store.path, layer="plot", bbox=box)
    assert sorted(found["plot_id"]) == ["A", "C"]
    # no version says so, and the check tells
    assert [one.said for one in check_store(store).faults] == ["plot"]
