from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box
from streamlit.testing.v1 import AppTest

import platforms as ip
from platforms.app.plots.intake import candidates_of
from platforms.app.plots.upload import Reading, Upload, one_upload, read_upload, safe_name
from platforms.errors import CRSError, InputError


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("宗地.zip", "宗地.zip"),
        ("C:\\资料\\宗地 2022（改）.zip", "宗地 2022（改）.zip"),
        ("../../etc/passwd", "passwd"),
        ("--crs=x.zip", "crs_x.zip"),
        (".hidden", "hidden"),
        ("<img src=x>.csv", "_img src_x_.csv"),
        ("///", "upload"),
    ],
)
def test_a_name_is_only_a_name(given, kept):
    assert safe_name(given) == kept


def test_a_long_name_keeps_its_ending():
    assert len(safe_name("地" * 300 + ".geojson")) == 80
    assert safe_name("地" * 300 + ".geojson").endswith(".geojson")


@pytest.fixture
def geojson(tmp_path):
    file = tmp_path / "a.geojson"
    square = box(120.96, 28.13, 120.961, 28.131)
    gpd.GeoDataFrame({"plot_id": ["A"]}, geometry=[square], crs=4326).to_file(file)
    return file.read_bytes()


def test_an_upload_is_read_and_leaves_nothing_behind(geojson, yueqing, tmp_path, monkeypatch):
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    plots = read_upload(Upload("a.geojson", geojson), yueqing)
    assert plots.frame["plot_id"].tolist() == ["A"]
    assert plots.source.name == "a.geojson"
    assert list(folder.iterdir()) == []
    with pytest.raises(InputError):
        read_upload(Upload("a.zip", b"not a zip"), yueqing)
    assert list(folder.iterdir()) == []


_HELD = """
import sys, tempfile
tempfile.tempdir = sys.argv[1]
import platforms as ip
from platforms.app.plots.upload import Upload, read_upload

def held(path, **_):
    print(path, flush=True)
    sys.stdin.read()

ip.read_plots = held
read_upload(Upload("a.geojson", b"{}"), None)
"""


def test_an_upload_that_a_killed_server_left_goes_with_the_next_one(tmp_path, monkeypatch):
    words = [sys.executable, "-c", _HELD, str(tmp_path)]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:  # fmt: skip
        left = Path(server.stdout.readline().rstrip("\n"))
        server.kill()
    assert left.read_bytes() == b"{}"
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with ip.temporary_folder() as mine:
        assert list(tmp_path.iterdir()) == [mine]
    assert list(tmp_path.iterdir()) == []


def test_an_answer_makes_another_reading_of_the_same_bytes():
    upload = Upload("a.zip", b"1")
    answers = [
        Reading(crs="EPSG:4528"),
        Reading(layer="b"),
        Reading(encoding="big5"),
        Reading(helmert="1,2,3,1"),
        Reading(points=Upload("p.csv", b"1")),
        Reading(known=Upload("p.csv", b"1")),
        Reading(known=Upload("p.csv", b"2")),
        Reading(repair=True),
    ]
    assert {upload.read_as(answer).sha256 for answer in answers} == {upload.sha256}
    assert len({upload.key, *(upload.read_as(answer).key for answer in answers)}) == 9
    assert upload.read_as(Reading()).key == upload.key


def test_the_candidates_of_an_open_system_can_be_chosen(yueqing, tmp_path):
    # eastings with the zone's number under a system without it
    file = tmp_path / "a.gpkg"
    square = box(40595000, 3112000, 40595100, 3112100)
    gpd.GeoDataFrame({"plot_id": ["A"]}, geometry=[square], crs=4549).to_file(file)
    upload = Upload("a.gpkg", Path(file).read_bytes())
    with pytest.raises(CRSError) as refused:
        read_upload(upload, yueqing)
    offered = candidates_of(refused.value.fields)
    assert "EPSG:4528" in offered
    plots = read_upload(upload.read_as(Reading(crs="EPSG:4528")), yueqing)
    assert len(plots.frame) == 1


@pytest.mark.parametrize(
    "given",
    [
        "{folder}/control.csv",
        "control.csv",
        "control.txt",
        "control.csv@EPSG:4549",
        "1,2,3,1;x",
        "__",
    ],
)
def test_typed_parameters_never_name_a_file_of_the_server(
    geojson, yueqing, tmp_path, monkeypatch, given
):
    monkeypatch.chdir(tmp_path)
    for name in ("control.csv", "control.txt"):
        (tmp_path / name).write_text("1,598000,3121000,598005,3121000\n" * 3)
    reading = Reading(helmert=given.format(folder=tmp_path))
    with pytest.raises(CRSError) as refused:
        read_upload(Upload("a.geojson", geojson, reading), yueqing)
    assert refused.value.key == "geo.helmert_unreadable"


@pytest.mark.parametrize(
    "given",
    ["cf:1,2,3,0.1,0.2,0.3,4", " 12.5, -48.1, 3.2, 2.1ppm @EPSG:4549 ", "en:1，2，0，1.000001"],
)
def test_typed_parameters_reach_the_reader(geojson, yueqing, given):
    # the file needs none, and that is what the reader says of them
    with pytest.raises(CRSError) as refused:
        read_upload(Upload("a.geojson", geojson, Reading(helmert=given)), yueqing)
    assert refused.value.key == "geo.helmert_not_needed"


def test_parameters_and_control_points_together_are_refused(geojson, yueqing):
    both = Reading(helmert="1,2,3,1", points=Upload("p.csv", b""))
    with pytest.raises(CRSError, match=r"p\.csv"):
        read_upload(Upload("a.geojson", geojson, both), yueqing)


def test_a_known_boundary_without_a_certain_system_is_named(geojson, yueqing, tmp_path):
    file = tmp_path / "k.gpkg"
    square = box(40595000, 3112000, 40595100, 3112100)
    gpd.GeoDataFrame({"plot_id": ["A"]}, geometry=[square], crs=4549).to_file(file)
    for known in (Upload("k.gpkg", file.read_bytes()), Upload("k.zip", b"not a zip")):
        with pytest.raises(InputError, match=r"k\.(gpkg|zip)") as refused:
            read_upload(Upload("a.geojson", geojson, Reading(known=known)), yueqing)
        # the question is not asked of the plots
        assert not isinstance(refused.value, CRSError)
        assert "--crs" not in str(refused.value)


def test_an_error_without_candidates_offers_none():
    assert candidates_of({}) == {}
    told = {"next": "--crs EPSG:1 / --crs EPSG:2:yx", "reasons": ["one", "two"]}
    assert candidates_of(told) == {"EPSG:1": "one", "EPSG:2:yx": "two"}


def _shapefile(tmp_path, name="宗地"):
    square = box(40598000, 3121000, 40598100, 3121100)
    frame = gpd.GeoDataFrame({"plot_id": ["A"]}, geometry=[square], crs=4528)
    folder = tmp_path / name
    folder.mkdir()
    frame.to_file(folder / f"{name}.shp", encoding="utf-8")
    return [(file.name, file.read_bytes()) for file in sorted(folder.iterdir())]


def test_the_loose_files_of_a_shapefile_are_one_upload(yueqing, tmp_path):
    files = _shapefile(tmp_path)
    given, passed = one_upload([*files, ("宗地.shp.xml", b"<a/>"), ("宗地.sbn", b"0")])
    assert (given.name, passed) == ("宗地.zip", [])
    plots = read_upload(given, yueqing)
    assert plots.frame["plot_id"].tolist() == ["A"]
    assert plots.source.driver == "ESRI Shapefile"
    # the order of the files makes no other input of them
    assert one_upload(files[::-1])[0].sha256 == given.sha256


def test_what_came_last_is_read_and_the_rest_is_named(tmp_path):
    files = _shapefile(tmp_path)
    given, passed = one_upload([("b.geojson", b"{}"), ("a.kml", b"<kml/>")])
    assert (given.name, passed) == ("b.geojson", ["a.kml"])
    given, passed = one_upload([files[0], ("a.kml", b""), *files[1:]])
    assert (given.name, passed) == ("宗地.zip", ["a.kml"])


def test_a_part_alone_is_refused_by_its_name(yueqing):
    given, _ = one_upload([("宗地.dbf", b"\x03")])
    with pytest.raises(InputError) as refused:
        read_upload(given, yueqing)
    assert "宗地.dbf" in str(refused.value)


@pytest.mark.parametrize("ending", ["parquet", "fgb", "gdb.zip"])
def test_the_other_formats_of_the_docs_pass(yueqing, tmp_path, ending):
    square = box(40598000, 3121000, 40598100, 3121100)
    frame = gpd.GeoDataFrame({"plot_id": ["A"]}, geometry=[square], crs=4528)
    path = tmp_path / f"a.{ending}"
    if ending == "parquet":
        frame.to_parquet(path)
    elif ending == "fgb":
        frame.to_file(path, driver="FlatGeobuf")
    else:
        frame.to_file(tmp_path / "a.gdb", driver="OpenFileGDB")
        with zipfile.ZipFile(path, "w") as archive:
            for file in (tmp_path / "a.gdb").iterdir():
                archive.write(file, f"a.gdb/{file.name}")
    given, _ = one_upload([(path.name, path.read_bytes())])
    assert len(read_upload(given, yueqing).frame) == 1


def test_the_widget_refuses_no_file_in_its_own_words():
    app = AppTest.from_string(
        "from platforms.app.views import plots\nplots.page()\n", default_timeout=60
    ).run()
    (drop,) = app.file_uploader
    assert list(drop.proto.type) == []
    assert drop.proto.multiple_files
