"""``platforms assign``: plots of a file and layers of the workspace."""

from __future__ import annotations

import json

import platforms as ip
from platforms.cli import main


def test_it_says_whether_the_town_is_sure(capsys, plots_file):
    assert main(["assign", str(plots_file)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert main(["assign", str(plots_file), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["plots"]
    for line, row in zip(said, rows, strict=True):
        assert ("不确定" in line) is not row["town_sure"]
        assert ("，确定）" in line) is row["town_sure"]


def test_a_layer_of_the_workspace_is_placed_by_its_name(capsys):
    assert main(["assign", "projects", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    projects = ip.Workspace.open("yueqing").layer("projects")
    assert told["layer"] == "projects"
    assert [row["project_id"] for row in told["features"]] == projects["project_id"].tolist()
    assert any("platform" in row["accuracy_short"] for row in told["features"])
    # what the plan says itself stands beside what the position says
    stated = [name for name in ("town", "platform_id", "layout_unit") if name in projects]
    assert stated
    for name in stated:
        given = [row[f"{name}_given"] for row in told["features"]]
        assert given == projects[name].astype(object).where(projects[name].notna(), None).tolist()
    assert main(["assign", "projects"]) == 0
    out, err = capsys.readouterr()
    assert "位置精度不够判定" in out
    assert f"{len(projects)} 个点中有" in err


def test_a_name_that_is_neither_is_a_missing_file(capsys):
    assert main(["assign", "nosuch"]) == 1
    assert "nosuch" in capsys.readouterr().err
