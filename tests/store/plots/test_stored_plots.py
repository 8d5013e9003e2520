"""Plots in the store: what is new, what differs, what was before, and what two wrote at once."""

from __future__ import annotations

import datetime as dt
import struct

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from platforms.errors import ConflictError, InputError
from platforms.store.plots.records import attributes_text, records_of, shapes_of, wkb_of


def square(west, south=28.0, side=0.001):
    return shapely.box(west, south, west + side, south + side)


def a_frame(rows, **columns):
    """Plots of (id, west)."""
    table = pd.DataFrame({"plot_id": [key for key, _ in rows], **columns})
    return gpd.GeoDataFrame(table, geometry=[square(west) for _, west in rows], crs="EPSG:4490")


@pytest.fixture
def store(opened):
    return opened("here")


@pytest.fixture
def plots(store):
    return store.plots


ROWS = [("A", 121.0), ("B", 121.01), ("C", 121.02)]


def test_a_file_taken_twice_adds_nothing(plots):
    frame = a_frame(ROWS, use=["工业", None, "仓储"], floors=[1, 2, 3])
    first = plots.take(frame, by="王", why="二调")
    assert (first.added, first.changed, first.same, first.removed) == (3, 0, 0, 0)
    # a gap makes a column of floats; the numbers are the same
    again = plots.take(frame.assign(floors=[1.0, 2.0, 3.0]), by="李")
    assert (again.added, again.changed, again.same, again.act) == (0, 0, 3, None)
    assert plots.acts()["act"].tolist() == [first.act]
    now = plots.frame()
    assert now["plot_id"].tolist() == ["A", "B", "C"]
    assert now["store_version"].tolist() == [1, 1, 1]
    assert now["use"].isna().tolist() == [False, True, False]
    assert now["floors"].dtype == "Int64"
    assert now.crs.to_epsg() == 4490
    assert now.geometry.geom_equals(frame.geometry).all()


def told(taken):
    return [(i.kind, i.feature, i.values["other"]) for i in taken.issues]  # noqa: PD011 no frame


def test_land_that_is_there_under_another_id_is_told(plots):
    assert told(plots.take(a_frame(ROWS), by="王")) == []
    taken = plots.take(a_frame([("Ａ", 121.0), ("X", 121.0104), ("Y", 121.0006)]), by="李")
    assert taken.added == 3
    assert sorted(told(taken)) == [
        ("store_id_alike", "Ａ", "A"),
        ("store_same_land", "X", "B"),
        ("store_same_land", "Ａ", "A"),
    ]
    # a neighbour that touches, and what goes with this very act, are no such plots
    assert told(plots.take(a_frame([("N", 121.021)]), by="李")) == []
    assert told(plots.take(a_frame([("Z", 121.0)]), by="李", whole=True)) == []


def test_what_differs_is_a_new_version_and_the_old_one_stays(plots):
    plots.take(a_frame(ROWS, use=["a", "b", "c"]), by="王")
    then = dt.datetime.now(dt.UTC)
    taken = plots.take(
        a_frame([("B", 121.011), ("D", 121.03)], use=["b", "d"]), by="李", why="更新"
    )
    assert (taken.added, taken.changed, taken.same, taken.removed) == (1, 1, 0, 0)
    assert plots.count() == 4
    assert plots.frame(at=then)["plot_id"].tolist() == ["A", "B", "C"]
    assert plots.frame(at=then).geometry.iloc[1].equals(square(121.01))
    whole = plots.take(a_frame([("D", 121.03)], use=["d"]), by="李", whole=True)
    assert (whole.same, whole.removed) == (1, 3)
    assert plots.frame()["plot_id"].tolist() == ["D"]
    past = plots.history("B")
    assert past["what"].tolist() == ["add", "add", "change", "remove", "remove"]
    moved = past[past["what"] == "change"].iloc[0]
    assert (moved["field"], moved["who"], moved["why"], moved["version"]) == (
        "geometry", "李", "更新", 2,
    )  # fmt: skip
    assert moved["was"].endswith(" m²")
    # what was out comes back under the next number
    assert plots.take(a_frame([("B", 121.0)]), by="王").added == 1
    assert plots.history("B")["version"].max() == 4


@given(st.lists(st.tuples(*[st.floats(-180, 180)] * 2), min_size=3, max_size=6, unique=True))
def test_coordinates_come_back_bit_for_bit(points):
    shape = shapely.Polygon(points)
    wkb = wkb_of(np.array([shape], dtype=object), ["x"])
    back = shapes_of(wkb)[0]
    flat = shapely.get_coordinates([shape, back]).ravel()
    half = len(flat) // 2
    assert [struct.pack("<d", one) for one in flat[:half]] == [
        struct.pack("<d", one) for one in flat[half:]
    ]


def test_shapes_pass_through_the_database_as_they_are(plots):
    odd = shapely.Polygon([(120.1 + 1e-13, 28), (120.1 + 3e-13, 28.0000000000001), (120.2, 28.3)])
    many = shapely.MultiPolygon([odd, square(121.5)])
    frame = gpd.GeoDataFrame(
        {"plot_id": ["one", "many", "none"]}, geometry=[odd, many, None], crs="EPSG:4490"
    )
    plots.take(frame, by="王")
    now = plots.frame()
    assert shapely.to_wkb(now.geometry.iloc[:2]).tolist() == shapely.to_wkb([odd, many]).tolist()
    assert now.geometry.iloc[2] is None
    assert plots.take(now, by="王").same == 3


def test_a_box_finds_the_plots_in_it(plots):
    plots.take(a_frame(ROWS), by="王")
    box = (121.0095, 27.9, 121.0115, 28.1)
    assert plots.frame(bbox=box)["plot_id"].tolist() == ["B"]
    assert plots.count(bbox=box) == 1
    assert plots.frame(bbox=(120.0, 20.0, 120.5, 21.0)).empty
    assert plots.frame(limit=2)["plot_id"].tolist() == ["A", "B"]
    plots.remove("B", by="王")
    assert plots.count(bbox=box) == 0
    plots.change("A", shape=square(121.01), by="王")
    assert plots.frame(bbox=box)["plot_id"].tolist() == ["A"]
    then = dt.datetime.now(dt.UTC)
    assert plots.frame(bbox=box, at=then)["plot_id"].tolist() == ["A"]


def test_a_change_on_an_older_version_is_told_field_by_field(plots):
    plots.take(a_frame(ROWS, use=["a", "b", "c"], firm=["x", "y", "z"]), by="王")
    assert plots.change("A", attributes={"use": "工业"}, by="李", why="实地", version=1) == 2
    with pytest.raises(ConflictError) as caught:
        plots.change("A", attributes={"use": "仓储"}, shape=square(121.0, side=0.002), by="张",
                     version=1)  # fmt: skip
    assert caught.value.message("en") != caught.value.message("zh_CN")
    told = {row["field"]: row for row in caught.value.fields["conflicts"]}
    assert set(told) == {"use", "geometry"}
    use, shape = told["use"], told["geometry"]
    assert (use["base"], use["theirs"], use["ours"], use["who"]) == ("a", "工业", "仓储", "李")
    assert shape["base"] == shape["theirs"]
    assert float(shape["ours"].split()[0]) == pytest.approx(
        4 * float(shape["base"].split()[0]), rel=1e-3
    )
    # nothing was written, and what holds already is no conflict
    assert plots.frame()["store_version"].tolist() == [2, 1, 1]
    assert plots.change("A", attributes={"use": "工业"}, by="张", version=1) == 2
    assert plots.change("A", attributes={"firm": None}, by="张", version=2) == 3
    assert plots.frame()["firm"].isna().tolist() == [True, False, False]
    assert plots.change("A", attributes={"firm": None}, by="张") == 3


def test_undo_is_a_new_version(plots):
    plots.take(a_frame(ROWS[:2], use=["a", "b"]), by="王")
    second = plots.take(a_frame([("A", 121.0), ("C", 121.02)], use=["x", "c"]), by="王", whole=True)
    assert plots.undo(second.act, by="李", why="错了") == 3
    now = plots.frame().set_index("plot_id")
    assert now["use"].to_dict() == {"A": "a", "B": "b"}
    assert now["store_version"].to_dict() == {"A": 3, "B": 3}
    assert plots.acts().iloc[0][["what", "undoes", "plots"]].tolist() == ["undo", second.act, 3]
    assert _refused(plots.undo, second.act, by="李") == "plots.undone_already"
    assert _refused(plots.undo, "nothing", by="李") == "plots.act_unknown"
    third = plots.take(a_frame([("A", 121.0)], use=["y"]), by="王")
    plots.change("A", attributes={"use": "z"}, by="张")
    with pytest.raises(ConflictError) as caught:
        plots.undo(third.act, by="王")
    assert caught.value.fields["conflicts"][0]["who"] == "张"
    assert plots.frame().set_index("plot_id").loc["A", "use"] == "z"


def _refused(call, *arguments, **named):
    with pytest.raises(InputError) as caught:
        call(*arguments, **named)
    assert caught.value.message("zh_CN") != caught.value.message("en")
    return caught.value.key


def test_what_cannot_be_kept_is_refused_whole(plots):
    good = a_frame(ROWS)
    assert _refused(plots.take, good, by=" ") == "ledger.nobody"
    assert _refused(plots.take, good.drop(columns="plot_id"), by="王") == "plots.no_id"
    assert _refused(plots.take, a_frame([*ROWS, (" ", 1.0)]), by="王") == "plots.no_id"
    assert _refused(plots.take, a_frame([*ROWS, ("A", 1.0)]), by="王") == "plots.twice"
    bare = good.set_crs(None, allow_override=True)
    assert _refused(plots.take, bare, by="王") == "plots.no_crs"
    lines = good.set_geometry(good.geometry.boundary)
    assert _refused(plots.take, lines, by="王") == "plots.no_polygon"
    with np.errstate(invalid="ignore"):
        odd = shapely.Polygon([(1, 1), (2, np.nan), (2, 2)])
    holed = good.set_geometry(
        [odd, *good.geometry.iloc[1:]],
        crs=good.crs,
    )
    assert _refused(plots.take, holed, by="王") == "plots.no_polygon"
    assert plots.count() == 0
    assert _refused(plots.history, "A") == "plots.unknown"
    assert _refused(plots.change, "A", attributes={}, by="王") == "plots.unknown"
    assert _refused(plots.remove, ["A"], by="王") == "plots.unknown"
    assert _refused(plots.frame, at=dt.datetime(2026, 1, 1)) == "plots.no_zone"  # noqa: DTZ001


def test_workspaces_are_apart(opened, plots):
    plots.take(a_frame(ROWS), by="王")
    there = opened("there").plots
    assert there.count() == 0
    there.take(a_frame(ROWS[:1]), by="王")
    assert there.take(a_frame(ROWS[1:2]), by="王", whole=True).removed == 1
    assert plots.count() == 3


def test_missing_and_whole_values_have_one_form():
    assert attributes_text({"b": 2.0, "a": np.nan, "c": None, "d": True}) == '{"b":2,"d":true}'
    assert attributes_text({"n": 0.1, "x": np.int64(3), "t": "亩"}) == '{"n":0.1,"t":"亩","x":3}'


@pytest.mark.parametrize(
    "cells",
    [
        pd.Series([1.0, -0.0, 0.5, np.nan, np.inf, 2.0**53, 2.0**53 - 1, -(2.0**60), 1e-9]),
        pd.Series([1, None], dtype="Int64"),
        pd.Series([True, None], dtype="boolean"),
        pd.Series(["工业", None, ""], dtype="str"),
    ],
    ids=["floats", "whole", "boolean", "text"],
)
def test_a_column_is_kept_as_its_cells_are_one_by_one(cells):
    frame = gpd.GeoDataFrame(
        {"plot_id": [str(at) for at in range(len(cells))], "cell": cells},
        geometry=[square(121.0)] * len(cells), crs="EPSG:4490",
    )  # fmt: skip
    kept = [one.attributes for one in records_of(frame).values()]
    assert kept == [attributes_text({"cell": cell}) for cell in cells.tolist()]


def test_what_a_run_reads_has_no_columns_of_the_store(opened, plots, workspace_like):
    plots.take(a_frame(ROWS, use=["a", "b", "c"]), by="王")
    read = plots.read(workspace_like)
    assert list(read.frame.columns) == ["plot_id", "use", "geometry"]
    assert (read.source.features, read.source.plane) == (3, "EPSG:4528")
    before = read.source.sha256
    plots.change("A", attributes={"use": "z"}, by="王")
    assert plots.read(workspace_like).source.sha256 != before
    empty = opened("there").plots
    assert _refused(empty.read, workspace_like) == "plots.none"


@pytest.fixture
def workspace_like():
    from types import SimpleNamespace

    return SimpleNamespace(plan=SimpleNamespace(crs="EPSG:4528"))


def test_an_outline_that_crosses_itself_is_kept_and_told_with_both_areas(opened):
    ring = shapely.Polygon([(121, 28), (121.001, 28.001), (121.001, 28), (121, 28.001)])
    frame = gpd.GeoDataFrame(
        {"plot_id": ["tie", "square"]}, geometry=[ring, shapely.box(121, 28, 121.001, 28.001)],
        crs=4490,
    )  # fmt: skip
    store = opened()
    taken = store.plots.take(frame, by="王")
    (one,) = [one for one in taken.issues if one.kind == "shape_crossed"]
    # two triangles, of which the order of the points takes one from the other
    assert one.feature == "tie"
    assert one.delta_m2 == pytest.approx(5_448, rel=0.01)
    kept = store.plots.frame().set_index("plot_id").geometry["tie"]
    assert kept.normalize().equals_exact(ring.normalize(), 0)
    assert not len(store.plots.take(frame[1:], by="王").issues)
