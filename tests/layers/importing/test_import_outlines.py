"""Areas that come with rows: positions of those rows, by the row and not by its place."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from platforms.cli import main
from platforms.errors import InputError
from platforms.layers.importing.outlining import imported_outlines
from platforms.layers.importing.preview import ImportChoice
from platforms.layers.importing.previewing import preview_import
from platforms.layers.workspace import Workspace
from platforms.store.opening import open_store
from platforms.store.position_file import import_positions

CITED = ImportChoice(doc="plan", section="一")
BOXES = [shapely.box(121.0 + n / 100, 28.0, 121.005 + n / 100, 28.005) for n in range(4)]


@pytest.fixture
def park_map(tmp_path):
    """A map of parks: one new, one without an area, one that does not fit, one that is there."""
    frame = gpd.GeoDataFrame(
        {
            "名称": ["南园", "无形园", "北园", "西园"],
            "企业数": ["7", "1", "x", ""],
        },
        geometry=[BOXES[0], None, BOXES[2], BOXES[3]],
        crs="EPSG:4490",
    ).to_crs("EPSG:4528")
    frame.to_file(tmp_path / "园区.gpkg", layer="parks")
    return tmp_path / "园区.gpkg"


def test_each_area_goes_to_the_row_that_it_came_with(city, park_map):
    ws = Workspace.open(city)
    preview = preview_import(park_map, ws, "parks", CITED)
    assert preview.frame["name"].tolist() == ["南园", "无形园"]
    assert (preview.same, len(preview.set_aside)) == (1, 1)
    assert dict(preview.ids) == {1: "P3", 2: "P4", 4: "P2"}
    drawn, issues = imported_outlines(park_map, preview, author="甲", stated="2022-05-07")
    assert [one.feature_id for one in drawn] == ["P2", "P3"]
    assert drawn.get("parks", "P3").shape.equals_exact(BOXES[0], 1e-7)
    assert drawn.get("parks", "P2").shape.equals_exact(BOXES[3], 1e-7)
    first = drawn.get("parks", "P3")
    told = (first.author, first.stated, first.source, first.basis, first.accuracy_m)
    assert told == ("甲", "2022-05-07", "园区.gpkg", "drawn", None)
    assert "geometry_missing" in issues.by_kind()


def test_the_command_hands_them_on_as_a_change_set(city, park_map, tmp_path, capsys):
    out = tmp_path / "out.geojson"
    words = ["import", str(park_map), "--layer", "parks", "-w", str(city), "--doc", "plan"]
    words += ["--section", "一", "--boundaries", str(out)]
    assert main([*words, "--write"]) == 2
    assert main([*words, "--stated", "2022-05-07"]) == 1
    assert not out.exists()
    # a wrong ending is told before the table is written
    before = (city / "layers/parks.csv").read_bytes()
    other = [*words[:-1], str(out.with_suffix(".gpkg"))]
    assert main([*other, "--stated", "2022-05-07", "--by", "甲", "--write"]) == 1
    assert (city / "layers/parks.csv").read_bytes() == before
    assert main([*words, "--stated", "2022-05-07", "--by", "甲", "--write"]) == 1
    assert len(import_positions(out, "square")) == 2
    assert main(["positions", "import", str(out), "-w", str(city)]) == 0
    kept = open_store(Workspace.open(city)).positions.current()
    assert [one.feature_id for one in kept] == ["P2", "P3"]


def test_a_layer_without_places_takes_no_areas(city, park_map):
    card = city / "layers/parks.yaml"
    text = card.read_text("utf-8").replace("geometry: place", "geometry: none")
    card.write_text(text.replace(", refers_to: gazetteer.place_id", ""), encoding="utf-8")
    preview = preview_import(park_map, Workspace.open(city), "parks", CITED)
    with pytest.raises(InputError) as refused:
        imported_outlines(park_map, preview, author="甲", stated="2022")
    assert refused.value.key == "importing.layer_no_place"
