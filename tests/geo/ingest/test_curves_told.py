"""Curves and open lines: what the conversion made is no fault of the file, and lines are found."""

from __future__ import annotations

import json
import struct

import corpus
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from test_corpus import AREA

from platforms.errors import FormatError
from platforms.geo import read
from platforms.geo.topology import check


def _drawing(folder, *entities: str) -> read.Plots:
    return read.read_plots(corpus.raw(folder, "a.dxf", corpus.dxf(*entities)), workspace=AREA)


def _repeated(plots: read.Plots) -> int:
    return check(plots.frame, plane=plots.source.plane).by_kind()["shape_repeated_points"]


@pytest.mark.parametrize("bulge", [0.3, -0.3, 1.0])
def test_arcs_that_meet_give_no_repeated_points(bulge, tmp_path):
    assert _repeated(_drawing(tmp_path, corpus.polyline(True, bulge=bulge))) == 0


def test_points_that_somebody_drew_twice_are_still_told(tmp_path):
    twice = corpus.line((300, 0), (400, 0), (400, 0), (400, 100), (300, 100))
    assert _repeated(_drawing(tmp_path, corpus.polyline(True, bulge=0.3), twice)) == 1


def test_an_open_line_is_told_with_layer_and_place(tmp_path):
    plots = _drawing(tmp_path, corpus.polyline(False, layer="宗地界线"), corpus.polyline(True))
    (issue,) = (i for i in plots.issues if i.kind == "drawing_line_open")
    said = issue.message("zh_CN")
    assert "宗地界线" in said
    assert f"{corpus.EAST:.3f}, {corpus.NORTH + 100:.3f}" in said


def test_layers_of_a_drawing_without_a_header_keep_their_names(tmp_path):
    body = corpus.polyline(True, layer="宗地界线") + corpus.text("甲", 50, 50)
    data = f"0\nSECTION\n2\nENTITIES\n{body}0\nENDSEC\n0\nEOF\n".encode("gbk")
    plots = read.read_plots(corpus.raw(tmp_path, "a.dxf", data), workspace=AREA)
    assert plots.frame["plot_id"].tolist() == ["甲"]
    assert plots.frame["Layer"].tolist() == ["宗地界线"]


def test_a_drawing_of_open_lines_has_no_polygons(tmp_path):
    with pytest.raises(FormatError) as refused:
        _drawing(tmp_path, corpus.polyline(False))
    assert refused.value.key == "read.no_polygon_layer"


def test_a_curve_in_geoparquet_is_set_aside_with_its_row(tmp_path):
    x, y = 40598000, 3121000
    ring = np.array([[x, y], [x + 50, y + 50], [x + 100, y], [x + 50, y - 50], [x, y]], "<f8")
    head = struct.pack("<BII", 1, 10, 1) + struct.pack("<BII", 1, 8, len(ring))
    square = shapely.box(x, y, x + 100, y + 100)
    geo = {"primary_column": "geometry", "version": "1.0.0"}
    told = {"encoding": "WKB", "crs": {"id": {"authority": "EPSG", "code": 4528}}}
    wkb = pa.array([shapely.to_wkb(square), head + ring.tobytes()], pa.binary())
    table = pa.table({"plot_id": ["a", "b"], "geometry": wkb})
    meta = {"geo": json.dumps({**geo, "columns": {"geometry": told}})}
    pq.write_table(table.replace_schema_metadata(meta), tmp_path / "a.parquet")
    plots = read.read_plots(tmp_path / "a.parquet", workspace=AREA)
    assert plots.rows == {"in": 2, "good": 1, "set_aside": 1}
    (issue,) = (i for i in plots.issues if i.kind == "geometry_curved")
    assert (issue.severity, issue.feature) == ("error", "b")
