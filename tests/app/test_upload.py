from __future__ import annotations

import tempfile
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box

from platforms.app.intake import candidates_of
from platforms.app.upload import Upload, read_upload, safe_name
from platforms.errors import CRSError, InputError


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("宗地.zip", "宗地.zip"),
        ("C:\\资料\\宗地 2022.zip", "宗地_2022.zip"),
        ("../../etc/passwd", "passwd"),
        ("--crs=x.zip", "crs_x.zip"),
        (".hidden", "hidden"),
        ("<img src=x>.csv", "_img_src_x_.csv"),
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


def test_an_answer_makes_another_reading_of_the_same_bytes():
    upload = Upload("a.zip", b"1")
    answered = upload.read_as(crs="EPSG:4528").read_as(layer="b")
    assert answered.sha256 == upload.sha256
    assert answered.key != upload.key
    assert (answered.crs, answered.layer) == ("EPSG:4528", "b")


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
    plots = read_upload(upload.read_as(crs="EPSG:4528"), yueqing)
    assert len(plots.frame) == 1


def test_an_error_without_candidates_offers_none():
    assert candidates_of({}) == {}
    told = {"next": "--crs EPSG:1 / --crs EPSG:2:yx", "reasons": ["one", "two"]}
    assert candidates_of(told) == {"EPSG:1": "one", "EPSG:2:yx": "two"}
