from __future__ import annotations

import json
import re

import geopandas as gpd
import pytest

from platforms.cli import main
from platforms.geo.read import read_plots


def _call(capsys, *arguments):
    status = main(list(arguments))
    out = capsys.readouterr()
    return status, out.out, out.err


@pytest.mark.parametrize(
    ("kind", "name"), [("html", "map.html"), ("xlsx", "ledger.xlsx"), ("gpkg", "plan.gpkg")]
)
def test_the_runs_own_files_come_out_as_they_are(capsys, folder, tmp_path, kind, name):
    target = tmp_path / "given" / f"copy.{kind}"
    status, out, err = _call(
        capsys, "export", str(folder), "--to", kind, "-o", str(target), "--json"
    )
    assert status == 0, err
    assert target.read_bytes() == (folder / name).read_bytes()
    assert json.loads(out)["bytes"] == target.stat().st_size
    assert _call(capsys, "export", str(folder), "--to", kind, "-o", str(target))[0] == 1


def test_boundary_points_come_back_with_the_same_areas(capsys, folder, tmp_path, yueqing):
    target = tmp_path / "p.txt"
    status, _, err = _call(capsys, "export", str(folder), "--to", "txt", "-o", str(target))
    assert status == 0, err
    _, out, _ = _call(capsys, "measure", str(target), "--json")
    assert [row["area_m2"] for row in json.loads(out)["plots"]] == [9997.63, 24994.43]
    _call(
        capsys,
        "export",
        str(folder),
        "--to",
        "txt",
        "-o",
        str(target),
        "--plot",
        "L",
        "--overwrite",
    )
    assert read_plots(target, workspace=yueqing).frame["plot_id"].tolist() == ["L"]


def test_a_certificate_of_a_run_says_what_the_run_found(capsys, folder, tmp_path, plots_file):
    target = tmp_path / "c.html"
    status, _, err = _call(
        capsys, "export", str(folder), "--to", "certificate", "-o", str(target), "--plot", "A"
    )
    assert status == 0, err
    text = target.read_text(encoding="utf-8")
    assert "9997.63" in text
    assert "24994.43" not in text
    assert plots_file.name in text
    assert "由文件注明" in text
    assert json.loads((folder / "run.json").read_text(encoding="utf-8"))["input"]["sha256"] in text


def test_wrong_usage_and_missing_things_are_told_apart(capsys, folder, tmp_path):
    target = str(tmp_path / "x.html")
    status, _, err = _call(capsys, "export", str(folder), "--to", "dwg", "-o", target)
    assert status == 2
    assert "certificate" in err
    assert "package" in err
    status, _, err = _call(
        capsys, "export", str(folder), "--to", "html", "-o", target, "--plot", "A"
    )
    assert status == 2
    status, _, err = _call(capsys, "export", str(tmp_path), "--to", "html", "-o", target)
    assert (status, "platforms run" in err) == (1, True)
    status, _, err = _call(
        capsys, "export", str(folder), "--to", "certificate", "-o", target, "--plot", "Z"
    )
    assert (status, "Z" in err) == (1, True)
    (folder / "map.html").unlink()
    status, _, err = _call(capsys, "export", str(folder), "--to", "html", "-o", target)
    assert (status, "map.html" in err) == (1, True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--to", "xlsx", "--profile", "public"], "--profile"),
        (["--to", "gdb", "--slides", "s.yaml"], "--slides"),
        (["--to", "html", "--review-number", "1"], "--profile"),
        (["--to", "html", "--paper", "A3"], "--paper"),
        (["--to", "kml", "--plot", "A"], "--plot"),
        (["--to", "shp", "--txt-area", "planar"], "--txt-area"),
    ],
)
def test_an_option_of_another_kind_is_wrong_usage(capsys, tmp_path, words, told):
    status, _, err = _call(capsys, "export", str(tmp_path), *words, "-o", str(tmp_path / "x"))
    assert status == 2
    assert told in err
    assert not list(tmp_path.iterdir())


def test_a_public_map_says_what_is_still_open(capsys, folder, tmp_path):
    target = tmp_path / "public.html"
    given = ["--to", "html", "--profile", "public", "-o", str(target)]
    status, out, err = _call(capsys, "export", str(folder), *given)
    assert status == 0, err
    assert "审图号" in err
    assert target.name in out


def test_a_folder_is_counted_with_all_its_files(capsys, folder, tmp_path, monkeypatch):
    target = tmp_path / "all"
    # names as they are typed beside the run
    monkeypatch.chdir(folder.parent)
    status, out, err = _call(
        capsys, "export", folder.name, "--to", "package", "-o", target.name, "--json"
    )
    assert status == 0, err
    files = [file.stat().st_size for file in target.rglob("*") if file.is_file()]
    assert json.loads(out)["bytes"] == sum(files)
    assert len(files) > 5


def test_measure_adjusts_to_a_control_total(capsys, tmp_path, plots_file):
    out_file = tmp_path / "m.gpkg"
    status, out, err = _call(
        capsys, "measure", str(plots_file), "--control", "34992.16", "--json", "-o", str(out_file)
    )
    assert status == 0, err
    record = json.loads(out)
    assert [p["area_m2"] for p in record["plots"]] == [9997.63, 24994.43]
    assert [p["adjusted_m2"] for p in record["plots"]] == [9997.66, 24994.5]
    assert record["adjustment"]["groups"][0]["misclosure_m2"] == 0.1
    assert "34,992.16" in err
    assert gpd.read_file(out_file)["residue_m2"].tolist() == [0.03, 0.07]


def test_measure_adjusts_by_groups(capsys, plots_file):
    status, out, err = _call(
        capsys,
        "measure",
        str(plots_file),
        "--control-by",
        "name",
        "--control",
        "甲地块=9997.64",
        "--json",
    )
    assert status == 0, err
    record = json.loads(out)
    assert [p["adjusted_m2"] for p in record["plots"]] == [9997.64, None]
    assert "adjust_no_total" in {issue["kind"] for issue in record["issues"]}


def test_measure_refuses_a_plane_total_unless_asked(capsys, plots_file):
    status, _, err = _call(capsys, "measure", str(plots_file), "--control", "35000")
    assert status == 1
    assert "平面面积" in err
    status, out, err = _call(
        capsys,
        "measure",
        str(plots_file),
        "--control",
        "35000",
        "--control-tolerance",
        "300",
        "--json",
    )
    assert status == 0, err
    assert sum(round(p["adjusted_m2"] * 100) for p in json.loads(out)["plots"]) == 3_500_000


@pytest.mark.parametrize("words", [["a"], ["1", "2"], ["x=1"], []])
def test_a_control_total_in_another_form_is_wrong_usage(capsys, plots_file, words):
    given = [part for word in words for part in ("--control", word)]
    by = [] if words else ["--control-by", "name"]
    status, _, err = _call(capsys, "measure", str(plots_file), *given, *by)
    assert status == 2
    assert "--control" in err


def test_measure_prints_a_certificate(capsys, tmp_path, plots_file):
    target = tmp_path / "c.html"
    status, _, err = _call(
        capsys, "measure", str(plots_file), "--control", "34992.16", "--certificate", str(target)
    )
    assert status == 0, err
    first, second = _area_rows(target)
    assert first["椭球面积"][:1] == ["9997.63"]
    assert first["平差后面积"][0] == "9997.66"
    assert "+0.03" in first["平差后面积"]
    assert second["平差后面积"][0] == "24994.50"
    assert "+0.07" in second["平差后面积"]


def test_a_certificate_without_a_control_total_has_no_adjusted_area(capsys, tmp_path, plots_file):
    target = tmp_path / "c.html"
    status, _, err = _call(capsys, "measure", str(plots_file), "--certificate", str(target))
    assert status == 0, err
    assert [("椭球面积" in rows, "平差后面积" in rows) for rows in _area_rows(target)] == [
        (True, False),
        (True, False),
    ]


def _area_rows(certificate):
    """Return of each plot's certificate the cells of each row that begins with its name."""
    parts = certificate.read_text(encoding="utf-8").split("<section")[1:]
    rows = [re.findall(r"<tr[^>]*>(.*?)</tr>", part, re.DOTALL) for part in parts]
    cells = [
        [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in one] for one in rows
    ]
    return [{row[0].partition("（")[0]: row[1:] for row in one if row} for one in cells]
