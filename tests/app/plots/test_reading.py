"""The form on 地块量算 reads a file as the visitor says; what it says is what the door says."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from streamlit.testing.v1 import AppTest

import platforms as ip
from platforms.app.plots.upload import Reading, Upload
from platforms.errors import CRSError
from platforms.geo.gcj import OFFSETS

PAGE = "from platforms.app.views import plots\nplots.page()\n"
X, Y = 40598000, 3121000
SQUARE = shapely.box(X, Y, X + 100, Y + 100)
BOX = shapely.box(120.96, 28.13, 120.961, 28.131)
FOUR = "5,-3,0,1.0000021"


def _write(path, shape, crs, **options):
    frame = gpd.GeoDataFrame({"plot_id": ["A"]}, geometry=[shape], crs=crs)
    frame.to_file(path, **options)
    return path


def _dropped(path):
    """Run the page with a file that was dropped on it."""
    app = AppTest.from_string(PAGE, default_timeout=60)
    app.session_state["upload"] = Upload(path.name, path.read_bytes())
    return app.run()


def _html(app):
    return "\n".join(part.proto.body for part in app.get("html"))


def _labelled(widgets, label):
    return next(widget for widget in widgets if widget.label == label)


def _press(app, label="重新读取"):
    _labelled(app.button, label).click()
    app.run()
    assert not app.exception
    return app


def _run(app):
    """Return the run that the page shows last."""
    jobs = app.session_state["shelves"]["scenes"]._jobs
    return next(reversed(jobs.values())).result().run


def _measured(path, city, **options):
    plots = ip.read_plots(path, workspace=city, **options)
    return ip.survey(plots, workspace=city).frame["area_m2"].tolist()


@pytest.fixture
def old(tmp_path):
    """A plot in a zone of Xi'an 1980."""
    return _write(tmp_path / "old.gpkg", SQUARE, 2364)


def test_without_a_file_there_is_no_form():
    app = AppTest.from_string(PAGE, default_timeout=60).run()
    assert not app.exception
    assert not app.expander


def test_a_file_that_says_it_all_is_asked_nothing(tmp_path):
    app = _dropped(_write(tmp_path / "a.gpkg", SQUARE, 4528))
    assert not app.exception
    assert [part.proto.expanded for part in app.expander] == [False]
    assert _labelled(app.selectbox, "坐标系").value == ""
    assert "图层" not in [box.label for box in app.selectbox]
    assert _run(app).plots["area_m2"].tolist() == [9997.63]


def test_an_open_system_is_asked_for_with_the_one_that_fits_chosen(tmp_path, yueqing):
    # eastings with the zone's number under a system without it
    file = _write(tmp_path / "a.gpkg", SQUARE, 4549)
    with pytest.raises(CRSError):
        ip.read_plots(file, workspace=yueqing)
    app = _dropped(file)
    assert app.expander[0].proto.expanded
    assert "--crs" not in _html(app)
    assert _labelled(app.selectbox, "坐标系").value == "EPSG:4528"
    _press(app)
    assert _run(app).source.crs == "EPSG:4528"
    assert _run(app).plots["area_m2"].tolist() == [9997.63]
    # and is there when one looks again
    assert _labelled(app.selectbox, "坐标系").value == "EPSG:4528"


def test_the_offset_of_a_web_map_can_be_chosen(tmp_path, yueqing):
    file = tmp_path / "a.csv"
    file.write_text(f'plot_id,wkt\nA,"{BOX.wkt}"\n')
    app = _dropped(file)
    assert _run(app).source.crs_basis == "magnitude"
    assert "--crs" not in str(app.dataframe[-1].value["处理"].tolist())
    _labelled(app.selectbox, "坐标系").set_value("gcj02")
    _press(app)
    assert _run(app).source == ip.read_plots(file, workspace=yueqing, crs="gcj02").source
    assert not _run(app).source.certified


def test_a_code_that_was_typed_stays(tmp_path):
    file = tmp_path / "a.csv"
    shape = shapely.transform(SQUARE, lambda xy: xy - [40_000_000, 0])
    file.write_text(f'plot_id,wkt\nA,"{shape.wkt}"\n')
    app = AppTest.from_string(PAGE, default_timeout=60)
    typed = Reading(crs="EPSG:4549")
    app.session_state["upload"] = Upload("a.csv", file.read_bytes(), typed)
    app.run()
    assert _labelled(app.selectbox, "坐标系").value == "EPSG:4549"
    _press(app)
    assert app.session_state["upload"].reading == typed
    assert _run(app).source.crs_basis == "given"


def test_an_old_datum_asks_for_parameters_in_the_words_of_a_page(old, yueqing):
    app = _dropped(old)
    assert "请在下面填写本地的转换参数或上传控制点" in _html(app)
    assert "--helmert" not in _html(app)
    assert app.expander[0].proto.expanded
    app.text_input[0].set_value(FOUR)
    _press(app)
    assert "ip-error" not in _html(app)
    assert _run(app).source.crs_basis == "parameters"
    assert _run(app).plots["area_m2"].tolist() == _measured(old, yueqing, helmert=FOUR)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/etc/passwd.csv<img src=x>", "不是转换参数"),
        ("0,0,0,1", "全为零"),
        ("1,2,3,40", "尺度因子"),
    ],
)
def test_parameters_that_are_none_are_explained_and_can_be_mended(old, typed, told):
    app = _dropped(old)
    app.text_input[0].set_value(typed)
    _press(app)
    assert told in _html(app)
    assert "<img" not in _html(app)
    assert app.text_input[0].value == typed
    app.text_input[0].set_value(FOUR)
    assert "ip-error" not in _html(_press(app))


def test_control_points_are_uploaded_and_taken_off_again(old, yueqing, tmp_path):
    rows = [(598000, 3121000), (599000, 3121000), (598000, 3122000)]
    table = tmp_path / "points.csv"
    table.write_text("\n".join(f"{i},{e},{n},{e * 1.00001},{n}" for i, (e, n) in enumerate(rows)))
    app = _dropped(old)
    _labelled(app.file_uploader, "控制点（CSV）").upload("控制点.csv", table.read_bytes())
    _press(app)
    assert "ip-error" not in _html(app)
    assert _run(app).plots["area_m2"].tolist() == _measured(old, yueqing, helmert=table)
    # both together are one too many
    app.text_input[0].set_value(FOUR)
    assert "只能给一种" in _html(_press(app))
    # the file alone is an old datum again
    _press(app, "按文件自身读取")
    assert "请在下面填写本地的转换参数" in _html(app)
    assert app.text_input[0].value == ""
    app.text_input[0].set_value(FOUR)
    assert "ip-error" not in _html(_press(app))


def test_a_table_without_points_is_explained(old):
    app = _dropped(old)
    _labelled(app.file_uploader, "控制点（CSV）").upload("p.csv", b"a,b\n")
    assert "控制点" in _html(_press(app)).split("ip-error")[1]


def test_a_shape_that_crosses_itself_is_repaired_on_request(tmp_path, yueqing):
    shape = shapely.Polygon([(X, Y), (X + 100, Y + 50), (X + 100, Y), (X, Y + 50)])
    file = _write(tmp_path / "bow.gpkg", shape, 4528)
    app = _dropped(file)
    assert _run(app).plots["area_m2"].isna().all()
    actions = str(app.dataframe[-1].value["处理"].tolist())
    assert "“读取设置”" in actions
    assert "--repair" not in actions
    app.toggle[0].set_value(True)
    _press(app)
    plots = ip.read_plots(file, workspace=yueqing)
    expected = ip.survey(plots, workspace=yueqing, repair=True).frame["area_m2"].tolist()
    assert _run(app).plots["area_m2"].tolist() == expected
    assert _run(app).issues.by_kind()["shape_repaired"] == 1
    app.toggle[0].set_value(False)
    assert _run(_press(app)).plots["area_m2"].isna().all()


def test_a_known_boundary_shows_the_offset_and_ends_the_certificate(tmp_path):
    web = _write(tmp_path / "web.gpkg", shapely.transform(BOX, OFFSETS["gcj02"]), 4490)
    known = _write(tmp_path / "known.gpkg", BOX, 4490).read_bytes()
    app = _dropped(web)
    assert _run(app).source.certified
    _labelled(app.file_uploader, "已知边界").upload("known.gpkg", known)
    _press(app)
    assert _run(app).issues.by_kind()["web_offset_seen"] == 1
    assert not _run(app).source.certified
    assert _run(app).input["certified"] is False
    _labelled(app.file_uploader, "已知边界").upload("known.gpkg", b"not a package")
    assert "known.gpkg" in _html(_press(app)).split("ip-error")[1]


def test_one_of_several_layers_is_chosen_and_another_after_it(tmp_path):
    file = _write(tmp_path / "two.gpkg", SQUARE, 4528, layer="甲")
    _write(file, shapely.box(X, Y, X + 200, Y + 100), 4528, layer="乙")
    app = _dropped(file)
    assert "--layer" not in _html(app)
    assert app.expander[0].proto.expanded
    for layer, area in (("甲", 9997.63), ("乙", 19995.26)):
        _labelled(app.selectbox, "图层").set_value(layer)
        _press(app)
        assert _run(app).source.layer == layer
        assert _run(app).plots["area_m2"].tolist() == pytest.approx([area], abs=0.02)


def test_an_encoding_is_chosen(tmp_path):
    file = tmp_path / "a.csv"
    file.write_bytes(f'plot_id,name,wkt\nA,地块,"{BOX.wkt}"\n'.encode("gb18030"))
    app = _dropped(file)
    _labelled(app.selectbox, "文字编码").set_value("utf-8")
    assert "文字编码" in _html(_press(app)).split("ip-error")[1]
    _labelled(app.selectbox, "文字编码").set_value("gb18030")
    _press(app)
    assert _run(app).source.encoding_basis == "given"
    assert _run(app).plots["name"].tolist() == ["地块"]
