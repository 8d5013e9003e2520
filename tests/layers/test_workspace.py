from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from platforms.errors import CardError, TableError, UnknownWorkspaceError, WorkspaceError
from platforms.layers.cities import DEFAULT_WORKSPACE
from platforms.layers.workspace import Workspace, find_workspace, known_workspaces


def _edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_layer_is_typed_and_placed(city):
    parks = Workspace.open(city).layer("parks")
    assert parks.crs.to_epsg() == 4490
    first, second = parks.iloc[0], parks.iloc[1]
    assert (first["land_mu"], first["firms"], bool(first["open"])) == (120.5, 12, True)
    assert (first["basis"], first["accuracy_m"]) == ("town_fallback", 2000)
    assert (first.geometry.x, first.geometry.y) == (121.05, 28.05)
    # a place that nobody knows has no geometry, and empty cells stay unknown
    assert second.geometry is None
    assert pd.isna(second["land_mu"])
    assert pd.isna(second["firms"])
    assert pd.isna(second["open"])


def test_a_layer_is_a_copy(city):
    workspace = Workspace.open(city)
    workspace.layer("parks")["name"] = "changed"
    assert workspace.layer("parks")["name"].tolist() == ["东园", "西园"]


def test_a_workspace_is_found_by_name_folder_setting_and_current_folder(
    city, monkeypatch, tmp_path
):
    assert find_workspace(city)[0] == "square"
    monkeypatch.setenv("PLATFORMS_WORKSPACE", str(city))
    assert find_workspace()[0] == "square"
    monkeypatch.delenv("PLATFORMS_WORKSPACE")
    monkeypatch.chdir(city)
    assert find_workspace()[1] == city / "geo"
    collection = tmp_path / "cities"
    shutil.copytree(city / "geo", collection / "geo" / "fang")
    shutil.copytree(city / "layers", collection / "layers" / "fang")
    monkeypatch.chdir(collection)
    assert find_workspace("fang")[2] == collection / "layers" / "fang"
    assert {"fang", "yueqing"} <= set(known_workspaces())


def test_an_unknown_workspace_lists_the_known_ones(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnknownWorkspaceError, match=r"atlantis.*yueqing"):
        Workspace.open("atlantis")


def test_a_data_file_without_card_is_refused(city):
    (city / "layers/parks.yaml").unlink()
    with pytest.raises(CardError, match=r"parks\.csv.*parks\.yaml"):
        Workspace.open(city)


def test_a_missing_plan_is_refused(city):
    (city / "layers/plan.yaml").rename(city / "layers/gone.txt")
    with pytest.raises(UnknownWorkspaceError):
        Workspace.open(city)


def test_a_wrong_key_names_file_line_and_what_is_allowed(city):
    _edit(city / "layers/parks.yaml", "source: test", "sauce: test")
    with pytest.raises(CardError) as caught:
        Workspace.open(city)
    assert caught.value.key in {"layers.key_unknown", "layers.key_missing"}
    assert "parks.yaml" in str(caught.value)


def test_a_wrong_key_inside_a_column_is_named_with_its_line(city):
    _edit(city / "layers/parks.yaml", "unit: 亩, minimum: 0", "units: 亩")
    with pytest.raises(CardError) as caught:
        Workspace.open(city)
    message = str(caught.value)
    assert "第 13 行" in message
    assert "units" in message
    assert "unit" in caught.value.fields["allowed"]


def test_a_key_that_stands_twice_is_refused(city):
    _edit(city / "layers/plan.yaml", "crs: EPSG:4528\n", "crs: EPSG:4528\ncrs: EPSG:4527\n")
    with pytest.raises(CardError, match=r"plan\.yaml 第 4 行.*crs"):
        Workspace.open(city)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("120.5", "约120", r"第 2 行“用地”的值“约120”不是数字"),
        ("120.5", "1e999", "不是数字"),
        ("120.5", "-3", "超出允许的范围"),
        (",12,", ",12.5,", "不是整数"),
        ("true", "yes", "true 或 false"),
        ("2019-05", "2019-15", "不是日期"),
        ("P2", "P1", "重复"),
        ("P2", "", "必填"),
        (",a,plan", ",nowhere,plan", r"gazetteer\.place_id"),
        (",a,plan", ",a,plans", r"documents.*plan"),
        ("park_id,name", "park_id,nmae", "缺少列 name"),
        ("row\n", "row,extra\n", "extra"),
    ],
)
def test_a_bad_cell_names_file_and_row(city, old, new, expected):
    _edit(city / "layers/parks.csv", old, new)
    with pytest.raises(TableError, match=expected) as caught:
        Workspace.open(city).layer("parks")
    assert "parks.csv" in str(caught.value)


def test_a_place_outside_the_county_is_refused_unless_its_accuracy_explains_it(city):
    _edit(city / "geo/gazetteer.csv", "121.05,28.05", "121.115,28.05")
    assert len(Workspace.open(city).layer("parks")) == 2
    _edit(city / "geo/gazetteer.csv", "121.115,28.05", "28.05,121.05")
    with pytest.raises(TableError, match=r"gazetteer\.csv.*第 2 行.*界外"):
        Workspace.open(city).layer("parks")


def test_geometry_in_another_system_is_refused(city):
    _edit(city / "geo/county.geojson", "EPSG::4490", "EPSG::4528")
    with pytest.raises(TableError, match="EPSG:4528"):
        _ = Workspace.open(city).county


def test_a_broken_geometry_file_is_refused(city):
    (city / "geo/county.geojson").write_bytes(b"\x00not spatial")
    with pytest.raises(TableError, match=r"county\.geojson"):
        _ = Workspace.open(city).county


def test_an_unknown_layer_lists_the_layers(city):
    with pytest.raises(WorkspaceError, match="gazetteer"):
        Workspace.open(city).layer("castles")


def test_check_reports_every_layer_once(city):
    assert Workspace.open(city).check() == []
    _edit(city / "layers/parks.csv", "120.5", "x")
    (city / "geo/county.geojson").unlink()
    wrong = Workspace.open(city).check()
    assert len(wrong) >= 2
    assert any("county.geojson" in str(error) for error in wrong)


def test_the_fingerprint_follows_the_content(city):
    before = Workspace.open(city).fingerprint
    assert Workspace.open(city).fingerprint == before
    _edit(city / "layers/parks.csv", "120.5", "120.6")
    assert Workspace.open(city).fingerprint != before


def test_a_raster_with_a_claim_stands_among_the_constraints(city):
    from raster_files import write_raster

    write_raster(city / "layers/dem.tif", np.tile(np.arange(5.0) * 10, (4, 1)))
    (city / "layers/dem.yaml").write_text(
        "layer: dem\nfile: dem.tif\ntitle: {zh: 高程, en: Heights}\n"
        "description: {zh: 高程, en: Heights}\ngeometry: raster\nsource: test\ndate: '2020'\n",
        encoding="utf-8",
    )
    plan = city / "layers/plan.yaml"
    slope = '{name: slope, layer: dem, claim: "slope > 25"}'
    _edit(plan, "[river, road]", f"[river, {slope}, road]")
    workspace = Workspace.open(city)
    assert workspace.plan.constraints == ("river", "slope", "road")
    # there is no layer of constraints here: what is absent keeps its name, so that it is told
    assert list(workspace.constraints) == ["river", "slope", "road"]
    assert workspace.constraints["river"] is workspace.constraints["road"] is None
    limit = workspace.constraints["slope"]
    assert (str(limit.claim), limit.nodata, limit.raster.name) == ("slope>25", "unknown", "dem.tif")
    for old, new in (("slope > 25", "slope or 1"), ("name: slope", "name: river")):
        text = plan.read_text(encoding="utf-8")
        _edit(plan, old, new)
        with pytest.raises(CardError):
            Workspace.open(city)
        plan.write_text(text, encoding="utf-8")
    _edit(plan, "layer: dem", "layer: hills")
    with pytest.raises(WorkspaceError, match="hills"):
        _ = Workspace.open(city).constraints


def test_a_constraint_that_stands_twice_is_named_with_both_lines(city):
    _edit(
        city / "layers/plan.yaml",
        "constraints: [river, road]",
        'constraints:\n  - river\n  - road\n  - {name: river, layer: dem, claim: "slope>25"}',
    )
    with pytest.raises(CardError) as caught:
        Workspace.open(city)
    told = caught.value.message("zh_CN")
    assert told.startswith("plan.yaml 第 10 行：限制要素“river”在第 8 行已经写过")


def test_a_folder_that_is_shut_to_us_is_none_with_a_city(monkeypatch):
    def shut(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.delenv("PLATFORMS_WORKSPACE", raising=False)
    monkeypatch.setattr(Path, "is_file", shut)
    assert find_workspace()[0] == DEFAULT_WORKSPACE


@pytest.mark.parametrize("name", ["长" * 3000, "a/" * 3000])
def test_a_name_that_no_disk_takes_is_no_workspace(name):
    with pytest.raises(UnknownWorkspaceError):
        Workspace.open(name)
