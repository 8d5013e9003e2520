"""``platforms positions``, and commands that take corrections or leave them out."""

from __future__ import annotations

import json

import pytest
import shapely

import platforms as ip
from platforms.cli.main import main


@pytest.fixture
def kept():
    positions = ip.open_store("yueqing").positions
    positions.place(
        ip.Position(
            layer="platforms", feature_id="YQ-P13", basis="drawn", accuracy_m=20.0, author="张三",
            source="地形图", stated="2026-01-02", shape=shapely.box(120.97, 28.04, 120.99, 28.06),
        ),
        by="李四",
    )  # fmt: skip
    return positions


def _json(capsys, *words: str):
    assert main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_list_says_what_holds_and_what_was_done(kept, capsys):
    told = _json(capsys, "positions", "list")
    assert told["sha256"] == kept.current().sha256
    assert [row["feature_id"] for row in told["positions"]] == ["YQ-P13"]
    assert [row["who"] for row in _json(capsys, "positions", "list", "--history")["history"]] == [
        "李四"
    ]
    assert main(["positions", "list"]) == 0
    assert "勾绘  精度 20 米  张三" in capsys.readouterr().out


def test_a_change_set_goes_to_another_store(kept, capsys, tmp_path, monkeypatch):
    path = tmp_path / "p.geojson"
    assert main(["positions", "export", str(path)]) == 0
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path / "other"))
    told = _json(capsys, "positions", "import", str(path), "--by", "王五")
    assert (told["stored"], told["same"]) == (1, 0)
    assert ip.open_store("yueqing").positions.current() == kept.current()
    assert _json(capsys, "positions", "import", str(path))["stored"] == 0
    assert main(["positions", "undo", "platforms", "YQ-P13", "--by", "王五"]) == 0
    assert "原有位置" in capsys.readouterr().out
    assert main(["positions", "undo", "platforms", "YQ-P13"]) == 1


def test_a_change_set_with_a_boundary_that_cannot_be_is_refused_whole(kept, capsys, tmp_path):
    path = tmp_path / "p.geojson"
    assert main(["positions", "export", str(path)]) == 0
    tree = json.loads(path.read_text(encoding="utf-8"))
    del tree["platforms"]
    ring = [[119, 27], [119.01, 27], [119.01, 27.01], [119, 27]]
    bad = {"type": "Polygon", "coordinates": [ring]}
    other = {**tree["features"][0]["properties"], "feature_id": "YQ-P01"}
    tree["features"].append({"type": "Feature", "properties": other, "geometry": bad})
    path.write_text(json.dumps(tree), encoding="utf-8")
    assert main(["positions", "import", str(path)]) == 1
    assert "YQ-P01" in capsys.readouterr().err
    assert len(kept.history()) == 1


def test_commands_take_corrections_unless_told_not_to(kept, capsys, tmp_path):
    plots = tmp_path / "plots.geojson"
    ip.Workspace.open("yueqing").layer("plots").to_file(plots, engine="pyogrio")
    ways = []
    for more in ((), ("--no-corrections",)):
        rows = _json(capsys, "assign", str(plots), *more)["plots"]
        ways.append({row["platform_way"] for row in rows})
    assert "within" in ways[0]
    assert ways[1] == {"nearest"}


def test_a_store_that_cannot_be_read_is_an_error_that_says_how_to_go_on(capsys):
    path = ip.open_store("yueqing").path
    path.write_bytes(b"no store")
    assert main(["targets", "--json"]) == 1
    assert path.name in capsys.readouterr().err
    assert main(["targets", "--json", "--no-corrections"]) == 0
