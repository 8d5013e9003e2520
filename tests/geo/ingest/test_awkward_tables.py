"""Tables as people make them: what is read, what is set aside, and in which words."""

from __future__ import annotations

import math

import corpus
import geopandas as gpd
import pytest
import shapely
from test_corpus import AREA

from platforms.errors import CRSError, FormatError
from platforms.geo import read
from platforms.geo.crs import reproject

E, N = 40598000, 3121000
CORNERS = ((N, E), (N, E + 100), (N + 100, E + 100), (N + 100, E))
BOX = f"POLYGON(({E} {N},{E + 100} {N},{E + 100} {N + 100},{E} {N + 100},{E} {N}))"
CIRCLE = f"CIRCULARSTRING({E} {N},{E + 50} {N + 50},{E + 100} {N},{E + 50} {N - 50},{E} {N})"

HALF = f"CIRCULARSTRING({E} {N},{E + 50} {N + 50},{E + 100} {N})"


def _read(folder, text: str, name: str = "a.csv", **options: str) -> read.Plots:
    return read.read_plots(corpus.raw(folder, name, text), workspace=AREA, **options)


def _points(cells, head: str = "地块编号,点号,X,Y") -> str:
    return head + "".join(f'\n甲,J{i},"{a}","{b}"' for i, (a, b) in enumerate(cells)) + "\n"


def _area(plots: read.Plots) -> list[float]:
    return shapely.area(reproject(plots.frame, "EPSG:4528").geometry.to_numpy()).tolist()


def _issue(plots: read.Plots, kind: str):
    (found,) = (i for i in plots.issues if i.kind == kind)
    return found


@pytest.mark.parametrize(
    "curve",
    [
        f"CURVEPOLYGON({CIRCLE})",
        f"CurvePolygon Z ({CIRCLE.replace(',', ' 3,').replace(')', ' 3)')})",
        f"MULTISURFACE(CURVEPOLYGON({CIRCLE}))",
        f"CURVEPOLYGON(COMPOUNDCURVE({HALF}, CIRCULARSTRING({E + 100} {N},{E + 50} {N - 50},{E} {N})))",
    ],
)
def test_arcs_in_text_become_chords(curve, tmp_path):
    plots = _read(tmp_path, f'编号,wkt\nA,"{curve}"\n')
    issue = _issue(plots, "curves_split")
    assert issue.severity == "info"
    # 1440 chords of 0.25 degrees in a circle of 50 m
    chords = 1440 * 50**2 / 2 * math.sin(math.radians(0.25))
    assert _area(plots) == pytest.approx([chords], abs=1e-3)
    assert issue.delta_m2 == pytest.approx(chords - math.pi * 2500, rel=0.01)
    assert f"{issue.delta_m2:+.4f} 平方米" in issue.action()


def test_straight_and_curved_parts_of_one_text(tmp_path):
    shape = (
        f"MULTISURFACE((({E + 300} {N},{E + 400} {N},{E + 400} {N + 100},{E + 300} {N})),"
        f"CURVEPOLYGON(COMPOUNDCURVE(CIRCULARSTRING({E} {N},{E + 50} {N + 50},{E + 100} {N}),"
        f"({E + 100} {N},{E} {N}))))"
    )
    plots = _read(tmp_path, f'编号,wkt\nA,"{shape}"\n')
    assert _area(plots) == pytest.approx([5000 + math.pi * 1250], rel=1e-5)


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        (f"COMPOUNDCURVE({CIRCLE})", "not_polygon"),
        (f"CURVEPOLYGON(CIRCULARSTRING({E} {N},{E + 5} {N}))", "geometry_unreadable"),
        (f"CURVEPOLYGON(CIRCULARSTRING({E} {N},{E + 5} 1e400,{E} {N}))", "coordinate_not_finite"),
        (BOX.replace(str(N), "1e400"), "coordinate_not_finite"),
        (BOX.replace(str(N), "nan"), "coordinate_not_finite"),
        (BOX.replace(str(N), "-inf"), "coordinate_not_finite"),
        ("POLYGON((x", "geometry_unreadable"),
        ("", "geometry_missing"),
    ],
)
def test_a_shape_that_is_none_is_named_with_its_line(shape, kind, tmp_path):
    plots = _read(tmp_path, f'地块表\n\n编号,wkt\nA,"{BOX}"\n\nB,"{shape}"\n')
    assert plots.rows == {"in": 2, "good": 1, "set_aside": 1}
    issue = _issue(plots, kind)
    assert (issue.feature, issue.severity) == ("B", "error")
    assert issue.message().startswith("第 6 行")


@pytest.mark.parametrize(
    "written",
    [
        lambda n: f"{n}米",
        lambda n: f"{n} m",
        lambda n: f"{n:,}".replace(",", " "),
        lambda n: f"{n:,}.0",
        lambda n: "".join(chr(ord(c) + 0xFEE0) for c in f"{n:,}"),
    ],
)
def test_coordinates_as_people_type_them(written, tmp_path):
    plots = _read(tmp_path, _points([(written(a), written(b)) for a, b in CORNERS]))
    assert _area(plots) == pytest.approx([10_000])


def test_degrees_with_their_sign(tmp_path):
    cells = [("28.2011°", "120.9965度"), ("28.2011", "120.9975"), ("28.2021°", "120.9975°")]
    assert _read(tmp_path, _points(cells)).source.crs == "EPSG:4490"


@pytest.mark.parametrize(
    "cell", ["3121000斤", "3121 00", "31,21", "3121000公里", "nan", "", "120,950", "三百"]
)
def test_a_cell_that_is_no_coordinate_is_named(cell, tmp_path):
    other = "".join(f"乙,J{i},{a + 300},{b}\n" for i, (a, b) in enumerate(CORNERS))
    plots = _read(tmp_path, _points([*CORNERS[:2], (cell, E), *CORNERS[2:]]) + other)
    assert plots.frame["plot_id"].tolist() == ["乙"]
    issue = _issue(plots, "table_point_unreadable")
    assert issue.values["line"] == 4
    assert f"“X”列不是坐标：“{cell or '–'}”" in issue.message()


def test_a_number_of_many_digits_is_shown_by_its_size(tmp_path):
    huge = "1" + "2" * 299
    with pytest.raises(FormatError) as caught:
        _read(tmp_path, _points([(huge, b) for _, b in CORNERS]))
    assert "1.2e299" in caught.value.message()
    with pytest.raises(CRSError) as caught:
        _read(tmp_path, f'编号,wkt\nA,"{BOX.replace(f"{E} {N}", f"{huge} {N}")}"\n')
    assert "1.2e299" in caught.value.message()
    assert len(caught.value.message()) < 300


def test_no_point_of_a_list_is_left_out(tmp_path):
    good = ";".join(f"J{i}:({a + 300},{b})" for i, (a, b) in enumerate(CORNERS, 1))
    bad = ";".join(f"{a} {b}" for a, b in CORNERS).replace(str(N + 100), "nan", 1)
    plots = _read(tmp_path, f'编号,坐标\nA,"{bad}"\nB,"{good}"\n')
    assert plots.frame["plot_id"].tolist() == ["B"]
    assert _area(plots) == pytest.approx([10_000])
    assert "第 2 行" in _issue(plots, "table_list_unreadable").message()


@pytest.mark.parametrize("odd", ["1e12", "看图", "0.000001"])
def test_one_odd_area_leaves_the_others(odd, tmp_path):
    rows = "".join(
        f'A{i},{cell},"{shapely.box(E + 200 * i, N, E + 200 * i + 100, N + 100).wkt}"\n'
        for i, cell in enumerate(["15", odd])
    )
    plots = _read(tmp_path, f"编号,证载面积,wkt\n{rows}")
    assert plots.frame["declared_m2"].tolist() == [
        pytest.approx(10_000),
        pytest.approx(math.nan, nan_ok=True),
    ]
    told = [i for i in plots.issues if i.field == "证载面积" and i.severity == "warning"]
    assert [i.feature for i in told] == ["A1"]


def test_areas_of_no_unit_are_one_fault(tmp_path):
    plots = _read(tmp_path, f'编号,证载面积,wkt\nA,123,"{BOX}"\n')
    assert plots.issues.by_kind()["area_unit_open"] == 1
    assert "value_unreadable" not in plots.issues.by_kind()


@pytest.mark.parametrize(
    ("head", "turned", "kind", "severity"),
    [
        ("X,Y", False, "table_northing_first", "info"),
        ("X,Y", True, "table_easting_first", "info"),
        ("纵坐标,横坐标", True, "table_easting_first", "warning"),
        ("经度,纬度", False, "table_northing_first", "warning"),
        ("横坐标y,纵坐标x", True, "table_northing_first", "info"),
        ("横坐标y,纵坐标x", False, "table_easting_first", "warning"),
    ],
)
def test_which_number_is_the_northing_is_told(head, turned, kind, severity, tmp_path):
    cells = [(b, a) if turned else (a, b) for a, b in CORNERS]
    rows = [["地块编号", *head.split(",")], *[["甲", *pair] for pair in cells]]
    path = corpus.xlsx(tmp_path, ("点", "visible", rows))
    plots = read.read_plots(path, workspace=AREA)
    assert _area(plots) == pytest.approx([10_000])
    assert _issue(plots, kind).severity == severity


@pytest.mark.parametrize("mark", [";", "\t", "|", "，"])
@pytest.mark.parametrize("title", ["2022年地块表", "2022年,地块表", "地块表,,,"])
def test_a_title_does_not_tell_the_delimiter(mark, title, tmp_path):
    rows = mark.join(["编号", "名称", "wkt"]) + "".join(
        "\n" + mark.join([f"A{i}", "甲,乙" if mark != "，" else "甲", f'"{shape.wkt}"'])
        for i, shape in enumerate([shapely.box(E, N, E + 9, N + 9)] * 3)
    )
    plots = _read(tmp_path, f"{title}\n{rows}\n")
    assert plots.rows["good"] == 3


@pytest.mark.parametrize("name", ["坏表.csv", "b.tsv"])
def test_a_message_names_the_whole_file(name, tmp_path):
    with pytest.raises(FormatError) as caught:
        _read(tmp_path, "企业名称,税收\n一厂,5\n", name=name)
    assert caught.value.message().startswith(f"{name} ")


def test_a_drawing_counts_its_outlines_and_misses_no_ids(tmp_path):
    other = corpus.line((200, 0), (300, 0), (300, 100), (200, 100))
    words = corpus.text("宗地7", 50, 50), corpus.text("图例", 900, 50)
    data = corpus.dxf(*words, corpus.polyline(False), corpus.polyline(True), other)
    plots = read.read_plots(corpus.raw(tmp_path, "a.dxf", data), workspace=AREA)
    assert plots.rows == {"in": 3, "good": 2, "set_aside": 1}
    assert plots.frame["plot_id"].tolist() == ["宗地7", "3"]
    assert "图层“0”" in _issue(plots, "drawing_line_open").message()
    assert "id_missing" not in plots.issues.by_kind()
    others = _issue(plots, "drawing_others")
    assert (others.values["texts"], others.values["others"]) == (2, 0)


def test_arcs_of_a_drawing_do_not_refuse_it(tmp_path):
    data = corpus.dxf(corpus.polyline(True, bulge=0.3))
    path = corpus.raw(tmp_path, "a.dxf", data)
    plots = read.read_plots(path, workspace=AREA, crs="EPSG:4528", strict=True)
    assert _issue(plots, "curves_split").severity == "info"


def _explained(folder, codes: list[str]) -> str:
    """Make a GeoPackage that explains the codes of a field of text."""
    shapes = [shapely.box(E + 200 * i, N, E + 200 * i + 100, N + 100) for i in range(len(codes))]
    frame = gpd.GeoDataFrame({"YTDM": codes}, geometry=shapes, crs="EPSG:4528")
    path = corpus.gpkg(folder, frame)
    corpus.explain(path, "YTDM", {"0601": "工业用地", "GY": "工业"})
    return str(path)


def test_enumerations_of_a_geopackage_become_words(tmp_path):
    plots = read.read_plots(_explained(tmp_path, ["0601", "GY", "X9"]), workspace=AREA)
    assert plots.frame["YTDM"].tolist() == ["工业用地", "工业", "X9"]
    assert plots.frame["YTDM_code"].tolist() == ["0601", "GY", "X9"]
    assert _issue(plots, "domains_told").severity == "info"
    assert _issue(plots, "domain_code_unknown").values["codes"] == ["X9"]


def test_rows_of_another_system_are_set_aside(tmp_path):
    plots = _read(tmp_path, f'编号,wkt\nA,"SRID=4528;{BOX}"\nB,"SRID=4549;{BOX}"\n')
    assert plots.source.crs == "EPSG:4528"
    assert plots.frame["plot_id"].tolist() == ["A"]
    assert _issue(plots, "srid_differs").message().startswith("第 3 行声明 EPSG:4549")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (
            "编号,X,Y\n" + "".join(f"甲,{a},{b}\n乙,{a + 300},{b}\n" for a, b in CORNERS),
            "read.table_points_mixed",
        ),
        (
            "编号,X,Y,X,Y\n" + "".join(f"甲,{a},{b},{a + 9},{b}\n" for a, b in CORNERS),
            "read.table_sides",
        ),
    ],
)
def test_points_whose_order_is_open_are_refused(text, key, tmp_path):
    with pytest.raises(FormatError) as caught:
        _read(tmp_path, text)
    assert caught.value.key == key


@pytest.mark.parametrize("foot", ["面积：10000平方米,,,", "S=15亩,,,", "第 2 页,,,", "第2页"])
def test_what_stands_under_the_points_is_no_point(foot, tmp_path):
    plots = _read(tmp_path, _points(CORNERS) + foot + "\n")
    assert plots.rows == {"in": 1, "good": 1, "set_aside": 0}
    assert _issue(plots, "row_remark").values["line"] == 6


@pytest.mark.parametrize(
    "head", ["北坐标(X),东坐标(Y)", "X（北）,Y（东）", "X坐标（米）,Y坐标（米）"]
)
def test_names_of_coordinates_with_a_word_in_brackets(head, tmp_path):
    plots = _read(tmp_path, _points(CORNERS, head=f"地块编号,点号,{head}"))
    assert _area(plots) == pytest.approx([10_000])
