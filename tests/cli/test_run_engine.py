"""``platforms run --engine dask`` on the command line."""

from __future__ import annotations

import json

import pytest

from platforms.cli import main


@pytest.fixture
def few(yueqing, tmp_path):
    """Sixty plots of the sample as GeoParquet."""
    path = tmp_path / "plots.parquet"
    yueqing.layer("plots").iloc[:60].to_parquet(path)
    return str(path)


def test_plots_in_parts_are_told_and_written(few, tmp_path, capsys):
    out = tmp_path / "out"
    given = ["run", "--engine", "dask", "--workers", "0", "--parts", "2", "--plots", few]
    assert main([*given, "-o", str(out)]) == 0
    assert "60 宗地块，2 个分区" in capsys.readouterr().out
    assert sorted(p.name for p in out.iterdir()) == [
        "issues.parquet", "layout_units.csv", "platforms.csv", "plots", "run.json", "towns.csv",
    ]  # fmt: skip
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert main([*given, "-o", str(out), "--overwrite", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdicts"] == record["verdicts"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--workers", "2"], "--workers"),
        (["--engine", "dask", "--relocate"], "--relocate"),
        (["--engine", "dask", "--crs", "4490"], "--crs"),
    ],
)
def test_options_of_the_other_engine_are_refused(few, tmp_path, capsys, options, told):
    assert main(["run", "--plots", few, "-o", str(tmp_path / "out"), *options]) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_run_in_parts_is_kept_as_the_local_run_is(few, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", str(tmp_path / "kept"))
    dask = ["--engine", "dask", "--workers", "0", "--parts", "2"]
    told = []
    for name, engine in (("local", []), ("parts", dask)):
        out = str(tmp_path / name)
        given = ["run", "--plots", few, "-o", out, *engine, "--save-as", name, "--json"]
        assert main(given) == 0
        told.append(json.loads(capsys.readouterr().out)["scenario"])
    assert [one["name"] for one in told] == ["local", "parts"]
    # a name that is taken is refused before anything is computed
    given = ["run", "--plots", few, "-o", str(tmp_path / "two"), *dask, "--save-as", "parts"]
    assert main(given) == 1
    assert not (tmp_path / "two").exists()
    monkeypatch.setattr("platforms.cli.parts._MOST_KEPT", 59)
    given = ["run", "--plots", few, "-o", str(tmp_path / "two"), *dask, "--save-as", "many"]
    assert main(given) == 1
    assert "60" in capsys.readouterr().err
    # what was computed is there
    assert (tmp_path / "two" / "run.json").exists()
    assert main(["scenario", "list", "--json"]) == 0
    kept = json.loads(capsys.readouterr().out)["scenarios"]
    assert sorted(one["name"] for one in kept) == ["local", "parts"]
    assert told[0]["scenario_id"] == told[1]["scenario_id"]
