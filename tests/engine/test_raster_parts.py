"""Limits that are rasters cut the same land whatever the parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from rasterio.transform import Affine

import platforms as ip
from platforms.engine.running import run_parts
from platforms.planning.run import run
from raster_files import write_raster


@pytest.fixture(scope="module")
def plots(hard):
    """Plots of many sizes, large ones over the borders of all parts."""
    some = hard.plots.iloc[:160].copy()
    areas = some.geometry.type.eq("Polygon").to_numpy() & ~some.geometry.is_empty.to_numpy()
    large = some[areas].iloc[::3].index
    for number, row in enumerate(large):
        by = 3.0 + number % 15
        some.loc[row, "geometry"] = shapely.affinity.scale(some.geometry[row], by, by)
    return some


@pytest.fixture(scope="module")
def limits(yueqing, tmp_path_factory):
    """A raster in front, whose rest is cut further, one in the middle, and one at the end."""
    rng = np.random.default_rng(2)
    hills = rng.normal(0, 6, (700, 800)).cumsum(axis=1).clip(-60, 60)
    hills[rng.random(hills.shape) < 1e-3] = -9999
    path = write_raster(
        tmp_path_factory.mktemp("raster") / "hills.tif", hills.astype(np.float32),
        transform=Affine(1e-3, 0, 120.6, 0, -1e-3, 28.6), crs="EPSG:4490", nodata=-9999,
    )  # fmt: skip
    # a plot lies in several tiles
    raster = replace(ip.open_raster(path), tile=(64, 64))
    own = yueqing.constraints
    first, *others = own
    return {
        "high": ip.RasterLimit(raster, "value>45"),
        first: own[first],
        "steep": ip.RasterLimit(raster, "slope>5"),
        **{name: own[name] for name in others},
        "low": ip.RasterLimit(raster, "value<20"),
    }


@pytest.fixture(scope="module")
def local(yueqing, plots, limits):
    return run(yueqing, plots=plots, limits=limits)


@pytest.mark.parametrize("parts", [1, 2, 3, 7])
def test_rasters_do_not_know_parts(yueqing, plots, limits, local, tmp_path, parts):
    plots.to_parquet(tmp_path / "plots.parquet")
    found = run_parts(
        yueqing, tmp_path / "plots.parquet", tmp_path / "out", parts=parts, workers=0,
        limits=limits,
    )  # fmt: skip
    mine, theirs = found.plots(), local.plots.reset_index(drop=True)
    told = [f"deduct_{name}_m2" for name in limits]
    for name in ("high", "steep", "low"):
        assert (theirs[f"deduct_{name}_m2"] > 0).sum() > 20
    for name in ("gross_m2", *told, "net_m2", "net_mu", "net_overlap_m2", "reclaimable_m2"):
        pd.testing.assert_series_equal(
            mine[name], theirs[name], check_exact=True, check_dtype=False, check_names=False
        )
    assert found.figures == local.figures
    assert found.issues.to_records("en") == local.issues.to_records("en")
    assert found.issues.by_kind()["limit_unknown_for_plot"] > 0
