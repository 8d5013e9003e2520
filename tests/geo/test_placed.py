from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from platforms.geo.area import AREA_COLUMNS, measure_frame
from platforms.geo.crs import parse_crs
from platforms.geo.placed import OUTLINE_ACCURACY_M, place
from platforms.geo.read import read_plots
from platforms.geo.topology import check

EAST, NORTH = 40598000.125, 3121000.25
PLANE = parse_crs("EPSG:4528")
SQUARES = [shapely.box(EAST + 200 * i, NORTH, EAST + 200 * i + 100, NORTH + 100) for i in range(3)]
BOWTIE = shapely.Polygon(
    [(EAST, NORTH), (EAST + 10, NORTH + 30), (EAST + 10, NORTH), (EAST, NORTH + 30)]
)


class County:
    plane = pyproj.CRS.from_epsg(4528)
    county = shapely.box(120.7, 27.9, 121.3, 28.6)


def _saved(folder, shapes, *, name="a.gpkg", crs=4528):
    frame = gpd.GeoDataFrame({"plot_id": list("ABCD")[: len(shapes)]}, geometry=shapes, crs=4528)
    frame.to_crs(crs).to_file(folder / name)
    return folder / name


@pytest.fixture
def plots(tmp_path):
    return read_plots(_saved(tmp_path, SQUARES), workspace=County())


def test_shapes_drawn_in_a_plane_are_kept_to_the_last_bit(plots):
    placed = place(plots.frame, plots.source.plane, laid=plots.laid)
    assert placed is plots.laid.placed
    assert [s.equals_exact(o, 0) for s, o in zip(placed.shapes, SQUARES, strict=True)] == [True] * 3
    assert measure_frame(plots.frame, plane=placed)["planar_m2"].tolist() == [10_000.0] * 3


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f.iloc[::-1],
        lambda f: f.iloc[:2],
        lambda f: f.set_crs(4326, allow_override=True),
        lambda f: f.set_geometry(f.geometry.translate(1e-5)),
        lambda f: f.set_geometry(shapely.normalize(f.geometry.to_numpy())),
    ],
)
def test_shapes_of_another_frame_are_laid_anew(plots, change):
    changed = change(plots.frame.copy())
    placed = place(changed, PLANE, laid=plots.laid)
    assert placed is not plots.laid.placed
    assert len(placed.shapes) == len(changed)


def test_a_shape_put_into_the_frame_is_laid_anew(plots):
    plots.frame.loc[1, "geometry"] = plots.frame.geometry[1].buffer(1e-5)
    placed = place(plots.frame, PLANE, laid=plots.laid)
    assert shapely.area(placed.shapes[1]) > 10_300


def test_another_plane_is_laid_anew(plots):
    placed = place(plots.frame, "EPSG:4549", laid=plots.laid)
    assert placed.plane == parse_crs("EPSG:4549")
    assert shapely.bounds(placed.shapes)[0, 0] < 1_000_000


@pytest.mark.parametrize("crs", [4490, 4326])
def test_a_file_in_degrees_has_no_plane_of_its_own(tmp_path, crs):
    assert read_plots(_saved(tmp_path, SQUARES, crs=crs), workspace=County()).laid is None


def test_swapped_axes_are_not_taken_as_drawn(tmp_path):
    turned = [shapely.transform(s, lambda p: p[:, ::-1]) for s in SQUARES]
    plots = read_plots(_saved(tmp_path, turned), workspace=County(), crs="EPSG:4528:yx")
    assert plots.laid is None
    assert len(plots.frame) == 3


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.fgb", "a.csv"])
def test_what_the_reader_found_invalid_is_not_usable(tmp_path, name):
    shapes = [SQUARES[1], BOWTIE, SQUARES[2]]
    path = tmp_path / name
    if name == "a.csv":
        rows = [f'{i},"{s.wkt}"' for i, s in zip("ABC", shapes, strict=True)]
        path.write_text("\n".join(["plot_id,wkt", *rows]), encoding="utf-8")
    else:
        _saved(tmp_path, shapes, name=name)
    plots = read_plots(path, workspace=County(), crs="EPSG:4528")
    placed = plots.laid.placed
    assert placed.usable.tolist() == shapely.is_valid(placed.shapes).tolist()
    ids = plots.frame["plot_id"][~placed.usable]
    assert ids.tolist() == ["B"]
    found = [i.feature for i in check(plots.frame, plane=placed) if i.kind == "shape_crossed"]
    assert found == ["B"]


def test_plots_laid_by_the_reader_measure_as_those_laid_from_degrees(plots):
    drawn = measure_frame(plots.frame, plane=plots.laid.placed)
    anew = measure_frame(plots.frame, plane=place(plots.frame, PLANE))
    assert drawn["area_m2"].tolist() == anew["area_m2"].tolist()
    np.testing.assert_allclose(drawn[list(AREA_COLUMNS)], anew[list(AREA_COLUMNS)], atol=0.0011)


def test_each_county_is_asked_of_its_own(plots):
    placed = dataclasses.replace(plots.laid.placed)
    small = shapely.box(*plots.frame.geometry[0].buffer(1e-4).bounds)
    assert placed.inside(County.county, OUTLINE_ACCURACY_M).all()
    assert placed.inside(small, 0.0).tolist() == [True, False, False]
    # an outline equal to one that was asked, and the same with another accuracy
    assert placed.inside(shapely.from_wkb(small.wkb), 0.0).tolist() == [True, False, False]
    assert placed.inside(small, 1000.0).all()
    told = {i.feature: i.kind for i in check(plots.frame, plane=placed, county=small)}
    assert told == {"B": "shape_outside", "C": "shape_outside"}
