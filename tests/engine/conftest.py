"""A city's plots with all that a part could get wrong, and the local run on them."""

from __future__ import annotations

from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from platforms.planning.run import Run, run


class Case(NamedTuple):
    """Plots and what the local run says of them."""

    plots: gpd.GeoDataFrame
    local: Run


def hard_plots(plots: gpd.GeoDataFrame, seed: int = 5) -> gpd.GeoDataFrame:
    """Return plots over plots, copies, giants, crossed and missing shapes, ids that repeat."""
    rng = np.random.default_rng(seed)
    base = gpd.GeoDataFrame(
        plots.drop(columns="geometry").reset_index(drop=True),
        geometry=plots.geometry.reset_index(drop=True), crs=plots.crs,
    )  # fmt: skip
    base["declared_m2"] = base.to_crs("EPSG:4549").area.round(0) * rng.choice(
        [1.0, 1.0, 1.0004, 1.1], len(base)
    )
    moved = base.sample(60, random_state=1)
    moved = moved.set_geometry(moved.geometry.translate(2e-4, 1.5e-4))
    copies = pd.concat([base.iloc[[4]]] * 60 + [base.iloc[[11, 12, 13]]] * 2)
    turned = base.iloc[[20, 21]]
    turned = turned.set_geometry(
        [
            shapely.Polygon(np.roll(np.array(s.exterior.coords)[:-1], 2, axis=0))
            for s in turned.geometry
        ]
    )
    box = shapely.box(*base.total_bounds)
    giant = base.iloc[[30, 31]].set_geometry(
        [shapely.buffer(base.geometry.iloc[30].centroid, 0.02), shapely.transform(box, _shrunk)]
    )
    x, y = base.geometry.iloc[40].centroid.coords[0]
    bow = shapely.Polygon([(x, y), (x + 2e-3, y + 2e-3), (x + 2e-3, y), (x, y + 2e-3)])
    far = shapely.box(119.0, 29.0, 119.001, 29.001)
    odd = base.iloc[[40, 41, 42, 43, 44]].set_geometry(
        [bow, None, shapely.Polygon(), shapely.Point(x, y), far]
    )
    every = pd.concat([base, moved, copies, turned, giant, odd], ignore_index=True)
    every = every.sample(frac=1, random_state=seed).reset_index(drop=True)
    return gpd.GeoDataFrame(every, crs=base.crs)


def _shrunk(points):
    middle = points.mean(axis=0)
    return middle + (points - middle) * 0.15


@pytest.fixture(scope="session")
def hard(yueqing) -> Case:
    """The 乐清 sample with every fault that reaches over the border of a part."""
    plots = hard_plots(yueqing.layer("plots"))
    return Case(plots, run(yueqing, plots=plots))
