"""Limits that are rasters cut the same land whatever the parts."""

from __future__ import annotations

import pandas as pd
import pytest

import platforms as ip
from platforms.engine.running import run_parts
from platforms.planning.run import run


@pytest.fixture(scope="module")
def limits(yueqing):
    """A raster in front, whose rest is cut further."""
    dem = ip.open_raster(yueqing.path("dem"))
    return {"high": ip.RasterLimit(dem, "value>4"), **yueqing.constraints}


@pytest.fixture(scope="module")
def local(yueqing, hard, limits):
    return run(yueqing, plots=hard.plots, limits=limits)


@pytest.mark.parametrize("parts", [1, 2, 3, 7])
def test_rasters_do_not_know_parts(yueqing, hard, limits, local, tmp_path, parts):
    hard.plots.to_parquet(tmp_path / "plots.parquet")
    found = run_parts(
        yueqing, tmp_path / "plots.parquet", tmp_path / "out", parts=parts, workers=0,
        limits=limits,
    )  # fmt: skip
    mine, theirs = found.plots(), local.plots.reset_index(drop=True)
    told = [f"deduct_{name}_m2" for name in limits]
    assert theirs[told[0]].sum() > 0
    for name in ("gross_m2", *told, "net_m2", "net_mu", "net_overlap_m2", "reclaimable_m2"):
        pd.testing.assert_series_equal(
            mine[name], theirs[name], check_exact=True, check_dtype=False, check_names=False
        )
    assert found.figures == local.figures
    assert found.issues.to_records("en") == local.issues.to_records("en")
    assert found.issues.by_kind()["limit_unknown_for_plot"] > 0
