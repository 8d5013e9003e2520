"""The generator of the benchmarks of scale: the same by seed, and plots as they should be."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

import platforms as ip

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def scale_plots():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "benchmarks")
        import scale_plots

        yield scale_plots
        for name in ("scale_plots", "scale_province"):
            sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def made(scale_plots, tmp_path_factory):
    folder = tmp_path_factory.mktemp("scale")
    scale_plots.make_scale(folder, 1_000, per_part=400, seed=9)
    return folder


def _read(folder: Path) -> gpd.GeoDataFrame:
    return gpd.read_parquet(folder / "plots").to_crs("EPSG:4528")


def _digests(folder: Path) -> dict[str, str]:
    files = sorted((folder / "plots").glob("*.parquet"))
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_the_same_seed_gives_the_same_bytes_and_another_others(scale_plots, made, tmp_path):
    scale_plots.make_scale(tmp_path / "again", 1_000, per_part=400, seed=9)
    scale_plots.make_scale(tmp_path / "other", 1_000, per_part=400, seed=10)
    assert _digests(tmp_path / "again") == _digests(made)
    assert set(_digests(tmp_path / "other").values()).isdisjoint(_digests(made).values())


def test_parts_hold_every_plot_once(made):
    sizes = [len(gpd.read_parquet(file)) for file in sorted((made / "plots").glob("*.parquet"))]
    assert sizes == [400, 400, 200]
    assert _read(made)["plot_id"].is_unique


def test_plots_have_twelve_vertices_and_the_sizes_of_industry(made):
    plots = _read(made)
    assert plots.geometry.is_valid.all()
    # a closed ring says its first vertex twice
    assert plots.geometry.count_coordinates().eq(13).all()
    mu = plots.geometry.area * 0.0015
    assert mu.between(1.5, 62).all()
    assert 3 < mu.median() < 12


def test_neighbours_share_their_border_and_some_lie_over_each_other(made):
    shapes = _read(made).geometry.to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    left, right = left[left < right], right[left < right]
    shared = shapely.area(shapely.intersection(shapes[left], shapes[right]))
    assert (shared < 0.01).mean() > 0.9
    # the first plot of a part lies over the last of the part before, where one block has both
    over = set(zip(left[shared > 1].tolist(), right[shared > 1].tolist(), strict=True))
    assert (399, 400) in over


def test_the_province_is_a_workspace_that_the_run_takes(scale_plots, made):
    ws = ip.Workspace.open(str(made / "workspace"))
    assert ws.check() == []
    assert list(ws.constraints) == ["permanent_farmland", "river"]
    plots = gpd.read_parquet(made / "plots")
    done = ip.run(ws, plots=plots)
    assert done.complete
    assert min(done.verdicts and [done.figures[name] for name in done.verdicts]) > 0
    assert done.plots["platform_way"].eq("within").any()
    assert (done.plots["net_m2"] < done.plots["gross_m2"]).any()


def test_counties_of_a_province_do_not_meet(scale_plots):
    from scale_province import layout

    outlines = np.array([county.outline for county in layout(7)])
    one, other = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    assert (one == other).all()
