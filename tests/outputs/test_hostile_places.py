"""Hostile text as the name of a file, a layer or a workspace: nothing is written elsewhere."""

from __future__ import annotations

import dataclasses
import re
import zipfile
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely

from hostile import HOSTILE, LONG
from platforms.errors import CardError, OutputError, UnknownWorkspaceError
from platforms.geo.driver_path import driver_path
from platforms.geo.read import read_plots
from platforms.geo.write import write_geopackage
from platforms.geo.writers.geodatabase import write_geodatabase
from platforms.layers.cards import read_card
from platforms.layers.cities import find_workspace
from platforms.outputs.desktop.data_package import write_layers
from platforms.outputs.desktop.run_layers import RunLayer
from platforms.outputs.export import export_run
from platforms.outputs.folder import save_run
from platforms.outputs.plots_file import write_plots
from platforms.policy.workspace import Workspace
from platforms.store.opening import store_path

PATHS = ["../../up", "../up", "/up", "..", "a/../../up", "..\\up", "con", "CON", "a", "A"]
NAMES = [*HOSTILE, *PATHS]
# as names that this disk takes
ON_DISK = [
    name
    for text in HOSTILE
    if text not in LONG and (name := re.sub("[/\x00]", "_", text)) not in {".", ".."}
]
SLOW = ["gdb", "kml", "gpkg", "xlsx"]
SHAPE = shapely.box(121, 28, 121.001, 28.001)


def files_of(folder: Path) -> set[str]:
    found = (one.relative_to(folder) for one in folder.rglob("*") if not one.is_dir())
    return {one.as_posix() for one in found}


@pytest.fixture
def deep(tmp_path):
    """A folder that has room above it for what climbs out of it."""
    folder = tmp_path / "a" / "b" / "c"
    folder.mkdir(parents=True)
    return folder


def frame_of(text: str = "x") -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"plot_id": ["1"], "name": [text]}, geometry=[SHAPE], crs=4490)


def layer_of(name: str) -> RunLayer:
    return RunLayer(
        name=name, frame=frame_of(name), kind="polygon", title=name, titles={}, notes={}, about={}
    )


def test_a_layer_of_any_name_is_a_file_of_its_own_in_its_folder(tmp_path, deep):
    files = write_layers([layer_of(name) for name in NAMES], deep)
    assert len({file.name.casefold() for file in files}) == len(NAMES)
    assert files_of(tmp_path) == {f"a/b/c/{file.name}" for file in files}
    assert [gpd.read_parquet(file)["name"][0] for file in files] == NAMES
    for file in files:
        assert re.fullmatch(r"[\w.\-]{1,80}", file.name)
        assert len(file.name.encode()) < 255
        assert file.name.partition(".")[0].casefold() not in {"", "con"}


@pytest.mark.parametrize("name", ["plots", "land_areas", "工业地块", "a b"])
def test_a_plain_name_stays(tmp_path, name):
    (file,) = write_layers([layer_of(name)], tmp_path)
    assert file.stem == name.replace(" ", "_")


@pytest.mark.long
@pytest.mark.parametrize("write", [write_geodatabase, write_geopackage])
def test_a_layer_of_any_name_leaves_no_database(tmp_path, deep, write):
    ending = "gdb.zip" if write is write_geodatabase else "gpkg"
    for number, name in enumerate(NAMES):
        path = deep / f"{number}.{ending}"
        layer = (frame_of(), "polygon", {}) if write is write_geodatabase else frame_of()
        try:
            write({name: layer}, path)
        except OutputError:
            # a name that the format does not take: nothing is left of it
            assert not path.exists()
        else:
            assert len(pyogrio.list_layers(path)) == 1
    assert all(re.fullmatch(rf"a/b/c/\d+\.{ending}", file) for file in files_of(tmp_path))
    assert files_of(tmp_path)


@pytest.mark.parametrize("name", ON_DISK, ids=range(len(ON_DISK)))
def test_a_file_of_any_name_is_read_as_a_file_and_nothing_else(tmp_path, deep, yueqing, name):
    plain = write_plots(frame_of(), tmp_path / "plain.geojson").read_bytes()
    path = deep / f"{name}.geojson"
    path.write_bytes(plain)
    before = files_of(tmp_path)
    read = read_plots(path, workspace=yueqing)
    assert read.frame["plot_id"].tolist() == ["1"]
    assert files_of(tmp_path) == before


@pytest.mark.parametrize("name", ["a!b.gpkg", "a;b.gpkg", "a?b.gpkg", "http:!c!d.gpkg"])
def test_the_path_of_a_user_is_no_address(monkeypatch, deep, tmp_path, name):
    monkeypatch.chdir(tmp_path)
    write_geopackage({"plots": frame_of()}, deep / "x!y;z" / name)
    assert files_of(tmp_path) == {f"a/b/c/x!y;z/{name}"}
    read = pyogrio.read_dataframe(driver_path(deep / "x!y;z" / name))
    assert read["plot_id"].tolist() == ["1"]


@pytest.mark.parametrize("file", ["../a.csv", "/etc/passwd", "..", ".", "a/b.csv", "a\\b.csv"])
def test_a_card_names_a_file_beside_it_and_no_other(yueqing, tmp_path, file):
    card = (yueqing.layers_dir / "projects.yaml").read_text(encoding="utf-8")
    path = tmp_path / "projects.yaml"
    path.write_text(card, encoding="utf-8")
    assert read_card(path).file == "projects.csv"
    path.write_text(card.replace("file: projects.csv", f"file: {file}"), encoding="utf-8")
    with pytest.raises(CardError, match="file"):
        read_card(path)


@pytest.fixture(scope="module")
def folder(example, tmp_path_factory):
    few = dataclasses.replace(example, plots=example.plots.head(3))
    target = tmp_path_factory.mktemp("run") / "out"
    save_run(few, target)
    return target


@pytest.mark.long
@pytest.mark.parametrize(
    "kind", ["shp", "txt", "html", *[pytest.param(k, marks=pytest.mark.long) for k in SLOW]]
)
def test_an_export_of_any_name_is_that_file_and_no_other(monkeypatch, folder, deep, tmp_path, kind):
    monkeypatch.chdir(tmp_path)
    ending = {"shp": "zip", "gdb": "gdb.zip"}.get(kind, kind)
    # these take a second each
    for name in ON_DISK[:: 8 if kind in SLOW else 1]:
        path = export_run(folder, kind, deep / f"{name}.{ending}")
        assert files_of(tmp_path) == {f"a/b/c/{name}.{ending}"}
        if ending.endswith("zip"):
            with zipfile.ZipFile(path) as file:
                members = file.namelist()
            assert not [one for one in members if ".." in Path(one).parts or one[0] in "/\\"]
        path.unlink()


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_workspace_of_any_name_is_unknown_and_kept_in_its_folder(monkeypatch, deep, name):
    monkeypatch.chdir(deep)
    with pytest.raises((UnknownWorkspaceError, OSError)):
        find_workspace(name)
    place = store_path(name, deep)
    assert place.parent == deep
    assert place.suffix == ".gpkg"


@pytest.mark.parametrize("name", ["<!--<script>", pytest.param("图;x=1?y", marks=pytest.mark.long)])
def test_a_city_of_any_name_writes_its_package_where_it_is_told_to(
    yueqing, example, deep, tmp_path, name
):
    city = tmp_path / "cities" / name
    city.mkdir(parents=True)
    (city / "geo").symlink_to(yueqing.geo_dir)
    (city / "layers").symlink_to(yueqing.layers_dir)
    workspace = Workspace.open(city)
    assert workspace.name == name
    named = dataclasses.replace(example, workspace=workspace, plots=example.plots.head(3))
    deep = deep / name
    deep.mkdir()
    save_run(named, deep / "out")
    assert export_run(deep / "out", "kml", deep / "a.kml").is_file()
    package = export_run(deep / "out", "package", deep / "all.zip")
    assert {one.split("/")[2] for one in files_of(tmp_path / "a")} == {name}
    with zipfile.ZipFile(package) as file:
        assert not [one for one in file.namelist() if ".." in one or one.startswith("/")]
