"""Corrected plots: only what was corrected changes, and what that changes is said."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

import platforms as ip
from platforms.errors import GeometryError, InputError, LimitError
from platforms.geo.read import Plots
from platforms.issues import IssueTable
from platforms.planning.survey import named_plots

TO_DEGREES = Transformer.from_crs(4528, 4490, always_xy=True)
EAST, NORTH = 40598000, 3121000


def degrees(shape):
    return shapely.transform(shape, lambda p: np.column_stack(TO_DEGREES.transform(*p.T)))


def box(w, s, e, n):
    return degrees(shapely.box(EAST + w, NORTH + s, EAST + e, NORTH + n))


def rings(shape):
    """Return a shape as the map sends it: rings without their first corner again."""
    return [
        [[list(point) for point in ring.coords[:-1]] for ring in (part.exterior, *part.interiors)]
        for part in shapely.get_parts(shape)
    ]


@pytest.fixture
def plots():
    """Two plots that share an edge of 100 m, and one apart with a hole and two parts."""
    holed = shapely.MultiPolygon(
        [
            box(300, 0, 400, 100).difference(box(320, 20, 340, 40)),
            box(420, 0, 430, 10),
        ]
    )
    frame = gpd.GeoDataFrame(
        {
            "plot_id": ["a", "b", "c"],
            "declared_m2": [9997.63, np.nan, np.nan],
            "use": ["M1", "M2", "M1"],
        },
        geometry=[box(0, 0, 100, 100), box(100, 0, 200, 100), holed],
        crs=4490,
    )
    frame.attrs["plane"] = "EPSG:4528"
    return named_plots(frame, name="plots.gpkg")


def test_a_changed_boundary_takes_the_old_ones_place_and_leaves_the_rest(yueqing, plots):
    wider = box(0, 0, 100, 120)
    change = ip.plot_correction("a", plots.frame, yueqing, shape=rings(wider))
    done = ip.correct_plots(plots, [change], yueqing)
    assert list(done.frame["plot_id"]) == ["a", "b", "c"]
    assert shapely.equals_exact(done.frame.geometry[0], wider)
    assert all(done.frame.geometry[1:] == plots.frame.geometry[1:])
    assert done.frame.attrs == plots.frame.attrs
    # what was given stays as it is
    assert shapely.equals_exact(plots.frame.geometry[0], box(0, 0, 100, 100))
    assert done.source.sha256 != plots.source.sha256
    assert "plots.gpkg" in done.source.name
    assert done.source.name != plots.source.name
    assert done.issues.by_kind()["plot_changed"] == 1


def test_what_a_change_does_to_area_and_faults_is_said(yueqing, plots):
    over = box(0, 0, 110, 100)
    change = ip.plot_correction("a", plots.frame, yueqing, shape=rings(over))
    told = ip.recheck_plots(plots, change, yueqing)
    # the first golden vector
    assert told.before["area_m2"].tolist() == [9997.63]
    assert told.after["area_m2"].tolist() == [pytest.approx(10997.4, abs=0.2)]
    assert told.delta_m2 == round(told.after["area_m2"][0] - 9997.63, 2)
    assert set(told.come.by_kind()) == {"shape_overlap", "declared_differs"}
    assert len(told.gone) == 0
    corrected = ip.correct_plots(plots, [change], yueqing)
    back = ip.plot_correction("a", corrected.frame, yueqing, shape=rings(box(0, 0, 100, 100)))
    again = ip.recheck_plots(corrected, back, yueqing)
    assert set(again.gone.by_kind()) == {"shape_overlap", "declared_differs"}
    assert again.delta_m2 == -told.delta_m2
    # the file as a whole says the same as the part that was looked at
    whole = ip.survey(corrected, workspace=yueqing)
    assert whole.frame["area_m2"][0] == told.after["area_m2"][0]
    assert whole.issues.by_kind()["shape_overlap"] == 1


def test_holes_and_parts_survive_a_change(yueqing, plots):
    shape = rings(plots.frame.geometry[2])
    shape[0][0][0] = [shape[0][0][0][0] + 1e-6, shape[0][0][0][1]]
    change = ip.plot_correction("c", plots.frame, yueqing, shape=shape)
    made = ip.correct_plots(plots, [change], yueqing).frame.geometry[2]
    assert [len(part.interiors) for part in made.geoms] == [1, 0]
    before = shapely.get_coordinates(plots.frame.geometry[2])
    after = shapely.get_coordinates(made)
    # one corner, which also closes its ring
    assert (before != after).any(axis=1).sum() == 2


def test_a_joined_corner_meets_the_neighbour_exactly(yueqing, plots):
    shape = rings(box(0, 0, 90, 100))
    target = shapely.get_coordinates(plots.frame.geometry[1])
    corner = target[
        np.hypot(*(target - shapely.get_coordinates(box(100, 0, 100, 1))[0]).T).argmin()
    ]
    near = min(shape[0][0], key=lambda p: abs(p[0] - corner[0]) + abs(p[1] - corner[1]))
    near[:] = [round(corner[0], 6), round(corner[1], 6), 1]
    change = ip.plot_correction("a", plots.frame, yueqing, shape=shape)
    assert tuple(corner) in change.shape[0][0]


def test_a_split_gives_new_ids_and_loses_no_printed_digit_unsaid(yueqing, plots):
    line = degrees(shapely.LineString([(EAST + 40, NORTH - 5), (EAST + 60, NORTH + 105)]))
    change = ip.plot_correction("a", plots.frame, yueqing, line=list(line.coords))
    done = ip.correct_plots(plots, [change], yueqing)
    assert list(done.frame["plot_id"]) == ["a-1", "a-2", "b", "c"]
    assert list(done.frame["use"]) == ["M1", "M1", "M2", "M1"]
    assert done.frame["declared_m2"].isna().all()
    assert done.source.features == plots.source.features + 1
    told = ip.recheck_plots(plots, change, yueqing)
    assert list(told.after["plot_id"]) == ["a-1", "a-2"]
    # two printed areas may miss the third by their rounding, and then it is said
    assert abs(told.delta_m2) <= 0.01
    assert told.delta_m2 == round(told.after["area_m2"].sum() - 9997.63, 2)
    assert len(told.come) == 0


def test_a_split_does_not_end_what_the_deed_is_off(yueqing, plots):
    frame = plots.frame.assign(declared_m2=[9000.0, np.nan, np.nan])
    frame.attrs = plots.frame.attrs
    off = Plots(frame, plots.issues, plots.source)
    line = degrees(shapely.LineString([(EAST + 40, NORTH - 5), (EAST + 60, NORTH + 105)]))
    change = ip.plot_correction("a", off.frame, yueqing, line=list(line.coords))
    told = ip.recheck_plots(off, change, yueqing)
    assert "declared_differs" in {issue.kind for issue in told.left}
    assert "declared_differs" not in {issue.kind for issue in told.gone}
    # a changed boundary that meets its deed does end it
    wide = ip.plot_correction("a", off.frame, yueqing, shape=rings(box(0, 0, 90.02, 100)))
    assert "declared_differs" in {i.kind for i in ip.recheck_plots(off, wide, yueqing).gone}


def test_an_id_that_is_taken_is_not_given_again(yueqing, plots):
    frame = plots.frame.assign(plot_id=["a", "a-1", "c"])
    frame.attrs = plots.frame.attrs
    given_ = Plots(frame, IssueTable(), plots.source)
    line = degrees(shapely.LineString([(EAST + 50, NORTH - 5), (EAST + 50, NORTH + 105)]))
    change = ip.plot_correction("a", frame, yueqing, line=list(line.coords))
    assert list(ip.correct_plots(given_, [change], yueqing).frame["plot_id"]) == [
        "a-2", "a-3", "a-1", "c",
    ]  # fmt: skip


def test_corrections_follow_each_other_and_none_is_the_file_itself(yueqing, plots):
    line = degrees(shapely.LineString([(EAST + 50, NORTH - 5), (EAST + 50, NORTH + 105)]))
    first = ip.plot_correction("a", plots.frame, yueqing, line=list(line.coords))
    once = ip.correct_plots(plots, [first], yueqing)
    second = ip.plot_correction("a-1", once.frame, yueqing, shape=rings(box(0, 0, 50, 90)))
    both = ip.correct_plots(plots, [first, second], yueqing)
    assert list(both.frame["plot_id"]) == list(once.frame["plot_id"])
    assert both.source.sha256 != once.source.sha256
    assert ip.correct_plots(plots, [], yueqing) is plots
    # the other way round there is no such plot yet
    with pytest.raises(InputError):
        ip.correct_plots(plots, [second, first], yueqing)


@pytest.mark.parametrize(
    ("given_", "error"),
    [
        ({"shape": []}, InputError),
        ({"shape": [[[[120, 28], [121, 28]]]]}, InputError),
        ({"shape": [[[[120, 28], [121, 28], ["x", 28]]]]}, InputError),
        ({"line": [[120, 28], [float("inf"), 28]]}, InputError),
        ({"line": ["ab", "cd"]}, InputError),
        ({"line": [[120, 28]]}, InputError),
        ({"line": [[120, 28]] * 10_001}, LimitError),
    ],
)
def test_what_is_no_shape_is_refused(yueqing, plots, given_, error):
    with pytest.raises(error):
        ip.plot_correction("a", plots.frame, yueqing, **given_)


def test_a_line_beside_the_plot_and_an_id_of_several_are_refused(yueqing, plots):
    beside = degrees(shapely.LineString([(EAST - 9, NORTH - 5), (EAST - 9, NORTH + 105)]))
    change = ip.plot_correction("a", plots.frame, yueqing, line=list(beside.coords))
    with pytest.raises(GeometryError):
        ip.correct_plots(plots, [change], yueqing)
    twice = plots.frame.assign(plot_id=["a", "a", "c"])
    with pytest.raises(InputError):
        ip.correct_plots(Plots(twice, IssueTable(), plots.source), [change], yueqing)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=60), st.integers(0, 3))
def test_sums_do_not_drift(hundredths, unknown):
    areas = pd.Series([n / 100 for n in hundredths] + [np.nan] * unknown)
    told = ip.area_sum(areas)
    assert told["area_m2"] == sum(hundredths) / 100
    assert told["plots"] == len(areas)
    assert told["unknown"] == unknown
