from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from platforms.cli import main
from platforms.messages import text

PLOTS = 23


@pytest.fixture
def many(tmp_path):
    shapes = [
        shapely.box(40598000 + 200 * i, 3121000, 40598100 + 200 * i, 3121100) for i in range(PLOTS)
    ]
    frame = gpd.GeoDataFrame(
        {"plot_id": [f"P{i:02d}" for i in range(PLOTS)]}, geometry=shapes, crs=4528
    )
    frame.to_file(tmp_path / "many.gpkg")
    return tmp_path / "many.gpkg"


def _printed(capsys, *arguments):
    assert main(["measure", *map(str, arguments)]) == 0
    return capsys.readouterr().out.splitlines()


def test_every_plot_is_printed_where_no_file_is_written(capsys, many):
    lines = _printed(capsys, many)
    assert [line[:3] for line in lines[:PLOTS]] == [f"P{i:02d}" for i in range(PLOTS)]
    assert len(lines) == PLOTS + 1


def test_the_first_plots_are_printed_beside_a_file_that_holds_them_all(capsys, tmp_path, many):
    out = tmp_path / "out.gpkg"
    lines = _printed(capsys, many, "-o", out)
    assert [line[:3] for line in lines[:20]] == [f"P{i:02d}" for i in range(20)]
    assert lines[20] == text("cli.measure.rest", plots=3, file=str(out))
    assert lines[21].startswith(text("cli.measure.total", plots=PLOTS, area_m2="", area_mu="")[:4])
    assert len(gpd.read_file(out)) == PLOTS


def test_a_boundary_file_holds_no_areas_so_all_are_printed(capsys, tmp_path, many):
    lines = _printed(capsys, many, "-o", tmp_path / "out.txt")
    assert [line[:3] for line in lines[:PLOTS]] == [f"P{i:02d}" for i in range(PLOTS)]


def test_plots_outside_the_county_are_counted_by_measure_and_check(capsys, tmp_path):
    at = (40598000, 40658000)
    shapes = [shapely.box(x, 3121000, x + 100, 3121100) for x in at]
    frame = gpd.GeoDataFrame({"plot_id": ["in", "out"]}, geometry=shapes, crs=4528)
    frame.to_file(tmp_path / "two.gpkg")
    told = text("cli.measure.outside", count=1)
    assert told in _printed(capsys, tmp_path / "two.gpkg")
    main(["check", str(tmp_path / "two.gpkg")])
    assert told in capsys.readouterr().out.splitlines()
