"""Plots straight from the store of a workspace, from a file and from a server."""

from __future__ import annotations

import pandas as pd
import pytest
import shapely

from platforms.engine.running import run_parts
from platforms.engine.stored import open_stored
from platforms.errors import InputError
from platforms.planning.run import run
from platforms.planning.scenarios.making import scenario_of
from platforms.store.opening import open_store

# the time, and what only one of them has
_OWN = {"seconds", "outputs", "engine"}


@pytest.fixture
def place(opened, monkeypatch):
    monkeypatch.setenv("PLATFORMS_STORE", opened.place())
    monkeypatch.setattr("platforms.engine.stored.BATCH", 50)
    return opened


def kept_plots(hard):
    """Plots that lie over each other, with columns that are not of one kind from the start."""
    areas = hard.plots.geometry.type.isin(["Polygon", "MultiPolygon"])
    plots = hard.plots[areas & ~hard.plots.geometry.is_empty].iloc[:170].reset_index(drop=True)
    number = pd.Series(range(len(plots)))
    plots["plot_id"] = [f"地块-{997 * n % 1000:03d}" for n in number]
    late = number > 120
    plots["later"] = (number / 4).where(late)
    plots["whole"] = number.astype("Int64").mask(number % 5 == 0)
    plots["half"] = number + late * 0.5
    plots["mixed"] = number.astype(object).where(~late, "甲")
    plots["true"] = (number % 2 == 0).astype("boolean").mask(late)
    plots.loc[7, "geometry"] = None
    return plots


def same(parts, local):
    """Compare everything that both say."""
    found, expected = parts.plots(), pd.DataFrame(local.plots)
    assert list(found.geometry.to_wkb()) == list(local.plots.geometry.to_wkb())
    assert sorted(found.columns) == sorted(expected.columns)
    for name in expected.columns.drop("geometry"):
        mine, theirs = (one[name].astype(object) for one in (found, expected))
        assert (
            mine.where(mine.notna(), None).tolist() == theirs.where(theirs.notna(), None).tolist()
        )
    for name in ("towns", "platforms", "layout_units", "targets"):
        pd.testing.assert_frame_equal(getattr(parts, name), getattr(local, name), check_exact=True)
    assert parts.figures == local.figures
    assert parts.issues.to_records("en") == local.issues.to_records("en")
    record = local.to_json()
    assert {k: v for k, v in parts.record.items() if k not in _OWN} == {
        k: v for k, v in record.items() if k not in _OWN
    }


def test_a_store_gives_what_the_local_run_gives(yueqing, hard, place, tmp_path):
    store = open_store(yueqing)
    store.plots.take(kept_plots(hard), by="王")
    # as people leave a store: one moved, one out, one in again at the end
    store.plots.change("地块-997", shape=shapely.box(120.9, 28.1, 120.91, 28.11), by="李")
    store.plots.remove("地块-994", by="李")
    store.plots.undo(store.plots.remove("地块-000", by="李"), by="李")
    found = run_parts(yueqing, "store:", tmp_path / "out", parts=3, workers=0)
    local = run(yueqing, plots=store.plots.read(yueqing))
    same(found, local)
    # kept as a scenario they are one
    kept, expected = (scenario_of(one, workspace=yueqing) for one in (found.whole(), local))
    assert kept.scenario_id == expected.scenario_id
    assert found.record["counts"]["plots"] == 169
    assert found.record["input"]["name"] == "store:"


def test_a_copy_is_of_one_moment(yueqing, hard, place, tmp_path):
    store = open_store(yueqing)
    store.plots.take(kept_plots(hard), by="王")
    expected = store.plots.read(yueqing)

    def meanwhile(rows):
        if rows == 50:
            store.plots.remove([f"地块-{997 * n % 1000:03d}" for n in (60, 100, 160)], by="李")

    copied = open_stored(yueqing).copied(tmp_path, meanwhile)
    tables = list(copied.batches())
    assert [len(one) for one in tables] == [50, 50, 50, 20]
    ids = [one for table in tables for one in table["plot_id"].to_pylist()]
    assert ids == expected.frame["plot_id"].tolist()
    assert copied.stated["sha256"] == expected.source.sha256
    assert store.plots.count() == 167
    # nothing stays of what was read
    assert not list(tmp_path.glob("store-*.arrow"))


def test_a_store_without_plots_is_told_and_leaves_nothing(yueqing, place, tmp_path):
    with pytest.raises(InputError) as told:
        run_parts(yueqing, "store:", tmp_path / "out", workers=0)
    assert told.value.key == "plots.none"
    assert not (tmp_path / "out").exists()
