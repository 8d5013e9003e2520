"""``platforms site``: in words, as JSON, as a file, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest

from platforms.cli import main

SAMPLE = Path(__file__).resolve().parents[2] / "docs" / "project.yaml"


def call(capsys, *arguments):
    status = main(["site", *map(str, arguments)])
    return status, *capsys.readouterr()


def test_words_take_the_score_apart_and_say_what_excludes(capsys):
    status, out, err = call(capsys, SAMPLE, "--top", "2")
    assert status == 0, err
    assert "1. 浙江乐清经济开发区" in out
    assert out.count("规划符合 ") == 3  # the weights and two sites
    assert "退二进三，不承接新的工业项目〔yq2016 附件二 2〕" in out
    assert "示例数据" in out
    assert "示例数据" in err


def test_json_is_one_object_and_agrees_with_the_file(capsys, tmp_path):
    status, out, _ = call(capsys, SAMPLE, "--json")
    assert status == 0
    told = json.loads(out)
    assert told["method"] == "tool:siting-2026"
    assert told["sample_layers"] == ["sample_parks"]
    assert told["project"]["land_mu"] == 60
    assert call(capsys, SAMPLE, "-o", tmp_path / "sites.gpkg")[0] == 0
    written = gpd.read_file(tmp_path / "sites.gpkg")
    assert written["site_id"].tolist() == [one["site_id"] for one in told["sites"]]
    assert written["score_low"].tolist() == [one["score_low"] for one in told["sites"]]
    assert set(written["method"]) == {"tool:siting-2026"}


def test_plots_of_a_file_and_parks_of_a_table(capsys, tmp_path, plots_file):
    table = tmp_path / "parks.csv"
    table.write_text("park_id,lon,lat,capacity_mu\n001,121.0,28.1,100\n", "utf-8")
    project = tmp_path / "p.yaml"
    project.write_text("industry: C38\nland_mu: 10\n", "utf-8")
    status, out, err = call(capsys, project, "--plots", plots_file, "--parks", table, "--json")
    assert status == 0, err
    told = json.loads(out)
    assert {one["kind"] for one in told["sites"]} == {"park", "plot"}
    assert [one["site_id"] for one in told["sites"] if one["kind"] == "park"] == ["001"]
    assert told["sample_layers"] == []


def test_nothing_left_is_a_status_of_its_own(capsys, tmp_path):
    project = tmp_path / "p.yaml"
    project.write_text("industry: C38\nland_mu: 100000\n", "utf-8")
    status, out, _ = call(capsys, project)
    assert status == 1
    assert "没有可用的" in out


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["nosuch.yaml"], 1, "nosuch.yaml"),
        ([SAMPLE, "--parks", "nosuch.csv"], 2, "nosuch.csv"),
        ([SAMPLE, "--plots", "nosuch.zip"], 1, "nosuch.zip"),
        ([], 2, "PROJECT"),
    ],
)
def test_what_is_not_there_is_named(capsys, words, status, said):
    got, _, err = call(capsys, *words)
    assert got == status
    assert said in err
