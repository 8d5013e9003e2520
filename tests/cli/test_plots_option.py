"""Every command that reads plots takes the same words about their file."""

from __future__ import annotations

import json
from importlib import import_module

import geopandas as gpd
import numpy as np
import pytest
import shapely

from platforms.cli import main
from platforms.geo.gcj import OFFSETS

READERS = ("assess", "assign", "check", "measure", "reclaim")
SHARED = {"crs", "helmert", "encoding", "layer", "known", "strict", "repair", "workspace"}
FOUR = "0,0,0,1.0000021"
BOX = shapely.box(120.96, 28.13, 120.961, 28.131)


SPIKED = shapely.Polygon(
    [
        (40598000, 3121000),
        (40598100, 3121000),
        (40598100, 3121050),
        (40598300, 3121050.1),
        (40598100, 3121050.2),
        (40598100, 3121100),
        (40598000, 3121100),
    ]
)


def _call(capsys, *arguments):
    status = main([str(word) for word in arguments])
    out = capsys.readouterr()
    return status, out.out, out.err


def _write(path, shape, crs, **options):
    gpd.GeoDataFrame({"plot_id": ["A"]}, geometry=[shape], crs=crs).to_file(path, **options)
    return path


@pytest.fixture
def old(tmp_path):
    """A plot in a zone of Xi'an 1980, where no shift is known without parameters."""
    return _write(tmp_path / "old.gpkg", shapely.box(40598000, 3121000, 40598100, 3121100), 2364)


@pytest.fixture
def bow_tie(tmp_path):
    """A plot that crosses itself: two triangles of 1,250 m² in the plane."""
    x, y = 40598000, 3121000
    shape = shapely.Polygon([(x, y), (x + 100, y + 50), (x + 100, y), (x, y + 50)])
    return _write(tmp_path / "bow.gpkg", shape, 4528)


@pytest.fixture
def known(tmp_path):
    return _write(tmp_path / "known.gpkg", BOX, 4490)


@pytest.fixture
def shifted(tmp_path):
    """The known boundary as a web map has it, without a word about that."""
    return _write(tmp_path / "web.gpkg", shapely.transform(BOX, OFFSETS["gcj02"]), 4490)


@pytest.mark.parametrize("name", [*READERS, "run"])
def test_each_command_takes_the_same_words(name):
    command = import_module(f"platforms.cli.{name}").command
    names = [parameter.name for parameter in command.params]
    assert SHARED | {"file"} <= set(names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", READERS)
def test_an_old_datum_is_refused_without_parameters_and_read_with_them(capsys, old, name):
    status, out, err = _call(capsys, name, old, "--json")
    assert (status, out) == (1, "")
    assert "--helmert" in err
    status, out, err = _call(capsys, name, old, "--helmert", FOUR, "--json")
    assert status == 0, err
    assert isinstance(json.loads(out), dict)


def test_run_takes_shift_parameters(capsys, tmp_path, old):
    target = tmp_path / "out"
    status, out, err = _call(
        capsys, "run", "--plots", old, "--helmert", FOUR, "-o", target, "--json"
    )
    assert status == 0, err
    assert json.loads(out)["input"]["crs_basis"] == "parameters"


def test_control_points_are_a_file_too(capsys, tmp_path, old):
    points = tmp_path / "control.csv"
    rows = [(598000, 3121000), (599000, 3121000), (598000, 3122000)]
    points.write_text("\n".join(f"{i},{e},{n},{e + 5},{n}" for i, (e, n) in enumerate(rows)))
    status, out, err = _call(capsys, "measure", old, "--helmert", points, "--json")
    assert status == 0, err
    assert json.loads(out)["source"]["crs_basis"] == "parameters"


def test_a_repair_counts_in_the_run_as_in_measure(capsys, tmp_path, bow_tie):
    _, out, _ = _call(capsys, "measure", bow_tie, "--json")
    assert json.loads(out)["plots"][0]["area_m2"] is None
    _, out, _ = _call(capsys, "measure", bow_tie, "--repair", "--json")
    area = json.loads(out)["plots"][0]["area_m2"]
    assert area == pytest.approx(2500, rel=1e-3)
    given = ("run", "--plots", bow_tie, "-o")
    status, out, err = _call(capsys, *given, tmp_path / "a", "--json")
    # written whole, but the data have a fault
    assert (status, json.loads(out)["area_mu"]) == (1, 0), err
    status, out, err = _call(capsys, *given, tmp_path / "b", "--repair", "--json")
    assert status == 0, err
    record = json.loads(out)
    assert record["area_mu"] == pytest.approx(area * 0.0015, abs=0.005)
    assert record["issues"]["shape_repaired"] == 1


@pytest.mark.parametrize("name", READERS[:2] + READERS[3:])
def test_a_repair_reaches_every_command(capsys, bow_tie, name):
    status, _, err = _call(capsys, name, bow_tie, "--strict")
    assert status == 1
    status, _, err = _call(capsys, name, bow_tie, "--repair")
    assert status == 0
    assert "2499.41" in err, "the row says what the repair changed"


def test_check_says_what_a_repair_would_change_and_changes_nothing(capsys, bow_tie):
    before = bow_tie.read_bytes()
    status, out, _ = _call(capsys, "check", bow_tie, "--repair", "--json")
    assert status == 0
    assert "shape_repaired" in {issue["kind"] for issue in json.loads(out)["issues"]}
    assert bow_tie.read_bytes() == before


def test_strict_takes_a_warning_for_a_fault(capsys, tmp_path, bow_tie):
    spiked = _write(tmp_path / "spiked.gpkg", SPIKED, 4528)
    assert _call(capsys, "check", spiked)[0] == 0
    assert _call(capsys, "check", spiked, "--strict")[0] == 1
    target = tmp_path / "out"
    assert _call(capsys, "run", "--plots", bow_tie, "-o", target, "--strict")[0] == 1
    assert not target.exists()


def test_a_known_boundary_ends_the_certificate(capsys, tmp_path, shifted, known):
    page = tmp_path / "c.html"
    assert _call(capsys, "measure", shifted, "--certificate", page)[0] == 0
    assert page.exists(), "nothing in the numbers shows the shift"
    page.unlink()
    words = ("measure", shifted, "--known", known)
    status, out, err = _call(capsys, *words, "--json")
    assert status == 0, err
    record = json.loads(out)
    assert record["source"]["certified"] is False
    (row,) = [issue for issue in record["issues"] if issue["kind"] == "web_offset_seen"]
    assert row["severity"] == "warning"
    assert "GCJ-02" in row["message"]
    assert record["plots"][0]["area_m2"] > 0, "measured as it is"
    status, _, err = _call(capsys, *words, "--certificate", page)
    assert (status, page.exists()) == (1, False)
    assert "web.gpkg" in err
    assert _call(capsys, *words, "--strict")[0] == 1


def test_a_known_boundary_that_fits_leaves_the_certificate(capsys, tmp_path, known):
    page = tmp_path / "c.html"
    status, out, err = _call(
        capsys, "measure", known, "--known", known, "--certificate", page, "--json"
    )
    assert status == 0, err
    assert json.loads(out)["source"]["certified"] is True
    assert page.exists()


def test_a_run_remembers_what_a_known_boundary_showed(capsys, tmp_path, shifted, known):
    target, page = tmp_path / "out", tmp_path / "c.html"
    status, out, err = _call(
        capsys, "run", "--plots", shifted, "--known", known, "-o", target, "--json"
    )
    assert status == 0, err
    assert json.loads(out)["input"]["certified"] is False
    status, _, _ = _call(capsys, "export", target, "--to", "certificate", "-o", page)
    assert (status, page.exists()) == (1, False)


def test_a_layer_of_the_workspace_can_be_the_known_boundary(capsys, shifted):
    status, out, err = _call(capsys, "check", shifted, "--known", "towns", "--json")
    assert status == 0, err
    # a plot is no town: the comparison says nothing, and says so
    assert "known_unlike" in {issue["kind"] for issue in json.loads(out)["issues"]}


def test_several_files_are_checked_against_one_boundary(capsys, shifted, known):
    _, out, _ = _call(capsys, "check", shifted, known, "--known", known, "--json")
    kinds = [{issue["kind"] for issue in one["issues"]} for one in json.loads(out)["files"]]
    assert ["web_offset_seen" in found for found in kinds] == [True, False]


@pytest.mark.parametrize(
    "words", [("--crs", "EPSG:4528"), ("--helmert", FOUR), ("--layer", "a"), ("--known", "towns")]
)
def test_words_about_a_file_that_is_not_given_are_wrong_usage(capsys, tmp_path, words):
    status, _, err = _call(capsys, "run", "-o", tmp_path / "out", *words)
    assert status == 2
    assert words[0] in err
    assert "--plots" in err
    assert not (tmp_path / "out").exists()


def test_a_missing_workspace_is_told_before_a_missing_file(capsys):
    for name in READERS:
        status, _, err = _call(capsys, name, "nowhere.gpkg", "-w", "atlantis")
        assert status == 1
        assert "atlantis" in err
        assert "nowhere" not in err


def test_the_encoding_and_the_layer_reach_the_file(capsys, tmp_path):
    file = tmp_path / "two.gpkg"
    _write(file, BOX, 4490, layer="first")
    _write(file, shapely.box(120.96, 28.13, 120.962, 28.131), 4490, layer="second")
    areas = []
    for layer in ("first", "second"):
        status, out, err = _call(capsys, "reclaim", file, "--layer", layer, "--json")
        assert status == 0, err
        areas.append(json.loads(out)["plots"][0]["gross_m2"])
    assert np.isclose(areas[1], 2 * areas[0], rtol=1e-3)
    table = tmp_path / "names.csv"
    table.write_bytes(f'plot_id,name,wkt\nA,地块,"{BOX.wkt}"\n'.encode("gb18030"))
    status, out, err = _call(
        capsys, "measure", table, "--crs", "EPSG:4490", "--encoding", "gb18030", "--json"
    )
    assert status == 0, err
    source = json.loads(out)["source"]
    assert (source["encoding"].lower(), source["encoding_basis"]) == ("gb18030", "given")
