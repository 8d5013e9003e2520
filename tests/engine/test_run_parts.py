"""The run in parts gives what the local run gives, to the last digit."""

from __future__ import annotations

import hashlib

import geopandas as gpd
import pandas as pd
import pytest

from platforms.engine.result import PartsRun
from platforms.engine.running import run_parts
from platforms.errors import CRSError, InputError, OutputError
from platforms.planning.run import Run, run

# the time, and what only one of them can have
_OWN = {"seconds", "outputs", "engine", "input"}


def same(parts: PartsRun, local: Run) -> None:
    """Compare everything that both say."""
    found = parts.plots()
    expected = pd.DataFrame(local.plots).reset_index(drop=True)
    assert sorted(found.columns) == sorted(expected.columns)
    assert list(found.geometry.to_wkb()) == list(local.plots.geometry.to_wkb())
    for name in expected.columns.drop("geometry"):
        mine, theirs = (_plain(frame[name]) for frame in (found, expected))
        pd.testing.assert_series_equal(mine, theirs, check_exact=True, check_dtype=False, obj=name)
    for name in ("towns", "platforms", "layout_units", "targets"):
        pd.testing.assert_frame_equal(getattr(parts, name), getattr(local, name), check_exact=True)
    pd.testing.assert_series_equal(
        pd.Series(parts.figures), pd.Series(local.figures), check_exact=True
    )
    assert parts.issues.to_records("en") == local.issues.to_records("en")
    record = local.to_json()
    assert {k: v for k, v in parts.record.items() if k not in _OWN} == {
        k: v for k, v in record.items() if k not in _OWN
    }
    assert parts.complete == local.complete


def _plain(column: pd.Series) -> pd.Series:
    """Every gap is None: a file has one kind of them, a frame several."""
    cells = column.astype(object)
    return cells.where(cells.notna(), None)


@pytest.mark.parametrize("parts", [1, 2, 7])
def test_parts_do_not_matter(yueqing, hard, tmp_path, parts):
    source = tmp_path / "plots.parquet"
    hard.plots.to_parquet(source)
    found = run_parts(yueqing, source, tmp_path / "out", parts=parts, workers=0)
    same(found, hard.local)
    # of one file what sha256sum says, as a local run of the file records it
    said = hashlib.sha256(source.read_bytes()).hexdigest()
    assert found.record["input"]["sha256"] == said
    assert found.record["engine"]["parts"] == parts


def test_another_order_of_the_rows_is_another_local_run(yueqing, hard, tmp_path):
    plots = hard.plots.iloc[:300].sample(frac=1, random_state=3).reset_index(drop=True)
    plots.to_parquet(tmp_path / "plots.parquet")
    found = run_parts(yueqing, tmp_path / "plots.parquet", tmp_path / "out", parts=4, workers=0)
    same(found, run(yueqing, plots=plots))


def test_a_plane_without_ids_in_more_parts_than_plots(yueqing, hard, tmp_path):
    plots = hard.plots.iloc[:6].drop(columns=["plot_id", "declared_m2"]).to_crs("EPSG:4549")
    plots = plots[plots.geometry.type.eq("Polygon")].reset_index(drop=True)
    plots.to_parquet(tmp_path / "plots.parquet")
    found = run_parts(yueqing, tmp_path / "plots.parquet", tmp_path / "out", parts=8, workers=0)
    same(found, run(yueqing, plots=plots))
    assert found.record["counts"]["plots"] == len(plots)


def test_parts_lie_in_one_order_whatever_their_number(yueqing, hard, tmp_path):
    hard.plots.iloc[:200].to_parquet(tmp_path / "plots.parquet")
    orders = []
    for parts in (5, 1):
        out = tmp_path / "out"
        source = tmp_path / "plots.parquet"
        run_parts(yueqing, source, out, parts=parts, workers=0, overwrite=True)
        files = sorted((out / "plots").glob("*.parquet"))
        assert len(files) == parts
        read = pd.concat([gpd.read_parquet(file) for file in files], ignore_index=True)
        orders.append(read)
    pd.testing.assert_frame_equal(*(pd.DataFrame(one) for one in orders), check_dtype=False)


def test_files_of_a_folder_are_one_source(yueqing, hard, tmp_path):
    plots = hard.plots.iloc[:300]
    plots = plots[plots.geometry.type.eq("Polygon") & ~plots.geometry.is_empty]
    kept = plots[["plot_id", "scale", "tax_wan_2021", "geometry"]].reset_index(drop=True)
    folder = tmp_path / "plots"
    folder.mkdir()
    for number, start in enumerate(range(0, len(kept), 100)):
        kept.iloc[start : start + 100].to_file(folder / f"{number}.gpkg", layer="plots")
    found = run_parts(yueqing, folder, tmp_path / "out", parts=3, workers=0)
    local = run(yueqing, plots=kept)
    assert found.figures == local.figures
    assert found.overlap_m2 == local.overlap_m2
    assert found.record["input"]["driver"] == "GPKG"


def test_repaired_shapes_are_those_of_the_local_run(yueqing, hard, tmp_path):
    crossed = ~hard.plots.geometry.is_valid & hard.plots.geometry.type.eq("Polygon")
    assert crossed.any()
    plots = pd.concat([hard.plots[crossed], hard.plots.iloc[:40]], ignore_index=True)
    plots.to_parquet(tmp_path / "plots.parquet")
    found = run_parts(
        yueqing, tmp_path / "plots.parquet", tmp_path / "out", parts=3, workers=0, repair=True
    )
    same(found, run(yueqing, plots=plots, repair=True))


def test_files_of_two_systems_are_refused(yueqing, hard, tmp_path):
    folder = tmp_path / "plots"
    folder.mkdir()
    hard.plots.iloc[:5].to_parquet(folder / "a.parquet")
    hard.plots.iloc[:5].to_crs("EPSG:4549").to_parquet(folder / "b.parquet")
    with pytest.raises(CRSError, match=r"a\.parquet"):
        run_parts(yueqing, folder, tmp_path / "out", workers=0)
    assert not (tmp_path / "out").exists()


def test_plots_of_another_county_are_refused_and_leave_nothing(yueqing, hard, tmp_path):
    away = hard.plots.iloc[:5]
    away = away.set_geometry(away.geometry.translate(-1.0, 2.0))
    away.to_parquet(tmp_path / "plots.parquet")
    with pytest.raises(InputError):
        run_parts(yueqing, tmp_path / "plots.parquet", tmp_path / "out", parts=2, workers=0)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["plots.parquet"]


def test_warnings_are_refused_as_the_local_run_does(yueqing, hard, tmp_path):
    hard.plots.to_parquet(tmp_path / "plots.parquet")
    with pytest.raises(InputError) as local:
        run(yueqing, plots=hard.plots, strict=True)
    with pytest.raises(InputError) as parts:
        run_parts(
            yueqing, tmp_path / "plots.parquet", tmp_path / "out", parts=3, workers=0, strict=True
        )
    assert str(parts.value) == str(local.value)


def test_a_folder_with_other_files_is_left_alone(yueqing, hard, tmp_path):
    hard.plots.iloc[:5].to_parquet(tmp_path / "plots.parquet")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError):
        run_parts(yueqing, tmp_path / "plots.parquet", tmp_path / "out", workers=0, overwrite=True)


@pytest.mark.parametrize(
    ("name", "text"),
    [("none.parquet", None), ("broken.parquet", "PAR1"), ("broken.gpkg", "nothing")],
)
def test_sources_that_cannot_be_read_are_refused(yueqing, tmp_path, name, text):
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=name):
        run_parts(yueqing, tmp_path / name, tmp_path / "out", workers=0)


def test_a_server_that_is_not_there_is_refused_without_its_password(yueqing, tmp_path):
    address = "postgresql://someone:secret@127.0.0.1:1/city?table=plots"
    with pytest.raises(InputError) as told:
        run_parts(yueqing, address, tmp_path / "out", workers=0)
    assert "127.0.0.1" in str(told.value)
    assert "secret" not in str(told.value)
