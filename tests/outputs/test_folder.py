from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pyogrio
import pytest

from platforms.errors import InputError, OutputError
from platforms.geo import folder_change
from platforms.outputs import folder
from platforms.outputs.folder import OUTPUTS, save_run
from platforms.outputs.run_folder import RunFolder
from platforms.outputs.run_place import earlier_files


@pytest.fixture(scope="module")
def saved(example, tmp_path_factory):
    target = tmp_path_factory.mktemp("run") / "out"
    return save_run(example, target), target


def test_the_four_outputs_are_there(saved):
    assert sorted(p.name for p in saved[1].iterdir()) == sorted(OUTPUTS)


def test_run_json_is_the_record(saved):
    record, target = saved
    assert json.loads((target / "run.json").read_text(encoding="utf-8")) == record
    assert set(record["outputs"]) == {"gpkg", "xlsx", "html", "json"}
    assert {"read", "survey", "assess", "reclaim", "membership", "plan.gpkg"} <= set(
        record["seconds"]
    )


def test_the_geopackage_holds_every_layer_with_citations(saved, example):
    path = saved[1] / "plan.gpkg"
    layers = {name for name, _ in pyogrio.list_layers(path)}
    beside = {"layer_styles", "plots_issues", "land_areas_plots"}
    own = {*example.layers, "land_areas", "control_line", "plots", "issues"}
    assert layers == own | beside
    plots = pyogrio.read_dataframe(path, layer="plots")
    assert plots.crs.to_epsg() == 4490
    assert plots["area_m2"].tolist() == example.plots["area_m2"].tolist()
    assert set(plots["basis"]) == {"sample"}
    parks = pyogrio.read_dataframe(path, layer="platforms")
    assert len(parks) == 27
    assert parks["citation"].str.contains("附件二").all()
    assert parks["accuracy_m"].gt(0).all()


def test_the_geopackage_holds_areas_and_the_control_line_marked_as_sample(saved, example):
    path = saved[1] / "plan.gpkg"
    areas = pyogrio.read_dataframe(path, layer="land_areas")
    assert areas.crs.to_epsg() == 4490
    assert areas["area_group"].tolist() == example.land.areas.areas.index.tolist()
    assert areas["net_m2"].tolist() == example.land.areas.areas["net_m2"].tolist()
    assert len(pyogrio.read_dataframe(path, layer="control_line")) > 0
    with sqlite3.connect(path) as data:
        told = dict(data.execute("select table_name, description from gpkg_contents"))
    data.close()
    assert "示例数据" in told["land_areas"]
    assert "示例数据" in told["control_line"]


def test_an_earlier_run_is_replaced_only_when_asked(example, tmp_path):
    save_run(example, tmp_path / "out")
    before = (tmp_path / "out" / "run.json").read_bytes()
    with pytest.raises(OutputError, match="--overwrite"):
        save_run(example, tmp_path / "out")
    assert (tmp_path / "out" / "run.json").read_bytes() == before
    save_run(example, tmp_path / "out", overwrite=True)


def test_files_of_another_kind_of_run_go_with_it_and_others_stay(example, tmp_path):
    out = tmp_path / "out"
    (out / "plots").mkdir(parents=True)
    for name in ("plots/part-00000.parquet", "plots/own.parquet", "towns.csv", "platforms.csv"):
        (out / name).write_text(name, encoding="utf-8")
    # the record names the first table and not the second, and a file that no run writes
    named = {"plots": str(out / "plots"), "towns": str(out / "towns.csv"), "x": "platforms.txt"}
    (out / "run.json").write_text(json.dumps({"outputs": named}), encoding="utf-8")
    assert earlier_files(out) == ["plots/part-*.parquet", "towns.csv"]
    save_run(example, out, overwrite=True)
    left = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert left == {*OUTPUTS, "plots/own.parquet", "platforms.csv"}
    assert earlier_files(out) == sorted(OUTPUTS)
    for text in ("[]", "{}", '{"outputs": 1}', "{"):
        (out / "run.json").write_text(text, encoding="utf-8")
        assert earlier_files(out) == []


def test_files_of_two_runs_are_not_read_and_can_be_replaced(example, tmp_path, monkeypatch):
    few, out = replace(example, plots=example.plots.head(5)), tmp_path / "out"
    save_run(few, out)
    assert RunFolder.open(out).record["counts"]
    move = Path.replace

    def stop(self, target):
        if self.name == "map.html" and Path(target).parent == out:
            raise KeyboardInterrupt
        return move(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(folder_change, "_renameat2", lambda: None)
        patch.setattr(Path, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            save_run(few, out, overwrite=True)
    assert {path.name for path in out.iterdir()} >= {"plan.gpkg", "ledger.xlsx", "map.html"}
    with pytest.raises(InputError, match=r"中断.*--overwrite"):
        RunFolder.open(out)
    with pytest.raises(OutputError, match=r"中断.*--overwrite"):
        save_run(few, out)
    save_run(few, out, overwrite=True)
    assert sorted(path.name for path in out.iterdir()) == sorted(OUTPUTS)
    assert RunFolder.open(out).record["counts"]


def test_a_folder_with_other_files_is_left_alone(example, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError):
        save_run(example, tmp_path, overwrite=True)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_failure_leaves_nothing_half_written(example, tmp_path, monkeypatch):
    def fail(*_args, **_kwargs):
        raise MemoryError

    monkeypatch.setattr(folder, "save_html", fail)
    with pytest.raises(MemoryError):
        save_run(example, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
