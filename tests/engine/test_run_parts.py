"""The run in parts gives what the local run gives, to the last digit."""

from __future__ import annotations

import pandas as pd
import pytest

from platforms.engine.result import PartsRun
from platforms.engine.running import run_parts
from platforms.planning.run import Run

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
    assert parts.record["input"]["sha256"] == record["input"]["sha256"]
    assert parts.complete == local.complete


def _plain(column: pd.Series) -> pd.Series:
    """Every gap is None: a file has one kind of them, a frame several."""
    cells = column.astype(object)
    return cells.where(cells.notna(), None)


@pytest.mark.parametrize("parts", [1, 2, 3, 7])
def test_parts_do_not_matter(yueqing, hard, tmp_path, parts):
    source = tmp_path / "plots.parquet"
    hard.plots.to_parquet(source)
    found = run_parts(yueqing, source, tmp_path / "out", parts=parts, workers=0)
    same(found, hard.local)
    assert found.record["engine"]["parts"] == parts
